"""Who may be the counterpart of one record of the MIS: what each tier of identity finds, and why it proposes nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl

from engine.compare.snapshot import Snapshot
from engine.compare.tiers import one_sided, speaks, tier_keys
from engine.query.model import RecordQuery, TierQuery
from engine.query.run import Pairs


class Finding(StrEnum):
    """What a tier found."""

    PROPOSED = "proposed"
    BLANK = "blank"
    LEFT_OUT = "left out"
    NOTHING = "nothing"
    SEVERAL = "several"
    TWINS = "twins"
    LINKED = "linked"
    DENIED = "denied"


SENTENCES: Mapping[Finding, str] = {
    Finding.PROPOSED: "one record at the provider, not linked yet, is equal in all fields of the tier",
    Finding.BLANK: "a field of the tier is blank in the MIS, and a blank matches nothing",
    Finding.LEFT_OUT: "the tier's `unless` leaves the record out: its value tells nobody apart",
    Finding.NOTHING: "no record at the provider is equal in all fields of the tier",
    Finding.SEVERAL: "several records at the provider are equal in all fields of the tier",
    Finding.TWINS: "several records of the MIS are equal in all fields of the tier",
    Finding.DENIED: "a person said that the record at the provider is not the same",
    Finding.LINKED: "the record at the provider is linked to another record of the MIS",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What one tier found: the provider's ids, and the MIS ids that are linked to them or equal to the record."""

    tier: TierQuery
    finding: Finding
    provider_ids: tuple[str, ...] = ()
    mis_ids: tuple[str, ...] = ()


def find_candidates(
    query: RecordQuery,
    mis: Snapshot,
    provider: Snapshot,
    linked: Mapping[str, str],
    mis_id: str,
    denied: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[Found, ...]:
    """Try every tier for one record. `linked` is provider id -> MIS id of the stored links.

    `denied` has the MIS id and provider id of records that a person said are not the same.
    """
    return tuple(_try(tier, _Sides(mis, provider, linked, mis_id, denied)) for tier in query.tiers)


@dataclass(frozen=True, slots=True)
class _Sides:
    mis: Snapshot
    provider: Snapshot
    linked: Mapping[str, str]
    mis_id: str
    denied: frozenset[tuple[str, str]]

    def pairs(self) -> Pairs:
        """All rows of both sides."""
        frames = self.mis.frame, self.provider.frame
        rows = [pl.Series(range(frame.height), dtype=pl.UInt32) for frame in frames]
        return Pairs(rows[0], rows[1], *frames)

    def row(self) -> int:
        """The row of the record that is asked about."""
        return self.mis.frame[self.mis.collection.key].to_list().index(self.mis_id)

    def ids(self, rows: pl.Series, side: str) -> tuple[str, ...]:
        """The keys of rows, sorted."""
        snapshot = self.mis if side == "mis" else self.provider
        return tuple(sorted(snapshot.frame[snapshot.collection.key].gather(rows).to_list()))


def _try(tier: TierQuery, sides: _Sides) -> Found:
    pairs, row = sides.pairs(), sides.row()
    here = tier_keys(replace(tier, unless=None), pairs, "mis")
    own = here.filter(pl.col("mis row") == row)["key"].to_list()
    if not own:
        return Found(tier, Finding.BLANK)
    kept = tier_keys(tier, pairs, "mis").filter(pl.col("key") == own[0])
    if row not in kept["mis row"].to_list():
        return Found(tier, Finding.LEFT_OUT)
    alike = tier_keys(replace(tier, unless=None), pairs, "provider").filter(pl.col("key") == own[0])
    if not alike.height:
        return Found(tier, Finding.NOTHING)
    there = tier_keys(tier, pairs, "provider").filter(pl.col("key") == own[0])["provider row"]
    if tier.unless is not None and not one_sided(tier.unless):
        mine = pl.Series([row] * there.len(), dtype=pl.UInt32)
        there = there.filter(speaks(tier.unless, Pairs(mine, there, pairs.mis, pairs.provider)))
    if not there.len():
        return Found(tier, Finding.LEFT_OUT)
    return _judge(tier, sides, sides.ids(kept["mis row"], "mis"), sides.ids(there, "provider"))


def _judge(tier: TierQuery, sides: _Sides, equal: tuple[str, ...], there: tuple[str, ...]) -> Found:
    """Links come first: a record that has one is nobody else's, and its twin may be told apart by it."""
    free = tuple(one for one in there if one not in sides.linked)
    if not free:
        return Found(tier, Finding.LINKED, there, tuple(sorted({sides.linked[one] for one in there})))
    denied = tuple(one for one in free if (sides.mis_id, one) in sides.denied)
    free = tuple(one for one in free if one not in denied)
    if not free:
        return Found(tier, Finding.DENIED, denied)
    others = {one for one in equal if one != sides.mis_id} - set(sides.linked.values())
    twins = tuple(sorted(one for one in others if any((one, there) not in sides.denied for there in free)))
    if twins:
        return Found(tier, Finding.TWINS, free, twins)
    return Found(tier, Finding.PROPOSED if len(free) == 1 else Finding.SEVERAL, free)
