"""What can be wrong: with an expression's text (an exception), with one evaluation (a problem beside the value)."""

from dataclasses import dataclass

from engine.errors import TielineError


class FeelSyntaxError(TielineError):
    """The text is not an expression, or is over a limit. `start` and `end` are code points in the text."""

    def __init__(self, message: str, start: int, end: int) -> None:
        self.message, self.start, self.end = message, start, end
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a part of an expression came to nothing. The message holds no value of a record."""

    start: int
    end: int
    message: str


class FeelFault(Exception):  # noqa: N818  never leaves this package: the evaluator turns it into a problem
    """Raised where a function or an operator cannot give a value."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class OverBudgetError(Exception):
    """Raised where an evaluation takes too many steps or makes a value that is too large; never leaves this package."""

    def __init__(self, message: str, start: int = 0, end: int = 0) -> None:
        self.message, self.start, self.end = message, start, end
        super().__init__(message)
