"""The evaluator for one record: any FEEL, exact, with every problem's place. It is the oracle for the columns."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import engine.feel.code_scopes  # noqa: F401  registers how loops, filters and functions run
from engine.feel.dispatch import code
from engine.feel.evaluation import Code, Frame, Run, Setting
from engine.feel.faults import OverBudgetError, Problem
from engine.feel.nodes import Node

_PLAIN = Setting()
_KEPT = 512
_ready: OrderedDict[int, tuple[Node, Code]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Result:
    """A value and what went wrong on the way to it; null with a problem is an error, null alone a blank."""

    value: object
    problems: tuple[Problem, ...] = ()


def evaluate(node: Node, context: Mapping[str, object], setting: Setting = _PLAIN) -> Result:
    """Evaluate an expression (or a cell's tests, with `?` in the context).

    `context` holds FEEL's values or Python's own (str, int, Decimal, bool, date, datetime, timedelta, None, lists and
    mappings of them). Never raises for what an expression or its data does.
    """
    run = Run(setting)
    try:
        value = _code(node)(Frame(run, context))
    except OverBudgetError as over:
        return Result(None, (*run.problems, Problem(node.start, node.end, over.message)))
    return Result(value, tuple(run.problems))


def _code(node: Node) -> Code:
    """The node's code, kept for the next time."""
    kept = _ready.get(id(node))
    if kept is not None:
        _ready.move_to_end(id(node))
        return kept[1]
    made = code(node)
    _ready[id(node)] = (node, made)
    if len(_ready) > _KEPT:
        _ready.popitem(last=False)
    return made
