"""One evaluation under way: scopes, problems, and what it has cost."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.feel.budget import Budget, check_size
from engine.feel.faults import FeelFault, OverBudgetError, Problem
from engine.feel.nodes import Node
from engine.feel.temporal import DateTime
from engine.feel.types import FeelType
from engine.feel.values import from_python

MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Setting:
    """What an evaluation stands in: the zone whose clock instants show, the present (aware), types by name."""

    zone: str | None = None
    now: dt.datetime | None = None
    types: Mapping[str, FeelType] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)


class Run:
    """What all frames of one evaluation share."""

    __slots__ = ("depth", "problems", "setting", "size", "steps")

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.problems: list[Problem] = []
        self.steps, self.size = setting.budget.steps, setting.budget.size
        self.depth = 0

    def report(self, node: Node, message: str) -> None:
        """Take note of a problem at a node."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(node.start, node.end, message))

    def spend(self, steps: int) -> None:
        """Take steps; raises OverBudgetError when there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise OverBudgetError(f"the evaluation takes more than {self.setting.budget.steps} steps")

    def built(self, value: object) -> object:
        """A value that was built, its size checked and paid for."""
        if type(value) is not str or len(value) > self.size:
            self.spend(check_size(value, self.size) // 10)
        return value

    def present(self) -> DateTime:
        """The present moment on the setting's clock."""
        now = self.setting.now
        if now is None:
            raise FeelFault("there is no present time here")
        found = from_python(now, self.setting.zone)
        assert isinstance(found, DateTime)  # noqa: S101  a datetime gives nothing else
        return found


class Frame:
    """Names and their values, and the frame around them."""

    __slots__ = ("parent", "run", "scope")

    def __init__(self, run: Run, scope: Mapping[str, object], parent: "Frame | None" = None) -> None:
        self.run, self.scope, self.parent = run, scope, parent

    def find(self, name: str) -> object:
        """The value of a name; raises KeyError where there is none, FeelFault for a value FEEL does not know."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.scope:
                value = frame.scope[name]
                return value if frame.parent is not None else from_python(value, self.run.setting.zone)
            frame = frame.parent
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether there is a value of the name."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.scope:
                return True
            frame = frame.parent
        return False

    def within(self, scope: Mapping[str, object]) -> "Frame":
        """A frame inside this one."""
        return Frame(self.run, scope, self)


Code = Callable[[Frame], object]
"""A node made ready to run."""
