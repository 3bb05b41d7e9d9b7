"""What was chosen for a record when it was asked for: it is read like a column of the record in the MIS."""

from collections.abc import Mapping

import polars as pl

from engine.ports import Collection, Column
from engine.query.model import Expression
from engine.query.normalise import filled
from engine.query.scope import Scope

_CHOSEN = " (chosen)"


def chosen(name: str) -> Expression:
    """The key of the record that was chosen, as an expression over the columns of a pair; null where nothing was."""
    path = f"mis.{chosen_column(name)}"
    return Expression(filled(pl.col(path)), f"what is chosen as {name}", (path,))


def chosen_column(name: str) -> str:
    """The column that holds it. No column of a connector file has a name with a space in it that ends so."""
    return f"{name}{_CHOSEN}"


def is_chosen(path: str) -> bool:
    """Whether a path is that of a choice."""
    return path.endswith(_CHOSEN)


def offered(collection: Collection, mis: Collection, before: Mapping[str, object]) -> Scope:
    """What conditions over the records on offer see: their columns bare, `mis.x`, and `chosen.NAME` of those before."""
    own: Scope = {(name,): (name, column) for name, column in collection.columns.items()}
    here: Scope = {("mis", name): (f"mis.{name}", column) for name, column in mis.columns.items()}
    earlier: Scope = {("chosen", name): (f"chosen.{name}", Column(name, name)) for name in before}
    return {**here, **earlier, **own}
