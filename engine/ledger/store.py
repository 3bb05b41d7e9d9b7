"""The store: one database that holds all that a workspace remembers, in SQLite or in PostgreSQL."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url, select, update
from sqlalchemy.exc import ArgumentError

from engine.clock import SteadyClock
from engine.crashpoints import crashpoint
from engine.errors import WorkspaceError
from engine.ledger.database import Confirm, Database
from engine.ledger.postgres import PostgresDatabase
from engine.ledger.sqlite import SqliteDatabase
from engine.ledger.tables import store as facts
from engine.ledger.witness import Witness
from engine.loggers import silence
from engine.ports import Clock


class Store:
    """An open store.

    `lineage` is made once and tells this store from every other; `key` is 32 secret bytes, made once, for keyed
    hashes. `clock` begins with the server's time where there is a server, and no step of a clock reaches it while the
    store is open. `witness` is the folder in which a workspace keeps what it saw of its store; None: nobody watches.
    Transactions do not nest: a second `writing()` within the first would wait for itself.
    """

    def __init__(self, database: Database, clock: Clock, witness: Path | None = None) -> None:
        self._database = database
        self.clock = SteadyClock(clock, database.now())
        with self.reading() as connection:
            row = connection.execute(select(facts.c.lineage, facts.c.key)).one()
        self.lineage: str = row.lineage
        self.key: bytes = row.key
        self._witness = Witness(witness, self.lineage) if witness is not None else None

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return self._database.place

    @property
    def doubt(self) -> str:
        """Why this may be no place for a store; empty where nothing is known against it."""
        return self._database.doubt

    def check(self) -> None:
        """WorkspaceError where the store is damaged, OlderStoreError where it held more before."""
        self._database.check()
        if self._witness is not None:
            with self.reading() as connection:
                self._witness.check(connection, self.place)

    def note(self) -> None:
        """Let the workspace remember how far the store has come."""
        if self._witness is not None:
            with self.reading() as connection:
                self._witness.note(connection)

    def serial(self) -> int:
        """How often an apply or a change of links has altered the world that the store describes."""
        with self.reading() as connection:
            return int(connection.execute(select(facts.c.serial)).scalar_one())

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, undone by any exception.

        LeaseError where another process keeps the store busy, WorkspaceError where it cannot be used.
        """
        with self._database.writing() as connection:
            yield connection
            crashpoint("store.commit.before")
        crashpoint("store.committed")

    def reading(self) -> AbstractContextManager[Connection]:
        """One unmoving view of the store. Faults as for `writing`."""
        return self._database.reading()

    def holding(self, system: str, *, take_over: bool = False) -> AbstractContextManager[Confirm | None]:
        """Hold the lock of a system within; None where another process has it. `take_over` takes it from that one."""
        return self._database.holding(system, take_over=take_over)

    def close(self) -> None:
        """Give up the connections."""
        self._database.close()


def open_store(url: str, clock: Clock, witness: Path | None = None) -> Store:
    """Open the store at a database URL; make or migrate it where that is needed.

    `sqlite:////folder/store.db` or `postgresql://user@host/database`, with `?schema=NAME` for a schema other than
    `tieline`. WorkspaceError where the URL names no such store, the store is of a newer version, or it cannot be used.
    """
    silence()
    database = _database(url, clock)
    try:
        database.prepare()
        return Store(database, clock, witness)
    except BaseException:
        database.close()
        raise


def raise_serial(connection: Connection) -> None:
    """Count an apply or a change of links, in the connection's transaction."""
    connection.execute(update(facts).values(serial=facts.c.serial + 1))


def _database(url: str, clock: Clock) -> Database:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise WorkspaceError("the store's address is not a database URL such as sqlite:////folder/store.db") from None
    match address.get_backend_name():
        case "sqlite":
            return SqliteDatabase(address, clock)
        case "postgresql" | "postgres":
            return PostgresDatabase(address, clock)
    raise WorkspaceError(
        "the store's address is neither one of SQLite (sqlite:PATH) nor of PostgreSQL (postgresql://…)"
    )
