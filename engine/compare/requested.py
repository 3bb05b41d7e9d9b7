"""A plan for the records that a person asks for: of all that was decided, what these need and nothing else."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from engine.compare.decide import Decisions
from engine.query.references import stands_in


def narrowed(
    decisions: Decisions, requested: frozenset[str], used: frozenset[str], needed: frozenset[str]
) -> Decisions:
    """The creates; the holds and new links of the records asked for; and the new links of those that creates refer to.

    And the links that cannot be followed of records that creates refer to, so that nobody follows them while the plan
    is applied. `requested` and `needed` are MIS ids of this record type, `used` ids of its records at the provider.
    """
    matched = decisions.matched
    broken = matched.broken.filter(pl.col("mis_id").is_in(list(requested | needed)))
    links = matched.matched.filter(pl.col("provider_id").is_in(list(used)) | pl.col("mis_id").is_in(list(requested)))
    return replace(
        decisions,
        matched=replace(matched, broken=broken, matched=links),
        cells=decisions.cells.clear(),
        holds=decisions.holds.clear(),
        counts={},
    )


def used_by(decisions: Decisions) -> Mapping[str, set[str]]:
    """Record type -> ids of the provider's records, there already, that creates refer to."""
    found: dict[str, set[str]] = {}
    for creates in decisions.creates:
        for at, field in (*creates.fields, *creates.later):
            if field.refers_to is not None and creates.at == "provider":
                value = pl.col(f"value {at}")
                ids = creates.frame.filter(value.is_not_null() & ~stands_in(value))[f"value {at}"]
                found.setdefault(field.refers_to, set()).update(ids.to_list())
    return found


def needed_by(decisions: Decisions) -> Mapping[str, set[str]]:
    """Record type -> MIS ids of all records that creates refer to, whether or not they have a counterpart."""
    found: dict[str, set[str]] = {}
    for creates in decisions.creates:
        for at, field in (*creates.fields, *creates.later):
            if field.refers_to is not None and creates.at == "provider":
                found.setdefault(field.refers_to, set()).update(creates.frame[f"source {at}"].drop_nulls().to_list())
    return found
