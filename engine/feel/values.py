"""What FEEL's values are, when two are equal, which comes first, and how one is written."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.feel import temporal_text as text
from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.temporal import SECOND, Date, DateTime, DaysDuration, MonthsDuration, Time, in_zone
from engine.feel.words import escape, is_plain

Ordered = Decimal | str | Date | Time | DateTime | DaysDuration | MonthsDuration
_TYPES: dict[type, t.FeelType] = {
    bool: t.BOOLEAN,
    Decimal: t.NUMBER,
    str: t.STRING,
    Date: t.DATE,
    Time: t.TIME,
    DateTime: t.DATE_TIME,
    DaysDuration: t.DAYS,
    MonthsDuration: t.MONTHS,
    list: t.LIST,
    dict: t.CONTEXT,
    t.RangeValue: t.RANGE,
    t.FunctionValue: t.FUNCTION,
    type(None): t.NULL,
}
_LONGEST = dt.timedelta.max.days * 86_400 * SECOND
_DAY_IN_MICROSECONDS = 86_400_000_000
_FIRST = Date(1, 1, 1).days * _DAY_IN_MICROSECONDS
_LAST = Date(dt.MAXYEAR + 1, 1, 1).days * _DAY_IN_MICROSECONDS - 1
"""The microseconds since 1970 of the first and the last moment that the standard library holds."""
FEEL_CLASSES = frozenset(_TYPES)
_CLASSES: dict[str, type] = {kind.name: python for python, kind in _TYPES.items()}
AS_THEY_ARE = FEEL_CLASSES - {list, dict, Decimal}
"""Classes of values that come from outside unchanged."""


def type_of(value: object) -> t.FeelType:
    """The type of a value, its parts not looked at."""
    return _TYPES[type(value)]


def class_of(kind: t.FeelType) -> type | None:
    """The class that every value of a type has, and no other; None where there is no such class."""
    return None if kind.parts and kind.parts != (t.ANY,) else _CLASSES.get(kind.name)


# --- from and to Python ----------------------------------------------------------------------------------------------


def from_python(value: object, zone: str | None = None) -> object:
    """A value of the outside as FEEL's. An aware datetime becomes the clock of `zone`, or keeps its offset without one.

    Raises FeelFault for what FEEL does not know.
    """
    if type(value) in AS_THEY_ARE:
        return value
    if type(value) is dt.date:
        return _date(value)
    if isinstance(value, (Decimal, int, float)):
        return number_of(Decimal(str(value) if isinstance(value, float) else value))
    if isinstance(value, dt.datetime):
        return _date_time(value, zone)
    if isinstance(value, dt.date):
        return _date(value)
    if isinstance(value, dt.timedelta):
        return DaysDuration((value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1_000)
    return _nested(value, zone)


@lru_cache(maxsize=4096)
def _date(value: dt.date) -> Date:
    return Date(value.year, value.month, value.day)


def _nested(value: object, zone: str | None) -> object:
    if isinstance(value, Mapping):
        return {str(key): from_python(each, zone) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [from_python(each, zone) for each in value]
    raise FeelFault("a value is of a kind that FEEL does not know")


def _date_time(value: dt.datetime, zone: str | None) -> DateTime:
    date = Date(value.year, value.month, value.day)
    offset = value.utcoffset()
    seconds = None if offset is None else int(offset.total_seconds())
    clock = Time(value.hour, value.minute, value.second, value.microsecond * 1_000, seconds)
    found = DateTime(date, clock)
    return in_zone(found.instant, zone) if zone and offset is not None else found


def to_python(value: object) -> object:
    """The outside's form of a value.

    Dates and date-times of the standard library (aware ones in UTC) where it can hold them, durations of days as
    timedelta; everything else stays.
    """
    if isinstance(value, Date) and 1 <= value.year <= dt.MAXYEAR:
        return dt.date(value.year, value.month, value.day)
    if isinstance(value, DateTime):
        return _moment_to_python(value)
    if isinstance(value, DaysDuration) and abs(value.nanoseconds) < _LONGEST:
        return dt.timedelta(microseconds=value.nanoseconds // 1_000)
    if isinstance(value, list):
        return [to_python(each) for each in value]
    if isinstance(value, dict):
        return {key: to_python(each) for key, each in value.items()}
    return value


def _moment_to_python(value: DateTime) -> object:
    """What is held is asked of the instant: its clock may stand in the year before or after."""
    naive = value.time.local
    since = (value.clock if naive else value.instant) // 1_000
    if not _FIRST <= since <= _LAST:
        return value
    return dt.datetime(1970, 1, 1, tzinfo=None if naive else dt.UTC) + dt.timedelta(microseconds=since)


def number_of(value: Decimal) -> Decimal:
    """A number within FEEL's 34 digits; raises FeelFault for one that is none or too large."""
    rounded = t.LENIENT_NUMBERS.plus(value)
    if not rounded.is_finite():
        raise FeelFault("the number is too large")
    return rounded


# --- equality and order ----------------------------------------------------------------------------------------------


def equal(left: object, right: object) -> bool | None:
    """Whether two values are equal; None where their types differ and neither is null."""
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    alike = _EQUALITIES.get(type(left))
    return left == right if alike is None else alike(left, right)


def _same_time(left: Time, right: Time) -> bool:
    return left.local == right.local and _seconds(left) == _seconds(right)


def _same_moment(left: DateTime, right: DateTime) -> bool:
    return left.time.local == right.time.local and left.instant // SECOND == right.instant // SECOND


def _same_list(left: list[object], right: list[object]) -> bool:
    return len(left) == len(right) and all(equal(*pair) for pair in zip(left, right, strict=True))


def _same_context(left: dict[str, object], right: dict[str, object]) -> bool:
    return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())


def _same_range(left: t.RangeValue, right: t.RangeValue) -> bool:
    ends = (left.sign, left.low_closed, left.high_closed) == (right.sign, right.low_closed, right.high_closed)
    return ends and equal(left.low, right.low) is True and equal(left.high, right.high) is True


_EQUALITIES: dict[type, Callable[[Any, Any], bool]] = {
    Time: _same_time,
    DateTime: _same_moment,
    list: _same_list,
    dict: _same_context,
    t.RangeValue: _same_range,
}


def _seconds(time: Time) -> int:
    return time.nanoseconds // SECOND - (time.offset_on() or 0)


def order(left: object, right: object) -> int | None:
    """-1, 0 or 1; None where two values have no order. Times count to the second, as the conformance kit has it."""
    if type(left) is not type(right) or not isinstance(left, Ordered):
        return None
    if isinstance(left, (Time, DateTime)) and isinstance(right, (Time, DateTime)):
        return _clock_order(left, right)
    first, second = _key(left), _key(right)
    return (first > second) - (first < second)  # type: ignore[operator]  # both keys are of one type


def _key(value: object) -> Decimal | str | int:
    if isinstance(value, Date):
        return value.days
    if isinstance(value, DaysDuration):
        return value.nanoseconds
    if isinstance(value, MonthsDuration):
        return value.months
    assert isinstance(value, (Decimal, str))  # noqa: S101  `order` lets nothing else through
    return value


def _clock_order(left: Time | DateTime, right: Time | DateTime) -> int | None:
    if _local(left) != _local(right):
        return None
    first, second = _moment(left), _moment(right)
    return (first > second) - (first < second)


def _local(value: Time | DateTime) -> bool:
    return value.time.local if isinstance(value, DateTime) else value.local


def _moment(value: Time | DateTime) -> int:
    return value.instant // SECOND if isinstance(value, DateTime) else _seconds(value)


def same(left: object, right: object) -> bool:
    """FEEL's `is`: the same type and the same parts, zones and fractions of a second included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    return left == right


# --- types -----------------------------------------------------------------------------------------------------------


def conforms(value: object, kind: t.FeelType) -> bool:
    """Whether a value may stand where a type is wanted; null may everywhere."""
    if value is None or kind.name == "Any":
        return True
    if kind.name != type_of(value).name:
        return False
    if isinstance(value, list):
        return all(conforms(each, part) for part in kind.parts[:1] for each in value)
    if isinstance(value, dict):
        pairs = zip(kind.keys, kind.parts, strict=False)
        return all(key in value and conforms(value[key], part) for key, part in pairs)
    if isinstance(value, t.RangeValue):
        return all(conforms(end, part) for part in kind.parts[:1] for end in (value.low, value.high))
    return not isinstance(value, t.FunctionValue) or not kind.parts or _function_conforms(value, kind)


def _function_conforms(value: t.FunctionValue, kind: t.FeelType) -> bool:
    *parameters, result = kind.parts
    if len(parameters) != len(value.parameters):
        return False
    known = value.types or (t.ANY,) * len(parameters)
    return type_conforms(value.result, result) and all(map(type_conforms, parameters, known))


def type_conforms(kind: t.FeelType, wanted: t.FeelType) -> bool:
    """Whether every value of a type is one of the other."""
    if wanted.name in {"Any", kind.name} and not wanted.parts:
        return True
    if kind.name != wanted.name or len(kind.parts) < len(wanted.parts):
        return wanted.name == "Any"
    return all(map(type_conforms, kind.parts, wanted.parts))


def coerced(value: object, kind: t.FeelType) -> tuple[bool, object]:
    """Whether a value can be had as a type, and as what.

    A list of one is its element, an element a list of one, a date the midnight in UTC at its beginning.
    """
    if conforms(value, kind):
        return True, value
    if isinstance(value, list) and len(value) == 1 and kind.name != "list" and value[0] is not None:
        return coerced(value[0], kind)
    if kind.name == "list" and not isinstance(value, list):
        return coerced([value], kind)
    if kind.name == "date and time" and isinstance(value, Date):
        return True, DateTime(value, Time(0, 0, 0, offset=0))
    return False, None


# --- text ------------------------------------------------------------------------------------------------------------


def write_number(value: Decimal) -> str:
    """Without an exponent and without zeros that say nothing."""
    if not value:
        return "0"
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def write(value: object, *, inside: bool = False) -> str:
    """A value as text: what the function `string` gives. Inside lists and contexts texts have quotes."""
    if isinstance(value, str):
        return f'"{escape(value)}"' if inside else value
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, list):
        return f"[{', '.join(write(each, inside=True) for each in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(_write_entry(*pair) for pair in value.items())}}}"
    return _write_rest(value, inside=inside)


def _write_entry(key: str, value: object) -> str:
    shown = key if is_plain(key) else f'"{escape(key)}"'
    return f"{shown}: {write(value, inside=True)}"


def _write_rest(value: object, *, inside: bool) -> str:
    if isinstance(value, t.RangeValue):
        low, high = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
        if value.sign:
            return f"({value.sign} {write(value.low if value.low is not None else value.high, inside=True)})"
        return f"{low}{write(value.low, inside=True)}..{write(value.high, inside=True)}{high}"
    if isinstance(value, t.FunctionValue):
        return f"function({', '.join(value.parameters)})"
    written = write_temporal(value)
    return f'@"{written}"' if inside else written


def write_temporal(value: object) -> str:
    """A date, time or duration as XML Schema writes it."""
    match value:
        case Date():
            return text.write_date(value)
        case Time():
            return text.write_time(value)
        case DateTime():
            return text.write_date_time(value)
        case DaysDuration():
            return text.write_days(value)
        case MonthsDuration():
            return text.write_months(value)
    raise TypeError(type(value).__name__)
