"""Source text and places in it."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of a source, in code points from its beginning."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column as people count them: from 1, in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the path under which people know it (relative, with `/`: it stands in plans and messages)."""

    path: str
    text: str
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0]
        starts.extend(at + 1 for at, letter in enumerate(self.text) if letter == "\n")
        object.__setattr__(self, "_starts", starts)

    def place(self, offset: int) -> Place:
        """Line and column of an offset in code points; offsets past the end count as the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its line break; empty past the end."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r")
