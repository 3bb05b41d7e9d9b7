"""How calls run."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.budget import LONG_TEXT
from engine.feel.code_basic import guarded
from engine.feel.dispatch import code
from engine.feel.evaluation import Code, Frame
from engine.feel.faults import FeelFault
from engine.feel.functions import TABLE
from engine.feel.functions_calls import call_table, call_value
from engine.feel.signatures import Overload, fitting
from engine.feel.values import class_of


@code.register
def _(node: n.Call) -> Code:
    usual = _usual(node)
    if usual is None:
        return _general(node)
    only_first = [at for at, *_rest in usual.varying] == [0]
    return _direct_of_first(node, usual) if only_first else _direct(node, usual)


@dataclass(frozen=True, slots=True)
class _Usual:
    """A call as it nearly always is: of a function of the table, by position, with arguments of just these classes.

    `values` has the constant arguments in their places, and None for those left out. `null_decides` is whether a null
    among the others makes the result null.
    """

    overload: Overload
    values: tuple[object, ...]
    varying: tuple["_Varying", ...]
    null_decides: bool


_Varying = tuple[int, Code, type, int | None]
"""Of an argument that varies: its place, its code, its class, and the length from which on it costs steps, if any."""


def _usual(node: n.Call) -> _Usual | None:
    name = node.function.name if isinstance(node.function, n.Name) else ""
    found = fitting(TABLE.get(name, ()), len(node.arguments), node.names)
    if not found or node.names or found[0][0].host:
        return None
    overload, order = found[0]
    values: list[object] = [None] * len(order)
    varying: list[_Varying] = []
    for at, argument in enumerate(node.arguments):
        kind = _class_of(overload, at)
        if kind is None:
            return None
        if not isinstance(argument, _CONSTANTS):
            varying.append((at, code(argument), kind, _free(argument, kind)))
        elif type(argument.value) is kind:
            values[at] = argument.value
        else:
            return None
    null_decides = len(found) == 1 and not any(overload.parameters[at].nullable for at, _code, _kind, _free in varying)
    return _Usual(overload, tuple(values), tuple(varying), null_decides)


_CONSTANTS = (n.Text, n.Number, n.Boolean)


def _free(argument: n.Node, kind: type) -> int | None:
    """How long an argument may be without a cost: a list that is written out was paid for when it was built."""
    if kind is str:
        return LONG_TEXT
    return 0 if kind in {list, dict} and not isinstance(argument, n.ListOf | n.ContextOf) else None


def _class_of(overload: Overload, at: int) -> type | None:
    """The class of arguments that a parameter takes as they are; None where it is not one class."""
    if at >= len(overload.parameters) or overload.parameters[at].rest:
        return None
    return class_of(overload.parameters[at].types[0])


def _direct(node: n.Call, usual: _Usual) -> Code:
    """Code that goes past looking for the overload where the first one fits as it is."""
    general, name, apply = _general(node), usual.overload.name, usual.overload.apply
    template, varying, null_decides, given = usual.values, usual.varying, usual.null_decides, len(node.arguments)

    def run(frame: Frame) -> object:
        if name in frame.scope or (frame.parent is not None and frame.parent.has(name)):
            return general(frame)
        inside = frame.run
        inside.steps -= 1
        values, fits, null = [*template], inside.steps >= 0, False
        for at, argument, kind, free in varying:
            value = values[at] = argument(frame)
            if value is None and null_decides:
                null = True
            elif type(value) is not kind:
                fits = False
            elif free is not None and len(value) > free:  # type: ignore[arg-type]  # only what has a length has this
                inside.weigh(value)
        if fits and null:
            return None
        try:
            return inside.built(apply(*values)) if fits else call_table(name, inside, values[:given])
        except FeelFault as fault:
            inside.report(node, fault.message)
            return None

    return run


def _direct_of_first(node: n.Call, usual: _Usual) -> Code:
    """The same for a call of which only the first argument varies: most calls."""
    general, name, rest, given = _general(node), usual.overload.name, usual.values[1:], len(node.arguments) - 1
    (_at, argument, kind, free), null_decides = usual.varying[0], usual.null_decides
    apply = _made_ready(usual)

    def run(frame: Frame) -> object:
        if name in frame.scope or (frame.parent is not None and frame.parent.has(name)):
            return general(frame)
        inside = frame.run
        inside.steps -= 1
        value = argument(frame)
        if value is None and null_decides:
            return None
        try:
            if type(value) is kind and inside.steps >= 0:
                if free is not None and len(value) > free:  # type: ignore[arg-type]  # the same
                    inside.weigh(value)
                found = apply(value)
                return found if type(found) is str and len(found) <= inside.size else inside.built(found)
            return call_table(name, inside, (value, *rest[:given]))
        except FeelFault as fault:
            inside.report(node, fault.message)
            return None

    return run


def _made_ready(usual: _Usual) -> Callable[[object], object]:
    apply, rest = usual.overload.apply, usual.values[1:]
    if usual.overload.ready is not None:
        try:
            return usual.overload.ready(*rest)
        except FeelFault:
            pass  # said each time the call is made, for that record
    match rest:
        case ():
            return apply
        case (one,):
            return lambda value: apply(value, one)
        case (one, other):
            return lambda value: apply(value, one, other)
    return lambda value: apply(value, *rest)


def _general(node: n.Call) -> Code:
    arguments = tuple(map(code, node.arguments))
    function = code(node.function)

    def work(frame: Frame) -> object:
        frame.run.spend(1)
        found = _function(node.function, function, frame)
        values = [argument(frame) for argument in arguments]
        if isinstance(found, str):
            return call_table(found, frame.run, values, node.names)
        return call_value(found, values, node.names)

    return guarded(node, work)


def _function(node: n.Node, function: Code, frame: Frame) -> str | t.FunctionValue:
    """The function that is called: a value, or a name in the table."""
    if isinstance(node, n.Name):
        try:
            found = frame.find(node.name)
        except KeyError:
            found = None
        if not isinstance(found, t.FunctionValue) and node.name in TABLE:
            return node.name
    else:
        found = function(frame)
    if isinstance(found, t.FunctionValue):
        return found
    raise FeelFault(f"there is no function `{node.name}`" if isinstance(node, n.Name) else "this is no function")
