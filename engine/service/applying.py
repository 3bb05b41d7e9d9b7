"""The use cases around a plan that exists: find it, approve it, apply it, go on after a cut."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from engine.again import Replanner
from engine.apply import Applier, Listener
from engine.approve import Statement, covered_by, current_user, make_approval, usable
from engine.digest import digest_of
from engine.errors import OutdatedPlanError, TamperedPlanError, UsageError
from engine.ledger.entries import Entry, append
from engine.ledger.leases import HoldersClock, Lease, hold_lease
from engine.ledger.plans import Approval, StoredPlan, add_approval, approvals_of, find_plan
from engine.ledger.runs import Run, begin_run, find_run, resume_run
from engine.ledger.store import Store
from engine.plan.file import PlanFile, open_plan
from engine.ports import Clock
from engine.reading import Progress, Sides, silent
from engine.report import Report
from engine.service.loading import Exchange, enabled_settings, load_exchange
from engine.service.planning import made_for, opened_sides, opened_store, planner_of, undoer_of
from engine.settings import Workspace


def _nobody(_change: object, _closing: object) -> None:
    """A listener that keeps nothing."""


def _unheard(_warning: str) -> None:
    """A listener to warnings who keeps none."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Who is told how a run goes on: changes as they are settled, reading, and what is doubtful before it begins."""

    change: Listener = _nobody
    progress: Progress = silent
    warn: Callable[[str], object] = _unheard


def find(workspace: Workspace, clock: Clock, reference: str) -> tuple[StoredPlan, PlanFile]:
    """A plan by id, by the beginning of its id, or by its file; every byte checked against what the store knows."""
    with opened_store(workspace, clock) as store:
        return find_in(store, reference)


def find_in(store: Store, reference: str) -> tuple[StoredPlan, PlanFile]:
    """As `find`, in a store that is open."""
    path = Path(reference)
    is_file = _is_file(path)
    stored = None if is_file else find_plan(store, reference)
    if stored is None and not is_file:
        message = f"there is no plan {reference}: give its file, its id, or the first six characters or more of its id"
        raise UsageError(message)
    plan = open_plan(path if stored is None else Path(stored.file))
    known = stored or find_plan(store, plan.id)
    if known is None or known.digest != plan.digest:
        raise TamperedPlanError(
            plan.path.name if known is None else known.id, "this workspace made no plan with these bytes"
        )
    return known, plan


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def log_reveal(workspace: Workspace, clock: Clock, plan: PlanFile) -> None:
    """Write down that somebody looked at a plan's masked values."""
    who = current_user()
    with opened_store(workspace, clock) as store, store.writing() as connection:
        append(connection, [Entry(clock.now(), who, "plan.revealed", exchange=plan.header.exchange, plan=plan.id)])


def approve_plan(workspace: Workspace, clock: Clock, reference: str, said: Statement) -> Approval:
    """Approve a plan in a person's name."""
    with opened_store(workspace, clock) as store:
        stored, plan = find_in(store, reference)
        enabled_settings(workspace, plan.header.exchange)
        approval = make_approval(plan, stored, workspace, said, store.clock.now())
        add_approval(store, approval)
        return approval


def apply_plan(
    workspace: Workspace, clock: Clock, reference: str, listening: Listening, *, take_over: bool = False
) -> Report:
    """Apply an approved plan; refused before any connector is opened where anything does not fit.

    With `take_over` the provider's lease is taken from whoever holds it.
    """
    with opened_store(workspace, clock) as store:
        _warn(store, listening)
        _, plan = find_in(store, reference)
        exchange = current_exchange(workspace, store, plan)
        approval = usable(plan, approvals_of(store, plan.id), store.clock.now())
        system = exchange.checked.catalog.provider.name
        with (
            hold_lease(store, system, current_user(), take_over=take_over) as lease,
            _opened(exchange, store, lease) as sides,  # what cannot be opened uses no approval up
        ):
            run = begin_run(store, lease, plan.id, approval.id, exchange.name, current_user())
            return _run(exchange, _Held(store, lease, run, sides), plan, listening)


def resume_run_of(
    workspace: Workspace, clock: Clock, reference: str, listening: Listening, *, take_over: bool = False
) -> Report:
    """Go on with a run that was cut off or halted; with `take_over` also with one whose process stands still."""
    with opened_store(workspace, clock) as store:
        _warn(store, listening)
        run = find_run(store, reference)
        if run is None:
            message = f"there is no run {reference}: give its id, or the first six characters or more of it"
            raise UsageError(message)
        _, plan = find_in(store, run.plan)
        exchange = current_exchange(workspace, store, plan)
        with (
            hold_lease(store, run.system, current_user(), take_over=take_over) as lease,
            _opened(exchange, store, lease) as sides,
        ):
            resumed = resume_run(store, lease, run, current_user())
            return _run(exchange, _Held(store, lease, resumed, sides), plan, listening)


def _warn(store: Store, listening: Listening) -> None:
    if store.doubt:
        listening.warn(store.doubt)


@dataclass(frozen=True, slots=True)
class _Held:
    """A run and what it holds."""

    store: Store
    lease: Lease
    run: Run
    sides: Sides


def _opened(exchange: Exchange, store: Store, lease: Lease) -> AbstractContextManager[Sides]:
    """Both systems, whose waits look at the lease."""
    return opened_sides(exchange, HoldersClock(store.clock, store, lease))


def _run(exchange: Exchange, held: _Held, plan: PlanFile, listening: Listening) -> Report:
    run = held.run
    covered = covered_by(plan, approvals_of(held.store, plan.id), run.approval, run.begun_at)
    planner: Replanner = (
        planner_of(exchange, held.store, held.sides, listening.progress, replace(made_for(plan), run=run.id))
        if plan.header.undoes is None
        else undoer_of(exchange, held.store, held.sides, listening.progress)
    )
    return Applier(held.store, held.lease, run, planner, held.store.clock, covered, listening.change).apply(plan)


def current_exchange(workspace: Workspace, store: Store, plan: PlanFile) -> Exchange:
    """The plan's exchange, if everything the plan was made from is still the same; else `OutdatedPlanError`."""
    header = plan.header
    if header.workspace != workspace.name or header.lineage != store.lineage:
        raise TamperedPlanError(plan.id, "it belongs to another workspace or store")
    if header.serial > store.serial():
        raise TamperedPlanError(plan.id, "the store is older than it: it was restored from a copy")
    exchange = load_exchange(workspace, header.exchange)
    parts = {
        "rules": header.rules == exchange.checked.rules.digest,
        "settings": header.settings_digest == digest_of(exchange.settings_json()),
        "connector files": dict(header.connectors) == exchange.fingerprints(),
        "environments": dict(header.environments) == exchange.environments(),
    }
    changed = [name for name, same in parts.items() if not same]
    if changed:
        raise OutdatedPlanError(plan.id, changed)
    return exchange
