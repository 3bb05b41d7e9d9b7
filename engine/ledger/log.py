"""The log: who did what, in the order in which it was stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from engine.ledger.entries import Entry, append
from engine.ledger.forms import read_instant, read_json
from engine.ledger.store import Store
from engine.ledger.tables import log

__all__ = ["Entry", "append", "latest_entry", "read_log"]


def read_log(
    store: Store,
    *,
    run: str | None = None,
    plan: str | None = None,
    exchange: str | None = None,
    most: int | None = None,
) -> tuple[Entry, ...]:
    """The entries of a run, plan or exchange, oldest first; with `most`, only so many of the newest."""
    query = select(log).order_by(log.c.number.desc()).limit(most)
    for column, wanted in ((log.c.run, run), (log.c.plan, plan), (log.c.exchange, exchange)):
        if wanted is not None:
            query = query.where(column == wanted)
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(_entry(row) for row in reversed(rows))


def latest_entry(store: Store) -> datetime | None:
    """The latest instant that stands in the log, whatever the clock says now."""
    with store.reading() as connection:
        found = connection.scalar(select(func.max(log.c.at)))
    return None if found is None else read_instant(found)


def _entry(row: Row[Any]) -> Entry:
    names = ("who", "what", "exchange", "plan", "run", "change")
    return Entry(read_instant(row.at), **{name: getattr(row, name) for name in names}, facts=read_json(row.facts))
