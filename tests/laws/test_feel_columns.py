"""The columnar evaluator agrees with the scalar one over generated expressions and rows."""

import datetime as dt
import re
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import types as t
from engine.feel.columns import Compiled, compile_columns
from engine.feel.columns_rows import evaluate_frame, evaluate_rows
from engine.feel.columns_values import taken
from engine.feel.evaluation import Setting
from engine.feel.parse import parse_expression

TYPES: dict[tuple[str, ...], t.FeelType] = {
    ("s",): t.STRING,
    ("u",): t.STRING,
    ("d",): t.DATE,
    ("e",): t.DATE,
    ("i",): t.DATE_TIME,
    ("j",): t.DATE_TIME,
    ("b",): t.BOOLEAN,
    ("c",): t.BOOLEAN,
    ("n",): t.FeelType("number", scale=2),
    ("m",): t.FeelType("number", scale=6),
    ("p",): t.DAYS,
    ("q",): t.DAYS,
    ("x",): t.MONTHS,
    ("y",): t.MONTHS,
    ("k",): t.FeelType("time", place=t.LOCAL),
    ("l",): t.FeelType("time", place=t.LOCAL),
    ("o",): t.FeelType("date and time", place=t.LOCAL),
    ("r",): t.FeelType("date and time", place=t.LOCAL),
    ("w",): t.FeelType("date and time", place=t.ELSEWHERE),
}
PATHS: dict[tuple[str, ...], str] = {path: path[0] for path in TYPES}
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "s": pl.String,
    "u": pl.String,
    "d": pl.Date,
    "e": pl.Date,
    "i": pl.Datetime("us", "UTC"),
    "j": pl.Datetime("us", "UTC"),
    "b": pl.Boolean,
    "c": pl.Boolean,
    "n": pl.Decimal(38, 2),
    "m": pl.Decimal(38, 6),
    "p": pl.Duration("us"),
    "q": pl.Duration("us"),
    "x": pl.Int64,
    "y": pl.Int64,
    "k": pl.Time,
    "l": pl.Time,
    "o": pl.Datetime("us"),
    "r": pl.Datetime("us"),
    "w": pl.Datetime("us", "UTC"),
}
SETTING = Setting(zone="Europe/London", now=dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC))

WORDS = ["", " ", "a", "Ab", "abc", "ß", "É", "🐎b", "12.50", "-3", "2020-02-29", "2021-02-29", "x\ty", " pad ", "a.b"]
texts = st.none() | st.sampled_from(WORDS) | st.text(st.sampled_from("aAbB ß🐎.1"), max_size=6)
DATES = [dt.date(1, 1, 1), dt.date(1969, 12, 31), dt.date(2020, 1, 31), dt.date(2020, 2, 29), dt.date(9999, 12, 31)]
dates = st.none() | st.sampled_from(DATES) | st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))
INSTANTS = [  # around the hours that the clocks of London leave out and show twice, before 1970, and far ahead
    dt.datetime(2099, 12, 31, 23, 59, tzinfo=dt.UTC),
    dt.datetime(2150, 7, 1, 12, tzinfo=dt.UTC),
    dt.datetime(2020, 3, 29, 0, 30, tzinfo=dt.UTC),
    dt.datetime(2020, 3, 29, 1, 0, tzinfo=dt.UTC),
    dt.datetime(2020, 10, 25, 0, 30, tzinfo=dt.UTC),
    dt.datetime(2020, 10, 25, 1, 30, 0, 250_000, tzinfo=dt.UTC),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC),
    dt.datetime(2020, 2, 29, 12, tzinfo=dt.UTC),
]
microseconds = st.integers(0, 2 * 366 * 86_400_000_000)
anytime = microseconds.map(lambda count: dt.datetime(2019, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=count))
instants = st.none() | st.sampled_from(INSTANTS) | anytime
flags = st.none() | st.booleans()


LENGTHS = [0, 1, -1, 86_400_000_000, -86_400_000_000, 90_061_000_001, -5_400_000_000, 10**15, 2**61 - 1, -(2**61) + 1]
lengths = st.none() | st.sampled_from(LENGTHS) | st.integers(-(10**13), 10**13)
days = lengths.map(lambda count: None if count is None else dt.timedelta(microseconds=count))
months = st.none() | st.sampled_from([0, 1, -1, 12, 14, -25, 131, 2**61 - 1, -(2**61) + 1]) | st.integers(-3_000, 9_000)
CLOCKS = [dt.time(0), dt.time(10, 30), dt.time(10, 30, 0, 500_000), dt.time(23, 59, 59, 999_999)]
clocks = st.none() | st.sampled_from(CLOCKS) | st.times()
moments = instants.map(lambda each: None if each is None else each.replace(tzinfo=None))


def numbers(scale: int) -> st.SearchStrategy[Decimal | None]:
    """Small, plain and huge ones."""
    small = st.integers(-1_000_00, 1_000_00)
    huge = st.integers(-(10**33), 10**33)
    return st.none() | (small | huge).map(lambda digits: Decimal(digits).scaleb(-scale))


rows = st.fixed_dictionaries(
    {
        "s": texts,
        "u": texts,
        "d": dates,
        "e": dates,
        "i": instants,
        "j": instants,
        "b": flags,
        "c": flags,
        "n": numbers(2),
        "m": numbers(6),
        "p": days,
        "q": days,
        "x": months,
        "y": months,
        "k": clocks,
        "l": clocks,
        "o": moments,
        "r": moments,
        "w": instants,
    }
)
tables = st.lists(rows, min_size=1, max_size=6)


# `<kind>` stands for an expression of the kind, `<kind:…>` for one of the choices.
CHOICES = {
    "literal": ['"a"', '""', '"abc"', '"ß"', '" "', "null"],
    "position": ["1", "2", "-1", "-3", "0", "9"],
    "sign": ["=", "!=", "<", "<=", ">", ">="],
    "time span": ['duration("P1D")', 'duration("PT25H")', 'duration("-PT1H")'],
    "span": ['duration("P1D")', 'duration("PT1H")', 'duration("P1M")', 'duration("-P13M")', "null"],
    "pattern": ['"^a"', '"[a-z]+"', '"B"', '"\\\\."', '"(a)(b)?"'],
    "divisor": ["4", "10", "0", "3", "m", "n"],
    "places": ["0", "1", "3", "7"],
    "nearness": ["decimal", "round up", "round down", "round half up", "round half down", "floor", "ceiling"],
    "separators": ['",", "."', '".", ","', 'null, ","', '" ", null'],
    "instant anywhere": ["i", "w", '@"2020-10-25T01:30:00+11:00"', '@"2020-02-29T12:00:00Z"'],
}
COMPARISONS = [
    "<x> <sign> <x>",
    "<x> between <x> and <x>",
    "<x> in (<x>, >= <x>)",
    "<x> in [<x>..<x>)",
    "<x> in [<x>, <x>]",
    "<x> != null",
    "null = <x>",
]
COMPARED = ("text", "number", "date", "instant", "days", "months", "time", "local")
LEAVES = {
    "text": ["s", "u", "<literal>"],
    "number": ["n", "m", "1", "0.5", "-2.25", "1000000", "null"],
    "date": ["d", "e", '@"2020-02-29"', "today()"],
    "instant": ["i", "j", '@"2020-10-25T01:30:00@Europe/London"'],
    "truth": ["b", "c", "true", "false", "null"],
    "days": ["p", "q", 'duration("PT25H")', 'duration("-PT0.000001S")', "null"],
    "months": ["x", "y", 'duration("P1Y2M")', 'duration("-P1M")', "null"],
    "time": ["k", "l", '@"10:30:00"', 'time("23:59:59.5")', "null"],
    "local": ["o", "r", '@"2020-02-29T10:30:00"', 'date and time("2021-01-31T24:00:00")', "null"],
}
FORMS = {
    "text": [
        "<text> + <text>",
        "upper case(<text>)",
        "lower case(<text>)",
        "trim(<text>)",
        "substring(<text>, <position>)",
        "substring(<text>, <position>, 2)",
        'substring before(<text>, "b")',
        'substring after(<text>, "b")',
        'replace(<text>, <pattern>, "[$1]")',
        'string join([<text>, <text>, null], "-")',
        "get or else(<text>, <text>)",
        "string(<number>)",
        "string(<date>)",
        "string(<truth>)",
        "day of week(<date>)",
        "month of year(<instant>)",
        "if <truth> then <text> else <text>",
    ],
    "number": [
        "<number> + <number>",
        "<number> - <number>",
        "<number> * <number>",
        "<number> / <divisor>",
        "string length(<text>)",
        "abs(<number>)",
        "floor(<number>)",
        "ceiling(<number>)",
        "<nearness>(<number>, <places>)",
        "modulo(<number>, <number>)",
        "modulo(<number>, <divisor>)",
        "product([<number>, <number>])",
        "mean([<number>, <number>, <number>])",
        "number(<text>, <separators>)",
        "<days> / <days>",
        "<months> / <months>",
        "<days>.days",
        "<days>.hours",
        "<days>.minutes",
        "<days>.seconds",
        "<months>.years",
        "<months>.months",
        "<time>.hour",
        "<time>.second",
        "<local>.minute",
        "<local>.weekday",
        "-<number>",
        "min([<number>, <number>])",
        "max(<number>, <number>)",
        "sum([<number>, <number>])",
        "number(<text>)",
        "d.year",
        "i.hour",
        "i.weekday",
        "week of year(<date>)",
        "day of year(<instant>)",
        "get or else(<number>, <number>)",
        "if <truth> then <number> else <number>",
    ],
    "date": [
        "<date> + <span>",
        "<date> - <span>",
        "<date> + (<date> - <date>)",
        "<date> + <months>",
        "<date> - <months>",
        "<days> + <date>",
        "date(<local>)",
        "date(<text>)",
        "date(<instant>)",
        "if <truth> then <date> else <date>",
    ],
    "instant": [
        "<instant> + <span>",
        "<instant> - <time span>",
        "<instant> + (<instant> - <instant>)",
        "<instant> + <months>",
        "<instant> - <days>",
        "if <truth> then <instant> else <instant>",
    ],
    "days": [
        "<days> + <days>",
        "<days> - <days>",
        "-<days>",
        "abs(<days>)",
        "<days> * <number>",
        "<number> * <days>",
        "<days> / <number>",
        "<time> - <time>",
        "<local> - <local>",
        "<instant anywhere> - <instant anywhere>",
        "<instant anywhere> - <date>",
        "<date> - <instant anywhere>",
        "if <truth> then <days> else <days>",
    ],
    "months": [
        "<months> + <months>",
        "<months> - <months>",
        "-<months>",
        "abs(<months>)",
        "<months> * <number>",
        "<months> / <number>",
        "years and months duration(<date>, <date>)",
        "years and months duration(<local>, <instant>)",
        "max(<months>, <months>)",
        "if <truth> then <months> else <months>",
    ],
    "time": [
        "<time> + <days>",
        "<days> + <time>",
        "<time> - <days>",
        "time(<local>)",
        "min([<time>, <time>])",
        "get or else(<time>, <time>)",
    ],
    "local": [
        "<local> + <days>",
        "<local> - <span>",
        "<local> + <months>",
        "date and time(<date>, <time>)",
        "date and time(<local>, <time>)",
        "if <truth> then <local> else <local>",
    ],
    "truth": [
        "odd(<number>)",
        "even(<number>)",
        "<instant anywhere> <sign> <instant anywhere>",
        "<truth> and <truth>",
        "<truth> or <truth>",
        "not(<truth>)",
        "<truth> = <truth>",
        "all([<truth>, <truth>])",
        "any(<truth>, <truth>)",
        "contains(<text>, <text>)",
        "starts with(<text>, <text>)",
        "ends with(<text>, <text>)",
        "matches(<text>, <pattern>)",
        "is blank(<text>)",
        '<text> in ("a", "abc")',
        "list contains([<text>, <text>], <text>)",
        *(form.replace("<x>", f"<{kind}>") for kind in COMPARED for form in COMPARISONS),
    ],
}
HOLE = re.compile("<([a-z ]+)>")


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """An expression of any kind, at most three forms deep."""

    def written(kind: str, depth: int) -> str:
        if kind in CHOICES:
            return draw(st.sampled_from(CHOICES[kind]))
        form = draw(st.sampled_from(LEAVES[kind] if depth == 0 else LEAVES[kind][:2] + FORMS[kind]))
        filled = HOLE.sub(lambda hole: written(hole.group(1), depth - 1), form)
        return filled if depth == 0 else f"({filled})"

    return written(draw(st.sampled_from(sorted(FORMS))), draw(st.integers(1, 3)))


@settings(max_examples=250, deadline=None)
@given(expressions(), tables)
def test_columns_agree_with_scalar(text: str, table: list[dict[str, object]]) -> None:
    """Where columns do not ask for the scalar evaluator, their value is its value and it has no problem."""
    node = parse_expression(text, [path[0] for path in TYPES])
    frame = pl.DataFrame(table, schema=SCHEMA)
    made = compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING, every=True)
    expected = evaluate_rows(node, frame, PATHS, SETTING, TYPES)
    if not isinstance(made, Compiled):
        return
    problem = pl.lit(value=False) if made.problem is None else made.problem
    answered = frame.with_columns(made.value.alias("value"), problem.alias("problem"))
    values = taken(made.type, answered["value"].to_list())
    for index, (value, asked) in enumerate(zip(values, answered["problem"], strict=True)):
        assert asked is not None
        if not asked:
            assert index not in expected.problems
            assert value == expected.values[index]
            assert type(value) is type(expected.values[index])
    whole = evaluate_frame(node, frame, TYPES, PATHS, SETTING)
    assert (whole.values, whole.problems) == (expected.values, expected.problems)


@pytest.mark.parametrize(
    "text",
    [
        "s + u",
        "s = u",
        'if s = null then "No" else "Yes"',
        'd + duration("P1M")',
        "date(i)",
        "n * 1.2 + m",
        "b and not(c)",
        "n / m",
        "modulo(n, m)",
        "round up(n, 1)",
        "floor(n, 1)",
        'number(s, ",", ".")',
        "odd(n) or even(m)",
        "mean([n, m])",
        "product([n, m])",
        "p + q * n",
        "p / q",
        "p.hours + x.months",
        "x - y * 2",
        "x / n",
        "d + x",
        "i - d",
        "i < w",
        "years and months duration(d, e)",
        "k + p",
        "k - l",
        'k in [l..@"12:00:00"]',
        "o - r",
        "o + x",
        "date and time(d, k)",
        "time(o)",
    ],
)
def test_what_mappings_are_made_of_is_columnar(text: str) -> None:
    """The expressions that rules mostly are have a columnar form, so the law above is not kept by refusing."""
    node = parse_expression(text, [path[0] for path in TYPES])
    assert isinstance(compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING, every=True), Compiled)
