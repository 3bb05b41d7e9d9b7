"""Cells to decisions: the table applied, with counts of everything that was compared and left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import polars as pl

from engine.compare.agreed import NOTHING, Agreed, with_agreed
from engine.compare.creates import NOTHING_WANTED, Creates, Wanted, find_creates
from engine.compare.decided import UNDECIDED, Decided, with_decided
from engine.compare.holds import held_pairs
from engine.compare.match import Matched
from engine.compare.reasons import HOLDS, RELEASABLE, Reason, Verdict, decide_cell, left_out
from engine.query.model import FieldQuery, RecordQuery
from engine.query.references import stands_in
from engine.query.run import Cell, run_record

_CELLS: tuple[Cell, ...] = get_args(Cell)
SCHEMA = {
    "pair": pl.UInt32,
    "field": pl.UInt32,
    "target": pl.String,
    "reason": pl.String,
    "before": pl.String,
    "after": pl.String,
    "held": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything decided for one record type.

    `cells` has a row a field that changes or is held: pair (row of `matched.keys`), field (position in
    `query.fields`), target (`mis` or `provider`), reason, before, after, held. `counts` is field -> reason -> number
    over all cells compared. `holds` has pair, why and because of the pairs that the rules hold.
    """

    query: RecordQuery
    matched: Matched
    cells: pl.DataFrame
    creates: tuple[Creates, ...]
    holds: pl.DataFrame
    counts: Mapping[str, Mapping[str, int]]

    @property
    def records(self) -> int:
        """How many records of this type the exchange holds: pairs, and what only one side has where that is created."""
        alone = self.matched.only_mis.len() if self.query.create_new is not None else 0
        there = self.matched.only_provider.len() if self.query.create_in_mis is not None else 0
        return self.matched.keys.height + alone + there


def decide(
    query: RecordQuery,
    matched: Matched,
    wanted: Wanted = NOTHING_WANTED,
    agreed: Agreed = NOTHING,
    decided: Decided = UNDECIDED,
) -> Decisions:
    """Run the query over all pairs and decide every cell that is not plainly the same.

    `wanted` are further creates; `agreed` is what both sides once agreed on, `decided` what people decided of fields
    that were held.
    """
    positions = {field.name: at for at, field in enumerate(query.fields)}
    pairs = matched.keys.height
    counts: dict[str, dict[str, int]] = {}
    parts: list[pl.DataFrame] = []
    for cells in run_record(query, matched.pairs):
        frame = with_agreed(query.record_type, cells, matched.keys, agreed)
        told = _decide_field(cells.field, with_decided(cells, frame, matched.keys, matched.pairs, decided))
        if matched.without and cells.field.blank_clears and _reads_any(query, cells.field, matched.without):
            told = _doubt_clears(told)
        found = {str(reason): int(number) for reason, number in told["reason"].value_counts().iter_rows()}
        same = pairs - told.height
        found[Reason.SAME.value] = found.get(Reason.SAME.value, 0) + same
        counts[cells.field.name] = dict(sorted((name, number) for name, number in found.items() if number))
        moving = told.filter((pl.col("target") != "") | pl.col("held"))
        parts.append(
            moving.with_columns(field=pl.lit(positions[cells.field.name], dtype=pl.UInt32)).select(list(SCHEMA))
        )
    for field in query.fields:
        if field.mode == "ignore":
            counts[field.name] = {left_out(field).value: pairs}
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)
    frame = frame.sort("pair", "target", "field")
    holds = held_pairs(query, matched.pairs, frame["pair"].unique().sort())
    return Decisions(query, matched, frame, find_creates(query, matched, wanted), holds, counts)


def _reads_any(query: RecordQuery, field: FieldQuery, collections: frozenset[str]) -> bool:
    """Whether a field's value is made of records of these collections."""
    names = {f"mis.{one.name}" for one in query.picks if one.collection.name in collections}
    for listed in query.lists:
        if listed.collection.name in collections:
            names |= {f"mis.{listed.listed}", f"mis.{listed.counted}"}
    if query.parent is not None and query.parent.collection.name in collections:
        names |= {f"mis.parent.{one}" for one in query.parent.columns}
    return any(not names.isdisjoint(one.reads) for one in field.expressions)


def _doubt_clears(told: pl.DataFrame) -> pl.DataFrame:
    """Hold what would be cleared: what it is made of showed no record at all when it was read whole."""
    clears = pl.col("reason") == Reason.CLEARS.value
    return told.with_columns(
        reason=pl.when(clears).then(pl.lit(Reason.EMPTY_READ.value)).otherwise(pl.col("reason")),
        held=pl.col("held") | clears,
    )


def _decide_field(field: FieldQuery, frame: pl.DataFrame) -> pl.DataFrame:
    verdicts = {cell: _verdict(field, cell) for cell in _CELLS}
    target = pl.col("cell").replace_strict(
        {cell: verdict.target for cell, verdict in verdicts.items()}, return_dtype=pl.String
    )
    reason = pl.col("cell").replace_strict(
        {cell: verdict.reason.value for cell, verdict in verdicts.items()}, return_dtype=pl.String
    )
    decided = frame.with_columns(
        target=target, reason=pl.when(pl.col("cell") == "problem").then(pl.coalesce("why", reason)).otherwise(reason)
    )
    to_provider = pl.col("target") == "provider"
    decided = decided.with_columns(
        before=pl.when(to_provider).then(pl.col("provider")).otherwise(pl.col("mis")),
        after=pl.when(pl.col("reason") == Reason.CLEARS.value)
        .then(None)
        .when(to_provider)
        .then(pl.col("to_provider"))
        .otherwise(pl.col("to_mis")),
    )
    return _hold(field, decided)


def _verdict(field: FieldQuery, cell: Cell) -> Verdict:
    """The table's verdict; where it would write lines that were joined on that side, a hold."""
    found = decide_cell(field.mode, field.rule, cell, blank_clears=field.blank_clears)
    return Verdict(Reason.CANNOT_SPLIT) if field.join is not None and found.target == field.join.side else found


def _hold(field: FieldQuery, decided: pl.DataFrame) -> pl.DataFrame:
    """Mark holds, and hold what the target's column is too short for."""
    too_long = pl.lit(value=False)
    for side in ("mis", "provider"):
        too_long = too_long | ((pl.col("target") == side) & pl.col("after").is_not_null() & pl.col(f"long_{side}"))
    if field.refers_to is not None:  # an id that is not known yet has no length
        too_long = too_long & ~stands_in(pl.col("after"))
    decided = decided.with_columns(
        reason=pl.when(too_long).then(pl.lit(Reason.TOO_LONG.value)).otherwise(pl.col("reason"))
    )
    held = pl.col("reason").is_in([reason.value for reason in HOLDS])
    asks = pl.col("reason").is_in([reason.value for reason in RELEASABLE])
    side = "mis" if field.mode == "pull" else "provider"
    empty = pl.col("target") == ""
    shown = pl.col(side)
    return decided.select(
        "pair",
        pl.when(held & empty).then(pl.lit(side)).otherwise(pl.col("target")).alias("target"),
        "reason",
        pl.when(held & empty).then(shown).otherwise(pl.col("before")).alias("before"),
        pl.when(asks)  # who is to decide sees both values
        .then(pl.col("to_provider"))
        .when(held & ~too_long)
        .then(None)
        .otherwise(pl.col("after"))
        .alias("after"),
        held.alias("held"),
    )
