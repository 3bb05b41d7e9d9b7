"""What must hold of the four histories, plans, journal, systems and log, after a seed was played (P1 to P8).

P5, P7 and P8 are looked at while it is played: `known_intent` in `world`, `_hook` and `settle` in `drive`.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from engine.ledger.plans import approvals_of
from engine.ledger.store import open_store
from engine.plan.file import open_plan
from engine.plan.model import Change
from tests.simulator.systems import Effect
from tests.simulator.world import World


@dataclass(frozen=True)
class Run:
    """A run, its plan's changes by id, the digests that were approved, and the last closing of each change."""

    id: str
    plan: str
    changes: dict[str, Change]
    approved: frozenset[str]
    closings: dict[str, str]


def check_all(world: World) -> None:
    """Every property that is looked at afterwards; AssertionError names it."""
    runs = _runs(world)
    by_run = {run.id: [one for one in world.watch.effects if _is_of(one, run)] for run in runs}
    known = sum(len(some) for some in by_run.values())
    assert known == len(world.watch.effects), "P2: an effect that no run accounts for"
    for run in runs:
        _once(by_run[run.id])
        _approved(run, by_run[run.id])
        _untouched(world, run, by_run[run.id])
        in_order(run, by_run[run.id])
        _agreeing(world, run, by_run[run.id])
    _created_once(world)
    _told(world)


def _runs(world: World) -> list[Run]:
    found = []
    store = open_store(world.exchange.workspace.store, world.clock)
    for run, plan, approval, file in world.asked(
        "SELECT runs.id, plan, approval, file FROM runs JOIN plans ON plans.id = runs.plan ORDER BY runs.number"
    ):
        changes = {one.id: one for one in open_plan(Path(str(file))).changes()}
        covered = next(one for one in approvals_of(store, str(plan)) if one.id == approval)
        ended = "SELECT change, said FROM journal WHERE run = ? AND kind = 'closing' ORDER BY number"
        told = {str(change): str(said) for change, said in world.asked(ended, run)}
        found.append(Run(str(run), str(plan), changes, frozenset(covered.changes), told))
    store.close()
    return found


def _is_of(effect: Effect, run: Run) -> bool:
    return effect.run_key == str(uuid5(UUID(run.id), effect.change))


def _once(effects: list[Effect]) -> None:
    twice = [change for change, number in Counter(one.change for one in effects).items() if number > 1]
    assert not twice, f"P1: more than one effect of {twice}"


def _approved(run: Run, effects: list[Effect]) -> None:
    for one in effects:
        change = run.changes.get(one.change)
        assert change is not None, "P2: an effect that the plan does not have"
        assert change.digest in run.approved, "P2: an effect that nobody approved"
        assert change.applicable, "P2: an effect of a change that is held"


def _untouched(world: World, run: Run, effects: list[Effect]) -> None:
    """P3: under B and S nothing is written over that is not what the plan was made from."""
    office, folder = world.planned_rows[run.plan]
    for one in effects:
        change = run.changes[one.change]
        if change.delivery not in {"B", "S"} or change.action != "update" or one.before is None or not change.key:
            continue
        rows = (office if one.system == "office" else folder)[one.collection]
        name = "ident" if one.system == "office" else "ID"
        planned = next((row for row in rows if str(row[name]) == one.key), None)
        if planned is not None:
            moved = [column for column in one.written if (planned.get(column) or "") != (one.before.get(column) or "")]
            assert not moved, f"P3: {moved} had moved since the plan was made, and was written over"


def in_order(run: Run, effects: list[Effect]) -> None:
    """P4: what a change depends on was carried out before it."""
    at = {one.change: one.at for one in effects}
    for change in run.changes.values():
        for needed in change.depends_on:
            if change.id in at and needed in at:
                assert at[needed] < at[change.id], "P4: carried out before what it needs"
            if change.id in at:
                assert run.closings.get(needed) in {"done", "already"}, "P4: carried out though what it needs was not"


def _agreeing(world: World, run: Run, effects: list[Effect]) -> None:
    """P6: journal and systems say the same of every change."""
    happened = {one.change: one for one in effects}
    for change in run.changes.values():
        if not change.applicable or change.digest not in run.approved:
            assert change.id not in run.closings, "P6: a closing of what was not approved"
            continue
        state = run.closings.get(change.id)
        assert state is not None, "P6: an approved change without an end"
        effect = happened.get(change.id)
        if state in {"already", "skipped"}:
            assert effect is None, f"P6: {state}, and it was carried out"
        if state == "done" and change.action != "link":
            assert effect is not None, "P6: done, and it was not carried out"
        if state in {"stale", "failed"} and effect is not None:
            assert _touched_since(world, effect), f"P6: {state}, and it was carried out and stands"


def _touched_since(world: World, effect: Effect) -> bool:
    """Whether somebody has edited the record, or what its rules read, since its plan was made."""
    number = effect.key.lstrip("mpaf")
    keys = {effect.key, f"m{number}", f"p{number}"}
    return any(key in keys for _, _, key, _ in world.moved_after)


def _created_once(world: World) -> None:
    """P1 over all runs: no record of the MIS was created twice at the provider."""
    made = Counter(one.change for one in world.watch.effects if one.before is None)
    twice = [change for change, number in made.items() if number > 1]
    assert not twice, f"P1: created twice: {twice}"


def _told(world: World) -> None:
    """P6: every end in the journal has its entry in the log, and every intent too."""
    for what, kind in (("change.intended", "intent"), ("change.closed", "closing"), ("change.answered", "outcome")):
        journal = world.asked("SELECT count(*) FROM journal WHERE kind = ?", kind)
        log = world.asked("SELECT count(*) FROM log WHERE what = ?", what)
        assert journal == log, f"P6: journal and log differ in {what}"
