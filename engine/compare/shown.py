"""Whether a record shows what was to be written there: a change that a plan lacks is not done for that alone."""

from collections.abc import Mapping

import polars as pl

from engine.compare.match import Matched
from engine.query.model import FieldQuery, RecordQuery
from engine.query.normalise import filled, normalised
from engine.query.texts import as_text
from engine.rules.model import Side

Written = Mapping[str, Mapping[str, str | None]]
"""Field -> column -> what is written there, as text."""


def shows(query: RecordQuery, matched: Matched, side: Side, key: str | None, written: Written) -> bool:
    """Whether the record of this key has all these values, under each field's normalisers."""
    frame, collection = (
        (matched.pairs.provider, query.provider) if side == "provider" else (matched.pairs.mis, query.mis)
    )
    row = frame.filter(pl.col(collection.key) == key)
    if row.height != 1:
        return False
    same = [
        _value(one, column, pl.col(column)).eq_missing(_value(one, column, pl.lit(text, dtype=pl.String)))
        for one in query.fields
        for column, text in written.get(one.name, {}).items()
        if column in row.columns  # what can only be written shows nothing
    ]
    return bool(row.select(pl.all_horizontal(pl.lit(value=True), *same)).item())


def _value(field: FieldQuery, column: str, value: pl.Expr) -> pl.Expr:
    known = (*field.columns("mis"), *field.columns("provider"))
    text = filled(as_text(value))
    return normalised(text, field.compare) if any(one.name == column and one.type == "text" for one in known) else text
