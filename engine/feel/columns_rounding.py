"""Functions of numbers in columns."""

import decimal
from collections.abc import Callable
from decimal import Decimal

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import (
    Column,
    Maker,
    RefusedError,
    either,
    number,
    whole,
)
from engine.feel.columns_numbers import modulo
from engine.feel.nodes import Node

Handler = Callable[..., Column]
_READ_SCALE = 12
_MOST_PLACES = 1_000
"""A column has far fewer digits after the point, and the scalar evaluator no limit below."""


def _number(_maker: Maker, node: Node, value: Column, *separators: Column | None) -> Column:
    """`number(from, grouping separator, decimal separator)`: texts of 20 digits and 12 after the point, no exponent."""
    grouping, point = (_separator(node, each) for each in (*separators, None, None)[:2])
    if grouping not in {"", " ", ",", "."} or point not in {"", ",", "."} or (point and point == grouping):
        raise RefusedError(node, "the separators must be a space, a comma or a point, and not the same")
    plain = value.value.str.replace_all(grouping, "", literal=True) if grouping else value.value
    mark = "," if point == "," else "."
    fits = plain.str.contains(rf"^-?[0-9]{{1,20}}([{mark}][0-9]{{1,12}})?$")
    written = pl.when(fits).then(plain.str.replace_all(",", ".", literal=True))
    read = written.cast(pl.Decimal(38, _READ_SCALE), strict=False)
    return Column(read, number(_READ_SCALE), either(value.problem, value.value.is_not_null() & read.is_null()))


def _separator(node: Node, column: Column | None) -> str:
    if column is None or (column.constant and column.known is None):
        return ""
    if not column.constant or not isinstance(column.known, str) or not column.known:
        raise RefusedError(node, "the separators must be constants in columns")
    return column.known


def _rounding(mode: str) -> Handler:
    def handler(_maker: Maker, node: Node, value: Column, scale: Column | None = None) -> Column:
        digits = whole(node, scale, "the scale") or 0
        if not 0 <= digits <= _MOST_PLACES:
            raise RefusedError(node, "rounding before the point, or far behind it, is not done in columns")
        if digits >= value.scale:
            return value
        if mode == decimal.ROUND_HALF_EVEN:
            return Column(value.value.round(digits, mode="half_to_even"), value.type, value.problem)
        near = value.value.round(digits, mode="half_away_from_zero")
        return Column(_turned(mode, value, near, digits), value.type, value.problem)

    return handler


def _turned(mode: str, value: Column, near: pl.Expr, digits: int) -> pl.Expr:
    """The number that a rounding gives, of the nearest one: that itself, or the next one up or down."""
    given = value.value
    step, half = (_literal(Decimal(each).scaleb(-digits), value.scale) for each in ("1", "0.5"))
    below, above = near - step, near + step
    match mode:
        case decimal.ROUND_FLOOR:
            return pl.when(near > given).then(below).otherwise(near)
        case decimal.ROUND_CEILING:
            return pl.when(near < given).then(above).otherwise(near)
        case decimal.ROUND_DOWN:
            down = pl.when((given > 0) & (near > given)).then(below)
            return down.when((given < 0) & (near < given)).then(above).otherwise(near)
        case decimal.ROUND_UP:
            up = pl.when((given > 0) & (near < given)).then(above)
            return up.when((given < 0) & (near > given)).then(below).otherwise(near)
        case decimal.ROUND_HALF_DOWN:
            down = pl.when((given > 0) & (near - given == half)).then(below)
            return down.when((given < 0) & (given - near == half)).then(above).otherwise(near)
    return near


def _literal(value: Decimal, scale: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.Decimal(38, scale))


def _abs(_maker: Maker, _node: Node, value: Column) -> Column:
    return Column(value.value.abs(), value.type, value.problem, digits=value.digits)


def _modulo(_maker: Maker, node: Node, dividend: Column, divisor: Column) -> Column:
    return modulo(node, dividend, divisor)


def _parity(rest: int) -> Handler:
    def handler(_maker: Maker, _node: Node, value: Column) -> Column:
        two = _literal(Decimal(2), value.scale)
        return Column((value.value % two).abs() == rest, t.BOOLEAN, value.problem)

    return handler


HANDLERS: dict[str, Handler] = {
    "number": _number,
    "decimal": _rounding(decimal.ROUND_HALF_EVEN),
    "floor": _rounding(decimal.ROUND_FLOOR),
    "ceiling": _rounding(decimal.ROUND_CEILING),
    "round up": _rounding(decimal.ROUND_UP),
    "round down": _rounding(decimal.ROUND_DOWN),
    "round half up": _rounding(decimal.ROUND_HALF_UP),
    "round half down": _rounding(decimal.ROUND_HALF_DOWN),
    "abs": _abs,
    "modulo": _modulo,
    "odd": _parity(1),
    "even": _parity(0),
}
