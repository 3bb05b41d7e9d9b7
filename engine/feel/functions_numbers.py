"""Functions of numbers."""

import decimal
from collections.abc import Callable
from decimal import Decimal

from engine.feel.faults import FeelFault
from engine.feel.operators import calculated
from engine.feel.signatures import Overload, declared
from engine.feel.temporal import DaysDuration, MonthsDuration
from engine.feel.types import NUMBERS, WIDE_NUMBERS

_SCALES = range(-6111, 6177)


def rounded(number: Decimal, scale: int, mode: str) -> Decimal:
    """A number with so many digits after the point (less than none: before it)."""
    if scale not in _SCALES:
        raise FeelFault("the scale must lie between -6111 and 6176")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -scale:
        return number
    digits = Decimal((0, (1,), -scale))
    found = calculated(lambda: number.quantize(digits, rounding=mode, context=WIDE_NUMBERS))
    return calculated(lambda: NUMBERS.plus(found))


def _rounding(mode: str) -> Callable[[Decimal, Decimal | None], Decimal]:
    return lambda number, scale: rounded(number, int(scale or 0), mode)


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise FeelFault("division by zero")
    rest = calculated(lambda: WIDE_NUMBERS.remainder(dividend, divisor))
    turned = bool(rest) and (rest < 0) != (divisor < 0)
    return calculated(lambda: NUMBERS.plus(WIDE_NUMBERS.add(rest, divisor) if turned else rest))


def _sqrt(number: Decimal) -> Decimal:
    if number < 0:
        raise FeelFault("a negative number has no square root")
    return calculated(lambda: NUMBERS.sqrt(number))


def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise FeelFault("only a number above zero has a logarithm")
    return calculated(lambda: NUMBERS.ln(number))


def _remainder_of_two(number: Decimal) -> Decimal:
    return calculated(lambda: WIDE_NUMBERS.remainder(number, Decimal(2)).copy_abs())


def _abs(value: Decimal | DaysDuration | MonthsDuration) -> object:
    if isinstance(value, DaysDuration):
        return DaysDuration(abs(value.nanoseconds))
    return MonthsDuration(abs(value.months)) if isinstance(value, MonthsDuration) else value.copy_abs()


def _number(text: str, grouping: str | None, point: str | None) -> Decimal:
    if grouping not in {None, " ", ",", "."} or point not in {None, ",", "."} or (point and point == grouping):
        raise FeelFault("the separators must be a space, a comma or a point, and not the same")
    plain = text.replace(grouping, "") if grouping else text
    if point and point != ".":
        if "." in plain:
            raise FeelFault("the text is not a number")
        plain = plain.replace(point, ".")
    return read_number(plain)


def read_number(text: str) -> Decimal:
    """A number of digits, a point and an exponent. Raises FeelFault."""
    whole = text.removeprefix("-")
    mantissa, _, exponent = whole.replace("E", "e").partition("e")
    digits = mantissa.replace(".", "", 1)
    power = exponent[1:] if exponent[:1] in {"+", "-"} else exponent
    fits = _digits(digits) and not mantissa.endswith(".") and ("e" not in whole.lower() or _digits(power))
    if not fits:
        raise FeelFault("the text is not a number")
    return calculated(lambda: NUMBERS.create_decimal(text))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _scaled(name: str, mode: str) -> Overload:
    return declared(f"{name}(n: number, scale: number) -> number", _rounding(mode))


FUNCTIONS = (
    declared("number(from: string, grouping separator?: string?, decimal separator?: string?) -> number", _number),
    _scaled("decimal", decimal.ROUND_HALF_EVEN),
    declared("floor(n: number, scale?: number) -> number", _rounding(decimal.ROUND_FLOOR)),
    declared("ceiling(n: number, scale?: number) -> number", _rounding(decimal.ROUND_CEILING)),
    _scaled("round up", decimal.ROUND_UP),
    _scaled("round down", decimal.ROUND_DOWN),
    _scaled("round half up", decimal.ROUND_HALF_UP),
    _scaled("round half down", decimal.ROUND_HALF_DOWN),
    declared("abs(n: number|days and time duration|years and months duration) -> Any", _abs),
    declared("modulo(dividend: number, divisor: number) -> number", _modulo),
    declared("sqrt(number: number) -> number", _sqrt),
    declared("log(number: number) -> number", _log),
    declared("exp(number: number) -> number", lambda number: calculated(lambda: NUMBERS.exp(number))),
    declared("odd(number: number) -> boolean", lambda number: _remainder_of_two(number) == 1),
    declared("even(number: number) -> boolean", lambda number: _remainder_of_two(number) == 0),
)
