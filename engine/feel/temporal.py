"""Dates, times and durations as FEEL knows them.

Years from -999,999,999 to 999,999,999, nanoseconds, offsets to the second, and zones that keep their names.
"""

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.faults import FeelFault

SECOND = 1_000_000_000
DAY_SECONDS = 86_400
DAY = DAY_SECONDS * SECOND
MAX_YEAR = 999_999_999
_EPOCH = 719_468
_MONTHS = 12
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in_month(year: int, month: int) -> int:
    """How many days a month has in the proleptic Gregorian calendar."""
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # noqa: PLR2004  the calendar's rule
    return _DAYS_IN_MONTH[month - 1] + leap


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A days and time duration, to the nanosecond."""

    nanoseconds: int

    @property
    def parts(self) -> tuple[int, int, int, int, int]:
        """Days, hours, minutes, seconds and nanoseconds, without the sign."""
        seconds, nano = divmod(abs(self.nanoseconds), SECOND)
        days, rest = divmod(seconds, DAY_SECONDS)
        return days, rest // 3600, rest // 60 % 60, rest % 60, nano


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A years and months duration."""

    months: int


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the proleptic Gregorian calendar; there is a year 0."""

    year: int
    month: int
    day: int

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        year = self.year - (self.month <= 2)  # noqa: PLR2004  years that begin in March make leap days simple
        era, of_era = divmod(year, 400)
        of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _EPOCH

    @property
    def weekday(self) -> int:
        """1 is Monday."""
        return (self.days + 3) % 7 + 1

    def plus_days(self, days: int) -> "Date":
        """So many days later; raises FeelFault outside the years that there are."""
        return date_of_days(self.days + days)

    def plus_months(self, months: int) -> "Date":
        """So many months later; a day that the month lacks becomes its last one."""
        year, month = divmod(self.year * _MONTHS + self.month - 1 + months, _MONTHS)
        _check_year(year)
        return Date(year, month + 1, min(self.day, days_in_month(year, month + 1)))


def _check_year(year: int) -> None:
    if abs(year) > MAX_YEAR:
        raise FeelFault("the date is outside the years -999999999 to 999999999")


def date_of(year: int, month: int, day: int) -> Date:
    """A date of its parts; raises FeelFault where there is none such."""
    _check_year(year)
    if not 1 <= month <= _MONTHS or not 1 <= day <= days_in_month(year, month):
        raise FeelFault("there is no such date")
    return Date(year, month, day)


def date_of_days(days: int) -> Date:
    """The date so many days after 1970-01-01."""
    era, of_era_day = divmod(days + _EPOCH, 146_097)
    of_era = (of_era_day - of_era_day // 1460 + of_era_day // 36_524 - of_era_day // 146_096) // 365
    of_year = of_era_day - (365 * of_era + of_era // 4 - of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9  # noqa: PLR2004  months counted from March
    year = of_era + era * 400 + (month <= 2)  # noqa: PLR2004  the same
    _check_year(year)
    return Date(year, month, of_year - (153 * shifted + 2) // 5 + 1)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """A time zone; raises FeelFault where the name is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FeelFault("the time zone is unknown") from None


def _standard(date: Date, time: "Time") -> dt.datetime:
    """The standard library's form, without a zone; years that it lacks are replaced by some with alike offsets."""
    year = max(date.year, 2)
    if year > 9_990:  # noqa: PLR2004  the standard library ends at 9999; the calendar repeats in 400 years
        year = 9_600 + year % 400 - (400 if year % 400 > 390 else 0)  # noqa: PLR2004
    day = min(date.day, days_in_month(year, date.month))
    return dt.datetime(year, date.month, day, time.hour, time.minute, time.second)  # noqa: DTZ001  the clock alone


def _seconds(at: dt.datetime) -> int:
    offset = at.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: local, with an offset from UTC in seconds, or with a zone."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    offset: int | None = None
    zone: str | None = None
    fold: int = 0
    """1 for the second of the hours that a zone's clocks show twice."""

    @property
    def local(self) -> bool:
        """Whether it says nothing about its place."""
        return self.offset is None and self.zone is None

    @property
    def nanoseconds(self) -> int:
        """Since midnight, on the clock."""
        return ((self.hour * 60 + self.minute) * 60 + self.second) * SECOND + self.nano

    def offset_on(self, date: Date | None = None) -> int | None:
        """Seconds ahead of UTC on a date (without one: at the beginning of 2020); None when local."""
        if self.zone is None:
            return self.offset
        at = _standard(date or Date(2020, 1, 1), self).replace(tzinfo=zone_named(self.zone), fold=self.fold)
        return _seconds(at)

    def placed_as(self, other: "Time") -> "Time":
        """The same clock with another's offset or zone."""
        return replace(self, offset=other.offset, zone=other.zone)


def time_of_nanoseconds(nanoseconds: int) -> Time:
    """A local time, so many nanoseconds after midnight (whole days are dropped)."""
    seconds, nano = divmod(nanoseconds % DAY, SECOND)
    return Time(seconds // 3600, seconds // 60 % 60, seconds % 60, nano)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date with a time."""

    date: Date
    time: Time

    @property
    def clock(self) -> int:
        """Nanoseconds since 1970 on the clock."""
        return self.date.days * DAY + self.time.nanoseconds

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970 in UTC; a local one counts as UTC."""
        return self.clock - (self.time.offset_on(self.date) or 0) * SECOND

    def plus(self, nanoseconds: int) -> "DateTime":
        """So much later: on the instant where there is a zone, on the clock elsewhere."""
        if self.time.zone:
            return in_zone(self.instant + nanoseconds, self.time.zone)
        return self.with_clock(self.clock + nanoseconds)

    def with_clock(self, clock: int) -> "DateTime":
        """The same offset or zone at another reading of the clock."""
        days, rest = divmod(clock, DAY)
        return DateTime(date_of_days(days), time_of_nanoseconds(rest).placed_as(self.time))


def in_zone(instant: int, zone: str) -> DateTime:
    """An instant (nanoseconds since 1970 in UTC) as the clocks of a zone show it."""
    utc = DateTime(date_of_days(instant // DAY), time_of_nanoseconds(instant))
    at = _standard(utc.date, utc.time).replace(tzinfo=dt.UTC).astimezone(zone_named(zone))
    clock = DateTime(utc.date, replace(utc.time, zone=zone)).with_clock(instant + _seconds(at) * SECOND)
    return replace(clock, time=replace(clock.time, fold=at.fold)) if at.fold else clock
