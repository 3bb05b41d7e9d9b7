"""One evaluation under way: scopes, problems, and what it has cost."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.feel.budget import LONG_TEXT, Budget, check_size, weight_of
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

    __slots__ = ("depth", "problems", "read", "setting", "size", "steps", "used", "weights")

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.size = setting.budget.size
        self.renew()

    def renew(self) -> None:
        """Begin anew, for another record."""
        self.problems: list[Problem] = []
        self.steps, self.depth = self.setting.budget.steps, 0
        self.read: dict[str, tuple[object, object]] = {}
        """Lists and contexts of the outside, and what they are as FEEL's: each is read once."""
        self.weights: dict[int, tuple[object, int, int]] = {}
        """By identity: large lists and contexts, how long they were, and the steps that going through them costs."""
        self.used = False
        """Whether there is anything to forget but steps."""

    def report(self, node: Node, message: str) -> None:
        """Take note of a problem at a node."""
        self.used = True
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(node.start, node.end, message))

    def spend(self, steps: int) -> None:
        """Take steps; raises OverBudgetError when there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise OverBudgetError(f"the evaluation takes more than {self.setting.budget.steps} steps")

    def weigh(self, value: object) -> None:
        """Take the steps that going through a large value costs; raises OverBudgetError."""
        if type(value) is str:
            self.spend(len(value) // LONG_TEXT)
        elif isinstance(value, (list, dict)):
            kept = self.weights.get(id(value))
            if kept is None or kept[1] != len(value):  # what is being built grows
                kept = (value, len(value), weight_of(value))
                if kept[2]:
                    self.weights[id(value)], self.used = kept, True
            self.spend(kept[2])

    def taken(self, name: str, value: object) -> object:
        """A value of the outside as FEEL's. Raises FeelFault for what FEEL does not know."""
        if not isinstance(value, (list, tuple, Mapping)):
            return from_python(value, self.setting.zone)
        kept = self.read.get(name)
        if kept is None or kept[0] is not value:
            kept = self.read[name] = (value, from_python(value, self.setting.zone))
            self.used = True
        return kept[1]

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
                return value if frame.parent is not None else self.run.taken(name, value)
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
