"""How an exchange stands in the store: its links, counted or those of one record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.ledger.forms import read_instant
from engine.ledger.store import Store
from engine.ledger.tables import links


@dataclass(frozen=True, slots=True)
class Linked:
    """How many links of a record type an exchange has, and when the newest was stored."""

    number: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """One stored link of a record, with the instant at which it was stored."""

    provider_id: str
    centre: str | None
    added_at: datetime


def count_links(store: Store, exchange: str) -> dict[str, Linked]:
    """Record type -> its links, sorted by record type."""
    query = (
        select(links.c.record_type, func.count(), func.max(links.c.added_at))
        .where(links.c.exchange == exchange)
        .group_by(links.c.record_type)
        .order_by(links.c.record_type)
    )
    with store.reading() as connection:
        return {row[0]: Linked(row[1], read_instant(row[2])) for row in connection.execute(query)}


def held_links(store: Store, exchange: str, record_type: str, mis_id: str) -> tuple[Held, ...]:
    """The links of one record of the MIS, one for each centre."""
    query = (
        select(links.c.provider_id, links.c.centre, links.c.added_at)
        .where(links.c.exchange == exchange, links.c.record_type == record_type, links.c.mis_id == mis_id)
        .order_by(links.c.centre)
    )
    with store.reading() as connection:
        return tuple(Held(row[0], row[1] or None, read_instant(row[2])) for row in connection.execute(query))
