"""Records of the MIS with the lists of the records that belong to them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.query.model import ListQuery, PickQuery
from engine.query.normalise import filled
from engine.query.run import as_text

_OWNER, _ITEM, _BAD = "\x1fowner", "\x1fitem", "\x1fbad"


def with_lists(lists: Sequence[ListQuery], snapshot: Snapshot, children: Mapping[str, Snapshot]) -> Snapshot:
    """The snapshot with each list as a text, sorted by the key, and with the number of its records.

    The marks `NAME?` are true where a value of a list cannot be read, several of its records have one key, or one has
    none.
    """
    frame = snapshot.frame
    for one in lists:
        frame = _joined(one, frame, snapshot.collection.key, children[one.collection.name])
    return replace(snapshot, frame=frame)


def _joined(one: ListQuery, frame: pl.DataFrame, key: str, child: Snapshot) -> pl.DataFrame:
    owner = as_text(pl.col(one.parent))  # as it is written: so it is asked for again when a plan is applied
    marks = [pl.col(f"{name}?") for name in one.columns if f"{name}?" in child.frame.columns]
    items = (
        child.frame.sort(child.collection.key)
        .select(
            owner.alias(_OWNER),
            _item(one).alias(_ITEM),
            (pl.any_horizontal(marks) if marks else pl.lit(value=False)).alias(_BAD),
        )
        .filter(pl.col(_OWNER).str.strip_chars() != "")
    )
    found = items.group_by(_OWNER, maintain_order=True).agg(
        pl.concat_str(pl.lit("["), pl.col(_ITEM).str.join(","), pl.lit("]")).first().alias(one.listed),
        pl.len().cast(pl.Int64).alias(one.counted),
        pl.col(_BAD).any().alias(f"{one.listed}?"),
    )
    lost = owners_of_unnamed(one, child)
    joined = frame.with_columns(as_text(pl.col(key)).alias(_OWNER))
    joined = joined.join(found, on=_OWNER, how="left", maintain_order="left")
    unsure = pl.col(_OWNER).is_in(lost.implode())
    return joined.with_columns(
        pl.col(one.listed).fill_null("[]"),
        pl.col(one.counted).fill_null(0),
        (pl.col(f"{one.listed}?").fill_null(value=False) | unsure).alias(f"{one.listed}?"),
        unsure.alias(f"{one.counted}?"),
    ).drop(_OWNER)


def _item(one: ListQuery) -> pl.Expr:
    """One record of a list as a JSON object of texts, blank ones null."""
    columns = one.collection.columns
    values = [
        (filled(pl.col(name)) if columns[name].type == "text" else as_text(pl.col(name))).alias(name)
        for name in one.columns
    ]
    return pl.struct(values).struct.json_encode() if values else pl.lit("{}")


def owners_of_unnamed(one: ListQuery | PickQuery, child: Snapshot) -> pl.Series:
    """Whose records have a key that several have, or none: left out of the frame, nobody can count or pick them."""
    rows = child.unnamed
    owner = as_text(pl.col(one.parent)) if rows.width else pl.lit(None, dtype=pl.String)
    return rows.select(owner.cast(pl.String).alias(_OWNER))[_OWNER].drop_nulls().unique()
