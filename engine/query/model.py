"""A compiled query: what is read, how each field is translated and compared. It can be shown as text (`text.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from engine.ports import Category, Collection, Column
from engine.query.references import References
from engine.rules.model import Mode, Normaliser, Side, WinRule

MISSING_CODE = "missing_code"
NO_RULE_FITS = "no_rule_fits"
MISSING_REF = "missing_ref"
RULE_ERROR = "rule_error"
TOO_LONG = "too_long"
UNREADABLE = "unreadable"
"""Why a value cannot be told: the codes of the reasons that such a cell gets."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A value over the columns of a pair. Columns are named `mis.x` and `provider.y`, typed, blank text as it is.

    `problem` is true in the rows whose value cannot be told; `why` is the reason code that such a row gets. `skip` is
    true in the rows in which the field is left alone. Of a group of columns `parts` are the values, column by column,
    and `value` is all of them in one text (`texts.grouped`). Of a reference `source` is the id before it is translated.
    """

    value: pl.Expr
    text: str
    reads: tuple[str, ...]
    problem: pl.Expr | None = None
    why: str = ""
    parts: tuple[pl.Expr, ...] = ()
    skip: pl.Expr | None = None
    source: pl.Expr | None = None

    @property
    def values(self) -> tuple[pl.Expr, ...]:
        """The value of each column."""
        return self.parts or (self.value,)


@dataclass(frozen=True, slots=True)
class Join:
    """A field whose value is made by joining `side`'s lines, and that moves back: it can be compared, not taken apart.

    `here` are the lines of that side, `there` the columns of the other one, each as one text.
    """

    side: Side
    here: Expression
    there: Expression


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
    mis_group: tuple[Column, ...] = ()
    provider_group: tuple[Column, ...] = ()
    """All columns of a group; empty where there is one column or none."""
    join: Join | None = None
    refers_to: str | None = None
    on_create_mis: bool = False
    """Whether a create in the MIS sends it; `on_create` says so of the provider."""

    def columns(self, side: Side) -> tuple[Column, ...]:
        """The columns of one side."""
        first, group = (self.mis, self.mis_group) if side == "mis" else (self.provider, self.provider_group)
        return group or ((first,) if first is not None else ())

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Everything that is computed from columns."""
        back = (self.join.here, self.join.there) if self.join is not None else ()
        return tuple(
            part for part in (self.to_provider, self.to_mis, self.when, self.unless, *back) if part is not None
        )

    def value_to(self, side: Side) -> Expression | None:
        """The value that is sent to one side."""
        return self.to_provider if side == "provider" else self.to_mis

    def target(self, side: Side) -> Column:
        """The column that is written on one side, the first one of a group."""
        column = self.provider if side == "provider" else self.mis
        if column is None:
            message = f"{self.name} has no column at the {side}"
            raise LookupError(message)
        return column


@dataclass(frozen=True, slots=True)
class CreateQuery:
    """When a record is created at a side, and with which fields (None: all that a create sends)."""

    when: Expression | None
    fields: frozenset[str] | None
    at: Side = "provider"

    def sends(self, field: FieldQuery) -> bool:
        """Whether a create sends this field."""
        on_create = field.on_create if self.at == "provider" else field.on_create_mis
        return field.value_to(self.at) is not None and (on_create if self.fields is None else field.name in self.fields)


@dataclass(frozen=True, slots=True)
class TierQuery:
    """Fields by which records are paired where no link says more."""

    fields: tuple[FieldQuery, ...]
    unless: Expression | None
    trust: Literal["link", "propose"]
    at: str


@dataclass(frozen=True, slots=True)
class HoldQuery:
    """A condition that holds a record, with the rule's own reason."""

    condition: Expression
    because: str
    at: str


@dataclass(frozen=True, slots=True)
class PickQuery:
    """A value of one of the MIS's records that belong to a record: it becomes that record's column `name`.

    `parent` is the column that holds the record's key; `prefer`, `newest` and `tie` say which one is taken. Expressions
    name the collection's columns bare.
    """

    name: str
    collection: Collection
    parent: str
    column: Column
    prefer: Expression | None
    newest: Column | None
    tie: Column

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read."""
        named = [self.collection.key, self.parent, self.column.name, self.tie.name]
        named += [self.newest.name] if self.newest is not None else []
        return tuple(dict.fromkeys((*named, *(self.prefer.reads if self.prefer is not None else ()))))


@dataclass(frozen=True, slots=True)
class ParentQuery:
    """The MIS's records that those of a record type belong to, and their columns that expressions read.

    `column` is the column here that holds their key. Their column `x` becomes the record's column `parent.x`.
    """

    record_type: str
    collection: Collection
    column: str
    columns: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read of them."""
        wanted = {self.collection.key, *self.columns}
        return tuple(name for name in self.collection.columns if name in wanted)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The MIS's records of one collection that belong to a record, as that record's columns `listed` and `counted`.

    `parent` is the column that holds the record's key, `columns` are those that the list has; empty: it is not read.
    """

    collection: Collection
    parent: str
    columns: tuple[str, ...]
    listed: str
    counted: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read."""
        return tuple(dict.fromkeys((self.collection.key, self.parent, *self.columns)))


@dataclass(frozen=True, slots=True)
class ChoiceQuery:
    """What a person chooses when a record is asked for: the provider's records on offer, and what each is called.

    The conditions are over the columns of a record on offer, the columns `mis.x` of the record that is asked for, and
    `chosen.NAME` of the choices before.
    """

    name: str
    title: str
    collection: Collection
    label: str | None
    where: Expression | None
    prefer: Expression | None

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """Those of the two conditions that there are."""
        return tuple(one for one in (self.where, self.prefer) if one is not None)

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read of the records on offer."""
        wanted = {self.collection.key, self.label, *(path for one in self.conditions for path in one.reads)}
        return tuple(name for name in self.collection.columns if name in wanted)


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """One record type: what to read from each side, how records are paired and created, and its fields."""

    record_type: str
    mode: Mode
    mis: Collection
    provider: Collection
    mis_columns: tuple[str, ...]
    provider_columns: tuple[str, ...]
    fields: tuple[FieldQuery, ...]
    at: str
    create_new: CreateQuery | None = None
    create_referred: CreateQuery | None = None
    tiers: tuple[TierQuery, ...] = ()
    holds: tuple[HoldQuery, ...] = ()
    refers_to: frozenset[str] = frozenset()
    per_centre: bool = False
    picks: tuple[PickQuery, ...] = ()
    create_in_mis: CreateQuery | None = None
    """When a record that only the provider has is created in the MIS; `create_new` says so of the other way."""
    parent: ParentQuery | None = None
    lists: tuple[ListQuery, ...] = ()
    create_requested: CreateQuery | None = None
    """How a record is created at the provider because a person asks for it; None but for an enrolment."""
    choices: tuple[ChoiceQuery, ...] = ()

    @property
    def children(self) -> tuple[PickQuery | ListQuery, ...]:
        """All that is read of records that belong to these."""
        return (*self.picks, *self.lists)

    @property
    def others(self) -> frozenset[str]:
        """The collections of the records that belong to these, and of those that these belong to."""
        above = {self.parent.collection.name} if self.parent is not None else set()
        return frozenset({one.collection.name for one in self.children} | above)

    @property
    def creates(self) -> tuple[CreateQuery, ...]:
        """Every occasion on which a record is created."""
        every = (self.create_requested, self.create_new, self.create_referred, self.create_in_mis)
        return tuple(one for one in every if one is not None)

    @property
    def moves(self) -> bool:
        """Whether anything of this record type is exchanged under the settings chosen."""
        return any(one.mode != "ignore" for one in self.fields)

    def uses(self, field: FieldQuery) -> bool:
        """Whether a field is compared, sent by a create, or pairs records."""
        pairs = any(field in tier.fields for tier in self.tiers)
        return field.mode != "ignore" or pairs or any(one.sends(field) for one in self.creates)


@dataclass(frozen=True, slots=True)
class Query:
    """All record types of one exchange, and the settings that shaped them."""

    mapping: str
    records: tuple[RecordQuery, ...]
    zone: str
    settings: Mapping[str, object]
    references: References
