"""The whole of FEEL 1.5 to nodes.

What is too long, too deep or too large is a FeelSyntaxError before anything recurses.
"""

from collections.abc import Collection
from typing import cast

from engine.feel import nodes as n
from engine.feel.building import BUILDERS, Group, single
from engine.feel.faults import FeelSyntaxError
from engine.feel.lalr import UnexpectedError, parsed
from engine.feel.lexer import MAX_DEPTH, Lexeme, lexemes_of

MAX_NODES = 500
_STARTS_OPERAND = frozenset(("NUMBER", "STRING", "NAME"))
_CLOSING = {"RPAR": ")", "RSQB": "]", "RBRACE": "}", "THEN": "then", "ELSE": "else", "RETURN": "return"}
_ALONE = {"SATISFIES": "satisfies", "IN": "in", "OF": "of", "COLON": ":", "LPAR": "(", "AND": "and"}
_TESTS_ELSEWHERE = "several tests in brackets stand only after `in` or in a table's cell"


def parse_expression(text: str, names: Collection[str], members: Collection[str] = ()) -> n.Node:
    """Read an expression.

    `names` are in scope (a name of several words is known only by them); `members` are further names that may stand
    after a dot or in a filter. Unknown names are read as single words: `engine.feel.names` finds them.
    Raises FeelSyntaxError.
    """
    return _read(text, "expression_start", lexemes_of(text, names, members))


def parse_unary_tests(text: str, names: Collection[str], members: Collection[str] = ()) -> n.Node:
    """Read a cell of a decision table: tests, `not(tests)` or `-`. Raises FeelSyntaxError."""
    return _read(text, "unary_start", lexemes_of(text, names, members))


def _read(text: str, start: str, lexemes: list[Lexeme]) -> n.Node:
    try:
        node = cast("n.Node", parsed(lexemes, start, BUILDERS))
    except UnexpectedError as error:
        raise _explain(text, lexemes, error) from None
    return _within_limits(single(node), text)


def _within_limits(node: n.Node, text: str) -> n.Node:
    for count, (each, depth) in enumerate(n.walk(node), start=1):
        if depth > MAX_DEPTH:
            raise FeelSyntaxError(f"the expression is nested more than {MAX_DEPTH} deep", each.start, each.end)
        if count > MAX_NODES:
            raise FeelSyntaxError(f"the expression has more than {MAX_NODES} parts", 0, len(text))
        if isinstance(each, Group):
            raise FeelSyntaxError(_TESTS_ELSEWHERE, each.start, each.end)
    return node


# --- what is wrong ---------------------------------------------------------------------------------------------------


def _explain(text: str, lexemes: list[Lexeme], error: UnexpectedError) -> FeelSyntaxError:
    at = error.lexeme
    if at is None:
        end = len(text.rstrip())
        what = f"the expression ends too early{_wanted(error.expected).replace(' before it', '')}"
        what = what if lexemes else "there is no expression"
        return FeelSyntaxError(what, max(0, end - 1), end)
    index = lexemes.index(at)
    before = lexemes[index - 1] if index else None
    if before and {before.kind, at.kind} <= _STARTS_OPERAND and "NAME" in {before.kind, at.kind}:
        both = text[before.start : at.end]
        return FeelSyntaxError(f"`{_short(both)}` is neither a name nor an expression", before.start, at.end)
    what = f"`{_short(text[at.start : at.end])}` was not expected{_wanted(error.expected)}"
    return FeelSyntaxError(what, at.start, at.end)


def _wanted(expected: frozenset[str]) -> str:
    if expected >= _STARTS_OPERAND:
        return ": a value is missing before it"
    words = [word for kind, word in _CLOSING.items() if kind in expected]
    if "SATISFIES" in expected:
        words = ["satisfies"]
    if not words and len(expected) == 1:
        words = [word for kind, word in _ALONE.items() if kind in expected]
    return f": `{words[0]}` is missing" if words else ": a sign or word that joins it is missing"


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"  # noqa: PLR2004  what fits on a line of a message
