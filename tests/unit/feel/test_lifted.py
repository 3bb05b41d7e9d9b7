"""The conformance kit through the columns: nearly all its expressions are constant, so literals become columns."""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.batch import answer, answer_table
from engine.feel.columns_base import dtype_of
from engine.feel.columns_batch import answer_by_columns, answer_table_by_columns
from engine.feel.columns_rows import evaluate_frame, evaluate_rows
from engine.feel.evaluation import Setting
from engine.feel.lifting import Lifted, lifted
from engine.feel.parse import parse_expression
from tests.unit.feel.test_conformance import NOW, lines

SETTING = Setting(now=dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC))
COLUMNAR = 775
"""Lifted expressions of the mapping tier that run by columns; more is better.

A date and time with an offset other than UTC's is lifted as an instant: its clock is not shown by columns.
"""
ANSWERED = 785
"""Of all expressions, those of which no row is asked of the scalar evaluator."""


def lifted_cases() -> Iterator[Lifted]:
    for case in lines("expressions.jsonl"):
        if case["tier"] == "M" and not case["inputs"]:
            found = lifted(parse_expression(case["expression"], []))
            if found.values:
                yield found


def test_literals_become_names() -> None:
    """A literal that a column holds is lifted, a call's first argument among them; the rest stays as it was."""
    found = lifted(
        parse_expression('substring("abc", 2) = upper case(x) and @"2020-01-01" > date("2019-01-01")', ["x"])
    )
    assert [str(kind) for kind in found.types.values()] == ["string", "date", "date"]
    assert list(found.values.values()) == ["abc", dt.date(2020, 1, 1), dt.date(2019, 1, 1)]
    spans = lifted(
        parse_expression('[duration("P1D"), @"P1Y", time("10:00:00"), date and time("2020-01-01T10:00:00")]', [])
    )
    assert list(spans.values.values()) == [dt.timedelta(days=1), 12, dt.time(10), dt.datetime(2020, 1, 1, 10)]  # noqa: DTZ001  it is local
    assert [kind.place for kind in spans.types.values()] == ["", "", t.LOCAL, t.LOCAL]
    named = lifted(parse_expression('replace(replacement: "-", pattern: "b", input: "abc")', []))
    assert list(named.values.values()) == ["abc"]
    kept = lifted(parse_expression('[duration("P1"), @"10:00:00Z", @"10:00:00.000000001", null, {a: 1}]', []))
    assert not kept.values
    assert isinstance(kept.node, n.ListOf)


def test_columns_answer_the_lifted_cases_as_the_scalar_evaluator_does() -> None:
    """Each lifted case gives by columns what it gives by rows, a row of nulls included; enough are columnar."""
    columnar = 0
    for each in lifted_cases():
        schema = {name: dtype_of(kind) for name, kind in each.types.items()}
        frame = pl.DataFrame([each.values, dict.fromkeys(each.values)], schema=schema)
        types: dict[tuple[str, ...], t.FeelType] = {(name,): kind for name, kind in each.types.items()}
        paths: dict[tuple[str, ...], str] = {path: path[0] for path in types}
        found = evaluate_frame(each.node, frame, types, paths, SETTING)
        expected = evaluate_rows(each.node, frame, paths, SETTING, types)
        assert (found.values, found.problems) == (expected.values, expected.problems), each.node
        columnar += found.refused is None
    assert columnar >= COLUMNAR


def test_the_batch_by_columns_answers_as_the_batch_by_rows() -> None:
    """Every expression and table case of the kit has the same typed value both ways, and `via` says which it was."""
    cases, tables = lines("expressions.jsonl"), lines("tables.jsonl")
    by_columns = [answer_by_columns(case, NOW) for case in cases]
    assert [each["value"] for each in by_columns] == [answer(case, NOW)["value"] for case in cases]
    assert sum(each["via"] == "columns" for each in by_columns) >= ANSWERED
    for table in tables:
        found = list(answer_table_by_columns(table, NOW))
        assert [each["value"] for each in found] == [each["value"] for each in answer_table(table, NOW)]
    decided = [each["via"] for table in tables for each in answer_table_by_columns(table, NOW)]
    assert decided.count("columns") >= 5


def test_a_table_shows_the_clock_that_was_written() -> None:
    """Dates and times with offsets, and local ones beside them, come out of a table as they went in."""
    far, near = "2020-01-01T10:00:00+11:00", "2020-01-01T10:00:00"
    moments = [{"t": "date and time", "v": each} for each in (far, near)]
    table = {
        "hit_policy": "FIRST",
        "inputs": [{"expression": "x"}],
        "outputs": [{"name": "y"}],
        "rules": [{"when": ["-"], "then": ["x"]}],
        "cases": [{"id": index, "inputs": {"x": each}} for index, each in enumerate(moments)],
    }
    written = table | {"rules": [{"when": ["-"], "then": [f'@"{far}"']}]}
    for each, wanted in (
        (table, moments),
        (table | {"cases": table["cases"][:1]}, moments[:1]),
        (written, [moments[0]] * 2),
    ):
        assert [found["value"] for found in answer_table_by_columns(each, NOW)] == wanted
