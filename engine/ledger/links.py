"""Links: which record of the MIS is which record of a provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from engine.crashpoints import crashpoint
from engine.errors import RefusedError
from engine.ledger.columns import read_columns
from engine.ledger.denials import refuse_denied
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text
from engine.ledger.leases import Lease, check_fence
from engine.ledger.store import Store, raise_serial
from engine.ledger.tables import links as table

_CHUNK = 5000  # SQLite takes 32,766 bound values, PostgreSQL 65,535


@dataclass(frozen=True, slots=True)
class Link:
    """One record in both systems. `centre` is None where the provider has no centres; "" means the same."""

    record_type: str
    mis_id: str
    provider_id: str
    centre: str | None


class LinkTakenError(RefusedError):
    """A record of the MIS is linked already, to another record of the provider."""

    def __init__(self, record_type: str, mis_id: str) -> None:
        self.record_type, self.mis_id = record_type, mis_id
        super().__init__(f"{record_type} {mis_id} is linked to another record already; no link was stored")


_Key = tuple[str, str, str]
"""Record type, MIS id and centre."""


def link_columns(store: Store, exchange: str, record_type: str) -> dict[str, list[str | None]]:
    """All links of a record type as columns of one length: mis_id, provider_id and centre.

    They are sorted by mis_id, then centre (None first), by code point. A million links take about a second.
    """
    query = (
        select(table.c.mis_id, table.c.provider_id, table.c.centre)
        .where(table.c.exchange == exchange, table.c.record_type == record_type)
        .order_by(table.c.mis_id, table.c.centre)
    )
    with store.reading() as connection:
        return read_columns(connection, query, ("mis_id", "provider_id", "centre"), blank="centre")


def read_links(store: Store, exchange: str, record_type: str) -> tuple[Link, ...]:
    """All links of a record type, in the order of `link_columns`."""
    columns = link_columns(store, exchange, record_type)
    rows = zip(columns["mis_id"], columns["provider_id"], columns["centre"], strict=True)
    return tuple(Link(record_type, str(mis_id), str(provider_id), centre) for mis_id, provider_id, centre in rows)


def add_links(
    store: Store, exchange: str, links: Sequence[Link], who: str, *, created: bool = False, lease: Lease | None = None
) -> int:
    """Store the links that are new, all or none, and give their number; the serial rises when there is any.

    LinkTakenError where a record of the MIS is linked otherwise already (at the same centre), in the store or in
    `links` itself; DeniedPairError where a person said that two are not the same, unless one of them was just `created`
    for the other. Two records of the MIS may be linked to one of the provider: the planner reports that. A run gives
    its `lease`: LeaseError, and nothing stored, where that has passed on.
    """
    wanted = _wanted(links)
    with store.writing() as connection:
        if lease is not None:
            check_fence(connection, lease)
        held = _held(connection, exchange, wanted)
        _refuse_taken(wanted, held)
        if not created:
            refuse_denied(connection, exchange, [(one.record_type, one.mis_id, one.provider_id) for one in links])
        new = {key: provider_id for key, provider_id in wanted.items() if key not in held}
        now = store.clock.now()
        if new:
            connection.execute(insert(table), _rows(exchange, new, instant_text(now)))
            raise_serial(connection)
        facts = {"given": len(links), "added": len(new), "record_types": sorted({key[0] for key in new})}
        append(connection, [Entry(now, who, "links.added", exchange, facts=facts)])
        crashpoint("link.before")
    crashpoint("link.committed")
    return len(new)


def _wanted(links: Sequence[Link]) -> dict[_Key, str]:
    wanted: dict[_Key, str] = {}
    for link in links:
        key = (link.record_type, link.mis_id, link.centre or "")
        if wanted.setdefault(key, link.provider_id) != link.provider_id:
            raise LinkTakenError(link.record_type, link.mis_id)
    return wanted


def _held(connection: Connection, exchange: str, wanted: Mapping[_Key, str]) -> dict[_Key, str]:
    """What the store has for the MIS ids of `wanted`."""
    ids: dict[str, list[str]] = {}
    for record_type, mis_id, _ in wanted:
        ids.setdefault(record_type, []).append(mis_id)
    held: dict[_Key, str] = {}
    query = select(table.c.mis_id, table.c.centre, table.c.provider_id).where(table.c.exchange == exchange)
    for record_type, mis_ids in ids.items():
        for start in range(0, len(mis_ids), _CHUNK):
            chunk = query.where(table.c.record_type == record_type, table.c.mis_id.in_(mis_ids[start : start + _CHUNK]))
            for mis_id, centre, provider_id in connection.execute(chunk):
                held[record_type, mis_id, centre] = provider_id
    return held


def _refuse_taken(wanted: Mapping[_Key, str], held: Mapping[_Key, str]) -> None:
    for key, provider_id in wanted.items():
        if held.get(key, provider_id) != provider_id:
            raise LinkTakenError(key[0], key[1])


def _rows(exchange: str, new: Mapping[_Key, str], added_at: str) -> list[dict[str, str]]:
    return [
        {
            "exchange": exchange,
            "record_type": record_type,
            "mis_id": mis_id,
            "centre": centre,
            "provider_id": provider_id,
            "added_at": added_at,
        }
        for (record_type, mis_id, centre), provider_id in new.items()
    ]
