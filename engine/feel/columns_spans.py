"""Arithmetic on columns of dates, times and durations."""

import datetime as dt

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import LOCAL_TIME, Column, Maker, RefusedError, dtype_of, either, nothing, number, where
from engine.feel.columns_numbers import of_numbers
from engine.feel.columns_time import LAST_YEAR, clock
from engine.feel.nodes import ArithmeticSign, Node
from engine.feel.temporal import DAY, DaysDuration, MonthsDuration

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_DAY_US = DAY // 1_000
_LONGEST = 2**61
"""The microseconds or months of a duration whose sum with another surely needs no more than a column has."""
_MOST_MONTHS = 120_000
"""No date of a column has one so far away."""


def of_times(maker: Maker, node: Node, sign: ArithmeticSign, left: Column, right: Column) -> Column:
    """`left sign right` where one of them is a date, a time or a duration. Raises RefusedError."""
    names = (left.type.name, right.type.name)
    if names[0].endswith("duration") and (names[1].startswith("date") or names[1] == "time") and sign == "+":
        left, right, names = right, left, (names[1], names[0])
    if sign in {"*", "/"}:
        return _scaled(node, sign, left, right)
    if all(name.endswith("duration") for name in names) and names[0] == names[1]:
        return _sum(sign, left, right)
    if sign == "-" and not any(name.endswith("duration") for name in names):
        return _difference(node, left, right)
    match names:
        case ("date", "days and time duration"):
            return _day(left.value.cast(pl.Int64) + _whole_days(sign, right), _problems(left, right))
        case ("time", "days and time duration"):
            return _time_later(sign, left, right)
        case ("date and time", "days and time duration") if left.type.place != t.ELSEWHERE:
            moved = left.value + right.value if sign == "+" else left.value - right.value
            return _moment(moved, left.type, _problems(left, right))
        case ("date" | "date and time", "years and months duration"):
            return _months_later(maker, node, sign, left, right)
    raise RefusedError(node, f"`{sign}` of a {names[0]} and a {names[1]} is not done in columns")


def _problems(left: Column, right: Column) -> pl.Expr | None:
    return either(left.problem, right.problem)


# --- durations -------------------------------------------------------------------------------------------------------


def counted(duration: Column) -> pl.Expr:
    """A duration as its microseconds or months."""
    return duration.value.cast(pl.Int64)


def _sum(sign: str, left: Column, right: Column) -> Column:
    one, other = counted(left), counted(right)
    fits = one.is_between(-_LONGEST, _LONGEST) & other.is_between(-_LONGEST, _LONGEST)
    found = pl.when(fits).then(one + other if sign == "+" else one - other)
    return Column(found.cast(dtype_of(left.type)), left.type, either(_problems(left, right), where(~fits)))


def _scaled(node: Node, sign: ArithmeticSign, left: Column, right: Column) -> Column:
    """A duration times or by a number, or by another of its kind; parts of a month or microsecond are cut off.

    The scalar evaluator counts nanoseconds: rows with parts of a microsecond are problems.
    """
    if left.type.name == "number" and sign == "*":
        left, right = right, left
    if left.type.name.endswith("duration") and left.type == right.type and sign == "/":
        return of_numbers(node, sign, _as_number(left), _as_number(right))
    if not left.type.name.endswith("duration") or right.type.name != "number":
        raise RefusedError(node, f"`{sign}` of a {left.type} and a {right.type} is not done in columns")
    found = of_numbers(node, sign, _as_number(left), right)
    count = found.value.cast(pl.Int64, strict=False)  # cut off toward zero; null where it is too long
    if left.type == t.MONTHS:
        return Column(count, t.MONTHS, either(found.problem, found.value.is_not_null() & count.is_null()))
    exact = where(count.cast(pl.Decimal(38, 0)) == found.value)
    value = pl.when(exact).then(count).cast(pl.Duration("us"))
    return Column(value, t.DAYS, either(found.problem, found.value.is_not_null() & ~exact))


def _as_number(duration: Column) -> Column:
    return Column(counted(duration).cast(pl.Decimal(38, 0)), number(0), duration.problem)


def months_between(maker: Maker, node: Node, start: Column, end: Column) -> Column:
    """`years and months duration(from, to)`: the whole months."""
    start, end = clock(maker, node, start), clock(maker, node, end)
    first, last = start.value, end.value
    backwards = first.dt.date() > last.dt.date()
    months = pl.when(backwards).then(-_whole_months(last, first)).otherwise(_whole_months(first, last))
    return Column(pl.when(backwards.is_not_null()).then(months), t.MONTHS, _problems(start, end))


def _whole_months(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    years = last.dt.year().cast(pl.Int64) - first.dt.year().cast(pl.Int64)
    months = last.dt.month().cast(pl.Int64) - first.dt.month().cast(pl.Int64)
    return years * 12 + months - (last.dt.day() < first.dt.day()).cast(pl.Int64)


# --- times -----------------------------------------------------------------------------------------------------------


def _difference(node: Node, left: Column, right: Column) -> Column:
    """What lies between two dates, times, or dates and times; beside an instant a date is its midnight in UTC."""
    names = (left.type.name, right.type.name)
    if names != ("time", "time") and not set(names) <= {"date", "date and time"}:
        raise RefusedError(node, f"`-` of a {left.type} and a {right.type} is not done in columns")
    local = [each.type.place == t.LOCAL for each in (left, right)]
    if names != ("date", "date") and local[0] != local[1]:
        raise RefusedError(node, "what is local and what is not have no difference")
    if names == ("time", "time"):
        apart = left.value.cast(pl.Int64).floordiv(1_000) - right.value.cast(pl.Int64).floordiv(1_000)
        return Column(apart.cast(pl.Duration("us")), t.DAYS, _problems(left, right))
    if names[0] != names[1]:
        left, right = _midnight(left), _midnight(right)
    return Column((left.value - right.value).cast(pl.Duration("us")), t.DAYS, _problems(left, right))


def _midnight(column: Column) -> Column:
    if column.type.name != "date":
        return column
    return Column(column.value.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"), t.DATE_TIME, column.problem)


def _time_later(sign: str, left: Column, right: Column) -> Column:
    """A time so much later; whole days are dropped."""
    moved = left.value.cast(pl.Int64).floordiv(1_000)
    by = counted(right) % _DAY_US
    found = (moved + by if sign == "+" else moved - by) % _DAY_US
    return Column((found * 1_000).cast(pl.Time), LOCAL_TIME, _problems(left, right))


def _whole_days(sign: str, duration: Column) -> int | pl.Expr:
    """The days that a duration moves a date by: it is taken from the date's beginning."""
    known = duration.known if duration.constant else None
    if isinstance(known, DaysDuration):
        return (known.nanoseconds if sign == "+" else -known.nanoseconds) // DAY
    micros = duration.value.cast(pl.Int64) * (1 if sign == "+" else -1)
    return micros.floordiv(_DAY_US)


def _months_later(maker: Maker, node: Node, sign: str, left: Column, right: Column) -> Column:
    known = right.known if right.constant else None
    problem = _problems(left, right)
    if isinstance(known, MonthsDuration):
        months = known.months if sign == "+" else -known.months
        if abs(months) > _MOST_MONTHS:
            return Column(nothing(left.value), left.type, either(problem, left.value.is_not_null()))
        return _by_months(maker, node, left, (months, f"{months}mo"), problem)
    near = right.value.is_between(-_MOST_MONTHS, _MOST_MONTHS)
    count = pl.when(near).then(right.value if sign == "+" else -right.value)
    far = left.value.is_not_null() & where(~near)
    return _by_months(maker, node, left, (count, pl.format("{}mo", count)), either(problem, far))


_Months = tuple[int | pl.Expr, str | pl.Expr]
"""How many, and as Polars writes them."""


def _by_months(maker: Maker, node: Node, left: Column, months: _Months, problem: pl.Expr | None) -> Column:
    if left.type.name == "date" or left.type.place == t.LOCAL:
        return _months(left, months, problem)
    if left.type.place == t.ELSEWHERE:
        raise RefusedError(node, "the clock of what is elsewhere is not read in columns")
    return _months_of_moment(maker, node, left, months, problem)


def _day(days: pl.Expr, problem: pl.Expr | None) -> Column:
    """A date of its days since 1970; those that Python has no date for are asked of the scalar evaluator."""
    fits = days.is_between(_FIRST_DAY, _LAST_DAY)
    return Column(pl.when(fits).then(days).cast(pl.Date), t.DATE, either(problem, where(~fits)))


def _moment(value: pl.Expr, kind: t.FeelType, problem: pl.Expr | None) -> Column:
    fits = value.cast(pl.Int64).floordiv(_DAY_US).is_between(_FIRST_DAY + 366, _LAST_DAY - 366)
    return Column(pl.when(fits).then(value), kind, either(problem, where(~fits)))


def _in_years(value: pl.Expr, months: int | pl.Expr, last: int = dt.MAXYEAR - 1) -> pl.Expr:
    moved = value.dt.year().cast(pl.Int64) * 12 + value.dt.month().cast(pl.Int64) - 1 + months
    return moved.is_between(2 * 12, last * 12)


def _months(left: Column, months: _Months, problem: pl.Expr | None) -> Column:
    fits = _in_years(left.value, months[0])
    moved = pl.when(fits).then(left.value).dt.offset_by(months[1])
    return Column(moved, left.type, either(problem, where(~fits)))


def _months_of_moment(maker: Maker, node: Node, left: Column, months: _Months, problem: pl.Expr | None) -> Column:
    seen = clock(maker, node, left)
    shown = seen.value.dt.replace_time_zone(None)
    last = dt.MAXYEAR - 1 if maker.zone == "UTC" else LAST_YEAR
    fits = _in_years(shown, months[0], last)
    moved = pl.when(fits).then(shown).dt.offset_by(months[1])
    placed = moved.dt.replace_time_zone(maker.zone, ambiguous="earliest", non_existent="null")
    unclear = where(~fits) | (shown.is_not_null() & placed.is_null()) | _twice(moved, maker.zone)
    return Column(placed.dt.convert_time_zone("UTC"), t.DATE_TIME, either(problem, seen.problem, unclear))


def _twice(shown: pl.Expr, zone: str) -> pl.Expr:
    """Readings of the clock that a zone shows twice."""
    late = shown.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    early = shown.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return where(late != early)
