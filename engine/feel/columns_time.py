"""Parts of dates and times in columns, and the functions that make them."""

import datetime as dt
from collections.abc import Callable

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import LOCAL_MOMENT, LOCAL_TIME, Column, Maker, RefusedError, either, number, where
from engine.feel.functions_time import MONTHS, WEEKDAYS
from engine.feel.nodes import Node

FIRST_YEAR = 2
LAST_YEAR = 2_098
"""The last year of whose end, too, Polars knows the summer times of every zone."""
_WHOLE = pl.Decimal(38, 0)
_DATE_PARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "year": lambda value: value.dt.year(),
    "month": lambda value: value.dt.month(),
    "day": lambda value: value.dt.day(),
    "weekday": lambda value: value.dt.weekday(),
}
_TIME_PARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "hour": lambda value: value.dt.hour(),
    "minute": lambda value: value.dt.minute(),
    "second": lambda value: value.dt.second(),
}
_PARTS: dict[str, dict[str, Callable[[pl.Expr], pl.Expr]]] = {
    "date": _DATE_PARTS,
    "time": _TIME_PARTS,
    "date and time": _DATE_PARTS | _TIME_PARTS,
    "days and time duration": {
        "days": lambda value: _within(value, 86_400_000_000),
        "hours": lambda value: _within(value, 3_600_000_000, 24),
        "minutes": lambda value: _within(value, 60_000_000, 60),
        "seconds": lambda value: _within(value, 1_000_000, 60),
    },
    "years and months duration": {
        "years": lambda value: _within(value, 12),
        "months": lambda value: _within(value, 1, 12),
    },
}


def _within(duration: pl.Expr, unit: int, most: int | None = None) -> pl.Expr:
    """How often a unit goes into a duration, less what makes up the next one; with the duration's sign."""
    count = duration.cast(pl.Int64).abs().floordiv(unit)
    count = count if most is None else count % most
    return pl.when(duration.cast(pl.Int64) < 0).then(-count).otherwise(count)


def clock(maker: Maker, node: Node, column: Column) -> Column:
    """A date, or a date and time on the clock of the setting's zone or its own. Raises RefusedError for another's.

    Polars knows no summer times after 2099: later instants are problems. So are those of the year 1, as a clock may
    show them in the year before, of which Python has no date.
    """
    if column.type.name != "date and time" or column.type.place == t.LOCAL:
        return column
    if column.type.place:
        raise RefusedError(node, "the clock of what is elsewhere is not read in columns")
    shown = column.value.dt.convert_time_zone(maker.zone)
    if maker.zone == "UTC":
        return Column(shown, column.type, column.problem)
    known = column.value.is_null() | column.value.dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    return Column(pl.when(known).then(shown), column.type, either(column.problem, ~known))


def part(maker: Maker, node: Node, column: Column, name: str) -> Column:
    """`column.name`."""
    known = _PARTS.get(column.type.name, {})
    if name not in known:
        raise RefusedError(node, f"`{name}` of a {column.type} is not read in columns")
    shown = clock(maker, node, column)
    return _whole(known[name](shown.value), shown.problem)


def _whole(value: pl.Expr, problem: pl.Expr | None) -> Column:
    return Column(value.cast(pl.Int64).cast(_WHOLE), number(0), problem)


def day_of_year(maker: Maker, node: Node, value: Column) -> Column:
    """`day of year(date)`."""
    shown = clock(maker, node, value)
    return _whole(shown.value.dt.ordinal_day(), shown.problem)


def week_of_year(maker: Maker, node: Node, value: Column) -> Column:
    """`week of year(date)`, as ISO 8601 counts."""
    shown = clock(maker, node, value)
    return _whole(shown.value.dt.week(), shown.problem)


def day_of_week(maker: Maker, node: Node, value: Column) -> Column:
    """`day of week(date)`."""
    shown = clock(maker, node, value)
    return _named(shown.value.dt.weekday(), WEEKDAYS, shown.problem)


def month_of_year(maker: Maker, node: Node, value: Column) -> Column:
    """`month of year(date)`."""
    shown = clock(maker, node, value)
    return _named(shown.value.dt.month(), MONTHS, shown.problem)


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
            shown = clock(maker, node, value)
            return Column(shown.value.dt.date(), t.DATE, shown.problem)
        case "string":
            plain = pl.when(value.value.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(value.value)
            read = plain.str.to_date("%Y-%m-%d", strict=False)
            found = pl.when(read.dt.year() >= 1).then(read)
            unread = value.value.is_not_null() & found.is_null()
            return Column(found, t.DATE, either(value.problem, unread))
    raise RefusedError(node, f"a date of a {value.type} is not done in columns")


def date_and_time(maker: Maker, node: Node, value: Column, clock_time: Column | None = None) -> Column:
    """`date and time(from)` of a date and time, and `date and time(date, time)` of a local time."""
    if clock_time is None:
        if value.type.name == "date and time":
            return value
        raise RefusedError(node, f"a date and time of a {value.type} is not done in columns")
    shown = clock(maker, node, value)
    day = shown.value.dt.date()
    held = day.dt.year().is_between(dt.MINYEAR + 1, dt.MAXYEAR - 1)
    made = pl.when(held).then(day).dt.combine(clock_time.value)
    return Column(made, LOCAL_MOMENT, either(shown.problem, clock_time.problem, where(~held)))


def time(_maker: Maker, node: Node, value: Column, *parts: Column | None) -> Column:
    """`time(from)` of what is local."""
    if parts or value.type.place != t.LOCAL:
        raise RefusedError(node, f"a time of a {value.type} is not done in columns")
    return value if value.type.name == "time" else Column(value.value.dt.time(), LOCAL_TIME, value.problem)
