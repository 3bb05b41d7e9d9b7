"""Constants: one value for all records, written as text and read by the type of the column that gets it."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from engine.ports import Column, Scalar


def typed(text: str, column: Column) -> Scalar:
    """A constant as the column's type has it. ValueError where it is none of that type."""
    match column.type:
        case "text":
            return text
        case "date":
            return date.fromisoformat(text)
        case "instant":
            found = datetime.fromisoformat(text)
            if found.tzinfo is None:
                raise ValueError(text)
            return found.astimezone(UTC)
        case "number":
            return _number(text)
        case "boolean":
            return _switch(text)


def _switch(text: str) -> bool:
    words = {"on": True, "true": True, "off": False, "false": False}
    if text not in words:
        raise ValueError(text)
    return words[text]


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not found.is_finite():
        raise ValueError(text)
    return found


def reads_as(text: str, column: Column) -> bool:
    """Whether a constant is a date, an instant, a number or a switch, as its column wants it."""
    if column.type == "text":
        return False
    try:
        typed(text, column)
    except ValueError:
        return False
    return True
