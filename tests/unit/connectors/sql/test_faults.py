"""What the exceptions of databases' libraries mean: each one, and those that drivers let through."""

import inspect
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy.exc

from connectors.sql.faults import FOREIGN, read_fault, write_fault
from connectors.sql.values import key_of, raw
from connectors.wire import UnwritableValueError
from engine.errors import DeadlineError, UnauthorisedError, UnexpectedAnswerError, UnreachableError
from engine.ports import System
from tests.unit.connectors.sql.databases import at, change, rows_of, send

INTEGER: sqlalchemy.types.TypeEngine[Any] = sqlalchemy.types.Integer()

OURS = (UnexpectedAnswerError, "refused")
"""The statement is at fault: as the connector file has it the database cannot carry it out."""
PASSES = (UnreachableError, "not_sent")
"""The connection is at fault, or the account: it may be tried again."""
MIXED = (UnexpectedAnswerError, "not_sent")
"""Of the library itself: nothing was written, and the same may be sent again, but nothing says that it will pass."""

MEANINGS = {
    "SQLAlchemyError": MIXED,
    "ArgumentError": MIXED,
    "DuplicateColumnError": MIXED,
    "ObjectNotExecutableError": MIXED,
    "NoSuchModuleError": MIXED,
    "NoForeignKeysError": MIXED,
    "AmbiguousForeignKeysError": MIXED,
    "ConstraintColumnNotFoundError": MIXED,
    "CircularDependencyError": MIXED,
    "CompileError": MIXED,
    "UnsupportedCompilationError": MIXED,
    "IdentifierError": MIXED,
    "DisconnectionError": MIXED,
    "InvalidatePoolError": MIXED,
    "TimeoutError": MIXED,
    "InvalidRequestError": MIXED,
    "IllegalStateChangeError": MIXED,
    "NoInspectionAvailable": MIXED,
    "PendingRollbackError": MIXED,
    "ResourceClosedError": MIXED,
    "NoSuchColumnError": MIXED,
    "AmbiguousColumnError": MIXED,
    "NoResultFound": MIXED,
    "MultipleResultsFound": MIXED,
    "NoReferenceError": MIXED,
    "AwaitRequired": MIXED,
    "MissingGreenlet": MIXED,
    "NoReferencedTableError": MIXED,
    "NoReferencedColumnError": MIXED,
    "NoSuchTableError": MIXED,
    "UnreflectableTableError": MIXED,
    "UnboundExecutionError": MIXED,
    "StatementError": MIXED,
    "DBAPIError": MIXED,
    "DatabaseError": MIXED,
    "InterfaceError": PASSES,
    "OperationalError": PASSES,
    "DataError": OURS,
    "IntegrityError": OURS,
    "InternalError": OURS,
    "ProgrammingError": OURS,
    "NotSupportedError": OURS,
}
NOT_ERRORS = {"EmulatedDBAPIException", "NoDBAPILoaded"}
"""Raised inside the library alone."""


def library() -> dict[str, type[Exception]]:
    """Every exception of SQLAlchemy that is no warning."""
    found = inspect.getmembers(sqlalchemy.exc, inspect.isclass)
    warnings = Warning | RuntimeError
    return {name: each for name, each in found if issubclass(each, Exception) and not issubclass(each, warnings)}


@pytest.mark.covers("S2", part="foreign exceptions")
def test_every_exception_of_the_library_has_a_meaning(figure: Callable[[str, str], None]) -> None:
    """A new exception of an update fails here until somebody says what it means for a read and for a write."""
    found = library()
    assert set(found) - NOT_ERRORS == set(MEANINGS)
    for name, (kind, verdict) in MEANINGS.items():
        error = found[name].__new__(found[name])
        error.orig = None  # type: ignore[attr-defined]  # those of drivers have one
        assert isinstance(error, FOREIGN), name
        assert (read_fault(error)[0], write_fault(error)[0]) == (kind, verdict), name
    figure("S2", f"{len(MEANINGS)} exceptions of SQLAlchemy, each mapped in one place")


def _drivers() -> list[type[Exception]]:
    every = inspect.getmembers(psycopg.errors, inspect.isclass)
    return [each for _, each in every if issubclass(each, psycopg.Error)]


@pytest.mark.parametrize("driver", _drivers(), ids=lambda each: each.__name__)
def test_every_exception_of_the_driver_becomes_one_of_the_library(driver: type[Exception]) -> None:
    """Whatever PostgreSQL says (by its SQLSTATE) ends in a verdict, and only a lack of rights is called so."""
    error = sqlalchemy.exc.DBAPIError.instance("SELECT", {}, driver("canary"), psycopg.Error)
    assert isinstance(error, FOREIGN)
    kind, what = read_fault(error)
    assert "canary" not in what
    rights = getattr(driver, "sqlstate", None) == "42501"
    assert (kind is UnauthorisedError) == rights
    assert (write_fault(error)[0] == "unauthorised") == rights


@pytest.mark.parametrize("name", ["LockNotAvailable", "QueryCanceled", "IdleInTransactionSessionTimeout"])
def test_what_took_too_long_was_not_sent(name: str) -> None:
    """Before the commit nothing is written; the same may be sent again."""
    error = sqlalchemy.exc.DBAPIError.instance("UPDATE", {}, getattr(psycopg.errors, name)("canary"), psycopg.Error)
    assert isinstance(error, Exception)
    verdict, what = write_fault(error)
    assert (verdict, "nothing was written" in what) == ("not_sent", True)
    assert read_fault(error)[0] is (UnreachableError if name == "LockNotAvailable" else DeadlineError)


# --- what drivers let through ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["9" * 30, "-" + "9" * 19, str(2**63)])
def test_a_key_beyond_all_whole_numbers_is_nobody_s(value: str) -> None:
    """The driver would raise an exception of its own."""
    assert key_of(INTEGER, value) is None
    assert key_of(INTEGER, str(2**63 - 1)) == 2**63 - 1


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (Decimal(7), 7),
        (Decimal("7.5"), 7.5),
        (2**63 - 1, 2**63 - 1),
        (Decimal(2**63), 2.0**63),
        (Decimal("1e20"), 1e20),
        (True, True),
    ],
)
def test_numbers_as_sqlite_takes_them(value: object, given: object) -> None:
    """Whole ones as such while they fit, what was read as a large fraction as one."""
    assert raw(value, sqlite=True) == given
    assert type(raw(value, sqlite=True)) is type(given)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, Decimal("1e400")])
def test_numbers_that_sqlite_cannot_take(value: object) -> None:
    """They are refused as values, before the driver meets them."""
    with pytest.raises(UnwritableValueError, match="too large for the database"):
        raw(value, sqlite=True)


def test_a_number_that_is_too_large_is_refused_and_nothing_else_happens(system: System, path: Path) -> None:
    """The outcome of the one intent says so; the record stands, and the system goes on."""
    outcome = send(system, change({"score": 7}, score=2**70))
    assert (outcome.verdict, outcome.detail) == ("refused", "a number is too large for the database")
    assert at(path, "A1", "score") == 7
    assert len(rows_of(system.read("learners", ["ident"]))) == 3


def test_what_the_driver_raises_by_itself_becomes_a_fault_of_ours(system: System) -> None:
    """A key that no text can hold, and that was not caught before: told as the database's refusal."""
    outcome = send(system, change({"first_name": "\ud800"}, first_name="Zoe"))
    assert outcome.verdict == "refused"
    with pytest.raises(UnexpectedAnswerError, match="the database cannot carry this out"):
        list(system.fetch("learners", ["ident"], ["\ud800"]))
