"""Records of the MIS with the columns of the records that they belong to."""

from dataclasses import replace

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.query.model import ParentQuery
from engine.query.parents import PREFIX
from engine.query.run import as_text

_KEY, _FOUND = "\x1fkey", "\x1ffound"


def parent_keys(parent: ParentQuery, snapshot: Snapshot) -> list[str]:
    """The keys of the records that these belong to, each once."""
    keys: list[str] = snapshot.frame.select(_own(parent).alias(_KEY))[_KEY].drop_nulls().unique().sort().to_list()
    return keys


def with_parent(parent: ParentQuery, snapshot: Snapshot, parents: Snapshot) -> Snapshot:
    """The snapshot with a column `parent.x` for each column that is read, and its mark `parent.x?`.

    A record that names no parent has blank ones. Where it names one that was not found, they cannot be told.
    """
    found = parents.frame.select(
        as_text(pl.col(parents.collection.key)).alias(_KEY),
        pl.lit(value=True).alias(_FOUND),
        *(pl.col(name).alias(f"{PREFIX}{name}") for name in parent.columns),
        *(_mark(name, parents.frame).alias(f"{PREFIX}{name}?") for name in parent.columns),
    ).unique(_KEY, keep="none")
    frame = snapshot.frame.with_columns(_own(parent).alias(_KEY))
    frame = frame.join(found, on=_KEY, how="left", maintain_order="left")
    lost = pl.col(_KEY).is_not_null() & pl.col(_FOUND).is_null()
    marks = [pl.col(f"{PREFIX}{name}?").fill_null(value=False) | lost for name in parent.columns]
    return replace(snapshot, frame=frame.with_columns(marks).drop(_KEY, _FOUND))


def _own(parent: ParentQuery) -> pl.Expr:
    """The parent's key just as a record names it, for so it is fetched; blank ones null."""
    text = as_text(pl.col(parent.column))
    return pl.when(text.str.strip_chars() != "").then(text)


def _mark(name: str, frame: pl.DataFrame) -> pl.Expr:
    return pl.col(f"{name}?") if f"{name}?" in frame.columns else pl.lit(value=False)
