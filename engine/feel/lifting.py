"""Literals lifted out of an expression: what nearly all of it would be folded away by becomes data.

It is how the columnar evaluator is tested with expressions that are constant.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.temporal import Date, DateTime
from engine.feel.temporal_text import read_temporal
from engine.feel.values import to_python

_MAKERS = frozenset(("time", "date and time", "duration", "years and months duration"))
"""Functions whose texts are read when the expression is: a column of such texts would be another thing."""


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
    if isinstance(value, bool):
        return value, t.BOOLEAN
    if isinstance(value, str):
        return value, t.STRING
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return value, t.FeelType("number", scale=max(0, -exponent) if isinstance(exponent, int) else 0)
    plain = to_python(value)
    if isinstance(value, Date) and isinstance(plain, dt.date):
        return plain, t.DATE
    if isinstance(value, DateTime) and isinstance(plain, dt.datetime) and _in_utc(value):
        return plain, t.DATE_TIME
    return None, None


def _in_utc(moment: DateTime) -> bool:
    return moment.time.offset == 0 and not moment.time.zone


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
        made = isinstance(node.function, n.Name) and node.function.name in _MAKERS
        if made or node.names or not node.arguments:
            return node
        return replace(node, arguments=(self.lift(node.arguments[0]), *node.arguments[1:]))

    def _rebuilt(self, node: n.Node) -> n.Node:
        changed: dict[str, Any] = {}
        for each in fields(node):
            value = getattr(node, each.name)
            if isinstance(value, n.Node):
                changed[each.name] = self.lift(value)
            elif isinstance(value, tuple) and value and isinstance(value[0], n.Node):
                changed[each.name] = tuple(self.lift(item) for item in value)
        return replace(node, **changed)


def _literal(node: n.Node) -> object:
    """The value of a literal, a date written as a call included; None for all else."""
    match node:
        case n.Text() | n.Boolean() | n.Number():
            return node.value
        case n.At():
            return _read(node.value)
        case n.Call(function=n.Name(name="date"), arguments=(n.Text(value=text),), names=()):
            return _read(text)
    return None


def _read(text: str) -> object:
    try:
        return read_temporal(text)
    except FeelFault:
        return None
