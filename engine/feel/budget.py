"""What one evaluation may cost, so that no expression can hang a run."""

from dataclasses import dataclass

from engine.feel.faults import FeelFault, OverBudgetError

MAX_SIZE = 10_000
MAX_WORK = 1_000_000
LONG_TEXT = 10_000
_TEXT_UNIT = 64


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent.

    Steps: items looped over, calls, and tenths of the lists and contexts that are built or gone through; of texts that
    are gone through, every `LONG_TEXT` characters. Size: characters of a text, parts of a list or context with all
    below it. Depth: nested nodes, those of called functions included.
    """

    steps: int = 20_000
    size: int = MAX_SIZE
    depth: int = 120


def size_of(value: object, limit: int = MAX_SIZE) -> int:
    """The parts of a value with all below it, counted no further than just over `limit`."""
    count, waiting = 0, [value]
    while waiting and count <= limit:
        each = waiting.pop()
        count += 1
        if type(each) is str:
            count += len(each) // _TEXT_UNIT
        elif type(each) is list:
            waiting += each[: limit + 1]
        elif isinstance(each, dict):
            waiting += each.values()
    return count


def weight_of(value: "list[object] | dict[str, object]") -> int:
    """The steps that going through a list or a context costs."""
    return max(size_of(value), len(value)) // 10


def check_text(length: int) -> None:
    """Raise FeelFault for a text that would be too long."""
    if length > MAX_SIZE:
        raise FeelFault(f"the text would be longer than {MAX_SIZE} characters")


def check_work(length: int) -> None:
    """Raise FeelFault for a text of which too much would have to be built or searched."""
    if length > MAX_WORK:
        raise FeelFault(f"the text is too long for this: more than {MAX_WORK} characters to work through")


def check_size(value: object, limit: int = MAX_SIZE) -> int:
    """The size of a value; raises OverBudgetError where it is over the limit."""
    if isinstance(value, str):
        if len(value) > limit:
            raise OverBudgetError(f"a text is longer than {limit} characters")
        return 0
    if not isinstance(value, (list, dict)):
        return 0
    size = size_of(value, limit)
    if size > limit:
        raise OverBudgetError(f"a list or context has more than {limit} parts")
    return size
