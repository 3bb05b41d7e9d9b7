"""Values as the texts that a plan holds: one column's value, or those of a group of columns in one text."""

import json
from collections.abc import Sequence

import polars as pl


def as_text(value: pl.Expr) -> pl.Expr:
    """A value as a plan writes it: text as it is, dates and instants in ISO form, numbers without idle zeros."""
    return value.map_batches(_series_as_text, return_dtype=pl.String, is_elementwise=True)


def _series_as_text(series: pl.Series) -> pl.Series:
    if series.dtype == pl.String:
        return series
    if isinstance(series.dtype, pl.Datetime):
        return series.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if isinstance(series.dtype, pl.Decimal):
        return series.cast(pl.String).str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "")
    return series.cast(pl.String)


def grouped(parts: Sequence[pl.Expr]) -> pl.Expr:
    """The parts of a group as one text, which `ungrouped` takes apart; null where every part is blank."""
    texts = pl.struct(as_text(part).alias(str(at)) for at, part in enumerate(parts)).struct.json_encode()
    return pl.when(pl.any_horizontal(part.is_not_null() for part in parts)).then(texts)


def ungrouped(text: str) -> tuple[str | None, ...]:
    """The parts that `grouped` put together."""
    return tuple(json.loads(text).values())
