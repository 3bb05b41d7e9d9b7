"""Laws of order: what others depend on is planned and sent before them, and nothing is sent whose parent failed."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.apply import WINDOW, Applier
from engine.ledger.leases import hold_lease
from engine.ledger.links import link_columns
from engine.ledger.plans import Approval, StoredPlan, add_approval, store_plan
from engine.ledger.runs import begin_run
from engine.ledger.store import open_store
from engine.memory import MemorySystem, Row
from engine.plan.build import Builder
from engine.plan.file import PlanFile
from engine.plan.model import Change
from engine.planner import Planner
from engine.ports import Collection, Column, ConnectorSpec, Intent, Outcome
from engine.query.compile import compile_rules
from engine.query.model import Query
from engine.reading import Readings, Sides
from engine.report import Report
from engine.rules.check import check_rules
from engine.rules.model import Catalog
from engine.rules.parse import read_rules
from engine.source import Source
from tests.cases.good_cases import _new_store
from tests.unit.compare.building import KEY, LONDON, collection
from tests.unit.ledger.scenario import StillClock
from tests.unit.plan.plans import written

WHO = "jo"
FEW = settings(max_examples=30, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Graph:
    """Record types that refer to others, and records that do: each type and record only to those before it.

    `types` are, for each record type, those it refers to; `records` the record type and the records referred to;
    `declared` is the order in which the rules name the types; `refused` are the records that the provider refuses.
    """

    types: Sequence[frozenset[int]]
    records: Sequence[tuple[int, dict[int, int]]]
    declared: Sequence[int]
    refused: frozenset[int]

    def ancestors(self, record: int) -> set[int]:
        """Every record that must be there before this one."""
        found: set[int] = set()
        for other in self.records[record][1].values():
            found |= {other, *self.ancestors(other)}
        return found

    def state(self, record: int) -> str:
        """What must become of a record's create."""
        if self.ancestors(record) & self.refused:
            return "skipped"
        return "failed" if record in self.refused else "done"


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to six record types and twenty records, a few of which are refused."""
    count = draw(st.integers(1, 6))
    types: list[frozenset[int]] = [
        draw(st.frozensets(st.integers(0, at - 1))) if at else frozenset() for at in range(count)
    ]
    records: list[tuple[int, dict[int, int]]] = []
    for _ in range(draw(st.integers(1, 20))):
        kind = draw(st.integers(0, count - 1))
        known = {to: [at for at, (other, _) in enumerate(records) if other == to] for to in types[kind]}
        refers = {
            to: draw(st.sampled_from(some)) for to, some in sorted(known.items()) if bool(some) and draw(st.booleans())
        }
        records.append((kind, refers))
    refused = draw(st.frozensets(st.integers(0, len(records) - 1), max_size=4))
    return Graph(types, records, draw(st.permutations(range(count))), refused)


def kept(side: str, graph: Graph, kind: int) -> Collection:
    """The collection of one record type on one side."""
    columns = [Column("id", "id", access="read"), Column("name", "name", required=True)]
    return collection(
        f"{side}{kind}", [*columns, *(Column(f"ref{to}", f"ref{to}") for to in sorted(graph.types[kind]))]
    )


def query_of(graph: Graph) -> tuple[Query, Catalog]:
    """Rules that create every record at the provider, in the order in which they are declared."""
    lines = ["mapping: graph", "version: 1", "title: A graph", "mis: office", "provider: folder", "records:"]
    for kind in graph.declared:
        lines += [f"  type{kind}:", f"    mis: here{kind}", f"    provider: there{kind}", "    direction: push"]
        lines += ["    create: {at: provider, trigger: new}", "    fields:", "      name: {mis: name, provider: name}"]
        lines += [
            f"      ref{to}: {{mis: ref{to}, provider: ref{to}, refers_to: type{to}}}" for to in graph.types[kind]
        ]
    read = read_rules(Source("mappings/graph.yaml", "\n".join(lines) + "\n"), lambda _: None)
    assert read.rules is not None, read.diagnostics
    kinds = range(len(graph.types))
    specs = [
        ConnectorSpec(name, name, "memory", {f"{side}{kind}": kept(side, graph, kind) for kind in kinds})
        for name, side in (("office", "here"), ("folder", "there"))
    ]
    catalog = Catalog(*specs)
    checked, found = check_rules(read.rules, catalog)
    assert checked is not None, found
    return compile_rules(checked, LONDON), catalog


class Provider(MemorySystem):
    """A provider that refuses some records, and keeps the order in which it was asked."""

    refuses: frozenset[str]
    asked: list[str]

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        for intent in window:
            name = str(intent.values["name"])
            self.asked.append(name)
            if name in self.refuses:
                yield Outcome(intent.change, intent.attempt, "refused", "no", 400)
            else:
                yield from super().send([intent])


class World:
    """Both systems and a store over one graph."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph, self.folder = graph, folder
        self.query, catalog = query_of(graph)
        rows: dict[str, list[Row]] = {f"here{kind}": [] for kind in range(len(graph.types))}
        for at, (kind, refers) in enumerate(graph.records):
            references = {f"ref{to}": f"m{other}" for to, other in refers.items()}
            rows[f"here{kind}"].append({"id": f"m{at}", "name": f"n{at}", **references})
        self.mis = MemorySystem(catalog.mis.collections, rows)
        self.provider = Provider(catalog.provider.collections, {})
        self.provider.refuses, self.provider.asked = frozenset(f"n{at}" for at in graph.refused), []
        (folder / "store.db").write_bytes(_new_store())
        self.store = open_store(f"sqlite:///{folder}/store.db", StillClock())

    @property
    def planner(self) -> Planner:
        both = Sides(self.mis, self.provider, "office", "folder")
        builder = Builder("office", "folder", KEY)
        return Planner(
            self.query, Readings(both, LONDON), lambda kind: link_columns(self.store, "folder", kind), builder
        )

    def plan(self) -> list[Change]:
        planner = self.planner
        return list(planner.builder.changes(planner.decide_all()[0]))

    def apply(self, plan: PlanFile, window: int) -> Report:
        """Everything of the plan, approved as a whole."""
        digests = tuple(change.digest for change in plan.changes())
        now = self.store.clock.now()
        store_plan(self.store, StoredPlan(plan.id, plan.digest, "folder", str(plan.path), now, WHO, {}), WHO)
        approval = Approval("yes", plan.id, plan.digest, digests, WHO, WHO, "a law", now, None, None, {})
        add_approval(self.store, approval)
        with hold_lease(self.store, "folder", WHO) as lease:
            run = begin_run(self.store, lease, plan.id, approval.id, "folder", WHO)
            applier = Applier(self.store, lease, run, self.planner, self.store.clock, frozenset(digests), window=window)
            return applier.apply(plan)


def of(change: Change) -> int:
    """The record that a change creates."""
    return int((change.mis_id or "").removeprefix("m"))


@pytest.mark.covers("R12")
@given(graphs())
@FEW
def test_a_plan_has_what_others_depend_on_first(graph: Graph) -> None:
    """Whatever order the rules declare record types in: each create names its parents, and they stand before it."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(graph, Path(folder))
        changes = world.plan()
        world.store.close()
    place = {change.id: at for at, change in enumerate(changes)}
    ids = {of(change): change.id for change in changes}
    assert sorted(ids) == list(range(len(graph.records)))
    for at, change in enumerate(changes):
        assert set(change.depends_on) == {ids[other] for other in graph.records[of(change)][1].values()}
        assert all(place[one] < at for one in change.depends_on)


@pytest.mark.covers("R12")
@given(graphs(), st.integers(1, WINDOW))
@FEW
def test_sending_keeps_the_order_and_a_failed_parent_skips_its_children(graph: Graph, window: int) -> None:
    """In windows of any size: nothing is sent before what it depends on is done, nor at all where that failed."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(graph, Path(folder))
        changes = world.plan()
        report = world.apply(written(Path(folder), changes), window)
        world.store.close()
    ids = {change.id: of(change) for change in changes}
    asked = [int(name.removeprefix("n")) for name in world.provider.asked]
    assert len(asked) == len(set(asked))
    for at, record in enumerate(asked):
        assert graph.ancestors(record) <= set(asked[:at]) - graph.refused
    ended = {ids[one.change]: one.state for one in report.closings}
    assert ended == {record: graph.state(record) for record in ended}
    assert report.halted or len(ended) == len(graph.records)
    made = {str(row["name"]) for rows in world.provider.rows.values() for row in rows}
    assert made == {f"n{record}" for record in asked if record not in graph.refused}
    if not report.halted:
        assert made == {f"n{record}" for record in range(len(graph.records)) if graph.state(record) == "done"}
