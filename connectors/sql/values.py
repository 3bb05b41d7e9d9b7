"""Values between the engine and a database's driver."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import isfinite

from sqlalchemy import types
from sqlalchemy.types import UserDefinedType

from connectors.wire import UnwritableValueError, written
from engine.ports import Column, Scalar

_SCALARS = frozenset({str, int, bool, Decimal, date, datetime, type(None)})


_BEYOND = 2**63
"""Whole numbers of databases end here."""


class Raw(UserDefinedType[object]):
    """Values as the driver gives and takes them: a date that is none must not stop the reading of all others."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Never asked for: nothing is created."""
        return "TEXT"


RAW = Raw()


def plain(values: Sequence[object]) -> Sequence[object] | None:
    """A column as the engine takes it, fractions as Decimal; None where it holds something that is no plain value."""
    kinds = set(map(type, values))
    if float in kinds:
        values = [Decimal(repr(value)) if isinstance(value, float) else value for value in values]
        kinds.discard(float)
    return values if kinds <= _SCALARS else None


def key_of(kind: types.TypeEngine[object], key: str) -> object:
    """A key for a column of this type; None where no record can have it."""
    if not isinstance(kind, types.Integer):
        return key
    try:
        number = int(key) if key.isascii() else None
    except ValueError:
        return None
    return number if number is not None and -_BEYOND <= number < _BEYOND else None


def key_text(value: object) -> str | None:
    """A key that a database gave, as it is read: None for a blank one and for what is no key."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    told = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return told or None


def stored(kind: types.TypeEngine[object], column: Column, value: Scalar, *, sqlite: bool) -> object:
    """A value for a column of this type. Raises UnwritableValueError.

    A database with real dates gets them as such; text, and all of SQLite, gets them as the column's wire says.
    """
    form = written(column, value)
    if form is None:
        return None
    if isinstance(kind, types.Date | types.DateTime) and not sqlite:
        return _moment(kind, value)
    if isinstance(kind, types.Integer | types.Numeric | types.Boolean):
        return raw(form, sqlite=sqlite)
    if isinstance(form, bool):
        return "true" if form else "false"
    return form if isinstance(form, str) else format(form, "f")


def raw(value: object, *, sqlite: bool) -> object:
    """A value as the driver takes it: SQLite's knows neither decimals nor dates."""
    if not sqlite:
        return value
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        if -_BEYOND <= value < _BEYOND and value == int(value):
            return int(value)
        if isinstance(value, int) or not isfinite(float(value)):
            raise UnwritableValueError("a number is too large for the database")
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def _moment(kind: types.Date | types.DateTime, value: Scalar) -> object:
    """A date or an instant; where a database keeps instants without a zone, they are UTC."""
    zoned = isinstance(kind, types.DateTime) and bool(kind.timezone)
    if isinstance(value, datetime) and isinstance(kind, types.DateTime):
        return value if zoned else value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value if isinstance(kind, types.Date) else datetime.combine(value, time(), UTC if zoned else None)
    raise UnwritableValueError("a column of dates cannot take a value of another type")
