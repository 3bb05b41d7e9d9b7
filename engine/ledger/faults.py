"""The database's faults, told as tieline's own: no text of another library, no value of a row."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from engine.errors import LeaseError, TielineError, WorkspaceError

_Told = tuple[type[TielineError], str]

_BUSY: _Told = LeaseError, "is kept busy by another process; try again when that has ended"
_FULL: _Told = WorkspaceError, "cannot grow: the disk or its quota is full; nothing was stored"
_READ_ONLY: _Told = WorkspaceError, "may only be read; nothing was stored"
_CONTRADICTS: _Told = WorkspaceError, "refused what contradicts it; nothing was stored"
_DAMAGED: _Told = WorkspaceError, "is damaged; restore it from a backup"
_DISK: _Told = WorkspaceError, "could not be read or written: the disk reports a fault; look before you go on"
_BROKEN_OFF: _Told = (
    WorkspaceError,
    "has broken off the connection; nothing of the last step was stored: see that its server runs, and go on",
)
_NO_ENTRY: _Told = WorkspaceError, "does not let this user in, or not with this password"
_UNFIT: _Told = WorkspaceError, "takes no text that is not valid Unicode or holds a NUL; nothing was stored"
_UNKNOWN: _Told = WorkspaceError, "could not be used"

_OF_SQLITE: Mapping[int, _Told] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: (WorkspaceError, "may not be opened by this user"),
    sqlite3.SQLITE_CANTOPEN: (WorkspaceError, "cannot be opened"),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: (WorkspaceError, "is no SQLite database"),
    sqlite3.SQLITE_CONSTRAINT: _CONTRADICTS,
}

_OF_POSTGRES: Mapping[str, _Told] = {
    "08": _BROKEN_OFF,
    "22021": _UNFIT,
    "22P05": _UNFIT,
    "23": _CONTRADICTS,
    "25006": _READ_ONLY,
    "25P03": (WorkspaceError, "has ended a transaction in which this process stood still; nothing was stored"),
    "28": _NO_ENTRY,
    "3D000": (WorkspaceError, "is in a database that does not exist; create that one first"),
    "40": _BUSY,
    "42501": (WorkspaceError, "does not allow this to its user: let that user create and own the store's schema"),
    "53100": _FULL,
    "53300": (WorkspaceError, "takes no more connections at present; try again later"),
    "55P03": _BUSY,
    "57": _BROKEN_OFF,
    "57014": (LeaseError, "took too long over one statement; try again when its server is less busy"),
    "58": _DISK,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
"""By SQLSTATE, or by its class."""

_NO_CONNECTION: _Told = (
    WorkspaceError,
    "cannot be reached, or does not take this user, password or database; see that its server runs",
)


@contextmanager
def telling(place: str) -> Iterator[None]:
    """Turn what the database raises within into a sentence on the store at `place`."""
    try:
        yield
    except DBAPIError as fault:
        raise told(fault, place) from None
    except UnicodeEncodeError:
        raise WorkspaceError(f"the store {place} takes no text that is not valid Unicode; nothing was stored") from None


def told(fault: DBAPIError, place: str) -> TielineError:
    """The sentence for one fault of a driver."""
    driver = fault.orig
    code, state = getattr(driver, "sqlite_errorcode", None), getattr(driver, "sqlstate", None)
    if isinstance(code, int):
        kind, sentence = _OF_SQLITE.get(code & 0xFF, _UNKNOWN)
    elif isinstance(state, str):
        kind, sentence = _OF_POSTGRES.get(state) or _OF_POSTGRES.get(state[:2]) or _UNKNOWN
    else:
        kind, sentence = _without_code(fault)
    name = getattr(driver, "sqlite_errorname", None) or state or type(driver).__name__
    return kind(f"the store {place} {sentence} ({name})")


def _without_code(fault: DBAPIError) -> _Told:
    """PostgreSQL's driver has no code for what the server did not say itself."""
    match type(fault.orig).__name__:
        case "DataError":  # the driver refuses a NUL before the server sees it
            return _UNFIT
        case "OperationalError" if fault.connection_invalidated:
            return _BROKEN_OFF
        case "OperationalError":
            return _NO_CONNECTION
    return _UNKNOWN
