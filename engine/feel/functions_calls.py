"""Calling functions: built-in ones by the table, those made by an expression by their value."""

from collections.abc import Sequence

from engine.feel.evaluation import Code, Frame, Run
from engine.feel.faults import FeelFault
from engine.feel.functions import TABLE
from engine.feel.nodes import Node
from engine.feel.signatures import bind
from engine.feel.types import FunctionValue


def call_table(name: str, run: Run, values: Sequence[object], names: Sequence[str] = ()) -> object:
    """Call a function of the table. Raises FeelFault."""
    run.spend(0)
    for value in values:
        run.weigh(value)
    bound = bind(TABLE[name], values, names)
    if bound.arguments is None:
        return None
    found = (
        bound.overload.apply(run, *bound.arguments) if bound.overload.host else bound.overload.apply(*bound.arguments)
    )
    return run.built(found)


def call_value(function: FunctionValue, values: Sequence[object], names: Sequence[str] = ()) -> object:
    """Call a function that is a value. Raises FeelFault."""
    if names:
        if sorted(names) != sorted(function.parameters):
            raise FeelFault(f"the function's parameters are {', '.join(function.parameters) or 'none'}")
        values = [values[names.index(name)] for name in function.parameters]
    if len(values) != len(function.parameters):
        raise FeelFault(f"the function takes {len(function.parameters)} arguments, not {len(values)}")
    return function.call(tuple(values))


def built_in(name: str, node: Node) -> Code:
    """A function of the table as a value; the first way to call it says its parameters."""
    parameters = tuple(each.name for each in TABLE[name][0].parameters)

    def run(frame: Frame) -> FunctionValue:
        def call(values: tuple[object, ...]) -> object:
            try:
                return call_table(name, frame.run, values)
            except FeelFault as fault:
                frame.run.report(node, fault.message)
                return None

        return FunctionValue(parameters, (), call)

    return run
