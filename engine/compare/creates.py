"""Records that only the MIS has and that the rules create at the provider: their values, or why they are held."""

from dataclasses import dataclass

import polars as pl

from engine.compare.holds import hold_columns
from engine.compare.match import Matched
from engine.compare.reasons import Reason
from engine.query.model import CreateQuery, FieldQuery, RecordQuery
from engine.query.run import as_text, too_long


@dataclass(frozen=True, slots=True)
class Creates:
    """A row a record to create.

    `frame` has `mis_id`, `why` (the reason of a hold, else null), `because` (the rules' own words), and for the field
    at position N of the query its value as text in `value N`.
    """

    fields: tuple[tuple[int, FieldQuery], ...]
    frame: pl.DataFrame


def find_creates(query: RecordQuery, matched: Matched, referred: frozenset[str] = frozenset()) -> tuple[Creates, ...]:
    """MIS records without a counterpart, with the values that a create would send: new ones, and those referred to."""
    found: list[Creates] = []
    rest = matched.only_mis
    if query.create_new is not None:
        made = _made(query, query.create_new, matched, rest)
        found.append(made)
        rest = rest.filter(~rest.is_in(made.frame["mis_id"].implode()))
    if query.create_referred is not None and referred:
        found.append(_made(query, query.create_referred, matched, rest.filter(rest.is_in(list(referred)))))
    return tuple(one for one in found if one.frame.height)


def _made(query: RecordQuery, create: CreateQuery, matched: Matched, ids: pl.Series) -> Creates:
    fields = tuple((at, one) for at, one in enumerate(query.fields) if create.sends(one))
    frame = _rows(query, matched, ids)
    values = {f"value {at}": _value(one) for at, one in fields}
    why, because = hold_columns(query.holds)
    open_, unclear = _open(create)
    decided = frame.with_columns(**values).with_columns(
        open=open_, because=because, why=pl.coalesce(unclear, why, _why(query, fields))
    )
    return Creates(fields, decided.filter("open").select("mis_id", "why", "because", *values).sort("mis_id"))


def _open(create: CreateQuery) -> tuple[pl.Expr, pl.Expr]:
    """Where a create is wanted, and the reason where its condition is neither true nor false."""
    if create.when is None:
        return pl.lit(value=True), pl.lit(None, dtype=pl.String)
    bad = create.when.value.is_null()
    if create.when.problem is not None:
        bad = bad | create.when.problem.fill_null(value=False)
    unclear = pl.when(bad).then(pl.lit(Reason.CONDITION_UNCLEAR.value))
    return create.when.value.fill_null(value=False) | bad, unclear


def _rows(query: RecordQuery, matched: Matched, ids: pl.Series) -> pl.DataFrame:
    """These MIS records; the provider's columns are blank, for there is no record yet."""
    mis = matched.pairs.mis
    key = query.mis.key
    some = mis.filter(pl.col(key).is_in(ids.implode()))
    named = some.select(pl.col(key).alias("mis_id"), pl.all().name.prefix("mis."))
    blank = [
        pl.lit(None, dtype=dtype).alias(f"provider.{name}") for name, dtype in matched.pairs.provider.schema.items()
    ]
    return named.with_columns(blank)


def _value(field: FieldQuery) -> pl.Expr:
    """The value to send; null where there is none or a condition keeps the field out."""
    if field.to_provider is None:
        return pl.lit(None, dtype=pl.String)
    let_in, _ = _let_in(field)
    return as_text(pl.when(let_in).then(field.to_provider.value))


def _let_in(field: FieldQuery) -> tuple[pl.Expr, pl.Expr]:
    """Where a field's conditions let it in, and where they are neither true nor false."""
    let_in, unclear = pl.lit(value=True), pl.lit(value=False)
    for condition, wanted in ((field.when, True), (field.unless, False)):
        if condition is not None:
            bad = condition.value.is_null()
            if condition.problem is not None:
                bad = bad | condition.problem.fill_null(value=False)
            unclear = unclear | bad
            let_in = let_in & (condition.value == pl.lit(wanted)).fill_null(value=False)
    return let_in, unclear


def _sent(at: int, field: FieldQuery) -> dict[str, pl.Expr]:
    """Provider column -> what a create sends there."""
    value = pl.col(f"value {at}")
    parts = field.to_provider.parts if field.to_provider is not None else ()
    values: list[pl.Expr] = [pl.when(value.is_not_null()).then(as_text(part)) for part in parts]
    return {column.name: one for column, one in zip(field.columns("provider"), values or [value], strict=True)}


def _why(query: RecordQuery, fields: tuple[tuple[int, FieldQuery], ...]) -> pl.Expr:
    """The first reason for which a record cannot be created as it is."""
    why = pl.lit(None, dtype=pl.String)
    sent = {name: value for at, field in fields for name, value in _sent(at, field).items()}
    missing = [
        sent[name].is_null() for name, column in query.provider.columns.items() if column.required and name in sent
    ]
    if missing:
        why = pl.when(pl.any_horizontal(missing)).then(pl.lit(Reason.REQUIRED_MISSING.value)).otherwise(why)
    for at, field in fields:
        long = pl.col(f"value {at}").is_not_null() & too_long(field.to_provider, field.columns("provider"))
        why = pl.when(long).then(pl.lit(Reason.TOO_LONG.value)).otherwise(why)
        let_in, unclear = _let_in(field)
        why = pl.when(unclear).then(pl.lit(Reason.CONDITION_UNCLEAR.value)).otherwise(why)
        if field.to_provider is not None and field.to_provider.problem is not None:
            bad = let_in & field.to_provider.problem.fill_null(value=False)
            why = pl.when(bad).then(pl.lit(field.to_provider.why)).otherwise(why)
    return why
