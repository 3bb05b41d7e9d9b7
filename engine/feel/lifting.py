"""Literals lifted out of an expression: what nearly all of it would be folded away by becomes data.

It is how the columnar evaluator is tested with expressions that are constant.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from engine.feel import nodes as n
from engine.feel import temporal_text as text
from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.functions import TABLE
from engine.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from engine.feel.values import to_python

_MAKERS: Mapping[str, Callable[[str], object]] = {
    "date": text.read_date,
    "time": text.read_time,
    "date and time": text.read_date_time,
    "duration": text.read_duration,
}
"""Functions that, called with a written text, are another way to write a literal."""
_LONGEST = 2**61
"""The microseconds or months that a lifted duration has at most."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """An expression with names in place of literals: their values, as a column holds them, and their types."""

    node: n.Node
    values: Mapping[str, object]
    types: Mapping[str, t.FeelType]


def lifted(node: n.Node) -> Lifted:
    """An expression with each literal that a column can hold replaced by a name that no text can have.

    Of a call's arguments only the first is lifted: the others say what is done rather than with what.
    """
    lifting = _Lifting({}, {})
    return Lifted(lifting.lift(node), lifting.values, lifting.types)


def columnar(value: object) -> tuple[object, t.FeelType | None]:
    """A value as a column holds it, and the column's type; no type where none holds it as it is."""
    match value:
        case bool():
            return value, t.BOOLEAN
        case str():
            return value, t.STRING
        case Decimal():
            exponent = value.as_tuple().exponent
            return value, t.FeelType("number", scale=max(0, -exponent) if isinstance(exponent, int) else 0)
        case DaysDuration() if value.nanoseconds % 1_000 == 0 and abs(value.nanoseconds // 1_000) < _LONGEST:
            return to_python(value), t.DAYS
        case MonthsDuration() if abs(value.months) < _LONGEST:
            return value.months, t.MONTHS
        case Time() if value.local and value.nano % 1_000 == 0:
            clock = dt.time(value.hour, value.minute, value.second, value.nano // 1_000)
            return clock, t.FeelType("time", place=t.LOCAL)
    return _dated(value)


def _dated(value: object) -> tuple[object, t.FeelType | None]:
    plain = to_python(value)
    if isinstance(value, Date) and isinstance(plain, dt.date):
        return plain, t.DATE
    if isinstance(value, DateTime) and isinstance(plain, dt.datetime) and value.time.nano % 1_000 == 0:
        return plain, t.FeelType("date and time", place=_place(value.time))
    return None, None


def _place(time: Time) -> str:
    if time.local:
        return t.LOCAL
    return "" if time.offset == 0 and not time.zone else t.ELSEWHERE


@dataclass(slots=True)
class _Lifting:
    """Literals on their way to columns."""

    values: dict[str, object]
    types: dict[str, t.FeelType]

    def lift(self, node: n.Node) -> n.Node:
        value, kind = columnar(_literal(node))
        if kind is not None:
            name = f"literal #{len(self.values)}"
            self.values[name], self.types[name] = value, kind
            return n.Name(name, start=node.start, end=node.end)
        if isinstance(node, n.Call):
            return self._first_argument(node)
        if isinstance(node, n.ContextOf | n.FunctionOf):
            return node
        return self._rebuilt(node)

    def _first_argument(self, node: n.Call) -> n.Node:
        name = node.function.name if isinstance(node.function, n.Name) else ""
        if not node.arguments or (name in _MAKERS and isinstance(node.arguments[0], n.Text)):
            return node
        first = _first_parameter(name, node.names)
        lifted_ones = (self.lift(each) if at == first else each for at, each in enumerate(node.arguments))
        return replace(node, arguments=tuple(lifted_ones))

    def _rebuilt(self, node: n.Node) -> n.Node:
        changed: dict[str, Any] = {}
        for each in fields(node):
            value = getattr(node, each.name)
            if isinstance(value, n.Node):
                changed[each.name] = self.lift(value)
            elif isinstance(value, tuple) and value and isinstance(value[0], n.Node):
                changed[each.name] = tuple(self.lift(item) for item in value)
        return replace(node, **changed)


def _first_parameter(name: str, names: tuple[str, ...]) -> int | None:
    """Where the argument for a function's first parameter stands."""
    firsts = {each.parameters[0].name.rstrip(".") for each in TABLE.get(name, ()) if each.parameters}
    return next((at for at, each in enumerate(names) if each in firsts), None) if names else 0


def _literal(node: n.Node) -> object:
    """The value of a literal, one written as a call of a text included; None for all else."""
    match node:
        case n.Text() | n.Boolean() | n.Number():
            return node.value
        case n.At():
            return _read(text.read_temporal, node.value)
        case n.Call(function=n.Name(name=name), arguments=(n.Text(value=written),)) if name in _MAKERS:
            return _read(_MAKERS[name], written) if node.names in {(), ("from",)} else None
    return None


def _read(read: Callable[[str], object], written: str) -> object:
    try:
        return read(written)
    except FeelFault:
        return None
