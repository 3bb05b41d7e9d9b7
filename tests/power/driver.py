"""As much of Python's `sqlite3` module as SQLAlchemy needs, over apsw: for a store on a disk of the test's own."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import apsw

from tests.power.disk import NAME

apilevel, paramstyle, threadsafety = "2.0", "qmark", 1
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(int(part) for part in sqlite_version.split("."))
PARSE_COLNAMES = PARSE_DECLTYPES = 0
Binary = bytes
Error, Warning = sqlite3.Error, sqlite3.Warning  # noqa: A001  the interface's name
InterfaceError, DatabaseError, DataError = sqlite3.InterfaceError, sqlite3.DatabaseError, sqlite3.DataError
OperationalError, IntegrityError = sqlite3.OperationalError, sqlite3.IntegrityError
InternalError, ProgrammingError = sqlite3.InternalError, sqlite3.ProgrammingError
NotSupportedError = sqlite3.NotSupportedError


def _told(fault: apsw.Error) -> sqlite3.Error:
    code = getattr(fault, "extendedresult", sqlite3.SQLITE_ERROR)
    known = sqlite3.IntegrityError if isinstance(fault, apsw.ConstraintError) else sqlite3.OperationalError
    error = known(type(fault).__name__)
    error.sqlite_errorcode = code  # what the module's own errors carry
    error.sqlite_errorname = type(fault).__name__
    return error


class Cursor:
    """A cursor whose rows are all fetched when its statement has run."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.description: tuple[tuple[object, ...], ...] | None = None
        self.rowcount, self.lastrowid, self.arraysize = -1, 0, 1
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        return self.executemany(statement, [values])

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> "Cursor":
        before, self.description, self._rows = self._connection.total_changes(), None, []
        cursor = self._connection.cursor()
        cursor.exec_trace = self._describe  # afterwards a statement without rows tells no names
        try:
            for values in rows:
                self._rows = [tuple(row) for row in cursor.execute(statement, tuple(values))]
        except apsw.Error as fault:
            raise _told(fault) from None
        self.rowcount = self._connection.total_changes() - before
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def _describe(self, cursor: apsw.Cursor, _statement: str, _values: object) -> bool:
        self.description = (
            tuple((name, None, None, None, None, None, None) for name, *_ in cursor.get_description()) or None
        )
        return True

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        some, self._rows = self._rows[: size or self.arraysize], self._rows[size or self.arraysize :]
        return some

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.fetchall())

    def close(self) -> None:
        self._rows = []


class Connection:
    """A connection that begins no transaction by itself, on the disk of the test."""

    def __init__(self, database: str, timeout: float) -> None:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        try:
            self._own = apsw.Connection(database, flags=flags, vfs=NAME)
        except apsw.Error as fault:
            raise _told(fault) from None
        self._own.set_busy_timeout(int(timeout * 1000))
        self.isolation_level: str | None = None

    def cursor(self) -> Cursor:
        return Cursor(self._own)

    def execute(self, statement: str) -> Cursor:
        return self.cursor().execute(statement)

    def commit(self) -> None:
        if self._own.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self._own.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, name: str, count: int, function: Callable[..., Any], *, deterministic: bool) -> None:
        self._own.create_scalar_function(name, function, count, deterministic=deterministic)

    def close(self) -> None:
        self._own.close()


def connect(database: str, *, timeout: float = 5.0, **_others: object) -> Connection:
    return Connection(database, timeout)
