"""The use case of planning: read both sides, write a plan file, tell the store."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.approve import current_user
from engine.compare.decide import Decisions
from engine.compare.match import BrokenLink
from engine.compare.reasons import Reason
from engine.compare.snapshot import Snapshot
from engine.digest import Json, digest_of
from engine.errors import WorkspaceError
from engine.ledger.agreed import agreed_columns
from engine.ledger.decisions import decision_columns, standing_decisions
from engine.ledger.denials import denied_columns, standing_denials
from engine.ledger.links import link_columns
from engine.ledger.plans import StoredPlan, store_plan
from engine.ledger.store import Store, open_store
from engine.ledger.unknown import unknown_changes
from engine.opening import open_system, store_address
from engine.plan.build import BROKEN, Builder, left_alone
from engine.plan.file import SUFFIX, PlanFile, open_plan, write_plan
from engine.plan.guard import Guard
from engine.plan.model import Change, Header, LeftAlone, LimitLine, Request
from engine.plan.place import refuse_other
from engine.planner import Planner
from engine.ports import Clock
from engine.query.compile import compile_rules
from engine.reading import Progress, Readings, Sides, silent
from engine.service.loading import Exchange
from engine.settings import Workspace
from engine.undo import Undoer

PLANS = Path(".tieline") / "plans"
WITNESS = Path(".tieline") / "witness"
Parts = tuple[Iterable[Change], Callable[[], Iterable[LeftAlone | LimitLine]]]
"""The changes of a plan, and what follows them: asked for once they are written."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that was just made, with the number of calls that reading took, and the fields that nobody named."""

    plan: PlanFile
    calls: Mapping[str, int]
    strangers: Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class MadeFor:
    """What a plan is made for, as its header has it: the day that rules read, and what a person asks for."""

    as_of: str | None = None
    request: Request | None = None
    broken: Mapping[str, frozenset[BrokenLink]] = field(default_factory=dict)
    """Links, by record type, that the plan found broken, where it is applied."""
    referred: frozenset[str] | None = None
    """The creates that changes of the plan refer to, where it is applied."""
    doubted: frozenset[str] = frozenset()
    """Record types of which the plan held what would be cleared, for a whole read was empty; where it is applied."""
    run: str | None = None
    """The run that applies the plan."""


FOR_ALL = MadeFor()


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a plan is kept: its exchange, the open store, and the clock that says when it is made."""

    exchange: Exchange
    store: Store
    clock: Clock


@contextmanager
def opened_store(workspace: Workspace, clock: Clock) -> Iterator[Store]:
    """The workspace's store, open."""
    store = open_store(store_address(workspace), clock, workspace.folder / WITNESS)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened_sides(exchange: Exchange, clock: Clock) -> Iterator[Sides]:
    """Both systems of an exchange, open."""
    catalog = exchange.checked.catalog
    mis = open_system(catalog.mis, exchange.workspace, clock)
    try:
        provider = open_system(catalog.provider, exchange.workspace, clock)
        try:
            yield Sides(mis, provider, catalog.mis.name, catalog.provider.name)
        finally:
            provider.close()
    finally:
        mis.close()


def planner_of(
    exchange: Exchange, store: Store, sides: Sides, progress: Progress = silent, made: MadeFor = FOR_ALL
) -> Planner:
    """The planner of an exchange over open systems."""
    day = date.fromisoformat(made.as_of) if made.as_of is not None else None
    unknown = unknown_changes(store, sides.provider_name, made.run)
    return Planner(
        query=compile_rules(
            exchange.checked, exchange.workspace.zone, day, enrol=made.request is not None and made.request.creates
        ),
        readings=Readings(sides, exchange.workspace.zone, progress, made.request),
        links=lambda record_type: link_columns(store, exchange.name, record_type),
        builder=Builder(sides.mis_name, sides.provider_name, store.key, unknown),
        agreed=lambda record_type: agreed_columns(store, exchange.name, record_type),
        broken=made.broken,
        referred=made.referred,
        doubted=made.doubted,
        decided=lambda record_type: decision_columns(standing_decisions(store, exchange.name, record_type)),
        denied=lambda record_type: denied_columns(standing_denials(store, exchange.name, record_type)),
    )


def undoer_of(exchange: Exchange, store: Store, sides: Sides, progress: Progress = silent) -> Undoer:
    """What plans and applies the undo of a run of an exchange, over open systems."""
    day = present_day(exchange, store.clock)  # rules that ask for it are compiled, but none is asked for its value
    return Undoer(
        query=compile_rules(exchange.checked, exchange.workspace.zone, day),
        readings=Readings(sides, exchange.workspace.zone, progress),
        links=lambda record_type: link_columns(store, exchange.name, record_type),
        agreed=lambda record_type: agreed_columns(store, exchange.name, record_type),
        key=store.key,
    )


def make_plan(
    exchange: Exchange,
    clock: Clock,
    out: Path | None = None,
    progress: Progress = silent,
    request: Request | None = None,
) -> Planned:
    """Read both sides whole and write the plan, of everything or of what is asked for; writes nothing to any system."""
    with opened_store(exchange.workspace, clock) as store, opened_sides(exchange, clock) as sides:
        made = MadeFor(as_of_now(exchange, clock), request)
        planner = planner_of(exchange, store, sides, progress, made)
        decisions, snapshots = planner.decide_all()
        header = header_of(exchange, store, snapshots, made)
        plan = keep_plan(Kept(exchange, store, clock), header, planner, decisions, out)
        return Planned(plan, sides.calls, sides.strangers)


def keep_plan(kept: Kept, header: Header, planner: Planner, decisions: list[Decisions], out: Path | None) -> PlanFile:
    """Write a plan and tell the store of it."""
    return remember(kept, write_changes(kept.exchange, header, planner, decisions, out))


def remember(kept: Kept, path: Path) -> PlanFile:
    """Tell the store of a plan file that was written."""
    plan = open_plan(path)
    store_plan(kept.store, _stored(kept.exchange, plan, kept.clock), current_user())
    return plan


def write_changes(
    exchange: Exchange, header: Header, planner: Planner, decisions: list[Decisions], out: Path | None
) -> Path:
    """Write the plan file of what was decided; its path."""
    records = {one.query.record_type: one.records for one in decisions}
    guard = Guard(exchange.settings.limits, records, requested=header.request is not None)

    def counted() -> Iterator[Change]:
        for change in planner.builder.changes(decisions):
            guard.count(change)
            yield change

    def rest() -> Iterator[LeftAlone | LimitLine]:
        yield from map(left_alone, decisions)
        yield from guard.lines()

    return write_lines(exchange, header, (counted(), rest), out)


def write_lines(exchange: Exchange, header: Header, parts: Parts, out: Path | None) -> Path:
    """Write a plan file of changes and of what follows them; its path."""
    changes, rest = parts
    folder = out.parent if out is not None else exchange.workspace.folder / PLANS
    if out is not None:
        refuse_other(out)
    try:
        return write_plan(
            place=lambda plan: out or folder / f"{plan}{SUFFIX}",
            header=header,
            changes=changes,
            rest=rest,
            folder=folder,
        )
    except OSError as fault:
        message = f"the plan cannot be written to {folder} ({fault.strerror}); nothing was kept"
        raise WorkspaceError(message) from None


def made_for(plan: PlanFile) -> MadeFor:
    """What a plan was made for, so that it can be made again."""
    broken: dict[str, set[BrokenLink]] = {}
    referred: set[str] = set()
    doubted: set[str] = set()
    for change in plan.changes():
        if any(one.reason == Reason.EMPTY_READ.value for one in change.fields):
            doubted.add(change.record_type)
        referred.update(one.pending for one in change.writes if one.pending is not None)
        if change.hold in BROKEN:
            broken.setdefault(change.record_type, set()).add((change.mis_id, change.provider_id))
    links = {name: frozenset(some) for name, some in broken.items()}
    return MadeFor(plan.header.as_of, plan.header.request, links, frozenset(referred), frozenset(doubted))


def as_of_now(exchange: Exchange, clock: Clock) -> str | None:
    """The present day as a plan's header has it; None where no rule asks for it."""
    day = present_day(exchange, clock)
    return day.isoformat() if day is not None else None


def present_day(exchange: Exchange, clock: Clock) -> date | None:
    """The present day in the workspace's zone, where a rule asks for it."""
    if not exchange.checked.reads_today:
        return None
    return clock.now().astimezone(ZoneInfo(exchange.workspace.zone)).date()


def header_of(exchange: Exchange, store: Store, snapshots: list[Snapshot], made: MadeFor = FOR_ALL) -> Header:
    """What a plan made now would be made from."""
    settings = exchange.settings_json()
    read: dict[str, Json] = {}
    for one in snapshots:
        name = again = f"{one.system}/{one.collection.name}"
        times = 1
        while again in read:  # read for several record types, with other columns
            times += 1
            again = f"{name} {times}"
        read[again] = {
            "count": one.count,
            "digest": one.digest,
            "doubled": len(one.doubled),
            "keyless": one.keyless,
        }
    return Header(
        exchange=exchange.name,
        workspace=exchange.workspace.name,
        mapping=exchange.checked.rules.mapping,
        title=exchange.checked.rules.title,
        rules=exchange.checked.rules.digest,
        settings=settings,
        settings_digest=digest_of(settings),
        connectors=exchange.fingerprints(),
        environments=exchange.environments(),
        lineage=store.lineage,
        serial=store.serial(),
        snapshots=read,
        engine=version("tieline"),
        as_of=made.as_of,
        request=made.request,
        scope="request" if made.request is not None else "all",
    )


def _stored(exchange: Exchange, plan: PlanFile, clock: Clock) -> StoredPlan:
    counts = {"changes": plan.tally.applicable, "fields": plan.tally.fields, "held": plan.tally.held}
    return StoredPlan(
        id=plan.id,
        digest=plan.digest,
        exchange=exchange.name,
        file=str(plan.path),
        made_at=clock.now(),
        made_by=current_user(),
        counts=counts,
    )
