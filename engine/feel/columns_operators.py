"""Operators on columns: comparison, logic, arithmetic."""

import polars as pl

from engine.feel import types as t
from engine.feel.columns_base import Column, Maker, RefusedError, alike, either, null_of, where
from engine.feel.columns_numbers import of_numbers
from engine.feel.columns_spans import of_times
from engine.feel.nodes import ArithmeticSign, ComparisonSign, Node
from engine.feel.temporal import SECOND

_MAX_TEXT = 10_000
_TURNED: dict[ComparisonSign, ComparisonSign] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compared(node: Node, sign: ComparisonSign, left: Column, right: Column) -> Column:
    """`left sign right`."""
    if left.constant and not right.constant:
        left, right, sign = right, left, _TURNED[sign]  # Polars loses the length of `literal <= column of nulls`
    names = {left.type.name, right.type.name}
    if sign in {"=", "!="} and "Null" in names:
        return _null_test(sign, left, right)
    if names == {"Null"}:
        return Column(null_of(t.BOOLEAN).value, t.BOOLEAN, either(left.problem, right.problem))
    one, other = alike(node, left, right)
    problem = either(one.problem, other.problem)
    if sign in {"=", "!="}:
        first, second = _key(one), _key(other)
        value = first.eq_missing(second) if sign == "=" else first.ne_missing(second)
        return Column(value, t.BOOLEAN, problem)
    if one.type.name == "boolean":
        raise RefusedError(node, "true and false have no order")
    first, second = _key(one), _key(other)
    value = {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[sign]
    return Column(value, t.BOOLEAN, problem)


def _null_test(sign: ComparisonSign, left: Column, right: Column) -> Column:
    tested = right if left.type.name == "Null" else left
    if tested.type.name == "Null":
        value = pl.lit(value=sign == "=")
    else:
        value = tested.value.is_null() if sign == "=" else tested.value.is_not_null()
    return Column(value, t.BOOLEAN, either(left.problem, right.problem))


def _key(column: Column) -> pl.Expr:
    """What is compared: times count to the second."""
    if column.type.name == "time":
        return column.value.cast(pl.Int64).floordiv(SECOND)
    return column.value.dt.truncate("1s") if column.type.name == "date and time" else column.value


def boolean(node: Node, column: Column) -> Column:
    """A column of true and false. Raises RefusedError for another."""
    if column.type.name == "Null":
        return Column(pl.lit(None, dtype=pl.Boolean), t.BOOLEAN, column.problem)
    if column.type.name != "boolean":
        raise RefusedError(node, f"a {column.type} stands where true or false must")
    return column


def both(left: Column, right: Column) -> Column:
    """`left and right`; the right side's problems do not count where the left is false."""
    masked = _masked(right.problem, left.value.ne_missing(other=False))
    return Column(left.value & right.value, t.BOOLEAN, either(left.problem, masked))


def one_of(left: Column, right: Column) -> Column:
    """`left or right`; the right side's problems do not count where the left is true."""
    masked = _masked(right.problem, left.value.ne_missing(other=True))
    return Column(left.value | right.value, t.BOOLEAN, either(left.problem, masked))


def _masked(problem: pl.Expr | None, seen: pl.Expr) -> pl.Expr | None:
    return None if problem is None else problem & seen


def chosen(node: Node, condition: Column, then: Column, otherwise: Column) -> Column:
    """`if condition then … else …`: null takes the else branch."""
    test = where(boolean(node, condition).value)
    if then.type.name == otherwise.type.name == "Null":
        value, kind = pl.lit(None), t.NULL
    else:
        then, otherwise = alike(node, then, otherwise)
        value, kind = pl.when(test).then(then.value).otherwise(otherwise.value), then.type
    branches = either(_masked(then.problem, test), _masked(otherwise.problem, ~test))
    return Column(value, kind, either(condition.problem, branches))


# --- arithmetic ------------------------------------------------------------------------------------------------------


def arithmetic(maker: Maker, node: Node, sign: ArithmeticSign, left: Column, right: Column) -> Column:
    """`left sign right`. Raises RefusedError where only the scalar evaluator is exact."""
    names = (left.type.name, right.type.name)
    if "Null" in names:
        return Column(pl.lit(None), t.NULL, either(left.problem, right.problem), constant=True)
    if names == ("string", "string") and sign == "+":
        return text(left.value + right.value, either(left.problem, right.problem), size_of(left) + size_of(right))
    if names == ("number", "number"):
        return of_numbers(node, sign, left, right)
    if sign == "**":
        raise RefusedError(node, "powers are not done in columns")
    return of_times(maker, node, sign, left, right)


def text(value: pl.Expr, problem: pl.Expr | None, size: pl.Expr | int) -> Column:
    """A text that was built; one of `size` bytes or fewer that may be over the limit is asked of the scalar evaluator.

    The size is reckoned from the texts it was built of, so that nothing is built twice.
    """
    over = pl.lit(value=size > _MAX_TEXT) if isinstance(size, int) else where(size > _MAX_TEXT)
    safe = isinstance(size, int) and size <= _MAX_TEXT
    return Column(value, t.STRING, problem if safe else either(problem, over), size=size)


def size_of(column: Column) -> pl.Expr | int:
    """How many bytes a text has at most."""
    if column.constant and isinstance(column.known, str):
        return len(column.known.encode())
    return column.value.str.len_bytes() if column.size is None else column.size


def negated(node: Node, operand: Column) -> Column:
    """`-operand`."""
    if operand.type.name in {"number", "days and time duration", "years and months duration", "Null"}:
        value = operand.value if operand.type.name == "Null" else -operand.value
        return Column(value, operand.type, operand.problem, digits=operand.digits)
    raise RefusedError(node, f"`-` of a {operand.type} is not done in columns")
