"""Decision tables of DMN: rules with tests of the inputs and expressions for the outputs, under all hit policies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import engine.feel.code_scopes  # noqa: F401  registers how loops, filters and functions run
from engine.feel import nodes as n
from engine.feel.dispatch import code
from engine.feel.evaluation import Frame, Run, Setting
from engine.feel.faults import FeelFault, OverBudgetError, Problem
from engine.feel.functions_calls import call_table
from engine.feel.scalar import Result
from engine.feel.values import equal

Hit = Literal["unique", "any", "first", "priority", "rule order", "output order", "collect"]
Aggregation = Literal["", "sum", "min", "max", "count"]
_PLAIN = Setting()


@dataclass(frozen=True, slots=True)
class Input:
    """A column of inputs: what is tested, and the tests that its value must pass at all."""

    expression: n.Node
    allowed: n.Node | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of outputs. `allowed` are its values, the most important first; several columns have names."""

    name: str = ""
    allowed: tuple[n.Node, ...] = ()
    default: n.Node | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a cell of tests (`parse_unary_tests`) for each input, an expression for each output."""

    when: tuple[n.Node, ...]
    then: tuple[n.Node, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table. `aggregation` is for the hit policy `collect`."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit: Hit = "unique"
    aggregation: Aggregation = ""


def nodes_of(table: DecisionTable) -> tuple[n.Node, ...]:
    """All expressions and tests of a table."""
    inputs = [each for column in table.inputs for each in (column.expression, column.allowed)]
    outputs = [each for column in table.outputs for each in (*column.allowed, column.default)]
    cells = [each for rule in table.rules for each in (*rule.when, *rule.then)]
    return tuple(each for each in (*inputs, *outputs, *cells) if each is not None)


def evaluate_table(table: DecisionTable, context: Mapping[str, object], setting: Setting = _PLAIN) -> Result:
    """Decide. Null with a problem where no rule fits, or several that the hit policy does not bear."""
    run = Run(setting)
    frame = Frame(run, context)
    try:
        return Result(_decided(table, frame), tuple(run.problems))
    except FeelFault as fault:
        return Result(None, (*run.problems, Problem(0, 0, fault.message)))
    except OverBudgetError as over:
        return Result(None, (*run.problems, Problem(0, 0, over.message)))


def _decided(table: DecisionTable, frame: Frame) -> object:
    values = [_input(each, frame) for each in table.inputs]
    fitting = [rule for rule in table.rules if _fits(rule, values, frame)]
    if not fitting:
        return _default(table, frame)
    return _POLICIES[table.hit](table, fitting, frame)


def _input(column: Input, frame: Frame) -> object:
    value = code(column.expression)(frame)
    if column.allowed is not None and value is not None and not _passes(column.allowed, value, frame):
        raise FeelFault("an input is not among the values that are allowed")
    return value


def _passes(tests: n.Node, value: object, frame: Frame) -> bool:
    return code(tests)(Frame(frame.run, {"?": value}, frame)) is True


def _fits(rule: Rule, values: Sequence[object], frame: Frame) -> bool:
    return all(_passes(cell, value, frame) for cell, value in zip(rule.when, values, strict=True))


def _default(table: DecisionTable, frame: Frame) -> object:
    if all(each.default is None for each in table.outputs):
        raise FeelFault("no rule fits")
    values = [code(each.default)(frame) if each.default is not None else None for each in table.outputs]
    return _shaped(table, values)


def _shaped(table: DecisionTable, values: Sequence[object]) -> object:
    """One value, or a context of the named outputs."""
    if len(table.outputs) == 1:
        return values[0]
    return {each.name: value for each, value in zip(table.outputs, values, strict=True)}


def _values(rule: Rule, frame: Frame) -> list[object]:
    return [code(each)(frame) for each in rule.then]


def _output(table: DecisionTable, rule: Rule, frame: Frame) -> object:
    return _shaped(table, _values(rule, frame))


# --- hit policies ----------------------------------------------------------------------------------------------------


def _first(table: DecisionTable, rules: list[Rule], frame: Frame) -> object:
    return _output(table, rules[0], frame)


def _unique(table: DecisionTable, rules: list[Rule], frame: Frame) -> object:
    if len(rules) > 1:
        raise FeelFault("several rules fit, and only one may")
    return _first(table, rules, frame)


def _any(table: DecisionTable, rules: list[Rule], frame: Frame) -> object:
    first, *rest = (_output(table, rule, frame) for rule in rules)
    if not all(equal(first, each) for each in rest):
        raise FeelFault("several rules fit, and their outputs differ")
    return first


def _ranked(table: DecisionTable, rules: list[Rule], frame: Frame) -> list[object]:
    """The outputs, the most important first."""
    orders = [[code(each)(frame) for each in output.allowed] for output in table.outputs]
    rows = [_values(rule, frame) for rule in rules]

    def rank(values: list[object]) -> tuple[int, ...]:
        return tuple(_place(order, value) for order, value in zip(orders, values, strict=True))

    return [_shaped(table, values) for values in sorted(rows, key=rank)]


def _place(order: list[object], value: object) -> int:
    return next((at for at, each in enumerate(order) if equal(each, value)), len(order))


def _priority(table: DecisionTable, rules: list[Rule], frame: Frame) -> object:
    return _ranked(table, rules, frame)[0]


def _collect(table: DecisionTable, rules: list[Rule], frame: Frame) -> object:
    found = [_output(table, rule, frame) for rule in rules]
    if not table.aggregation:
        return found
    return call_table(table.aggregation, frame.run, [found])


_POLICIES: dict[Hit, Callable[[DecisionTable, list[Rule], Frame], object]] = {
    "unique": _unique,
    "any": _any,
    "first": _first,
    "priority": _priority,
    "rule order": lambda table, rules, frame: [_output(table, rule, frame) for rule in rules],
    "output order": _ranked,
    "collect": _collect,
}
