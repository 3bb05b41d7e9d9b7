"""Where columns ask for the scalar evaluator, and what they refuse."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from engine.feel.columns import NotColumnar, compile_columns
from engine.feel.columns_rows import evaluate_frame, evaluate_rows
from engine.feel.parse import parse_expression
from tests.laws.feel_values import NAMES, PATHS, SCHEMA, SETTING, TYPES

NEW_YEAR = dt.datetime(2150, 7, 1, 12, tzinfo=dt.UTC)
FIRST = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
"""What some systems write for an instant that is not known; in London its clock stands in the year before."""
LAST = dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, dt.UTC)


@pytest.mark.parametrize(
    ("text", "row", "asked"),
    [
        ("n / m", {"n": Decimal(10), "m": Decimal(5)}, False),
        ("n / m", {"n": Decimal(1), "m": Decimal(3)}, True),
        ("n / m", {"n": Decimal(1), "m": Decimal(0)}, True),
        ("n / m", {"n": None, "m": Decimal(0)}, False),
        ("1000000 / m", {"m": Decimal(10) ** 27}, True),
        ("modulo(n, m)", {"n": Decimal("-10.1"), "m": Decimal("4.5")}, False),
        ("modulo(n, m)", {"n": Decimal(1), "m": Decimal(0)}, True),
        ("x + y", {"x": 2**62, "y": 2**62}, True),
        ("p + q", {"p": dt.timedelta(microseconds=2**62), "q": dt.timedelta(microseconds=2**62)}, True),
        ("p * n", {"p": dt.timedelta(microseconds=1), "n": Decimal("0.5")}, True),
        ("x * n", {"x": -3, "n": Decimal("1.5")}, False),
        ("d + x", {"d": dt.date(2024, 1, 31), "x": 1}, False),
        ("d + x", {"d": dt.date(2024, 1, 31), "x": 2**40}, True),
        ("k + p", {"k": dt.time(23, 30), "p": dt.timedelta(hours=1)}, False),
        ("k = l", {"k": dt.time(10, 0, 0, 1), "l": dt.time(10)}, False),
        ("i.hour", {"i": NEW_YEAR}, True),
        ("i.hour", {"i": FIRST}, True),
        ("date(i)", {"i": FIRST}, True),
        ("i", {"i": FIRST}, False),
        ("i", {"i": LAST}, False),
        ("o", {"o": LAST.replace(tzinfo=None)}, False),
        ("i + x", {"i": dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC), "x": 1_512}, True),
        ('number(s, ",", ".")', {"s": "1,000.50"}, False),
        ('number(s, ".", ",")', {"s": "1.5.0"}, False),
        ('matches(s, "a{3}")', {"s": "a" * 1_000_001}, True),
        ('matches(s, "aaa")', {"s": "a" * 1_000_001}, False),
        ("round half down(n, 1)", {"n": Decimal("-0.25")}, False),
    ],
)
def test_rows_beyond_a_column_are_asked_and_no_others(text: str, row: dict[str, object], *, asked: bool) -> None:
    """A row that columns cannot answer exactly is asked of the scalar evaluator, alone; the values are the same."""
    node = parse_expression(text, NAMES)
    plain = {"n": Decimal(4), "m": Decimal(2), "x": 1, "y": 2, "s": "7", "k": dt.time(1), "d": dt.date(2024, 1, 1)}
    plain |= {"p": dt.timedelta(2), "q": dt.timedelta(1), "l": dt.time(2), "i": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}
    frame = pl.DataFrame([plain, plain | row], schema=SCHEMA)
    found = evaluate_frame(node, frame, TYPES, PATHS, SETTING)
    expected = evaluate_rows(node, frame, PATHS, SETTING, TYPES)
    assert found.refused is None
    assert found.asked == ({1} if asked else set())
    assert (found.values, found.problems) == (expected.values, expected.problems)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("n / (m / n)", "a division within a division is not done in columns"),
        ("(i + p) < w and w + p = i", "not done in columns"),
        ("w.hour", "elsewhere"),
        ("o < i", "local"),
        ("o - i", "local"),
        ('d - "a"', "not done in columns"),
    ],
)
def test_what_has_no_exact_columns_is_refused(text: str, why: str) -> None:
    """Plans that would grow out of bounds, clocks that are not known, and what is local beside what is not."""
    node = parse_expression(text, NAMES)
    made = compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING, every=True)
    assert isinstance(made, NotColumnar)
    assert why in made.why


def test_a_table_takes_no_local_times() -> None:
    """Results that no column of a table holds are refused unless they are asked for."""
    for text in ("o", "k", "x + y"):
        node = parse_expression(text, NAMES)
        assert isinstance(compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING), NotColumnar)
