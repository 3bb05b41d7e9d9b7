"""The evaluator for one record: any FEEL, exact, with every problem's place. It is the oracle for the columns."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import engine.feel.code_calls
import engine.feel.code_scopes  # noqa: F401  registers how calls, loops, filters and functions run
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


class Prepared:
    """An expression made ready to run on many records, one after the other: not in several threads at once."""

    __slots__ = ("_run", "value")

    value: Callable[[Mapping[str, object]], object]
    """The value for one record, as `evaluate` gives it; `problems` are those of the last record."""

    def __init__(self, node: Node, setting: Setting = _PLAIN) -> None:
        self._run = Run(setting)
        self.value = _over_records(node, self._run)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong on the way to the last value."""
        return tuple(self._run.problems)

    def result(self, context: Mapping[str, object]) -> Result:
        """The value for one record with its problems."""
        return Result(self.value(context), self.problems)


def _over_records(node: Node, run: Run) -> Callable[[Mapping[str, object]], object]:
    """What gives the value for one record after the other, and begins each anew."""
    work, frame, steps = _code(node), Frame(run, {}), run.setting.budget.steps

    def value(context: Mapping[str, object]) -> object:
        if run.used:
            run.renew()
        run.steps = steps
        run.depth = 0
        frame.scope = context
        try:
            return work(frame)
        except OverBudgetError as over:
            run.problems.append(Problem(node.start, node.end, over.message))
            run.used = True
            return None

    return value


def evaluate(node: Node, context: Mapping[str, object], setting: Setting = _PLAIN) -> Result:
    """Evaluate an expression (or a cell's tests, with `?` in the context).

    `context` holds FEEL's values or Python's own (str, int, Decimal, bool, date, datetime, timedelta, None, lists and
    mappings of them). Never raises for what an expression or its data does.
    """
    return Prepared(node, setting).result(context)


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
