"""The lease of a system: at most one process applies changes to it at a time.

Two things keep others out. A lock of the database, which is released when its holder ends, kill -9 included. And a
number, the fence, that grows with every holder: every write of the journal compares it, and so does whoever is about to
send. Who held the lease before, and does not know that it has passed on, writes and sends nothing more.

A lease has no time that could run out, so no clock can end it. A holder that stands still for ever keeps the others out
until a person takes the lease over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from engine.errors import LeaseError
from engine.ledger.database import Confirm
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text
from engine.ledger.store import Store
from engine.ledger.tables import leases
from engine.ports import Clock, Outcome

_STANDS_STILL = " (`--take-over` where it stands still)"


class Lease:
    """The right to write to `system`, while `held`. `fence` is the holder's number, `since` when it began.

    `confirm` asks the database whether the lock is still there; LeaseError where it is not.
    """

    __slots__ = ("confirm", "fence", "held", "since", "system", "who")

    def __init__(self, system: str, who: str, fence: int, since: datetime, confirm: Confirm) -> None:
        self.system, self.who, self.fence, self.since, self.confirm = system, who, fence, since, confirm
        self.held = True


@contextmanager
def hold_lease(store: Store, system: str, who: str, *, take_over: bool | None = None) -> Iterator[Lease]:
    """Hold the lease of a system within; LeaseError, saying who holds it since when, where it is taken.

    The store is checked first: a damaged one is a WorkspaceError, one that held more before an OlderStoreError.
    With `take_over` it is taken from whoever holds it, who can write and send nothing from then on; None stands for a
    command that does not offer that, so that its refusal does not speak of it.
    """
    with store.holding(system, take_over=bool(take_over)) as confirm:
        if confirm is None:
            raise LeaseError(_taken(store, system) + ("" if take_over is None else _STANDS_STILL))
        store.check()
        lease = _take(store, system, who, confirm)
        store.note()
        try:
            yield lease
        finally:
            lease.held = False
        store.note()


def check_fence(connection: Connection, lease: Lease) -> None:
    """LeaseError unless the lease is held and no other process has had it since."""
    if lease.held:
        lease.confirm()
    newest = connection.scalar(select(leases.c.fence).where(leases.c.system == lease.system))
    if not lease.held or newest != lease.fence:
        raise LeaseError(f"the lease of {lease.system} has passed on; nothing was stored: resume the run")


def confirm_lease(store: Store, lease: Lease) -> None:
    """LeaseError unless the lease is held and no other process has had it since."""
    with store.reading() as connection:
        check_fence(connection, lease)


def while_held(store: Store, lease: Lease, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """The outcomes of sending, with the lease looked at each time before more may be sent.

    LeaseError, and nothing more is sent, where it has passed on: a process may have stood still since its intents were
    committed.
    """
    store.note()  # the intents of what is sent must be in whatever store there will be
    while True:
        confirm_lease(store, lease)
        outcome = next(outcomes, None)
        if outcome is None:
            return
        yield outcome


class HoldersClock:
    """The clock of whoever holds a lease: after a wait it looks whether the lease is still held.

    A connector waits where a system asks for it, and sends afterwards. LeaseError from `sleep` where it has passed on.
    """

    def __init__(self, clock: Clock, store: Store, lease: Lease) -> None:
        self._clock, self._store, self._lease = clock, store, lease

    def now(self) -> datetime:
        """The present instant in UTC."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, and look."""
        self._clock.sleep(seconds)
        confirm_lease(self._store, self._lease)


def _take(store: Store, system: str, who: str, confirm: Confirm) -> Lease:
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
    return Lease(system, who, fence, now, confirm)


def _taken(store: Store, system: str) -> str:
    with store.reading() as connection:
        row = connection.execute(select(leases.c.who, leases.c.since).where(leases.c.system == system)).one_or_none()
    holder = "another process" if row is None else f"{row.who} since {row.since}"
    return f"{system} is being written to by {holder}: wait until that has ended"
