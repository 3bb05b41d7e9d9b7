"""What a word or a number without quotes means."""

import time
from decimal import Decimal

import pytest

from engine.diagnostics import codes
from engine.yamltree import Value
from tests.unit.yamltree.reading import data_of, faults, value_of

D = Decimal
SCALARS: list[tuple[str, Value, bool]] = [
    ("true", True, False),
    ("True", True, False),
    ("TRUE", True, False),
    ("false", False, False),
    ("False", False, False),
    ("FALSE", False, False),
    ("tRue", "tRue", False),
    ("null", None, False),
    ("Null", None, False),
    ("NULL", None, False),
    ("~", None, False),
    ("nil", "nil", False),
    ("on", "on", False),
    ("off", "off", False),
    ("On", "On", True),
    ("OFF", "OFF", True),
    ("yes", "yes", True),
    ("Yes", "Yes", True),
    ("NO", "NO", True),
    ("no", "no", True),
    ("y", "y", True),
    ("N", "N", True),
    ("yep", "yep", False),
    ("0", 0, False),
    ("7", 7, False),
    ("-12", -12, False),
    ("+12", 12, False),
    ("012", 12, True),
    ("00", 0, True),
    ("09", 9, True),
    ("0o14", "0o14", False),
    ("0x1F", "0x1F", True),
    ("0b101", "0b101", True),
    ("1_000", "1_000", True),
    ("123456789012345678", 123456789012345678, False),
    ("1234567890123456789", "1234567890123456789", True),
    ("1.5", D("1.5"), False),
    ("-0.25", D("-0.25"), False),
    (".5", D("0.5"), False),
    ("1.", D(1), False),
    ("1e3", D("1E+3"), True),
    ("1.5e3", D("1.5E+3"), True),
    ("1.5e+3", D("1.5E+3"), False),
    ("1e999999999", "1e999999999", False),
    ("1.2.3", "1.2.3", False),
    (".inf", ".inf", True),
    ("-.INF", "-.INF", True),
    (".nan", ".nan", True),
    ("1:30", "1:30", True),
    ("12:30:45", "12:30:45", True),
    ("1:30.5", "1:30.5", True),
    ("02:30", "02:30", False),
    ("2024-01-01", "2024-01-01", False),
    ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z", False),
    ("=", "=", True),
    ("<", "<", False),
    ("30%", "30%", False),
    ("7 days", "7 days", False),
    ("+44 7700 900123", "+44 7700 900123", False),
    ("QQ123456C", "QQ123456C", False),
    (".", ".", False),
    ("--", "--", False),
    ("١٢", "١٢", False),
    ("१e1", "१e1", False),
]


@pytest.mark.covers("Y6")
@pytest.mark.parametrize(("text", "value", "warned"), SCALARS)
def test_a_bare_word_is_what_yaml_1_2_says_and_a_difference_is_told(text: str, value: Value, warned: bool) -> None:  # noqa: FBT001  a column of the table
    """true, false, null, whole numbers and decimals; all else is text. What YAML 1.1 reads differently is a warning."""
    (found,) = data_of(f"key: {text}").values()
    assert found == value
    assert type(found) is type(value)
    expected = [(codes.READ_DIFFERENTLY, "warning", text)] if warned else []
    assert faults(f"key: {text}") == expected


@pytest.mark.covers("Y6")
def test_the_table_has_sixty_scalars() -> None:
    """The promise names sixty."""
    assert len(SCALARS) >= 60
    assert len({text for text, _, _ in SCALARS}) == len(SCALARS)


@pytest.mark.covers("Y6")
@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("text", ["NO", "012", "1:30", "true", "null", "12", "on"])
def test_quotes_make_a_text_for_every_reader(text: str, quote: str) -> None:
    """In quotes every one of them is its text, without a warning, as a value and as a key."""
    assert value_of(f"{quote}{text}{quote}: {quote}{text}{quote}") == {text: text}


@pytest.mark.covers("Y6")
def test_keys_are_texts_and_are_warned_about_too() -> None:
    """A key is what is written; one that others read as a switch is told."""
    assert value_of("1: a\n1.50: b\ntrue: c\n~: d\n") == {"1": "a", "1.50": "b", "true": "c", "~": "d"}
    assert faults("no: 1") == [(codes.READ_DIFFERENTLY, "warning", "no")]


@pytest.mark.covers("Y4")
@pytest.mark.parametrize(
    "text",
    [
        "9" * 5_000,
        "-" + "9" * 5_000,
        "0x" + "f" * 1_000_000,
        "59:" * 100_000 + "59",
        "1." + "9" * 5_000,
        "1e" + "9" * 900,
    ],
)
def test_huge_numbers_are_texts(text: str) -> None:
    """No number of more than 18 digits is built, in whatever way it is written, and none takes long."""
    begin = time.perf_counter()
    assert data_of(f"a: {text}") == {"a": text}
    assert time.perf_counter() - begin < 0.5
