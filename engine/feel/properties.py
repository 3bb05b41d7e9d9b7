"""What stands after a dot: entries of contexts, parts of dates, times, durations and ranges."""

from collections.abc import Callable
from decimal import Decimal

from engine.feel.faults import FeelFault
from engine.feel.temporal import SECOND, Date, DateTime, DaysDuration, MonthsDuration, Time
from engine.feel.types import RangeValue
from engine.feel.values import type_of


def property_of(value: object, name: str) -> object:
    """`value.name`; of a list, that of each item. Raises FeelFault where there is no such property."""
    if value is None:
        return None
    if isinstance(value, dict):
        if name not in value:
            raise FeelFault(f"there is no `{name}` in the context")
        return value[name]
    if isinstance(value, list):
        return [_of_item(each, name) for each in value]
    found = _PROPERTIES.get((type(value), name))
    if found is None:
        raise FeelFault(f"a {type_of(value)} has no `{name}`")
    part = found(value)
    return Decimal(part) if type(part) is int else part


def _of_item(item: object, name: str) -> object:
    return item.get(name) if isinstance(item, dict) else property_of(item, name)


def properties_of(kind: type) -> tuple[str, ...]:
    """The names that a kind of value has."""
    return tuple(name for owner, name in _PROPERTIES if owner is kind)


def _offset(time: Time, date: Date | None = None) -> DaysDuration | None:
    seconds = time.offset_on(date)
    return None if seconds is None else DaysDuration(seconds * SECOND)


def _part(index: int) -> Callable[[DaysDuration], int]:
    return lambda duration: duration.parts[index] * (-1 if duration.nanoseconds < 0 else 1)


def _of_months(work: Callable[[int], int]) -> Callable[[MonthsDuration], int]:
    return lambda duration: work(abs(duration.months)) * (-1 if duration.months < 0 else 1)


_PROPERTIES: dict[tuple[type, str], Callable[..., object]] = {
    (Date, "year"): lambda date: date.year,
    (Date, "month"): lambda date: date.month,
    (Date, "day"): lambda date: date.day,
    (Date, "weekday"): lambda date: date.weekday,
    (DateTime, "year"): lambda moment: moment.date.year,
    (DateTime, "month"): lambda moment: moment.date.month,
    (DateTime, "day"): lambda moment: moment.date.day,
    (DateTime, "weekday"): lambda moment: moment.date.weekday,
    (DateTime, "hour"): lambda moment: moment.time.hour,
    (DateTime, "minute"): lambda moment: moment.time.minute,
    (DateTime, "second"): lambda moment: moment.time.second,
    (DateTime, "time offset"): lambda moment: _offset(moment.time, moment.date),
    (DateTime, "timezone"): lambda moment: moment.time.zone,
    (Time, "hour"): lambda time: time.hour,
    (Time, "minute"): lambda time: time.minute,
    (Time, "second"): lambda time: time.second,
    (Time, "time offset"): _offset,
    (Time, "timezone"): lambda time: time.zone,
    (DaysDuration, "days"): _part(0),
    (DaysDuration, "hours"): _part(1),
    (DaysDuration, "minutes"): _part(2),
    (DaysDuration, "seconds"): _part(3),
    (MonthsDuration, "years"): _of_months(lambda months: months // 12),
    (MonthsDuration, "months"): _of_months(lambda months: months % 12),
    (RangeValue, "start"): lambda range_: range_.low,
    (RangeValue, "end"): lambda range_: range_.high,
    (RangeValue, "start included"): lambda range_: range_.low_closed,
    (RangeValue, "end included"): lambda range_: range_.high_closed,
}
