"""Which rules of a decision table are told to overlap, which gaps between them, and where nothing is said."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.feel.parse import parse_unary_tests
from engine.feel.regions import divided
from engine.feel.scalar import evaluate
from tests.samples import STAFF, check_text, mapping

FIELD = "size: {provider: Room, from_mis: {table: size}}"


def told(inputs: str, rules: Sequence[Sequence[str]], more: str = "hit: unique") -> list[Diagnostic]:
    """What is said of the rules of a table, of columns of every type."""
    rows = "".join(f"      - [{', '.join(map(quoted, rule))}]\n" for rule in rules)
    quoted_inputs = ", ".join(map(quoted, inputs.split(" | ")))
    table = f"tables:\n  size:\n    inputs: [{quoted_inputs}]\n    {more}\n    rules:\n{rows}"
    found = check_text(mapping(FIELD, table, STAFF))[1]
    return [one for one in found if one.code in {codes.OVERLAPPING_RULES, codes.GAP_BETWEEN_RULES}]


def quoted(text: str) -> str:
    """As it stands in YAML."""
    return "'" + text.replace("'", "''") + "'"


def rules(*tests: str) -> list[list[str]]:
    """A rule for each, with one input or several, and outputs of their own."""
    return [[*test.split(" | "), f'"{at}"'] for at, test in enumerate(tests)]


@pytest.mark.parametrize(
    ("inputs", "tests", "where"),
    [
        ("hours", ["< 50", "[40..60]"], "`hours` is 40"),
        ("hours", ["<= 50", ">= 50"], "`hours` is 50"),
        ("hours", ["< 0.5", "> 0.3"], "`hours` is 0.4"),
        ("hours", ["-", "1"], "`hours` is 1"),
        ("hours", ["1, 2, 3", "[5, 3]"], "`hours` is 3"),
        ("hours", ["(1..3)", "[2..5]"], "`hours` is 2"),
        ("room", ['"A", "B"', '"B"'], '`room` is "B"'),
        ("room", ['not("A")', 'not("B")'], "`room` is something else"),
        ("room", ['not("A")', "null"], "`room` is blank"),
        ("room", ["-", "-"], "whatever is given"),
        ("active", ["true", "not(false)"], "`active` is true"),
        ("seen", ['< @"2024-01-01T00:00:00Z"', '<= @"2023-12-31T23:59:59Z"'], "`seen` is 2023-12-31T23:59:59Z"),
        ("date(seen)", ['>= date("2024-01-01")', '= @"2024-02-29"'], "`date(seen)` is 2024-02-29"),
        ("room | hours", ['"A" | -', "- | < 5"], '`room` is "A" and `hours` is 4'),
        ("room | hours", ['"A" | -', '"A" | < 5'], '`room` is "A" and `hours` is 4'),
        ("room | hours", ["- | > 5", '"A" | <= 5', "- | 6"], "`hours` is 6"),
        ("hours", ["? > 3", "4", "4"], "`hours` is 4"),
    ],
)
def test_rules_that_overlap(inputs: str, tests: list[str], where: str) -> None:
    """Under `unique` it is an error, told at the lower rule with values that fit both."""
    (one,) = told(inputs, rules(*tests))
    assert (one.code, one.severity) == (codes.OVERLAPPING_RULES, "error")
    assert one.primary.text.endswith(where)
    for more in ("hit: first", "hit: priority"):
        assert [each for each in told(inputs, rules(*tests), more) if each.severity == "error"] == []


@pytest.mark.parametrize(
    ("inputs", "tests"),
    [
        ("hours", ["< 50", ">= 50"]),
        ("hours", ["<= 49", ">= 50"]),
        ("hours", ["< 50", "> 49"]),  # nobody wrote a fraction
        ("hours", ["null", "not(null)"]),
        ("room", ['"A"', 'not("A", null)', "null"]),
        ("room", ['< "M"', '< "N"']),  # texts in an order are not told apart
        ("room", ['starts with(?, "A")', '"Anna"']),
        ("room", ["hours", '"A"']),
        ("hours", ["1", '"a"']),
        ("hours", ['"a"', '"a"']),
        ("hours", ["today()", "today()"]),
        ("hours | hours > 5", ["< 5 | -", "- | true"]),
        ("active | hours", ["true | < 5", "false | < 5", "- | >= 5"]),
        ("is blank(room)", ["not(true)", "not(false)"]),  # which is never blank itself
        ("code", ['not("A")', "null"]),  # the key
    ],
)
def test_rules_of_which_no_overlap_is_certain(inputs: str, tests: list[str]) -> None:
    """Rules that exclude each other, and those of which nobody can say."""
    assert told(inputs, rules(*tests)) == []


@pytest.mark.parametrize(("first", "second", "differ"), [('"a"', '"b"', 1), ('"a"', '"a"', 0), ('"a"', "room", 0)])
def test_under_any_the_outputs_must_differ(first: str, second: str, differ: int) -> None:
    """And that is known of constants alone."""
    found = told("hours", [["< 5", first], ["< 6", second]], "hit: any")
    assert [one.code for one in found] == [codes.OVERLAPPING_RULES] * differ


@pytest.mark.parametrize(
    ("inputs", "tests", "where"),
    [
        ("hours", ["< 50", "> 50"], ["`hours` is 50"]),
        ("hours", ["<= 49", "[51..60]", "> 90"], ["`hours` is 50", "`hours` is 61"]),
        ("hours", ["<= 49.5", ">= 50"], ["`hours` is 49.6"]),
        ("hours", ["not(5)"], ["`hours` is 5"]),
        ("date(seen)", ['< date("2024-01-01")', '> date("2024-01-02")'], ["`date(seen)` is 2024-01-01"]),
        ("room | hours", ['"A" | < 9', '"A" | > 9', '"B" | -'], ['`hours` is 9 and `room` is "A"']),
    ],
)
def test_gaps_between_ranges(inputs: str, tests: list[str], where: list[str]) -> None:
    """A warning for the table, unless it has a default."""
    (one,) = told(inputs, rules(*tests))
    assert (one.code, one.severity) == (codes.GAP_BETWEEN_RULES, "warning")
    assert [text.removeprefix("none fits where ") for text in (one.primary.text, *one.notes)] == where
    assert told(inputs, rules(*tests), "default: 'null'") == []


@pytest.mark.parametrize(
    ("inputs", "tests"),
    [
        ("hours", ["> 0"]),
        ("hours", ["[1..5]", "[6..9]"]),
        ("hours", ["1", "2", "4"]),  # codes that are numbers: another one is held
        ("hours", ["[1..9]", "12"]),
        ("hours", ["< 5", "? > 5"]),
        ("room", ['"A"', '"B"']),
        ("active", ["true"]),
        ("room | hours", ['"A" | < 9', '"A" | > 11', '"B" | -']),  # there may be no such thing
    ],
)
def test_what_no_rule_has_to_fit(inputs: str, tests: list[str]) -> None:
    """A table need not know every value: the field is held."""
    assert told(inputs, rules(*tests)) == []


ENDS = st.integers(0, 8)
CELLS = st.one_of(
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), ENDS),
    st.builds("{}{}..{}{}".format, st.sampled_from("[("), ENDS, ENDS, st.sampled_from("])")),
    st.builds("{}, {}".format, ENDS, ENDS),
    st.builds("not({}, > {})".format, ENDS, ENDS),
    st.sampled_from(["-", "null", "not(null)", "[null, 3]"]),
)


@given(st.lists(CELLS, min_size=2, max_size=4))
def test_regions_are_what_cells_tell_apart(texts: list[str]) -> None:
    """Two cells share a region just where they share a whole number or blank."""
    cells = [parse_unary_tests(text, ["?"]) for text in texts]
    values = [None, *map(Decimal, range(-2, 11))]
    fitting = [{value for value in values if evaluate(cell, {"?": value}).value is True} for cell in cells]
    found = divided(cells, nullable=True)
    assert found is not None
    passed = [found.passed(cell) for cell in cells]
    if any(text[-1].isdigit() or text[-1] in "])" for text in texts):
        shared = [[bool(one & other) for other in passed] for one in passed]
        assert shared == [[bool(one & other) for other in fitting] for one in fitting]


def test_large_tables_are_left_alone() -> None:
    """A table with too many cells and regions is not looked at; one with many is, and quickly."""
    many = [[f'"{at}"', '"x"'] for at in range(250)]
    assert len(told("room", [*many, ['"7"', '"y"']])) == 1
    more = [[f'"{at}"', '"x"'] for at in range(600)]
    assert told("room", [*more, ['"7"', '"y"']]) == []
