"""The measured expressions run: ours and the same by hand in turn, results checked against each other."""

import datetime as dt
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from bench.feel import by_cel
from bench.feel.by_hand import CASES, Case
from engine.feel import types as t
from engine.feel.columns import Compiled, compile_columns
from engine.feel.nodes import Node
from engine.feel.parse import parse_expression
from engine.feel.scalar import Prepared

SEED = 7
ROWS = 1_000_000
RECORDS = 1_000
TURNS = 9
TYPES: Mapping[tuple[str, ...], t.FeelType] = {
    ("started",): t.DATE,
    ("a",): t.STRING,
    ("b",): t.STRING,
    ("amount",): t.FeelType("number", scale=2),
    ("s",): t.STRING,
}
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Speed:
    """Evaluations (or rows) a second, the median of the turns; the first is ours."""

    expression: str
    scalar: tuple[float, float, float]
    """Ours, closures, one function."""
    columns: tuple[float, float]
    """Ours, the bare Polars expression."""
    cel: float | None
    """cel-python, where CEL has a form of the expression and it is installed."""


def run() -> list[Speed]:
    """Measure every case."""
    frame = _frame()
    records = frame.head(RECORDS).to_dicts()
    return [_measured(case, frame, records) for case in CASES]


def _frame() -> pl.DataFrame:
    """Invented records: one in ten values is missing."""
    chance = random.Random(SEED)  # noqa: S311  data by seed

    def words() -> list[str | None]:
        return [
            f"{chance.choice('abcdefgh') * chance.randint(1, 9)} x" if chance.random() > 0.1 else None  # noqa: PLR2004
            for _ in range(RECORDS)
        ]

    amounts = [Decimal(chance.randint(0, 10**6)).scaleb(-2) if chance.random() > 0.1 else None for _ in range(RECORDS)]  # noqa: PLR2004
    days = [dt.date(2026, 1, 1) if chance.random() > 0.1 else None for _ in range(RECORDS)]  # noqa: PLR2004
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "started": pl.Date,
        "a": pl.String,
        "b": pl.String,
        "amount": pl.Decimal(38, 2),
        "s": pl.String,
    }
    data = {"started": days, "a": words(), "b": words(), "amount": amounts, "s": words()}
    return pl.concat([pl.DataFrame(data, schema=schema)] * (ROWS // RECORDS)).rechunk()


def _measured(case: Case, frame: pl.DataFrame, records: list[dict[str, object]]) -> Speed:
    node = parse_expression(case.expression, [path[0] for path in TYPES])
    ours = Prepared(node).value
    ways = (ours, case.closure, case.function)
    values = [[way(record) for record in records] for way in ways]
    if values[0] != values[1] or values[0] != values[2]:
        message = f"{case.expression}: by hand the values are others"
        raise RuntimeError(message)
    one, closures, function = _in_turn(*(_over(way, records) for way in ways))
    by_columns, bare = _in_turn(*_columns(case, node, frame))
    return Speed(
        case.expression,
        (RECORDS / one, RECORDS / closures, RECORDS / function),
        (frame.height / by_columns, frame.height / bare),
        _by_cel(case, records, values[0]),
    )


def _by_cel(case: Case, records: list[dict[str, object]], values: list[object]) -> float | None:
    """Evaluations a second; what makes CEL's values of the records does not count."""
    way = by_cel.prepared(case.expression)
    if way is None:
        return None
    given = [by_cel.taken(record) for record in records]
    if not all(by_cel.same(ours, way(record)) for ours, record in zip(values, given, strict=True)):
        message = f"{case.expression}: in CEL the values are others"
        raise RuntimeError(message)
    (seconds,) = _in_turn(_over(way, given))
    return RECORDS / seconds


def _over(way: Callable[[Any], object], records: Sequence[object]) -> Work:
    def work() -> None:
        for record in records:
            way(record)

    return work


def _columns(case: Case, node: Node, frame: pl.DataFrame) -> tuple[Work, Work]:
    """Ours with its column of problems, as a plan needs both."""
    made = compile_columns(node, TYPES, lambda path: pl.col(path[0]))
    if not isinstance(made, Compiled):
        message = f"{case.expression}: not columnar"
        raise TypeError(message)
    problem = pl.lit(value=False) if made.problem is None else made.problem
    ours = [made.value.alias("value"), problem.alias("problem")]
    found, expected = frame.select(ours), frame.select(case.column.alias("value"))
    bad = found["problem"].any() and not found.filter("problem")["value"].is_null().all()
    if bad or not found["value"].equals(expected["value"]):
        message = f"{case.expression}: by hand the columns are others"
        raise RuntimeError(message)
    return lambda: frame.select(ours), lambda: frame.select(case.column)


def _in_turn(*works: Work) -> list[float]:
    """The median seconds of each, measured A, B, C, A, B, C …, so that a drift of the machine meets all alike."""
    seconds: list[list[float]] = [[] for _ in works]
    for turn in range(TURNS + 1):
        for work, taken in zip(works, seconds, strict=True):
            began = time.perf_counter()
            work()
            if turn:
                taken.append(time.perf_counter() - began)
    return [statistics.median(taken) for taken in seconds]
