"""Texts that are no YAML, in our own words."""

import pytest

from engine.diagnostics import codes
from tests.unit.yamltree.reading import errors, read

BROKEN = [
    ("a: 'x\n", codes.UNCLOSED_QUOTE, "'"),
    ('a: "x', codes.UNCLOSED_QUOTE, '"'),
    ("a: 'x\nb: 'y'\n", codes.MULTI_LINE_TEXT, "b: '"),
    ("a: [1, 2\n", codes.UNCLOSED_BRACKET, "["),
    ("a: {b: 1\n", codes.UNCLOSED_BRACKET, "{"),
    ("{", codes.UNCLOSED_BRACKET, "{"),
    ("a: [1}", codes.UNCLOSED_BRACKET, "}"),
    ("a: {b: 1 c: 2}", codes.UNCLOSED_BRACKET, ":"),
    ("a: ]", codes.YAML_SYNTAX, "]"),
    ('a: "\\q"', codes.UNKNOWN_ESCAPE, "\\q"),
    ('a: "\\xZZ"', codes.UNKNOWN_ESCAPE, "\\x"),
    ("a: @x", codes.TEXT_NEEDS_QUOTES, "@"),
    ("a: `x`", codes.TEXT_NEEDS_QUOTES, "`"),
    ("a: %x", codes.TEXT_NEEDS_QUOTES, "%"),
    ("a: b: c\n", codes.TEXT_NEEDS_QUOTES, ":"),
    ("a: 'x' y\n", codes.TEXT_NEEDS_QUOTES, "y"),
    ("a: 'it's'", codes.TEXT_NEEDS_QUOTES, "s"),
    ("a: 1\n b: 2\n", codes.BAD_INDENTATION, "b"),
    ("a\nb: 1", codes.BAD_INDENTATION, "b"),
    ("a:\n  b: 1\n c: 2\n", codes.BAD_INDENTATION, "c"),
    ("a:\n  - b\n  c: d\n", codes.BAD_INDENTATION, "c"),
    ("- a\nb: 1", codes.BAD_INDENTATION, "b"),
    ("a: - b", codes.YAML_SYNTAX, "-"),
    ("a: &", codes.YAML_SYNTAX, "&"),
    ("a: !<x y", codes.YAML_SYNTAX, "x"),
    ("x: |2x\n  a", codes.YAML_SYNTAX, "x"),
    ("k" * 2_000 + ": 1", codes.YAML_SYNTAX, ":"),
]


@pytest.mark.parametrize(("text", "code", "marked"), BROKEN)
def test_a_text_that_is_no_yaml_has_one_fault_in_our_words(text: str, code: str, marked: str) -> None:
    """The fault is told once, at the smallest part that shows it, and none of the library's sentences is passed on."""
    assert errors(text) == [(code, marked)]
    tree = read(text)
    (found,) = tree.diagnostics
    said = " ".join([found.headline, found.primary.text, found.help, *found.notes])
    for foreign in ("while scanning", "did not find", "found unexpected", "not allowed in this context", "could not"):
        assert foreign not in said
    assert not found.headline.endswith(".")


def test_faults_before_a_break_are_told_too() -> None:
    """One run tells of a tag, a double key and the break after them."""
    assert errors("a: !x 1\nb: {c: 1, c: 2}\nd: [1\n") == [
        (codes.YAML_TAG, "!x"),
        (codes.DUPLICATE_KEY, "c"),
        (codes.UNCLOSED_BRACKET, "["),
    ]
