"""A query run over pairs of records: which cells are not plainly the same.

Most cells of two sides that are kept in step are equal as they stand. So each field is first compared raw over all
pairs, which is cheap; only the rows that differ there are normalised, translated for show and decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from engine.query.model import UNREADABLE, Expression, FieldQuery, RecordQuery
from engine.query.normalise import filled, normalised

Cell = Literal[
    "both blank", "source blank", "target blank", "equal", "different", "problem", "condition off", "condition unclear"
]
"""How the two values of a field stand to each other. Under `both` the MIS counts as the source."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one field that need a decision.

    `frame` has the columns `pair` (the pair's row), `cell` (a `Cell`), `why` (reason code of a problem), `mis`,
    `provider` (both sides as they are), `to_provider`, `to_mis` (what a rule would write there): values as text.
    """

    field: FieldQuery
    frame: pl.DataFrame
    compared: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Paired rows of two snapshots, as row numbers, and the two frames they point into."""

    mis_rows: pl.Series
    provider_rows: pl.Series
    mis: pl.DataFrame
    provider: pl.DataFrame

    def take(self, paths: tuple[str, ...]) -> pl.DataFrame:
        """The named columns (`mis.x`, `provider.y`, and `….x?`) for every pair, in the pairs' order."""
        frames = {"mis": (self.mis, self.mis_rows), "provider": (self.provider, self.provider_rows)}
        columns = []
        for path in dict.fromkeys(paths):
            side, _, name = path.partition(".")
            frame, rows = frames[side]
            columns.append(frame[name].gather(rows).alias(path))
        return pl.DataFrame(columns) if columns else pl.DataFrame({"pair": self.mis_rows}).select()


def run_record(query: RecordQuery, pairs: Pairs) -> Iterator[Cells]:
    """Compare every field that moves, one after the other."""
    for one in query.fields:
        if one.mode != "ignore":
            yield _run_field(one, pairs)


def paths_of(field: FieldQuery, pairs: Pairs) -> tuple[str, ...]:
    """Every column that a field reads on either side, with the marks of what could not be read by its type."""
    paths: list[str] = []
    if field.mis is not None and field.mis.access != "write":
        paths.append(f"mis.{field.mis.name}")
    if field.provider is not None and field.provider.access != "write":
        paths.append(f"provider.{field.provider.name}")
    for part in (field.to_provider, field.to_mis, field.when, field.unless):
        paths += part.reads if part is not None else ()
    return with_marks(paths, pairs)


def with_marks(paths: Sequence[str], pairs: Pairs) -> tuple[str, ...]:
    """The columns of these that were read, with the marks of what could not be read by its type."""
    held = {f"mis.{name}" for name in pairs.mis.columns} | {f"provider.{name}" for name in pairs.provider.columns}
    marks = [f"{path}?" for path in paths]
    return tuple(path for path in dict.fromkeys((*paths, *marks)) if path in held)


def _run_field(field: FieldQuery, pairs: Pairs) -> Cells:
    frame = pairs.take(paths_of(field, pairs))
    source, target = _ends(field)
    unlike = _raw(source).ne_missing(pl.col(target))
    for part in (source.problem, pl.col(f"{target}?") if f"{target}?" in frame.columns else None):
        unlike = unlike | part if part is not None else unlike
    candidates = frame.with_row_index("pair").filter(unlike)
    return Cells(field, _classify(field, candidates, source, target), frame.height)


def _ends(field: FieldQuery) -> tuple[Expression, str]:
    """What is compared: the value in the target's form, and the target's column. Under `both` the MIS's form."""
    if field.mode == "push" and field.to_provider is not None:
        return field.to_provider, f"provider.{field.target('provider').name}"
    if field.to_mis is None:
        message = f"{field.name} has no value to compare"
        raise LookupError(message)
    return field.to_mis, f"mis.{field.target('mis').name}"


def _raw(source: Expression) -> pl.Expr:
    """A cheap stand-in for the value: a copied column before its spaces are taken off."""
    copied = len(source.reads) == 1 and source.text == source.reads[0]
    return pl.col(source.reads[0]) if copied else source.value


def _classify(field: FieldQuery, frame: pl.DataFrame, source: Expression, target: str) -> pl.DataFrame:
    text = _text_type(field, target)
    given, current = source.value, _filled(field, target)
    if field.mode == "both":  # the MIS is the source of the table's columns, whichever side is written
        given, current = filled(pl.col(target)) if text else current, given
    same = _comparable(given, field, text=text).eq_missing(_comparable(current, field, text=text))
    cell = (
        pl.when(given.is_null() & current.is_null())
        .then(pl.lit("both blank"))
        .when(same)
        .then(pl.lit("equal"))
        .when(given.is_null())
        .then(pl.lit("source blank"))
        .when(current.is_null())
        .then(pl.lit("target blank"))
        .otherwise(pl.lit("different"))
    )
    problem, why = _problem(frame, field, source, target)
    outcome = pl.when(problem).then(pl.lit("problem")).otherwise(_conditions(field, cell))
    return frame.select(
        "pair",
        outcome.alias("cell"),
        why.alias("why"),
        _shown(frame, field, "mis").alias("mis"),
        _shown(frame, field, "provider").alias("provider"),
        _sent(field.to_provider).alias("to_provider"),
        _sent(field.to_mis).alias("to_mis"),
    )


def _text_type(field: FieldQuery, target: str) -> bool:
    column = field.provider if target.startswith("provider.") else field.mis
    return column is not None and column.type == "text"


def _filled(field: FieldQuery, path: str) -> pl.Expr:
    if _text_type(field, path):
        bare = pl.col(path).str.strip_chars()
        return pl.when(bare != "").then(pl.col(path))
    return pl.col(path)


def _comparable(value: pl.Expr, field: FieldQuery, *, text: bool) -> pl.Expr:
    return normalised(value, field.compare) if text else value


def _problem(frame: pl.DataFrame, field: FieldQuery, source: Expression, target: str) -> tuple[pl.Expr, pl.Expr]:
    """Where no decision can be made, and the reason's code."""
    problem, why = pl.lit(value=False), pl.lit(None, dtype=pl.String)
    for part in (source, field.to_provider if field.mode == "both" else None):
        if part is not None and part.problem is not None:
            bad = part.problem.fill_null(value=False)
            why = pl.when(bad).then(pl.lit(part.why)).otherwise(why)
            problem = problem | bad
    if f"{target}?" in frame.columns:
        bad = pl.col(f"{target}?")
        why = pl.when(bad).then(pl.lit(UNREADABLE)).otherwise(why)
        problem = problem | bad
    return problem, why


def _conditions(field: FieldQuery, cell: pl.Expr) -> pl.Expr:
    for condition, wanted in ((field.when, True), (field.unless, False)):
        if condition is None:
            continue
        bad = condition.value.is_null()
        if condition.problem is not None:
            bad = bad | condition.problem.fill_null(value=False)
        off = condition.value != pl.lit(wanted)
        moves = ~cell.is_in(["both blank", "equal"])
        cell = (
            pl.when(bad & moves)
            .then(pl.lit("condition unclear"))
            .when(off & moves)
            .then(pl.lit("condition off"))
            .otherwise(cell)
        )
    return cell


def _shown(frame: pl.DataFrame, field: FieldQuery, side: Literal["mis", "provider"]) -> pl.Expr:
    column = field.mis if side == "mis" else field.provider
    path = f"{side}.{column.name}" if column is not None else ""
    return as_text(_filled(field, path)) if path in frame.columns else pl.lit(None, dtype=pl.String)


def _sent(part: Expression | None) -> pl.Expr:
    return as_text(part.value) if part is not None else pl.lit(None, dtype=pl.String)


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
