"""Expressions without single quotes are told as such, whatever YAML makes of them, and nothing else is."""

import pytest

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.rules.parse import read_rules
from engine.source import Source
from tests.samples import CODES, mapping


def told(fields: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of a mapping's text and form."""
    return read_rules(Source("m.yaml", mapping(fields)), CODES.get).diagnostics


EXPRESSIONS = [
    "upper case(surname)",
    "substring(surname, 1, 3)",
    "[surname, email][1]",
    "{a: surname}.a",
    "[1..5]",
    "(1..5)",
    '@"2020-01-01"',
    '"a" + surname',
    'if surname = null then "x: y" else surname',
    'for x in [1, 2] return {a: x, b: "}"}',
    "some x in [1] satisfies x = 1",
    "- hours",
    "!x",
    "*surname",
    "&x",
    "? in (1, 2)",
    "5",
    "null",
    "true",
    'split(surname, "#")',
    "%",
    "`x`",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_in_a_line_of_its_own(expression: str) -> None:
    """One fault, marked from the first letter to the last, with the text to write."""
    (fault,) = told(f"surname:\n  provider: LastName\n  from_mis: {expression}  # why")
    assert fault.code == codes.UNQUOTED_EXPRESSION
    span = fault.primary.span
    assert fault.primary.source.text[span.start : span.end] == expression
    assert fault.help == f"write '{expression}'"


@pytest.mark.parametrize("expression", [one for one in EXPRESSIONS if one not in ("*surname", "&x", "!x")])
def test_in_braces(expression: str) -> None:
    """The same between other keys of one line: what follows is not taken in."""
    (fault, *more) = told(f"surname: {{provider: LastName, from_mis: {expression}, only: push}}")
    assert more == []
    assert fault.code == codes.UNQUOTED_EXPRESSION
    assert fault.help == f"write '{expression}'"


def test_a_comment_is_cut_off_but_not_a_text() -> None:
    """` #` in double quotes belongs to the expression, after them it begins a comment."""
    (fault,) = told('surname:\n  mis: surname\n  provider: LastName\n  when: mis.email = "a #b" # why')
    assert fault.help == "write 'mis.email = \"a #b\"'"


@pytest.mark.parametrize(
    ("value", "help_"),
    [
        ('"Yes"', "write '\"Yes\"' for a text, 'Yes' for a name"),
        ('"upper case(surname)"', "write 'upper case(surname)'"),
        (r'"replace(surname, \"\s\", \"\")"', 'write \'replace(surname, "\\s", "")\''),
    ],
)
def test_double_quotes(value: str, help_: str) -> None:
    """YAML takes double quotes away: for a text they must stand inside single ones."""
    (fault,) = told(f"surname: {{provider: LastName, from_mis: {value}}}")
    assert (fault.code, fault.help) == (codes.UNQUOTED_EXPRESSION, help_)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("surname: {provider: LastName, from_mis: {code: race}}", codes.MISSING_KEY),
        ("surname: {provider: LastName, from_mis: {codes: {a: b}}}", codes.WRONG_TYPE),
        ("surname: {provider: LastName, from_mis: {constant: [1]}}", codes.WRONG_TYPE),
        ("surname: {provider: LastName, from_mis: 'x', only: [}", codes.YAML_SYNTAX),
        ("surname: {provider: {a: x}, from_mis: 'x'}", codes.WRONG_TYPE),
        ("surname: {provider: LastName, from_mis: 'x', when: 'y', onyl: push}", codes.UNKNOWN_KEY),
        ("surname:\n  provider: LastName\n  when:\n", codes.WRONG_TYPE),
        ("surname:\n  provider: LastName\n  when: >\n    x\n", codes.FOLDED_TEXT),
        ("surname:\n  provider: LastName\n  when: upper case(\n    x)\n", codes.MULTI_LINE_TEXT),
    ],
)
def test_other_faults_stay_what_they_are(fields: str, code: str) -> None:
    """A fault beside an expression, or of a value that is none, is not taken for a missing quote."""
    assert [one.code for one in told(fields)] == [code]


def test_a_single_quote_inside_single_quotes() -> None:
    """The text ends at it; the help says how it is written."""
    (fault,) = told('surname: {provider: LastName, from_mis: \'replace(surname, "\'", "")\'}')
    assert "written twice" in fault.help
