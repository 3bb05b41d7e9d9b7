"""What people decided of fields that were held: added to, never altered. The newest row of a link and field counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select

from engine.crashpoints import crashpoint
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text
from engine.ledger.leases import Lease
from engine.ledger.runs import Run, check_run, log_run
from engine.ledger.store import Store
from engine.ledger.tables import decisions as table

Take = Literal["mis", "provider", "neither"]
_SPENT = "spent"
_NAMES = ("mis_id", "provider_id", "centre", "field", "mark", "take")
_OWN = ("record_type", "mis_id", "provider_id", "centre", "field")


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on one field of one link. `change` is the id of the change that held it.

    `mark` is the keyed hash of what the field's rule read on both sides: with other values the word does not count.
    """

    change: str
    record_type: str
    mis_id: str
    provider_id: str
    centre: str | None
    field: str
    mark: str
    take: Take
    who: str
    why: str


def add_decision(store: Store, exchange: str, plan: str, decision: Decision) -> None:
    """Keep a decision; an earlier one on the same field counts no more. `plan` is the plan that held the field."""
    row = {name: getattr(decision, name) for name in (*_OWN, "mark", "take", "change", "who", "why")}
    row |= {"centre": decision.centre or ""}
    with store.writing() as connection:
        now = store.clock.now()
        connection.execute(insert(table), row | {"exchange": exchange, "plan": plan, "at": instant_text(now)})
        facts = {
            name: getattr(decision, name) for name in ("record_type", "mis_id", "provider_id", "field", "take", "why")
        }
        entry = Entry(now, decision.who, "hold.decided", exchange, plan, change=decision.change, facts=facts)
        append(connection, [entry])
        crashpoint("word.before")
    crashpoint("word.committed")


def standing_decisions(store: Store, exchange: str, record_type: str | None = None) -> tuple[Decision, ...]:
    """The decisions that count, of one record type or of all, sorted by link and field, by code point."""
    own = table.c.exchange == exchange
    if record_type is not None:
        own = and_(own, table.c.record_type == record_type)
    with store.reading() as connection:
        return tuple(_decision(row) for row in _newest(connection, own) if row.take != _SPENT)


def decision_columns(found: Sequence[Decision]) -> dict[str, list[str | None]]:
    """Decisions as columns of one length: mis_id, provider_id, centre, field, mark, take. No decision: no columns."""
    return {name: [getattr(one, name) for one in found] for name in _NAMES} if found else {}


def spend_decisions(store: Store, lease: Lease, run: Run, spent: Sequence[tuple[str, str, str]]) -> None:
    """Write that a run has carried out decisions, so that they do not count again when the old values come back.

    Each is the record type, the field and the mark; one that counts no more, or was made anew, is left as it is.
    LeaseError where the lease has passed on.
    """
    with store.writing() as connection:
        check_run(connection, lease, run)
        now = store.clock.now()
        marks = table.c.mark.in_([mark for _, _, mark in spent])
        found = [
            row
            for row in _newest(connection, and_(table.c.exchange == run.exchange, marks))
            if row.take != _SPENT and (row.record_type, row.field, row.mark) in spent
        ]
        for row in found:
            own = {name: getattr(row, name) for name in ("exchange", *_OWN, "mark", "change", "plan")}
            connection.execute(
                insert(table), own | {"take": _SPENT, "who": lease.who, "why": "", "at": instant_text(now)}
            )
            facts = {"record_type": row.record_type, "field": row.field, "take": row.take}
            log_run(connection, run, Entry(now, lease.who, "hold.decision.spent", change=row.change, facts=facts))
        crashpoint("word.before")
    crashpoint("word.committed")


def _newest(connection: Connection, condition: ColumnElement[bool]) -> list[Row[Any]]:
    """The newest row of each link and field among those that fit, where it fits itself."""
    own = [table.c[name] for name in ("exchange", *_OWN)]
    last = select(func.max(table.c.number)).group_by(*own)
    query = select(table).where(condition, table.c.number.in_(last))
    return list(connection.execute(query.order_by(*(table.c[name] for name in _OWN))))


def _decision(row: Row[Any]) -> Decision:
    same = {name: getattr(row, name) for name in Decision.__dataclass_fields__ if name != "centre"}
    return Decision(**same, centre=row.centre or None)
