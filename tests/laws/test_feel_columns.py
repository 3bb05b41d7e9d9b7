"""The columnar evaluator agrees with the scalar one over generated expressions and rows."""

from dataclasses import dataclass, field

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel.columns import Compiled, compile_columns
from engine.feel.columns_functions import HANDLERS
from engine.feel.columns_rows import evaluate_frame, evaluate_rows
from engine.feel.columns_values import taken
from engine.feel.names import reads
from engine.feel.parse import parse_expression
from tests.laws.feel_expressions import expressions
from tests.laws.feel_values import NAMES, PATHS, SETTING, TYPES, frame

EXPRESSIONS = 3_500
PAIRS = 20_000
"""Pairs of an expression and a row that columns must have answered themselves in a run."""
HEIGHTS = (1, 60, 60, 60)
"""Rows of a frame: one shows what a column of length 1 does."""


@dataclass(slots=True)
class Tally:
    """What a run of the law has seen."""

    expressions: int = 0
    columnar: int = 0
    pairs: set[int] = field(default_factory=set)
    """Hashes of the different pairs of an expression and the values it read that columns answered."""


def compare(text: str, seed: int, height: int, tally: Tally) -> None:
    """Fail where columns do not ask for the scalar evaluator and yet differ from it, in value, type or problem."""
    node = parse_expression(text, NAMES)
    names = sorted({each.path[0] for each in reads(node)} & set(NAMES))
    table = frame(seed, height, names)
    paths: dict[tuple[str, ...], str] = {(name,): name for name in table.columns}
    made = compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING, every=True)
    expected = evaluate_rows(node, table, paths, SETTING, TYPES)
    tally.expressions += 1
    if not isinstance(made, Compiled):
        return
    problem = pl.lit(value=False) if made.problem is None else made.problem
    answered = table.with_columns(made.value.alias("value"), problem.alias("problem"))
    values = taken(made.type, answered["value"].to_list())
    for index, (value, asked) in enumerate(zip(values, answered["problem"], strict=True)):
        row = table.row(index)
        assert asked is not None, (text, row)
        if not asked:
            assert index not in expected.problems, (text, row, expected.problems[index])
            assert value == expected.values[index], (text, row)
            assert type(value) is type(expected.values[index]), (text, row)
            tally.pairs.add(hash((text, row if names else ())))
    tally.columnar += 1
    whole = evaluate_frame(node, table, TYPES, PATHS, SETTING)
    assert (whole.values, whole.problems) == (expected.values, expected.problems)


def test_columns_agree_with_scalar() -> None:
    """Where columns do not ask for the scalar evaluator, their value is its value and it has no problem.

    Over twenty thousand pairs of an expression and a row that columns answered, most expressions among them.
    """
    tally = Tally()

    @settings(max_examples=EXPRESSIONS, deadline=None)
    @given(expressions(), st.integers(0, 2**32), st.sampled_from(HEIGHTS))
    def law(text: str, seed: int, height: int) -> None:
        compare(text, seed, height, tally)

    law()
    assert len(tally.pairs) >= PAIRS
    assert tally.columnar >= tally.expressions // 2


@pytest.mark.parametrize(
    ("name", "instead"),
    [("upper case", "lower case"), ("floor", "ceiling"), ("starts with", "ends with")],
)
def test_a_disagreement_is_found(name: str, instead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law fails where a function's columnar form does another's work."""
    monkeypatch.setitem(HANDLERS, name, HANDLERS[instead])
    arguments = {"upper case": "s", "floor": "m", "starts with": 's, "a"'}[name]
    with pytest.raises(AssertionError, match=name):
        compare(f"{name}({arguments})", 1, 40, Tally())


@pytest.mark.parametrize(
    "text",
    [
        "s + u",
        "s = u",
        'if s = null then "No" else "Yes"',
        'd + duration("P1M")',
        "date(i)",
        "n * 1.2 + m",
        "b and not(c)",
        "n / m",
        "modulo(n, m)",
        "round up(n, 1)",
        "floor(n, 1)",
        'number(s, ",", ".")',
        "odd(n) or even(m)",
        "mean([n, m])",
        "product([n, m])",
        "p + q * n",
        "p / q",
        "p.hours + x.months",
        "x - y * 2",
        "x / n",
        "d + x",
        "i - d",
        "i < w",
        "years and months duration(d, e)",
        "k + p",
        "k - l",
        'k in [l..@"12:00:00"]',
        "o - r",
        "o + x",
        "date and time(d, k)",
        "time(o)",
    ],
)
def test_what_mappings_are_made_of_is_columnar(text: str) -> None:
    """The expressions that rules mostly are have a columnar form, so the law above is not kept by refusing."""
    node = parse_expression(text, NAMES)
    assert isinstance(compile_columns(node, TYPES, lambda path: pl.col(PATHS[path]), SETTING, every=True), Compiled)
