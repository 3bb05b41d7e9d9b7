"""One link set, edited or removed by hand: checked again in the transaction that stores it, and told to the log."""

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from engine.crashpoints import crashpoint
from engine.errors import RefusedError
from engine.ledger.denials import withdraw_by_link
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text
from engine.ledger.leases import Lease, check_fence
from engine.ledger.links import Link
from engine.ledger.store import Store, raise_serial
from engine.ledger.tables import links as table


class LinkedAlreadyError(RefusedError):
    """A record has a link already; `link` is that one."""

    def __init__(self, link: Link, what: str) -> None:
        self.link = link
        super().__init__(f"{what}; no link was changed")


class LinkMovedError(RefusedError):
    """A link is no longer what was shown to the person who said yes."""

    def __init__(self, link: Link) -> None:
        self.link = link
        super().__init__(f"the link of {link.record_type} {link.mis_id} was changed meanwhile; no link was changed")


def links_of(store: Store, exchange: str, record_type: str, mis_id: str) -> tuple[Link, ...]:
    """The links of one record of the MIS, by centre."""
    with store.reading() as connection:
        return _select(connection, _among(exchange, record_type) & (table.c.mis_id == mis_id))


def refuse_linked(store: Store, exchange: str, link: Link) -> None:
    """Raise `LinkedAlreadyError` where either record of a wished link is linked already."""
    with store.reading() as connection:
        _refuse_mis(connection, exchange, link)
        _refuse_provider(connection, exchange, link)


def refuse_held(store: Store, exchange: str, link: Link) -> None:
    """Raise `LinkedAlreadyError` where the provider's record is linked already."""
    with store.reading() as connection:
        _refuse_provider(connection, exchange, link)


def set_link(store: Store, exchange: str, link: Link, who: str) -> None:
    """Store a link of two records that have none; the serial rises. A denial of the pair is taken back."""
    with store.writing() as connection:
        _refuse_mis(connection, exchange, link)
        _refuse_provider(connection, exchange, link)
        withdraw_by_link(connection, store, exchange, (link.record_type, link.mis_id, link.provider_id), who)
        now = store.clock.now()
        row = {"exchange": exchange, "record_type": link.record_type, "mis_id": link.mis_id}
        row |= {"centre": link.centre or "", "provider_id": link.provider_id, "added_at": instant_text(now)}
        connection.execute(insert(table), row)
        raise_serial(connection)
        append(connection, [Entry(now, who, "link.set", exchange, facts=_facts(link, None, link.provider_id))])
        crashpoint("link.before")
    crashpoint("link.committed")


def edit_link(store: Store, exchange: str, before: Link, after: Link, said: tuple[str, str]) -> None:
    """Give a link another record of the provider; `said` is who says so and why. The serial rises.

    A denial of the new pair is taken back.
    """
    who, why = said
    with store.writing() as connection:
        _refuse_provider(connection, exchange, after)
        changed = connection.execute(
            update(table).where(_exactly(exchange, before)).values(provider_id=after.provider_id)
        )
        if changed.rowcount != 1:
            raise LinkMovedError(before)
        withdraw_by_link(connection, store, exchange, (after.record_type, after.mis_id, after.provider_id), who)
        raise_serial(connection)
        facts = _facts(before, before.provider_id, after.provider_id) | ({"why": why} if why else {})
        append(connection, [Entry(store.clock.now(), who, "link.edited", exchange, facts=facts)])
        crashpoint("link.before")
    crashpoint("link.committed")


def remove_link(store: Store, exchange: str, link: Link, who: str, *, lease: Lease | None = None) -> None:
    """Forget a link; the records stay. The serial rises. LeaseError where the lease of a run has passed on."""
    with store.writing() as connection:
        if lease is not None:
            check_fence(connection, lease)
        if connection.execute(delete(table).where(_exactly(exchange, link))).rowcount != 1:
            raise LinkMovedError(link)
        raise_serial(connection)
        facts = _facts(link, link.provider_id, None)
        append(connection, [Entry(store.clock.now(), who, "link.removed", exchange, facts=facts)])
        crashpoint("link.before")
    crashpoint("link.committed")


def _refuse_mis(connection: Connection, exchange: str, link: Link) -> None:
    own = (table.c.mis_id == link.mis_id) & (table.c.centre == (link.centre or ""))
    for held in _select(connection, _among(exchange, link.record_type) & own):
        what = f"{link.record_type} {link.mis_id} is linked to {held.provider_id} already (`tieline link edit`)"
        raise LinkedAlreadyError(held, what)


def _refuse_provider(connection: Connection, exchange: str, link: Link) -> None:
    own = table.c.provider_id == link.provider_id
    for held in _select(connection, _among(exchange, link.record_type) & own):
        what = f"the provider's record {link.provider_id} is linked to {link.record_type} {held.mis_id} already"
        raise LinkedAlreadyError(held, what)


def _among(exchange: str, record_type: str) -> ColumnElement[bool]:
    return and_(table.c.exchange == exchange, table.c.record_type == record_type)


def _exactly(exchange: str, link: Link) -> ColumnElement[bool]:
    own = and_(table.c.mis_id == link.mis_id, table.c.centre == (link.centre or ""))
    return and_(_among(exchange, link.record_type), own, table.c.provider_id == link.provider_id)


def _select(connection: Connection, condition: ColumnElement[bool]) -> tuple[Link, ...]:
    query = select(table.c.record_type, table.c.mis_id, table.c.provider_id, table.c.centre).where(condition)
    rows = connection.execute(query.order_by(table.c.mis_id, table.c.centre))
    return tuple(Link(row.record_type, row.mis_id, row.provider_id, row.centre or None) for row in rows)


def _facts(link: Link, before: str | None, after: str | None) -> dict[str, str | None]:
    facts = {"record_type": link.record_type, "mis_id": link.mis_id, "before": before, "after": after}
    return facts | ({"centre": link.centre} if link.centre else {})
