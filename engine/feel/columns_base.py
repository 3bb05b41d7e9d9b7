"""What the columnar evaluator works with: typed columns, constants, and refusals."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from engine.feel import types as t
from engine.feel.evaluation import Setting
from engine.feel.nodes import Node
from engine.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from engine.feel.values import to_python, type_of

MAX_SCALE = 30
DIGITS = 34
_UNKNOWN_SCALE = 10
_DTYPES: Mapping[str, pl.DataType] = {
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "date and time": pl.Datetime("us", "UTC"),
    "time": pl.Time(),
    "days and time duration": pl.Duration("us"),
    "years and months duration": pl.Int64(),
    "Null": pl.Null(),
}


class RefusedError(Exception):
    """Raised where a node has no columnar form; never leaves the columns modules."""

    def __init__(self, node: Node, why: str) -> None:
        self.node, self.why = node, why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Column:
    """A typed column.

    `problem` is true in rows that must be asked of the scalar evaluator: they end in an error, or lie outside what a
    column holds exactly; it is never null. `constant` is whether `known` is the value in every row. `digits` is how
    many a number has before the point at most, `size` how many bytes a text has at most, where that is known without
    looking at the values.
    """

    value: pl.Expr
    type: t.FeelType
    problem: pl.Expr | None = None
    constant: bool = False
    known: object = None
    digits: int | None = None
    size: pl.Expr | int | None = None

    @property
    def scale(self) -> int:
        """A number's digits after the point."""
        return self.type.scale or 0


@dataclass(frozen=True, slots=True)
class Maker:
    """What is known while an expression is made columnar."""

    types: Mapping[tuple[str, ...], t.FeelType]
    column: Callable[[tuple[str, ...]], pl.Expr]
    setting: Setting

    @property
    def zone(self) -> str:
        """The zone whose clock instants show."""
        return self.setting.zone or "UTC"


LOCAL_MOMENT = t.FeelType("date and time", place=t.LOCAL)
FOREIGN = t.FeelType("date and time", place=t.ELSEWHERE)
LOCAL_TIME = t.FeelType("time", place=t.LOCAL)


def number(scale: int) -> t.FeelType:
    """The type of a number column with so many digits after the point."""
    return t.FeelType("number", scale=scale)


def dtype_of(kind: t.FeelType) -> pl.DataType:
    """The Polars type that holds a FeelType."""
    if kind.name == "number":
        return pl.Decimal(38, kind.scale or 0)
    return pl.Datetime("us") if kind == LOCAL_MOMENT else _DTYPES[kind.name]


def either(*problems: pl.Expr | None) -> pl.Expr | None:
    """The rows of any of the problems."""
    found: pl.Expr | None = None
    for each in problems:
        if each is not None:
            found = each if found is None else found | each
    return found


def where(condition: pl.Expr) -> pl.Expr:
    """A condition in which null counts as false."""
    return condition.fill_null(value=False)


# --- constants -------------------------------------------------------------------------------------------------------


def constant(node: Node, value: object) -> Column:
    """A value as a column. Raises RefusedError for one that no column holds."""
    if isinstance(value, (list, dict, t.RangeValue, t.FunctionValue)):
        return Column(pl.lit(None), type_of(value), constant=True, known=value)
    if isinstance(value, Decimal):
        return _constant_number(node, value)
    kind = _kind(value)
    if value is not None and (kind.name not in _DTYPES or kind == t.TIME):
        raise RefusedError(node, f"a {kind} has no column")
    return Column(pl.lit(_plain(node, value), dtype=dtype_of(kind)), kind, constant=True, known=value)


def _kind(value: object) -> t.FeelType:
    match value:
        case DateTime() if value.time.local:
            return LOCAL_MOMENT
        case Time() if value.local:
            return LOCAL_TIME
    return type_of(value)


def _plain(node: Node, value: object) -> object:
    nano = value.time.nano if isinstance(value, DateTime) else value.nano if isinstance(value, Time) else 0
    if nano % 1_000:
        raise RefusedError(node, "a column counts microseconds, no fractions of them")
    if isinstance(value, MonthsDuration):
        if abs(value.months) > 2**62:
            raise RefusedError(node, "a column counts months, but not for ever")
        return value.months
    if isinstance(value, Time):
        return dt.time(value.hour, value.minute, value.second, value.nano // 1_000)
    if isinstance(value, Date | DateTime):
        year = (value.date if isinstance(value, DateTime) else value).year
        if not 1 < year < dt.MAXYEAR:
            raise RefusedError(node, "the year lies outside those that a column holds")
    if isinstance(value, DaysDuration) and (value.nanoseconds % 1_000 or abs(value.nanoseconds) > 2**62):
        raise RefusedError(node, "a column counts microseconds, and not for ever")
    return to_python(value)


def _constant_number(node: Node, value: Decimal) -> Column:
    exponent = value.normalize(t.LENIENT_NUMBERS).as_tuple().exponent
    scale = max(0, -exponent) if isinstance(exponent, int) else 0
    if scale > MAX_SCALE or value.adjusted() + scale >= DIGITS:
        raise RefusedError(node, "the number has more digits than a column holds")
    kind = number(scale)
    digits = max(0, value.adjusted() + 1)
    return Column(pl.lit(value, dtype=dtype_of(kind)), kind, constant=True, known=value, digits=digits)


def whole(node: Node, column: Column | None, what: str) -> int | None:
    """The whole number that an argument is in every row. Raises RefusedError."""
    if column is None:
        return None
    if not column.constant or not isinstance(column.known, Decimal):
        raise RefusedError(node, f"{what} must be a constant in columns")
    return int(column.known)


def nothing(value: pl.Expr) -> pl.Expr:
    """Null in every row; unlike a literal it is as long as the column."""
    return pl.when(value.is_null()).then(value)


def null_of(kind: t.FeelType) -> Column:
    """Null, of a type."""
    return Column(pl.lit(None, dtype=dtype_of(kind)), kind)


# --- making columns alike --------------------------------------------------------------------------------------------


def source(kind: t.FeelType, value: pl.Expr) -> Column:
    """A column of the frame."""
    if kind.name != "number":
        return Column(value, kind)
    scale = _UNKNOWN_SCALE if kind.scale is None else kind.scale
    held = value.cast(pl.Decimal(38, scale), strict=False)
    exact = where(held.eq_missing(value.cast(pl.Decimal(38, MAX_SCALE), strict=False)) | (held == value))
    return Column(held, number(scale), None if kind.scale is not None else ~(exact | value.is_null()))


def rescaled(column: Column, scale: int) -> Column:
    """A number with more digits after the point; rows that cannot have them are problems."""
    if column.type.name != "number" or column.scale == scale:
        return column
    value = column.value.cast(pl.Decimal(38, scale), strict=False)
    lost = column.value.is_not_null() & value.is_null()
    return Column(value, number(scale), column.problem if column.constant else either(column.problem, lost))


def alike(node: Node, *columns: Column) -> tuple[Column, ...]:
    """The columns as one type: nulls take that of the others, numbers the largest scale. Raises RefusedError.

    Instants of which some are elsewhere all are.
    """
    kinds = {column.type.name for column in columns} - {"Null"}
    if len(kinds) > 1:
        raise RefusedError(node, f"a {' and a '.join(sorted(kinds))} do not go together")
    if not kinds or kinds & {"list", "context", "range", "function"}:
        raise RefusedError(node, "there is nothing here that a column holds")
    scale = max(column.scale for column in columns)
    kind = _common(node, [column.type for column in columns if column.type.name != "Null"], scale)
    return tuple(_as(each, kind) for each in columns)


def _common(node: Node, kinds: list[t.FeelType], scale: int) -> t.FeelType:
    if kinds[0].name == "number":
        return number(scale)
    places = {kind.place for kind in kinds}
    if len(places) > 1 and t.LOCAL in places:
        raise RefusedError(node, "what is local and what is not do not go together")
    return next((kind for kind in kinds if kind.place == t.ELSEWHERE), kinds[0])


def _as(column: Column, kind: t.FeelType) -> Column:
    if column.type.name == "Null":
        return Column(null_of(kind).value, kind, column.problem)
    return rescaled(column, kind.scale or 0) if kind.name == "number" else replace(column, type=kind)
