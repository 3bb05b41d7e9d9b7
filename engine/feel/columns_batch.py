"""Batch answers by the columnar evaluator: literals become columns of one row, a table's cases rows."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from engine.feel import types as t
from engine.feel.batch import Answer, Asked, AskedTable, answer_table, answered, line_id, read_line, read_table
from engine.feel.columns_base import MAX_SCALE, dtype_of
from engine.feel.columns_rows import Rows, evaluate_frame, evaluate_table_frame
from engine.feel.encoding import encode
from engine.feel.lifting import columnar, lifted
from engine.feel.scalar import evaluate
from engine.feel.values import from_python

Columns = dict[str, tuple[t.FeelType, list[object]]]


def answer_by_columns(line: object, now: dt.datetime | None = None) -> Answer:
    """As `engine.feel.batch.answer`; `via` is `columns` where no row had to be asked of the scalar evaluator."""
    asked = read_line(line, now)
    if not isinstance(asked, Asked):
        return asked
    known = lifted(asked.node)
    columns: Columns = {name: (known.types[name], [value]) for name, value in known.values.items()}
    columns |= _columns([asked.context])
    if columns:
        frame, paths = _frame(columns)
        if frame is not None:
            rows = evaluate_frame(known.node, frame, _types(columns), paths, asked.setting)
            if rows.refused is None and not rows.asked:
                return answered(line_id(line), _encoded(rows, 0), "columns", ())
    result = evaluate(asked.node, asked.context, asked.setting)
    return answered(line_id(line), encode(result.value), "scalar", result.problems)


def answer_table_by_columns(line: object, now: dt.datetime | None = None) -> Iterator[Answer]:
    """As `engine.feel.batch.answer_table`, all cases of a table at once."""
    asked = read_table(line, now)
    rows = _decided(asked) if isinstance(asked, AskedTable) else None
    if rows is None or not isinstance(asked, AskedTable):
        yield from answer_table(line, now)
        return
    for index, (name, _context) in enumerate(asked.cases):
        via = "scalar" if index in rows.asked else "columns"
        yield answered(name, _encoded(rows, index), via, rows.problems.get(index, ()))


def _decided(asked: AskedTable) -> Rows | None:
    contexts = [context for _name, context in asked.cases]
    columns = _columns(contexts)
    frame, paths = _frame(columns)
    if frame is None or any(set(context) != set(columns) for context in contexts):
        return None
    if any(kind.place == t.ELSEWHERE for kind, _values in columns.values()):
        return None  # rows that are asked of the scalar evaluator would show it another clock
    rows = evaluate_table_frame(asked.table, frame, _types(columns), paths, asked.setting)
    return rows if rows.refused is None else None


def _encoded(rows: Rows, index: int) -> dict[str, object]:
    return encode(from_python(rows.values[index]))


def _columns(contexts: Sequence[Mapping[str, object]]) -> Columns:
    """The inputs that columns can hold: of one type and place, nulls beside it."""
    out: Columns = {}
    for name in dict.fromkeys(name for context in contexts for name in context):
        values = [context.get(name) for context in contexts]
        held = [columnar(value) for value in values if value is not None]
        alike = {None if kind is None else (kind.name, kind.place) for _value, kind in held}
        if len(alike) == 1 and None not in alike:
            kinds = [kind for _value, kind in held if kind is not None]
            widest = max(kinds, key=lambda kind: kind.scale or 0)
            plain = iter([value for value, _kind in held])
            out[name] = widest, [None if value is None else next(plain) for value in values]
    return out


def _types(columns: Columns) -> dict[tuple[str, ...], t.FeelType]:
    return {(name,): kind for name, (kind, _values) in columns.items()}


def _frame(columns: Columns) -> tuple[pl.DataFrame | None, dict[tuple[str, ...], str]]:
    """One row for each value; nothing where there is no column, or a number has more digits than one holds."""
    if not columns or any((kind.scale or 0) > MAX_SCALE for kind, _values in columns.values()):
        return None, {}
    try:
        series = [pl.Series(name, values, dtype=dtype_of(kind)) for name, (kind, values) in columns.items()]
    except (pl.exceptions.PolarsError, OverflowError):
        return None, {}
    return pl.DataFrame(series), {(name,): name for name in columns}
