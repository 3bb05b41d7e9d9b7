"""FEEL's values and types.

A value is None, bool, Decimal, str, a class of `engine.feel.temporal`, a list, a context (a dict), a `RangeValue` or a
`FunctionValue`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, DivisionByZero, InvalidOperation, Overflow

NUMBERS = Context(34, ROUND_HALF_EVEN, -6143, 6144, traps=[InvalidOperation, DivisionByZero, Overflow])
"""FEEL's arithmetic: 34 digits, half even; what has no value raises a signal of `decimal`."""
LENIENT_NUMBERS = Context(34, ROUND_HALF_EVEN, -6143, 6144, traps=[])
WIDE_NUMBERS = Context(60, ROUND_HALF_EVEN, -99_999, 99_999, traps=[InvalidOperation, DivisionByZero, Overflow])
"""For steps on the way to a result of 34 digits."""


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type.

    `parts` are a list's or range's element, a context's values by `keys`, a function's parameters and result. `scale`
    is said of a number column: its digits after the point. `place` is said of a column of times, or of dates and times:
    LOCAL where they say nothing of their place, ELSEWHERE where they are instants whose clock is not the setting's.
    """

    name: str
    parts: tuple["FeelType", ...] = ()
    keys: tuple[str, ...] = ()
    scale: int | None = None
    place: str = ""

    def __str__(self) -> str:
        return self.name


LOCAL = "local"
ELSEWHERE = "elsewhere"
ANY = FeelType("Any")
NULL = FeelType("Null")
STRING = FeelType("string")
NUMBER = FeelType("number")
BOOLEAN = FeelType("boolean")
DATE = FeelType("date")
TIME = FeelType("time")
DATE_TIME = FeelType("date and time")
DAYS = FeelType("days and time duration")
MONTHS = FeelType("years and months duration")
LIST = FeelType("list", (ANY,))
CONTEXT = FeelType("context")
RANGE = FeelType("range", (ANY,))
FUNCTION = FeelType("function")


@dataclass(frozen=True, slots=True)
class RangeValue:
    """A range. An end that is None has no bound; `sign` is that of the test it was made from (`< 5`), else empty."""

    low: object
    high: object
    low_closed: bool
    high_closed: bool
    sign: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue:
    """A function made by an expression, or a built-in one named as a value."""

    parameters: tuple[str, ...]
    types: tuple[FeelType, ...]
    call: Callable[[tuple[object, ...]], object]
    result: FeelType = ANY
