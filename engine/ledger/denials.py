"""Pairs of records that a person said are not one and the same: added to, never altered. The newest row counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, select

from engine.crashpoints import crashpoint
from engine.errors import RefusedError
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text, read_instant
from engine.ledger.store import Store
from engine.ledger.tables import denials as table
from engine.ledger.tables import links

_DENIED, _WITHDRAWN = "denied", "withdrawn"
_PAIR = ("record_type", "mis_id", "provider_id")
Pair = tuple[str, str, str]
"""Record type, MIS id, provider id."""


class DeniedPairError(RefusedError):
    """A link was to be stored between records that a person said are not the same."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        record_type, mis_id, provider_id = pair
        what = f"a person said that {record_type} {mis_id} is not the provider's record {provider_id}"
        super().__init__(f"{what}; no link was stored")


@dataclass(frozen=True, slots=True)
class Denial:
    """A person's word that two records are not the same."""

    record_type: str
    mis_id: str
    provider_id: str
    who: str
    at: datetime
    why: str

    @property
    def pair(self) -> Pair:
        """The two records."""
        return self.record_type, self.mis_id, self.provider_id


def deny_pair(store: Store, exchange: str, pair: Pair, who: str, why: str) -> Denial:
    """Keep that two records are not the same; RefusedError where they are linked."""
    with store.writing() as connection:
        if connection.execute(select(links.c.mis_id).where(_exactly(exchange, pair, links))).first() is not None:
            record_type, mis_id, provider_id = pair
            message = (
                f"{record_type} {mis_id} is linked to {provider_id}: `tieline link remove` takes the link away first"
            )
            raise RefusedError(message)
        at = _add(connection, store, exchange, (*pair, _DENIED, who, why))
        crashpoint("word.before")
    crashpoint("word.committed")
    return Denial(*pair, who, at, why)


def withdraw_denial(store: Store, exchange: str, pair: Pair, who: str, why: str) -> None:
    """Take back that two records are not the same; RefusedError where nobody says so."""
    with store.writing() as connection:
        if not _standing(connection, _exactly(exchange, pair)):
            record_type, mis_id, provider_id = pair
            message = f"nobody says that {record_type} {mis_id} is not {provider_id}; there is nothing to take back"
            raise RefusedError(message)
        _add(connection, store, exchange, (*pair, _WITHDRAWN, who, why))
        crashpoint("word.before")
    crashpoint("word.committed")


def withdraw_by_link(connection: Connection, store: Store, exchange: str, pair: Pair, who: str) -> None:
    """Take a denial back, where there is one, in the transaction that links the two records by hand."""
    if _standing(connection, _exactly(exchange, pair)):
        _add(connection, store, exchange, (*pair, _WITHDRAWN, who, "the two were linked by hand"))


def standing_denials(store: Store, exchange: str, record_type: str) -> tuple[Denial, ...]:
    """The pairs that are denied, sorted by MIS id, then provider id, by code point."""
    own = and_(table.c.exchange == exchange, table.c.record_type == record_type)
    with store.reading() as connection:
        return _standing(connection, own)


def denied_columns(found: Sequence[Denial]) -> dict[str, list[str | None]]:
    """Denied pairs as columns of one length: mis_id, provider_id. No pair: no columns."""
    return {"mis_id": [one.mis_id for one in found], "provider_id": [one.provider_id for one in found]} if found else {}


def refuse_denied(connection: Connection, exchange: str, pairs: Sequence[Pair]) -> None:
    """DeniedPairError where one of these pairs is denied."""
    wanted = set(pairs)
    for record_type in sorted({pair[0] for pair in wanted}):
        own = and_(table.c.exchange == exchange, table.c.record_type == record_type)
        for one in _standing(connection, own):
            if one.pair in wanted:
                raise DeniedPairError(one.pair)


def _standing(connection: Connection, condition: ColumnElement[bool]) -> tuple[Denial, ...]:
    last = select(func.max(table.c.number)).group_by(table.c.exchange, *(table.c[name] for name in _PAIR))
    query = select(table).where(condition, table.c.number.in_(last), table.c.said == _DENIED)
    rows = connection.execute(query.order_by(table.c.mis_id, table.c.provider_id))
    return tuple(
        Denial(row.record_type, row.mis_id, row.provider_id, row.who, read_instant(row.at), row.why) for row in rows
    )


def _exactly(exchange: str, pair: Pair, of: Table = table) -> ColumnElement[bool]:
    return and_(of.c.exchange == exchange, *(of.c[name] == part for name, part in zip(_PAIR, pair, strict=True)))


def _add(connection: Connection, store: Store, exchange: str, said: tuple[str, str, str, str, str, str]) -> datetime:
    """A row and its entry in the log; when that was."""
    now = store.clock.now()
    row = dict(zip((*_PAIR, "said", "who", "why"), said, strict=True))
    connection.execute(insert(table), row | {"exchange": exchange, "at": instant_text(now)})
    facts = {name: row[name] for name in (*_PAIR, "why")}
    append(connection, [Entry(now, row["who"], f"match.{row['said']}", exchange, facts=facts)])
    return now
