"""What the cells under one input of a decision table tell apart: the values that they name, and what lies between.

Within a region every cell says the same of all values, so one sample of it speaks for them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Literal

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.names import reads
from engine.feel.scalar import Prepared, evaluate
from engine.feel.temporal import SECOND, Date, DateTime
from engine.feel.values import order, type_of

Kind = Literal["named", "open", "other", "null"]


@dataclass(frozen=True, slots=True)
class Region:
    """Values that no cell tells apart, and one of them.

    One that is `named` is written in a cell. `open` ones lie beside or between those that have an order; between 1 and
    2 there is none where nobody wrote a fraction. `other` is all that no cell names, and `null` is nothing.
    """

    sample: object
    kind: Kind
    single: bool = False
    """Whether the sample is all there is in it."""


@dataclass(frozen=True, slots=True)
class Divided:
    """An input's regions, those with an order in their order, and null last. `type` is the type of all its values."""

    regions: tuple[Region, ...]
    type: str | None

    def passed(self, cell: n.Node) -> int:
        """The regions whose values pass a cell: a bit for each."""
        prepared = Prepared(cell)
        found = (prepared.value({"?": each.sample}) is True for each in self.regions)
        return sum(1 << at for at, passes in enumerate(found) if passes)


def divided(cells: Sequence[n.Node], *, nullable: bool) -> Divided | None:
    """The regions that cells make; None where their constants are of several types, or of one that is not told apart.

    Every cell must be `plain`.
    """
    values = [each for cell in cells for each in _constants(cell) if each is not None]
    types = {type_of(each).name for each in values}
    if len(types) > 1:
        return None
    null = (Region(None, "null", single=True),) if nullable else ()
    if not values:
        return Divided((Region("", "other"), *null), None)
    (type_,) = types
    made = _REGIONS.get(type_)
    found = None if made is None else made(values, cells)
    return None if found is None else Divided((*found, *null), type_)


def plain(cell: n.Node) -> bool:
    """Whether a cell holds nothing but constants, lists and ranges of them, comparisons with them, and `not`."""
    if not isinstance(cell, n.UnaryTests):
        return False
    return all(constant(each)[0] for each in _parts(cell))


def constant(node: n.Node) -> tuple[bool, object]:
    """Whether a node has the same value whatever is known, and that value."""
    if reads(node) or any(isinstance(each, n.Name) and each.name == "?" for each, _depth in n.walk(node)):
        return False, None
    result = evaluate(node, {})
    return not result.problems, result.value


def _constants(cell: n.Node) -> Iterator[object]:
    yield from (constant(each)[1] for each in _parts(cell))


def _parts(node: n.Node) -> Iterator[n.Node]:
    """The nodes that must be constants."""
    match node:
        case n.UnaryTests():
            for test in node.tests:
                yield from _parts(test)
        case n.ListOf():
            for item in node.items:
                yield from _parts(item)
        case n.Range():
            yield from (node.low, node.high)
        case n.Test():
            yield node.operand
        case _:
            yield node


# --- regions by types ------------------------------------------------------------------------------------------------


def _of_booleans(_values: Sequence[Any], _cells: Sequence[n.Node]) -> list[Region]:
    return [Region(sample, "named", single=True) for sample in (False, True)]


def _of_texts(values: Sequence[str], cells: Sequence[n.Node]) -> list[Region] | None:
    """Texts are told apart one by one; where cells order them, nothing is said."""
    if any(_orders(cell) for cell in cells):
        return None
    other = max(values, key=len) + "~"
    return [*(Region(each, "named", single=True) for each in dict.fromkeys(values)), Region(other, "other")]


def _orders(cell: n.Node) -> bool:
    found = (each for each, _depth in n.walk(cell))
    return any(isinstance(each, n.Range) or (isinstance(each, n.Test) and each.sign not in "!=") for each in found)


def _of_numbers(values: Sequence[Decimal], _cells: Sequence[n.Node]) -> list[Region]:
    """A fraction counts only where one is written: 1 and 2 are neighbours, and so are 1.5 and 1.6."""
    exponents = (each.normalize(t.LENIENT_NUMBERS).as_tuple().exponent for each in values)
    step = Decimal(1).scaleb(min(0, *(each for each in exponents if isinstance(each, int))))
    return _ordered(values, lambda value, steps: t.NUMBERS.fma(step, Decimal(steps), value))


def _of_dates(values: Sequence[Date], _cells: Sequence[n.Node]) -> list[Region]:
    return _ordered(values, lambda value, steps: value.plus_days(steps))


def _of_moments(values: Sequence[DateTime], _cells: Sequence[n.Node]) -> list[Region] | None:
    if any(each.time.local for each in values):
        return None
    return _ordered(values, lambda value, steps: value.plus(steps * SECOND))


_REGIONS: dict[str, Callable[[Any, Sequence[n.Node]], list[Region] | None]] = {
    "boolean": _of_booleans,
    "string": _of_texts,
    "number": _of_numbers,
    "date": _of_dates,
    "date and time": _of_moments,
}


def _ordered(values: Sequence[Any], moved: Callable[[Any, int], object]) -> list[Region]:
    """Values with what lies before the first, between two, and behind the last."""

    def beyond(value: object, steps: int) -> object:
        try:
            return moved(value, steps)
        except FeelFault:
            return None

    points = _different(values)
    found = [Region(sample, "open") for sample in [beyond(points[0], -1)] if sample is not None]
    for point, following in zip(points, [*points[1:], None], strict=True):
        found.append(Region(point, "named", single=True))
        sample = beyond(point, 1)
        if sample is not None and (following is None or order(sample, following) == -1):
            last = following is not None and order(beyond(point, 2), following) == 0
            found.append(Region(sample, "open", single=last))
    return found


def _different(values: Sequence[object]) -> list[object]:
    found: list[object] = []
    for each in sorted(values, key=cmp_to_key(lambda one, other: order(one, other) or 0)):
        if not found or order(found[-1], each) != 0:
            found.append(each)
    return found
