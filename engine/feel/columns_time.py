"""Parts of dates and times in columns, and the functions that make them."""

from collections.abc import Callable

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import Column, Maker, RefusedError, either, number
from engine.feel.functions_time import MONTHS, WEEKDAYS
from engine.feel.nodes import Node

_WHOLE = pl.Decimal(38, 0)
_PARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "year": lambda value: value.dt.year(),
    "month": lambda value: value.dt.month(),
    "day": lambda value: value.dt.day(),
    "weekday": lambda value: value.dt.weekday(),
    "hour": lambda value: value.dt.hour(),
    "minute": lambda value: value.dt.minute(),
    "second": lambda value: value.dt.second(),
}
_OF_DATE = frozenset(("year", "month", "day", "weekday"))


def clock(maker: Maker, column: Column) -> pl.Expr:
    """A date, or a date and time on the clock of the setting's zone."""
    if column.type.name == "date and time":
        return column.value.dt.convert_time_zone(maker.zone)
    return column.value


def part(maker: Maker, node: Node, column: Column, name: str) -> Column:
    """`column.name`."""
    known = _OF_DATE if column.type.name == "date" else _PARTS if column.type.name == "date and time" else ()
    if name not in known:
        raise RefusedError(node, f"`{name}` of a {column.type} is not read in columns")
    return _whole(_PARTS[name](clock(maker, column)), column.problem)


def _whole(value: pl.Expr, problem: pl.Expr | None) -> Column:
    return Column(value.cast(pl.Int64).cast(_WHOLE), number(0), problem)


def day_of_year(maker: Maker, _node: Node, value: Column) -> Column:
    """`day of year(date)`."""
    return _whole(clock(maker, value).dt.ordinal_day(), value.problem)


def week_of_year(maker: Maker, _node: Node, value: Column) -> Column:
    """`week of year(date)`, as ISO 8601 counts."""
    return _whole(clock(maker, value).dt.week(), value.problem)


def day_of_week(maker: Maker, _node: Node, value: Column) -> Column:
    """`day of week(date)`."""
    return _named(clock(maker, value).dt.weekday(), WEEKDAYS, value.problem)


def month_of_year(maker: Maker, _node: Node, value: Column) -> Column:
    """`month of year(date)`."""
    return _named(clock(maker, value).dt.month(), MONTHS, value.problem)


def _named(index: pl.Expr, names: tuple[str, ...], problem: pl.Expr | None) -> Column:
    numbers = list(range(1, len(names) + 1))
    named = index.cast(pl.Int64).replace_strict(numbers, list(names), default=None, return_dtype=pl.String)
    return Column(named, t.STRING, problem)


def date(maker: Maker, node: Node, value: Column, *parts: Column | None) -> Column:
    """`date(from)`."""
    if parts:
        raise RefusedError(node, "a date of its parts is not made in columns")
    match value.type.name:
        case "date":
            return value
        case "date and time":
            return Column(clock(maker, value).dt.date(), t.DATE, value.problem)
        case "string":
            plain = pl.when(value.value.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(value.value)
            read = plain.str.to_date("%Y-%m-%d", strict=False)
            found = pl.when(read.dt.year() >= 1).then(read)
            unread = value.value.is_not_null() & found.is_null()
            return Column(found, t.DATE, either(value.problem, unread))
    raise RefusedError(node, f"a date of a {value.type} is not done in columns")


def date_and_time(_maker: Maker, node: Node, value: Column, *parts: Column | None) -> Column:
    """`date and time(from)`."""
    if parts or value.type.name != "date and time":
        raise RefusedError(node, f"a date and time of a {value.type} is not done in columns")
    return value
