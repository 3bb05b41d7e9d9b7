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
    rescaled,
    where,
)
from engine.feel.nodes import ArithmeticSign, ComparisonSign, Node
from engine.feel.temporal import DAY, DaysDuration, MonthsDuration

_MAX_TEXT = 10_000
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
        return text(left.value + right.value, either(left.problem, right.problem))
    if names == ("number", "number"):
        return _of_numbers(node, sign, left, right)
    if sign == "+" and names[0].endswith("duration") and names[1].startswith("date"):
        left, right = right, left
    if sign in {"+", "-"}:
        return _of_times(maker, node, sign, left, right)
    raise RefusedError(node, f"`{sign}` of a {names[0]} and a {names[1]} is not done in columns")


def text(value: pl.Expr, problem: pl.Expr | None) -> Column:
    """A text that was built: one that may be over the limit is asked of the scalar evaluator."""
    return Column(value, t.STRING, either(problem, where(value.str.len_bytes() > _MAX_TEXT)))


def _of_numbers(node: Node, sign: ArithmeticSign, left: Column, right: Column) -> Column:
    if sign == "/":
        right, sign = _reciprocal(node, right), "*"
    if sign == "**":
        raise RefusedError(node, "powers are not done in columns")
    scale = left.scale + right.scale if sign == "*" else max(left.scale, right.scale)
    if scale > MAX_SCALE:
        raise RefusedError(node, "the result has more digits after the point than a column holds")
    fits = _fits(sign, left, right, scale)
    one, other = rescaled(left, scale), rescaled(right, scale)
    first, second = (each.value if each.constant else pl.when(fits).then(each.value) for each in (one, other))
    value = {"+": first + second, "-": first - second, "*": first * second}[sign]
    return Column(value, number(scale), either(one.problem, other.problem, where(~fits)))


def _fits(sign: str, left: Column, right: Column, scale: int) -> pl.Expr:
    """Whether the result surely has no more than 34 digits, so that it is exact."""
    limit = 10 ** (DIGITS - scale - 1)
    if sign != "*":
        return _within(left, limit) & _within(right, limit)
    for factor, other in ((left, right), (right, left)):
        if factor.constant and isinstance(factor.known, Decimal):
            return _within(other, int(limit / max(1, abs(factor.known))))
    first, second = (each.value.cast(pl.Float64).abs() for each in (left, right))
    return first * second < float(limit)


def _within(column: Column, limit: int) -> pl.Expr:
    """Whether a number lies between -limit and limit."""
    if column.constant and isinstance(column.known, Decimal):
        return pl.lit(value=abs(column.known) <= limit)
    kind = pl.Decimal(38, column.scale)
    capped = min(limit, 10 ** (37 - column.scale))
    low, high = (pl.lit(Decimal(each), dtype=kind) for each in (-capped, capped))
    return column.value.is_between(low, high)


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
        return Column(value, operand.type, operand.problem)
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
