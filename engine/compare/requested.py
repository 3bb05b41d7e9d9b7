"""A plan for the records that a person asks for: of all that was decided, what these need and nothing else."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from engine.compare.decide import Decisions
from engine.query.references import stands_in
from engine.query.run import Pairs, as_text, with_marks


def narrowed(
    decisions: Decisions, ids: frozenset[str], used: frozenset[str], needed: frozenset[str], *, asked: bool
) -> Decisions:
    """What concerns these records alone.

    Of the record type that is `asked` for, `ids` are the MIS ids asked for: their changes, creates and holds. Of any
    other, they are those that changes refer to and that are to be created: their creates, and the new links of the
    records that changes refer to (`used`, the provider's ids). Of `needed`, the MIS ids of all that is referred to, the
    links that cannot be followed: so nobody follows them while the plan is applied.
    """
    own = pl.col("mis_id").is_in(list(ids))
    matched = decisions.matched
    pairs = matched.keys.with_row_index("pair").filter(own & pl.lit(asked))["pair"].implode()
    creates = (replace(one, frame=one.frame.filter(own)) for one in decisions.creates)
    return replace(
        decisions,
        matched=replace(
            matched,
            broken=matched.broken.filter((own & pl.lit(asked)) | pl.col("mis_id").is_in(list(needed))),
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


def needed_by(decisions: Decisions, ids: frozenset[str]) -> Mapping[str, set[str]]:
    """Record type -> MIS ids of all records that creates and these records refer to, with a counterpart or without."""
    found: dict[str, set[str]] = {}
    keys, pairs = decisions.matched.keys, decisions.matched.pairs
    rows = keys.with_row_index("pair").filter(pl.col("mis_id").is_in(list(ids)))["pair"]
    own = Pairs(pairs.mis_rows.gather(rows), pairs.provider_rows.gather(rows), pairs.mis, pairs.provider)
    for at, field in enumerate(decisions.query.fields):
        sent = field.to_provider
        if field.refers_to is None or sent is None or sent.source is None:
            continue
        name = f"source {at}"
        values = [one.frame[name] for one in decisions.creates if name in one.frame.columns and one.at == "provider"]
        if rows.len() and decisions.query.uses(field):
            values.append(own.take(with_marks(sent.reads, own)).select(as_text(sent.source).alias(name))[name])
        for some in values:
            found.setdefault(field.refers_to, set()).update(some.drop_nulls().to_list())
    return found
