"""What expressions see: names of columns, and the time.

A scope maps a dotted name to the pair's column and its declaration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.ports import Collection, Column
from engine.rules.model import Side

Scope = Mapping[tuple[str, ...], tuple[str, Column]]


@dataclass(frozen=True, slots=True)
class Times:
    """The zone whose clock instants show, and the day that `today()` gives; without one `today()` is an error."""

    zone: str
    as_of: date | None = None


def bare(collection: Collection, side: Side) -> Scope:
    """What translations see: the columns of the side that the value comes from, by their own names."""
    return {(name,): (f"{side}.{name}", one) for name, one in collection.columns.items()}


def dotted(mis: Collection, provider: Collection) -> Scope:
    """What conditions see: the columns of both sides, as `mis.x` and `provider.y`."""
    sides: tuple[tuple[Side, Collection], ...] = (("mis", mis), ("provider", provider))
    return {(side, name): (f"{side}.{name}", one) for side, kept in sides for name, one in kept.columns.items()}
