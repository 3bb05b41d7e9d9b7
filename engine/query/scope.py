"""The names that expressions see: dotted name -> the pair's column and its declaration."""

from collections.abc import Mapping

from engine.ports import Collection, Column
from engine.rules.model import Side

Scope = Mapping[tuple[str, ...], tuple[str, Column]]


def bare(collection: Collection, side: Side) -> Scope:
    """What translations see: the columns of the side that the value comes from, by their own names."""
    return {(name,): (f"{side}.{name}", one) for name, one in collection.columns.items()}


def dotted(mis: Collection, provider: Collection) -> Scope:
    """What conditions see: the columns of both sides, as `mis.x` and `provider.y`."""
    sides: tuple[tuple[Side, Collection], ...] = (("mis", mis), ("provider", provider))
    return {(side, name): (f"{side}.{name}", one) for side, kept in sides for name, one in kept.columns.items()}
