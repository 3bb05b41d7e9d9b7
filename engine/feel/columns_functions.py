"""Functions in columns: for each that has a columnar form, how."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce

import polars as pl

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.budget import MAX_WORK
from engine.feel.columns_base import (
    Column,
    Maker,
    RefusedError,
    alike,
    constant,
    either,
    nothing,
    null_of,
    number,
    where,
    whole,
)
from engine.feel.columns_formats import HANDLERS as OF_EXTENSIONS
from engine.feel.columns_numbers import of_numbers
from engine.feel.columns_operators import arithmetic, boolean, both, compared, one_of, size_of, text
from engine.feel.columns_rounding import HANDLERS as OF_NUMBERS
from engine.feel.columns_spans import months_between
from engine.feel.columns_time import date, date_and_time, day_of_week, day_of_year, month_of_year, time, week_of_year
from engine.feel.faults import FeelFault
from engine.feel.functions import TABLE
from engine.feel.functions_text import BLANKS
from engine.feel.patterns import compiled, matches_nothing, translated
from engine.feel.replacing import is_literal_replacement, literal_of, plain_replacement
from engine.feel.signatures import Overload, fitting

Make = Callable[[n.Node], Column]
Handler = Callable[..., Column]
_WHOLE = pl.Decimal(38, 0)
_MOST_GROWTH = 3
"""How many times as long a letter can be in the other case: one may become three."""
_LONGEST_SIGN = 4
"""The bytes of one character, at most."""


def call(maker: Maker, node: n.Call, make: Make) -> Column:
    """A call of a function that has a columnar form. Raises RefusedError."""
    assert isinstance(node.function, n.Name)  # noqa: S101  the caller's word
    name = node.function.name
    if name in _OF_LISTS:
        return HANDLERS[name](maker, node, _items(node, make))
    if name == "string join":
        return _string_join(node, make)
    if name == "list contains":
        return _list_contains(node, make)
    found = fitting(TABLE[name], len(node.arguments), node.names)
    columns = [make(each) for each in node.arguments]
    for overload, order in found:
        arguments = [None if at is None else columns[at] for at in order]
        if _typed(overload, arguments):
            return _applied(maker, node, overload, arguments)
    raise RefusedError(node, f"`{name}` does not take these arguments")


def _typed(overload: Overload, arguments: Sequence[Column | None]) -> bool:
    for parameter, argument in zip(overload.parameters, arguments, strict=True):
        names = {kind.name for kind in parameter.types}
        if argument is not None and argument.type.name not in names | {"Null"} and "Any" not in names:
            return False
    return True


def _applied(maker: Maker, node: n.Call, overload: Overload, arguments: Sequence[Column | None]) -> Column:
    """The handler's column; null without it where a null constant stands for what may not be null."""
    for parameter, argument in zip(overload.parameters, arguments, strict=True):
        if argument is not None and argument.type.name == "Null" and not parameter.nullable:
            return Column(pl.lit(None), t.NULL, either(*(each.problem for each in arguments if each)))
    return HANDLERS[overload.name](maker, node, *arguments)


def _word(node: n.Node, column: Column | None, what: str) -> str:
    """The text that an argument is in every row; nothing where it is left out or null."""
    if column is None or (column.constant and column.known is None):
        return ""
    if not column.constant or not isinstance(column.known, str):
        raise RefusedError(node, f"{what} must be a constant in columns")
    return column.known


# --- texts -----------------------------------------------------------------------------------------------------------


def _string(_maker: Maker, node: n.Node, value: Column) -> Column:
    match value.type.name:
        case "string":
            return value
        case "Null":
            return Column(null_of(t.STRING).value, t.STRING, value.problem)
        case "boolean" | "date":
            return Column(value.value.cast(pl.String), t.STRING, value.problem)
        case "number":
            written = value.value.cast(pl.String)
            if value.scale:
                written = written.str.strip_chars_end("0").str.strip_chars_end(".")
            return Column(pl.when(written == "-0").then(pl.lit("0")).otherwise(written), t.STRING, value.problem)
    raise RefusedError(node, f"the text of a {value.type} is not made in columns")


def _length(_maker: Maker, _node: n.Node, value: Column) -> Column:
    return Column(value.value.str.len_chars().cast(pl.Int64).cast(_WHOLE), number(0), value.problem)


def _substring(_maker: Maker, node: n.Node, value: Column, start: Column, length: Column | None) -> Column:
    at, count = whole(node, start, "the position"), whole(node, length, "the length")
    if at is None or at == 0 or (count is not None and count < 1):
        return Column(nothing(value.value), t.STRING, either(value.problem, value.value.is_not_null()))
    inside = value.value.str.len_chars() >= abs(at)
    cut = value.value.str.slice(at - 1 if at > 0 else at, count)
    problem = either(value.problem, where(~inside))
    size = size_of(value) if count is None else pl.min_horizontal(size_of(value), pl.lit(_LONGEST_SIGN * count))
    return text(pl.when(inside).then(cut), problem, size)


def _of_text(work: Callable[[pl.Expr], pl.Expr], growth: int = 1) -> Handler:
    return lambda _maker, _node, value: text(work(value.value), value.problem, size_of(value) * growth)


def _test(work: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Handler:
    def handler(_maker: Maker, _node: n.Node, value: Column, match: Column) -> Column:
        return Column(work(value.value, match.value), t.BOOLEAN, either(value.problem, match.problem))

    return handler


def _before(_maker: Maker, node: n.Node, value: Column, match: Column) -> Column:
    return _beside(node, value, match, "field_0", empty=pl.lit(""))


def _after(_maker: Maker, node: n.Node, value: Column, match: Column) -> Column:
    return _beside(node, value, match, "field_1", empty=value.value)


def _beside(node: n.Node, value: Column, match: Column, field: str, *, empty: pl.Expr) -> Column:
    mark = _word(node, match, "the text looked for")
    if not mark:
        return text(pl.when(value.value.is_not_null()).then(empty), value.problem, size_of(value))
    found = value.value.str.contains(mark, literal=True)
    part = value.value.str.splitn(mark, 2).struct.field(field)
    missing = pl.when(value.value.is_not_null()).then(pl.lit(""))
    return text(pl.when(found).then(part).otherwise(missing), value.problem, size_of(value))


def _pattern(node: n.Node, pattern: Column, flags: Column | None) -> tuple[str, str]:
    """A pattern and its flags, checked. Raises RefusedError for one that is faulty: the scalar evaluator says why."""
    written, switches = _word(node, pattern, "the pattern"), _word(node, flags, "the flags")
    try:
        compiled(written, switches)
    except FeelFault as fault:
        raise RefusedError(node, fault.message) from None
    return written, switches


def _matches(_maker: Maker, node: n.Node, value: Column, pattern: Column, flags: Column | None) -> Column:
    written, switches = _pattern(node, pattern, flags)
    plain = literal_of(written, switches)
    looked_for = translated(written, switches) if plain is None else plain
    found = value.value.str.contains(looked_for, literal=plain is not None)
    long = None if plain is not None else where(value.value.str.len_bytes() > MAX_WORK)
    return Column(found, t.BOOLEAN, either(value.problem, long))


def _replace(_maker: Maker, node: n.Node, *arguments: Column | None) -> Column:
    value, pattern, new, flags = arguments
    if value is None or pattern is None:
        raise RefusedError(node, "there is nothing to replace")
    written, switches = _pattern(node, pattern, flags)
    if matches_nothing(written, switches):
        raise RefusedError(node, "the pattern matches nothing at all")
    replacement = _word(node, new, "the replacement")
    plain = literal_of(written, switches)
    if plain is not None and is_literal_replacement(replacement, switches):
        grows = len(replacement.encode()) > len(plain.encode())
        size = size_of(value) * (len(replacement) * _LONGEST_SIGN + 1 if grows else 1)
        return text(value.value.str.replace_all(plain, replacement, literal=True), value.problem, size)
    try:
        filled = plain_replacement(replacement, written, switches)
    except FeelFault as fault:
        raise RefusedError(node, fault.message) from None
    size = size_of(value) * (2 * len(replacement.encode()) + 1)
    return text(value.value.str.replace_all(translated(written, switches), filled), value.problem, size)


def _is_blank(_maker: Maker, _node: n.Node, value: Column) -> Column:
    if value.type.name != "string":
        return Column(value.value.is_null(), t.BOOLEAN, value.problem)
    blank = value.value.str.strip_chars(BLANKS) == ""
    return Column(value.value.is_null() | where(blank), t.BOOLEAN, value.problem)


def _get_or_else(_maker: Maker, node: n.Node, value: Column, default: Column) -> Column:
    if value.type.name == default.type.name == "Null":
        return Column(pl.lit(None), t.NULL, either(value.problem, default.problem))
    one, other = alike(node, value, default)
    return Column(pl.coalesce(one.value, other.value), one.type, either(one.problem, other.problem))


def _not(_maker: Maker, node: n.Node, value: Column) -> Column:
    return Column(~boolean(node, value).value, t.BOOLEAN, value.problem)


# --- lists written out -----------------------------------------------------------------------------------------------


def _items(node: n.Call, make: Make) -> list[Column]:
    """The items of a list that is written out, or of arguments in its place."""
    if node.names and node.names != ("list",):
        raise RefusedError(node, "the function has no such parameter")
    if len(node.arguments) != 1:
        return [make(each) for each in node.arguments]
    only = node.arguments[0]
    if not isinstance(only, n.ListOf):
        raise RefusedError(node, "lists are not read in columns")
    return [make(each) for each in only.items]


def _sum(maker: Maker, node: n.Node, items: list[Column]) -> Column:
    if not items or any(each.type.name != "number" for each in items):
        raise RefusedError(node, "a sum of these is not done in columns")
    return reduce(lambda one, other: arithmetic(maker, node, "+", one, other), items)


def _product(_maker: Maker, node: n.Node, items: list[Column]) -> Column:
    if not items or any(each.type.name != "number" for each in items):
        raise RefusedError(node, "a product of these is not done in columns")
    return reduce(lambda one, other: of_numbers(node, "*", one, other), items)


def _mean(maker: Maker, node: n.Node, items: list[Column]) -> Column:
    count = constant(node, Decimal(len(items)))
    return of_numbers(node, "/", _sum(maker, node, items), count)


def _extreme(sign: n.ComparisonSign) -> Handler:
    def handler(_maker: Maker, node: n.Node, items: list[Column]) -> Column:
        if not items or any(each.type.name == "Null" for each in items):
            raise RefusedError(node, "the least or greatest of these is not found in columns")
        best, *rest = alike(node, *items)
        for each in rest:
            better = compared(node, sign, each, best)
            kept = pl.when(better.value).then(each.value).when(better.value.is_not_null()).then(best.value)
            best = Column(kept, best.type, either(best.problem, each.problem))
        if best.type.name == "boolean":
            raise RefusedError(node, "true and false have no order")
        return best

    return handler


def _count(_maker: Maker, _node: n.Node, items: list[Column]) -> Column:
    return Column(pl.lit(Decimal(len(items)), dtype=_WHOLE), number(0), either(*(each.problem for each in items)))


def _truth(join: Callable[[Column, Column], Column]) -> Handler:
    def handler(_maker: Maker, node: n.Node, items: list[Column]) -> Column:
        if not items:
            raise RefusedError(node, "an empty list is not looked at in columns")
        columns = [boolean(node, each) for each in items]
        found = reduce(join, columns)
        return Column(found.value, t.BOOLEAN, either(*(each.problem for each in columns)))

    return handler


def _arguments(node: n.Call, *names: str) -> dict[str, n.Node]:
    """The arguments by name, the first of them a list that is written out. Raises RefusedError."""
    found = dict(zip(node.names or names, node.arguments, strict=False))
    if len(node.arguments) > len(names) or not set(found) <= set(names):
        raise RefusedError(node, "the function does not take these arguments")
    if not isinstance(found.get(names[0]), n.ListOf):
        raise RefusedError(node, "lists are not read in columns")
    return found


def _string_join(node: n.Call, make: Make) -> Column:
    found = _arguments(node, "list", "delimiter")
    mark = _word(node, make(found["delimiter"]) if "delimiter" in found else None, "the delimiter")
    columns = [make(each) for each in n.children(found["list"])]
    texts = [each for each in columns if each.type.name != "Null"]
    if not texts or {each.type.name for each in texts} != {"string"}:
        raise RefusedError(node, "only texts can be joined")
    joined = pl.concat_str([each.value for each in texts], separator=mark, ignore_nulls=True)
    size: pl.Expr | int = len(mark.encode()) * len(texts)
    for each in texts:
        own = size_of(each)
        size += own if isinstance(own, int) else own.fill_null(0)
    return text(joined, either(*(each.problem for each in columns)), size)


def _list_contains(node: n.Call, make: Make) -> Column:
    found = _arguments(node, "list", "element")
    if "element" not in found:
        raise RefusedError(node, "the function does not take these arguments")
    value, members = make(found["element"]), [make(each) for each in n.children(found["list"])]
    outcome = Column(pl.lit(value=False), t.BOOLEAN, value.problem)
    for each in members:
        if "Null" not in {each.type.name, value.type.name} and each.type.name != value.type.name:
            raise RefusedError(node, "values of several types are not compared in columns")
        same = compared(node, "=", value, each)
        outcome = Column(outcome.value | same.value, t.BOOLEAN, either(outcome.problem, same.problem))
    return outcome


_OF_LISTS = frozenset(("sum", "product", "mean", "min", "max", "count", "all", "any"))
HANDLERS: dict[str, Handler] = {
    "string": _string,
    "string length": _length,
    "substring": _substring,
    "upper case": _of_text(lambda value: value.str.to_uppercase(), _MOST_GROWTH),
    "lower case": _of_text(lambda value: value.str.to_lowercase(), _MOST_GROWTH),
    "trim": _of_text(lambda value: value.str.strip_chars(BLANKS)),
    "substring before": _before,
    "substring after": _after,
    "contains": _test(lambda value, match: value.str.contains(match, literal=True)),
    "starts with": _test(lambda value, match: value.str.starts_with(match)),
    "ends with": _test(lambda value, match: value.str.ends_with(match)),
    "matches": _matches,
    "replace": _replace,
    "is blank": _is_blank,
    "get or else": _get_or_else,
    "not": _not,
    "date": date,
    "date and time": date_and_time,
    "time": time,
    "years and months duration": months_between,
    "day of year": day_of_year,
    "week of year": week_of_year,
    "day of week": day_of_week,
    "month of year": month_of_year,
    "sum": _sum,
    "product": _product,
    "mean": _mean,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "count": _count,
    "all": _truth(both),
    "any": _truth(one_of),
    "string join": lambda *_: null_of(t.STRING),
    "list contains": lambda *_: null_of(t.BOOLEAN),
    **OF_NUMBERS,
    **OF_EXTENSIONS,
}
