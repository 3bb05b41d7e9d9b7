"""Types that are found without running an expression, against what running it gives."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.feel import operators, properties, values
from engine.feel.evaluation import Setting
from engine.feel.parse import parse_expression
from engine.feel.scalar import evaluate
from engine.feel.typing import Typed, typed
from engine.feel.typing_tables import ARITHMETIC, PROPERTIES
from engine.feel.values import FEEL_CLASSES, from_python, type_of

CONTEXT: dict[str, object] = {
    "s": "abc",
    "n": Decimal("2.5"),
    "b": True,
    "d": dt.date(2020, 2, 29),
    "i": dt.datetime(2020, 10, 25, 0, 30, tzinfo=dt.UTC),
}
SETTING = Setting(zone="Europe/London", now=dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC))
NAMES = {kind: type_of(value).name for kind, value in ((key, from_python(each)) for key, each in CONTEXT.items())}
TYPES: dict[tuple[str, ...], frozenset[str]] = {(name,): frozenset({kind}) for name, kind in NAMES.items()}

# In none of these is a part left out: whatever is wrong in one is met when it is run.
FORMS = [
    "(# + #)", "(# - #)", "(# * #)", "(# / #)", "(-#)", "(# = #)", "(# < #)", "(# between # and #)",
    "upper case(#)",
    "string length(#)", "substring(#, 1)", "contains(#, #)", "string(#)", "not(#)", "floor(#)", "abs(#)",
    "modulo(#, #)",
    "date(#)", "day of week(#)", "years and months duration(#, #)", "(#).year", "(#).hour", "count(#)",
    "list contains([#], #)", "string join([#, #], #)", "get or else(#, #)", "is blank(#)", "(# in [#..#])",
    "(# in > #)",
    "starts with(#, #)", "date and time(#)", "(# instance of number)", "split(#, s)",
]  # fmt: skip
LEAVES = [*CONTEXT, '"x"', "1", "true", '@"2020-01-31"', 'duration("P1D")', 'duration("P1M")', "today()"]


def forms(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A form with an expression for each of its gaps."""

    def fill(form: str) -> st.SearchStrategy[str]:
        gaps = st.tuples(*[inner] * form.count("#"))
        return gaps.map(lambda parts: "".join(a + b for a, b in zip(form.split("#"), (*parts, ""), strict=True)))

    return st.sampled_from(FORMS).flatmap(fill)


expressions = st.recursive(st.sampled_from(LEAVES), forms, max_leaves=6)


def typed_text(text: str) -> Typed:
    """What is found of an expression over the context."""
    return typed(parse_expression(text, CONTEXT), TYPES)


@settings(max_examples=600)
@example('(s + duration("P1D"))')
@example("(d between i and 1)")
@given(expressions)
def test_what_is_found_is_what_happens(text: str) -> None:
    """A clash means an error when the expression is run; a value that it gives is of one of the types found."""
    result = evaluate(parse_expression(text, CONTEXT), CONTEXT, SETTING)
    found = typed_text(text)
    if found.clashes:
        assert result.problems, (text, found.clashes)
    ((_, kinds),) = found.results
    if result.value is not None and not result.problems:
        assert kinds & {type_of(result.value).name, "Any"}, (text, kinds)


def test_the_tables_are_those_of_the_evaluator() -> None:
    """Operators and properties know the same pairs of types, and give what the table says."""
    names = {kind: type_of_class(kind) for kind in FEEL_CLASSES}
    assert {(sign, names[left], names[right]) for sign, left, right in operators._OPERATIONS} == set(ARITHMETIC)
    for kind, name in names.items():
        if name in PROPERTIES:
            assert set(properties.properties_of(kind)) == set(PROPERTIES[name])


SAMPLES = {
    "number": "2", "string": '"x"', "date": '@"2020-01-31"', "time": '@"10:00:00"',
    "date and time": '@"2020-01-31T10:00:00"', "days and time duration": '@"P2D"',
    "years and months duration": '@"P3M"',
}  # fmt: skip


def type_of_class(kind: type) -> str:
    """The FEEL name of a class of values."""
    return values._TYPES[kind].name


@pytest.mark.parametrize(("operation", "result"), ARITHMETIC.items(), ids=map(" ".join, ARITHMETIC))
def test_each_operation_gives_what_the_table_says(operation: tuple[str, str, str], result: str) -> None:
    """The result of every operator for every pair of types."""
    sign, left, right = operation
    found = evaluate(parse_expression(f"{SAMPLES[left]} {sign} {SAMPLES[right]}", ()), {}, SETTING)
    if (sign, left, right) in {("-", "date", "date and time"), ("-", "date and time", "date")}:
        return  # a local clock and a day in UTC have no difference, others have
    assert not found.problems
    assert type_of(found.value).name == result


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in PROPERTIES.items() for name in names])
def test_each_property_gives_what_the_table_says(kind: str, name: str) -> None:
    """What stands after the dot of every type is of the type that is said, or null."""
    found = evaluate(parse_expression(f"{SAMPLES[kind]}.{name}", ()), {}, SETTING)
    assert not found.problems
    assert found.value is None or type_of(found.value).name == PROPERTIES[kind][name]


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("upper case(d)", "operand", "d"),
        ("if b then upper case(d) else s", "operand", "d"),
        ("b and s", "operand", "s"),
        ("for x in [1, 2] return x + upper case(n)", "operand", "n"),
        ("some x in [1] satisfies s", "operand", "s"),
        ("{a: 1, c: a + s}", "operand", "a + s"),
        ("s in (1, 2)", "operand", "1"),
        ("d in [1..5]", "operand", "[1..5]"),
        ("substring(s)", "arguments", "substring(s)"),
        ("substring(text: s, start position: 1)", "arguments", "substring(text: s, start position: 1)"),
        ('date("2021-02-29")', "constant", 'date("2021-02-29")'),
        ('@"2021-02-29"', "constant", '@"2021-02-29"'),
        ('matches(s, "[")', "constant", 'matches(s, "[")'),
        ("s instance of nothing", "constant", "nothing"),
    ],
)
def test_a_clash_is_told_at_its_part(text: str, kind: str, part: str) -> None:
    """The smallest part that cannot work, and of what kind the fault is."""
    clash = typed_text(text).clashes[0]
    assert (clash.kind, text[clash.start : clash.end]) == (kind, part)


@pytest.mark.parametrize(
    "text",
    [
        "[{a: 1}][a > 0]",
        "[1, 2][item > 1]",
        "(function(x) x + 1)(2)",
        "for x in [s, n] return x + s",
        "if b then null else s",
        "get or else(null, s) + s",
        "count(s) + n",
        "unknown + s",
        "d + duration(s)",
        "null + s",
        's in (null, "x")',
        's in ["a", "b"]',
        "sum([1, 2]) + n",
        'string join(split(s, ","), "-")',
        "[d][1].year",
        'date and time(d, time("10:00:00")) - i',
    ],
)
def test_what_may_work_is_let_through(text: str) -> None:
    """Where a type is not certain nothing is told."""
    assert typed_text(text).clashes == ()


def test_every_branch_is_a_result() -> None:
    """The branches of nested conditions are told apart."""
    found = typed_text("if b then s else if b then n else d")
    assert [sorted(kinds) for _, kinds in found.results] == [["string"], ["number"], ["date"]]
