"""Ids of one system's records as the other system's, through links: filled after matching, used while comparing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import polars as pl

from engine.rules.model import Side

PENDING = "\ue000"
"""Begins the stand-in for the id of a record that is about to be created; the MIS id follows."""


@dataclass(slots=True)
class References:
    """The counterparts of every record type, by its name.

    A record of the MIS without a counterpart that the rules would create gets a stand-in: `PENDING` and its MIS id.
    """

    _pairs: dict[str, pl.DataFrame] = field(default_factory=dict)
    _creatable: dict[str, frozenset[str]] = field(default_factory=dict)

    def fill(self, record_type: str, keys: pl.DataFrame, creatable: Collection[str] = ()) -> None:
        """Take in the pairs of a record type (mis_id, provider_id, centre) and the MIS ids that may be created."""
        self._pairs[record_type] = keys.select("mis_id", "provider_id", "centre")
        self._creatable[record_type] = frozenset(creatable)

    def translator(self, record_type: str, to: Side) -> Callable[[pl.Series], pl.Series]:
        """A function from ids of the other side to ids of `to`; null where there is no counterpart."""

        def translate(ids: pl.Series) -> pl.Series:
            return self._translate(record_type, to, ids)

        return translate

    def translator_by_centre(self, record_type: str) -> Callable[[pl.Series], pl.Series]:
        """A function from MIS ids and centres (a struct of `id` and `centre`) to ids of the provider's records there.

        Null where there is none in that centre, where several are, and where the centre is not known.
        """

        def translate(both: pl.Series) -> pl.Series:
            pairs = self._pairs.get(record_type)
            if pairs is None or not both.len():
                return pl.Series(both.name, [None] * both.len(), dtype=pl.String)
            known = pairs.unique(["mis_id", "centre"], keep="none").rename({"mis_id": "id"})
            wanted = both.struct.unnest().select(pl.col("id", "centre").cast(pl.String))
            return wanted.join(known, on=["id", "centre"], how="left", maintain_order="left")["provider_id"].alias(
                both.name
            )

        return translate

    def _translate(self, record_type: str, to: Side, ids: pl.Series) -> pl.Series:
        come, go = ("mis_id", "provider_id") if to == "provider" else ("provider_id", "mis_id")
        pairs = self._pairs.get(record_type)
        if pairs is None or not ids.len():
            return pl.Series(ids.name, [None] * ids.len(), dtype=pl.String)
        known = pairs.unique(come, keep="none")  # an id with two counterparts has none
        found = pl.DataFrame({come: ids.cast(pl.String)}).join(known, on=come, how="left", maintain_order="left")[go]
        if to == "provider" and self._creatable.get(record_type):
            creatable = ids.is_in(list(self._creatable[record_type]))
            found = pl.select(pl.when(found.is_null() & creatable).then(PENDING + ids).otherwise(found)).to_series()
        return found.alias(ids.name)


def pending_id(value: str | None) -> str | None:
    """The MIS id that a stand-in stands for; None for any other value."""
    return value.removeprefix(PENDING) if value is not None and value.startswith(PENDING) else None
