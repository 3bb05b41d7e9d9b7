"""Expressions over a frame: by columns where that is exact, by rows elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from engine.feel import types as t
from engine.feel.columns import Compiled, NotColumnar, compile_columns
from engine.feel.columns_tables import compile_table
from engine.feel.columns_values import taken
from engine.feel.evaluation import Setting
from engine.feel.faults import Problem
from engine.feel.names import reads
from engine.feel.nodes import Node
from engine.feel.scalar import Prepared, Result
from engine.feel.tables import DecisionTable, evaluate_table, nodes_of
from engine.feel.values import to_python

_PLAIN = Setting()
_VALUE, _PROBLEM = "\x00value", "\x00problem"
Types = Mapping[tuple[str, ...], t.FeelType]
"""The static type of each dotted name."""
Paths = Mapping[tuple[str, ...], str]
"""Each dotted name and the frame's column that holds it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One Python value a row (dates and instants as the standard library's), and the problems of rows that have any.

    `refused` says why the expression did not run by columns, where it did not; `asked` are the rows that columns could
    not answer, where it did.
    """

    values: list[object]
    problems: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    refused: NotColumnar | None = None
    asked: frozenset[int] = frozenset()


def evaluate_rows(
    node: Node, frame: pl.DataFrame, paths: Paths, setting: Setting = _PLAIN, types: Types | None = None
) -> Rows:
    """Run the scalar evaluator over the columns that are read, equal rows once.

    `types` are needed of columns of times and of years and months durations.
    """
    return _rows(_Source((node,), Prepared(node, setting).result, types or {}), frame, paths)


def evaluate_table_rows(table: DecisionTable, frame: pl.DataFrame, paths: Paths, setting: Setting = _PLAIN) -> Rows:
    """Decide a table for the columns that it reads, equal rows once."""
    return _rows(_Source(nodes_of(table), lambda context: evaluate_table(table, context, setting)), frame, paths)


def evaluate_frame(node: Node, frame: pl.DataFrame, types: Types, paths: Paths, setting: Setting = _PLAIN) -> Rows:
    """Run an expression over a frame: by columns, with the rows that columns cannot answer asked of the scalar one."""
    made = compile_columns(node, types, lambda path: pl.col(paths[path]), setting, every=True)
    return _by_columns(made, _Source((node,), Prepared(node, setting).result, types), frame, paths)


def evaluate_table_frame(
    table: DecisionTable, frame: pl.DataFrame, types: Types, paths: Paths, setting: Setting = _PLAIN
) -> Rows:
    """Decide a table over a frame, as `evaluate_frame` runs an expression."""
    made = compile_table(table, types, lambda path: pl.col(paths[path]), setting)
    if isinstance(made, Compiled) and made.type.place == t.ELSEWHERE:
        made = NotColumnar("the clock of what is elsewhere is not shown in columns", 0, 0)
    source = _Source(nodes_of(table), lambda context: evaluate_table(table, context, setting), types)
    return _by_columns(made, source, frame, paths)


@dataclass(frozen=True, slots=True)
class _Source:
    """What is run: its nodes, from which is known what it reads, and how one record is answered."""

    nodes: tuple[Node, ...]
    run: Callable[[Mapping[str, object]], Result]
    types: Types = field(default_factory=dict)

    def needs(self, path: tuple[str, ...]) -> bool:
        """Whether a column is named, or something that it is part of, or a part of it."""
        read = (each.path for node in self.nodes for each in reads(node))
        return any(each[: len(path)] == path or path[: len(each)] == each for each in read)


def _rows(source: _Source, frame: pl.DataFrame, paths: Paths) -> Rows:
    used = {path: name for path, name in paths.items() if source.needs(path)}
    known: dict[tuple[object, ...], tuple[object, tuple[Problem, ...]]] = {}
    values: list[object] = []
    problems: dict[int, tuple[Problem, ...]] = {}
    columns = [taken(source.types.get(path), frame[name].to_list()) for path, name in used.items()]
    rows = list(zip(*columns, strict=True)) if used else [()] * frame.height
    for index, row in enumerate(rows):
        if row not in known:
            result = source.run(_context(tuple(used), row))
            known[row] = (to_python(result.value), result.problems)
        value, found = known[row]
        values.append(value)
        if found:
            problems[index] = found
    return Rows(values, problems)


def _context(paths: tuple[tuple[str, ...], ...], row: tuple[object, ...]) -> dict[str, object]:
    context: dict[str, object] = {}
    for path, value in zip(paths, row, strict=True):
        at = context
        for name in path[:-1]:
            below = at.setdefault(name, {})
            at = below if isinstance(below, dict) else {}
        at[path[-1]] = value
    return context


def _by_columns(made: Compiled | NotColumnar, source: _Source, frame: pl.DataFrame, paths: Paths) -> Rows:
    if isinstance(made, NotColumnar):
        rows = _rows(source, frame, paths)
        return Rows(rows.values, rows.problems, made)
    problem = pl.lit(value=False) if made.problem is None else made.problem
    answered = frame.with_columns(made.value.alias(_VALUE), problem.alias(_PROBLEM))
    values = list(taken(made.type, answered[_VALUE].to_list()))
    asked = answered[_PROBLEM].arg_true()
    if asked.is_empty():
        return Rows(values)
    rest = _rows(source, frame[asked], paths)
    problems: dict[int, tuple[Problem, ...]] = {}
    for at, index in enumerate(asked):
        values[index] = rest.values[at]
        if at in rest.problems:
            problems[index] = rest.problems[at]
    return Rows(values, problems, asked=frozenset(asked))
