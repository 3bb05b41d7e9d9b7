"""Decision tables in columns: those under which one rule decides."""

from collections.abc import Callable, Mapping

import polars as pl

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.columns import Compiled, NotColumnar, is_result, make, passes
from engine.feel.columns_base import Column, Maker, RefusedError, either, where
from engine.feel.columns_operators import both, chosen
from engine.feel.evaluation import Setting
from engine.feel.tables import DecisionTable, Rule

_PLAIN = Setting()


def compile_table(
    table: DecisionTable,
    types: Mapping[tuple[str, ...], t.FeelType],
    column: Callable[[tuple[str, ...]], pl.Expr],
    setting: Setting = _PLAIN,
) -> Compiled | NotColumnar:
    """A table as Polars expressions, as `compile_columns` makes them of an expression.

    For the hit policies first, unique and any, and one output. Rows for which no rule fits, or several where only one
    may, are problems.
    """
    if table.hit not in {"first", "unique", "any"} or len(table.outputs) != 1:
        return NotColumnar("only tables with one output, of which one rule decides, are done in columns", 0, 0)
    maker = Maker(types, column, setting)
    try:
        made = _decided(maker, table)
    except RefusedError as refused:
        return NotColumnar(refused.why, refused.node.start, refused.node.end)
    if not is_result(made.type):
        return NotColumnar(f"a {made.type} has no column", 0, 0)
    return Compiled(made.value, made.problem, made.type)


def _decided(maker: Maker, table: DecisionTable) -> Column:
    if any(each.allowed is not None for each in table.inputs):
        raise RefusedError(table.inputs[0].expression, "allowed inputs are not checked in columns")
    inputs = [make(maker, each.expression) for each in table.inputs]
    fits = [_fits(maker, rule, inputs) for rule in table.rules]
    made = _default(maker, table)
    for rule, fit in zip(reversed(table.rules), reversed(fits), strict=True):
        made = chosen(rule.then[0], Column(fit.value, t.BOOLEAN), make(maker, rule.then[0]), made)
    tested = either(*(each.problem for each in (*inputs, *fits)))
    return Column(made.value, made.type, either(made.problem, tested, _several(table, fits)))


def _default(maker: Maker, table: DecisionTable) -> Column:
    default = table.outputs[0].default
    if default is not None:
        return make(maker, default)
    return Column(pl.lit(None), t.NULL, pl.lit(value=True))


def _several(table: DecisionTable, fits: list[Column]) -> pl.Expr | None:
    if table.hit == "first" or not fits:
        return None
    return pl.sum_horizontal(each.value.cast(pl.UInt32) for each in fits) > 1


def _fits(maker: Maker, rule: Rule, inputs: list[Column]) -> Column:
    """Whether all cells are true; those after one that is not are not looked at."""
    found = Column(pl.lit(value=True), t.BOOLEAN)
    for cell, value in zip(rule.when, inputs, strict=True):
        if not isinstance(cell, n.UnaryTests):
            raise RefusedError(cell, "a cell must hold tests")
        if cell.tests:
            tested = passes(maker, cell.tests, Column(value.value, value.type, None, value.constant, value.known))
            outcome = ~tested.value if cell.negated else tested.value
            found = both(found, Column(where(outcome), t.BOOLEAN, tested.problem))
    return found
