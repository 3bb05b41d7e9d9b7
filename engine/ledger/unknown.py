"""Changes that may have been sent and of which nobody knows what became, until somebody looks."""

from sqlalchemy import Connection, Row, Select, and_, exists, func, insert, or_, select

from engine.errors import RefusedError
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text, json_text, read_json
from engine.ledger.leases import Lease, check_fence
from engine.ledger.store import Store
from engine.ledger.tables import journal, runs

_NOT_TAKEN_IN = ("refused", "conflict", "not_sent", "unauthorised")
_SENT_NOTHING = ("stale", "skipped")
"""Ends of changes for which nothing was sent: they say nothing of what an earlier run may have done."""
LOOKED = "a person looked: it was not carried out"


def unknown_changes(store: Store, system: str, resumed: str | None = None) -> frozenset[str]:
    """Changes that were sent to a provider and whose outcome nobody knows.

    They are those whose last closing says so, and creates that a run which was cut off may have sent. Whichever
    exchange sent them: two exchanges with one provider must not create a record twice. `resumed` is the run that goes
    on just now: it sees to its own.
    """
    with store.reading() as connection:
        return frozenset(row.change for row in connection.execute(_unknown(system, resumed)))


def release_change(store: Store, lease: Lease, change: str, why: str) -> None:
    """Close a change whose outcome nobody knew, for a person has looked and it is not there: it may be planned again.

    RefusedError where its outcome is known by now or the system said yes; LeaseError where the lease has passed on.
    """
    with store.writing() as connection:
        check_fence(connection, lease)
        row = _last(connection, lease.system, change)
        if row is None:
            raise RefusedError(f"what became of change {change[:12]} is known; there is nothing to release")
        _refuse_made(connection, row.run, change)
        now = store.clock.now()
        told = json_text({"detail": LOOKED, "new_key": None})
        line = {"run": row.run, "fence": lease.fence, "at": instant_text(now), "kind": "closing", "change": change}
        connection.execute(insert(journal).values(**line, attempt=0, said="failed", body=told))
        facts = {"why": why, "system": lease.system}
        append(connection, [Entry(now, lease.who, "change.released", row.exchange, row.plan, row.run, change, facts)])


def _refuse_made(connection: Connection, run: str, change: str) -> None:
    """RefusedError where the journal has the system's yes: then it is there, whoever looked."""
    where = journal.c.run == run, journal.c.change == change, journal.c.kind == "outcome", journal.c.said == "accepted"
    body = connection.scalar(select(journal.c.body).where(*where))
    if body is not None:
        key = read_json(body)["new_key"]
        raise RefusedError(
            f"the system said yes to change {change[:12]}"
            + (f" and gave the new record the id {key}" if key else "")
            + f": go on with `tieline resume {run[:8]}`, or link it with `tieline link set`"
        )


def _last(connection: Connection, system: str, change: str) -> Row[tuple[str, ...]] | None:
    """The run that left the change unknown."""
    return connection.execute(_unknown(system, None).where(journal.c.change == change)).first()


def _unknown(system: str, resumed: str | None) -> Select[tuple[str, ...]]:
    """Change, run, plan and exchange of every change whose outcome nobody knows."""
    last = (
        select(func.max(journal.c.number))
        .join(runs, runs.c.id == journal.c.run)
        .where(runs.c.system == system, journal.c.kind == "closing", journal.c.said.not_in(_SENT_NOTHING))
        .group_by(journal.c.change)
    )
    told = and_(journal.c.kind == "closing", journal.c.said == "unknown", journal.c.number.in_(last))
    other = journal.alias()
    here = and_(other.c.run == journal.c.run, other.c.change == journal.c.change)
    closed = exists().where(here, other.c.kind == "closing")
    not_taken_in = exists().where(here, other.c.attempt == journal.c.attempt, other.c.said.in_(_NOT_TAKEN_IN))
    cut = and_(
        journal.c.kind == "intent",
        journal.c.said == "create",
        runs.c.state != "finished",
        runs.c.id != (resumed or ""),
        ~closed,
        ~not_taken_in,
    )
    return (
        select(journal.c.change, journal.c.run, runs.c.plan, runs.c.exchange)
        .join(runs, runs.c.id == journal.c.run)
        .where(runs.c.system == system, or_(told, cut))
        .order_by(journal.c.number.desc())
    )
