"""The use case of reading what was exchanged: every run that is stored, its changes and what became of each.

The store holds states and times, the plan file of a run the values. Without that file the states still stand.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.approve import current_user
from engine.errors import TamperedPlanError, UsageError
from engine.ledger.ends import End, ends_of
from engine.ledger.entries import Entry, append
from engine.ledger.plans import find_plan
from engine.ledger.runs import Run, find_run, list_runs
from engine.ledger.store import Store
from engine.plan.file import PlanFile, open_plan
from engine.plan.model import Change
from engine.plan.view import change_json
from engine.ports import Clock
from engine.service.planning import opened_store
from engine.settings import Workspace

LEARNER = "learner"
"""The record type that people ask for by its MIS id alone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exchanges to tell of: all, those of a learner (MIS id), one run, or only the newest that fits."""

    learner: str | None = None
    run: str | None = None
    exchange: str | None = None
    last: bool = False
    most: int | None = None
    """The newest runs that fit, at most so many."""
    reveal: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One run. `facts` are plain data; `changes` come one by one, once; `lacks` says why there are none."""

    facts: Mapping[str, Any]
    changes: Iterator[dict[str, Any]]
    lacks: str = ""


def exchanged(workspace: Workspace, clock: Clock, wanted: Wanted) -> Iterator[Told]:
    """The runs that fit, newest first; the changes of one are to be read before the next is asked for."""
    with opened_store(workspace, clock) as store:
        yield from runs_told(store, wanted)


def runs_told(store: Store, wanted: Wanted) -> Iterator[Told]:
    """As `exchanged`, of an open store. UsageError where the run that is asked for does not exist."""
    most = 1 if wanted.last else wanted.most
    for told in _fitting(store, wanted):
        yield told
        if most is not None:
            most -= 1
            if most == 0:
                return


def _fitting(store: Store, wanted: Wanted) -> Iterator[Told]:
    for run in _runs(store, wanted):
        ends = ends_of(store, run.id)
        facts = run_facts(run, ends)
        try:
            plan = _plan_of(store, run)
        except TamperedPlanError as fault:
            yield Told(facts, iter(()), f"plan {fault.plan}: {fault.why}")
            continue
        if wanted.learner is None:
            if wanted.reveal:
                _log_reveal(store, run, [None])
            yield Told(facts, _changes(plan, ends, wanted))
        elif rows := list(_changes(plan, ends, wanted)):  # one learner has few in a run
            if wanted.reveal:
                _log_reveal(store, run, [row["id"] for row in rows])
            yield Told(facts, iter(rows))


def _runs(store: Store, wanted: Wanted) -> tuple[Run, ...]:
    if wanted.run is None:
        return list_runs(store, wanted.exchange)
    run = find_run(store, wanted.run)
    if run is None:
        message = f"there is no run {wanted.run}: give its id, or the first six characters or more of it"
        raise UsageError(message)
    return (run,)


def run_facts(run: Run, ends: Mapping[str, End]) -> dict[str, Any]:
    """A run as plain data, with the number of changes that ended in each state."""
    return {
        "run": run.id,
        "plan": run.plan,
        "exchange": run.exchange,
        "begun_at": run.begun_at.isoformat(timespec="seconds"),
        "begun_by": run.begun_by,
        "state": run.state,
        "counts": dict(sorted(Counter(end.state for end in ends.values()).items())),
    }


def _plan_of(store: Store, run: Run) -> PlanFile:
    stored = find_plan(store, run.plan)
    if stored is None:
        raise TamperedPlanError(run.plan, "the store does not know it")
    plan = open_plan(Path(stored.file))
    if plan.digest != stored.digest:
        raise TamperedPlanError(run.plan, "its bytes are not those that were applied")
    return plan


def _changes(plan: PlanFile, ends: Mapping[str, End], wanted: Wanted) -> Iterator[dict[str, Any]]:
    for change in plan.changes():
        if change.id not in ends:
            continue
        if wanted.learner is None or (change.record_type, change.mis_id) == (LEARNER, wanted.learner):
            yield _row(change, ends[change.id], reveal=wanted.reveal)


def _row(change: Change, end: End, *, reveal: bool) -> dict[str, Any]:
    data = change_json(change, reveal=reveal)
    data["fields"] = [one for one in data["fields"] if not one["held"]]
    return data | {
        "at": end.at.isoformat(timespec="seconds"),
        "state": end.state,
        "detail": end.detail,
        "direction": "push" if change.side == "provider" else "pull",
        "new_key": end.new_key,
    }


def _log_reveal(store: Store, run: Run, changes: list[str | None]) -> None:
    """Write down, before they are shown, that somebody looks at the masked values of a run or of some changes."""
    now, who = store.clock.now(), current_user()
    entries = [Entry(now, who, "log.revealed", run.exchange, run.plan, run.id, change) for change in changes]
    with store.writing() as connection:
        append(connection, entries)
