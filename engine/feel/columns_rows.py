"""Expressions over a frame: by columns where that is exact, by rows elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from engine.feel import types as t
from engine.feel.columns import Compiled, NotColumnar, compile_columns
from engine.feel.evaluation import Setting
from engine.feel.faults import Problem
from engine.feel.names import reads
from engine.feel.nodes import Node
from engine.feel.scalar import Result, evaluate
from engine.feel.values import to_python

_PLAIN = Setting()
Paths = Mapping[tuple[str, ...], str]
"""Each dotted name and the frame's column that holds it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One Python value a row (dates and instants as the standard library's), and the problems of rows that have any.

    `refused` says why the expression did not run by columns, where it did not.
    """

    values: list[object]
    problems: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    refused: NotColumnar | None = None


def evaluate_rows(node: Node, frame: pl.DataFrame, paths: Paths, setting: Setting = _PLAIN) -> Rows:
    """Run the scalar evaluator over the columns that are read, equal rows once."""
    used = {path: name for path, name in paths.items() if _is_read(path, [read.path for read in reads(node)])}
    known: dict[tuple[object, ...], tuple[object, tuple[Problem, ...]]] = {}
    values: list[object] = []
    problems: dict[int, tuple[Problem, ...]] = {}
    rows = frame.select(list(used.values())).rows() if used else [()] * frame.height
    for index, row in enumerate(rows):
        if row not in known:
            result = _one(node, tuple(used), row, setting)
            known[row] = (to_python(result.value), result.problems)
        value, found = known[row]
        values.append(value)
        if found:
            problems[index] = found
    return Rows(values, problems)


def _is_read(path: tuple[str, ...], read: Sequence[tuple[str, ...]]) -> bool:
    """Whether a column is named, or something that it is part of, or a part of it."""
    return any(each[: len(path)] == path or path[: len(each)] == each for each in read)


def _one(node: Node, paths: tuple[tuple[str, ...], ...], row: tuple[object, ...], setting: Setting) -> Result:
    context: dict[str, object] = {}
    for path, value in zip(paths, row, strict=True):
        at = context
        for name in path[:-1]:
            below = at.setdefault(name, {})
            at = below if isinstance(below, dict) else {}
        at[path[-1]] = value
    return evaluate(node, context, setting)


def evaluate_frame(
    node: Node,
    frame: pl.DataFrame,
    types: Mapping[tuple[str, ...], t.FeelType],
    paths: Paths,
    setting: Setting = _PLAIN,
) -> Rows:
    """Run an expression over a frame: by columns, with the rows that columns cannot answer asked of the scalar one."""
    made = compile_columns(node, types, lambda path: pl.col(paths[path]), setting)
    if isinstance(made, NotColumnar):
        rows = evaluate_rows(node, frame, paths, setting)
        return Rows(rows.values, rows.problems, made)
    return _by_columns(made, node, frame, paths, setting)


def _by_columns(made: Compiled, node: Node, frame: pl.DataFrame, paths: Paths, setting: Setting) -> Rows:
    problem = pl.lit(value=False) if made.problem is None else made.problem
    answered = frame.with_columns(made.value.alias("\x00value"), problem.alias("\x00problem"))
    values = answered["\x00value"].to_list()
    asked = answered["\x00problem"].arg_true()
    if asked.is_empty():
        return Rows(values)
    rest = evaluate_rows(node, frame[asked], paths, setting)
    problems: dict[int, tuple[Problem, ...]] = {}
    for at, index in enumerate(asked):
        values[index] = rest.values[at]
        if at in rest.problems:
            problems[index] = rest.problems[at]
    return Rows(values, problems)
