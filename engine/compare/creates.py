"""Records that only one side has and that the rules create on the other: their values, or why they are held."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from engine.compare.holds import hold_columns
from engine.compare.match import Matched
from engine.compare.reasons import Reason
from engine.query.children import blank_in_new
from engine.query.model import CreateQuery, FieldQuery, RecordQuery
from engine.query.references import stands_in
from engine.query.run import as_text, too_long
from engine.rules.model import Side

_IDS = ("mis_id", "provider_id", "centre")

InCentre = tuple[str, str | None]
"""The MIS id of a record, and the centre in which it is to stand, where its record type stands in each centre."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Records of the MIS that are to be created at the provider although they are not simply new.

    `referred`: other records' changes refer to them; `requested` are the MIS ids that a person asks for.
    """

    referred: frozenset[InCentre] = frozenset()
    requested: frozenset[str] = frozenset()


NOTHING_WANTED = Wanted()
_CENTRE = "\x1fcentre"
_PLACED = {"id": pl.String, "in": pl.String}


@dataclass(frozen=True, slots=True)
class Creates:
    """A row a record to create at the side `at`.

    `frame` has `mis_id`, `provider_id` and `centre` (the id on the side that is written is null, and so is a centre
    that is not known), `why` (the reason of a hold, else null), `because` (the rules' own words), and for the field at
    position N of the query its value as text in `value N`. `later` are the fields that a create with a few fields
    leaves to an update of the new record; for these `hold N` is the reason of a hold, and then there is no value. Of a
    reference `source N` is the id of the record that is referred to, on the other side.
    """

    fields: tuple[tuple[int, FieldQuery], ...]
    frame: pl.DataFrame
    at: Side = "provider"
    later: tuple[tuple[int, FieldQuery], ...] = ()


def find_creates(query: RecordQuery, matched: Matched, wanted: Wanted = NOTHING_WANTED) -> tuple[Creates, ...]:
    """Records without a counterpart, with the values that a create would send: new ones, requested, and referred to."""
    found: list[Creates] = []
    rest = matched.only_mis
    requested = rest.filter(rest.is_in(list(wanted.requested)))
    for create, ids in ((query.create_requested, requested), (query.create_new, rest)):
        if create is not None:
            made = _made(query, create, matched, _nowhere(ids))
            found.append(made)
            rest = rest.filter(~rest.is_in(made.frame["mis_id"].implode()))
    if query.create_referred is not None and wanted.referred:
        found.append(_made(query, query.create_referred, matched, _referred(query, matched, rest, wanted.referred)))
    if query.create_in_mis is not None:
        found.append(_made(query, query.create_in_mis, matched, _nowhere(matched.only_provider)))
    return tuple(one for one in found if one.frame.height)


def could_be_referred(query: RecordQuery, matched: Matched) -> Wanted:
    """Every record that a reference could have created, for it is not known yet what refers to it.

    Of record types that stand in each centre all records, in no centre.
    """
    if query.create_referred is None:
        return NOTHING_WANTED
    ids = matched.pairs.mis[query.mis.key] if query.per_centre else matched.only_mis
    return Wanted(frozenset((one, None) for one in ids.to_list()))


def _nowhere(ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"id": ids, "in": pl.Series([None] * ids.len(), dtype=pl.String)}, schema=_PLACED)


def _referred(query: RecordQuery, matched: Matched, rest: pl.Series, referred: frozenset[InCentre]) -> pl.DataFrame:
    """The records referred to that have no counterpart, where they stand in each centre: none in that centre."""
    asked = pl.DataFrame(sorted(referred, key=str), schema=_PLACED, orient="row")
    if not query.per_centre:
        return asked.filter(pl.col("id").is_in(rest.implode()))
    known = pl.concat([matched.keys.select("mis_id", "centre"), matched.broken.select("mis_id", "centre")])
    everywhere = known.filter(pl.col("centre").is_null())["mis_id"]
    here = known.filter(pl.col("centre").is_not_null()).rename({"mis_id": "id", "centre": "in"})
    return asked.filter(~pl.col("id").is_in(everywhere.implode())).join(here, on=["id", "in"], how="anti")


def _made(query: RecordQuery, create: CreateQuery, matched: Matched, ids: pl.DataFrame) -> Creates:
    fields = tuple((at, one) for at, one in enumerate(query.fields) if create.sends(one))
    later = tuple((at, one) for at, one in enumerate(query.fields) if _comes_later(create, one))
    frame = _in_its_centre(
        query, create, _judged(query, create, (*fields, *later), _rows(query, matched, ids, create.at))
    )
    values = {f"value {at}": _value(at, one, create.at) for at, one in (*fields, *later)}
    holds = {f"hold {at}": _later_why(at, one, create.at) for at, one in later}
    nobody = pl.lit(Reason.EMPTY_READ.value if matched.emptied else None, dtype=pl.String)
    decided = frame.with_columns(**values).with_columns(why=pl.coalesce(nobody, "why", _why(query, fields, create.at)))
    wanted = decided.filter("open").with_columns(**holds)
    wanted = wanted.with_columns(pl.when(pl.col(f"hold {at}").is_null()).then(pl.col(f"value {at}")) for at, _ in later)
    sources = {f"source {at}": _source(one, create.at) for at, one in (*fields, *later) if one.refers_to is not None}
    shown = wanted.select(*_IDS, "why", "because", *values, *holds, **sources).sort("mis_id", "provider_id", "centre")
    return Creates(fields, shown, create.at, later)


def _judged(
    query: RecordQuery, create: CreateQuery, fields: Sequence[tuple[int, FieldQuery]], frame: pl.DataFrame
) -> pl.DataFrame:
    """With what the conditions say, to which all columns of the side that is written are blank, its centre, too.

    `open`, `why` and `because` of the record; `in N` and `unclear N` of the field at position N.
    """
    why, because = hold_columns(query.holds)
    open_, unclear = _open(create)
    told: dict[str, pl.Expr] = {"open": open_, "because": because, "why": pl.coalesce(unclear, why)}
    for at, one in fields:
        told[f"in {at}"], told[f"unclear {at}"] = _let_in(one)
    return frame.with_columns(**told)


def _comes_later(create: CreateQuery, field: FieldQuery) -> bool:
    """Whether a create leaves a field to an update: it sends a few fields only, and this one goes the same way."""
    goes = {"push", "both"} if create.at == "provider" else {"pull", "both"}
    sent = field.value_to(create.at)
    return create.fields is not None and field.mode in goes and sent is not None and not create.sends(field)


def _later_why(position: int, field: FieldQuery, at: Side) -> pl.Expr:
    """The reason for which a field of the update is held; where there is nothing to send there is none."""
    sent = field.value_to(at)
    if sent is None:
        return pl.lit(None, dtype=pl.String)
    something = sent.value.is_not_null()
    if sent.problem is not None:
        something = something | sent.problem.fill_null(value=False)
    return pl.when(something).then(_field_why(position, field, at, pl.lit(None, dtype=pl.String)))


def _open(create: CreateQuery) -> tuple[pl.Expr, pl.Expr]:
    """Where a create is wanted, and the reason where its condition is neither true nor false."""
    if create.when is None:
        return pl.lit(value=True), pl.lit(None, dtype=pl.String)
    bad = create.when.value.is_null()
    if create.when.problem is not None:
        bad = bad | create.when.problem.fill_null(value=False)
    unclear = pl.when(bad).then(pl.lit(Reason.CONDITION_UNCLEAR.value))
    return create.when.value.fill_null(value=False) | bad, unclear


def _rows(query: RecordQuery, matched: Matched, ids: pl.DataFrame, at: Side) -> pl.DataFrame:
    """These records; the columns of the side that is written are blank, for there is no record yet."""
    mis, provider = (query.mis, matched.pairs.mis), (query.provider, matched.pairs.provider)
    (kept, frame), (_, other) = (mis, provider) if at == "provider" else (provider, mis)
    here, there = ("mis", "provider") if at == "provider" else ("provider", "mis")
    some = frame.join(ids.rename({"id": kept.key, "in": _CENTRE}), on=kept.key, how="inner")
    nothing = pl.lit(None, dtype=pl.String)
    centre = as_text(pl.col(kept.centre)) if at == "mis" and kept.centre is not None else pl.col(_CENTRE)
    named = some.select(
        pl.col(kept.key).alias(f"{here}_id"),
        nothing.alias(f"{there}_id"),
        pl.when(centre != "").then(centre).alias("centre"),
        pl.all().exclude(_CENTRE).name.prefix(f"{here}."),
    )
    blank = {f"{there}.{name}": dtype for name, dtype in other.schema.items()}
    return named.with_columns(blank_in_new(path, dtype).alias(path) for path, dtype in blank.items())


def _in_its_centre(query: RecordQuery, create: CreateQuery, frame: pl.DataFrame) -> pl.DataFrame:
    """With the centre in which a record of the provider is to stand, for references are translated in their centre."""
    column = query.provider.centre
    if create.at == "mis" or column is None or f"provider.{column}" not in frame.columns:
        return frame
    own = [
        (at, one)
        for at, one in enumerate(query.fields)
        if create.sends(one) and one.provider is not None and one.provider.name == column
    ]
    value = _value(*own[0], "provider") if own else pl.col("centre")
    path = f"provider.{column}"
    return frame.with_columns(value.cast(frame.schema[path], strict=False).alias(path))


def _value(position: int, field: FieldQuery, at: Side) -> pl.Expr:
    """The value to send; null where there is none or a condition keeps the field out."""
    sent = field.value_to(at)
    if sent is None:
        return pl.lit(None, dtype=pl.String)
    return as_text(pl.when(pl.col(f"in {position}")).then(sent.value))


def _source(field: FieldQuery, at: Side) -> pl.Expr:
    """The id that a reference translates."""
    sent = field.value_to(at)
    return as_text(sent.source) if sent is not None and sent.source is not None else pl.lit(None, dtype=pl.String)


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


def _sent(position: int, field: FieldQuery, at: Side) -> dict[str, pl.Expr]:
    """Column of the side that is written -> what a create sends there."""
    value, sent = pl.col(f"value {position}"), field.value_to(at)
    parts = sent.parts if sent is not None else ()
    values: list[pl.Expr] = [pl.when(value.is_not_null()).then(as_text(part)) for part in parts]
    return {column.name: one for column, one in zip(field.columns(at), values or [value], strict=True)}


def _why(query: RecordQuery, fields: tuple[tuple[int, FieldQuery], ...], at: Side) -> pl.Expr:
    """The first reason for which a record cannot be created as it is."""
    why = pl.lit(None, dtype=pl.String)
    sent = {name: value for position, field in fields for name, value in _sent(position, field, at).items()}
    columns = (query.provider if at == "provider" else query.mis).columns
    missing = [sent[name].is_null() for name, column in columns.items() if column.required and name in sent]
    if missing:
        why = pl.when(pl.any_horizontal(missing)).then(pl.lit(Reason.REQUIRED_MISSING.value)).otherwise(why)
    for position, field in fields:
        why = _field_why(position, field, at, why)
    return why


def _field_why(position: int, field: FieldQuery, at: Side, why: pl.Expr) -> pl.Expr:
    """The reason for which one field's value cannot be sent; else `why`."""
    value, made = pl.col(f"value {position}"), field.value_to(at)
    long = value.is_not_null() & too_long(made, field.columns(at))
    if field.refers_to is not None:  # an id that is not known yet has no length
        long = long & ~stands_in(value)
    why = pl.when(long).then(pl.lit(Reason.TOO_LONG.value)).otherwise(why)
    why = pl.when(pl.col(f"unclear {position}")).then(pl.lit(Reason.CONDITION_UNCLEAR.value)).otherwise(why)
    if made is not None and made.problem is not None:
        bad = pl.col(f"in {position}") & made.problem.fill_null(value=False)
        why = pl.when(bad).then(pl.lit(made.why)).otherwise(why)
    return why
