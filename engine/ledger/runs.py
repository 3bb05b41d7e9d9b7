"""Runs: one application of one approval, from its beginning over any number of resumes to its end."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.crashpoints import crashpoint
from engine.errors import LeaseError, NotApprovedError
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text, read_instant
from engine.ledger.leases import Lease, check_fence
from engine.ledger.references import find_row
from engine.ledger.store import Store, raise_serial
from engine.ledger.tables import approvals, journal, log, runs

RunState = Literal["running", "finished", "halted"]
_FINISHED: RunState = "finished"
_ENDED = "run.ended"
"""What the log calls it where a run was ended before it had finished by itself."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run. `fence` is the number of the lease under which it was begun or last resumed."""

    id: str
    plan: str
    approval: str
    exchange: str
    system: str
    state: RunState
    begun_at: datetime
    begun_by: str
    fence: int


def begin_run(store: Store, lease: Lease, plan_id: str, approval_id: str, exchange: str, who: str) -> Run:
    """Begin the one run that a plan and its approval allow.

    NotApprovedError where the plan has a run already, under whichever approval, or the approval is not one of this
    plan; LeaseError where the lease has passed on.
    """
    now = store.clock.now()
    row = Run(str(uuid.uuid4()), plan_id, approval_id, exchange, lease.system, "running", now, who, lease.fence)
    with store.writing() as connection:
        check_fence(connection, lease)
        _check_unused(connection, plan_id, approval_id)
        connection.execute(insert(runs).values(_row(row)))
        raise_serial(connection)  # a plan made after this has other bytes, even where the data are as they were
        facts = {"approval": approval_id, "system": lease.system, "fence": lease.fence}
        log_run(connection, row, Entry(now, who, "run.begun", facts=facts))
    crashpoint("run.begun")
    return row


def find_run(store: Store, reference: str) -> Run | None:
    """The run of this id, or whose id alone begins so (6 letters or more); UsageError where several do."""
    with store.reading() as connection:
        row = find_row(connection, runs, select(runs), reference)
    return None if row is None else _run(row)


def list_runs(store: Store, exchange: str | None = None) -> tuple[Run, ...]:
    """The runs, of one exchange or of all, newest first."""
    query = select(runs).order_by(runs.c.number.desc())
    if exchange is not None:
        query = query.where(runs.c.exchange == exchange)
    with store.reading() as connection:
        return tuple(_run(row) for row in connection.execute(query))


def resume_run(store: Store, lease: Lease, run: Run, who: str) -> Run:
    """Go on with a run under a new lease.

    NotApprovedError where the run is finished; LeaseError where the lease has passed on or is another system's.
    """
    with store.writing() as connection:
        check_fence(connection, lease)
        stored = _stored(connection, lease, run)
        if stored.state == _FINISHED:
            raise NotApprovedError(run.plan, _why_finished(connection, run))
        resumed = replace(stored, state="running", fence=lease.fence)
        _change(connection, run, {"state": resumed.state, "fence": resumed.fence})
        raise_serial(connection)
        facts = {"system": run.system, "fence": lease.fence, "was": stored.state}
        log_run(connection, run, Entry(store.clock.now(), who, "run.resumed", facts=facts))
    return resumed


def finish_run(store: Store, lease: Lease, run: Run, state: Literal["finished", "halted"]) -> None:
    """Mark a run as finished or halted."""
    with store.writing() as connection:
        check_run(connection, lease, run)
        closed = journal.c.run == run.id, journal.c.kind == "closing"
        states = select(journal.c.said, func.count()).where(*closed).group_by(journal.c.said)
        counts = {row[0]: row[1] for row in connection.execute(states)}
        _change(connection, run, {"state": state})
        log_run(connection, run, Entry(store.clock.now(), lease.who, f"run.{state}", facts={"closings": counts}))
    crashpoint("run.finished")


def mark_ended(connection: Connection, lease: Lease, run: Run, now: datetime) -> None:
    """Mark a run as finished because its undo was planned: nobody can resume it.

    LeaseError where the lease has passed on or is another system's.
    """
    check_fence(connection, lease)
    was = _stored(connection, lease, run).state
    _change(connection, run, {"state": _FINISHED})
    facts = {"was": was, "why": "its undo was planned"}
    log_run(connection, run, Entry(now, lease.who, _ENDED, facts=facts))


def check_run(connection: Connection, lease: Lease, run: Run) -> None:
    """LeaseError unless the lease holds, is of the run's system, and the run goes on under it."""
    check_fence(connection, lease)
    stored = _stored(connection, lease, run)
    if stored.fence != lease.fence or stored.state != "running":
        raise LeaseError(f"run {run.id} does not go on under this lease (it is {stored.state}); nothing was stored")


def log_run(connection: Connection, run: Run, *entries: Entry) -> None:
    """Add entries on a run to the log, with its exchange, plan and id filled in."""
    append(connection, (replace(entry, exchange=run.exchange, plan=run.plan, run=run.id) for entry in entries))


def _check_unused(connection: Connection, plan_id: str, approval_id: str) -> None:
    approved = connection.scalar(select(approvals.c.plan).where(approvals.c.id == approval_id))
    if approved != plan_id:
        raise NotApprovedError(plan_id, "the store has no such approval of it")
    user = connection.scalar(select(runs.c.id).where(runs.c.plan == plan_id))  # an approval is of one plan alone
    if user is not None:
        raise NotApprovedError(plan_id, f"already applied by run {user}")


def _why_finished(connection: Connection, run: Run) -> str:
    ended = connection.scalar(select(log.c.who).where(log.c.run == run.id, log.c.what == _ENDED))
    return f"already applied by run {run.id}" if ended is None else f"{ended} ended run {run.id} to undo it"


def _stored(connection: Connection, lease: Lease, run: Run) -> Run:
    row = connection.execute(select(runs).where(runs.c.id == run.id)).one_or_none()
    if row is None or row.system != lease.system:
        raise LeaseError(f"run {run.id} is not one on {lease.system}; nothing was stored")
    return _run(row)


def _change(connection: Connection, run: Run, values: Mapping[str, object]) -> None:
    connection.execute(update(runs).where(runs.c.id == run.id).values(**values))


def _row(run: Run) -> dict[str, Any]:
    names = ("id", "plan", "approval", "exchange", "system", "state", "begun_by", "fence")
    return {name: getattr(run, name) for name in names} | {"begun_at": instant_text(run.begun_at)}


def _run(row: Row[Any]) -> Run:
    names = ("id", "plan", "approval", "exchange", "system", "state", "begun_by", "fence")
    return Run(**{name: getattr(row, name) for name in names}, begun_at=read_instant(row.begun_at))
