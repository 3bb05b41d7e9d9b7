"""Operators on columns: comparison, logic, arithmetic."""

from decimal import Decimal

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import (
    DIGITS,
    MAX_SCALE,
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
)
from engine.feel.nodes import ArithmeticSign, ComparisonSign, Node
from engine.feel.temporal import DAY, DaysDuration, MonthsDuration

_MAX_TEXT = 10_000
_USUAL = 15
"""The digits before the point that a number of a record has at most; one with more is asked of the scalar evaluator."""
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_DAY_US = DAY // 1_000
_TURNED: dict[ComparisonSign, ComparisonSign] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compared(node: Node, sign: ComparisonSign, left: Column, right: Column) -> Column:
    """`left sign right`."""
    if left.constant and not right.constant:
        left, right, sign = right, left, _TURNED[sign]  # Polars loses the length of `literal <= column of nulls`
    names = {left.type.name, right.type.name}
    if sign in {"=", "!="} and "Null" in names:
        return _null_test(sign, left, right)
    if names == {"Null"}:
        return Column(null_of(t.BOOLEAN).value, t.BOOLEAN, either(left.problem, right.problem))
    one, other = alike(node, left, right)
    problem = either(one.problem, other.problem)
    if sign in {"=", "!="}:
        first, second = _key(one), _key(other)
        value = first.eq_missing(second) if sign == "=" else first.ne_missing(second)
        return Column(value, t.BOOLEAN, problem)
    if one.type.name == "boolean":
        raise RefusedError(node, "true and false have no order")
    first, second = _key(one), _key(other)
    value = {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[sign]
    return Column(value, t.BOOLEAN, problem)


def _null_test(sign: ComparisonSign, left: Column, right: Column) -> Column:
    tested = right if left.type.name == "Null" else left
    if tested.type.name == "Null":
        value = pl.lit(value=sign == "=")
    else:
        value = tested.value.is_null() if sign == "=" else tested.value.is_not_null()
    return Column(value, t.BOOLEAN, either(left.problem, right.problem))


def _key(column: Column) -> pl.Expr:
    """What is compared: date-times count to the second."""
    return column.value.dt.truncate("1s") if column.type.name == "date and time" else column.value


def boolean(node: Node, column: Column) -> Column:
    """A column of true and false. Raises RefusedError for another."""
    if column.type.name == "Null":
        return Column(pl.lit(None, dtype=pl.Boolean), t.BOOLEAN, column.problem)
    if column.type.name != "boolean":
        raise RefusedError(node, f"a {column.type} stands where true or false must")
    return column


def both(left: Column, right: Column) -> Column:
    """`left and right`; the right side's problems do not count where the left is false."""
    masked = _masked(right.problem, left.value.ne_missing(other=False))
    return Column(left.value & right.value, t.BOOLEAN, either(left.problem, masked))


def one_of(left: Column, right: Column) -> Column:
    """`left or right`; the right side's problems do not count where the left is true."""
    masked = _masked(right.problem, left.value.ne_missing(other=True))
    return Column(left.value | right.value, t.BOOLEAN, either(left.problem, masked))


def _masked(problem: pl.Expr | None, seen: pl.Expr) -> pl.Expr | None:
    return None if problem is None else problem & seen


def chosen(node: Node, condition: Column, then: Column, otherwise: Column) -> Column:
    """`if condition then … else …`: null takes the else branch."""
    test = where(boolean(node, condition).value)
    if then.type.name == otherwise.type.name == "Null":
        value, kind = pl.lit(None), t.NULL
    else:
        then, otherwise = alike(node, then, otherwise)
        value, kind = pl.when(test).then(then.value).otherwise(otherwise.value), then.type
    branches = either(_masked(then.problem, test), _masked(otherwise.problem, ~test))
    return Column(value, kind, either(condition.problem, branches))


# --- arithmetic ------------------------------------------------------------------------------------------------------


def arithmetic(maker: Maker, node: Node, sign: ArithmeticSign, left: Column, right: Column) -> Column:
    """`left sign right`. Raises RefusedError where only the scalar evaluator is exact."""
    names = (left.type.name, right.type.name)
    if "Null" in names:
        return Column(pl.lit(None), t.NULL, either(left.problem, right.problem), constant=True)
    if names == ("string", "string") and sign == "+":
        return text(left.value + right.value, either(left.problem, right.problem), size_of(left) + size_of(right))
    if names == ("number", "number"):
        return _of_numbers(node, sign, left, right)
    if sign == "+" and names[0].endswith("duration") and names[1].startswith("date"):
        left, right = right, left
    if sign in {"+", "-"}:
        return _of_times(maker, node, sign, left, right)
    raise RefusedError(node, f"`{sign}` of a {names[0]} and a {names[1]} is not done in columns")


def text(value: pl.Expr, problem: pl.Expr | None, size: pl.Expr | int) -> Column:
    """A text that was built; one of `size` bytes or fewer that may be over the limit is asked of the scalar evaluator.

    The size is reckoned from the texts it was built of, so that nothing is built twice.
    """
    over = pl.lit(value=size > _MAX_TEXT) if isinstance(size, int) else where(size > _MAX_TEXT)
    safe = isinstance(size, int) and size <= _MAX_TEXT
    return Column(value, t.STRING, problem if safe else either(problem, over), size=size)


def size_of(column: Column) -> pl.Expr | int:
    """How many bytes a text has at most."""
    if column.constant and isinstance(column.known, str):
        return len(column.known.encode())
    return column.value.str.len_bytes() if column.size is None else column.size


def _of_numbers(node: Node, sign: ArithmeticSign, left: Column, right: Column) -> Column:
    if sign == "/":
        right, sign = _reciprocal(node, right), "*"
    if sign == "**":
        raise RefusedError(node, "powers are not done in columns")
    scale = left.scale + right.scale if sign == "*" else max(left.scale, right.scale)
    if scale > MAX_SCALE:
        raise RefusedError(node, "the result has more digits after the point than a column holds")
    if sign == "*":
        one, other = _factors(left, right, DIGITS - scale)
        digits = min(_digits(one) + _digits(other), DIGITS - scale)
        value = _with_scale(one, scale) * other.value if one.constant else one.value * _with_scale(other, scale)
    else:
        one, other = (_held(each, DIGITS - scale - 1) for each in (left, right))
        digits = max(_digits(one), _digits(other)) + 1
        value = one.value + other.value if sign == "+" else one.value - other.value
    return Column(value, number(scale), either(one.problem, other.problem), digits=digits)


def _with_scale(column: Column, scale: int) -> pl.Expr:
    """A number that has room for the digits: Polars gives a product the larger scale of its factors."""
    return column.value if column.scale == scale else column.value.cast(pl.Decimal(38, scale))


def _digits(column: Column) -> int:
    return _USUAL if column.digits is None else column.digits


def _held(column: Column, room: int) -> Column:
    """A number that surely has no more digits before the point; rows in which it has more are problems."""
    if column.digits is not None and column.digits <= room:
        return column
    digits = room if column.digits is not None else min(room, _USUAL)
    return _where_it_fits(column, _within(column, max(0, digits)), digits)


def _where_it_fits(column: Column, fits: pl.Expr, digits: int) -> Column:
    problem = either(column.problem, where(~fits))
    return Column(pl.when(fits).then(column.value), column.type, problem, digits=digits)


def _factors(left: Column, right: Column, room: int) -> tuple[Column, Column]:
    """The factors of a product that surely has no more digits before the point than there is room for."""
    if left.constant or right.constant:
        return _held(left, room - _digits(right)), _held(right, room - _digits(left))
    if _digits(left) + _digits(right) <= room:
        return _held(left, _digits(left)), _held(right, _digits(right))
    first, second = (each.value.cast(pl.Float64).abs() for each in (left, right))
    fits = first * second < float(10 ** (room - 1))
    return _where_it_fits(left, fits, _digits(left)), _where_it_fits(right, fits, _digits(right))


def _within(column: Column, digits: int) -> pl.Expr:
    """Whether a number has so few digits before the point."""
    most = 10 ** min(digits, 37 - column.scale)
    if column.constant and isinstance(column.known, Decimal):
        return pl.lit(value=abs(column.known) < most)
    low, high = (pl.lit(Decimal(each), dtype=pl.Decimal(38, column.scale)) for each in (-most, most))
    return column.value.is_between(low, high, closed="none")


def _reciprocal(node: Node, divisor: Column) -> Column:
    """1 / divisor where that has few digits; no other division is exact in a column."""
    known = divisor.known
    if not divisor.constant or not isinstance(known, Decimal) or not known:
        raise RefusedError(node, "a division has too many digits for a column")
    found = t.LENIENT_NUMBERS.divide(Decimal(1), known)
    if t.LENIENT_NUMBERS.multiply(found, known) != 1 or len(found.as_tuple().digits) > 10:  # noqa: PLR2004  plainly exact
        raise RefusedError(node, "a division has too many digits for a column")
    return constant(node, found)


def negated(node: Node, operand: Column) -> Column:
    """`-operand`."""
    if operand.type.name in {"number", "days and time duration", "Null"}:
        value = operand.value if operand.type.name == "Null" else -operand.value
        return Column(value, operand.type, operand.problem, digits=operand.digits)
    raise RefusedError(node, f"`-` of a {operand.type} is not done in columns")


# --- dates and times -------------------------------------------------------------------------------------------------


def _of_times(maker: Maker, node: Node, sign: str, left: Column, right: Column) -> Column:
    problem = either(left.problem, right.problem)
    known = right.known if right.constant else None
    match (left.type.name, right.type.name):
        case ("date", "date") | ("date and time", "date and time") if sign == "-":
            return Column((left.value - right.value).cast(pl.Duration("us")), t.DAYS, problem)
        case ("date", "days and time duration"):
            return _day(left.value.cast(pl.Int64) + _whole_days(sign, right), problem)
        case ("date and time", "days and time duration"):
            moved = left.value + right.value if sign == "+" else left.value - right.value
            return _moment(moved, problem)
        case ("date" | "date and time", "years and months duration") if isinstance(known, MonthsDuration):
            months = known.months if sign == "+" else -known.months
            return _months_later(maker, left, months, problem)
    raise RefusedError(node, f"`{sign}` of a {left.type} and a {right.type} is not done in columns")


def _whole_days(sign: str, duration: Column) -> int | pl.Expr:
    """The days that a duration moves a date by: it is taken from the date's beginning."""
    known = duration.known if duration.constant else None
    if isinstance(known, DaysDuration):
        return (known.nanoseconds if sign == "+" else -known.nanoseconds) // DAY
    micros = duration.value.cast(pl.Int64) * (1 if sign == "+" else -1)
    return micros.floordiv(_DAY_US)


def _months_later(maker: Maker, left: Column, months: int, problem: pl.Expr | None) -> Column:
    if abs(months) > 120_000:  # noqa: PLR2004  no date of a column has one so far away
        return Column(nothing(left.value), left.type, either(problem, left.value.is_not_null()))
    if left.type.name == "date":
        return _months(left, months, problem)
    return _months_of_moment(maker, left, months, problem)


def _day(days: pl.Expr, problem: pl.Expr | None) -> Column:
    """A date of its days since 1970; those that Python has no date for are asked of the scalar evaluator."""
    fits = days.is_between(_FIRST_DAY, _LAST_DAY)
    return Column(pl.when(fits).then(days).cast(pl.Date), t.DATE, either(problem, where(~fits)))


def _moment(value: pl.Expr, problem: pl.Expr | None) -> Column:
    fits = value.cast(pl.Int64).floordiv(_DAY_US).is_between(_FIRST_DAY + 366, _LAST_DAY - 366)
    return Column(pl.when(fits).then(value), t.DATE_TIME, either(problem, where(~fits)))


def _in_years(value: pl.Expr, months: int) -> pl.Expr:
    moved = value.dt.year().cast(pl.Int64) * 12 + value.dt.month().cast(pl.Int64) - 1 + months
    return moved.is_between(2 * 12, 9_998 * 12)


def _months(left: Column, months: int, problem: pl.Expr | None) -> Column:
    fits = _in_years(left.value, months)
    moved = pl.when(fits).then(left.value).dt.offset_by(f"{months}mo")
    return Column(moved, t.DATE, either(problem, where(~fits)))


def _months_of_moment(maker: Maker, left: Column, months: int, problem: pl.Expr | None) -> Column:
    clock = left.value.dt.convert_time_zone(maker.zone).dt.replace_time_zone(None)
    fits = _in_years(clock, months)
    moved = pl.when(fits).then(clock).dt.offset_by(f"{months}mo")
    placed = moved.dt.replace_time_zone(maker.zone, ambiguous="earliest", non_existent="null")
    unclear = where(~fits) | (clock.is_not_null() & placed.is_null()) | _twice(moved, maker.zone)
    return Column(placed.dt.convert_time_zone("UTC"), t.DATE_TIME, either(problem, unclear))


def _twice(clock: pl.Expr, zone: str) -> pl.Expr:
    """Readings of the clock that a zone shows twice."""
    late = clock.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    early = clock.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return where(late != early)
