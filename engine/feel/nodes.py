"""The parts of an expression, frozen.

`start` and `end` are code points in its text; two nodes that differ only in them are equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Literal

ArithmeticSign = Literal["+", "-", "*", "/", "**"]
ComparisonSign = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Node:
    """What all nodes have."""

    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Null(Node):
    """`null`."""


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written; a minus before it is a `Negate`."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text in double quotes, escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class At(Node):
    """`@"..."`: a date, a time, a date and time or a duration as text."""

    value: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name, spaces folded."""

    name: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-x`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`x + y` and its like."""

    sign: ArithmeticSign
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`x < y` and its like."""

    sign: ComparisonSign
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`x and y`, `x or y`."""

    word: Literal["and", "or"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`x between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`x in test` and `x in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`< x` and its like: a test of an operand that is not said; as a value, a range."""

    sign: ComparisonSign
    operand: Node


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`[low..high]`, `(low..high)` and mixtures of them."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A type as written.

    `list<number>` has one of `parts`, `context<a: string>` the key `a` besides, a function's last part is its result.
    """

    name: str
    parts: tuple["TypeName", ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`x instance of type`."""

    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`x.name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`x[condition]` or `x[position]`."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`f(x, y)`; `names` is as long as `arguments` where they are named, else empty."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[x, y]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """One `key: value` of a context."""

    key: str
    value: Node


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{key: value}`."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if x then y else z`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`name in source` or `name in source..to` of a loop."""

    name: str
    source: Node
    to: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for x in list return body`."""

    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some x in list satisfies condition`, `every x in list satisfies condition`."""

    word: Literal["some", "every"]
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A parameter of a function, with its type where one is said."""

    name: str
    type: TypeName | None = None


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(x, y) body`. An `external` one is read, but never run."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A cell of a decision table: tests of the column's value. No tests: `-`, which anything passes."""

    tests: tuple[Node, ...]
    negated: bool = False


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, in the order of the text."""
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """A node and all below it with their depth (from 1); needs no recursion, so any depth is safe."""
    waiting = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        yield current, depth
        waiting.extend((child, depth + 1) for child in reversed(list(children(current))))
