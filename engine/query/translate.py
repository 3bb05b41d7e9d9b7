"""How a field's value is made for the other side: copied, joined, looked up or constant. One column or a group."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from engine.ports import Column
from engine.query.model import MISSING_CODE, TOO_LONG, UNREADABLE, Expression
from engine.query.normalise import filled
from engine.query.texts import grouped
from engine.rules.model import Codes, CodeTable, Lines, Side

Joins = tuple[tuple[int, int], ...]
"""Pairs of lines, by position, that become one."""
_CHOICES: tuple[Joins, ...] = ((), ((0, 1),), ((2, 3),), ((0, 1), (2, 3)))
"""Only neighbours are joined, 1 with 2 or 3 with 4; an earlier choice goes before a later one."""


def copied(columns: Sequence[Column], side: Side) -> Expression:
    """The columns as they are, texts without their outer spaces."""
    paths = tuple(f"{side}.{column.name}" for column in columns)
    parts = tuple(
        filled(pl.col(path)) if column.type == "text" else pl.col(path)
        for path, column in zip(paths, columns, strict=True)
    )
    marks = [pl.col(f"{path}?") for path, column in zip(paths, columns, strict=True) if column.type != "text"]
    problem = (pl.any_horizontal(marks) if len(marks) > 1 else marks[0]) if marks else None
    if len(parts) == 1:
        return Expression(parts[0], paths[0], paths, problem, UNREADABLE if marks else "")
    return Expression(grouped(parts), ", ".join(paths), paths, problem, UNREADABLE if marks else "", parts)


def joined(columns: Sequence[str], separator: str, side: Side) -> Expression:
    """All columns as one text, in order. Blank ones take no room; where all are blank it is blank."""
    paths = tuple(f"{side}.{name}" for name in columns)
    return Expression(_join([filled(pl.col(path)) for path in paths], separator), f"lines {', '.join(paths)}", paths)


def _join(lines: Sequence[pl.Expr], separator: str) -> pl.Expr:
    text = pl.concat_str(lines, separator=separator, ignore_nulls=True)
    return pl.when(text != "").then(text)


def in_lines(lines: Lines, side: Side, targets: Sequence[Column]) -> Expression:
    """Lines for the target columns, joined only as far as needed. What does not fit is a problem, and never cut."""
    whole = joined(lines.columns, lines.separator, side)
    most = [_least(lines.limit, column.length) for column in targets]
    if len(targets) == 1:
        limit = lines.limit  # the column's own length is kept by the decision, which shows what is too long
        over = whole.value.str.len_chars() > limit if limit is not None else None
        return Expression(whole.value, whole.text, whole.reads, over, TOO_LONG)
    own = pl.struct(filled(pl.col(path)).alias(str(at)) for at, path in enumerate(whole.reads))
    shaper = _Shaper(lines.separator, tuple(most))
    shaped = own.map_batches(shaper.shape, return_dtype=shaper.struct, is_elementwise=True)
    parts = tuple(shaped.struct.field(str(at)) for at in range(len(targets)))
    return Expression(grouped(parts), whole.text, whole.reads, shaped.struct.field("over"), TOO_LONG, parts)


def _least(*limits: int | None) -> int | None:
    return min((one for one in limits if one is not None), default=None)


@dataclass(frozen=True, slots=True)
class _Shaper:
    """Four lines into fewer, a whole column at a time. `most` is how many characters each line to send may have."""

    separator: str
    most: tuple[int | None, ...]

    @property
    def struct(self) -> pl.Struct:
        return pl.Struct({**{str(at): pl.String() for at in range(len(self.most))}, "over": pl.Boolean()})

    def shape(self, series: pl.Series) -> pl.Series:
        """Lines 0 to 3 to the lines to send, and `over` where they do not fit; then they are shown as they would be."""
        own = [pl.col(str(at)) for at in range(4)]
        need = pl.sum_horizontal(one.is_not_null().cast(pl.Int32) for one in own) - len(self.most)
        frame = series.struct.unnest().with_columns(need=need.clip(0))
        for number, joins in enumerate(_CHOICES):  # step by step: as one expression it would grow beyond measure
            frame = frame.with_columns(self._left(own, joins).alias(f"left {number}"))
            frame = frame.with_columns(_joins_filled(own, joins).alias(f"right {number}"))
            frame = frame.with_columns(self._fits(pl.col(f"left {number}")).alias(f"fits {number}"))
        numbers = range(len(_CHOICES))
        fitting = [pl.when(pl.col(f"right {at}") & pl.col(f"fits {at}")).then(pl.col(f"left {at}")) for at in numbers]
        shown = [pl.when(pl.col(f"right {at}")).then(pl.col(f"left {at}")) for at in numbers]
        frame = frame.select(sent=pl.coalesce(fitting), shown=pl.coalesce(*fitting, *shown))
        parts = [pl.col("shown").list.get(at, null_on_oob=True).alias(str(at)) for at in range(len(self.most))]
        return frame.select(*parts, pl.col("sent").is_null().alias("over")).to_struct()

    def _left(self, own: Sequence[pl.Expr], joins: Joins) -> pl.Expr:
        """What is left after joining, in order, blank lines left out."""
        seconds, firsts = {second for _, second in joins}, dict(joins)
        units = [
            _join([one, own[firsts[at]]], self.separator) if at in firsts else one
            for at, one in enumerate(own)
            if at not in seconds
        ]
        return pl.concat_list(units).list.drop_nulls()

    def _fits(self, left: pl.Expr) -> pl.Expr:
        lengths = [
            left.list.get(at, null_on_oob=True).str.len_chars().fill_null(0) <= limit
            for at, limit in enumerate(self.most)
            if limit is not None
        ]
        return pl.all_horizontal(pl.lit(value=True), *lengths)


def _joins_filled(own: Sequence[pl.Expr], joins: Joins) -> pl.Expr:
    """Whether these joins are as many as are needed, each of two filled lines: another one would save nothing."""
    filled_ones = [own[at].is_not_null() for pair in joins for at in pair]
    return pl.all_horizontal(pl.col("need") == len(joins), *filled_ones)


def coded(table: CodeTable, codes: Codes, column: Column, side: Side, missing: str) -> Expression:
    """A code looked up; `missing` says what becomes of one that the table lacks."""
    path = f"{side}.{column.name}"
    pairs = {there: here for here, there in table.pairs} if codes.inverse else dict(table.pairs)
    code = filled(pl.col(path))
    known = code.replace_strict(pairs, default=None, return_dtype=pl.String)
    lacks = code.is_not_null() & known.is_null()
    text = f"codes {codes.name} of {path}"
    match missing:
        case "hold":
            return Expression(known, text, (path,), lacks, MISSING_CODE)
        case "skip":
            return Expression(known, text, (path,), skip=lacks)
        case "keep":
            return Expression(pl.coalesce(known, code), text, (path,))
        case other:
            return Expression(pl.when(lacks).then(pl.lit(other)).otherwise(known), text, (path,))
