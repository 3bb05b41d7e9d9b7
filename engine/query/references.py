"""Ids of one system's records as the other system's, through links: filled after matching, used while comparing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from engine.rules.model import Side

PENDING = "\ue000"
"""Begins the stand-in for the id of a record that is about to be created at the provider: the MIS id follows, then,
where the record stands in each centre, this again and a centre."""
PENDING_IN_MIS = "\ue001"
"""The same of a record that is about to be created in the MIS: the provider's id follows, then this again, a centre."""


@dataclass(slots=True)
class References:
    """The counterparts of every record type, by its name.

    A record without a counterpart that the rules would create gets a stand-in: `PENDING` and its MIS id, or
    `PENDING_IN_MIS` and what identifies it at the provider.
    """

    _pairs: dict[str, pl.DataFrame] = field(default_factory=dict)
    _creatable: dict[tuple[str, Side], Mapping[str, str]] = field(default_factory=dict)
    _barred: dict[str, pl.DataFrame] = field(default_factory=dict)
    _open: dict[str, Callable[[str, str], bool]] = field(default_factory=dict)

    def fill(
        self,
        record_type: str,
        keys: pl.DataFrame,
        creatable: Collection[str] = (),
        in_mis: Mapping[str, str | None] | None = None,
        barred: Collection[tuple[str, str]] = (),
        is_open: Callable[[str, str], bool] | None = None,
    ) -> None:
        """Take in the pairs of a record type (mis_id, provider_id, centre) and what may be created.

        `creatable` are the MIS ids of records that may be created at the provider, `in_mis` the provider's ids, with
        their centres, of those that may be in the MIS. `barred` are MIS ids and the centres in which they may not be;
        `is_open` says of an id and a centre whether a create was sent there with an outcome that nobody knows.
        """
        self._open.pop(record_type, None)
        if is_open is not None:
            self._open[record_type] = is_open
        ids, centres = [one[0] for one in barred], [one[1] for one in barred]
        shut = pl.DataFrame({"id": ids, "centre": centres}, schema={"id": pl.String, "centre": pl.String})
        self._barred[record_type] = shut.with_columns(barred=pl.lit(value=True))
        self._pairs[record_type] = keys.select("mis_id", "provider_id", "centre")
        self._creatable[record_type, "provider"] = {one: PENDING + one for one in creatable}
        self._creatable[record_type, "mis"] = {
            one: PENDING_IN_MIS + one + (PENDING_IN_MIS + centre if centre is not None else "")
            for one, centre in (in_mis or {}).items()
        }

    def translator(self, record_type: str, to: Side) -> Callable[[pl.Series], pl.Series]:
        """A function from ids of the other side to ids of `to`; null where there is no counterpart."""

        def translate(ids: pl.Series) -> pl.Series:
            return self._translate(record_type, to, ids)

        return translate

    def translator_by_centre(self, record_type: str) -> Callable[[pl.Series], pl.Series]:
        """A function from MIS ids and centres (a struct of `id` and `centre`) to ids of the provider's records there.

        Null where there is none in that centre and none may be created, where several are, and where the centre is not
        known.
        """

        def translate(both: pl.Series) -> pl.Series:
            pairs = self._pairs.get(record_type)
            if pairs is None or not both.len():
                return pl.Series(both.name, [None] * both.len(), dtype=pl.String)
            known = pairs.rename({"mis_id": "id"}).group_by("id", "centre").agg(pl.col("provider_id").first(), pl.len())
            somewhere = known.filter(pl.col("centre").is_null())["id"]  # in which centre, nobody knows
            wanted = both.struct.unnest().select(pl.col("id", "centre").cast(pl.String))
            found = wanted.join(known, on=["id", "centre"], how="left", maintain_order="left")
            found = found.join(self._barred[record_type], on=["id", "centre"], how="left", maintain_order="left")
            creatable = pl.col("id").is_in(list(self._creatable.get((record_type, "provider"), {})))
            lost = pl.col("id").is_in(somewhere.implode())
            sent = self._sent(record_type, found.filter(pl.col("len").is_null()).select("id", "centre"))
            found = found.join(sent, on=["id", "centre"], how="left", maintain_order="left")
            return found.select(
                pl.when(pl.col("len") == 1)
                .then("provider_id")
                .when(creatable & ~lost & pl.all_horizontal(pl.col("len", "barred", "sent").is_null()))
                .then(PENDING + pl.col("id") + PENDING + pl.col("centre"))
                .alias(both.name)
            ).to_series()

        return translate

    def _sent(self, record_type: str, wanted: pl.DataFrame) -> pl.DataFrame:
        """The ids and centres of these where a create was sent with an outcome that nobody knows."""
        is_open = self._open.get(record_type)
        rows = wanted.unique().drop_nulls().rows() if is_open is not None else []
        some = [one for one in rows if is_open is not None and is_open(*one)]
        sent = pl.DataFrame(some, schema=wanted.schema, orient="row")
        return sent.with_columns(sent=pl.lit(value=True))

    def _translate(self, record_type: str, to: Side, ids: pl.Series) -> pl.Series:
        come, go = ("mis_id", "provider_id") if to == "provider" else ("provider_id", "mis_id")
        pairs = self._pairs.get(record_type)
        if pairs is None or not ids.len():
            return pl.Series(ids.name, [None] * ids.len(), dtype=pl.String)
        known = pairs.unique(come, keep="none")  # an id with two counterparts has none
        found = pl.DataFrame({come: ids.cast(pl.String)}).join(known, on=come, how="left", maintain_order="left")[go]
        creatable = self._creatable.get((record_type, to))
        if creatable:
            made = ids.cast(pl.String).replace_strict(creatable, default=None, return_dtype=pl.String)
            found = pl.select(pl.coalesce(found, made)).to_series()
        return found.alias(ids.name)


def pending_id(value: str | None) -> tuple[str | None, str | None, str | None] | None:
    """MIS id, provider id and centre of the create that a stand-in stands for; None for any other value."""
    if value is not None and value.startswith(PENDING):
        mis_id, _, centre = value.removeprefix(PENDING).partition(PENDING)
        return mis_id, None, centre or None
    if value is not None and value.startswith(PENDING_IN_MIS):
        provider_id, _, centre = value.removeprefix(PENDING_IN_MIS).partition(PENDING_IN_MIS)
        return None, provider_id, centre or None
    return None


def stands_in(value: pl.Expr) -> pl.Expr:
    """Where a value is a stand-in."""
    either = value.str.starts_with(PENDING) | value.str.starts_with(PENDING_IN_MIS)
    return either.fill_null(value=False)
