"""Arithmetic on columns of numbers: exact, or asked of the scalar evaluator."""

from decimal import Decimal

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import DIGITS, MAX_SCALE, Column, RefusedError, constant, either, number, rescaled, where
from engine.feel.nodes import Arithmetic, ArithmeticSign, Call, Name, Node, walk

_USUAL = 15
"""The digits before the point that a number of a record has at most; one with more is asked of the scalar evaluator."""
_QUOTIENT_SCALE = 10
_MOST_DIGITS = 37
_SHORT = 10


def of_numbers(node: Node, sign: ArithmeticSign, left: Column, right: Column) -> Column:
    """`left sign right` of two numbers. Raises RefusedError where only the scalar evaluator is exact."""
    if sign == "/":
        inverse = _reciprocal(node, right)
        if inverse is None:
            return _quotient(node, left, right)
        right, sign = inverse, "*"
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
    fits = (first * second < float(10 ** (room - 1))) & _within(right, room + _MOST_DIGITS - DIGITS)
    return _where_it_fits(left, fits, _digits(left)), _where_it_fits(right, fits, _digits(right))


def _within(column: Column, digits: int) -> pl.Expr:
    """Whether a number has so few digits before the point."""
    most = 10 ** min(digits, 37 - column.scale)
    if column.constant and isinstance(column.known, Decimal):
        return pl.lit(value=abs(column.known) < most)
    low, high = (pl.lit(Decimal(each), dtype=pl.Decimal(38, column.scale)) for each in (-most, most))
    return column.value.is_between(low, high, closed="none")


def _reciprocal(node: Node, divisor: Column) -> Column | None:
    """1 / divisor where that is known to have few digits."""
    known = divisor.known
    if not divisor.constant or not isinstance(known, Decimal):
        return None
    if not known:
        raise RefusedError(node, "a division by zero has no result")
    found = t.LENIENT_NUMBERS.divide(Decimal(1), known)
    if t.LENIENT_NUMBERS.multiply(found, known) != 1 or len(found.as_tuple().digits) > _SHORT:
        return None
    return constant(node, found)


def _quotient(node: Node, left: Column, right: Column) -> Column:
    """A quotient in the rows in which it ends after few digits: times the divisor it is the dividend again.

    The others, those divided by zero among them, are problems.
    """
    _check_weight(node)
    scale = max(left.scale, right.scale, _QUOTIENT_SCALE)
    room = _MOST_DIGITS - 2 * scale
    if room < 1 or scale + right.scale > MAX_SCALE:
        raise RefusedError(node, "a division has too many digits for a column")
    one = _held(_tested(rescaled(left, scale)), min(room, _USUAL))
    other = rescaled(right, scale)
    found = one.value / pl.when(other.value != 0).then(other.value)
    held = _held(Column(found, number(scale), digits=_MOST_DIGITS), DIGITS - scale)
    again = of_numbers(node, "*", Column(held.value, number(scale)), Column(right.value, right.type))
    exact = where(again.value == one.value)
    unsure = left.value.is_not_null() & right.value.is_not_null() & ~exact
    return Column(pl.when(exact).then(held.value), number(scale), either(one.problem, right.problem, unsure))


def _check_weight(node: Node) -> None:
    """Refuse a division within another: each repeats its operands often, so the plan would grow out of bounds."""
    if sum(_divides(each) for each, _depth in walk(node)) > 1:
        raise RefusedError(node, "a division within a division is not done in columns")


def _divides(node: Node) -> bool:
    match node:
        case Arithmetic(sign="/"):
            return True
        case Call(function=Name(name="modulo" | "mean")):
            return True
    return False


def _tested(column: Column) -> Column:
    """A number of which nothing is said but its scale."""
    return Column(column.value, column.type, column.problem)


def modulo(node: Node, dividend: Column, divisor: Column) -> Column:
    """`modulo(dividend, divisor)`: the sign is the divisor's; rows with a divisor of 0 are problems."""
    _check_weight(node)
    scale = max(dividend.scale, divisor.scale)
    if scale > MAX_SCALE:
        raise RefusedError(node, "the result has more digits after the point than a column holds")
    one, other = (_held(_tested(rescaled(each, scale)), DIGITS - scale - 1) for each in (dividend, divisor))
    by = pl.when(other.value != 0).then(other.value)
    rest = one.value % by
    turned = (rest != 0) & ((rest < 0) != (by < 0))
    zero = where(divisor.value == 0) & dividend.value.is_not_null()
    value = pl.when(turned).then(rest + by).otherwise(rest)
    return Column(value, number(scale), either(one.problem, other.problem, zero))
