"""What is printed reads as the same expression."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import nodes as n
from engine.feel.faults import FeelSyntaxError
from engine.feel.lexer import MAX_LENGTH
from engine.feel.parse import parse_expression, parse_unary_tests
from engine.feel.printing import print_node

NAMES = ("a", "b c", "Monthly Salary", "x-y", "mis")
FORMS = (
    "1", "-2.5", '"te\\"xt"', '@"2020-01-01"', "true", "null", "a", "b c", "`x-y`", "mis.uln", "mis.`first name`",
    "{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} ** {}", "-{}", "{} = {}", "{} < {}", "{} and {}", "{} or {}",
    "{} between {} and {}", "{} in {}", "{} in ({}, < {})", "{} in [{}..{})", "{} in >= {}", "if {} then {} else {}",
    "for i in {} return {}", "for i in {}..{}, j in {} return {}", "some v in {} satisfies {}", "[{}, {}]", "[]",
    '{{k: {}, "a b": {}}}', "{}[{}]", "{}.name", "f({}, {})", "substring(string: {}, start position: {})",
    "function(p: number, q) {}", "{} instance of list<context<k: string>>", "({}..{}]", "]{}..{}[", "(< {})",
    "{} instance of function<number>->Any", "date and time({})",
)  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """An expression of any form, each part in brackets."""

    def written(depth: int) -> str:
        form: str = draw(st.sampled_from(FORMS[:11] if depth == 0 else FORMS))
        parts = form.count("{}")
        return form.format(*(f"({written(depth - 1)})" for _ in range(parts)))

    return written(draw(st.integers(0, 3)))


@settings(max_examples=200, deadline=None)
@given(expressions())
def test_print_of_parse_reads_the_same(text: str) -> None:
    """parse(print(parse(x))) is parse(x), and printing is settled after one turn."""
    if len(text) > MAX_LENGTH:
        return
    node = parse_expression(text, NAMES)
    printed = print_node(node)
    assert parse_expression(printed, NAMES) == node
    assert print_node(parse_expression(printed, NAMES)) == printed


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("a1.\"'@()[]{}<>=!+-*/, \n\\|?ifno") | st.characters(), max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is an expression or a FeelSyntaxError whose place lies in the text."""
    for read in (parse_expression, parse_unary_tests):
        spans, message = outcome(read, text)
        assert all(0 <= start <= end <= max(len(text), 1) for start, end in spans)
        assert spans
        assert message


def outcome(read: Callable[[str, tuple[str, ...]], n.Node], text: str) -> tuple[list[tuple[int, int]], str]:
    """The places of all parts, or that of the fault with what it says."""
    try:
        node = read(text, NAMES)
    except FeelSyntaxError as fault:
        return [(fault.start, fault.end)], fault.message
    return [(each.start, each.end) for each, _depth in n.walk(node)], "read"


@pytest.mark.parametrize("cell", ["-", "1, 2", "< 5", "[1..3], > 7", "not(1, 2)", '"a"', "? > 5 and ? < 8", "not(< 5)"])
def test_cells_print_as_they_read(cell: str) -> None:
    """A table's cells keep the law too."""
    node = parse_unary_tests(cell, NAMES)
    assert parse_unary_tests(print_node(node), NAMES) == node
