"""The evaluator for whole tables: what of FEEL has an exact columnar form, as Polars expressions.

What has none is refused with a reason, and runs by rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.columns_base import Column, Maker, RefusedError, constant, dtype_of, either, source, where
from engine.feel.columns_functions import HANDLERS, call
from engine.feel.columns_operators import arithmetic, boolean, both, chosen, compared, negated, one_of
from engine.feel.columns_time import part
from engine.feel.evaluation import Setting
from engine.feel.functions import TABLE
from engine.feel.names import reads
from engine.feel.scalar import evaluate

_PLAIN = Setting()
_RESULTS = frozenset(("string", "number", "boolean", "date", "date and time", "days and time duration", "Null"))


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression as columns; use both with `with_columns`, as a constant has no length of its own.

    Where `problem` is true (never null; None: nowhere) ask the scalar evaluator: the row ends in an error, or its value
    lies outside what columns hold exactly. Elsewhere `value` is the scalar evaluator's, numbers as Decimal(38, scale).
    """

    value: pl.Expr
    problem: pl.Expr | None
    type: t.FeelType


@dataclass(frozen=True, slots=True)
class NotColumnar:
    """Why an expression runs by rows, and which part of it is the cause."""

    why: str
    start: int
    end: int


def compile_columns(
    node: n.Node,
    types: Mapping[tuple[str, ...], t.FeelType],
    column: Callable[[tuple[str, ...]], pl.Expr],
    setting: Setting = _PLAIN,
) -> Compiled | NotColumnar:
    """An expression as Polars expressions.

    `types` gives the static type of each dotted name, `column` its column: String, Date, Datetime("us", "UTC"), Boolean
    or Decimal. A number's type should say its scale (`FeelType("number", scale=2)`).
    """
    maker = Maker(types, column, setting)
    try:
        made = make(maker, node)
    except RefusedError as refused:
        return NotColumnar(refused.why, refused.node.start, refused.node.end)
    if made.type.name not in _RESULTS:
        return NotColumnar(f"a {made.type} has no column", node.start, node.end)
    return Compiled(made.value, made.problem, made.type)


def make(maker: Maker, node: n.Node) -> Column:
    """The column of a node. Raises RefusedError."""
    if not reads(node) and not _asks(node):
        return _folded(maker, node)
    match node:
        case n.Name() | n.Path():
            return _read(maker, node)
        case n.Negate():
            return negated(node, make(maker, node.operand))
        case n.Arithmetic():
            return arithmetic(maker, node, node.sign, make(maker, node.left), make(maker, node.right))
        case n.Comparison():
            return compared(node, node.sign, make(maker, node.left), make(maker, node.right))
        case n.Logic():
            join = both if node.word == "and" else one_of
            sides = (boolean(each, make(maker, each)) for each in (node.left, node.right))
            return join(*sides)
        case n.If():
            return chosen(node, *(make(maker, each) for each in n.children(node)))
        case n.Between():
            return _between(node, *(make(maker, each) for each in n.children(node)))
        case n.In():
            return _in(maker, node)
        case n.Call():
            return _call(maker, node)
    raise RefusedError(node, f"a {type(node).__name__.lower()} is not done in columns")


def _asks(node: n.Node) -> bool:
    return any(isinstance(each, n.Name) and each.name in {"?", "item", "partial"} for each, _depth in n.walk(node))


def _folded(maker: Maker, node: n.Node) -> Column:
    """A part without names: the scalar evaluator says what it is."""
    result = evaluate(node, {}, maker.setting)
    found = constant(node, result.value)
    if not result.problems:
        return found
    return Column(found.value, found.type, pl.lit(value=True))


def _read(maker: Maker, node: n.Node) -> Column:
    """The longest dotted name that is a column, and properties of it."""
    names: list[n.Path] = []
    at: n.Node = node
    while isinstance(at, n.Path):
        names.append(at)
        at = at.source
    if not isinstance(at, n.Name):
        raise RefusedError(node, "parts of what is calculated are not read in columns")
    path = (at.name, *(each.name for each in reversed(names)))
    for length in range(len(path), 0, -1):
        kind = maker.types.get(path[:length])
        if kind is not None:
            found = source(_columnar(node, kind), maker.column(path[:length]))
            for name in path[length:]:
                found = part(maker, node, found, name)
            return found
    raise RefusedError(node, f"no type is known of `{'.'.join(path)}`")


def _columnar(node: n.Node, kind: t.FeelType) -> t.FeelType:
    if kind.name not in _RESULTS:
        raise RefusedError(node, f"a {kind} has no column")
    return kind


# --- tests -----------------------------------------------------------------------------------------------------------


def _between(node: n.Between, value: Column, low: Column, high: Column) -> Column:
    above, below = compared(node, ">=", value, low), compared(node, "<=", value, high)
    return Column(above.value & below.value, t.BOOLEAN, either(above.problem, below.problem))


def _in(maker: Maker, node: n.In) -> Column:
    value = make(maker, node.value)
    quick = _among(maker, node, value)
    if quick is not None:
        return quick
    found = Column(pl.lit(value=False), t.BOOLEAN, value.problem)
    for test in node.tests:
        found = one_of(found, _test(maker, test, value))
    return Column(found.value, t.BOOLEAN, either(value.problem, found.problem))


def _among(maker: Maker, node: n.In, value: Column) -> Column | None:
    """Tests that are plain texts or dates: one look-up."""
    known = [item for test in node.tests for item in (test.items if isinstance(test, n.ListOf) else (test,))]
    if value.type.name not in {"string", "date"} or not all(isinstance(each, n.Text | n.At) for each in known):
        return None
    columns = [_folded(maker, each) for each in known]
    if any(each.type.name != value.type.name or each.problem is not None for each in columns):
        return None
    plain = pl.Series([each.known for each in columns] if value.type.name == "string" else _dates(columns))
    return Column(value.value.is_in(plain.implode(), nulls_equal=True), t.BOOLEAN, value.problem)


def _dates(columns: list[Column]) -> list[object]:
    return [pl.select(each.value).item() for each in columns]


def _test(maker: Maker, test: n.Node, value: Column) -> Column:
    match test:
        case n.Test():
            return compared(test, test.sign, value, make(maker, test.operand))
        case n.Range():
            return _in_range(maker, test, value)
        case n.ListOf():
            members = [_member(maker, each, value) for each in test.items]
            found = Column(pl.lit(value=False), t.BOOLEAN)
            for each in members:
                found = Column(found.value | where(each.value), t.BOOLEAN, either(found.problem, each.problem))
            return found
    found = make(maker, test)
    if "Null" not in {found.type.name, value.type.name} and found.type.name != value.type.name:
        raise RefusedError(test, f"a {value.type} is not tested against a {found.type} in columns")
    return compared(test, "=", value, found)


def _member(maker: Maker, node: n.Node, value: Column) -> Column:
    """Whether a value is an item of a list: items of other types never are."""
    if isinstance(node, n.Range):
        return _in_range(maker, node, value)
    item = make(maker, node)
    if "Null" not in {item.type.name, value.type.name} and item.type.name != value.type.name:
        raise RefusedError(node, f"a {value.type} is not looked for beside a {item.type} in columns")
    return compared(node, "=", value, item)


def _in_range(maker: Maker, node: n.Range, value: Column) -> Column:
    low, high = make(maker, node.low), make(maker, node.high)
    if "Null" in {low.type.name, high.type.name, value.type.name}:
        raise RefusedError(node, "a range without an end is not done in columns")
    above = compared(node, ">=" if node.low_closed else ">", value, low)
    below = compared(node, "<=" if node.high_closed else "<", value, high)
    whole = low.value.is_not_null() & high.value.is_not_null()
    problem = either(above.problem, below.problem)
    return Column(pl.when(whole).then(above.value & below.value), t.BOOLEAN, problem)


# --- calls -----------------------------------------------------------------------------------------------------------


def _call(maker: Maker, node: n.Call) -> Column:
    function = node.function
    if not isinstance(function, n.Name) or function.name not in TABLE:
        raise RefusedError(node, "only the table's functions are called in columns")
    if (function.name,) in maker.types:
        raise RefusedError(node, f"`{function.name}` is a column too")
    if function.name not in HANDLERS:
        raise RefusedError(node, f"`{function.name}` is not done in columns")
    return call(maker, node, lambda each: make(maker, each))


__all__ = ["Compiled", "NotColumnar", "compile_columns", "dtype_of"]
