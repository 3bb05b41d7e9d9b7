"""Entries of the log: who did what. They are added in the transaction of the act and never altered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert

from engine.ledger.forms import instant_text, json_text
from engine.ledger.tables import log


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `what` is a word of our own (`approval.given`); `facts` are JSON: counts, names of fields, verdicts.

    No value of a record stands in `facts`.
    """

    at: datetime
    who: str
    what: str
    exchange: str | None = None
    plan: str | None = None
    run: str | None = None
    change: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def append(connection: Connection, entries: Iterable[Entry]) -> None:
    """Add entries in the connection's transaction, so that no act is stored without its entry."""
    rows = [
        {
            "at": instant_text(entry.at),
            "who": entry.who,
            "what": entry.what,
            "exchange": entry.exchange,
            "plan": entry.plan,
            "run": entry.run,
            "change": entry.change,
            "facts": json_text(entry.facts),
        }
        for entry in entries
    ]
    if rows:
        connection.execute(insert(log), rows)
