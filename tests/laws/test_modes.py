"""The shipped mapping under every combination of modes, over generated sides with the mess of real ones: it settles."""

import copy
import itertools
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connectors.sandbox import sample
from connectors.sandbox.onefile_facts import ASSESSOR_ROLE, LEARNER_ROLE
from engine.ledger.links import Link, add_links
from engine.ledger.store import open_store
from engine.memory import MemorySystem, Row, Rows
from engine.service.loading import Exchange, load_exchange, load_workspace
from tests.cases.good_cases import EXCHANGE, WHO, Case
from tests.unit.ledger.scenario import StillClock

MODES = ("ignore", "push", "pull")
KINDS = {
    "learner": ("learners", "learners"),
    "officer": ("officers", "assessors"),
    "organisation": ("organisations", "placements"),
}
"""Record type -> its collections in the MIS and at OneFile."""
_ROLES = {"learners": LEARNER_ROLE, "assessors": ASSESSOR_ROLE}
_WORKSPACE = """\
workspace: modes
systems:
  pics:    {{environment: sandbox, database: "sqlite:mis.db"}}
  onefile: {{environment: sandbox, base_url: "http://127.0.0.1:1", customer_token: "env:NO_TOKEN"}}
exchanges:
  {name}:
    enabled: on
    mapping: onefile
    settings: {{{settings}}}
"""


@cache
def exchange_of(modes: tuple[str, ...], followed: str) -> Exchange:
    """The shipped mapping under these modes; `followed` is what both switches of CX-9 say."""
    chosen = [f"{kind}_details: {mode}" for kind, mode in zip(KINDS, modes, strict=True)]
    chosen += [f"push_learner_main_officer: {followed}", f"push_learner_employer: {followed}"]
    folder = Path(tempfile.mkdtemp())
    text = _WORKSPACE.format(name=EXCHANGE, settings=", ".join(chosen))
    (folder / "tieline.yaml").write_text(text, encoding="utf-8")
    return load_exchange(load_workspace(folder), EXCHANGE)


def rows_of(docs: list[dict[str, Any]]) -> list[Row]:
    """Records as OneFile's service lists them, ids as texts."""
    return [{name: str(value) if isinstance(value, int) else value for name, value in doc.items()} for doc in docs]


def sides(seed: int) -> tuple[Rows, Rows]:
    """Both systems' rows: the sample of this seed, and what else goes wrong in real registers."""
    made = sample.make(seed, 30)
    mis: Rows = {name: list(sample.rows(table)) for name, table in made.mis.items()}
    users = made.onefile["users"]
    provider: Rows = {name: rows_of([one for one in users if one["Role"] == role]) for name, role in _ROLES.items()}
    for name, docs in (("centres", "organisations"), ("classrooms", "classrooms"), ("placements", "placements")):
        provider[name] = rows_of(made.onefile[docs])
    learners = [row for row in mis["learners"] if str(row["onefile_id"] or "").strip()]
    learners[0]["address_1"], learners[0]["address_2"] = "A" * 200, "B" * 100  # longer than OneFile takes
    learners[1]["onefile_id"] = learners[2]["onefile_id"]  # two learners linked to one
    learners[3]["birth_date"] = "31.12.1999"
    mis["officers"][0]["email"] = f"{'x' * 120}@college.example"
    mis["officers"][1]["first_name"] = ""
    mis["organisations"][0]["onefile_id"] = mis["organisations"][1]["onefile_id"] = provider["placements"][0]["ID"]
    provider["placements"][2]["Address"] = "1 Kestrel Court, Farthing Row, Eastmark, ZZ1 1AA"
    provider["learners"] = provider["learners"][1:]  # a record that is gone
    return mis, provider


def open_case(modes: tuple[str, ...], followed: str, seed: int, folder: Path) -> Case:
    """Both sides in memory under these modes, linked by the ids that the MIS holds."""
    exchange = exchange_of(modes, followed)
    mis, provider = sides(seed)
    catalog = exchange.checked.catalog
    clock = StillClock()
    store = open_store(f"sqlite:///{folder}/store.db", clock)
    centres = {row["ID"]: str(row["OrganisationID"]) for name in KINDS.values() for row in provider[name[1]]}
    for kind, (table, _) in KINDS.items():
        keys = [(str(row["ident"]), str(row["onefile_id"] or "").strip()) for row in mis[table]]
        found = [Link(kind, ident, key, centres.get(key) if kind != "learner" else None) for ident, key in keys if key]
        add_links(store, EXCHANGE, found, WHO)
    systems = [
        MemorySystem(spec.collections, rows) for spec, rows in ((catalog.mis, mis), (catalog.provider, provider))
    ]
    return Case(exchange, systems[0], systems[1], store, clock)


@pytest.mark.covers("CX-2", part="OneFile")
@pytest.mark.parametrize("modes", list(itertools.product(MODES, repeat=3)), ids="-".join)
@given(seed=st.integers(0, 10_000), followed=st.sampled_from(["off", "on"]))
@settings(max_examples=2, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
def test_every_combination_of_modes_settles(modes: tuple[str, ...], seed: int, followed: str) -> None:
    """All that may be applied is; the plan after that, or the one after creates, is empty; what is ignored stays."""
    with tempfile.TemporaryDirectory() as folder:
        case = open_case(modes, followed, seed, Path(folder))
        before = copy.deepcopy((case.mis.rows, case.provider.rows))
        for _ in range(2):
            plan = case.plan()
            if plan.tally.applicable:
                report = case.apply(plan)
                assert report.whole, [one for one in report.closings if one.state not in {"done", "already"}]
        assert case.plan().tally.applicable == 0
        for (kind, (table, collection)), mode in zip(KINDS.items(), modes, strict=True):
            if mode != "pull":
                assert case.mis.rows[table] == before[0][table]
            if mode != "push" and followed == "off":
                assert case.provider.rows[collection] == before[1][collection], kind
        case.store.close()
