"""Values and problems of single evaluations, beyond what the conformance kit looks at."""

import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.feel import nodes as n
from engine.feel.evaluation import Setting
from engine.feel.functions import TABLE
from engine.feel.parse import parse_expression
from engine.feel.scalar import Prepared, Result, evaluate
from engine.feel.signatures import fitting
from engine.feel.temporal import Date, DaysDuration
from engine.feel.values import to_python, write

LONDON = Setting(zone="Europe/London", now=dt.datetime(2024, 7, 1, 23, 30, tzinfo=dt.UTC))


def run(text: str, **context: object) -> Result:
    return evaluate(parse_expression(text, list(context)), context, LONDON)


def shown(text: str, **context: object) -> str:
    result = run(text, **context)
    assert not result.problems
    return write(result.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2 = 0.3", "true"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666666666667"),
        ("1.10 * 1.10", "1.21"),
        ("string(100.00)", "100"),
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("decimal(2.5, 0) + decimal(3.5, 0)", "6"),
        ("round half up(1234567890123456789012345678901.25, 1)", "1234567890123456789012345678901.3"),
        ("abs(-1234567890123456789012345678901.234)", "1234567890123456789012345678901.234"),
        ("modulo(-1234567890123456789012345678901.5, 2)", "0.5"),
        ('substring("🐎ab", 2, 1)', "a"),
        ('upper case("straße")', "STRASSE"),
        ('get or else(null, "x")', "x"),
        ("is blank(null)", "true"),
        ('is blank(" \t")', "true"),
        ('trim("\u00a0 a ")', "a"),
        ('date("2020-01-31") + duration("P1M")', "2020-02-29"),
        ("today()", "2024-07-02"),
        ('number("12.5")', "12.5"),
    ],
)
def test_values(text: str, value: str) -> None:
    """Decimal numbers are exact to 34 digits, texts count code points, today is the zone's day."""
    assert shown(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "x + 1",
        "x < 1",
        "upper case(x)",
        "x.year",
        "x and true",
        "not(x)",
        "x between 1 and 2",
        "date(x)",
        "sum([x, 1])",
    ],
)
def test_null_from_blanks_is_no_problem(text: str) -> None:
    """A blank goes through operators and functions in silence."""
    assert run(text, x=None) == Result(None)


@pytest.mark.parametrize(
    ("text", "message", "start", "end"),
    [
        ("1 + 1 / 0", "division by zero", 4, 9),
        ("0 / 0", "division by zero", 0, 5),
        ("0 ** -1", "division by zero", 0, 7),
        ("0 ** 0", "the calculation has no result", 0, 6),
        ("[1, 2][0]", "a position must be a whole number from 1 on, or from -1 on backwards", 0, 9),
        ("[1, 2][1.5]", "a position must be a whole number from 1 on, or from -1 on backwards", 0, 11),
        ("every i in [x] satisfies i", "`every` needs true or false, not a number", 25, 26),
        ("some i in [x] satisfies i", "`some` needs true or false, not a number", 24, 25),
        ('x = "1"', "a number cannot be compared with a string", 0, 7),
        ("if x then 1 else 2", "a condition must be true or false, not a number", 3, 4),
        ("y", "there is no `y` here", 0, 1),
        ("foo(1)", "there is no function `foo`", 0, 6),
        ("mis.uln", "there is no `uln` in the context", 0, 7),
        ('date("2020-02-30")', "there is no such date", 0, 18),
        ("abs(x, 1)", "the call must be abs(n)", 0, 9),
        ("upper case(x)", "`string` of `upper case` must be a string, not a number", 0, 13),
        ('matches("a", "(a)\\1")', "the pattern refers back to a group, which is not supported", 0, 21),
    ],
)
def test_errors_have_places_and_no_values(text: str, message: str, start: int, end: int) -> None:
    """A problem says which part failed and why; the values of the record do not appear."""
    result = run(text, x=4711, mis={})
    assert [(each.message, each.start, each.end) for each in result.problems] == [(message, start, end)]
    assert "4711" not in str(result.problems)


def test_what_is_not_evaluated_has_no_problems() -> None:
    """The branch not taken and the side that no longer matters are not evaluated."""
    assert run("if true then 1 else 1 / 0") == Result(Decimal(1))
    assert run("false and 1 / 0 = 1") == Result(False)  # noqa: FBT003  a value
    assert run("true or 1 / 0 = 1") == Result(True)  # noqa: FBT003  a value


@pytest.mark.covers("Y11")
@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000, j in 1..1000, k in 1..1000 return i",
        "for i in 1..9999999999 return i",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "{f: function(n) f(f(n)), r: f(1)}.r",
        "{a: [1,1,1,1,1,1,1], b: [a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c], e: [d,d,d,d,d,d,d]}",
        '{a: "0123456789", f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f(a, 15)}.r',
        "some i in 1..100000 satisfies i < 0",
        "[1,2,3][some i in 1..100000 satisfies i < 0]",
        "count(for i in 1..200 return for j in 1..200 return j)",
        "sort(for i in 1..3000 return modulo(i * 7919, 3001), function(a, b) a < b)",
        "{x: for i in 1..9000 return i, y: x[item in x]}.y",
        "{x: for i in 1..9000 return i, y: for i in 1..9000 return x = x}.y",
        "{x: for i in 1..9000 return i, y: for i in 1..9000 return sum(x)}.y",
        "{x: [for i in 1..9000 return i], y: for i in 1..9000 return is(x, x)}.y",
        "for i in 1..9000 return i in partial",
        "many[list contains(many, item)]",
        "for i in 1..19000 return many instance of list<number>",
        "for i in 1..19000 return long + long",
        "for i in 1..19000 return number(long)",
        'for i in 1..19000 return matches(long, "(a|aa)+c")',
    ],
)
def test_nothing_runs_for_ever(text: str) -> None:
    """What takes too many steps or grows too large ends in a problem, soon."""
    before = time.perf_counter()
    result = run(text, many=[Decimal(each) for each in range(10_000)], long="a" * 5_000_000)
    assert time.perf_counter() - before < 2
    assert result.value is None
    assert result.problems


def test_patterns_cannot_hang() -> None:
    """A pattern that would make a backtracking engine hang runs in no time."""
    before = time.perf_counter()
    assert run('matches(x, "^(a+)+$")', x="a" * 5_000 + "!").value is False
    assert time.perf_counter() - before < 0.5


def test_instants_show_the_zones_clock() -> None:
    """An instant is read on the workspace's clock, and durations are added on the instant."""
    summer = dt.datetime(2024, 6, 30, 23, 30, tzinfo=dt.UTC)
    assert shown("date(started)", started=summer) == "2024-07-01"
    assert shown("started.hour", started=summer) == "0"
    before_change = dt.datetime(2020, 10, 25, 0, 30, tzinfo=dt.UTC)
    moved = run('started + duration("PT1H")', started=before_change).value
    assert to_python(moved) == before_change + dt.timedelta(hours=1)
    twice = [dt.datetime(2020, 10, 25, hour, 30, tzinfo=dt.UTC) for hour in (0, 1)]
    assert shown("b > a", a=twice[0], b=twice[1]) == "true"


def test_python_values_go_in_and_out() -> None:
    """Python's values are FEEL's, and come back as they were where FEEL has no finer ones."""
    day, span = dt.date(2020, 1, 31), dt.timedelta(hours=1)
    assert run("x", x=day).value == Date(2020, 1, 31)
    assert to_python(run("x", x=day).value) == day
    assert run("x", x=span).value == DaysDuration(3_600_000_000_000)
    assert to_python(run("[x, {k: y}]", x=span, y=7).value) == [span, {"k": Decimal(7)}]


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan"), Decimal("1e7000"), object()])
def test_values_that_feel_has_not_are_problems(value: object) -> None:
    """A value that is no number of FEEL's, or of an unknown kind, is a problem and never an exception."""
    result = run("x + 1", x=value)
    assert result.value is None
    assert result.problems


def test_numbers_are_rounded_to_what_feel_holds() -> None:
    """Integers of any size come in, rounded to 34 digits; durations too long for Python stay FEEL's."""
    assert run("x = x + 1", x=10**5000).value is True
    long = run('duration("P999999999999999D")').value
    assert to_python(long) == long
    assert run('1e6000 * duration("P1D")').problems


def test_without_a_clock_there_is_no_today() -> None:
    """`today()` and `now()` are problems where no present moment was given."""
    result = evaluate(parse_expression("today()", []), {})
    assert [each.message for each in result.problems] == ["there is no present time here"]


def test_a_prepared_expression_runs_on_many_records() -> None:
    """One expression made ready gives each record its own value and its own problems, with steps afresh."""
    prepared = Prepared(parse_expression("for i in 1..n return 100 / i", ["n"]), LONDON)
    assert prepared.result({"n": Decimal(2)}) == Result([Decimal(100), Decimal(50)])
    assert prepared.value({"n": Decimal(0)}) == [Decimal(100), None]
    assert [each.message for each in prepared.problems] == ["division by zero"]
    assert prepared.value({"n": Decimal(99_999)}) is None
    assert [each.message for each in prepared.problems] == ["the evaluation takes more than 20000 steps"]
    assert prepared.result({"n": Decimal(1)}) == Result([Decimal(100)])


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("upper case(substring(x, 1, 3))", {"x": ["abcd"]}),
        ('replace(x, "b", "$1")', {"x": "abc"}),
        ('replace(x, "(", "")', {"x": "abc"}),
        ("substring(x, y, z)", {"x": None, "y": "2", "z": Decimal(1)}),
        ("substring(x, y, z)", {"x": None, "y": Decimal(2), "z": Decimal(1)}),
        ("number(x, y)", {"x": "1 000", "y": None}),
        ("string(x)", {"x": None}),
        ("abs(x)", {"x": dt.timedelta(hours=-1)}),
        ("contains(x, y)", {"x": "abc", "y": "b"}),
        ('matches(x, "^a", y)', {"x": "ABC", "y": "i"}),
        ("modulo(x, 0)", {"x": Decimal(1)}),
        ("string join(x, y)", {"x": ["a", None, "b"], "y": None}),
        ("string join([x, 1])", {"x": "a"}),
        ("date(x)", {"x": "2020-01-01"}),
        ("today()", {}),
        ("day of week(x)", {"x": dt.datetime(2024, 7, 1, 23, 30, tzinfo=dt.UTC)}),
    ],
)
def test_the_short_way_of_a_call_is_that_of_the_table(text: str, context: dict[str, object]) -> None:
    """A call whose arguments fit as they are gives what it gives with named arguments, which go the long way."""
    node = parse_expression(text, list(context))
    short = evaluate(node, context, LONDON)
    long = evaluate(named(node), context, LONDON)
    assert short.value == long.value
    assert [each.message for each in short.problems] == [each.message for each in long.problems]


def named(node: n.Node) -> n.Node:
    """The call with its arguments named as the fitting way to call it names them."""
    assert isinstance(node, n.Call)
    assert isinstance(node.function, n.Name)
    ways = fitting(TABLE[node.function.name], len(node.arguments))
    names = tuple(each.name for each in ways[0][0].parameters[: len(node.arguments)])
    return replace(node, names=names) if node.arguments else node


def test_a_name_can_hide_a_function() -> None:
    """A function of the record's own, or one that a text makes, comes before the table's of that name."""
    assert shown("{abs: function(x) x + 1, r: abs(1)}.r") == "2"
    assert shown("abs(-1)", abs="a text") == "1"
    assert shown("for abs in [-1] return abs(abs)") == "[1]"


def test_long_texts_of_records_end_at_once() -> None:
    """Ten million characters give a value or a problem, without being built many times over."""
    text = "a" * 10_000_000
    for expression in (
        "upper case(x)",
        'replace(x, "a", "bbbbbbbbbb")',
        'replace(x, "[a-b]", "bbbbbbbbbb")',
        'split(x, "a")',
        'extract(x, "a")',
        "[x, x, x]",
        "string join([x, x], x)",
        'matches("a", x)',
        'replace("a", x, "")',
        'pad left("a", 5, x)',
        "format date(today(), x)",
        "format number(1, x)",
        "number(x)",
        "date(x)",
        "valid uln(x)",
    ):
        before = time.perf_counter()
        assert run(expression, x=text).value in {None, False}
        assert time.perf_counter() - before < 2, expression


def test_a_loop_counts_in_numbers_of_34_digits() -> None:
    """As every number of FEEL has no more."""
    found = run("for i in 1e6144..1e6144 return i").value
    assert found == [Decimal("1e6144")]
    assert isinstance(found, list)
    assert len(found[0].as_tuple().digits) == 34
