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
}
SETTING = Setting(zone="Europe/London", now=dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC))

WORDS = ["", " ", "a", "Ab", "abc", "ß", "É", "🐎b", "12.50", "-3", "2020-02-29", "2021-02-29", "x\ty", " pad ", "a.b"]
texts = st.none() | st.sampled_from(WORDS) | st.text(st.sampled_from("aAbB ß🐎.1"), max_size=6)
DATES = [dt.date(1, 1, 1), dt.date(1969, 12, 31), dt.date(2020, 1, 31), dt.date(2020, 2, 29), dt.date(9999, 12, 31)]
dates = st.none() | st.sampled_from(DATES) | st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))
INSTANTS = [  # around the hours that the clocks of London leave out and show twice, and before 1970
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
    "divisor": ["4", "10", "0", "3"],
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
LEAVES = {
    "text": ["s", "u", "<literal>"],
    "number": ["n", "m", "1", "0.5", "-2.25", "1000000", "null"],
    "date": ["d", "e", '@"2020-02-29"', "today()"],
    "instant": ["i", "j", '@"2020-10-25T01:30:00@Europe/London"'],
    "truth": ["b", "c", "true", "false", "null"],
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
        "decimal(<number>, 1)",
        "round half up(<number>, 1)",
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
        "date(<text>)",
        "date(<instant>)",
        "if <truth> then <date> else <date>",
    ],
    "instant": [
        "<instant> + <span>",
        "<instant> - <time span>",
        "<instant> + (<instant> - <instant>)",
        "if <truth> then <instant> else <instant>",
    ],
    "truth": [
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
        *(form.replace("<x>", f"<{kind}>") for kind in ("text", "number", "date", "instant") for form in COMPARISONS),
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
    made = compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING)
    expected = evaluate_rows(node, frame, PATHS, SETTING)
    if not isinstance(made, Compiled):
        return
    problem = pl.lit(value=False) if made.problem is None else made.problem
    answered = frame.with_columns(made.value.alias("value"), problem.alias("problem"))
    for index, (value, asked) in enumerate(zip(answered["value"], answered["problem"], strict=True)):
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
    ],
)
def test_what_mappings_are_made_of_is_columnar(text: str) -> None:
    """The expressions that rules mostly are have a columnar form, so the law above is not kept by refusing."""
    node = parse_expression(text, [path[0] for path in TYPES])
    assert isinstance(compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING), Compiled)
