"""The use case of undoing: the plan that takes a run back. It is approved and applied like any other plan."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from engine.errors import RefusedError, TamperedPlanError, UsageError
from engine.ledger.ends import ends_of, made_of, unsure_of
from engine.ledger.plans import find_plan
from engine.ledger.runs import Run, find_run
from engine.ledger.store import Store
from engine.plan.file import PlanFile
from engine.plan.guard import Guard
from engine.plan.model import Change, Header, LeftAlone, LimitLine
from engine.ports import Clock
from engine.reading import Progress, silent
from engine.service.applying import find_in
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
    """The plan that undoes a run, and how many changes the run had done."""

    run: str
    planned: Planned
    done: int


def plan_undo(
    workspace: Workspace, clock: Clock, reference: str, out: Path | None = None, progress: Progress = silent
) -> Undone:
    """Read what a run wrote again and plan to put back what was there before; writes nothing to any system.

    UsageError where there is no such run; RefusedError where it has not ended, its plan file is gone, or it was applied
    to other environments.
    """
    with opened_store(workspace, clock) as store:
        run = _ended(store, reference)
        exchange = load_exchange(workspace, run.exchange)
        plan = _plan_of(store, run)
        _refuse_other_systems(exchange, run, plan.header)
        done = Done(ends_of(store, run.id), made_of(store, run.id), unsure_of(store, run.id))
        with opened_sides(exchange, clock) as sides:
            undoing = _Undoing(plan, done, undoer_of(exchange, store, sides, progress), exchange)
            header = replace(header_of(exchange, store, []), scope="undo", undoes=run.id)
            path = write_lines(exchange, header, (undoing.changes(), undoing.rest), out)
            planned = Planned(remember(Kept(exchange, store, clock), path), sides.calls, sides.strangers)
        return Undone(run.id, planned, sum(end.state == "done" for end in done.ends.values()))


def _ended(store: Store, reference: str) -> Run:
    run = find_run(store, reference)
    if run is None:
        message = f"there is no run {reference}: give its id, or the first six characters or more of it"
        raise UsageError(message)
    if run.state != "finished":
        message = f"run {run.id} has not ended ({run.state}): `tieline resume {run.id[:8]}` first, then undo it"
        raise RefusedError(message)
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
    """The lines of an undo plan while they are written: the last change of the run comes first."""

    plan: PlanFile
    done: Done
    undoer: Undoer
    exchange: Exchange
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
            for change in self.undoer.plan(goals):
                self.guard.count(change)
                self._count(change)
                found[change.record_type] -= 1
                yield change
            for record_type, number in found.items():
                self._situations(record_type)["as before"] += number

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
