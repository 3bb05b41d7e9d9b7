"""Laws of plans over any two systems: equal sides, settling, reach, same bytes, nothing altered on the way."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.memory import MemorySystem, Row
from tests.laws.exchanges import QUERIES, Exchange, exchanges, mapping
from tests.modules import ROOT
from tests.unit.compare.building import CREATES, LEARNERS, PEOPLE, compiled, sides

FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def again(exchange: Exchange, seed: int, size: int) -> Exchange:
    """The same systems, listed in another order and in pages of another size; links in another order."""
    random = Random(seed)

    def shuffled(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        return random.sample(rows, len(rows))

    mis = MemorySystem({"people": PEOPLE}, exchange.mis.rows, page_size=size, order=shuffled)
    provider = MemorySystem({"learners": LEARNERS}, exchange.provider.rows, page_size=size, order=shuffled)
    return Exchange(exchange.query, mis, provider, random.sample(exchange.links, len(exchange.links)))


@given(exchanges())
@FEW
def test_after_applying_a_plan_nothing_is_left_to_apply(exchange: Exchange) -> None:
    """plan(apply(plan)) has no change that may be applied; holds may stand. With creates, the plan after that one."""
    changes = exchange.changes()
    outcomes = exchange.apply(changes)
    assert [one.verdict for one in outcomes if one.verdict != "accepted"] == []
    left = [change for change in exchange.changes() if change.applicable]
    if any(change.action == "create" for change in changes if change.applicable):
        exchange.apply(left)
        left = [change for change in exchange.changes() if change.applicable]
    assert left == []


@given(exchanges())
@FEW
def test_applying_twice_changes_nothing_the_second_time(exchange: Exchange) -> None:
    """Holds stay as they are: what was held before is what is held after, of records that no change touched."""
    changes = exchange.changes()
    untouched = {change.id for change in changes if not change.applicable}
    exchange.apply(changes)
    held = {change.id: change for change in exchange.changes()}
    for change in changes:
        if change.id in untouched and change.hold is not None:
            assert held[change.id] == change


@given(exchanges())
@FEW
def test_applying_touches_only_what_the_plan_names(exchange: Exchange) -> None:
    """Every other record and every other column is as it was; what changed has the value of the plan's wish."""
    before, changes = exchange.state(), exchange.changes()
    exchange.apply(changes)
    after = exchange.state()
    for side, key in (("mis", "ident"), ("provider", "ID")):
        here = [change for change in changes if change.side == side]
        named = {(change.key, name) for change in here for one in change.writes for name in one.columns}
        kept = len(before[side])
        for old, new in zip(before[side], after[side][:kept], strict=True):
            moved = {name for name in {*old, *new} if old.get(name) != new.get(name)}
            assert {(str(old[key]), name) for name in moved} <= named
        created = sum(change.action == "create" and change.applicable and change.side == side for change in changes)
        assert len(after[side]) - kept == created


@given(exchanges())
@FEW
def test_planning_writes_nothing(exchange: Exchange) -> None:
    """To no system, however often; and gives the same each time."""
    before = exchange.state()
    assert exchange.changes() == exchange.changes()
    assert exchange.state() == before
    assert not exchange.mis.effects + exchange.provider.effects


ROWS: list[Row] = [
    {"ident": str(at), "name": f"Ann {at}", "code": "1", "born": "1970-06-01", "seen": "2020-07-01T01:00:00+01:00"}
    | {"score": "5.0", "active": "true", "street": f"{at} High St", "town": None}
    for at in range(5)
]
TWINS: list[Row] = [
    {
        "ID": f"p{at}",
        "Name": f" Ann  {at}",
        "Code": "White",
        "DOB": "1970-05-31T23:00:00Z",
        "Seen": "2020-07-01T00:00:00Z",
    }
    | {"Score": 5, "Active": "Y", "Address": f"{at} High St ", "Town": "Leeds"}
    for at in range(5)
]


@pytest.mark.parametrize("name", QUERIES, ids=" ".join)
@pytest.mark.parametrize("many", [0, 1, 5])
def test_a_plan_of_equal_sides_is_empty(name: tuple[str, str, str], many: int) -> None:
    """Under every direction, rule and normaliser, however each system writes its values; and it counts every cell."""
    mis, provider = sides(ROWS[:many], [dict(row, Name=f"Ann {at}") for at, row in enumerate(TWINS[:many])])
    exchange = Exchange(QUERIES[name], mis, provider, [(str(at), f"p{at}") for at in range(many)])
    assert exchange.changes() == []
    (decisions,) = exchange.planner.decide_all()[0]
    assert {sum(counts.values()) for counts in decisions.counts.values()} == {many}


def test_the_default_normalisers_take_spaces_for_equal(tmp_path: Path) -> None:
    """Doubled and outer spaces alone make an empty plan, with every figure in it."""
    mis, provider = sides(ROWS, TWINS)
    exchange = Exchange(compiled(mapping()), mis, provider, [(str(at), f"p{at}") for at in range(5)])
    plan = exchange.write(tmp_path)
    assert list(plan.changes()) == []
    assert plan.left_alone[0].situations == {"linked": 5, "only at the provider": 0, "only in the MIS": 0}
    assert plan.left_alone[0].fields == {name: {"same": 5} for name in plan.left_alone[0].fields}


@pytest.mark.covers("D1")
@given(exchanges(), st.integers(0, 99), st.integers(1, 3))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, exchange: Exchange, seed: int, size: int) -> None:
    """Whatever order rows and links come in, and in pages of whatever size."""
    first = exchange.write(tmp_path / "one")
    second = again(exchange, seed, size).write(tmp_path / "two")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.path.name == second.path.name


SCRIPT = """
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from tests.laws.test_plan_laws import mixed
with TemporaryDirectory() as folder:
    sys.stdout.buffer.write(mixed().write(Path(folder)).path.read_bytes())
"""


def mixed() -> Exchange:
    """Changes, creates, holds and broken links in one plan."""
    people = [
        dict(row, name=f"Zoë {at}", born="31/02/1970" if at == 2 else "1971-03-01") for at, row in enumerate(ROWS)
    ]
    mis, provider = sides([*people, {"ident": "new", "name": "Łukasz", "code": "77"}], TWINS)
    links = [("0", "p0"), ("1", "p1"), ("2", "p2"), ("3", "p3"), ("4", "p3"), ("9", "p4")]
    return Exchange(compiled(mapping(), extra=CREATES), mis, provider, links)


@pytest.mark.covers("D1")
def test_neither_hash_seed_nor_zone_nor_locale_shows() -> None:
    """The same bytes from processes that differ in PYTHONHASHSEED, TZ, LC_ALL and the number of threads."""
    told = set()
    for seed, zone, locale, threads in (
        ("0", "UTC", "C", "1"),
        ("1", "Pacific/Kiritimati", "C.UTF-8", "2"),
        ("4242", "America/New_York", "POSIX", "4"),
    ):
        settings_of = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "POLARS_MAX_THREADS": threads}
        environment = {**os.environ, **settings_of, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=True
        )
        told.add(ran.stdout)
    assert len(told) == 1
    plan = told.pop()
    for held in (b"unreadable", b"link_shared", b"link_gone_mis", b"missing_code", b"source_wins"):
        assert held in plan


@pytest.mark.covers("D5")
@given(exchanges([query for (direction, _, _), query in QUERIES.items() if direction == "push"]))
@FEW
def test_normalisers_never_alter_what_is_sent(exchange: Exchange) -> None:
    """A copied text arrives as the MIS has it, letter for letter, but for its outer spaces."""
    source = {str(row["ident"]): row for row in exchange.mis.rows["people"]}
    for change in exchange.changes():
        for one in change.writes:
            if one.field == "name" and change.mis_id is not None:
                name = source[change.mis_id]["name"]
                assert one.after == (str(name).strip() if name and str(name).strip() else None)
            assert one.after is None or (isinstance(one.after, str) and one.after == one.after.strip())


@given(exchanges())
@FEW
def test_planning_a_change_again_gives_the_same_change(exchange: Exchange) -> None:
    """What apply asks before each write: over records that did not move, every change is as it was planned.

    But for creates that are held because a side was read whole and is empty: only a whole read can tell.
    """
    changes = [one for one in exchange.changes() if one.hold != "empty_read"]
    fresh = exchange.planner.plan_again(changes)
    assert {change.id: change for change in changes} == {name: one.change for name, one in fresh.items()}
    for one in fresh.values():
        record = exchange.query.records[0]
        side = record.provider if one.change.side == "provider" else record.mis
        rows = (exchange.provider if one.change.side == "provider" else exchange.mis).rows[side.name]
        if one.change.applicable and one.change.key is not None:
            assert one.raw[side.key] in {row[side.key] for row in rows}


@given(exchanges())
@FEW
def test_what_is_applied_is_absent_when_planned_again(exchange: Exchange) -> None:
    """After the write the same question says: nothing left of this change, unless it is a hold."""
    changes = [change for change in exchange.changes() if change.applicable]
    exchange.apply(changes)
    fresh = exchange.planner.plan_again(changes)
    assert {one.change.id for one in fresh.values() if one.change.applicable} == set()
