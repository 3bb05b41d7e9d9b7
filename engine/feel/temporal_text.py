"""Dates, times and durations from and to text, as XML Schema writes them (and with FEEL's zones)."""

import re

from engine.feel.faults import FeelFault
from engine.feel.temporal import (
    DAY_SECONDS,
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    date_of,
    zone_named,
)

_DATE = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+/-]+))?"
)
_MONTHS = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,15})Y)?(?:([0-9]{1,15})M)?")
_DAYS = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,15})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,15})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,15})(?:\.([0-9]*))?S)?)?"
)
_MAX_OFFSET = 18 * 3600


def read_date(text: str) -> Date:
    """`2017-01-31`. Raises FeelFault."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise FeelFault("the text is no date of the form 2017-01-31")
    year, month, day = match.groups()
    return date_of(int(year), int(month), int(day))


def read_time(text: str) -> Time:
    """`23:59:00`, with a fraction, an offset (`+01:00`, `Z`) or a zone (`@Europe/London`). Raises FeelFault."""
    return _read_time(text)[0]


def read_date_time(text: str) -> DateTime:
    """`2017-01-31T23:59:00` and what a time may have; a date alone is its midnight. Raises FeelFault."""
    date, sign, time = text.partition("T")
    if not sign:
        return DateTime(read_date(date), Time(0, 0, 0))
    day = read_date(date)
    clock, days = _read_time(time)
    return DateTime(day.plus_days(days), clock)


def _read_time(text: str) -> tuple[Time, int]:
    """A time and the days it runs over: 24:00:00 is the next day's midnight."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise FeelFault("the text is no time of the form 23:59:00")
    hour, minute, second = (int(each) for each in match.group(1, 2, 3))
    nano = int((match.group(4) or "0")[:9].ljust(9, "0"))
    zone = match.group(10)
    if zone:
        zone_named(zone)
    midnight = (hour, minute, second, nano) == (24, 0, 0, 0)
    return time_of(0 if midnight else hour, minute, second, nano, (_offset(match), zone)), int(midnight)


def _offset(match: re.Match[str]) -> int | None:
    if match.group(5):
        return 0
    if not match.group(6):
        return None
    hours, minutes, seconds = (int(each or 0) for each in match.group(7, 8, 9))
    if minutes >= 60 or seconds >= 60:  # noqa: PLR2004  a clock's
        raise FeelFault("there is no such offset")
    return (hours * 3600 + minutes * 60 + seconds) * (-1 if match.group(6) == "-" else 1)


def time_of(
    hour: int, minute: int, second: int, nano: int = 0, place: tuple[int | None, str | None] = (None, None)
) -> Time:
    """A time of its parts; `place` is an offset in seconds and a zone. Raises FeelFault where there is none such."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):  # noqa: PLR2004  a clock's
        raise FeelFault("there is no such time of day")
    offset, zone = place
    if offset is not None and abs(offset) > _MAX_OFFSET:
        raise FeelFault("an offset is at most 18 hours")
    return Time(hour, minute, second, nano, offset, zone)


def read_duration(text: str) -> DaysDuration | MonthsDuration:
    """`P1Y2M` or `P1DT2H3M4.5S`. Raises FeelFault."""
    match = _MONTHS.fullmatch(text)
    if match:
        sign, years, months = match.groups()
        return MonthsDuration((int(years or 0) * 12 + int(months or 0)) * (-1 if sign else 1))
    match = _DAYS.fullmatch(text)
    if match is None:
        raise FeelFault("the text is no duration of the form P1Y2M or P1DT2H3M4S")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    whole = int(days or 0) * DAY_SECONDS + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    nano = int((fraction or "0")[:9].ljust(9, "0"))
    return DaysDuration((whole * SECOND + nano) * (-1 if sign else 1))


def read_temporal(text: str) -> Date | Time | DateTime | DaysDuration | MonthsDuration:
    """Whatever `@"..."` may hold. Raises FeelFault."""
    if text.lstrip("-").startswith("P"):
        return read_duration(text)
    if _TIME.fullmatch(text):
        return read_time(text)
    return read_date_time(text) if "T" in text else read_date(text)


def write_date(date: Date) -> str:
    """As XML Schema writes it."""
    return f"{'-' if date.year < 0 else ''}{abs(date.year):04d}-{date.month:02d}-{date.day:02d}"


def write_offset(offset: int) -> str:
    """`Z`, `+01:00`, `-02:45:55`."""
    if offset == 0:
        return "Z"
    size = abs(offset)
    seconds = f":{size % 60:02d}" if size % 60 else ""
    return f"{'-' if offset < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}{seconds}"


def write_time(time: Time) -> str:
    """As XML Schema writes it, and FEEL its zone."""
    fraction = f".{time.nano:09d}".rstrip("0") if time.nano else ""
    place = f"@{time.zone}" if time.zone else "" if time.offset is None else write_offset(time.offset)
    return f"{time.hour:02d}:{time.minute:02d}:{time.second:02d}{fraction}{place}"


def write_date_time(value: DateTime) -> str:
    """As XML Schema writes it, and FEEL its zone."""
    return f"{write_date(value.date)}T{write_time(value.time)}"


def write_days(duration: DaysDuration) -> str:
    """`P1DT2H3M4.5S`; nothing is `PT0S`."""
    days, hours, minutes, seconds, nano = duration.parts
    fraction = f".{nano:09d}".rstrip("0") if nano else ""
    clock = [(hours, "H"), (minutes, "M")]
    time = "".join(f"{count}{unit}" for count, unit in clock if count)
    time += f"{seconds}{fraction}S" if seconds or nano else ""
    text = (f"{days}D" if days else "") + (f"T{time}" if time else "")
    return f"{'-' if duration.nanoseconds < 0 else ''}P{text or 'T0S'}"


def write_months(duration: MonthsDuration) -> str:
    """`P1Y2M`; nothing is `P0M`."""
    years, months = divmod(abs(duration.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if duration.months < 0 else ''}P{text or '0M'}"
