"""The use case of undoing: the plan that takes a run back. It is approved and applied like any other plan."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from engine.approve import current_user
from engine.compare.reasons import Reason
from engine.errors import RefusedError, TamperedPlanError, UsageError
from engine.ledger.ends import End, ends_of, made_of, unsure_of
from engine.ledger.journal import Closing, end_run
from engine.ledger.leases import Lease, hold_lease
from engine.ledger.plans import find_plan
from engine.ledger.runs import Run, find_run
from engine.ledger.store import Store
from engine.plan.file import PlanFile
from engine.plan.guard import Guard
from engine.plan.model import Change, Header, LeftAlone, LimitLine
from engine.ports import Clock
from engine.reading import Progress, silent
from engine.service.applying import find_in
from engine.service.ending import UNCLEAR, closings_of
from engine.service.loading import Exchange, load_exchange
from engine.service.planning import (
    Kept,
    Planned,
    header_of,
    opened_sides,
    opened_store,
    remember,
    undoer_of,
    write_lines,
)
from engine.settings import Workspace
from engine.undo import Done, Undoer, inverse

MANY = 1000
"""How many changes of a run are looked at together."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The plan that undoes a run, and how many changes the run had done.

    `ended` is the state that an unfinished run was in, which this has ended; empty where the run had finished.
    """

    run: str
    planned: Planned
    done: int
    ended: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for: where, and where the plan goes to."""

    workspace: Workspace
    clock: Clock
    out: Path | None
    progress: Progress


def plan_undo(
    workspace: Workspace,
    clock: Clock,
    reference: str,
    out: Path | None = None,
    progress: Progress = silent,
    *,
    end: bool = False,
) -> Undone:
    """Read what a run wrote again and plan to put back what was there before; writes nothing to any system.

    With `end` a run that was halted or cut off is ended, once its undo can be planned: it cannot be resumed afterwards.
    UsageError where there is no such run; LeaseError where it goes on just now; RefusedError where it has not ended and
    is not to be ended, its plan file is gone, or it was applied to other environments.
    """
    asked = _Asked(workspace, clock, out, progress)
    with opened_store(workspace, clock) as store:
        run = _found(store, reference)
        if run.state == "finished":
            return _undone(asked, store, run, None)
        if not end:
            message = (
                f"run {run.id} has not ended: `tieline resume {run.id[:8]}` first, or `tieline undo {run.id[:8]} --end`"
            )
            raise RefusedError(f"{message} where nobody will go on with it")
        with hold_lease(store, run.system, current_user()) as lease:
            run = _found(store, run.id)  # as it is now that no other process goes on with it
            return _undone(asked, store, run, lease if run.state != "finished" else None)


def _undone(asked: _Asked, store: Store, run: Run, lease: Lease | None) -> Undone:
    """Plan the undo of a run, and end the run where it has not finished: then its provider's lease is held."""
    exchange = load_exchange(asked.workspace, run.exchange)
    plan = _plan_of(store, run)
    _refuse_other_systems(exchange, run, plan.header)
    done = Done(ends_of(store, run.id), made_of(store, run.id), unsure_of(store, run.id))
    closings = closings_of(store, run, plan, done) if lease is not None else []
    ends = dict(done.ends) | {
        one.change: End(one.state, asked.clock.now(), one.detail, one.new_key) for one in closings
    }
    to_see = frozenset(one.change for one in closings if one.state == "done")
    done = replace(done, ends=ends, unsure=done.unsure - to_see)
    with opened_sides(exchange, asked.clock) as sides:
        undoing = _Undoing(plan, done, undoer_of(exchange, store, sides, asked.progress), exchange, to_see)
        header = replace(header_of(exchange, store, []), scope="undo", undoes=run.id)
        path = write_lines(exchange, header, (undoing.changes(), undoing.rest), asked.out)
        if lease is not None:  # before the store knows the plan: what it undoes must not go on
            end_run(store, lease, run, [_as_found(one, undoing.unseen) for one in closings])
        planned = Planned(remember(Kept(exchange, store, asked.clock), path), sides.calls, sides.strangers)
    number = sum(end.state == "done" for end in ends.values()) - len(undoing.unseen)
    return Undone(run.id, planned, number, run.state if lease is not None else "")


def _as_found(closing: Closing, unseen: Container[str]) -> Closing:
    return replace(closing, state="failed", detail=UNCLEAR) if closing.change in unseen else closing


def _found(store: Store, reference: str) -> Run:
    run = find_run(store, reference)
    if run is None:
        message = f"there is no run {reference}: give its id, or the first six characters or more of it"
        raise UsageError(message)
    return run


def _plan_of(store: Store, run: Run) -> PlanFile:
    try:
        return find_in(store, run.plan)[1]
    except TamperedPlanError as fault:
        stored = find_plan(store, run.plan)
        where = f"; bring back {stored.file} from a backup" if stored is not None else ""
        message = f"run {run.id} cannot be undone without its plan, which has the values before: {fault.why}{where}"
        raise RefusedError(message) from None


def _refuse_other_systems(exchange: Exchange, run: Run, header: Header) -> None:
    """Raise where the exchange is with other systems now: values of one must not be written to another."""
    now = exchange.environments()
    was = dict(header.environments)
    if now != was:
        told = " and ".join(f"{name} ({where})" for name, where in sorted(was.items()))
        message = f"run {run.id} was applied between {told}; tieline.yaml names other systems or environments now"
        raise RefusedError(message)


@dataclass(slots=True)
class _Undoing:
    """The lines of an undo plan while they are written: the last change of the run comes first.

    `to_see` are changes that count as done if the records show them; those that they do not show become `unseen`.
    """

    plan: PlanFile
    done: Done
    undoer: Undoer
    exchange: Exchange
    to_see: frozenset[str] = frozenset()
    unseen: set[str] = field(default_factory=set)
    guard: Guard = field(init=False)
    held: Counter[str] = field(default_factory=Counter)
    situations: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.guard = Guard(self.exchange.settings.limits, {line.record_type: line.of for line in self.plan.limits})

    def changes(self) -> Iterator[Change]:
        """Every change that takes one of the run's back, and every hold."""
        places = [place for place, change in self.plan.places() if self.done.concerns(change)]
        places.reverse()
        every = iter(places)
        while some := list(islice(every, MANY)):
            goals = [inverse(change, self.done) for change in self.plan.changes_at(some)]
            found = Counter(goal.record_type for goal in goals)
            for change in self._looked_at(goals):
                self.guard.count(change)
                self._count(change)
                found[change.record_type] -= 1
                yield change
            for record_type, number in found.items():
                self._situations(record_type)["as before"] += number

    def _looked_at(self, goals: Sequence[Change]) -> Iterator[Change]:
        """These inverse changes as they have to be now; held where nobody has seen, nor sees now, what they undo."""
        now = {change.id: change for change in self.undoer.plan(goals)}
        for goal in goals:
            change = now.get(goal.id)
            if goal.id in self.to_see and (change is None or not _stands(change, goal)):
                self.unseen.add(goal.id)
                change = replace(goal, fields=(), hold=Reason.UNDO_UNCLEAR.value)
            if change is not None:
                yield change

    def rest(self) -> Iterator[LeftAlone | LimitLine]:
        """What was looked at, by record type, and the limits."""
        fields: dict[str, dict[str, dict[str, int]]] = {}
        for (record_type, name, reason), number in sorted(self.undoer.counts.items()):
            fields.setdefault(record_type, {}).setdefault(name, {})[reason] = number
        for record_type, counts in sorted(self.situations.items()):
            told: Mapping[str, int] = {name: number for name, number in sorted(counts.items()) if number}
            yield LeftAlone(record_type, "undo", told, fields.get(record_type, {}), self.held[record_type])
        yield from self.guard.lines()

    def _count(self, change: Change) -> None:
        self._situations(change.record_type)["held" if change.hold is not None else "to be undone"] += 1
        self.held[change.record_type] += 1 if change.hold is not None else sum(one.held for one in change.fields)

    def _situations(self, record_type: str) -> Counter[str]:
        return self.situations.setdefault(record_type, Counter())


def _stands(change: Change, goal: Change) -> bool:
    """Whether a record shows what is to be undone: something of it, and nothing else in its place."""
    reasons = {one.reason for one in change.fields}
    other = len(change.fields) < len(goal.fields) or Reason.MOVED_SINCE.value in reasons
    return not other and not reasons.isdisjoint({Reason.UNDOES.value, Reason.NEEDS_VALUE.value})
