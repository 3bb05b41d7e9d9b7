"""Functions that the standard has not: texts of dates and numbers in a wanted form, and texts of a wanted length."""

import decimal
from collections.abc import Callable
from decimal import Decimal

from engine.feel.budget import check_text
from engine.feel.faults import FeelFault
from engine.feel.functions_numbers import rounded
from engine.feel.functions_time import MONTHS, WEEKDAYS, day_of
from engine.feel.signatures import declared
from engine.feel.temporal import Date, DateTime, days_in_month

Moment = Date | DateTime
_GROUP = 3


def _last_day(value: Moment) -> Date:
    day = day_of(value)
    return Date(day.year, day.month, days_in_month(day.year, day.month))


# --- dates -----------------------------------------------------------------------------------------------------------

_OF_DAY: dict[str, Callable[[Date], str]] = {
    "yyyy": lambda day: f"{day.year:04}",
    "yy": lambda day: f"{day.year % 100:02}",
    "MMMM": lambda day: MONTHS[day.month - 1],
    "MMM": lambda day: MONTHS[day.month - 1][:3],
    "MM": lambda day: f"{day.month:02}",
    "M": lambda day: str(day.month),
    "dd": lambda day: f"{day.day:02}",
    "d": lambda day: str(day.day),
    "EEEE": lambda day: WEEKDAYS[day.weekday - 1],
    "EEE": lambda day: WEEKDAYS[day.weekday - 1][:3],
}
_OF_CLOCK: dict[str, Callable[[DateTime], str]] = {
    "HH": lambda moment: f"{moment.time.hour:02}",
    "H": lambda moment: str(moment.time.hour),
    "mm": lambda moment: f"{moment.time.minute:02}",
    "m": lambda moment: str(moment.time.minute),
    "ss": lambda moment: f"{moment.time.second:02}",
    "s": lambda moment: str(moment.time.second),
}
DATE_PARTS = frozenset((*_OF_DAY, *_OF_CLOCK))


def date_pieces(pattern: str) -> tuple[tuple[str, bool], ...]:
    """The pieces of a date's pattern: each a part (true) or a text that stands for itself. Raises FeelFault."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "'":
            end = pattern.find("'", at + 1)
            if end < 0:
                raise FeelFault("a quote in the date's pattern does not end")
            pieces.append((pattern[at + 1 : end] or "'", False))
            at = end + 1
            continue
        run = len(pattern) - at - len(pattern[at:].lstrip(sign)) if sign.isalpha() else 1
        part = pattern[at : at + run]
        if sign.isalpha() and part not in DATE_PARTS:
            raise FeelFault(f"`{part[:9]}` is no part of a date; its parts are {', '.join(sorted(DATE_PARTS))}")
        pieces.append((part, sign.isalpha()))
        at += run
    return tuple(pieces)


def _format_date(value: Moment, pattern: str) -> str:
    check_text(len(pattern))
    return "".join(_part(value, piece) if is_part else piece for piece, is_part in date_pieces(pattern))


def _part(value: Moment, part: str) -> str:
    of_day = _OF_DAY.get(part)
    if of_day is not None:
        return of_day(day_of(value))
    if isinstance(value, Date):
        raise FeelFault(f"a date has no time of day, which `{part}` stands for")
    return _OF_CLOCK[part](value)


# --- numbers ---------------------------------------------------------------------------------------------------------


def _format_number(number: Decimal, pattern: str) -> str:
    """A number in a pattern such as `0.00` or `#,##0.##`: the last digit is rounded half even."""
    whole, point, fraction = pattern.partition(".")
    digits = whole.replace(",", "")
    always = fraction.rstrip("#")
    if digits.strip("#0") or always.strip("0") or "#" in digits.lstrip("#") or not digits + fraction:
        raise FeelFault("a number's pattern is made of `#`, `0`, one `.` and `,`, such as `#,##0.00`")
    check_text(len(pattern))
    found = rounded(number, len(fraction), decimal.ROUND_HALF_EVEN)
    before, _, after = format(found.copy_abs(), "f").partition(".")
    check_text(len(before))
    after = after.rstrip("0").ljust(len(always), "0")
    before = before.lstrip("0").rjust(digits.count("0"), "0")
    if "," in whole:
        before = _grouped(before)
    sign = "-" if found < 0 else ""
    return f"{sign}{before or ('' if after else '0')}{'.' if point and after else ''}{after}"


def _grouped(digits: str) -> str:
    first = len(digits) % _GROUP
    groups = [digits[:first]] if first else []
    return ",".join([*groups, *(digits[at : at + _GROUP] for at in range(first, len(digits), _GROUP))])


# --- texts of a length -----------------------------------------------------------------------------------------------


def _padding(text: str, length: Decimal, padding: str | None) -> str:
    sign = " " if padding is None else padding
    if len(sign) != 1:
        raise FeelFault("the padding must be one character")
    if length != int(length) or length < 0:
        raise FeelFault("the length must be a whole number, 0 or more")
    check_text(int(length))
    return sign * (int(length) - len(text))


def _pad_left(text: str, length: Decimal, padding: str | None) -> str:
    return _padding(text, length, padding) + text


def _pad_right(text: str, length: Decimal, padding: str | None) -> str:
    return text + _padding(text, length, padding)


FUNCTIONS = (
    declared("last day of month(date: date|date and time) -> date", _last_day),
    declared("format date(date: date|date and time, pattern: string) -> string", _format_date),
    declared("format number(number: number, pattern: string) -> string", _format_number),
    declared("pad left(string: string, length: number, padding?: string) -> string", _pad_left),
    declared("pad right(string: string, length: number, padding?: string) -> string", _pad_right),
)
