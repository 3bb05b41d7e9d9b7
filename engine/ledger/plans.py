"""Plans that were made, and the approvals they were given."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.crashpoints import crashpoint
from engine.errors import NotApprovedError, TamperedPlanError
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text, json_text, read_instant, read_json
from engine.ledger.references import find_row
from engine.ledger.store import Store
from engine.ledger.tables import approvals, log, plans, runs

_GIVEN = "approval.given"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as the store knows it: where its file is, and when and by whom it was made. `counts` is JSON."""

    id: str
    digest: str
    exchange: str
    file: str
    made_at: datetime
    made_by: str
    counts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's word that these changes of this plan may be applied once.

    `changes` are ids of changes, `counts` what the approver was shown (JSON). `used_by` is the run that applies it, and
    `seen_until` the latest time that anybody wrote into the log since it was given; the store says both, so they are
    not set when an approval is added.
    """

    id: str
    plan: str
    digest: str
    changes: tuple[str, ...]
    approver: str
    os_user: str
    why: str
    at: datetime
    not_before: datetime | None
    not_after: datetime | None
    counts: Mapping[str, object]
    used_by: str | None = None
    seen_until: datetime | None = field(default=None, compare=False)


def store_plan(store: Store, plan: StoredPlan, who: str) -> None:
    """Remember a plan. One that is known already keeps its maker and its time; only where its file is may change.

    TamperedPlanError where the store knows another digest under the id.
    """
    with store.writing() as connection:
        known = connection.execute(select(plans.c.digest, plans.c.file).where(plans.c.id == plan.id)).one_or_none()
        if known is None:
            connection.execute(insert(plans).values(_plan_row(plan)))
            _log_plan(connection, store, plan, "plan.made", who)
        elif known.digest != plan.digest:
            raise TamperedPlanError(plan.id, "the store knows another plan under this id")
        elif known.file != plan.file:
            connection.execute(update(plans).where(plans.c.id == plan.id).values(file=plan.file))
            _log_plan(connection, store, plan, "plan.moved", who)
    crashpoint("plan.stored")


def find_plan(store: Store, reference: str) -> StoredPlan | None:
    """The plan of this id, or whose id alone begins so (6 letters or more); UsageError where several do."""
    with store.reading() as connection:
        row = find_row(connection, plans, select(plans), reference)
    return None if row is None else _plan(row)


def list_plans(store: Store, exchange: str | None = None) -> tuple[StoredPlan, ...]:
    """The plans, of one exchange or of all, newest first."""
    query = select(plans).order_by(plans.c.number.desc())
    if exchange is not None:
        query = query.where(plans.c.exchange == exchange)
    with store.reading() as connection:
        return tuple(_plan(row) for row in connection.execute(query))


def add_approval(store: Store, approval: Approval) -> None:
    """Remember an approval.

    NotApprovedError where the store does not know the plan or has the approval's id already; TamperedPlanError where
    the plan that it knows has another digest.
    """
    with store.writing() as connection:
        query = select(plans.c.digest, plans.c.exchange).where(plans.c.id == approval.plan)
        plan = connection.execute(query).one_or_none()
        if plan is None:
            raise NotApprovedError(approval.plan, "the store does not know it")
        if plan.digest != approval.digest:
            raise TamperedPlanError(approval.plan, "the approval is of other bytes")
        if connection.scalar(select(approvals.c.id).where(approvals.c.id == approval.id)) is not None:
            raise NotApprovedError(approval.plan, f"approval {approval.id} was given before")
        connection.execute(insert(approvals).values(_approval_row(approval)))
        facts: dict[str, object] = {"approval": approval.id, "digest": approval.digest, "os_user": approval.os_user}
        facts |= {"changes": len(approval.changes), "counts": approval.counts}
        entry = Entry(store.clock.now(), approval.approver, _GIVEN, plan.exchange, approval.plan, facts=facts)
        append(connection, [entry])
        crashpoint("approval.before")
    crashpoint("approval.committed")


def approvals_of(store: Store, plan_id: str) -> tuple[Approval, ...]:
    """The approvals of a plan, newest first, each with the run that has used it."""
    # Numbers say what came after what, whatever the clocks said.
    own = log.alias()
    given = select(func.max(own.c.number)).where(
        own.c.plan == approvals.c.plan, own.c.what == _GIVEN, own.c.facts.contains(approvals.c.id)
    )
    seen = select(func.max(log.c.at)).where(log.c.number > given.scalar_subquery())
    query = (
        select(approvals, runs.c.id.label("used_by"), seen.scalar_subquery().label("seen_until"))
        .outerjoin(runs, runs.c.approval == approvals.c.id)
        .where(approvals.c.plan == plan_id)
        .order_by(approvals.c.at.desc(), approvals.c.number.desc())
    )
    with store.reading() as connection:
        return tuple(_approval(row) for row in connection.execute(query))


def _log_plan(connection: Connection, store: Store, plan: StoredPlan, what: str, who: str) -> None:
    facts = {"digest": plan.digest, "counts": plan.counts}
    append(connection, [Entry(store.clock.now(), who, what, plan.exchange, plan.id, facts=facts)])


def _plan_row(plan: StoredPlan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "digest": plan.digest,
        "exchange": plan.exchange,
        "file": plan.file,
        "made_at": instant_text(plan.made_at),
        "made_by": plan.made_by,
        "counts": json_text(plan.counts),
    }


def _plan(row: Row[Any]) -> StoredPlan:
    made_at = read_instant(row.made_at)
    return StoredPlan(row.id, row.digest, row.exchange, row.file, made_at, row.made_by, read_json(row.counts))


def _approval_row(approval: Approval) -> dict[str, Any]:
    same = {name: getattr(approval, name) for name in ("id", "plan", "digest", "approver", "os_user", "why")}
    return same | {
        "changes": zlib.compress(json_text(approval.changes).encode("ascii")),
        "at": instant_text(approval.at),
        "not_before": _maybe_text(approval.not_before),
        "not_after": _maybe_text(approval.not_after),
        "counts": json_text(approval.counts),
    }


def _approval(row: Row[Any]) -> Approval:
    same = {name: getattr(row, name) for name in ("id", "plan", "digest", "approver", "os_user", "why", "used_by")}
    return Approval(
        **same,
        changes=tuple(read_json(zlib.decompress(row.changes))),
        at=read_instant(row.at),
        not_before=_maybe_instant(row.not_before),
        not_after=_maybe_instant(row.not_after),
        counts=read_json(row.counts),
        seen_until=_maybe_instant(row.seen_until),
    )


def _maybe_text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _maybe_instant(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
