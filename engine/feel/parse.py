"""The whole of FEEL 1.5 to nodes.

The parser is built once, on first use. What is too long, too deep or too large is a FeelSyntaxError before anything
recurses.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path as File
from typing import Any, Literal, cast

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.lexer import Lexer as LarkLexer

from engine.feel import nodes as n
from engine.feel.faults import FeelSyntaxError
from engine.feel.lexer import MAX_DEPTH, Lexeme, lexemes_of
from engine.feel.types import LENIENT_NUMBERS

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
    tokens = [Token(each.kind, each.value, each.start, end_pos=each.end) for each in lexemes]
    try:
        node = cast("n.Node", _parser().parse(tokens, start=start))
    except UnexpectedInput as error:
        raise _explain(text, lexemes, error) from None
    return _within_limits(_single(node), text)


def _within_limits(node: n.Node, text: str) -> n.Node:
    for count, (each, depth) in enumerate(n.walk(node), start=1):
        if depth > MAX_DEPTH:
            raise FeelSyntaxError(f"the expression is nested more than {MAX_DEPTH} deep", each.start, each.end)
        if count > MAX_NODES:
            raise FeelSyntaxError(f"the expression has more than {MAX_NODES} parts", 0, len(text))
        if isinstance(each, _Group):
            raise FeelSyntaxError(_TESTS_ELSEWHERE, each.start, each.end)
    return node


# --- what is wrong ---------------------------------------------------------------------------------------------------


def _explain(text: str, lexemes: list[Lexeme], error: UnexpectedInput) -> FeelSyntaxError:
    token = getattr(error, "token", None)
    expected = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    if token is None or token.type == "$END":
        end = len(text.rstrip())
        what = f"the expression ends too early{_wanted(expected).replace(' before it', '')}"
        what = what if lexemes else "there is no expression"
        return FeelSyntaxError(what, max(0, end - 1), end)
    at, before = _around(lexemes, token.start_pos)
    if before and {before.kind, token.type} <= _STARTS_OPERAND | {"NAME"} and "NAME" in {before.kind, token.type}:
        both = text[before.start : at.end]
        return FeelSyntaxError(f"`{_short(both)}` is neither a name nor an expression", before.start, at.end)
    return FeelSyntaxError(f"`{_short(text[at.start : at.end])}` was not expected{_wanted(expected)}", at.start, at.end)


def _around(lexemes: list[Lexeme], start: int) -> tuple[Lexeme, Lexeme | None]:
    index = next(index for index, each in enumerate(lexemes) if each.start == start)
    return lexemes[index], lexemes[index - 1] if index else None


def _wanted(expected: set[str]) -> str:
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


# --- lark ------------------------------------------------------------------------------------------------------------


class _Tokens(LarkLexer):
    """Hands our own lexemes to lark's parser."""

    def __init__(self, _conf: object) -> None:
        """Take lark's settings, of which none apply."""

    def lex(self, tokens: Any, _state: object = None) -> Iterator[Token]:  # noqa: ANN401  lark's own interface
        yield from tokens


@cache
def _parser() -> Lark:
    grammar = (File(__file__).with_name("grammar.lark")).read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer=_Tokens,
        start=["expression_start", "unary_start"],
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=_Build(),
    )


class _Group(n.UnaryTests):
    """Items between brackets of which it is not known yet whether they are tests or one expression."""

    __slots__ = ()


class _Several(n.UnaryTests):
    """A comma-separated list on its way into a larger node."""

    __slots__ = ()


def _single(node: n.Node) -> n.Node:
    """An operand: brackets around one thing are dropped."""
    while isinstance(node, _Group) and len(node.tests) == 1:
        node = node.tests[0]
    return node


def _nodes(parts: tuple[Any, ...]) -> tuple[n.Node, ...]:
    return tuple(_single(part) for part in parts if isinstance(part, n.Node))


def _items(parts: tuple[Any, ...]) -> tuple[n.Node, ...]:
    """The nodes of the comma-separated list among the parts."""
    return next((part.tests for part in parts if isinstance(part, _Several)), ())


def _span(parts: tuple[Any, ...]) -> dict[str, Any]:
    first, last = parts[0], parts[-1]
    return {
        "start": first.start_pos if isinstance(first, Token) else first.start,
        "end": last.end_pos if isinstance(last, Token) else last.end,
    }


def _of(make: Callable[..., n.Node], *parts: Any) -> n.Node:  # noqa: ANN401  tokens and nodes as lark hands them over
    """A node of the nodes among the parts, in their order."""
    return make(*_nodes(parts), **_span(parts))


def _literal(make: Callable[..., n.Node], value: Callable[[str], object]) -> Callable[[object, Token], n.Node]:
    def build(_self: object, token: Token) -> n.Node:
        return make(value(str(token)), **_span((token,)))

    return build


@v_args(inline=True)
class _Build(Transformer[Token, n.Node]):
    """Grammar rules to nodes, from the leaves up."""

    text = _literal(n.Text, str)
    at = _literal(n.At, str)
    name = _literal(n.Name, str)
    type_name = _literal(n.TypeName, str)

    def number(self, token: Token) -> n.Node:
        value = LENIENT_NUMBERS.create_decimal(str(token))
        if not value.is_finite():
            raise FeelSyntaxError("the number is too large", token.start_pos or 0, token.end_pos or 0)
        return n.Number(value, **_span((token,)))

    def expression_start(self, node: n.Node) -> n.Node:
        return node

    unary_start = expression_start

    def null(self, token: Token) -> n.Node:
        return n.Null(**_span((token,)))

    def true(self, token: Token) -> n.Node:
        return n.Boolean(value=True, **_span((token,)))

    def false(self, token: Token) -> n.Node:
        return n.Boolean(value=False, **_span((token,)))

    def any_value(self, token: Token) -> n.Node:
        return n.UnaryTests((), **_span((token,)))

    def tests(self, items: _Several) -> n.Node:
        span = _span((items,))
        first = items.tests[0]
        if len(items.tests) == 1 and isinstance(first, n.Call) and first.function == n.Name("not") and not first.names:
            return n.UnaryTests(first.arguments, negated=True, **span)
        return n.UnaryTests(_flat(items.tests), **span)

    def items(self, *parts: Any) -> n.Node:  # noqa: ANN401
        return _Several(tuple(part for part in parts if isinstance(part, n.Node)), **_span(parts))

    def parenthesis(self, *parts: Any) -> n.Node:  # noqa: ANN401
        return _Group(_items(parts), **_span(parts))

    def test(self, sign: Token, operand: n.Node) -> n.Node:
        return n.Test(cast("n.ComparisonSign", str(sign)), _single(operand), **_span((sign, operand)))

    def if_(self, *parts: Any) -> n.Node:  # noqa: ANN401
        return _of(n.If, *parts)

    def iteration(self, name: Token, *parts: Any) -> n.Node:  # noqa: ANN401
        return n.Iteration(str(name), *_nodes(parts), **_span((name, *parts)))

    iterations = items

    def for_(self, word: Token, loops: _Several, _return: Token, body: n.Node) -> n.Node:
        return n.For(cast("tuple[n.Iteration, ...]", loops.tests), _single(body), **_span((word, body)))

    def quantified(self, word: Token, loops: _Several, _satisfies: Token, condition: n.Node) -> n.Node:
        iterations = cast("tuple[n.Iteration, ...]", loops.tests)
        kind: Literal["some", "every"] = "some" if word.type == "SOME" else "every"
        return n.Quantified(kind, iterations, _single(condition), **_span((word, condition)))

    parameters = items

    def parameter(self, name: Token, *parts: Any) -> n.Node:  # noqa: ANN401
        kind = parts[-1] if parts else None
        return n.Parameter(str(name), kind, **_span((name, *parts)))

    def function_of(self, *parts: Any) -> n.Node:  # noqa: ANN401
        parameters = cast("tuple[n.Parameter, ...]", _items(parts))
        return n.FunctionOf(parameters, _single(parts[-1]), **_span(parts))

    def external(self, *parts: Any) -> n.Node:  # noqa: ANN401
        parameters = cast("tuple[n.Parameter, ...]", _items(parts))
        return n.FunctionOf(parameters, _single(parts[-1]), external=True, **_span(parts))

    def logic(self, left: n.Node, word: Token, right: n.Node) -> n.Node:
        kind: Literal["and", "or"] = "and" if word.type == "AND" else "or"
        return n.Logic(kind, _single(left), _single(right), **_span((left, right)))

    def compare(self, left: n.Node, sign: Token, right: n.Node) -> n.Node:
        kind = cast("n.ComparisonSign", str(sign))
        return n.Comparison(kind, _single(left), _single(right), **_span((left, right)))

    def between(self, *parts: Any) -> n.Node:  # noqa: ANN401
        return _of(n.Between, *parts)

    def in_(self, value: n.Node, _in: Token, tests: n.Node) -> n.Node:
        several = _flat(tests.tests) if isinstance(tests, _Group) else (tests,)
        return n.In(_single(value), several, **_span((value, tests)))

    def arithmetic(self, left: n.Node, sign: Token, right: n.Node) -> n.Node:
        kind = cast("n.ArithmeticSign", str(sign))
        return n.Arithmetic(kind, _single(left), _single(right), **_span((left, right)))

    def negate(self, *parts: Any) -> n.Node:  # noqa: ANN401
        return _of(n.Negate, *parts)

    def instance_of(self, value: n.Node, _instance: Token, _of: Token, kind: n.TypeName) -> n.Node:
        return n.InstanceOf(_single(value), kind, **_span((value, kind)))

    def path(self, source: n.Node, _dot: Token, name: Token) -> n.Node:
        return n.Path(_single(source), str(name), **_span((source, name)))

    def filter(self, source: n.Node, _open: Token, condition: n.Node, close: Token) -> n.Node:
        return n.Filter(_single(source), _single(condition), **_span((source, close)))

    def call(self, function: n.Node, *parts: Any) -> n.Node:  # noqa: ANN401
        return n.Call(_single(function), _flat(_items(parts)), **_span((function, *parts)))

    def named(self, key: Token, _colon: Token, value: n.Node) -> n.Node:
        return n.Entry(str(key), _single(value), **_span((key, value)))

    entry = named

    def call_named(self, function: n.Node, *parts: Any) -> n.Node:  # noqa: ANN401
        entries = [part for part in parts if isinstance(part, n.Entry)]
        values, names = tuple(each.value for each in entries), tuple(each.key for each in entries)
        return n.Call(_single(function), values, names, **_span((function, *parts)))

    def list_of(self, *parts: Any) -> n.Node:  # noqa: ANN401
        return n.ListOf(_flat(_items(parts)), **_span(parts))

    def context_of(self, *parts: Any) -> n.Node:  # noqa: ANN401
        return n.ContextOf(tuple(part for part in parts if isinstance(part, n.Entry)), **_span(parts))

    def range(self, opening: Token, low: n.Node, _dots: Token, high: n.Node, closing: Token) -> n.Node:
        closed = (opening.type == "LSQB", closing.type == "RSQB")
        return n.Range(_single(low), _single(high), *closed, **_span((opening, closing)))

    def type_parts(self, *parts: Any) -> n.Node:  # noqa: ANN401
        below = tuple(part for part in parts if isinstance(part, n.TypeName))
        return n.TypeName(str(parts[0]), below, **_span(parts))

    def type_key(self, key: Token, _colon: Token, kind: n.TypeName) -> n.Node:
        return n.Parameter(str(key), kind, **_span((key, kind)))

    def type_keys(self, *parts: Any) -> n.Node:  # noqa: ANN401
        keys = tuple(part for part in parts if isinstance(part, n.Parameter))
        below = tuple(each.type for each in keys if each.type)
        return n.TypeName(str(parts[0]), below, tuple(each.name for each in keys), **_span(parts))


def _flat(tests: tuple[n.Node, ...]) -> tuple[n.Node, ...]:
    return tuple(_single(each) for each in tests)
