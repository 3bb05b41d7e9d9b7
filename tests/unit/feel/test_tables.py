"""Decision tables under their hit policies."""

from decimal import Decimal

import polars as pl
import pytest

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.columns_rows import evaluate_table_frame, evaluate_table_rows
from engine.feel.parse import parse_expression, parse_unary_tests
from engine.feel.scalar import Result
from engine.feel.tables import Aggregation, DecisionTable, Hit, Input, Output, Rule, evaluate_table

NAMES = ("sem", "employee_count")
SIZES = (
    ("true", "-", '"Small (0-49)"'),
    ("-", "< 50", '"Small (0-49)"'),
    ("-", "[50..249]", '"Medium (50-249)"'),
    ("-", ">= 250", '"Large (250+)"'),
)


def table(
    rules: tuple[tuple[str, ...], ...], hit: Hit, aggregation: Aggregation = "", allowed: str = ""
) -> DecisionTable:
    read = tuple(
        Rule(tuple(parse_unary_tests(cell, NAMES) for cell in row[:-1]), (parse_expression(row[-1], NAMES),))
        for row in rules
    )
    inputs = tuple(Input(parse_expression(name, NAMES)) for name in NAMES)
    tests = parse_unary_tests(allowed, NAMES) if allowed else n.UnaryTests(())
    assert isinstance(tests, n.UnaryTests)
    return DecisionTable(inputs, (Output(allowed=tests.tests),), read, hit, aggregation)


def decided(made: DecisionTable, count: int | None, *, sem: bool | None = False) -> Result:
    return evaluate_table(made, {"sem": sem, "employee_count": count})


@pytest.mark.parametrize(
    ("count", "sem", "size"),
    [
        (49, False, "Small (0-49)"),
        (50, False, "Medium (50-249)"),
        (250, None, "Large (250+)"),
        (900, True, "Small (0-49)"),
    ],
)
def test_first_takes_the_first_rule(count: int, sem: bool | None, size: str) -> None:  # noqa: FBT001  a parameter of the test
    """The first rule that fits decides."""
    assert decided(table(SIZES, "first"), count, sem=sem) == Result(size)


def test_no_rule_is_a_problem() -> None:
    """Where no rule fits there is no value, and the reason is said."""
    result = decided(table(SIZES, "first"), None)
    assert (result.value, [each.message for each in result.problems]) == (None, ["no rule fits"])


def test_unique_bears_one_rule_only() -> None:
    """Two rules that fit are a problem under `unique`, and under `any` where they differ."""
    assert decided(table(SIZES, "unique"), 60) == Result("Medium (50-249)")
    for hit in ("unique", "any"):
        result = decided(table(SIZES, hit), 900, sem=True)
        assert result.value is None
        assert result.problems
    assert decided(table(SIZES, "any"), 40, sem=True) == Result("Small (0-49)")


def test_several_rules_in_their_order_or_the_outputs() -> None:
    """Rule order is the table's, output order and priority that of the allowed values."""
    rules = (("-", "> 1", '"low"'), ("-", "> 2", '"high"'), ("-", "> 9", '"top"'))
    allowed = '"top", "high", "low"'
    assert decided(table(rules, "rule order"), 5) == Result(["low", "high"])
    assert decided(table(rules, "output order", allowed=allowed), 5) == Result(["high", "low"])
    assert decided(table(rules, "priority", allowed=allowed), 5) == Result("high")


@pytest.mark.parametrize(("how", "value"), [("sum", "60"), ("min", "10"), ("max", "30"), ("count", "3")])
def test_collected_values_are_aggregated(how: Aggregation, value: str) -> None:
    """`collect` sums, counts, or takes the least or greatest."""
    rules = (("-", "> 1", "10"), ("-", "> 2", "20"), ("-", "> 3", "30"))
    assert decided(table(rules, "collect", how), 9) == Result(Decimal(value))


@pytest.mark.parametrize("hit", ["first", "unique", "any"])
def test_columns_decide_as_rows_do(hit: Hit) -> None:
    """A table over a frame gives each row what the scalar evaluator gives it, problems included."""
    frame = pl.DataFrame(
        [(sem, count) for sem in (True, False, None) for count in (None, 0, 49, 50, 249, 250)],
        schema={"sem": pl.Boolean, "employee_count": pl.Decimal(38, 0)},
        orient="row",
    )
    types: dict[tuple[str, ...], t.FeelType] = {("sem",): t.BOOLEAN, ("employee_count",): t.FeelType("number", scale=0)}
    paths: dict[tuple[str, ...], str] = {path: path[0] for path in types}
    rules = (*SIZES, ("not(true)", "not(< 3, > 5)", "null"))
    made = table(rules, hit)
    found = evaluate_table_frame(made, frame, types, paths)
    expected = evaluate_table_rows(made, frame, paths)
    assert found.refused is None
    assert (found.values, found.problems) == (expected.values, expected.problems)
