"""The evaluator for whole tables: what of FEEL has an exact columnar form, as Polars expressions.

What has none is refused with a reason, and runs by rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.code_basic import CONDITIONS
from engine.feel.columns_base import FOREIGN, Column, Maker, RefusedError, constant, dtype_of, either, source, where
from engine.feel.columns_functions import HANDLERS, call
from engine.feel.columns_operators import arithmetic, boolean, both, chosen, compared, negated, one_of
from engine.feel.columns_time import part
from engine.feel.evaluation import Setting
from engine.feel.functions import TABLE
from engine.feel.names import reads
from engine.feel.scalar import evaluate
from engine.feel.temporal import DateTime, Time
from engine.feel.values import to_python

_PLAIN = Setting()
RESULTS = frozenset(("string", "number", "boolean", "date", "date and time", "days and time duration", "Null"))
"""The types that a column of a table can have."""
_HELD = RESULTS | {"time", "years and months duration"}
"""The types that a column can have while an expression is worked out."""


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
    *,
    every: bool = False,
) -> Compiled | NotColumnar:
    """An expression as Polars expressions.

    `types` gives the static type of each dotted name, `column` its column: String, Date, Datetime("us", "UTC"), Boolean
    or Decimal. A number's type should say its scale (`FeelType("number", scale=2)`). With `every` the result may be
    what no column of a table is: see `engine.feel.columns_values`.
    """
    maker = Maker(types, column, setting)
    try:
        made = make(maker, node)
    except RefusedError as refused:
        return NotColumnar(refused.why, refused.node.start, refused.node.end)
    if not (_answers(made.type) if every else is_result(made.type)):
        return NotColumnar(f"a {made.type} has no column", node.start, node.end)
    return Compiled(made.value, made.problem, made.type)


def is_result(kind: t.FeelType) -> bool:
    """Whether a column of a table can have the type."""
    return kind.name in RESULTS and kind.place != t.LOCAL


def _answers(kind: t.FeelType) -> bool:
    """Whether an answer can: it shows a clock, which what is elsewhere has lost."""
    return kind.name in _HELD and kind.place != t.ELSEWHERE


def make(maker: Maker, node: n.Node) -> Column:
    """The column of a node. Raises RefusedError."""
    if not reads(node) and not _asks(node):
        return _folded(maker, node)
    if isinstance(node, n.Name | n.Path):
        return _read(maker, node)
    if isinstance(node, n.In):
        return _in(maker, node)
    if isinstance(node, n.Call):
        return _call(maker, node)
    combine = _COMBINED.get(type(node))
    if combine is None:
        raise RefusedError(node, f"a {type(node).__name__.lower()} is not done in columns")
    return combine(maker, node, *(make(maker, each) for each in n.children(node)))


def _logic(_maker: Maker, node: n.Logic, left: Column, right: Column) -> Column:
    join = both if node.word == "and" else one_of
    return join(boolean(node.left, left), boolean(node.right, right))


def _between(_maker: Maker, node: n.Between, value: Column, low: Column, high: Column) -> Column:
    above, below = compared(node, ">=", value, low), compared(node, "<=", value, high)
    return Column(above.value & below.value, t.BOOLEAN, either(above.problem, below.problem))


_COMBINED: Mapping[type[n.Node], Callable[..., Column]] = {
    n.Negate: lambda _maker, node, operand: negated(node, operand),
    n.Arithmetic: lambda maker, node, left, right: arithmetic(maker, node, node.sign, left, right),
    n.Comparison: lambda _maker, node, left, right: compared(node, node.sign, left, right),
    n.Logic: _logic,
    n.If: lambda _maker, node, condition, then, otherwise: chosen(node, condition, then, otherwise),
    n.Between: _between,
}


def _asks(node: n.Node) -> bool:
    return any(isinstance(each, n.Name) and each.name in {"?", "item", "partial"} for each, _depth in n.walk(node))


def _folded(maker: Maker, node: n.Node) -> Column:
    """A part without names: the scalar evaluator says what it is."""
    result = evaluate(node, {}, maker.setting)
    found = constant(node, result.value)
    if isinstance(result.value, DateTime) and _is_elsewhere(maker, result.value.time):
        found = replace(found, type=FOREIGN)
    if not result.problems:
        return found
    return Column(found.value, found.type, pl.lit(value=True))


def _is_elsewhere(maker: Maker, time: Time) -> bool:
    if time.local or time.zone == maker.zone:
        return False
    return maker.zone != "UTC" or time.zone is not None or time.offset != 0


def _read(maker: Maker, node: n.Node) -> Column:
    """The longest dotted name that is a column, and properties of it."""
    names: list[n.Path] = []
    at: n.Node = node
    while isinstance(at, n.Path):
        names.append(at)
        at = at.source
    if not isinstance(at, n.Name):
        return _parts(maker, node, make(maker, at), [each.name for each in reversed(names)])
    path = (at.name, *(each.name for each in reversed(names)))
    for length in range(len(path), 0, -1):
        kind = maker.types.get(path[:length])
        if kind is not None:
            found = source(_columnar(node, kind), maker.column(path[:length]))
            return _parts(maker, node, found, path[length:])
    raise RefusedError(node, f"no type is known of `{'.'.join(path)}`")


def _parts(maker: Maker, node: n.Node, column: Column, names: Sequence[str]) -> Column:
    for name in names:
        column = part(maker, node, column, name)
    return column


def _columnar(node: n.Node, kind: t.FeelType) -> t.FeelType:
    if kind.name not in _HELD:
        raise RefusedError(node, f"a {kind} has no column")
    return kind


# --- tests -----------------------------------------------------------------------------------------------------------


def _in(maker: Maker, node: n.In) -> Column:
    return passes(maker, node.tests, make(maker, node.value))


def passes(maker: Maker, tests: tuple[n.Node, ...], value: Column) -> Column:
    """Whether a value passes one of the tests. Raises RefusedError."""
    quick = _among(maker, tests, value)
    if quick is not None:
        return quick
    found = Column(pl.lit(value=False), t.BOOLEAN, value.problem)
    for test in tests:
        found = one_of(found, _test(maker, test, value))
    return Column(found.value, t.BOOLEAN, either(value.problem, found.problem))


def _among(maker: Maker, written: tuple[n.Node, ...], value: Column) -> Column | None:
    """Tests that are plain texts or dates: one look-up."""
    tests = [item for test in written for item in (test.items if isinstance(test, n.ListOf) else (test,))]
    if value.type.name not in {"string", "date"} or not all(isinstance(each, n.Text | n.At) for each in tests):
        return None
    columns = [_folded(maker, each) for each in tests]
    if any((each.type.name, each.problem) != (value.type.name, None) for each in columns):
        return None
    known = pl.Series([to_python(each.known) for each in columns])
    return Column(value.value.is_in(known.implode(), nulls_equal=True), t.BOOLEAN, value.problem)


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
    if isinstance(test, CONDITIONS) and found.type.name == "boolean":
        raise RefusedError(test, "a condition as a test is not done in columns")
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
