"""The functions that the standard has not, by value and by column."""

import datetime as dt
import itertools
import random
from decimal import Decimal

import polars as pl
import pytest

from engine.feel import types as t
from engine.feel.columns_rows import evaluate_frame, evaluate_rows
from engine.feel.evaluation import Setting
from engine.feel.parse import parse_expression
from engine.feel.scalar import Result, evaluate

ULNS = (
    *("1000000019", "1200000012", "2345678908", "3012345670", "4567890123", "5123456782", "6987654327", "7000001231"),
    "8111111117",
)
ERNS = ("100000002", "912345675", "923456783", "950000019", "987654322")


def run(text: str, **context: object) -> Result:
    return evaluate(parse_expression(text, list(context)), context)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('extract("are 1234, 1256, 1378", "12[0-9]*")', ["1234", "1256"]),
        ('extract("abc", "x")', []),
        ('format date(@"2024-02-03", "EEE d MMMM yyyy")', "Sat 3 February 2024"),
        ('format date(@"2024-02-03T04:05:06", "dd/MM/yy \'at\' HH:mm:ss")', "03/02/24 at 04:05:06"),
        ("format date(@\"2024-02-03\", \"d 'o''''clock'\")", "3 o'clock"),
        ('format date(@"0800-02-03", "yyyy")', "0800"),
        ('format number(1234567.891, "#,##0.00")', "1,234,567.89"),
        ('format number(-0.001, "0.00")', "0.00"),
        ('format number(0.5, "#.##")', ".5"),
        ('format number(0, "#.##")', "0"),
        ('format number(2.5, "0")', "2"),
        ('format number(1.5, "0.0##")', "1.5"),
        ('format number(-999.5, "#,##0")', "-1,000"),
        ('format number(7, "000")', "007"),
        ('pad left("7", 3, "0")', "007"),
        ('pad right("ab", 4) + "|"', "ab  |"),
        ('pad left("abcd", 2)', "abcd"),
    ],
)
def test_forms(text: str, value: object) -> None:
    """Dates, numbers and texts in the form that is wanted."""
    assert run(text) == Result(value)


def test_last_days_of_months() -> None:
    """Leap years count; a date and time has the last day of its clock's month."""
    assert run('string(last day of month(@"2024-02-10"))').value == "2024-02-29"
    assert run('string(last day of month(@"2023-02-10T23:00:00Z"))').value == "2023-02-28"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('format date(@"2024-02-03", "HH")', "a date has no time of day, which `HH` stands for"),
        ('format date(@"2024-02-03", "dd \'x")', "a quote in the date's pattern does not end"),
        ('format date(@"2024-02-03", "qq")', "`qq` is no part of a date"),
        ('format number(1, "0;0")', "a number's pattern is made of"),
        ('format number(1, "0#")', "a number's pattern is made of"),
        ('format number(1, "")', "a number's pattern is made of"),
        ('pad left("a", 5, "xy")', "the padding must be one character"),
        ('pad left("a", 1.5)', "the length must be a whole number, 0 or more"),
        ('pad left("a", 1e9)', "the text would be longer than 10000 characters"),
        ('extract("abc", "x*")', "the pattern matches nothing at all"),
    ],
)
def test_faults(text: str, message: str) -> None:
    """What cannot be done is a problem that says why."""
    result = run(text)
    assert result.value is None
    assert [each.message.startswith(message) for each in result.problems] == [True]


@pytest.mark.parametrize(("function", "numbers"), [("valid uln", ULNS), ("valid ern", ERNS)])
def test_check_digits(function: str, numbers: tuple[str, ...]) -> None:
    """The right number is valid, as text and as number; with any other last digit it is not."""
    for number in numbers:
        assert run(f"{function}(x)", x=number).value is True
        assert run(f"{function}(x)", x=Decimal(number)).value is True
        others = [number[:-1] + digit for digit in "0123456789" if digit != number[-1]]
        assert {run(f"{function}(x)", x=other).value for other in others} == {False}


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ('valid uln("9999999999")', True),
        ("valid uln(9999999999)", True),
        ('valid uln("0999999999")', False),
        ('valid uln(" 1000000019")', False),
        ('valid uln("")', False),
        ("valid uln(1000000019.5)", False),
        ("valid uln(null)", None),
        ('valid ern("999999999")', True),
        ('valid ern("٩99999999")', False),
        ('valid postcode("AB1 2AD")', True),
        ('valid postcode("ZZ99 9ZZ")', True),
        ('valid postcode("W1A 1AA")', True),
        ('valid postcode("AB12AD")', False),
        ('valid postcode("ab1 2ad")', False),
        ('valid postcode("AB1 2CA")', False),
        ('valid ni number("QQ123456C")', False),
        ('valid ni number("ZZ123456C")', False),
        ('valid ni number("")', False),
    ],
)
def test_codes(text: str, *, valid: bool | None) -> None:
    """The stand-ins for numbers not known yet are valid; blanks are null; form counts to the letter."""
    assert run(text) == Result(valid)


def test_first_letters_of_national_insurance_numbers() -> None:
    """Of all pairs of letters those remain that are given out; the last letter may be missing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pairs = ["".join(pair) for pair in itertools.product(letters, letters)]
    node = parse_expression("valid ni number(x)", ["x"])
    taken = [pair for pair in pairs if evaluate(node, {"x": f"{pair}000000A"}).value is True]
    assert len(taken) == 20 * 19 - 7
    assert not {pair[0] for pair in taken} & set("DFIQUV")
    assert "ZZ" not in taken
    assert all(evaluate(node, {"x": f"{pair}000000"}).value is True for pair in taken)


COLUMNAR = [
    "valid uln(s)",
    "valid ern(s)",
    "valid uln(n)",
    "valid ern(n)",
    "valid ni number(s)",
    "valid postcode(s)",
    'pad left(s, 6, "0")',
    "pad right(s, 3)",
    'format date(d, "EEEE d MMM yy, MM/dd/yyyy 100%")',
    'format date(i, "dd.MM.yyyy HH:mm:ss")',
    "last day of month(d)",
    "last day of month(i)",
    'replace(s, " ", "")',
    'replace(s, "0", "ab")',
    'replace(s, "1", "\\$")',
    'matches(s, "A")',
]


@pytest.mark.parametrize("text", COLUMNAR)
def test_columns_agree(text: str) -> None:
    """Each that has a columnar form gives by columns what it gives by rows, and asks for no row it can answer."""
    chance = random.Random(text)
    words = [None, "", "9999999999", "999999999", "0", "AB1 2AD", "ZZ99 9ZZ", "QQ123456C", "a 🐎", *ULNS, *ERNS]
    words += ["".join(chance.choices("0123456789", k=10)) for _ in range(200)]
    numbers = [None if word is None or not word.isdigit() else Decimal(word) for word in words]
    days = [
        None if chance.random() < 0.1 else dt.date(1990, 1, 1) + dt.timedelta(days=at * 37) for at in range(len(words))
    ]
    moments = [
        None if day is None else dt.datetime(day.year, day.month, day.day, 23, 30, tzinfo=dt.UTC) for day in days
    ]
    data = {"s": words, "n": numbers, "d": days, "i": moments}
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "s": pl.String,
        "n": pl.Decimal(38, 0),
        "d": pl.Date,
        "i": pl.Datetime("us", "UTC"),
    }
    types: dict[tuple[str, ...], t.FeelType] = {
        ("s",): t.STRING,
        ("n",): t.FeelType("number", scale=0),
        ("d",): t.DATE,
        ("i",): t.DATE_TIME,
    }
    paths: dict[tuple[str, ...], str] = {path: path[0] for path in types}
    setting = Setting(zone="Europe/London")
    frame, node = pl.DataFrame(data, schema=schema), parse_expression(text, ["s", "n", "d", "i"])
    found = evaluate_frame(node, frame, types, paths, setting)
    expected = evaluate_rows(node, frame, paths, setting)
    assert (found.refused, found.asked) == (None, frozenset())
    assert (found.values, found.problems) == (expected.values, expected.problems)


def test_texts_that_may_grow_too_long_are_asked_of_the_scalar_evaluator() -> None:
    """By columns too no text is built that is over the limit: those rows end in the scalar evaluator's problem."""
    frame = pl.DataFrame({"s": ["a" * 9_999, "ß" * 5_001, "a", None]})
    paths: dict[tuple[str, ...], str] = {("s",): "s"}
    for text in (
        "upper case(s)",
        's + "bb"',
        'replace(s, "a", "bb")',
        'string join([s, "bb"], ",")',
        "substring(s, 1)",
    ):
        node = parse_expression(text, ["s"])
        found = evaluate_frame(node, frame, {("s",): t.STRING}, paths)
        expected = evaluate_rows(node, frame, paths)
        assert (found.values, found.problems) == (expected.values, expected.problems)
        assert 2 not in found.asked
