"""Laws of undoing: what was applied and taken back is as before, and what moved since is never written over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.compare.present import present
from engine.compare.snapshot import take_snapshot
from engine.ledger.ends import End
from engine.memory import MemorySystem
from engine.plan.model import Change
from engine.ports import Collection
from engine.reading import Readings, Sides
from engine.undo import Done, Undoer, inverse
from tests.laws.exchanges import COMPARES, QUERIES, Exchange, exchanges, mapping
from tests.unit.compare.building import CREATES_BOTH, KEY, LEARNERS, LONDON, PEOPLE, compiled, link_columns

FEW = settings(max_examples=40, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Columns = dict[str, list[str | None]]
KEPT = ("mis_id", "provider_id", "centre", "field", "mark")
TWO_WAY = [query for (direction, _, _), query in QUERIES.items() if direction == "both"]
ASKING = [compiled(mapping("ask", compare=compare), "both", extra=CREATES_BOTH) for compare in COMPARES]
TWO_WAY += ASKING * 3
Cell = tuple[str, str, str]
"""Side, key, column."""


def shown(exchange: Exchange) -> dict[Cell, str | None]:
    """Every value of both systems as its column's type reads it; what cannot be read is left out."""
    found: dict[Cell, str | None] = {}
    for side, system, collection in (("mis", exchange.mis, PEOPLE), ("provider", exchange.provider, LEARNERS)):
        for key, values in _shown(system, collection):
            found.update({(side, key, name): value for name, value in values.items()})
    return found


def _shown(system: MemorySystem, collection: Collection) -> Iterable[tuple[str, Mapping[str, str | None]]]:
    columns = tuple(collection.columns)
    snapshot = take_snapshot("it", collection, columns, system.read(collection.name, columns), LONDON)
    return present(snapshot, columns).items()


@dataclass
class Undo:
    """The undo of all that was applied of a plan to two systems in memory; `agreed` is what both sides agreed on."""

    exchange: Exchange
    changes: Sequence[Change]
    made: Mapping[str, str]
    agreed: Columns

    @property
    def undoer(self) -> Undoer:
        one = self.exchange
        both = Sides(one.mis, one.provider, "office", "folder")
        readings = Readings(both, one.query.zone)
        return Undoer(one.query, readings, lambda _: link_columns(one.links), lambda _: self.agreed, KEY)

    def plan(self) -> list[Change]:
        """The changes and holds of the undo as they would stand in its plan."""
        done = Done({one.id: End("done", NOON) for one in self.changes}, self.made, frozenset())
        goals = [inverse(one, done) for one in reversed(self.changes) if done.concerns(one)]
        return list(self.undoer.plan(goals))

    def apply(self) -> list[Change]:
        """Plan it, look again as an apply does, and write what still stands; the plan."""
        changes, undoer = self.plan(), self.undoer
        open_ones = [one for one in changes if one.applicable]
        fresh = undoer.plan_again(open_ones)
        assert {name: one.change.digest for name, one in fresh.items()} == {one.id: one.digest for one in open_ones}
        for columns in undoer.agreements().values():
            self.keep(columns)
        assert [one.verdict for one in self.exchange.apply(changes) if one.verdict != "accepted"] == []
        assert undoer.plan_again(open_ones) == {}
        return changes

    def keep(self, columns: Mapping[str, Sequence[str | None]]) -> None:
        """What an apply notes of agreements: it counts instead of what was noted before."""
        kept = {row[:4]: row for row in zip(*(self.agreed[name] for name in KEPT), strict=True)}
        kept |= {row[:4]: row for row in zip(*(columns[name] for name in KEPT), strict=True)}
        self.agreed = {name: [row[at] for row in kept.values()] for at, name in enumerate(KEPT)}


def applied(exchange: Exchange, known: Columns | None = None) -> Undo:
    """Apply a plan of everything; what its run would have kept. `known` is what both sides agreed on before."""
    undo = Undo(exchange, [], {}, known or {name: [] for name in KEPT})
    planner = replace(exchange.planner, agreed=lambda _: undo.agreed)
    changes = [one for one in planner.builder.changes(planner.decide_all()[0]) if one.applicable]
    outcomes = {one.change: one for one in exchange.apply(changes)}
    made = {name: one.new_key for name, one in outcomes.items() if one.new_key is not None}
    planner = exchange.planner
    planner.plan_again(changes)
    for columns in planner.agreements().values():
        undo.keep(columns)
    return Undo(exchange, changes, made, undo.agreed)


def written(changes: Iterable[Change]) -> Iterator[tuple[Cell, Change]]:
    """Every cell that updates write."""
    for change in changes:
        if change.action == "update" and change.key is not None:
            for one in change.writes:
                yield from (((change.side, change.key, name), change) for name in one.columns)


def held_cells(plan: Iterable[Change]) -> dict[Cell, str]:
    """Every cell that an undo holds, and why."""
    fields = [(change, one) for change in plan for one in change.fields if one.held]
    return {(change.side, change.key or "", name): one.reason for change, one in fields for name in one.columns}


@pytest.mark.covers("R20")
@given(exchanges())
@FEW
def test_undone_everything_is_as_before(exchange: Exchange) -> None:
    """Apply then undo is the state before, but for what is held.

    Held are records that were created, and columns that must have a value and had none: these stay as they were made.
    """
    before = shown(exchange)
    undo = applied(exchange)
    after = shown(exchange)
    plan = undo.apply()
    created = {(one.side, one.key or "") for one in plan if one.hold is not None}
    assert {one.hold for one in plan} <= {None, "created_stays"}
    held = held_cells(plan)
    assert set(held.values()) <= {"needs_value"}
    assert {name for _, _, name in held} <= {"Name"}
    now = shown(exchange)
    for cell, value in now.items():
        assert value == (after if cell[:2] in created or cell in held else before)[cell]
    assert len(created) == len(undo.made)


@given(exchanges())
@FEW
def test_what_is_undone_has_nothing_left_to_undo(exchange: Exchange) -> None:
    """A second undo of the same run holds what was created, and has no change."""
    undo = applied(exchange)
    undo.apply()
    assert [one for one in undo.plan() if one.applicable] == []


@pytest.mark.covers("R20", part="moved since")
@given(exchanges(), st.data())
@FEW
def test_what_moved_since_is_never_written_over(exchange: Exchange, data: st.DataObject) -> None:
    """Some of the cells that the run wrote are changed by hand: they stay so, and all others go back."""
    before = shown(exchange)
    undo = applied(exchange)
    after = shown(exchange)
    cells = [cell for cell, _ in written(undo.changes) if cell[2] in {"name", "Name", "town", "Town", "Address"}]
    moved = data.draw(st.sets(st.sampled_from(cells))) if cells else set()
    for side, key, name in moved:
        rows = exchange.mis.rows["people"] if side == "mis" else exchange.provider.rows["learners"]
        next(row for row in rows if str(row["ident" if side == "mis" else "ID"]) == key)[name] = "99 zz"
    plan = undo.apply()
    held = held_cells(plan)
    assert {cell for cell, reason in held.items() if reason == "moved_since"} == moved
    now = shown(exchange)
    for cell, _ in written(undo.changes):
        assert now[cell] == ("99 zz" if cell in moved else (after if cell in held else before)[cell])


@pytest.mark.covers("R20", part="both directions")
@given(exchanges(TWO_WAY), st.data())
@FEW
def test_no_side_follows_what_was_put_back(exchange: Exchange, data: st.DataObject) -> None:
    """Under every rule of two-way fields: the plan after an undo writes what was undone to no other side.

    Both sides agreed, then some names moved on one side; that was applied, and undone. The next plan holds the field or
    has the change again that the run had; where the rule asks, it holds whatever differs.
    """
    for row in exchange.mis.rows["people"]:
        row["name"] = "Ann Lee 3"  # so that many agree
    for row in exchange.provider.rows["learners"]:
        row["Name"] = "Ann Lee 3"
    known = applied(exchange).agreed
    rows = [(row, "name") for row in exchange.mis.rows["people"]]
    rows += [(row, "Name") for row in exchange.provider.rows["learners"]]
    for at in data.draw(st.sets(st.integers(0, len(rows) - 1))) if rows else ():
        row, name = rows[at]
        row[name] = data.draw(st.sampled_from(["Moss 1", "Ray 2"]))
    undo = applied(exchange, known)
    plan = [one for one in undo.apply() if one.applicable]
    undone = {(one.mis_id, one.provider_id, part.field): one.side for one in plan for part in one.writes}
    planner = replace(exchange.planner, agreed=lambda _: undo.agreed)
    rules = {one.name: one for one in exchange.query.records[0].fields}
    for change in planner.builder.changes(planner.decide_all()[0]):
        for part in change.writes:
            side = undone.get((change.mis_id, change.provider_id, part.field))
            if side is not None and rules[part.field].mode == "both":
                assert rules[part.field].rule != "ask"
                assert change.side == side
