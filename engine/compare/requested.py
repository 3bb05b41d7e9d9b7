"""A plan for the records that a person asks for: of all that was decided, what these need and nothing else."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from engine.compare.decide import Decisions
from engine.query.references import stands_in


def narrowed(decisions: Decisions, ids: frozenset[str], used: frozenset[str], *, asked: bool) -> Decisions:
    """What concerns these records alone.

    Of the record type that is `asked` for, `ids` are the MIS ids asked for: their changes, creates and holds. Of any
    other, they are those that changes refer to and that are to be created: their creates, and the new links of the
    records that changes refer to (`used`, the provider's ids).
    """
    own = pl.col("mis_id").is_in(list(ids))
    matched = decisions.matched
    pairs = matched.keys.with_row_index("pair").filter(own & pl.lit(asked))["pair"].implode()
    creates = (replace(one, frame=one.frame.filter(own)) for one in decisions.creates)
    return replace(
        decisions,
        matched=replace(
            matched,
            broken=matched.broken.filter(own & pl.lit(asked)),
            matched=matched.matched.filter((own & pl.lit(asked)) | pl.col("provider_id").is_in(list(used))),
        ),
        cells=decisions.cells.filter(pl.col("pair").is_in(pairs)),
        holds=decisions.holds.filter(pl.col("pair").is_in(pairs)),
        creates=tuple(one for one in creates if one.frame.height),
        counts={},
    )


def used_by(decisions: Decisions) -> Mapping[str, set[str]]:
    """Record type -> ids of the provider's records, there already, that changes at the provider refer to."""
    found: dict[str, set[str]] = {}
    for at, field in enumerate(decisions.query.fields):
        if field.refers_to is None:
            continue
        cells = decisions.cells.filter(pl.col("field") == at, pl.col("target") == "provider")
        values = [cells["after"]]
        values += [
            one.frame[f"value {at}"]
            for one in decisions.creates
            if one.at == "provider" and f"value {at}" in one.frame.columns
        ]
        for some in values:
            there = some.to_frame("id").filter(pl.col("id").is_not_null() & ~stands_in(pl.col("id")))["id"]
            found.setdefault(field.refers_to, set()).update(there.to_list())
    return found
