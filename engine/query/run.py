"""A query run over pairs of records: which cells are not plainly the same.

Most cells of two sides that are kept in step are equal as they stand. So each field is first compared raw over all
pairs, which is cheap; only the rows that differ there are normalised, translated for show and decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from engine.ports import Column
from engine.query.model import UNREADABLE, Expression, FieldQuery, RecordQuery
from engine.query.normalise import filled, normalised
from engine.query.texts import as_text, grouped
from engine.rules.model import Side

__all__ = ["Cell", "Cells", "Pairs", "agreeing", "as_text", "paths_of", "run_record", "too_long", "with_marks"]

Cell = Literal[
    "both blank",
    "source blank",
    "target blank",
    "equal",
    "different",
    "problem",
    "condition off",
    "condition unclear",
    "skipped",
    "blanked",
    "mis moved",
    "provider moved",
    "decided mis",
    "decided provider",
    "decided neither",
]
"""How the two values of a field stand to each other. Under `both` the MIS counts as the source.

Three speak of fields that agreed once: one side is blank now, or one side alone is another one. The last three are
what a person decided of a field that was held.
"""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one field that need a decision.

    `frame` has the columns `pair` (the pair's row), `cell` (a `Cell`), `why` (reason code of a problem), `mis`,
    `provider` (both sides as they are), `to_provider`, `to_mis` (what a rule would write there): values as text, those
    of a group in one text. `long_provider` and `long_mis` say where that is longer than the columns there take;
    `alike_mis` and `alike_provider` are the values as they are compared, for fields that ask who moved.
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
    sides: tuple[Side, Side] = ("mis", "provider")
    for side in sides:
        paths += [f"{side}.{column.name}" for column in field.columns(side) if column.access != "write"]
    for part in field.expressions:
        paths += part.reads
    return with_marks(paths, pairs)


def with_marks(paths: Sequence[str], pairs: Pairs) -> tuple[str, ...]:
    """The columns of these that were read, with the marks of what could not be read by its type."""
    held = {f"mis.{name}" for name in pairs.mis.columns} | {f"provider.{name}" for name in pairs.provider.columns}
    marks = [f"{path}?" for path in paths]
    return tuple(path for path in dict.fromkeys((*paths, *marks)) if path in held)


def agreeing(field: FieldQuery, pairs: Pairs) -> pl.DataFrame:
    """The pairs whose two sides have the same value, not blank: their rows (`pair`), and the value as it is compared.

    What cannot be told or is skipped agrees on nothing.
    """
    frame = pairs.take(paths_of(field, pairs)).with_row_index("pair")
    ends = _joined_ends(field) if field.join is not None else _ends(field, frame)
    told = _classify(field, frame, ends, alike=True)
    return told.filter(pl.col("cell") == "equal").select("pair", pl.col("alike_mis").alias("alike"))


@dataclass(frozen=True, slots=True)
class _Ends:
    """What is compared, column by column and in one form: the source's values and those that stand at the target.

    `quick` tells in a cheap way where the two may differ; `sources` are the expressions whose problems count.
    """

    given: tuple[pl.Expr, ...]
    current: tuple[pl.Expr, ...]
    texts: tuple[bool, ...]
    quick: pl.Expr
    sources: tuple[Expression, ...]
    marks: tuple[str, ...] = ()


def _run_field(field: FieldQuery, pairs: Pairs) -> Cells:
    frame = pairs.take(paths_of(field, pairs))
    ends = _joined_ends(field) if field.join is not None else _ends(field, frame)
    unlike = ends.quick
    for mark in (*(one for part in ends.sources for one in (part.problem, part.skip)), *map(pl.col, ends.marks)):
        unlike = unlike | mark if mark is not None else unlike
    candidates = frame.with_row_index("pair").filter(unlike)
    return Cells(field, _classify(field, candidates, ends), frame.height)


def _ends(field: FieldQuery, frame: pl.DataFrame) -> _Ends:
    """The value in the target's form, and the target's columns. Under `both` the MIS's form."""
    pushes = field.mode == "push" and field.to_provider is not None
    source, side = (field.to_provider, "provider") if pushes else (field.to_mis, "mis")
    if source is None:
        message = f"{field.name} has no value to compare"
        raise LookupError(message)
    columns = field.columns("provider" if pushes else "mis")
    paths = [f"{side}.{column.name}" for column in columns]
    texts = tuple(column.type == "text" for column in columns)
    quick = pl.any_horizontal(raw.ne_missing(pl.col(path)) for raw, path in zip(_raw(source), paths, strict=True))
    given, current = source.values, tuple(_filled(column, side) for column in columns)
    if field.mode == "both":  # the MIS is the source of the table's columns, whichever side is written
        bare = tuple(filled(pl.col(path)) if text else pl.col(path) for path, text in zip(paths, texts, strict=True))
        given, current = bare, given
    sources = [one for one in (source, field.to_provider if field.mode == "both" else None) if one is not None]
    marks = tuple(f"{path}?" for path in paths if f"{path}?" in frame.columns)
    return _Ends(given, current, texts, quick, tuple(sources), marks)


def _joined_ends(field: FieldQuery) -> _Ends:
    """Both sides as one text each: lines that were joined cannot be taken apart, but they can be recognised."""
    if field.join is None:
        raise LookupError(field.name)
    mis, provider = field.join.here.value, field.join.there.value
    if field.join.side == "provider":
        mis, provider = provider, mis
    given, current = (provider, mis) if field.mode == "pull" else (mis, provider)
    return _Ends((given,), (current,), (True,), given.ne_missing(current), ())


def _raw(source: Expression) -> tuple[pl.Expr, ...]:
    """A cheap stand-in for the value: a copied column before its spaces are taken off."""
    copied = len(source.reads) == 1 and source.text == source.reads[0]
    return (pl.col(source.reads[0]),) if copied else source.values


def _classify(field: FieldQuery, frame: pl.DataFrame, ends: _Ends, *, alike: bool = False) -> pl.DataFrame:
    alike = alike or field.rule == "ask"
    given, current = _comparable(ends.given, field, ends), _comparable(ends.current, field, ends)
    same = pl.all_horizontal(here.eq_missing(there) for here, there in zip(given, current, strict=True))
    no_source = pl.all_horizontal(one.is_null() for one in ends.given)
    no_target = pl.all_horizontal(one.is_null() for one in ends.current)
    cell = (
        pl.when(no_source & no_target)
        .then(pl.lit("both blank"))
        .when(same)
        .then(pl.lit("equal"))
        .when(no_source)
        .then(pl.lit("source blank"))
        .when(no_target)
        .then(pl.lit("target blank"))
        .otherwise(pl.lit("different"))
    )
    problem, why = _problem(ends)
    skips = [one.skip.fill_null(value=False) for one in ends.sources if one.skip is not None]
    cell = pl.when(pl.any_horizontal(skips)).then(pl.lit("skipped")).otherwise(cell) if skips else cell
    outcome = pl.when(problem).then(pl.lit("problem")).otherwise(_conditions(field, cell))
    mis, provider = (given, current) if field.mode != "pull" else (current, given)
    return frame.select(
        "pair",
        outcome.alias("cell"),
        why.alias("why"),
        _shown(frame, field, "mis").alias("mis"),
        _shown(frame, field, "provider").alias("provider"),
        _sent(field.to_provider).alias("to_provider"),
        _sent(field.to_mis).alias("to_mis"),
        _too_long(field, field.to_provider, "provider").alias("long_provider"),
        _too_long(field, field.to_mis, "mis").alias("long_mis"),
        _together(mis if alike else ()).alias("alike_mis"),
        _together(provider if alike else ()).alias("alike_provider"),
    )


def _filled(column: Column, side: str) -> pl.Expr:
    path = pl.col(f"{side}.{column.name}")
    return pl.when(path.str.strip_chars() != "").then(path) if column.type == "text" else path


def _comparable(values: tuple[pl.Expr, ...], field: FieldQuery, ends: _Ends) -> tuple[pl.Expr, ...]:
    return tuple(
        normalised(value, field.compare) if text else value for value, text in zip(values, ends.texts, strict=True)
    )


def _together(values: tuple[pl.Expr, ...]) -> pl.Expr:
    """The values of one column or several as one text."""
    if len(values) > 1:
        return grouped(values)
    return as_text(values[0]) if values else pl.lit(None, dtype=pl.String)


def _too_long(field: FieldQuery, part: Expression | None, side: Side) -> pl.Expr:
    """As `too_long`; joined lines are compared as they are, so what has no room counts only where it is written."""
    found = too_long(part, field.columns(side))
    if field.join is None or part is None or part.problem is None:
        return found
    return found | part.problem.fill_null(value=False)


def too_long(part: Expression | None, columns: tuple[Column, ...]) -> pl.Expr:
    """Where a text to be written is longer than its column takes."""
    found = pl.lit(value=False)
    for value, column in zip(part.values if part is not None else (), columns, strict=part is not None):
        if column.type == "text" and column.length is not None:
            found = found | (value.str.len_chars() > column.length).fill_null(value=False)
    return found


def _problem(ends: _Ends) -> tuple[pl.Expr, pl.Expr]:
    """Where no decision can be made, and the reason's code."""
    problem, why = pl.lit(value=False), pl.lit(None, dtype=pl.String)
    faults = [(part.problem, part.why) for part in ends.sources if part.problem is not None]
    for fault, code in (*faults, *((pl.col(mark), UNREADABLE) for mark in ends.marks)):
        bad = fault.fill_null(value=False)
        why = pl.when(bad).then(pl.lit(code)).otherwise(why)
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


def _shown(frame: pl.DataFrame, field: FieldQuery, side: Side) -> pl.Expr:
    columns = [column for column in field.columns(side) if f"{side}.{column.name}" in frame.columns]
    return _together(tuple(_filled(column, side) for column in columns))


def _sent(part: Expression | None) -> pl.Expr:
    return as_text(part.value) if part is not None else pl.lit(None, dtype=pl.String)
