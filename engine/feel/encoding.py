"""Values as typed JSON: `{"t": "number", "v": "0.10"}`, lossless."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel import temporal_text as text
from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.functions_numbers import read_number
from engine.feel.values import type_of, write, write_number, write_temporal

Encoded = Mapping[str, Any]
_READERS = {
    "number": read_number,
    "date": text.read_date,
    "time": text.read_time,
    "date and time": text.read_date_time,
    "days and time duration": text.read_duration,
    "years and months duration": text.read_duration,
}


def decode(encoded: Encoded) -> object:
    """A value from typed JSON; raises FeelFault."""
    kind, value = encoded.get("t"), encoded.get("v")
    if kind == "null":
        return None
    read = _DECODERS.get(str(kind))
    if read is None or not isinstance(value, read[0]):
        raise FeelFault("a typed value has an unknown type, or a value that is not of it")
    return read[1](value)


_DECODERS: dict[str, tuple[type, Callable[[Any], object]]] = {
    "string": (str, lambda value: value),
    "boolean": (bool, lambda value: value),
    "list": (list, lambda value: [decode(each) for each in value]),
    "context": (Mapping, lambda value: {key: decode(each) for key, each in value.items()}),
    **{kind: (str, read) for kind, read in _READERS.items()},
}


def encode(value: object) -> dict[str, object]:
    """Typed JSON of a value. Ranges and functions, which the form does not know, become their text."""
    if value is None:
        return {"t": "null"}
    kind = type_of(value).name
    if isinstance(value, (str, bool)):
        return {"t": kind, "v": value}
    if isinstance(value, list):
        return {"t": kind, "v": [encode(each) for each in value]}
    if isinstance(value, dict):
        return {"t": kind, "v": {key: encode(each) for key, each in value.items()}}
    if isinstance(value, (t.RangeValue, t.FunctionValue)):
        return {"t": kind, "v": write(value)}
    return {"t": kind, "v": write_number(value) if isinstance(value, Decimal) else write_temporal(value)}
