"""Which record of one system is which of the other, and the situation of those that are not paired."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.compare.tiers import Tiered, match_tiers, together
from engine.query.model import RecordQuery
from engine.query.run import Pairs, as_text

_KEYS: dict[str, type[pl.DataType]] = dict.fromkeys(("mis_id", "provider_id", "centre"), pl.String)
_BROKEN = ["mis_id", "provider_id"]
BrokenLink = tuple[str | None, str | None]
"""MIS id and provider id of a link that cannot be followed."""


_NOBODY: Mapping[str, Sequence[str | None]] = MappingProxyType({})


class Situation(StrEnum):
    """What a record or a pair looks like before a decision."""

    LINKED = "linked"
    MATCHED = "matched"
    PROPOSED = "proposed"
    AMBIGUOUS = "ambiguous"
    ONLY_MIS = "only in the MIS"
    ONLY_PROVIDER = "only at the provider"
    GONE_PROVIDER = "link broken at the provider"
    GONE_MIS = "link broken in the MIS"
    SHARED = "link shared"
    MOVED = "link to another centre"
    DOUBLED = "key doubled"


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs to compare, and the links and records that cannot be.

    `keys` has a row a pair: mis_id, provider_id, centre. `broken` has a row a link that cannot be followed, a proposed
    one, and a record that several claim, with its `situation`. `matched` are the pairs that have no link yet and get
    one. `only_mis` and `only_provider` are the ids of one side without any counterpart; `counts` tells every situation.
    """

    pairs: Pairs
    keys: pl.DataFrame
    broken: pl.DataFrame
    only_mis: pl.Series
    only_provider: pl.Series
    counts: Mapping[str, int]
    matched: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_KEYS))
    emptied: bool = False
    """Whether one side was read whole and has no record at all, though there are links to its records."""
    without: frozenset[str] = frozenset()
    """Collections of what belongs to the MIS's records, or what these belong to, that were read whole and are empty."""


LinkFrame = pl.DataFrame
"""Stored links of one record type: mis_id, provider_id, centre."""


def link_frame(links: Mapping[str, Sequence[str | None]]) -> LinkFrame:
    """Stored links as a frame."""
    return pl.DataFrame(dict(links), schema=_KEYS)


def usable_links(frame: LinkFrame, broken: frozenset[BrokenLink]) -> LinkFrame:
    """The stored links that references may follow: none that is shared, and none of these."""
    known = pl.DataFrame(sorted(broken, key=str), schema={name: _KEYS[name] for name in _BROKEN}, orient="row")
    return frame.filter(~_shared()).join(known, on=_BROKEN, how="anti", nulls_equal=True)


def links_touching(
    frame: LinkFrame, mis_ids: Iterable[str], provider_ids: Iterable[str]
) -> Mapping[str, Sequence[str | None]]:
    """The links that touch these records, on either side, so that a shared link is still seen as one."""
    here = pl.col("mis_id").is_in(pl.Series(sorted(mis_ids), dtype=pl.String).implode())
    there = pl.col("provider_id").is_in(pl.Series(sorted(provider_ids), dtype=pl.String).implode())
    found: Mapping[str, Sequence[str | None]] = frame.filter(here | there).to_dict(as_series=False)
    return found


def match_records(
    query: RecordQuery,
    mis: Snapshot,
    provider: Snapshot,
    links: Mapping[str, Sequence[str | None]],
    denied: Mapping[str, Sequence[str | None]] = _NOBODY,
) -> Matched:
    """Pair records by links, then, where the rules have further tiers, by fields that are equal on both sides.

    No tier pairs two records that a person said are not the same (`denied`: mis_id and provider_id).
    """
    by_links = match_links(mis, provider, links, by_centre=query.per_centre)
    if not query.tiers:
        return by_links
    linked = link_frame(links)
    free = (
        _free(mis, linked["mis_id"]),
        _free(provider, linked["provider_id"]),
    )
    apart = _rows_apart(mis, provider, denied)
    if not query.per_centre or provider.collection.centre is None:
        return _joined(query, by_links, match_tiers(query, mis, provider, *free, apart), mis, provider)
    return _joined(query, by_links, _in_each_centre(query, mis, provider, linked, apart), mis, provider)


def _rows_apart(mis: Snapshot, provider: Snapshot, denied: Mapping[str, Sequence[str | None]]) -> pl.DataFrame:
    """The denied pairs as row numbers of both sides."""
    names = ("mis_id", "provider_id")
    pairs = pl.DataFrame({name: denied.get(name, ()) for name in names}, schema=dict.fromkeys(names, pl.String))
    found = pairs.join(_rows(mis, "mis"), on="mis_id").join(_rows(provider, "provider"), on="provider_id")
    return found.select("mis row", "provider row")


def _in_each_centre(
    query: RecordQuery, mis: Snapshot, provider: Snapshot, linked: pl.DataFrame, apart: pl.DataFrame
) -> Tiered:
    """The tiers, centre by centre: there a record of the MIS is free that has no link to a record of that centre.

    A link whose record has moved to another centre is one to both.
    """
    centres, free = _centres(provider), _free(provider, linked["provider_id"])
    own = linked.join(
        pl.DataFrame({"provider_id": provider.frame[provider.collection.key], "own": centres}),
        on="provider_id",
        how="left",
        maintain_order="left",
    )
    parts = []
    for centre in centres.unique().drop_nulls().sort():
        either = pl.col("own").eq_missing(centre) | pl.col("centre").eq_missing(centre)
        taken = own.filter(either | (pl.col("own").is_null() & pl.col("centre").is_null()))
        here = free.filter((centres.gather(free) == centre).fill_null(value=False))
        parts.append(match_tiers(query, mis, provider, _free(mis, taken["mis_id"]), here, apart))
    return together(parts)


def _centres(snapshot: Snapshot) -> pl.Series:
    """The centre of each record, blank ones null."""
    text = as_text(pl.col(snapshot.collection.centre or "")).str.strip_chars()
    return snapshot.frame.select(pl.when(text != "").then(text).alias("centre"))["centre"]


def _free(snapshot: Snapshot, linked: pl.Series) -> pl.Series:
    """The row numbers of the records that no link names."""
    return (~snapshot.frame[snapshot.collection.key].is_in(linked.implode())).arg_true().cast(pl.UInt32)


def _joined(query: RecordQuery, by_links: Matched, tiered: Tiered, mis: Snapshot, provider: Snapshot) -> Matched:
    """What links paired and what tiers found, as one."""
    per_centre = query.per_centre and provider.collection.centre is not None
    mis_ids, provider_ids = mis.frame[mis.collection.key], provider.frame[provider.collection.key]
    found = tiered.matched.with_columns(
        mis_ids.gather(tiered.matched["mis row"]).alias("mis_id"),
        provider_ids.gather(tiered.matched["provider row"]).alias("provider_id"),
        centre=_centres(provider).gather(tiered.matched["provider row"])
        if per_centre
        else pl.lit(None, dtype=pl.String),
    )
    trusted = found.filter(pl.col("trust") == "link")
    proposed = found.filter(pl.col("trust") == "propose").with_columns(situation=pl.lit(Situation.PROPOSED.value))
    claimed = pl.DataFrame({"mis_id": mis_ids.gather(tiered.mis_held)}, schema={"mis_id": pl.String}).select(
        "mis_id",
        pl.lit(None, dtype=pl.String).alias("provider_id"),
        pl.lit(None, dtype=pl.String).alias("centre"),
        pl.lit(Situation.AMBIGUOUS.value).alias("situation"),
    )
    broken = pl.concat([by_links.broken, proposed.select(by_links.broken.columns), claimed])
    touched = pl.concat([found["mis_id"], claimed["mis_id"]])
    only_mis = by_links.only_mis.filter(~by_links.only_mis.is_in(touched.implode()))
    pairs = Pairs(
        by_links.pairs.mis_rows.append(trusted["mis row"]),
        by_links.pairs.provider_rows.append(trusted["provider row"]),
        mis.frame,
        provider.frame,
    )
    seen = {Situation.MATCHED: trusted, Situation.PROPOSED: proposed, Situation.AMBIGUOUS: claimed}
    counts = dict(by_links.counts) | {name.value: rows.height for name, rows in seen.items() if rows.height}
    others = provider_ids.gather(pl.concat([found["provider row"], tiered.provider_held]))
    only_provider = by_links.only_provider.filter(~by_links.only_provider.is_in(others.implode()))
    counts |= {
        Situation.ONLY_MIS.value: only_mis.len(),
        Situation.ONLY_PROVIDER.value: only_provider.len(),
    }
    keys = pl.concat([by_links.keys, trusted.select(by_links.keys.columns)])
    return Matched(
        pairs,
        keys,
        broken.sort("mis_id", "centre", "provider_id"),
        only_mis,
        only_provider,
        counts,
        trusted.select(list(_KEYS)),
    )


def match_links(
    mis: Snapshot, provider: Snapshot, links: Mapping[str, Sequence[str | None]], *, by_centre: bool = False
) -> Matched:
    """Pair the records that the stored links name. Links alone decide; nothing is guessed.

    `by_centre`: a link cannot be followed whose record stands in another centre than the link names. It is told without
    a centre, so that nothing is created for its record anywhere before somebody has looked.
    """
    frame = link_frame(links)
    joined = (
        frame.join(_rows(mis, "mis"), on="mis_id", how="left", maintain_order="left")
        .join(_rows(provider, "provider"), on="provider_id", how="left", maintain_order="left")
        .join(_own_centres(provider, by_centre=by_centre), on="provider_id", how="left", maintain_order="left")
        .with_columns(_situation(mis, provider).alias("situation"))
        .sort("mis_id", "centre", "provider_id", nulls_last=False)
    )
    linked = joined.filter(pl.col("situation") == Situation.LINKED.value)
    broken = joined.filter(pl.col("situation") != Situation.LINKED.value).select(
        "mis_id", "provider_id", pl.when(~_moved()).then("centre").alias("centre"), "situation"
    )
    mis_ids, provider_ids = mis.frame[mis.collection.key], provider.frame[provider.collection.key]
    only_mis = mis_ids.filter(~mis_ids.is_in(frame["mis_id"].implode()))
    only_provider = provider_ids.filter(~provider_ids.is_in(frame["provider_id"].implode()))
    counts = {str(name): int(number) for name, number in joined["situation"].value_counts().iter_rows()}
    counts |= {Situation.ONLY_MIS.value: only_mis.len(), Situation.ONLY_PROVIDER.value: only_provider.len()}
    pairs = Pairs(linked["mis row"], linked["provider row"], mis.frame, provider.frame)
    return Matched(pairs, linked.select("mis_id", "provider_id", "centre"), broken, only_mis, only_provider, counts)


def _rows(snapshot: Snapshot, side: str) -> pl.DataFrame:
    """Key -> row number of one side."""
    return snapshot.frame.select(pl.col(snapshot.collection.key).alias(f"{side}_id")).with_row_index(f"{side} row")


def _own_centres(provider: Snapshot, *, by_centre: bool) -> pl.DataFrame:
    """Key -> the centre in which the provider's record stands; nothing where links name no centre."""
    if not by_centre or provider.collection.centre is None:
        return pl.DataFrame(schema={"provider_id": pl.String, "own": pl.String})
    return pl.DataFrame({"provider_id": provider.frame[provider.collection.key], "own": _centres(provider)})


def _moved() -> pl.Expr:
    return (pl.col("own") != pl.col("centre")).fill_null(value=False)


def _shared() -> pl.Expr:
    """Where two links name one record of the provider, or one of the MIS in one centre."""
    return pl.col("provider_id").is_duplicated() | pl.struct("mis_id", "centre").is_duplicated()


def _situation(mis: Snapshot, provider: Snapshot) -> pl.Expr:
    doubled = pl.col("mis_id").is_in(list(mis.doubled)) | pl.col("provider_id").is_in(list(provider.doubled))
    return (
        pl.when(doubled)
        .then(pl.lit(Situation.DOUBLED.value))
        .when(_shared())
        .then(pl.lit(Situation.SHARED.value))
        .when(pl.col("mis row").is_null())
        .then(pl.lit(Situation.GONE_MIS.value))
        .when(pl.col("provider row").is_null())
        .then(pl.lit(Situation.GONE_PROVIDER.value))
        .when(_moved())
        .then(pl.lit(Situation.MOVED.value))
        .otherwise(pl.lit(Situation.LINKED.value))
    )
