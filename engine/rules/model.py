"""A mapping as the engine knows it. Every part keeps its place in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.ports import Category, ConnectorSpec
from engine.source import Source, Span

Mode = Literal["ignore", "push", "pull", "both"]
Way = Literal["push", "pull", "create"]
Side = Literal["mis", "provider"]
WinRule = Literal["source wins", "fill blank only", "fill blank else mis wins", "fill blank else provider wins", "ask"]
Normaliser = Literal[
    "trim", "spaces", "commas", "no_spaces", "upper", "accents", "fold", "format", "digits", "date", "number"
]
Hit = Literal["unique", "any", "first", "priority"]

DEFAULT_COMPARE: tuple[Normaliser, ...] = ("trim", "spaces", "accents")


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction as written: a mode, or the setting that holds it; `when` names a switch that must be on."""

    span: Span
    mode: Mode | None = None
    setting: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A FEEL expression, as text: the checker parses it, for its names depend on the two systems' columns.

    `offsets` gives the place in the file of each of its letters, and of its end.
    """

    text: str
    span: Span
    offsets: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lines:
    """Several columns joined into fewer lines (`into`): blank ones take no room. `limit` is that of each line."""

    columns: tuple[str, ...]
    separator: str
    limit: int | None
    span: Span
    into: int = 1


@dataclass(frozen=True, slots=True)
class Codes:
    """A code table by name; `inverse` reads it from its second column to its first."""

    name: str
    span: Span
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same value."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class TableUse:
    """What a decision table gives."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Pick:
    """The value of `column` of one of the records of a collection that belong to this one.

    Those for which `prefer` is true come first, then the greatest in `newest`, then the smallest in `tie`. `spans`
    holds the span of each part by its key.
    """

    column: str
    collection: str
    span: Span
    spans: Mapping[str, Span] = field(hash=False)
    prefer: Formula | None = None
    newest: str | None = None
    tie: str | None = None


@dataclass(frozen=True, slots=True)
class ChosenUse:
    """What a person chose when the record was asked for: the key of a record of the provider."""

    name: str
    span: Span


Translation = Formula | Lines | Codes | Constant | TableUse | Pick | ChosenUse


@dataclass(frozen=True, slots=True)
class TableRule:
    """A decision table as written: cells hold FEEL tests of the inputs; the last cell of a rule is its output.

    `ranking` are the outputs, the most important first, for the hit policy `priority`.
    """

    name: str
    span: Span
    inputs: tuple[Formula, ...]
    hit: Hit
    rules: tuple[tuple[Formula, ...], ...]
    default: Formula | None = None
    ranking: tuple[Formula, ...] = ()

    @property
    def expressions(self) -> tuple[Formula, ...]:
        """The parts that are expressions: inputs and outputs."""
        outputs = tuple(rule[-1] for rule in self.rules)
        return (*self.inputs, *outputs, *self.ranking, *((self.default,) if self.default is not None else ()))

    @property
    def tests(self) -> tuple[Formula, ...]:
        """The parts that are tests."""
        return tuple(cell for rule in self.rules for cell in rule[:-1])


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A table of codes: MIS code -> provider code, in the file's order."""

    name: str
    path: str
    pairs: tuple[tuple[str, str], ...]
    span: Span

    def one_to_one(self) -> bool:
        """Whether every provider code has one MIS code."""
        return len({there for _, there in self.pairs}) == len(self.pairs)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field. `spans` holds the span of each part by its key, `span` that of the field's name.

    `mis` and `provider` are a side's column, the first one where several columns are one value: a group.
    """

    name: str
    span: Span
    spans: Mapping[str, Span]
    mis: str | None
    provider: str | None
    from_mis: Translation | None
    from_provider: Translation | None
    direction: Direction | None
    only: frozenset[Way]
    rule: WinRule | None
    blank: Literal["keeps", "clears"]
    when: Formula | None
    unless: Formula | None
    compare: tuple[Normaliser, ...]
    category: Category
    on_missing_code: str
    refers_to: str | None = None
    on_missing_ref: Literal["hold", "skip"] = "hold"
    mis_group: tuple[str, ...] = ()
    provider_group: tuple[str, ...] = ()
    """All columns of a group; empty where there is one column or none."""

    def columns(self, side: Side) -> tuple[str, ...]:
        """The columns that the field names on one side."""
        first, group = (self.mis, self.mis_group) if side == "mis" else (self.provider, self.provider_group)
        return group or ((first,) if first is not None else ())


@dataclass(frozen=True, slots=True)
class CreateRule:
    """Where and on what occasion a record is created."""

    at: Side
    trigger: Literal["request", "referred", "new"]
    span: Span
    when: Formula | None = None
    fields: tuple[str, ...] | None = None
    """The few fields to create with; None: all that a create sends."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to find a record's counterpart: its stored link, or fields that are equal on both sides.

    `enrol` tiers count only when a learner is enrolled or a link is looked for.
    """

    span: Span
    fields: tuple[str, ...] = ()
    trust: Literal["link", "propose"] = "link"
    unless: Formula | None = None
    enrol: bool = False

    @property
    def by_link(self) -> bool:
        """Whether this is the tier of stored links."""
        return not self.fields


@dataclass(frozen=True, slots=True)
class HoldRule:
    """A record for which the condition is true is held, for the reason given."""

    condition: Formula
    because: str
    enrol: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """What a person chooses when a record is created on request: one of the records of a provider's collection.

    Only those for which `where` is true are offered; where `prefer` is true for one alone, that one is taken. `label`
    is the column that tells people what a record is.
    """

    name: str
    span: Span
    spans: Mapping[str, Span] = field(hash=False)
    title: str
    collection: str
    label: str | None = None
    where: Formula | None = None
    prefer: Formula | None = None

    @property
    def conditions(self) -> tuple[Formula, ...]:
        """The conditions over the records on offer."""
        return tuple(one for one in (self.where, self.prefer) if one is not None)


@dataclass(frozen=True, slots=True)
class RecordRule:
    """One record type: a collection on each side and its fields."""

    name: str
    span: Span
    spans: Mapping[str, Span]
    mis: str
    provider: str
    direction: Direction
    create: tuple[CreateRule, ...]
    fields: tuple[FieldRule, ...]
    identity: tuple[Tier, ...]
    hold_when: tuple[HoldRule, ...] = ()
    per_centre: bool = False
    """Whether a record of the MIS may have a counterpart in each centre of the provider."""
    parent: str | None = None
    """The record type whose records these belong to."""
    choose: tuple[ChoiceRule, ...] = ()
    """What is chosen at a request, in the order in which it is: each one may depend on those before it."""


@dataclass(frozen=True, slots=True)
class SettingRule:
    """A setting that an administrator may choose."""

    name: str
    span: Span
    title: str
    kind: Literal["direction", "switch", "choice", "list"]
    default: str | tuple[str, ...]
    choices: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A mapping file, read but not yet checked against the two systems."""

    mapping: str
    title: str
    mis: str
    provider: str
    settings: Mapping[str, SettingRule]
    records: tuple[RecordRule, ...]
    codes: Mapping[str, CodeTable]
    tables: Mapping[str, TableRule]
    source: Source
    span_of: Mapping[str, Span]
    digest: str

    def at(self, span: Span) -> str:
        """Where a span stands, as people write it: `mappings/onefile.yaml:22`."""
        return f"{self.source.path}:{self.source.place(span.start).line}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """What both systems have: their connector files, parsed."""

    mis: ConnectorSpec
    provider: ConnectorSpec
