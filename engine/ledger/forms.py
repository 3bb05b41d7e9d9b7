"""How the store writes what is no plain text: instants, JSON, and values with their types."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any


def instant_text(at: datetime) -> str:
    """An aware instant as UTC ISO text with microseconds; ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def read_instant(text: str) -> datetime:
    """The instant that `instant_text` wrote."""
    return datetime.fromisoformat(text)


def json_text(value: object) -> str:
    """JSON in ASCII on one line; mappings of any class are objects, sequences arrays."""
    return json.dumps(value, separators=(",", ":"), default=_plain)


def read_json(text: str | bytes) -> Any:  # noqa: ANN401  JSON may hold anything
    """What `json_text` wrote."""
    return json.loads(text)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def pack(value: object) -> object:
    """A value as JSON that `unpack` gives back equal and of the same type; TypeError for a type that is not known.

    None, bool, str and int stand for themselves, a list for a list; all else is an object with one key, its type.
    """
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return {"float": value.hex()}
        case Decimal():
            return {"decimal": str(value)}
        case datetime():  # before date, which it also is
            return {"instant": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case bytes():
            return {"bytes": value.hex()}
        case Mapping():
            return {"map": [[pack(key), pack(part)] for key, part in value.items()]}
        case list() | tuple():
            return [pack(part) for part in value]
    raise TypeError(f"the journal has no form for {type(value).__name__}")


def unpack(form: Any) -> Any:  # noqa: ANN401  a value may be of any type
    """The value that `pack` wrote."""
    if isinstance(form, list):
        return [unpack(part) for part in form]
    if not isinstance(form, dict):
        return form
    [(kind, written)] = form.items()
    if kind == "map":
        return {unpack(key): unpack(part) for key, part in written}
    return _READ[kind](written)


_READ: Mapping[str, Callable[[str], object]] = {
    "float": float.fromhex,
    "decimal": Decimal,
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "bytes": bytes.fromhex,
}
