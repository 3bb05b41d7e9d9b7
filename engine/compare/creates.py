"""Records that only the MIS has and that the rules create at the provider: their values, or why they are held."""

from dataclasses import dataclass

import polars as pl

from engine.compare.match import Matched
from engine.compare.reasons import Reason
from engine.query.model import FieldQuery, RecordQuery
from engine.query.run import as_text


@dataclass(frozen=True, slots=True)
class Creates:
    """A row a record to create.

    `frame` has `mis_id`, `why` (the reason of a hold, else null), and for the field at position N of the query its
    value as text in `value N`.
    """

    fields: tuple[tuple[int, FieldQuery], ...]
    frame: pl.DataFrame


NOTHING = Creates((), pl.DataFrame(schema={"mis_id": pl.String, "why": pl.String}))


def find_creates(query: RecordQuery, matched: Matched) -> Creates:
    """Every unlinked MIS record with the values that a create would send."""
    if not query.creates or not matched.only_mis.len():
        return NOTHING
    fields = tuple((at, one) for at, one in enumerate(query.fields) if one.on_create and one.to_provider is not None)
    frame = _rows(query, matched)
    values = {f"value {at}": _value(one) for at, one in fields}
    decided = frame.with_columns(**values).with_columns(why=_why(query, fields))
    return Creates(fields, decided.select("mis_id", "why", *values).sort("mis_id"))


def _rows(query: RecordQuery, matched: Matched) -> pl.DataFrame:
    """The unlinked MIS records; the provider's columns are blank, for there is no record yet."""
    mis = matched.pairs.mis
    key = query.mis.key
    some = mis.filter(pl.col(key).is_in(matched.only_mis.implode()))
    named = some.select(pl.col(key).alias("mis_id"), pl.all().name.prefix("mis."))
    blank = [
        pl.lit(None, dtype=dtype).alias(f"provider.{name}") for name, dtype in matched.pairs.provider.schema.items()
    ]
    return named.with_columns(blank)


def _value(field: FieldQuery) -> pl.Expr:
    """The value to send; null where there is none or a condition keeps the field out."""
    if field.to_provider is None:
        return pl.lit(None, dtype=pl.String)
    value = field.to_provider.value
    for condition, wanted in ((field.when, True), (field.unless, False)):
        if condition is not None:
            value = pl.when(condition.value == pl.lit(wanted)).then(value)
    return as_text(value)


def _why(query: RecordQuery, fields: tuple[tuple[int, FieldQuery], ...]) -> pl.Expr:
    """The first reason for which a record cannot be created as it is."""
    why = pl.lit(None, dtype=pl.String)
    sent = {field.target("provider").name: f"value {at}" for at, field in fields}
    missing = [
        pl.col(sent[name]).is_null()
        for name, column in query.provider.columns.items()
        if column.required and name in sent
    ]
    if missing:
        why = pl.when(pl.any_horizontal(missing)).then(pl.lit(Reason.REQUIRED_MISSING.value)).otherwise(why)
    for at, field in fields:
        length = field.target("provider").length
        if length is not None and field.target("provider").type == "text":
            why = (
                pl.when(pl.col(f"value {at}").str.len_chars() > length)
                .then(pl.lit(Reason.TOO_LONG.value))
                .otherwise(why)
            )
        if field.to_provider is not None and field.to_provider.problem is not None:
            bad = field.to_provider.problem.fill_null(value=False)
            why = pl.when(bad).then(pl.lit(field.to_provider.why)).otherwise(why)
    return why
