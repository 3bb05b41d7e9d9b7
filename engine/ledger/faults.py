"""The database's faults, told as tieline's own: no text of another library, no value of a row."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from engine.errors import LeaseError, TielineError, WorkspaceError

_BUSY = "is kept busy by another process; try again when that has ended"
_SENTENCES: Mapping[int, tuple[type[TielineError], str]] = {
    sqlite3.SQLITE_BUSY: (LeaseError, _BUSY),
    sqlite3.SQLITE_LOCKED: (LeaseError, _BUSY),
    sqlite3.SQLITE_FULL: (WorkspaceError, "cannot grow: the disk or its quota is full; nothing was stored"),
    sqlite3.SQLITE_IOERR: (
        WorkspaceError,
        "could not be read or written: the disk reports a fault; look before you go on",
    ),
    sqlite3.SQLITE_READONLY: (WorkspaceError, "may only be read; nothing was stored"),
    sqlite3.SQLITE_PERM: (WorkspaceError, "may not be opened by this user"),
    sqlite3.SQLITE_CANTOPEN: (WorkspaceError, "cannot be opened"),
    sqlite3.SQLITE_CORRUPT: (WorkspaceError, "is damaged; restore it from a backup"),
    sqlite3.SQLITE_NOTADB: (WorkspaceError, "is no SQLite database"),
    sqlite3.SQLITE_CONSTRAINT: (WorkspaceError, "refused what contradicts it; nothing was stored"),
}


@contextmanager
def telling(place: str) -> Iterator[None]:
    """Turn what the database raises within into a sentence on the store at `place`."""
    try:
        yield
    except DBAPIError as fault:
        raise told(fault.orig, place) from None
    except UnicodeEncodeError:
        raise WorkspaceError(f"the store {place} takes no text that is not valid Unicode; nothing was stored") from None


def told(fault: BaseException | None, place: str) -> TielineError:
    """The sentence for one fault of a driver."""
    code = getattr(fault, "sqlite_errorcode", None)
    name = getattr(fault, "sqlite_errorname", None) or type(fault).__name__
    primary = code & 0xFF if isinstance(code, int) else -1
    kind, sentence = _SENTENCES.get(primary, (WorkspaceError, "could not be used"))
    return kind(f"the store {place} {sentence} ({name})")
