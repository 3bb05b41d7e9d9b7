"""The conformance kit through the columns: nearly all its expressions are constant, so literals become columns."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

import polars as pl

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.columns_rows import evaluate_frame, evaluate_rows
from engine.feel.evaluation import Setting
from engine.feel.faults import FeelFault
from engine.feel.parse import parse_expression
from engine.feel.temporal import Date, DateTime
from engine.feel.temporal_text import read_temporal
from engine.feel.values import to_python
from tests.unit.feel.test_conformance import lines

SETTING = Setting(now=dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC))
COLUMNAR = 360
"""Lifted expressions of the mapping tier that run by columns; more is better."""
MAKERS = [n.Name(name) for name in ("time", "date and time", "duration", "years and months duration")]


@dataclass
class Lifting:
    """Literals on their way to columns."""

    values: dict[str, object] = field(default_factory=dict)
    types: dict[tuple[str, ...], t.FeelType] = field(default_factory=dict)

    def lift(self, node: n.Node) -> n.Node:
        """The node with each literal that a column can hold replaced by a name; further arguments stay constant."""
        value, kind = held(node)
        if kind is not None:
            name = f"c{len(self.values)}"
            self.values[name], self.types[(name,)] = value, kind
            return n.Name(name)
        if isinstance(node, n.Call) and node.function in MAKERS:
            return node
        if isinstance(node, n.Call | n.ContextOf | n.FunctionOf):
            return self.first_argument(node)
        return self.rebuilt(node)

    def first_argument(self, node: n.Node) -> n.Node:
        if isinstance(node, n.Call) and node.arguments and not node.names:
            return replace(node, arguments=(self.lift(node.arguments[0]), *node.arguments[1:]))
        return node

    def rebuilt(self, node: n.Node) -> n.Node:
        changed: dict[str, Any] = {}
        for each in fields(node):
            value = getattr(node, each.name)
            if isinstance(value, n.Node):
                changed[each.name] = self.lift(value)
            elif isinstance(value, tuple) and value and isinstance(value[0], n.Node):
                changed[each.name] = tuple(self.lift(item) for item in value)
        return replace(node, **changed)


def held(node: n.Node) -> tuple[object, t.FeelType | None]:
    """A literal's value and type, where a column can hold it."""
    if isinstance(node, n.Text):
        return node.value, t.STRING
    if isinstance(node, n.Boolean):
        return node.value, t.BOOLEAN
    if isinstance(node, n.Number):
        exponent = node.value.as_tuple().exponent
        scale = max(0, -exponent) if isinstance(exponent, int) else 0
        return node.value, t.FeelType("number", scale=scale)
    if isinstance(node, n.At):
        return held_at(node)
    if isinstance(node, n.Call) and node.function == n.Name("date") and len(node.arguments) == 1:
        only = node.arguments[0]
        return held_at(n.At(only.value)) if isinstance(only, n.Text) else (None, None)
    return None, None


def held_at(node: n.At) -> tuple[object, t.FeelType | None]:
    try:
        value = read_temporal(node.value)
    except FeelFault:
        return None, None
    plain = to_python(value)
    if isinstance(value, Date) and isinstance(plain, dt.date):
        return plain, t.DATE
    if isinstance(value, DateTime) and isinstance(plain, dt.datetime) and plain.tzinfo and not value.time.zone:
        return plain, t.DATE_TIME
    return None, None


def dtype(kind: t.FeelType) -> pl.DataType:
    plain = {"string": pl.String(), "boolean": pl.Boolean(), "date": pl.Date()}
    if kind.name == "number":
        return pl.Decimal(38, kind.scale or 0)
    return plain.get(kind.name, pl.Datetime("us", "UTC"))


def lifted() -> Iterator[tuple[n.Node, Lifting]]:
    for case in lines("expressions.jsonl"):
        if case["tier"] == "M" and not case["inputs"]:
            lifting = Lifting()
            node = lifting.lift(parse_expression(case["expression"], []))
            if lifting.values:
                yield node, lifting


def test_columns_answer_the_lifted_cases_as_the_scalar_evaluator_does() -> None:
    """Each lifted case gives by columns what it gives by rows, a row of nulls included; enough are columnar."""
    columnar = 0
    for node, lifting in lifted():
        schema = {name: dtype(lifting.types[(name,)]) for name in lifting.values}
        frame = pl.DataFrame([lifting.values, dict.fromkeys(lifting.values)], schema=schema)
        paths: dict[tuple[str, ...], str] = {path: path[0] for path in lifting.types}
        found = evaluate_frame(node, frame, lifting.types, paths, SETTING)
        expected = evaluate_rows(node, frame, paths, SETTING)
        assert (found.values, found.problems) == (expected.values, expected.problems), node
        columnar += found.refused is None
    assert columnar >= COLUMNAR
