"""Reading expressions: names, brackets, limits, and what is said of a text that is none."""

import subprocess
import sys
import time
from decimal import Decimal

import pytest

from engine.feel import nodes as n
from engine.feel.faults import FeelSyntaxError
from engine.feel.names import names_read, unknown
from engine.feel.parse import parse_expression, parse_unary_tests


def test_the_longest_name_in_scope_wins() -> None:
    """With `a-b` in scope `a - b` is the name; without it, a difference."""
    assert parse_expression("a - b", ["a", "b", "a-b"]) == n.Name("a-b")
    assert parse_expression("a - b", ["a", "b"]) == n.Arithmetic("-", n.Name("a"), n.Name("b"))
    assert parse_expression("(a)-(b)", ["a", "b", "a-b"]) == n.Arithmetic("-", n.Name("a"), n.Name("b"))


def test_spaces_in_names_are_folded() -> None:
    """However many blanks stand in a name, it is the same name."""
    assert parse_expression("Monthly \n  Salary", ["Monthly Salary"]) == n.Name("Monthly Salary")


def test_backticks_quote_a_name() -> None:
    """The one extension: a name between backticks is taken as it stands."""
    assert parse_expression("`a-b` - `if`", []) == n.Arithmetic("-", n.Name("a-b"), n.Name("if"))


def test_a_text_introduces_names_itself() -> None:
    """Loop variables, parameters and keys of several words are known from there on."""
    loop = parse_expression("for my item in [1] return my item + 1", [])
    assert isinstance(loop, n.For)
    assert loop.body == n.Arithmetic("+", n.Name("my item"), n.Number(Decimal(1)))
    context = parse_expression("{first name: 1, b: first name}", [])
    assert isinstance(context, n.ContextOf)
    assert context.entries[1].value == n.Name("first name")


def test_minus_binds_before_power() -> None:
    """FEEL's own precedence: -2 ** 2 is (-2) ** 2, and powers associate to the left."""
    assert parse_expression("-2 ** 2", []) == n.Arithmetic("**", n.Negate(n.Number(Decimal(2))), n.Number(Decimal(2)))
    left = n.Arithmetic("**", n.Number(Decimal(3)), n.Number(Decimal(4)))
    assert parse_expression("3 ** 4 ** 5", []) == n.Arithmetic("**", left, n.Number(Decimal(5)))


def test_the_and_of_between_is_not_a_conjunction() -> None:
    """`x between 1 and 2 and y` is (x between 1 and 2) and y."""
    node = parse_expression("x between 1 and 2 and y", ["x", "y"])
    assert isinstance(node, n.Logic)
    assert isinstance(node.left, n.Between)


@pytest.mark.parametrize(
    ("text", "low_closed", "high_closed"),
    [("]a..b[", False, False), ("[a..b[", True, False), ("(a..b]", False, True), ("[a..b[1]]", True, True)],
)
def test_reversed_brackets_are_open_ends(text: str, *, low_closed: bool, high_closed: bool) -> None:
    """`]1..2[` is `(1..2)`, and a bracket after the upper end is a filter where an operand follows it."""
    node = parse_expression(text, ["a", "b"])
    assert isinstance(node, n.Range)
    assert (node.low_closed, node.high_closed) == (low_closed, high_closed)


def test_a_reversed_range_can_be_the_first_item() -> None:
    """`[ ]1..5[, 3 ]` is a list of a range and a number, `[][1]` a filter of an empty list."""
    node = parse_expression("[ ]1..5[, 3 ]", [])
    assert isinstance(node, n.ListOf)
    assert [type(item) for item in node.items] == [n.Range, n.Number]
    assert isinstance(parse_expression("[][1]", []), n.Filter)


def test_escapes_of_texts() -> None:
    """Unicode escapes join surrogates; a backslash that is no escape stays, for patterns."""
    assert parse_expression(r'"\ud83d\udca9\U01F40E\u0009\\ \" \s\d"', []) == n.Text(
        '\U0001f4a9\U0001f40e\t\\ " \\s\\d'
    )


def test_offsets_are_code_points() -> None:
    """Places count characters, not bytes."""
    node = parse_expression('"🐎" + x', ["x"])
    assert isinstance(node, n.Arithmetic)
    assert (node.right.start, node.right.end) == (6, 7)


@pytest.mark.parametrize(
    ("text", "message", "start", "end"),
    [
        ("", "there is no expression", 0, 0),
        ("1 +", "the expression ends too early: a value is missing", 2, 3),
        ("if a then 1", "the expression ends too early: `else` is missing", 10, 11),
        ("foo bar", "`foo bar` is neither a name nor an expression", 0, 7),
        ("a)", "`)` closes nothing", 1, 2),
        ("(a", "the expression ends too early: `)` is missing", 1, 2),
        ('"abc', "the text does not end: a closing quote is missing", 0, 4),
        ("a ~ b", "`~` means nothing here", 2, 3),
        ("x = (1, 2)", "several tests in brackets stand only after `in` or in a table's cell", 4, 10),
        ("a + * b", "`*` was not expected: a value is missing before it", 4, 5),
        ("1e9999", "the number is too large", 0, 6),
    ],
)
def test_faults_are_told_in_our_words(text: str, message: str, start: int, end: int) -> None:
    """Each fault has our sentence and the place that shows it."""
    with pytest.raises(FeelSyntaxError) as caught:
        parse_expression(text, ["a", "b", "x"])
    assert (caught.value.message, caught.value.start, caught.value.end) == (message, start, end)


@pytest.mark.covers("Y11")
@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 10_000 + "1" + ")" * 10_000,
        "(" * 999 + "1" + ")" * 999,
        "[" * 900,
        "-" * 1_500 + "1",
        "1+" * 900 + "1",
        "not(" * 400,
        "[1," * 30 + "1" + "]" * 30 + "+[1" + ",1" * 500 + "]",
        "if " * 600,
        "x" * 2_001,
        "a." * 900 + "a",
        "`" * 1_999,
    ],
)
def test_over_a_limit_is_refused_at_once(text: str) -> None:
    """Too long, too deep or too large is a FeelSyntaxError within a fraction of a second, never a RecursionError."""
    parse_expression("1", [])
    before = time.perf_counter()
    with pytest.raises(FeelSyntaxError):
        parse_expression(text, ["a"])
    assert time.perf_counter() - before < 0.5


def test_limits_leave_room() -> None:
    """Forty-five nested brackets and some hundred parts are read."""
    assert parse_expression("(" * 45 + "1" + ")" * 45, []) == n.Number(Decimal(1))
    assert isinstance(parse_expression("[1" + ",1" * 490 + "]", []), n.ListOf)


def test_names_read_are_the_free_ones() -> None:
    """Bound names, functions and what stands in filters are no reads; dotted names are whole."""
    node = parse_expression(
        'if mis.uln = null then for x in mis.units[type = "P"] return f(x.a, count(b)) else {k: c, j: k}.k',
        ["mis", "b", "c", "f"],
    )
    assert names_read(node) == (("mis", "uln"), ("mis", "units"), ("b",), ("c",))
    assert [(read.path, read.called) for read in unknown(node, ["mis", "b", "c"])] == [(("f",), True)]
    assert names_read(parse_expression("a[b > c.d]", ["a", "c"]), ["c"]) == (("a",), ("c", "d"))


def test_unknown_names_have_places() -> None:
    """A misspelt name is found with its place, wherever it stands."""
    node = parse_expression("upper case(surnam) + mis.x", ["surname", "mis"])
    assert [(read.path, read.start, read.end) for read in unknown(node, ["surname", "mis"])] == [(("surnam",), 11, 17)]


def test_cells_of_tables() -> None:
    """`-` is any value, `not(...)` negates, a list of tests is read as such."""
    assert parse_unary_tests("-", []) == n.UnaryTests(())
    assert parse_unary_tests("not(< 5)", []) == n.UnaryTests((n.Test("<", n.Number(Decimal(5))),), negated=True)
    node = parse_unary_tests('"a", [1..2], > 3', [])
    assert isinstance(node, n.UnaryTests)
    assert [type(test) for test in node.tests] == [n.Text, n.Range, n.Test]


def test_reading_needs_no_polars() -> None:
    """Importing the reader and the scalar evaluator loads no Polars."""
    words = "import sys, engine.feel.parse, engine.feel.scalar; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False, timeout=60).returncode == 0
