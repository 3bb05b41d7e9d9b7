"""What a person decided of a field that was held: it stands as long as the rule reads the same values on both sides.

Plans read it. It is written when the person says so, and an apply that has carried it out writes that it is spent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from engine.compare.reading import read_mark, read_paths
from engine.query.model import FieldQuery
from engine.query.run import Cells, Pairs, as_text

COLUMNS = ("mis_id", "provider_id", "centre", "field", "mark", "take")
_LINK = ("mis_id", "provider_id", "centre")
Take = Literal["mis", "provider", "neither"]


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions on one record type as columns of one length (`COLUMNS`), and the key of their marks.

    `mark` is the keyed hash of what the field's rule read when the person decided; `take` is a `Take`.
    """

    columns: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    key: bytes = b""

    def of(self, name: str) -> pl.DataFrame | None:
        """The decisions on one field; None where there is none."""
        if name not in self.columns.get("field", ()):
            return None
        frame = pl.DataFrame(
            {column: self.columns[column] for column in COLUMNS}, schema=dict.fromkeys(COLUMNS, pl.String)
        )
        return frame.filter(pl.col("field") == name).drop("field")


UNDECIDED = Decided()


def with_decided(cells: Cells, frame: pl.DataFrame, keys: pl.DataFrame, pairs: Pairs, decided: Decided) -> pl.DataFrame:
    """The cells of a two-way field (`frame`), those that a person released as they decided.

    `keys` has the ids of all pairs. Only a cell that would be held for want of a person's word can be released.
    """
    known = decided.of(cells.field.name) if cells.field.mode == "both" else None
    if known is None:
        return frame
    waiting = frame.filter(_waits(cells.field)).select("pair")
    rows = waiting.join(keys.with_row_index("pair"), on="pair").join(known, on=_LINK, nulls_equal=True)
    released = rows.filter(_marks(cells.field, rows, pairs, decided.key) == rows["mark"])
    return (
        frame.join(released.select("pair", "take"), on="pair", how="left", maintain_order="left")
        .with_columns(
            cell=pl.when(pl.col("take").is_null()).then(pl.col("cell")).otherwise("decided " + pl.col("take"))
        )
        .select(frame.columns)
    )


def _waits(field_: FieldQuery) -> pl.Expr:
    asked = pl.col("cell") == ("different" if field_.rule == "ask" else "blanked")
    return asked | (pl.col("cell") == "blanked")


def _marks(field_: FieldQuery, rows: pl.DataFrame, pairs: Pairs, key: bytes) -> pl.Series:
    """The hash of what the field reads now, of the few pairs that somebody decided on."""
    paths = read_paths(field_, pairs)
    some = Pairs(
        pairs.mis_rows.gather(rows["pair"]), pairs.provider_rows.gather(rows["pair"]), pairs.mis, pairs.provider
    )
    values = some.take(paths).select(as_text(pl.col(path)).alias(path) for path in paths)
    marks = [
        read_mark(key, ids, field_.name, [list(one) for one in zip(paths, read, strict=True)])
        for ids, read in zip(rows.select(_LINK).iter_rows(), values.iter_rows(), strict=True)
    ]
    return pl.Series("mark", marks, dtype=pl.String)
