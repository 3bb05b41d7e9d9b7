"""Which record of one system is which of the other, and the situation of those that are not paired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.query.run import Pairs


class Situation(StrEnum):
    """What a record or a pair looks like before a decision."""

    LINKED = "linked"
    ONLY_MIS = "only in the MIS"
    ONLY_PROVIDER = "only at the provider"
    GONE_PROVIDER = "link broken at the provider"
    GONE_MIS = "link broken in the MIS"
    SHARED = "link shared"
    DOUBLED = "key doubled"


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs to compare, and the links and records that cannot be.

    `keys` has a row a pair: mis_id, provider_id, centre. `broken` has a row a link that cannot be followed, with its
    `situation`. `only_mis` are the MIS ids without a link; `counts` tells every situation.
    """

    pairs: Pairs
    keys: pl.DataFrame
    broken: pl.DataFrame
    only_mis: pl.Series
    counts: Mapping[str, int]


def match_links(mis: Snapshot, provider: Snapshot, links: Mapping[str, Sequence[str | None]]) -> Matched:
    """Pair the records that the stored links name. Links alone decide; nothing is guessed."""
    frame = pl.DataFrame(dict(links), schema=dict.fromkeys(("mis_id", "provider_id", "centre"), pl.String))
    joined = (
        frame.join(_rows(mis, "mis"), on="mis_id", how="left", maintain_order="left")
        .join(_rows(provider, "provider"), on="provider_id", how="left", maintain_order="left")
        .with_columns(_situation(mis, provider).alias("situation"))
        .sort("mis_id", "centre", "provider_id", nulls_last=False)
    )
    linked = joined.filter(pl.col("situation") == Situation.LINKED.value)
    broken = joined.filter(pl.col("situation") != Situation.LINKED.value).select(
        "mis_id", "provider_id", "centre", "situation"
    )
    mis_ids, provider_ids = mis.frame[mis.collection.key], provider.frame[provider.collection.key]
    only_mis = mis_ids.filter(~mis_ids.is_in(frame["mis_id"].implode()))
    only_provider = provider_ids.len() - int(provider_ids.is_in(frame["provider_id"].implode()).sum())
    counts = {str(name): int(number) for name, number in joined["situation"].value_counts().iter_rows()}
    counts |= {Situation.ONLY_MIS.value: only_mis.len(), Situation.ONLY_PROVIDER.value: only_provider}
    pairs = Pairs(linked["mis row"], linked["provider row"], mis.frame, provider.frame)
    return Matched(pairs, linked.select("mis_id", "provider_id", "centre"), broken, only_mis, counts)


def _rows(snapshot: Snapshot, side: str) -> pl.DataFrame:
    """Key -> row number of one side."""
    return snapshot.frame.select(pl.col(snapshot.collection.key).alias(f"{side}_id")).with_row_index(f"{side} row")


def _situation(mis: Snapshot, provider: Snapshot) -> pl.Expr:
    doubled = pl.col("mis_id").is_in(list(mis.doubled)) | pl.col("provider_id").is_in(list(provider.doubled))
    return (
        pl.when(doubled)
        .then(pl.lit(Situation.DOUBLED.value))
        .when(pl.col("provider_id").is_duplicated() | pl.struct("mis_id", "centre").is_duplicated())
        .then(pl.lit(Situation.SHARED.value))
        .when(pl.col("mis row").is_null())
        .then(pl.lit(Situation.GONE_MIS.value))
        .when(pl.col("provider row").is_null())
        .then(pl.lit(Situation.GONE_PROVIDER.value))
        .otherwise(pl.lit(Situation.LINKED.value))
    )
