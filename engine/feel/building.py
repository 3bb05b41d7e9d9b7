"""What becomes of each rule of the grammar: lexemes and nodes to a node, from the leaves up."""

from collections.abc import Callable
from typing import Any, Literal, cast

from engine.feel import nodes as n
from engine.feel.faults import FeelSyntaxError
from engine.feel.lexer import Lexeme
from engine.feel.types import LENIENT_NUMBERS

Part = n.Node | Lexeme
Builder = Callable[..., n.Node]
BUILDERS: dict[str, Builder] = {}
"""The builders by the names that the grammar gives them."""


class Group(n.UnaryTests):
    """Items between brackets of which it is not known yet whether they are tests or one expression."""

    __slots__ = ()


class _Several(n.UnaryTests):
    """A comma-separated list on its way into a larger node."""

    __slots__ = ()


def single(node: n.Node) -> n.Node:
    """An operand: brackets around one thing are dropped."""
    while isinstance(node, Group) and len(node.tests) == 1:
        node = node.tests[0]
    return node


def _flat(tests: tuple[n.Node, ...]) -> tuple[n.Node, ...]:
    return tuple(single(each) for each in tests)


def _nodes(parts: tuple[Part, ...]) -> tuple[n.Node, ...]:
    return tuple(single(part) for part in parts if isinstance(part, n.Node))


def _items(parts: tuple[Part, ...]) -> tuple[n.Node, ...]:
    """The nodes of the comma-separated list among the parts."""
    return next((part.tests for part in parts if isinstance(part, _Several)), ())


def _last(parts: tuple[Part, ...]) -> n.Node:
    last = parts[-1]
    assert isinstance(last, n.Node)  # noqa: S101  the grammar's word
    return single(last)


def _span(*parts: Part) -> dict[str, Any]:
    return {"start": parts[0].start, "end": parts[-1].end}


def _builds(*names: str) -> Callable[[Builder], Builder]:
    def register(builder: Builder) -> Builder:
        BUILDERS.update(dict.fromkeys(names, builder))
        return builder

    return register


@_builds("expression_start", "unary_start")
def _whole(node: n.Node) -> n.Node:
    return node


# --- leaves ----------------------------------------------------------------------------------------------------------


@_builds("text")
def _text(lexeme: Lexeme) -> n.Node:
    return n.Text(lexeme.value, **_span(lexeme))


@_builds("at")
def _at(lexeme: Lexeme) -> n.Node:
    return n.At(lexeme.value, **_span(lexeme))


@_builds("name")
def _name(lexeme: Lexeme) -> n.Node:
    return n.Name(lexeme.value, **_span(lexeme))


@_builds("number")
def _number(lexeme: Lexeme) -> n.Node:
    value = LENIENT_NUMBERS.create_decimal(lexeme.value)
    if not value.is_finite():
        raise FeelSyntaxError("the number is too large", lexeme.start, lexeme.end)
    return n.Number(value, **_span(lexeme))


@_builds("null")
def _null(lexeme: Lexeme) -> n.Node:
    return n.Null(**_span(lexeme))


@_builds("true", "false")
def _boolean(lexeme: Lexeme) -> n.Node:
    return n.Boolean(lexeme.kind == "TRUE", **_span(lexeme))


# --- tests and lists of things ---------------------------------------------------------------------------------------


@_builds("any_value")
def _any_value(lexeme: Lexeme) -> n.Node:
    return n.UnaryTests((), **_span(lexeme))


@_builds("tests")
def _tests(items: _Several) -> n.Node:
    first = items.tests[0]
    if len(items.tests) == 1 and isinstance(first, n.Call) and first.function == n.Name("not") and not first.names:
        return n.UnaryTests(first.arguments, negated=True, **_span(items))
    return n.UnaryTests(_flat(items.tests), **_span(items))


@_builds("items", "iterations", "parameters")
def _gathered(*parts: Part) -> n.Node:
    return _Several(tuple(part for part in parts if isinstance(part, n.Node)), **_span(*parts))


@_builds("parenthesis")
def _parenthesis(*parts: Part) -> n.Node:
    return Group(_items(parts), **_span(*parts))


@_builds("test")
def _test(sign: Lexeme, operand: n.Node) -> n.Node:
    return n.Test(cast("n.ComparisonSign", sign.value), single(operand), **_span(sign, operand))


# --- what has a scope ------------------------------------------------------------------------------------------------


@_builds("if_")
def _if(*parts: Part) -> n.Node:
    return n.If(*_nodes(parts), **_span(*parts))


@_builds("iteration")
def _iteration(name: Lexeme, *parts: Part) -> n.Node:
    return n.Iteration(name.value, *_nodes(parts), **_span(name, *parts))


@_builds("for_")
def _for(word: Lexeme, loops: _Several, _return: Lexeme, body: n.Node) -> n.Node:
    return n.For(cast("tuple[n.Iteration, ...]", loops.tests), single(body), **_span(word, body))


@_builds("quantified")
def _quantified(word: Lexeme, loops: _Several, _satisfies: Lexeme, condition: n.Node) -> n.Node:
    iterations = cast("tuple[n.Iteration, ...]", loops.tests)
    kind: Literal["some", "every"] = "some" if word.kind == "SOME" else "every"
    return n.Quantified(kind, iterations, single(condition), **_span(word, condition))


@_builds("parameter")
def _parameter(name: Lexeme, *parts: Part) -> n.Node:
    kind = parts[-1] if parts else None
    return n.Parameter(name.value, kind if isinstance(kind, n.TypeName) else None, **_span(name, *parts))


@_builds("function_of")
def _function(*parts: Part) -> n.Node:
    return n.FunctionOf(cast("tuple[n.Parameter, ...]", _items(parts)), _last(parts), **_span(*parts))


@_builds("external")
def _external(*parts: Part) -> n.Node:
    parameters = cast("tuple[n.Parameter, ...]", _items(parts))
    return n.FunctionOf(parameters, _last(parts), external=True, **_span(*parts))


# --- operators -------------------------------------------------------------------------------------------------------


@_builds("logic")
def _logic(left: n.Node, word: Lexeme, right: n.Node) -> n.Node:
    kind: Literal["and", "or"] = "and" if word.kind == "AND" else "or"
    return n.Logic(kind, single(left), single(right), **_span(left, right))


@_builds("compare")
def _compare(left: n.Node, sign: Lexeme, right: n.Node) -> n.Node:
    kind = cast("n.ComparisonSign", sign.value)
    return n.Comparison(kind, single(left), single(right), **_span(left, right))


@_builds("between")
def _between(*parts: Part) -> n.Node:
    return n.Between(*_nodes(parts), **_span(*parts))


@_builds("in_")
def _in(value: n.Node, _in: Lexeme, tests: n.Node) -> n.Node:
    several = _flat(tests.tests) if isinstance(tests, Group) else (tests,)
    return n.In(single(value), several, **_span(value, tests))


@_builds("arithmetic")
def _arithmetic(left: n.Node, sign: Lexeme, right: n.Node) -> n.Node:
    kind = cast("n.ArithmeticSign", sign.value)
    return n.Arithmetic(kind, single(left), single(right), **_span(left, right))


@_builds("negate")
def _negate(*parts: Part) -> n.Node:
    return n.Negate(*_nodes(parts), **_span(*parts))


@_builds("instance_of")
def _instance_of(value: n.Node, _instance: Lexeme, _of: Lexeme, kind: n.TypeName) -> n.Node:
    return n.InstanceOf(single(value), kind, **_span(value, kind))


# --- what stands behind an operand -----------------------------------------------------------------------------------


@_builds("path")
def _path(source: n.Node, _dot: Lexeme, name: Lexeme) -> n.Node:
    return n.Path(single(source), name.value, **_span(source, name))


@_builds("filter")
def _filter(source: n.Node, _open: Lexeme, condition: n.Node, close: Lexeme) -> n.Node:
    return n.Filter(single(source), single(condition), **_span(source, close))


@_builds("call")
def _call(function: n.Node, *parts: Part) -> n.Node:
    return n.Call(single(function), _flat(_items(parts)), **_span(function, *parts))


@_builds("named", "entry")
def _entry(key: Lexeme, _colon: Lexeme, value: n.Node) -> n.Node:
    return n.Entry(key.value, single(value), **_span(key, value))


@_builds("call_named")
def _call_named(function: n.Node, *parts: Part) -> n.Node:
    entries = [part for part in parts if isinstance(part, n.Entry)]
    values, names = tuple(each.value for each in entries), tuple(each.key for each in entries)
    return n.Call(single(function), values, names, **_span(function, *parts))


# --- what is written out ---------------------------------------------------------------------------------------------


@_builds("list_of")
def _list(*parts: Part) -> n.Node:
    return n.ListOf(_flat(_items(parts)), **_span(*parts))


@_builds("context_of")
def _context(*parts: Part) -> n.Node:
    return n.ContextOf(tuple(part for part in parts if isinstance(part, n.Entry)), **_span(*parts))


@_builds("range")
def _range(opening: Lexeme, low: n.Node, _dots: Lexeme, high: n.Node, closing: Lexeme) -> n.Node:
    closed = (opening.kind == "LSQB", closing.kind == "RSQB")
    return n.Range(single(low), single(high), *closed, **_span(opening, closing))


@_builds("type_name")
def _type_name(lexeme: Lexeme) -> n.Node:
    return n.TypeName(lexeme.value, **_span(lexeme))


@_builds("type_parts")
def _type_parts(name: Lexeme, *parts: Part) -> n.Node:
    below = tuple(part for part in parts if isinstance(part, n.TypeName))
    return n.TypeName(name.value, below, **_span(name, *parts))


@_builds("type_key")
def _type_key(key: Lexeme, _colon: Lexeme, kind: n.TypeName) -> n.Node:
    return n.Parameter(key.value, kind, **_span(key, kind))


@_builds("type_keys")
def _type_keys(name: Lexeme, *parts: Part) -> n.Node:
    keys = tuple(part for part in parts if isinstance(part, n.Parameter))
    below = tuple(each.type for each in keys if each.type)
    return n.TypeName(name.value, below, tuple(each.name for each in keys), **_span(name, *parts))
