"""FEEL's operators on values. Null in, null out; types that do not go together raise FeelFault."""

import decimal
from collections.abc import Callable
from decimal import Decimal

from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.temporal import DAY, Date, DateTime, DaysDuration, MonthsDuration, Time, time_of_nanoseconds
from engine.feel.values import equal, order, type_of

Operation = Callable[..., object]
_LONGEST = 30
"""A duration's nanoseconds or months have at most so many digits, and one."""


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    found = t.NUMBERS.power(base, exponent)
    if not found.is_finite():  # zero to a negative power, of which `decimal` does not warn
        raise decimal.DivisionByZero
    return found


CALCULATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": t.NUMBERS.add,
    "-": t.NUMBERS.subtract,
    "*": t.NUMBERS.multiply,
    "/": t.NUMBERS.divide,
    "**": _power,
}
"""The operators on two numbers; they raise the signals of `decimal`."""


def calculated(work: Callable[[], Decimal]) -> Decimal:
    """The result of a calculation; raises FeelFault where there is none."""
    try:
        return work()
    except decimal.DivisionByZero:
        raise FeelFault("division by zero") from None
    except decimal.Overflow:
        raise FeelFault("the number is too large") from None
    except decimal.InvalidOperation as signal:
        undefined = decimal.DivisionUndefined in signal.args[0]  # zero by zero is a signal of its own
        raise FeelFault("division by zero" if undefined else "the calculation has no result") from None


def arithmetic(sign: str, left: object, right: object) -> object:
    """`left sign right`. Raises FeelFault."""
    if left is None or right is None:
        return None
    found = _OPERATIONS.get((sign, type(left), type(right)))
    if found is None:
        raise FeelFault(f"`{sign}` is not for a {type_of(left)} and a {type_of(right)}")
    return found(left, right)


def negated(value: object) -> object:
    """`-value`. Raises FeelFault."""
    match value:
        case None:
            return None
        case Decimal():
            return t.NUMBERS.minus(value)
        case DaysDuration():
            return DaysDuration(-value.nanoseconds)
        case MonthsDuration():
            return MonthsDuration(-value.months)
    raise FeelFault(f"`-` is not for a {type_of(value)}")


def compared(sign: str, left: object, right: object) -> bool | None:
    """`left sign right` for all six signs. Raises FeelFault."""
    if sign in {"=", "!="}:
        found = equal(left, right)
        if found is None:
            raise FeelFault(f"a {type_of(left)} cannot be compared with a {type_of(right)}")
        return found == (sign == "=")
    if left is None or right is None:
        return None
    ordered = order(left, right)
    if ordered is None:
        raise FeelFault(f"a {type_of(left)} and a {type_of(right)} such as these have no order")
    return {"<": ordered < 0, "<=": ordered <= 0, ">": ordered > 0, ">=": ordered >= 0}[sign]


def range_has(range_: t.RangeValue, value: object) -> bool | None:
    """Whether a value lies in a range; null where an end or the value is. Raises FeelFault."""
    if range_.sign == "!=":
        return compared("!=", value, range_.low)
    if value is None or (not range_.sign and (range_.low is None or range_.high is None)):
        return None
    above = range_.low is None or compared(">=" if range_.low_closed else ">", value, range_.low)
    below = range_.high is None or compared("<=" if range_.high_closed else "<", value, range_.high)
    return bool(above and below)


def range_of_test(sign: str, operand: object) -> object:
    """The range that a test such as `< 5` is as a value."""
    if sign in {"=", "!="}:
        return t.RangeValue(operand, operand, low_closed=True, high_closed=True, sign=sign)
    if operand is None:
        return None
    closed = "=" in sign
    if sign.startswith("<"):
        return t.RangeValue(None, operand, low_closed=False, high_closed=closed, sign=sign)
    return t.RangeValue(operand, None, low_closed=closed, high_closed=False, sign=sign)


# --- arithmetic by types ---------------------------------------------------------------------------------------------


def _number_operation(sign: str) -> Operation:
    return lambda left, right: calculated(lambda: CALCULATIONS[sign](left, right))


def _truncated(amount: int, factor: Decimal, work: Callable[[Decimal, Decimal], Decimal]) -> int:
    found = calculated(lambda: work(Decimal(amount), factor))
    if found.adjusted() > _LONGEST:
        raise FeelFault("the duration is too long")
    return int(calculated(lambda: found.to_integral_value(decimal.ROUND_DOWN)))


def _days_by(duration: DaysDuration, factor: Decimal) -> DaysDuration:
    return DaysDuration(_truncated(duration.nanoseconds, factor, t.WIDE_NUMBERS.multiply))


def _months_by(duration: MonthsDuration, factor: Decimal) -> MonthsDuration:
    return MonthsDuration(_truncated(duration.months, factor, t.WIDE_NUMBERS.multiply))


def _ratio(left: int, right: int) -> Decimal:
    return calculated(lambda: t.NUMBERS.divide(Decimal(left), Decimal(right)))


def _date_plus(date: Date, duration: DaysDuration) -> Date:
    return date.plus_days(duration.nanoseconds // DAY)


def _date_minus(date: Date, duration: DaysDuration) -> Date:
    return date.plus_days(-duration.nanoseconds // DAY)


def _time_plus(time: Time, duration: DaysDuration) -> Time:
    return time_of_nanoseconds(time.nanoseconds + duration.nanoseconds).placed_as(time)


def _time_minus(left: Time, right: Time) -> DaysDuration:
    if left.local != right.local:
        raise FeelFault("a local time and one with an offset have no difference")
    offsets = (right.offset_on() or 0) - (left.offset_on() or 0)
    return DaysDuration(left.nanoseconds - right.nanoseconds + offsets * 1_000_000_000)


def _moments_minus(left: DateTime, right: DateTime) -> DaysDuration:
    if left.time.local != right.time.local:
        raise FeelFault("a local date and time and one with an offset have no difference")
    return DaysDuration(left.instant - right.instant)


def _at_midnight(date: Date) -> DateTime:
    return DateTime(date, Time(0, 0, 0, offset=0))


def _months_later(moment: DateTime, duration: MonthsDuration) -> DateTime:
    return DateTime(moment.date.plus_months(duration.months), moment.time)


def _months_earlier(moment: DateTime, duration: MonthsDuration) -> DateTime:
    return DateTime(moment.date.plus_months(-duration.months), moment.time)


_OPERATIONS: dict[tuple[str, type, type], Operation] = {
    **{(sign, Decimal, Decimal): _number_operation(sign) for sign in CALCULATIONS},
    ("+", str, str): lambda a, b: a + b,
    ("+", DaysDuration, DaysDuration): lambda a, b: DaysDuration(a.nanoseconds + b.nanoseconds),
    ("-", DaysDuration, DaysDuration): lambda a, b: DaysDuration(a.nanoseconds - b.nanoseconds),
    ("*", DaysDuration, Decimal): _days_by,
    ("*", Decimal, DaysDuration): lambda a, b: _days_by(b, a),
    ("/", DaysDuration, Decimal): lambda a, b: DaysDuration(_truncated(a.nanoseconds, b, t.WIDE_NUMBERS.divide)),
    ("/", DaysDuration, DaysDuration): lambda a, b: _ratio(a.nanoseconds, b.nanoseconds),
    ("+", MonthsDuration, MonthsDuration): lambda a, b: MonthsDuration(a.months + b.months),
    ("-", MonthsDuration, MonthsDuration): lambda a, b: MonthsDuration(a.months - b.months),
    ("*", MonthsDuration, Decimal): _months_by,
    ("*", Decimal, MonthsDuration): lambda a, b: _months_by(b, a),
    ("/", MonthsDuration, Decimal): lambda a, b: MonthsDuration(_truncated(a.months, b, t.WIDE_NUMBERS.divide)),
    ("/", MonthsDuration, MonthsDuration): lambda a, b: _ratio(a.months, b.months),
    ("+", Date, DaysDuration): _date_plus,
    ("+", DaysDuration, Date): lambda a, b: _date_plus(b, a),
    ("-", Date, DaysDuration): _date_minus,
    ("+", Date, MonthsDuration): lambda a, b: a.plus_months(b.months),
    ("+", MonthsDuration, Date): lambda a, b: b.plus_months(a.months),
    ("-", Date, MonthsDuration): lambda a, b: a.plus_months(-b.months),
    ("-", Date, Date): lambda a, b: DaysDuration((a.days - b.days) * DAY),
    ("-", Date, DateTime): lambda a, b: _moments_minus(_at_midnight(a), b),
    ("-", DateTime, Date): lambda a, b: _moments_minus(a, _at_midnight(b)),
    ("-", DateTime, DateTime): _moments_minus,
    ("+", DateTime, DaysDuration): lambda a, b: a.plus(b.nanoseconds),
    ("+", DaysDuration, DateTime): lambda a, b: b.plus(a.nanoseconds),
    ("-", DateTime, DaysDuration): lambda a, b: a.plus(-b.nanoseconds),
    ("+", DateTime, MonthsDuration): _months_later,
    ("+", MonthsDuration, DateTime): lambda a, b: _months_later(b, a),
    ("-", DateTime, MonthsDuration): _months_earlier,
    ("+", Time, DaysDuration): _time_plus,
    ("+", DaysDuration, Time): lambda a, b: _time_plus(b, a),
    ("-", Time, DaysDuration): lambda a, b: _time_plus(a, DaysDuration(-b.nanoseconds)),
    ("-", Time, Time): _time_minus,
}
