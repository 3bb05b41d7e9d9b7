"""Two records side by side: the fields that tell one person from another, masked where they are sensitive."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.compare.tiers import compared
from engine.ports import Category
from engine.query.children import is_for_plans
from engine.query.model import FieldQuery, RecordQuery
from engine.query.normalise import filled
from engine.query.run import Pairs, as_text, paths_of
from engine.rules.model import Side


@dataclass(frozen=True, slots=True)
class Beside:
    """One field of two records, both in the provider's form. `same` is None where a side is blank."""

    field: str
    category: Category
    mis: str | None
    provider: str | None
    same: bool | None


def telling(query: RecordQuery) -> tuple[FieldQuery, ...]:
    """The fields that tell one record from another: of the tiers, identifiers, and what the provider demands."""
    tiered = {one.name for tier in query.tiers for one in tier.fields}
    return tuple(
        one
        for one in query.fields
        if one.to_provider is not None
        and one.to_provider.reads
        and not any(is_for_plans(path) for path in one.to_provider.reads)
        and one.provider is not None
        and one.provider.access != "write"
        and not one.provider_group
        and one.refers_to is None
        and (one.name in tiered or one.provider.required or one.category == "identifier")
    )


def columns_for(query: RecordQuery, fields: Sequence[FieldQuery], side: Side) -> tuple[str, ...]:
    """The columns of a side that have to be read to look at these fields and to try the tiers."""
    collection = query.mis if side == "mis" else query.provider
    names = {collection.key, *collection.members} | ({collection.centre} if collection.centre else set())
    reads: list[str] = []
    for one in (*fields, *(part for tier in query.tiers for part in tier.fields)):
        names |= {own.name for own in one.columns(side) if own.access != "write"}
        reads += one.to_provider.reads if one.to_provider is not None else ()
    for tier in query.tiers:
        reads += tier.unless.reads if tier.unless is not None else ()
    names |= {path.partition(".")[2] for path in reads if path.startswith(f"{side}.")}
    return tuple(name for name in collection.columns if name in names)


def side_by_side(fields: Sequence[FieldQuery], mis: Snapshot, provider: Snapshot) -> tuple[Beside, ...]:
    """The fields of the one record in each snapshot."""
    first = pl.Series([0], dtype=pl.UInt32)
    pairs = Pairs(first, first, mis.frame, provider.frame)
    return tuple(_beside(one, pairs) for one in fields)


def _beside(field: FieldQuery, pairs: Pairs) -> Beside:
    column = field.target("provider")
    here = field.to_provider.value if field.to_provider is not None else pl.lit(None, dtype=pl.String)
    path = pl.col(f"provider.{column.name}")
    there = filled(path) if column.type == "text" else path
    row = (
        pairs.take(paths_of(field, pairs))
        .select(
            mis=as_text(here),
            provider=as_text(there),
            same=compared(field, "mis") == compared(field, "provider"),
        )
        .row(0, named=True)
    )
    return Beside(field.name, field.category, row["mis"], row["provider"], row["same"])


def only_record(snapshot: Snapshot, key: str) -> Snapshot:
    """The snapshot with the record of this key alone."""
    column = snapshot.collection.key
    return Snapshot(
        snapshot.system,
        snapshot.collection,
        snapshot.frame.filter(pl.col(column) == key),
        snapshot.raw.filter(pl.col(column) == key),
        (),
        0,
        snapshot.digest,
    )


def values_of(snapshot: Snapshot, column: str) -> list[str | None]:
    """A column's values as texts."""
    found: list[str | None] = snapshot.frame.select(as_text(pl.col(column)))[column].to_list()
    return found
