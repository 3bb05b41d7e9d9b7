"""A store in SQLite: a file in WAL mode with synchronous=FULL, so that what is committed outlives process and power."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event

from engine.errors import WorkspaceError
from engine.ledger.database import Confirm
from engine.ledger.disks import doubt_of
from engine.ledger.faults import telling
from engine.ledger.files import locked, make_file
from engine.ledger.migrate import HEAD, bring_to_head, refuse_newer, version_of
from engine.ports import Clock

_BUSY_SECONDS = 10.0
_SETTINGS = ("synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")
_BEGIN = "tieline_begin"
_TO_WRITE = {_BEGIN: "BEGIN IMMEDIATE"}


class SqliteDatabase:
    """The file at `path`. Its locks are files beside it."""

    def __init__(self, address: URL, clock: Clock) -> None:
        if address.database in {None, "", ":memory:"}:
            raise WorkspaceError("the store's address names no file; write it as sqlite:////folder/store.db")
        if set(address.query) - {"timeout"}:
            raise WorkspaceError("the store's address says more than its file; write it as sqlite:////folder/store.db")
        self.path = Path(str(address.database)).absolute()
        self.place = str(self.path)
        self.doubt = doubt_of(self.path)
        self._engine = _engine(address.set(database=self.place))
        self._writer = self._engine.execution_options(**_TO_WRITE)
        self._clock = clock

    def prepare(self) -> None:
        """Make or migrate the store where that is needed, one process at a time: a switch to WAL waits for nobody."""
        if self._ready():
            return
        lock = self.path.with_name(f"{self.path.name}.setup")
        make_file(lock)
        with locked(lock, wait=True):
            make_file(self.path)
            with telling(self.place):
                with self._engine.execution_options(**{_BEGIN: ""}).begin() as connection:
                    if connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar() != "wal":
                        raise WorkspaceError(f"the store {self.place} cannot keep a WAL: put it on a local disk")
                with self._writer.begin() as connection:
                    bring_to_head(connection, self._clock)

    def _ready(self) -> bool:
        if not self.path.exists():
            return False
        with telling(self.place), self._engine.begin() as connection:
            found = version_of(connection)
            refuse_newer(found)
            return found == HEAD and connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; it waits for the one before it to end."""
        with telling(self.place), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unmoving view."""
        with telling(self.place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def holding(self, system: str, *, take_over: bool) -> Iterator[Confirm | None]:
        """Hold the lock of a system within; None where it is taken. With `take_over` it is taken from its holder."""
        path = lock_file(self.path, system)
        if take_over:
            with locked(path, wait=False) as free:
                if not free:
                    path.unlink(missing_ok=True)  # its holder keeps a file that nobody will look at again
        with locked(path, wait=False) as free:
            # Nothing to confirm: a lock of this machine is lost to a take-over only, and that moves the fence.
            yield (lambda: None) if free else None

    def now(self) -> None:
        """This machine's clock is the only one there is."""

    def check(self) -> None:
        """WorkspaceError where a page of the file is damaged. It reads the whole file."""
        with self.reading() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                raise WorkspaceError(f"the store {self.place} is damaged; restore it from a backup")

    def close(self) -> None:
        """Give up the connections."""
        self._engine.dispose()


def lock_file(store: Path, system: str) -> Path:
    """The file that is locked for a system; its name is safe whatever the system is called."""
    return store.with_name(f"{store.name}.lease-{quote(system, safe='')}")


def _engine(address: URL) -> Engine:
    patience = {} if "timeout" in address.query else {"timeout": _BUSY_SECONDS}
    engine = create_engine(address, hide_parameters=True, connect_args=patience)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own connection has no type here
    connection.isolation_level = None  # the driver begins no transaction by itself
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _on_begin(connection: Connection) -> None:
    # A reader that turns writer later fails at once when another has written: who writes says so first.
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)
