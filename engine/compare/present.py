"""What records show now of some columns, as a plan writes values, and whether two values are the same to a rule."""

from collections.abc import Sequence

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.query.normalise import filled, normalised
from engine.query.texts import as_text
from engine.rules.model import Normaliser

Shown = dict[str, str | None]
"""Column -> its value as text; None is blank. A value that cannot be read as its type is left out."""


def present(snapshot: Snapshot, columns: Sequence[str]) -> dict[str, Shown]:
    """Key -> what the record shows of these columns."""
    names = [name for name in columns if name in snapshot.frame.columns]
    key = snapshot.collection.key
    shown = snapshot.frame.select(
        pl.col(key).alias("key"), *(_text(snapshot, name).alias(f"value {name}") for name in names)
    )
    marks = {name: snapshot.frame[f"{name}?"].to_list() for name in names if f"{name}?" in snapshot.frame.columns}
    return {
        row["key"]: {name: row[f"value {name}"] for name in names if not (name in marks and marks[name][at])}
        for at, row in enumerate(shown.iter_rows(named=True))
    }


def _text(snapshot: Snapshot, name: str) -> pl.Expr:
    here = pl.col(name)
    if snapshot.collection.columns[name].type == "text":
        here = pl.when(here.str.strip_chars() != "").then(here)
    return as_text(here)


def alike(one: str | None, other: str | None, steps: Sequence[Normaliser]) -> bool:
    """Whether two texts are the same under these normalisers; without any, but for their outer spaces.

    Where the normalisers leave nothing of two texts that differ, they are not taken for the same.
    """
    if one == other:
        return True
    texts = (filled(pl.lit(text, dtype=pl.String)) for text in (one, other))
    first, second = (normalised(text, steps) if steps else text for text in texts)
    return bool(pl.select(first.eq_missing(second) & (first != "").fill_null(value=True)).item())
