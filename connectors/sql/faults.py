"""What a database's exceptions mean: the one place that maps them. Their texts hold values and are never shown."""

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from engine.errors import (
    ConnectedSystemError,
    DeadlineError,
    UnauthorisedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from engine.ports import Verdict

FOREIGN = (SQLAlchemyError, OverflowError, UnicodeError)
"""What comes out of a database's library: its own exceptions, and two that drivers let through as they are."""

_NO_PERMISSION = "42501"
_LOCKED = "55P03"
_OUT_OF_TIME = ("57014", "25P03", "25P04")
"""PostgreSQL broke off a statement or a transaction: it took too long, or stood still for too long."""

_OUR_FAULT = (DataError, IntegrityError, ProgrammingError, InternalError, NotSupportedError)
_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_NOMEM")


def read_fault(error: Exception) -> tuple[type[ConnectedSystemError], str]:
    """The error to raise for a failed read, and its sentence."""
    if _sqlstate(error) == _NO_PERMISSION:
        return UnauthorisedError, "the database refuses this to our account; grant it the right to read"
    if _sqlstate(error) == _LOCKED:
        return UnreachableError, "somebody else has locked the records; try again when that has ended"
    if _sqlstate(error) in _OUT_OF_TIME:
        return DeadlineError, "the time allowed for it ran out; raise limits.deadline in the connector file"
    if isinstance(error, OperationalError | InterfaceError) and _may_pass(error):
        what = "the database does not answer, is locked or refuses our account; check its address and that it runs"
        return UnreachableError, what
    return UnexpectedAnswerError, "the database cannot carry this out; check the connector file against its tables"


def write_fault(error: Exception) -> tuple[Verdict, str]:
    """What a failure before the commit says about a write: the transaction is gone, so nothing was written."""
    if _sqlstate(error) == _NO_PERMISSION:
        return "unauthorised", "the database refuses this write to our account"
    if _sqlstate(error) == _LOCKED or _sqlstate(error) in _OUT_OF_TIME:
        return "not_sent", "somebody else has locked the record, or the database took too long; nothing was written"
    if isinstance(error, (*_OUR_FAULT, OverflowError, UnicodeError)) or not _may_pass(error):
        return "refused", "the database refused the write"
    return "not_sent", "the database does not answer or is locked; nothing was written"


def _sqlstate(error: Exception) -> str:
    return str(getattr(error.orig, "sqlstate", "")) if isinstance(error, DBAPIError) else ""


def _may_pass(error: Exception) -> bool:
    """Whether a fault may go away by itself. SQLite has one exception for locks and for views that take no writes."""
    name = str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))
    return not name or name.startswith(_PASSING)
