"""How a value is written at a system: by its column's type and wire form."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from engine.ports import Column, Scalar

Written = str | int | bool | Decimal | None


class UnwritableValueError(ValueError):
    """A value does not fit its column. The message names the column, never the value."""


def _date_iso(value: Scalar) -> str:
    return _a_date(value).isoformat()


def _date_midnight(value: Scalar) -> str:
    return f"{_a_date(value).isoformat()}T00:00:00.000Z"


def _date_british(value: Scalar) -> str:
    day = _a_date(value)
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def _instant(value: Scalar) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError
    moment = value.astimezone(UTC)
    return f"{moment:%H:%M:%S}".join((f"{moment.date().isoformat()}T", f".{moment.microsecond // 1000:03}Z"))


def _a_date(value: Scalar) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError
    return value


def _text(value: Scalar) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # half of a surrogate pair has no place in a request
    return value


def _number(value: Scalar) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError
    if isinstance(value, Decimal) and not value.is_finite():
        raise TypeError
    return value


def _switch(value: Scalar) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _letter(value: Scalar) -> str:
    return "Y" if _switch(value) else "N"


_FORMS: Mapping[tuple[str, str], Callable[[Scalar], Written]] = {
    ("text", "plain"): _text,
    ("date", "plain"): _date_iso,
    ("date", "iso date"): _date_iso,
    ("date", "iso instant"): _date_midnight,
    ("date", "midnight instant"): _date_midnight,
    ("date", "dd/mm/yyyy"): _date_british,
    ("instant", "plain"): _instant,
    ("instant", "iso instant"): _instant,
    ("number", "plain"): _number,
    ("boolean", "plain"): _switch,
    ("boolean", "Y/N"): _letter,
}


def written(column: Column, value: Scalar) -> Written:
    """A value as its column takes it; None stays None. Raises UnwritableValueError."""
    if value is None:
        return None
    form = _FORMS.get((column.type, column.wire))
    if form is None:
        raise UnwritableValueError(f"column {column.name} is of type {column.type}, which has no form `{column.wire}`")
    try:
        return form(value)
    except (TypeError, UnicodeEncodeError):
        pass
    raise UnwritableValueError(f"the value of {column.name} is not a {column.type} that can be written")


def written_instant(value: datetime) -> str:
    """An instant as systems are asked for it: UTC, milliseconds, `Z`."""
    return _instant(value)
