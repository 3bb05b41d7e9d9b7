"""The measured expressions by hand: as Python closures, as one Python function, as a bare Polars expression.

The closures are an evaluator without checks: one for each part of the expression, with FEEL's rules for null and its
decimal numbers. The function is what one writes for this expression alone.
"""

import decimal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

Row = Mapping[str, object]
Closure = Callable[[Row], object]
NUMBERS = decimal.Context(34, decimal.ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Case:
    """One expression and the same by hand."""

    expression: str
    closure: Closure
    function: Closure
    column: pl.Expr


def _name(name: str) -> Closure:
    return lambda row: row.get(name)


def _value(value: object) -> Closure:
    return lambda _row: value


def _is_there(operand: Closure) -> Closure:
    return lambda row: operand(row) is not None


def _if(condition: Closure, then: Closure, otherwise: Closure) -> Closure:
    return lambda row: then(row) if condition(row) is True else otherwise(row)


def _calculated(work: Callable[[Decimal, Decimal], Decimal], left: Closure, right: Closure) -> Closure:
    def run(row: Row) -> object:
        one, other = left(row), right(row)
        if isinstance(one, Decimal) and isinstance(other, Decimal):
            return work(one, other)
        return None

    return run


def _joined(parts: tuple[Closure, ...], delimiter: str) -> Closure:
    def run(row: Row) -> object:
        values = [part(row) for part in parts]
        return delimiter.join([value for value in values if isinstance(value, str)])

    return run


def _upper(operand: Closure) -> Closure:
    def run(row: Row) -> object:
        text = operand(row)
        return text.upper() if isinstance(text, str) else None

    return run


def _substring(operand: Closure, start: Closure, length: Closure) -> Closure:
    def run(row: Row) -> object:
        text, at, count = operand(row), start(row), length(row)
        if not (isinstance(text, str) and isinstance(at, Decimal) and isinstance(count, Decimal)):
            return None
        first, many = int(at), int(count)
        if first == 0 or abs(first) > len(text) or many < 1:
            return None
        begin = first - 1 if first > 0 else len(text) + first
        return text[begin : begin + many]

    return run


def _replaced(operand: Closure, old: str, new: str) -> Closure:
    def run(row: Row) -> object:
        text = operand(row)
        return text.replace(old, new) if isinstance(text, str) else None

    return run


def _known(row: Row) -> object:
    return "Yes" if row["started"] is not None else "Unknown"


def _full_name(row: Row) -> object:
    return " ".join([part for part in (row["a"], row["b"]) if isinstance(part, str)])


def _price(row: Row) -> object:
    amount = row["amount"]
    if not isinstance(amount, Decimal):
        return None
    return NUMBERS.add(NUMBERS.multiply(amount, _FACTOR), _MORE)


def _code(row: Row) -> object:
    text = row["s"]
    return text[:3].upper() if isinstance(text, str) and text else None


def _without_spaces(row: Row) -> object:
    text = row["s"]
    return text.replace(" ", "") if isinstance(text, str) else None


_FACTOR, _MORE = Decimal("1.2"), Decimal(3)
CASES = (
    Case(
        'if started != null then "Yes" else "Unknown"',
        _if(_is_there(_name("started")), _value("Yes"), _value("Unknown")),
        _known,
        pl.when(pl.col("started").is_not_null()).then(pl.lit("Yes")).otherwise(pl.lit("Unknown")),
    ),
    Case(
        'string join([a, b], " ")',
        _joined((_name("a"), _name("b")), " "),
        _full_name,
        pl.concat_str(["a", "b"], separator=" ", ignore_nulls=True),
    ),
    Case(
        "amount * 1.2 + 3",
        _calculated(
            NUMBERS.add,
            _calculated(NUMBERS.multiply, _name("amount"), _value(_FACTOR)),
            _value(_MORE),
        ),
        _price,
        pl.col("amount") * pl.lit(_FACTOR, dtype=pl.Decimal(38, 3)) + pl.lit(_MORE),
    ),
    Case(
        "upper case(substring(s, 1, 3))",
        _upper(_substring(_name("s"), _value(Decimal(1)), _value(Decimal(3)))),
        _code,
        pl.when(pl.col("s") != "").then(pl.col("s").str.slice(0, 3).str.to_uppercase()),
    ),
    Case(
        'replace(s, " ", "")',
        _replaced(_name("s"), " ", ""),
        _without_spaces,
        pl.col("s").str.replace_all(" ", "", literal=True),
    ),
)
