"""Values between a plan's text and the engine's types."""

from datetime import UTC, date, datetime
from decimal import Decimal

from engine.ports import Column, Scalar


def from_text(column: Column, text: str | None) -> Scalar:
    """The typed value that a plan's text stands for in a column; None stays None."""
    if text is None:
        return None
    match column.type:
        case "text":
            return text
        case "date":
            return date.fromisoformat(text)
        case "instant":
            return datetime.fromisoformat(text).astimezone(UTC)
        case "number":
            return Decimal(text)
        case "boolean":
            return text == "true"
