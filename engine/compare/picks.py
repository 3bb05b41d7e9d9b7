"""Records of the MIS with the values that are picked for them from the records that belong to them."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from engine.compare.lists import owners_of_unnamed
from engine.compare.snapshot import Snapshot
from engine.query.model import PickQuery, RecordQuery
from engine.query.run import as_text

_PARENT = "\x1fparent"


def with_picks(query: RecordQuery, snapshot: Snapshot, children: Mapping[str, Snapshot]) -> Snapshot:
    """The snapshot with a column for each pick, and its mark `NAME?` where nobody can say which record is meant."""
    frame = snapshot.frame
    key = snapshot.collection.key
    for pick in query.picks:
        child = children[pick.collection.name]
        chosen = _chosen(pick, child.frame)
        frame = frame.join(chosen, left_on=key, right_on=_PARENT, how="left", maintain_order="left")
        unsure = pl.col(key).is_in(owners_of_unnamed(pick, child).implode())
        frame = frame.with_columns(
            pl.when(~unsure).then(pick.name).alias(pick.name), pl.col(f"{pick.name}?").fill_null(value=False) | unsure
        )
    return replace(snapshot, frame=frame)


def _chosen(pick: PickQuery, frame: pl.DataFrame) -> pl.DataFrame:
    """Parent's key -> the picked value, and whether it cannot be told."""
    parent = as_text(pl.col(pick.parent))
    unclear, order, descending = _order(pick, frame)
    owned = frame.with_columns(**{_PARENT: parent}).filter(pl.col(_PARENT).str.strip_chars() != "")
    sorted_ = owned.with_columns(unclear=unclear, **order).sort(
        *order, pick.collection.key, descending=[*descending, False], nulls_last=True
    )
    several = pl.len().over(_PARENT) > 1
    marked = sorted_.with_columns(unclear=pl.col("unclear").any().over(_PARENT) & several)
    value = f"{pick.column.name}?"
    unreadable = pl.col(value) if value in frame.columns else pl.lit(value=False)
    first = marked.unique(_PARENT, keep="first", maintain_order=True)
    return first.select(
        _PARENT,
        pl.when(~pl.col("unclear")).then(pl.col(pick.column.name)).alias(pick.name),
        (pl.col("unclear") | unreadable).alias(f"{pick.name}?"),
    )


def _order(pick: PickQuery, frame: pl.DataFrame) -> tuple[pl.Expr, dict[str, pl.Expr], list[bool]]:
    """Where a record's place cannot be told, and what records are sorted by: the preferred, the newest, the tie."""
    unclear = [pl.lit(value=False)]
    order: dict[str, pl.Expr] = {}
    if pick.prefer is not None:
        bad = pick.prefer.value.is_null()
        if pick.prefer.problem is not None:
            bad = bad | pick.prefer.problem.fill_null(value=False)
        unclear.append(bad)
        order["\x1fprefer"] = pick.prefer.value.fill_null(value=False)
    descending = [True] * len(order)
    for column, down in ((pick.newest, True), (pick.tie, False)):
        if column is not None:
            order[f"\x1f{len(order)}"] = pl.col(column.name)
            descending.append(down)
            unclear += [pl.col(f"{column.name}?")] if f"{column.name}?" in frame.columns else []
    return pl.any_horizontal(unclear), order, descending
