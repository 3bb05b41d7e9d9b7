"""Pairing records that no link names: by fields that are equal on both sides, tier after tier, never by a guess.

Values are compared translated and normalised. A blank matches nothing. Two claims on one record within a tier, or tiers
that disagree, pair nothing of all that they touch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.query.model import Expression, FieldQuery, RecordQuery, TierQuery
from engine.query.normalise import filled, normalised
from engine.query.run import Pairs, as_text, with_marks

_BETWEEN = "\x1f"
"""Stands between the parts of a key of several fields; no text of a record may hold it."""
_ROWS = {"mis row": pl.UInt32, "provider row": pl.UInt32}


@dataclass(frozen=True, slots=True)
class Tiered:
    """Row numbers of what the tiers found.

    `matched` has `mis row`, `provider row`, `trust` and `at` (the tier's place). The rows of `mis_held` and
    `provider_held` are claimed by several.
    """

    matched: pl.DataFrame
    mis_held: pl.Series
    provider_held: pl.Series


def match_tiers(
    query: RecordQuery,
    mis: Snapshot,
    provider: Snapshot,
    mis_free: pl.Series,
    provider_free: pl.Series,
    apart: pl.DataFrame,
) -> Tiered:
    """Pair the free rows of both sides (row numbers) by the record type's tiers, the strongest first.

    The pairs of rows in `apart` are not the same, as a person said: neither claims the other.
    """
    taken = pl.DataFrame(schema={**_ROWS, "trust": pl.String, "at": pl.String})
    mis_held, provider_held = (pl.Series(name, [], dtype=pl.UInt32) for name in _ROWS)
    for tier in query.tiers:
        claims = _claims(tier, Pairs(mis_free, provider_free, mis.frame, provider.frame), apart)
        disagree = claims.pairs.join(taken, on="mis row", suffix=" taken").filter(
            pl.col("provider row") != pl.col("provider row taken")
        )
        mis_held = mis_held.append(disagree["mis row"])
        provider_held = provider_held.append(disagree["provider row"]).append(disagree["provider row taken"])
        free = claims.pairs.filter(
            ~pl.col("mis row").is_in(taken["mis row"].implode()),
            ~pl.col("provider row").is_in(taken["provider row"].implode()),
        )
        mis_held = mis_held.append(_without(claims.mis_several, taken["mis row"]))
        provider_held = provider_held.append(_without(claims.provider_several, taken["provider row"]))
        taken = pl.concat([taken, free.with_columns(trust=pl.lit(tier.trust), at=pl.lit(tier.at))])
    kept = taken.filter(
        ~pl.col("mis row").is_in(mis_held.implode()), ~pl.col("provider row").is_in(provider_held.implode())
    )
    return Tiered(kept, mis_held.unique().sort(), provider_held.unique().sort())


def together(parts: Sequence[Tiered]) -> Tiered:
    """What was found in parts that share no record of the provider, as one."""
    nothing = pl.Series([], dtype=pl.UInt32)
    frames = [one.matched for one in parts] or [pl.DataFrame(schema={**_ROWS, "trust": pl.String, "at": pl.String})]
    return Tiered(
        pl.concat(frames),
        pl.concat([nothing, *(one.mis_held for one in parts)]).unique().sort(),
        pl.concat([nothing, *(one.provider_held for one in parts)]).unique().sort(),
    )


@dataclass(frozen=True, slots=True)
class _Claims:
    """One tier: pairs that claim each other alone, and rows that stand in several claims."""

    pairs: pl.DataFrame
    mis_several: pl.Series
    provider_several: pl.Series


def _claims(tier: TierQuery, free: Pairs, apart: pl.DataFrame) -> _Claims:
    mis = tier_keys(tier, free, "mis")
    provider = tier_keys(tier, free, "provider")
    shared = mis.join(provider.select("key").unique(), on="key", how="semi")
    several = pl.concat(
        [
            side.group_by("key").len().filter(pl.col("len") > 1).select("key")
            for side in (shared, provider.join(shared.select("key").unique(), on="key", how="semi"))
        ]
    ).unique()
    alone = shared.join(several, on="key", how="anti").join(provider, on="key")
    pairs = alone.select("mis row", "provider row").join(apart, on=["mis row", "provider row"], how="anti")
    if tier.unless is not None and not one_sided(tier.unless):
        pairs = pairs.filter(
            speaks(tier.unless, Pairs(pairs["mis row"], pairs["provider row"], free.mis, free.provider))
        )
    here = shared.join(several, on="key", how="semi")
    there = provider.join(several, on="key", how="semi").join(shared, on="key", how="semi")
    return _Claims(
        pairs.sort("mis row"),
        _claimed(here, there, apart, "mis row"),
        _claimed(there, here, apart, "provider row"),
    )


def _claimed(rows: pl.DataFrame, others: pl.DataFrame, apart: pl.DataFrame, name: str) -> pl.Series:
    """The rows that stand in several claims, but for those that a person set apart from all that share their key."""
    denied = rows.join(apart.select(name).unique(), on=name, how="semi")
    if not denied.height:
        return rows[name]
    left = denied.join(others, on="key").join(apart, on=list(_ROWS), how="anti")
    return rows.join(denied, on=name, how="anti")[name].append(left[name].unique().sort())


def tier_keys(tier: TierQuery, free: Pairs, side: str) -> pl.DataFrame:
    """Row number and key of each free row of one side: no part is blank, and the tier does not leave it out."""
    frame, rows = (free.mis, free.mis_rows) if side == "mis" else (free.provider, free.provider_rows)
    some = frame[rows].select(pl.all().name.prefix(f"{side}."))
    parts = [compared(field, side) for field in tier.fields]
    key = pl.when(pl.all_horizontal(part.is_not_null() for part in parts)).then(
        pl.concat_str(parts, separator=_BETWEEN)
    )
    keyed = some.with_columns(key=key).with_columns(rows.alias(f"{side} row").cast(pl.UInt32))
    if tier.unless is not None and one_sided(tier.unless) == side:
        keyed = keyed.filter(_open(tier.unless))
    return keyed.filter(pl.col("key").is_not_null()).select(f"{side} row", "key")


def compared(field: FieldQuery, side: str) -> pl.Expr:
    """A field's value on one side, in the provider's form, as it is compared."""
    column = field.target("provider")
    if side == "mis" and field.to_provider is not None:
        value = field.to_provider.value
    else:
        path = pl.col(f"provider.{column.name}")
        value = filled(path) if column.type == "text" else path
    text = normalised(value, field.compare) if column.type == "text" else as_text(value)
    return pl.when(text != "").then(text)


def one_sided(condition: Expression) -> str:
    """The side whose columns alone a condition reads; empty where it reads both."""
    sides = {path.partition(".")[0] for path in condition.reads}
    return next(iter(sides)) if len(sides) == 1 else "" if sides else "mis"


def _open(condition: Expression) -> pl.Expr:
    """Exactly false: a condition that is true or unclear leaves the record out."""
    return (condition.value == pl.lit(value=False)).fill_null(value=False)


def speaks(condition: Expression, pairs: Pairs) -> pl.Series:
    """For each pair, whether a condition over both sides lets it through."""
    return pairs.take(with_marks(condition.reads, pairs)).select(_open(condition).alias("open"))["open"]


def _without(rows: pl.Series, taken: pl.Series) -> pl.Series:
    return rows.filter(~rows.is_in(taken.implode()))
