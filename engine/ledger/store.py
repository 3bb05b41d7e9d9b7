"""The store: one database that holds all that a workspace remembers.

It is SQLite in WAL mode with synchronous=FULL: what is committed outlives the process and the power. PostgreSQL is to
follow behind the same functions.
"""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError

from engine.errors import WorkspaceError
from engine.ledger.entries import Entry, append
from engine.ledger.faults import telling
from engine.ledger.files import locked, make_file
from engine.ledger.forms import instant_text
from engine.ledger.migrate import HEAD, migrate, refuse_newer, version_of
from engine.ledger.tables import store as facts
from engine.loggers import silence
from engine.ports import Clock

_BUSY_SECONDS = 10.0
_BEGIN = "tieline_begin"
_TO_WRITE = {_BEGIN: "BEGIN IMMEDIATE"}
_MAKER = "tieline"


class Store:
    """An open store.

    `lineage` is made once and tells this store from every other; `key` is 32 secret bytes, made once, for keyed
    hashes. Transactions do not nest: a second `writing()` within the first would wait for itself.
    """

    def __init__(self, engine: Engine, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self._engine = engine
        self._writer = engine.execution_options(**_TO_WRITE)
        with self.reading() as connection:
            row = connection.execute(select(facts.c.lineage, facts.c.key)).one()
        self.lineage: str = row.lineage
        self.key: bytes = row.key

    def serial(self) -> int:
        """How often an apply or a change of links has altered the world that the store describes."""
        with self.reading() as connection:
            return int(connection.execute(select(facts.c.serial)).scalar_one())

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, undone by any exception.

        LeaseError where another process keeps the store busy, WorkspaceError where it cannot be used.
        """
        with telling(str(self.path)), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unmoving view of the store. Faults as for `writing`."""
        with telling(str(self.path)), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give up the connections."""
        self._engine.dispose()


def open_store(url: str, clock: Clock) -> Store:
    """Open the store at a SQLAlchemy URL (`sqlite:////folder/store.db`); make or migrate it where that is needed.

    WorkspaceError where the URL names no such store, the store is of a newer version, or it cannot be used.
    """
    silence()
    address = _address(url)
    path = Path(str(address.database)).absolute()
    engine = _engine(address.set(database=str(path)))
    try:
        if not _ready(engine, path):
            _prepare(engine, path, clock)
        return Store(engine, path, clock)
    except BaseException:
        engine.dispose()
        raise


def raise_serial(connection: Connection) -> None:
    """Count an apply or a change of links, in the connection's transaction."""
    connection.execute(update(facts).values(serial=facts.c.serial + 1))


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise WorkspaceError("the store's address is not a database URL such as sqlite:////folder/store.db") from None
    if address.get_backend_name() != "sqlite" or set(address.query) - {"timeout"}:
        raise WorkspaceError("this version of tieline keeps its store in SQLite: sqlite:////folder/store.db")
    if address.database in {None, "", ":memory:"}:
        raise WorkspaceError("the store's address names no file; write it as sqlite:////folder/store.db")
    return address


def _engine(address: URL) -> Engine:
    patience = {} if "timeout" in address.query else {"timeout": _BUSY_SECONDS}
    engine = create_engine(address, hide_parameters=True, connect_args=patience)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own connection has no type here
    connection.isolation_level = None  # the driver begins no transaction by itself
    for setting in ("synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {setting}")


def _on_begin(connection: Connection) -> None:
    # A reader that turns writer later fails at once when another has written: who writes says so first.
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)


def _ready(engine: Engine, path: Path) -> bool:
    if not path.exists():
        return False
    with telling(str(path)), engine.begin() as connection:
        found = version_of(connection)
        refuse_newer(found)
        return found == HEAD and connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def _prepare(engine: Engine, path: Path, clock: Clock) -> None:
    """Make or migrate the store, one process at a time: a switch to WAL waits for nobody."""
    lock = path.with_name(f"{path.name}.setup")
    make_file(lock)
    with locked(lock, wait=True):
        make_file(path)
        with telling(str(path)):
            with engine.execution_options(**{_BEGIN: ""}).begin() as connection:
                if connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar() != "wal":
                    raise WorkspaceError(f"the store {path} cannot keep a WAL: put it on a disk of this machine")
            with engine.execution_options(**_TO_WRITE).begin() as connection:
                _bring_to_head(connection, clock)


def _bring_to_head(connection: Connection, clock: Clock) -> None:
    found = version_of(connection)
    refuse_newer(found)
    if found == HEAD:
        return
    migrate(connection)
    now = clock.now()
    if found is None:
        row = {"one": 1, "lineage": str(uuid.uuid4()), "key": secrets.token_bytes(32), "serial": 0}
        connection.execute(insert(facts).values(**row, made_at=instant_text(now)))
    what = "store.made" if found is None else "store.migrated"
    append(connection, [Entry(now, _MAKER, what, facts={"from": found, "to": HEAD})])
