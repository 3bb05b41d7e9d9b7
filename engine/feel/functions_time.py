"""Functions of dates, times and durations."""

from decimal import Decimal
from typing import Protocol

from engine.feel import temporal_text as text
from engine.feel.signatures import declared
from engine.feel.temporal import (
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    date_of,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class Host(Protocol):
    """What an evaluation offers to its functions."""

    def present(self) -> DateTime:
        """The present moment; raises FeelFault where none was given."""
        ...


def _date_of_moment(moment: DateTime) -> Date:
    return moment.date


def _date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Date:
    return date_of(int(year), int(month), int(day))


def _time_of_moment(moment: DateTime) -> Time:
    return moment.time


def _time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None) -> Time:
    nano = int(second % 1 * SECOND)
    place = (None if offset is None else int(offset.nanoseconds / SECOND), None)
    return text.time_of(int(hour), int(minute), int(second), nano, place)


def _date_and_time(date: Date | DateTime, time: Time) -> DateTime:
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


def day_of(value: Date | DateTime) -> Date:
    """The day of a date or of a date and time, on its clock."""
    return value.date if isinstance(value, DateTime) else value


def _months_between(start: Date | DateTime, end: Date | DateTime) -> MonthsDuration:
    first, last = day_of(start), day_of(end)
    if first.days > last.days:
        return MonthsDuration(-_months_between(last, first).months)
    months = (last.year - first.year) * 12 + last.month - first.month
    return MonthsDuration(months - (last.day < first.day))


def _day_of_year(value: Date | DateTime) -> Decimal:
    day = day_of(value)
    return Decimal(day.days - Date(day.year, 1, 1).days + 1)


def _week_of_year(value: Date | DateTime) -> Decimal:
    day = day_of(value)
    thursday = Date(1970, 1, 1).plus_days(day.days + 4 - day.weekday)
    return Decimal((thursday.days - Date(thursday.year, 1, 1).days) // 7 + 1)


def _today(host: Host) -> Date:
    return host.present().date


def _now(host: Host) -> DateTime:
    return host.present()


FUNCTIONS = (
    declared("date(from: string) -> date", text.read_date),
    declared("date(from: date) -> date", lambda date: date),
    declared("date(from: date and time) -> date", _date_of_moment),
    declared("date(year: number, month: number, day: number) -> date", _date_of_parts),
    declared("time(from: string) -> time", text.read_time),
    declared("time(from: time) -> time", lambda time: time),
    declared("time(from: date and time) -> time", _time_of_moment),
    declared(
        "time(hour: number, minute: number, second: number, offset?: days and time duration?) -> time", _time_of_parts
    ),
    declared("date and time(from: string) -> date and time", text.read_date_time),
    declared("date and time(from: date and time) -> date and time", lambda moment: moment),
    declared("date and time(date: date|date and time, time: time) -> date and time", _date_and_time),
    declared("duration(from: string) -> days and time duration|years and months duration", text.read_duration),
    declared(
        "years and months duration(from: date|date and time, to: date|date and time) -> years and months duration",
        _months_between,
    ),
    declared("day of year(date: date|date and time) -> number", _day_of_year),
    declared("day of week(date: date|date and time) -> string", lambda value: WEEKDAYS[day_of(value).weekday - 1]),
    declared("month of year(date: date|date and time) -> string", lambda value: MONTHS[day_of(value).month - 1]),
    declared("week of year(date: date|date and time) -> number", _week_of_year),
    declared("today() -> date", _today, host=True),
    declared("now() -> date and time", _now, host=True),
)
