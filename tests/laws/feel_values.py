"""Columns of every type that FEEL's columns have, and rows for them: plain values, edges and blanks, by a seed."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random

import polars as pl

from engine.feel import types as t
from engine.feel.evaluation import Setting

SETTING = Setting(zone="Europe/London", now=dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC))
_TIME = t.FeelType("time", place=t.LOCAL)
_MOMENT = t.FeelType("date and time", place=t.LOCAL)
_ELSEWHERE = t.FeelType("date and time", place=t.ELSEWHERE)
_LONDON = pl.Datetime("us", "UTC")
_Make = Callable[[Random], object]

_LETTERS = "aAbB ßÉ🐎.1-\t\n'\"\\$%,Σſı\u00a0\u2028e\u0301"
_WORDS = [
    *("", " ", "a", "Ab", "abc", "ß", "É", "E\u0301", "🐎b", "x\ty", " pad ", "a.b", "b\n", "\u00a0", "İ", "ﬁ"),
    *("12.50", "-3", "1e3", "+1", "1,234.5", "007", "2020-02-29", "2021-02-29", "0000-01-01", "2020-1-1", "9999-12-31"),
    *("x" * 9_999, "ß" * 6_000),  # a little more, and they are longer than a text may be
    *("9999999999", "1000000000", "1234567890", "999999999", "QQ123456C", "ZZ123456A", "SW1A 1AA"),
]
_DATES = [
    *(dt.date(1, 1, 1), dt.date(1, 1, 31), dt.date(1600, 2, 29), dt.date(1969, 12, 31), dt.date(2020, 1, 31)),
    *(dt.date(2020, 2, 29), dt.date(2020, 3, 29), dt.date(2020, 10, 25), dt.date(9998, 12, 31), dt.date(9999, 12, 31)),
]
_INSTANTS = [  # around the hours that the clocks of London leave out and show twice, before 1970, and far ahead
    dt.datetime.fromisoformat(f"{each}Z")
    for each in (
        *("0001-01-01T00:00:00", "0002-01-01T00:00:00", "1847-12-01T00:01:14", "1969-12-31T23:59:59.999999"),
        *("2020-02-29T12:00:00", "2020-03-29T00:30:00", "2020-03-29T01:00:00", "2020-10-25T00:30:00"),
        *("2020-10-25T01:30:00.250000", "2099-12-31T23:59:00", "2150-07-01T12:00:00", "9998-12-31T23:59:59.999999"),
        "9999-12-31T23:59:59.999999",
    )
]
_LENGTHS = [0, 1, -1, 86_400_000_000, -86_400_000_000, 90_061_000_001, -5_400_000_000, 10**15, 2**61 - 1, -(2**61) + 1]
_MONTHS = [0, 1, -1, 12, 14, -25, 131, 120_000, -120_001, 2**61 - 1, -(2**61) + 1]
_CLOCKS = [dt.time(0), dt.time(10, 30), dt.time(10, 30, 0, 500_000), dt.time(23, 59, 59, 999_999)]
_DIGITS = [0, 1, -1, 5, -5, 15, 25, 50, -50, 150, 10**6, 10**17, 10**33, 10**34 - 1, -(10**34) + 1]
_FIRST, _LAST = dt.date(1990, 1, 1).toordinal(), dt.date(2030, 1, 1).toordinal()
_TWO_YEARS = 2 * 366 * 86_400_000_000


def _either(edges: Sequence[object], otherwise: _Make) -> _Make:
    """One of the edges as often as another value."""
    return lambda chance: chance.choice(edges) if chance.random() < 0.5 else otherwise(chance)


def _number(scale: int) -> _Make:
    def small(chance: Random) -> object:
        return chance.randint(-1_000_00, 1_000_00)

    digits = _either(_DIGITS, _either([10**33 // 7, -(10**30) // 3], small))
    return lambda chance: Decimal(str(digits(chance))).scaleb(-scale)


def _instant(chance: Random) -> dt.datetime:
    return dt.datetime(2019, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=chance.randrange(_TWO_YEARS))


def _local(make: _Make) -> _Make:
    def run(chance: Random) -> object:
        made = make(chance)
        assert isinstance(made, dt.datetime)
        return made.replace(tzinfo=None)

    return run


def _clock(chance: Random) -> object:
    return _instant(chance).time()


_texts = _either(_WORDS, lambda chance: "".join(chance.choices(_LETTERS, k=chance.randint(0, 6))))
_dates = _either(_DATES, lambda chance: dt.date.fromordinal(chance.randint(_FIRST, _LAST)))
_instants = _either(_INSTANTS, _instant)
_moments = _local(_instants)
_lengths = _either(
    [dt.timedelta(microseconds=each) for each in _LENGTHS],
    lambda chance: dt.timedelta(microseconds=chance.randint(-(10**13), 10**13)),
)
_months = _either(_MONTHS, lambda chance: chance.randint(-3_000, 9_000))
_clocks = _either(_CLOCKS, _clock)
_flags = _either([True], lambda _chance: False)

_COLUMNS: dict[str, tuple[t.FeelType, pl.DataType | type[pl.DataType], _Make]] = {
    "s": (t.STRING, pl.String, _texts),
    "u": (t.STRING, pl.String, _texts),
    "d": (t.DATE, pl.Date, _dates),
    "e": (t.DATE, pl.Date, _dates),
    "i": (t.DATE_TIME, _LONDON, _instants),
    "j": (t.DATE_TIME, _LONDON, _instants),
    "b": (t.BOOLEAN, pl.Boolean, _flags),
    "c": (t.BOOLEAN, pl.Boolean, _flags),
    "n": (t.FeelType("number", scale=2), pl.Decimal(38, 2), _number(2)),
    "m": (t.FeelType("number", scale=6), pl.Decimal(38, 6), _number(6)),
    "z": (t.FeelType("number", scale=0), pl.Decimal(38, 0), _number(0)),
    "p": (t.DAYS, pl.Duration("us"), _lengths),
    "q": (t.DAYS, pl.Duration("us"), _lengths),
    "x": (t.MONTHS, pl.Int64, _months),
    "y": (t.MONTHS, pl.Int64, _months),
    "k": (_TIME, pl.Time, _clocks),
    "l": (_TIME, pl.Time, _clocks),
    "o": (_MOMENT, pl.Datetime("us"), _moments),
    "r": (_MOMENT, pl.Datetime("us"), _moments),
    "w": (_ELSEWHERE, _LONDON, _instants),
}
NAMES = tuple(_COLUMNS)
TYPES: dict[tuple[str, ...], t.FeelType] = {(name,): kind for name, (kind, _dtype, _make) in _COLUMNS.items()}
PATHS: dict[tuple[str, ...], str] = {(name,): name for name in NAMES}
SCHEMA = {name: dtype for name, (_kind, dtype, _make) in _COLUMNS.items()}


def frame(seed: int, height: int, names: Sequence[str]) -> pl.DataFrame:
    """Rows of the named columns, the same for the same seed: a column has no blanks, some, or nothing else.

    Without names there is one column, so that the frame has a height.
    """
    chance = Random(seed)
    return pl.DataFrame([_series(name, height, chance) for name in names or ("s",)])


def _series(name: str, height: int, chance: Random) -> pl.Series:
    _kind, dtype, make = _COLUMNS[name]
    blanks = chance.choice([0, 0.15, 0.15, 0.15, 1])
    values = [None if chance.random() < blanks else make(chance) for _ in range(height)]
    return pl.Series(name, values, dtype=dtype)
