"""Which types the value of an expression can have, and its parts that can only end in an error: nothing is run.

A type that is not certain is `Any`. Only what goes wrong for every record that reaches it is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.functions import TABLE
from engine.feel.names import reads
from engine.feel.scalar import evaluate
from engine.feel.signatures import Overload, fitting
from engine.feel.temporal_text import read_temporal
from engine.feel.type_names import type_named
from engine.feel.typing_tables import ARITHMETIC, NEGATABLE, ORDERED, PROPERTIES, WORDS
from engine.feel.values import type_of

Kinds = frozenset[str]
"""Names of types, of which the value has one; `Null` for a value that may be null whatever the data."""
Path = tuple[str, ...]

UNKNOWN: Kinds = frozenset({"Any"})
_NULL: Kinds = frozenset({"Null"})
_BOOLEAN: Kinds = frozenset({"boolean"})
_LIST: Kinds = frozenset({"list"})
_RANGE: Kinds = frozenset({"range"})
_FUNCTION: Kinds = frozenset({"function"})
_NO_VALUES = frozenset({"Any", "Null", "boolean", "list", "range", "function"})
"""Of a test in `in (…)`: types whose test is more than being equal."""
_PATTERN_FUNCTIONS = frozenset({"matches", "replace", "split"})


@dataclass(frozen=True, slots=True)
class Clash:
    """A part that cannot work: the arguments of a call (their number or names), an operand's type, or a constant."""

    kind: Literal["arguments", "operand", "constant"]
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What was found. `results` are the branches that give the expression's value, each with its types."""

    results: tuple[tuple[n.Node, Kinds], ...]
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Names that the expression itself brings. Where `loose`, an unknown item's entries may hide any name."""

    bound: Mapping[str, Kinds] = field(default_factory=dict)
    loose: bool = False

    def within(self, names: Iterable[str]) -> "_Scope":
        return _Scope({**self.bound, **dict.fromkeys(names, UNKNOWN)}, self.loose)


def typed(node: n.Node, types: Mapping[Path, Kinds]) -> Typed:
    """Types and clashes of an expression; `types` says what the dotted names outside it are."""
    typer = _Typer(types)
    typer.kinds(node, _Scope())
    results = tuple((leaf, typer.found.get(id(leaf), UNKNOWN)) for leaf in _leaves(node))
    return Typed(results, tuple(dict.fromkeys(sorted(typer.clashes, key=lambda one: (one.start, one.end)))))


def fits(kinds: Kinds, wanted: Iterable[str]) -> bool:
    """Whether a value may be of one of the types: what is unknown may, and null may stand everywhere."""
    return bool(kinds & {"Any", "Null"}) or not kinds.isdisjoint(wanted)


def shown(kinds: Iterable[str]) -> str:
    """`a text or a number`."""
    return " or ".join(WORDS[kind] for kind in sorted(kinds))


def _leaves(node: n.Node) -> Iterable[n.Node]:
    if isinstance(node, n.If):
        yield from _leaves(node.then)
        yield from _leaves(node.otherwise)
    else:
        yield node


class _Typer:
    """One run over one expression."""

    def __init__(self, types: Mapping[Path, Kinds]) -> None:
        self.types = types
        self.clashes: list[Clash] = []
        self.found: dict[int, Kinds] = {}

    def kinds(self, node: n.Node, scope: _Scope) -> Kinds:
        """The types of a node; clashes below it are kept."""
        found = self._kinds(node, scope)
        self.found[id(node)] = found
        return found

    def _kinds(self, node: n.Node, scope: _Scope) -> Kinds:
        match node:
            case n.Name() | n.Path():
                return self._named(node, scope)
            case n.Null() | n.Boolean() | n.Number() | n.Text() | n.At():
                return self._literal(node)
            case n.Call():
                return self._call(node, scope)
            case n.If():
                self._must(node.condition, scope, _BOOLEAN, "a condition")
                return self.kinds(node.then, scope) | self.kinds(node.otherwise, scope)
            case n.For() | n.Quantified() | n.Filter() | n.FunctionOf() | n.ContextOf() | n.ListOf():
                return self._scoped(node, scope)
            case n.InstanceOf():
                return self._instance(node, scope)
        return self._operator(node, scope)

    def _clash(self, node: n.Node, message: str, kind: Literal["arguments", "operand", "constant"] = "operand") -> None:
        self.clashes.append(Clash(kind, message, node.start, node.end))

    def _must(self, node: n.Node, scope: _Scope, wanted: Kinds, what: str) -> Kinds:
        kinds = self.kinds(node, scope)
        if not fits(kinds, wanted):
            self._clash(node, f"{what} must be {shown(wanted)}, not {shown(kinds)}")
        return kinds

    # --- values ------------------------------------------------------------------------------------------------------

    def _literal(self, node: n.Node) -> Kinds:
        if isinstance(node, n.At):
            try:
                return frozenset({type_of(read_temporal(node.value)).name})
            except FeelFault as fault:
                self._clash(node, fault.message, "constant")
                return UNKNOWN
        value = getattr(node, "value", None)
        return frozenset({type_of(value).name})

    def _named(self, node: n.Name | n.Path, scope: _Scope) -> Kinds:
        path = _dotted(node)
        if path is not None and path[0] not in scope.bound and not scope.loose:
            known = self.types.get(path)
            if known is not None:
                return known
            if len(path) == 1:
                return _FUNCTION if path[0] in TABLE else UNKNOWN
        if isinstance(node, n.Name):
            return scope.bound.get(node.name, UNKNOWN)
        return self._property(node, scope)

    def _property(self, node: n.Path, scope: _Scope) -> Kinds:
        source = self.kinds(node.source, scope)
        if not source <= PROPERTIES.keys():
            return UNKNOWN
        having = [PROPERTIES[kind][node.name] for kind in source if node.name in PROPERTIES[kind]]
        if not having:
            known = sorted({name for kind in source for name in PROPERTIES[kind]})
            has = f"; it has {', '.join(known)}" if known else ""
            self._clash(node, f"{shown(source)} has no `{node.name}`{has}")
        return frozenset(having) or UNKNOWN

    def _instance(self, node: n.InstanceOf, scope: _Scope) -> Kinds:
        self.kinds(node.value, scope)
        try:
            type_named(node.type, {})
        except FeelFault as fault:
            self._clash(node.type, fault.message, "constant")
        return _BOOLEAN

    # --- what brings names of its own --------------------------------------------------------------------------------

    def _scoped(self, node: n.Node, scope: _Scope) -> Kinds:
        match node:
            case n.For():
                self._must_all(node.body, self._loops(node, scope).within(("partial",)))
                return _LIST
            case n.Quantified():
                self._must(node.condition, self._loops(node, scope), _BOOLEAN, f"the condition of `{node.word}`")
                return _BOOLEAN
            case n.Filter():
                self.kinds(node.source, scope)
                self.kinds(node.condition, _Scope(scope.bound, loose=True))
                return UNKNOWN
            case n.FunctionOf():
                if not node.external:
                    self.kinds(node.body, scope.within(each.name for each in node.parameters))
                return _FUNCTION
            case n.ContextOf():
                for entry in node.entries:
                    kinds = self.kinds(entry.value, scope)
                    scope = _Scope({**scope.bound, entry.key: kinds}, scope.loose)
                return frozenset({"context"})
        self._must_all(node, scope)
        return _LIST

    def _loops(self, node: n.For | n.Quantified, scope: _Scope) -> _Scope:
        for loop in node.iterations:
            self._must_all(loop, scope)
            scope = scope.within((loop.name,))
        return scope

    def _must_all(self, node: n.Node, scope: _Scope) -> None:
        """Look at a node that is no operator itself, or at what is below it."""
        if isinstance(node, n.Iteration | n.ListOf):
            for child in n.children(node):
                self.kinds(child, scope)
        else:
            self.kinds(node, scope)

    # --- operators ---------------------------------------------------------------------------------------------------

    def _operator(self, node: n.Node, scope: _Scope) -> Kinds:
        match node:
            case n.Arithmetic():
                return self._arithmetic(node, self.kinds(node.left, scope), self.kinds(node.right, scope))
            case n.Negate():
                return self._must(node.operand, scope, NEGATABLE, "what `-` stands before") & NEGATABLE or UNKNOWN
            case n.Comparison():
                self._compared(node, node.sign, self.kinds(node.left, scope), self.kinds(node.right, scope))
            case n.Logic():
                for operand in (node.left, node.right):
                    self._must(operand, scope, _BOOLEAN, f"each side of `{node.word}`")
            case n.Between():
                value = self.kinds(node.value, scope)
                for end in (node.low, node.high):
                    self._compared(node, "<=", value, self.kinds(end, scope))
            case _:
                return self._tests(node, scope)
        return _BOOLEAN

    def _tests(self, node: n.Node, scope: _Scope) -> Kinds:
        match node:
            case n.In():
                value = self.kinds(node.value, scope)
                for test in node.tests:
                    self._test(test, value, scope)
            case n.Range():
                self._compared(node, "<=", self.kinds(node.low, scope), self.kinds(node.high, scope))
                return _RANGE
            case n.Test():
                self.kinds(node.operand, scope)
                return _RANGE
            case _:
                for child in n.children(node):
                    self.kinds(child, scope.within(("?",)))
        return _BOOLEAN

    def _arithmetic(self, node: n.Arithmetic, left: Kinds, right: Kinds) -> Kinds:
        if (left | right) & {"Any", "Null"}:
            return UNKNOWN
        results = {ARITHMETIC.get((node.sign, one, other), "") for one in left for other in right} - {""}
        if not results:
            self._clash(node, f"`{node.sign}` is not for {shown(left)} and {shown(right)}")
        return frozenset(results) or UNKNOWN

    def _compared(self, node: n.Node, sign: str, left: Kinds, right: Kinds) -> None:
        if (left | right) & {"Any", "Null"}:
            return
        alike = left & right
        if not alike:
            self._clash(node, f"{shown(left)} cannot be compared with {shown(right)}")
        elif sign not in {"=", "!="} and alike.isdisjoint(ORDERED):
            self._clash(node, f"{shown(alike)} has no order")

    def _test(self, test: n.Node, value: Kinds, scope: _Scope) -> None:
        inside = scope.within(("?",))
        if isinstance(test, n.Test):
            self._compared(test, test.sign, value, self.kinds(test.operand, inside))
            return
        kinds = self.kinds(test, inside)
        if isinstance(test, n.Range):
            self._compared(test, "<=", value, self.found[id(test.low)] | self.found[id(test.high)])
        elif kinds.isdisjoint(_NO_VALUES) and not value & {"Any", "Null"} and kinds.isdisjoint(value):
            self._clash(test, f"{shown(value)} cannot be tested against {shown(kinds)}")

    # --- calls -------------------------------------------------------------------------------------------------------

    def _call(self, node: n.Call, scope: _Scope) -> Kinds:
        arguments = [self.kinds(each, scope) for each in node.arguments]
        if not isinstance(node.function, n.Name):
            self.kinds(node.function, scope)
            return UNKNOWN
        name = node.function.name
        if name not in TABLE or name in scope.bound or scope.loose:
            return UNKNOWN
        return self._of_table(node, TABLE[name], arguments)

    def _of_table(self, node: n.Call, overloads: Sequence[Overload], arguments: list[Kinds]) -> Kinds:
        possible = fitting(overloads, len(arguments), node.names)
        if not possible:
            ways = " or ".join(f"`{way}`" for way in dict.fromkeys(map(str, overloads)))
            self._clash(node, f"the call must be {ways}", "arguments")
            return UNKNOWN
        wrong = [_misfit(overload, order, arguments) for overload, order in possible]
        results = [one for (one, _), at in zip(possible, wrong, strict=True) if at is None]
        if not results:
            at = next(one for one in wrong if one is not None)
            wanted = {kind for way in wrong if way is not None and way[0] == at[0] for kind in way[2]}
            what = f"`{at[1]}` of `{overloads[0].name}`"
            self._clash(node.arguments[at[0]], f"{what} must be {shown(wanted)}, not {shown(arguments[at[0]])}")
            return UNKNOWN
        self._constant(node)
        return _result(node, results, arguments)

    def _constant(self, node: n.Call) -> None:
        """A call whose arguments are written out is made, and so is one whose pattern is."""
        if node.names or any(clash.start >= node.start and clash.end <= node.end for clash in self.clashes):
            return
        assert isinstance(node.function, n.Name)  # noqa: S101  `_call` lets nothing else through
        arguments = node.arguments
        if node.function.name in _PATTERN_FUNCTIONS and all(isinstance(each, n.Text) for each in arguments[1:]):
            arguments = (n.Text("x"), *arguments[1:])
        trial = n.Call(node.function, arguments, start=node.start, end=node.end)
        if all(isinstance(each, n.Text | n.Number | n.At | n.Negate) and not reads(each) for each in arguments):
            problems = evaluate(trial, {}).problems if arguments else ()
            for problem in problems[:1]:
                self._clash(node, problem.message, "constant")


def _dotted(node: n.Node) -> Path | None:
    parts: list[str] = []
    while isinstance(node, n.Path):
        parts.append(node.name)
        node = node.source
    return (node.name, *reversed(parts)) if isinstance(node, n.Name) else None


def _misfit(
    overload: Overload, order: Sequence[int | None], arguments: list[Kinds]
) -> tuple[int, str, frozenset[str]] | None:
    """The first argument that cannot be what its parameter wants: its position, the parameter, and what that wants."""
    for index, at in enumerate(order):
        parameter = overload.parameters[min(index, len(overload.parameters) - 1)]
        wanted = {kind.name for kind in parameter.types}
        if at is None or wanted & {"Any", "list"}:
            continue  # whatever is no list is taken as a list of one
        taken = wanted | {"list"} | ({"date"} if "date and time" in wanted else set())
        if not fits(arguments[at], taken):
            return at, parameter.name, frozenset(wanted)
    return None


def _result(node: n.Call, overloads: Sequence[Overload], arguments: list[Kinds]) -> Kinds:
    name = overloads[0].name
    if name == "get or else" and not node.names:
        return (arguments[0] - _NULL) | arguments[1]
    if name == "abs":
        return arguments[0] & NEGATABLE or UNKNOWN
    found = frozenset(kind.name for overload in overloads for kind in overload.result)
    return UNKNOWN if t.ANY.name in found else found
