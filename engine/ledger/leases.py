"""The lease of a system: at most one process applies changes to it at a time.

Two things keep others out. A lock on a file beside the store, which the operating system releases when its holder
ends, kill -9 included. And a number, the fence, that grows with every holder and that every write of the journal
compares: who held the lease before, and does not know that it has passed on, writes nothing more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, insert, select, update

from engine.errors import LeaseError
from engine.ledger.entries import Entry, append
from engine.ledger.files import locked
from engine.ledger.forms import instant_text
from engine.ledger.store import Store
from engine.ledger.tables import leases


class Lease:
    """The right to write to `system`, while `held`. `fence` is the holder's number, `since` when it began."""

    __slots__ = ("fence", "held", "since", "system", "who")

    def __init__(self, system: str, who: str, fence: int, since: datetime) -> None:
        self.system, self.who, self.fence, self.since = system, who, fence, since
        self.held = True


@contextmanager
def hold_lease(store: Store, system: str, who: str) -> Iterator[Lease]:
    """Hold the lease of a system within; LeaseError, saying who holds it since when, where it is taken."""
    with locked(lease_file(store, system), wait=False) as free:
        if not free:
            raise LeaseError(_taken(store, system))
        lease = _take(store, system, who)
        try:
            yield lease
        finally:
            lease.held = False


def lease_file(store: Store, system: str) -> Path:
    """The file that is locked; its name is safe whatever the system is called."""
    return store.path.with_name(f"{store.path.name}.lease-{quote(system, safe='')}")


def check_fence(connection: Connection, lease: Lease) -> None:
    """LeaseError unless the lease is held and no other process has had it since."""
    newest = connection.scalar(select(leases.c.fence).where(leases.c.system == lease.system))
    if not lease.held or newest != lease.fence:
        raise LeaseError(f"the lease of {lease.system} has passed on; nothing was stored: resume the run")


def _take(store: Store, system: str, who: str) -> Lease:
    with store.writing() as connection:
        now = store.clock.now()
        last = connection.scalar(select(leases.c.fence).where(leases.c.system == system))
        fence = (last or 0) + 1
        row = {"fence": fence, "who": who, "since": instant_text(now)}
        if last is None:
            connection.execute(insert(leases).values(system=system, **row))
        else:
            connection.execute(update(leases).where(leases.c.system == system).values(row))
        append(connection, [Entry(now, who, "lease.taken", facts={"system": system, "fence": fence})])
    return Lease(system, who, fence, now)


def _taken(store: Store, system: str) -> str:
    with store.reading() as connection:
        row = connection.execute(select(leases.c.who, leases.c.since).where(leases.c.system == system)).one_or_none()
    holder = "another process" if row is None else f"{row.who} since {row.since}"
    return f"{system} is being written to by {holder}: wait until that has ended"
