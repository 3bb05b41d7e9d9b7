"""The functions that the standard has not, in columns."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import Column, Maker, RefusedError, where
from engine.feel.columns_operators import size_of, text
from engine.feel.columns_time import clock
from engine.feel.faults import FeelFault
from engine.feel.functions_formats import date_pieces
from engine.feel.functions_uk import NI_NUMBER, NO_PREFIXES, POSTCODE, UNKNOWN_ERN, UNKNOWN_ULN
from engine.feel.nodes import Node

_Right = Callable[[pl.Expr, pl.Expr], pl.Expr]
"""Whether the weighted sum, modulo 11, and the last digit go together."""
_LONGEST_SIGN = 4
_LONGEST_PART = 9
_MAX_PADDING = 10_000
_CHRONO = {
    "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d", "EEEE": "%A",
    "EEE": "%a", "HH": "%H", "H": "%-H", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S",
}  # fmt: skip
_OF_CLOCK = frozenset(("HH", "H", "mm", "m", "ss", "s"))


def last_day_of_month(maker: Maker, node: Node, value: Column) -> Column:
    """`last day of month(date)`."""
    shown = clock(maker, node, value)
    return Column(shown.value.dt.date().dt.month_end(), t.DATE, shown.problem)


def format_date(maker: Maker, node: Node, value: Column, pattern: Column) -> Column:
    """`format date(date, pattern)` of a constant pattern."""
    if not pattern.constant or not isinstance(pattern.known, str):
        raise RefusedError(node, "the pattern must be a constant in columns")
    try:
        pieces = date_pieces(pattern.known)
    except FeelFault as fault:
        raise RefusedError(node, fault.message) from None
    if value.type.name == "date" and any(is_part and piece in _OF_CLOCK for piece, is_part in pieces):
        raise RefusedError(node, "a date has no time of day")
    written = "".join(_CHRONO[piece] if is_part else piece.replace("%", "%%") for piece, is_part in pieces)
    empty = pl.when(value.value.is_not_null()).then(pl.lit(""))
    seen = clock(maker, node, value)
    shown = seen.value.dt.to_string(written) if written else empty
    return text(shown, seen.problem, _LONGEST_PART * len(pattern.known.encode()))


def padded(*, left: bool) -> Callable[..., Column]:
    """`pad left(string, length, padding)` and `pad right` of a constant length and padding."""

    def handler(_maker: Maker, node: Node, value: Column, length: Column, padding: Column | None = None) -> Column:
        sign = " " if padding is None else padding.known
        count = length.known
        if not length.constant or not isinstance(count, Decimal) or not isinstance(sign, str) or len(sign) != 1:
            raise RefusedError(node, "the length and the padding, one character, must be constants in columns")
        if count != int(count) or not 0 <= count <= _MAX_PADDING:
            raise RefusedError(node, "the length must be a whole number, and not too large")
        made = value.value.str.pad_start if left else value.value.str.pad_end
        return text(made(int(count), sign), value.problem, size_of(value) + int(count) * _LONGEST_SIGN)

    return handler


def _check_digit(digits: int, weights: Sequence[int], right: _Right) -> Callable[[pl.Expr], pl.Expr]:
    def valid(value: pl.Expr) -> pl.Expr:
        number = pl.when(value.str.contains(f"^[0-9]{{{digits}}}$")).then(value).cast(pl.Int64, strict=False)
        one = [number.floordiv(10 ** (digits - 1 - at)) % 10 for at in range(digits)]
        rest = pl.sum_horizontal(digit * weight for digit, weight in zip(one, weights, strict=False)) % 11
        return where(right(rest, one[-1]))

    return valid


_ULN = _check_digit(10, range(10, 1, -1), lambda rest, last: (rest != 0) & (last == 10 - rest))
_ERN = _check_digit(9, range(9, 1, -1), lambda rest, last: last == (11 - rest) % 11)


def _digits(node: Node, value: Column) -> pl.Expr:
    if value.type.name == "string":
        return value.value
    if value.scale:
        raise RefusedError(node, "numbers with a fraction are not checked in columns")
    return value.value.cast(pl.String)


def valid_uln(_maker: Maker, node: Node, value: Column) -> Column:
    """`valid uln(number)`."""
    written = _digits(node, value)
    return _checked(written, ~written.str.starts_with("0") & (_ULN(written) | (written == UNKNOWN_ULN)), value)


def valid_ern(_maker: Maker, node: Node, value: Column) -> Column:
    """`valid ern(number)`."""
    written = _digits(node, value)
    return _checked(written, _ERN(written) | (written == UNKNOWN_ERN), value)


def valid_ni_number(_maker: Maker, _node: Node, value: Column) -> Column:
    """`valid ni number(number)`."""
    barred = value.value.str.contains(f"^(?:{'|'.join(NO_PREFIXES)})")
    return Column(value.value.str.contains(NI_NUMBER) & ~barred, t.BOOLEAN, value.problem)


def valid_postcode(_maker: Maker, _node: Node, value: Column) -> Column:
    """`valid postcode(code)`."""
    return Column(value.value.str.contains(POSTCODE), t.BOOLEAN, value.problem)


def _checked(written: pl.Expr, outcome: pl.Expr, value: Column) -> Column:
    return Column(pl.when(written.is_not_null()).then(outcome), t.BOOLEAN, value.problem)


HANDLERS: dict[str, Callable[..., Column]] = {
    "last day of month": last_day_of_month,
    "format date": format_date,
    "pad left": padded(left=True),
    "pad right": padded(left=False),
    "valid uln": valid_uln,
    "valid ern": valid_ern,
    "valid ni number": valid_ni_number,
    "valid postcode": valid_postcode,
}
