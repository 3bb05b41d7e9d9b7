"""What both sides once agreed on, by link and field: written by an apply that has seen both sides equal."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, delete, insert, or_, select

from engine.ledger.columns import read_columns
from engine.ledger.entries import Entry
from engine.ledger.forms import instant_text
from engine.ledger.leases import Lease
from engine.ledger.runs import Run, check_run, log_run
from engine.ledger.store import Store
from engine.ledger.tables import agreed as table

Columns = Mapping[str, Sequence[str | None]]
"""Columns of one length: mis_id, provider_id, centre, field and mark (a keyed hash, or empty)."""

_CHUNK = 500
_NAMES = ("mis_id", "provider_id", "centre", "field", "mark")


def agreed_columns(store: Store, exchange: str, record_type: str) -> dict[str, list[str | None]]:
    """All agreements of a record type, sorted by mis_id, centre and field, by code point."""
    query = (
        select(table.c.mis_id, table.c.provider_id, table.c.centre, table.c.field, table.c.mark)
        .where(table.c.exchange == exchange, table.c.record_type == record_type)
        .order_by(table.c.mis_id, table.c.centre, table.c.field)
    )
    with store.reading() as connection:
        return read_columns(connection, query, _NAMES, blank="centre")


def note_agreed(store: Store, lease: Lease, run: Run, record_type: str, columns: Columns) -> None:
    """Keep what a run has seen both sides agree on; what was kept of these links and fields before is replaced.

    LeaseError where the lease has passed on.
    """
    rows = [dict(zip(_NAMES, row, strict=True)) for row in zip(*(columns[name] for name in _NAMES), strict=True)]
    if not rows:
        return
    with store.writing() as connection:
        check_run(connection, lease, run)
        now = store.clock.now()
        own = {"exchange": run.exchange, "record_type": record_type, "at": instant_text(now)}
        for start in range(0, len(rows), _CHUNK):
            some = [{**row, **own, "centre": row["centre"] or ""} for row in rows[start : start + _CHUNK]]
            taken = [
                and_(table.c.mis_id == row["mis_id"], table.c.centre == row["centre"], table.c.field == row["field"])
                for row in some
            ]
            mine = and_(table.c.exchange == run.exchange, table.c.record_type == record_type)
            connection.execute(delete(table).where(mine, or_(*taken)))
            connection.execute(insert(table), some)
        facts = {"record_type": record_type, "agreed": len(rows)}
        log_run(connection, run, Entry(now, lease.who, "agreed.noted", facts=facts))
