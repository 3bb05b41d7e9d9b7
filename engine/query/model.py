"""A compiled query: what is read, how each field is translated and compared. It can be shown as text (`text.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from engine.ports import Category, Collection, Column
from engine.rules.model import Mode, Normaliser, Side, WinRule

MISSING_CODE = "missing_code"
RULE_ERROR = "rule_error"
TOO_LONG = "too_long"
UNREADABLE = "unreadable"
"""Why a value cannot be told: the codes of the reasons that such a cell gets."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A value over the columns of a pair. Columns are named `mis.x` and `provider.y`, typed, blank text as it is.

    `problem` is true in the rows whose value cannot be told; `why` is the reason code that such a row gets.
    """

    value: pl.Expr
    text: str
    reads: tuple[str, ...]
    problem: pl.Expr | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class FieldQuery:
    """One field. `to_provider` and `to_mis` are the values to send each way, `keep_out` a condition that must hold."""

    name: str
    mode: Mode
    left_out: str
    mis: Column | None
    provider: Column | None
    to_provider: Expression | None
    to_mis: Expression | None
    when: Expression | None
    unless: Expression | None
    rule: WinRule
    blank_clears: bool
    compare: tuple[Normaliser, ...]
    category: Category
    at: str
    on_create: bool

    def target(self, side: Side) -> Column:
        """The column that is written on one side."""
        column = self.provider if side == "provider" else self.mis
        if column is None:
            message = f"{self.name} has no column at the {side}"
            raise LookupError(message)
        return column


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """One record type: what to read from each side, and its fields."""

    record_type: str
    mode: Mode
    mis: Collection
    provider: Collection
    mis_columns: tuple[str, ...]
    provider_columns: tuple[str, ...]
    fields: tuple[FieldQuery, ...]
    creates: bool
    at: str


@dataclass(frozen=True, slots=True)
class Query:
    """All record types of one exchange, and the settings that shaped them."""

    mapping: str
    records: tuple[RecordQuery, ...]
    zone: str
    settings: Mapping[str, object]
