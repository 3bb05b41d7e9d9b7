"""Every expression of a mapping, with the names that it sees and what it must give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.ports import Collection, Column, ColumnType
from engine.rules.checks.subject import Subject
from engine.rules.model import Formula, Pick, RecordRule, SettingRule, Side

Kinds = frozenset[str]
"""FEEL's names of types."""

FEEL_TYPES: Mapping[ColumnType, str] = {
    "text": "string",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "instant": "date and time",
}
_LIST: Kinds = frozenset({"list"})
Lists = Mapping[tuple[str, ...], Collection]
SIDES: tuple[Side, Side] = ("mis", "provider")
_OTHERS = {"settings": "the settings", "mis": "the record in the MIS", "chosen": "what was chosen before"}
"""What the names mean, besides a column, that conditions over the records on offer see."""


@dataclass(frozen=True, slots=True)
class Place:
    """One expression. `names` holds each dotted name that it sees; a name without a type cannot be read.

    `reads` is the side whose columns stand bare, `target` the column that gets the value; a condition has neither.
    `certain` is False where a collection is unknown, so that nobody can say what its columns are.
    """

    formula: Formula
    names: Mapping[tuple[str, ...], Kinds]
    target: Column | None
    reads: Side | None
    certain: bool
    doubled: Mapping[str, str] = field(default_factory=dict)
    """Dotted names that a column has and something else has, too: that other meaning."""
    lists: Lists = field(default_factory=dict)
    """Dotted name -> the collection of the records in a list."""

    @property
    def members(self) -> Mapping[str, frozenset[str] | None]:
        """First part of a name -> what stands behind its dot, or None for a plain value."""
        scopes = ("settings",) if self.reads is not None else ("settings", *SIDES)
        found: dict[str, frozenset[str] | None] = dict.fromkeys(scopes, frozenset())
        for path in self.names:
            found[path[0]] = (found.get(path[0]) or frozenset()) | {path[1]} if len(path) > 1 else None
        return found


def places(subject: Subject) -> Iterator[Place]:
    """Every expression."""
    for record in subject.rules.records:
        parent = _parent(subject, record)
        lists: Lists = {("mis", name): child for name, child in _children(subject, record).items()}
        certain = all(subject.collection(record, side) is not None for side in SIDES)
        certain = certain and (record.parent is None or bool(parent))
        for condition in _conditions(record):
            yield Place(
                condition,
                _both(subject, record) | parent | dict.fromkeys(lists, _LIST),
                None,
                None,
                certain,
                _doubled_lists(subject, record),
                lists,
            )
        for condition in _without_parent(record):
            yield Place(condition, _both(subject, record), None, None, certain)
        yield from _choices(subject, record)
        matched = {name for tier in record.identity for name in tier.fields}
        for rule in record.fields:
            above = parent if rule.name not in matched else {}  # where a link is looked for, records stand alone
            if isinstance(rule.from_mis, Formula):
                target = subject.column(record, rule, "provider")
                bare: Lists = {path[1:]: child for path, child in lists.items()} if rule.name not in matched else {}
                names = bare_names(subject, record, "mis") | above | dict.fromkeys(bare, _LIST)
                yield Place(rule.from_mis, names, target, "mis", certain, _doubled(subject, record, "mis"), bare)
            if isinstance(rule.from_mis, Pick) and rule.from_mis.prefer is not None:
                child = subject.catalog.mis.collections.get(rule.from_mis.collection)
                names = _settings(subject) | {(name,): kinds for name, kinds in _columns(child).items()}
                yield Place(rule.from_mis.prefer, names, None, None, child is not None)
            if isinstance(rule.from_provider, Formula):
                target = subject.column(record, rule, "mis")
                names = bare_names(subject, record, "provider") | above
                yield Place(
                    rule.from_provider, names, target, "provider", certain, _doubled(subject, record, "provider")
                )


def _choices(subject: Subject, record: RecordRule) -> Iterator[Place]:
    """The conditions over the records that are on offer: each choice sees those before it."""
    sides = _settings(subject)
    sides |= {("mis", name): kinds for name, kinds in _columns(subject.collection(record, "mis")).items()}
    before: dict[tuple[str, ...], Kinds] = {}
    for choice in record.choose:
        offered = _columns(subject.catalog.provider.collections.get(choice.collection))
        names = sides | before | {(name,): kinds for name, kinds in offered.items()}
        doubled = {name: what for name, what in _OTHERS.items() if name in offered}
        for condition in choice.conditions:
            yield Place(condition, names, None, None, bool(offered), doubled)
        before["chosen", choice.name] = frozenset({"string"})


def _parent(subject: Subject, record: RecordRule) -> dict[tuple[str, ...], Kinds]:
    """The columns of the record that a record belongs to."""
    parents = [one for one in subject.rules.records if one.name == record.parent]
    columns = _columns(subject.collection(parents[0], "mis")) if parents else {}
    return {("parent", name): kinds for name, kinds in columns.items()}


def _doubled(subject: Subject, record: RecordRule, side: Side) -> dict[str, str]:
    """What else the names of columns mean that stand bare."""
    others = {"settings": "the settings"}
    if record.parent is not None:
        others["parent"] = "the record that it belongs to"
    if side == "mis":
        others |= {name: f"the records of `{name}`" for name in _children(subject, record)}
    return {name: what for name, what in others.items() if name in _columns(subject.collection(record, side))}


def _doubled_lists(subject: Subject, record: RecordRule) -> dict[str, str]:
    """Lists that are called like a column."""
    columns = _columns(subject.collection(record, "mis"))
    return {f"mis.{name}": f"the records of `{name}`" for name in _children(subject, record) if name in columns}


def _children(subject: Subject, record: RecordRule) -> dict[str, Collection]:
    """The collections whose records belong to those of a record type."""
    collections = subject.catalog.mis.collections
    return {name: one for name, one in collections.items() if one.parent and one.parent.collection == record.mis}


def _conditions(record: RecordRule) -> Iterator[Formula]:
    """The conditions on records (of creates at the provider and holds) and on fields."""
    for rule in record.fields:
        for condition in (rule.when, rule.unless):
            if condition is not None:
                yield condition
    for create in record.create:
        if create.when is not None and create.at == "provider":
            yield create.when
    for hold in record.hold_when:
        yield hold.condition


def _without_parent(record: RecordRule) -> Iterator[Formula]:
    """The conditions on records that are not known to be a record of the MIS: of tiers, and of creates there."""
    for tier in record.identity:
        if tier.unless is not None:
            yield tier.unless
    for create in record.create:
        if create.when is not None and create.at == "mis":
            yield create.when


def _both(subject: Subject, record: RecordRule) -> dict[tuple[str, ...], Kinds]:
    names = _settings(subject)
    for side in SIDES:
        for name, kinds in _columns(subject.collection(record, side)).items():
            names[(side, name)] = kinds
    return names


def bare_names(subject: Subject, record: RecordRule, side: Side) -> dict[tuple[str, ...], Kinds]:
    """What translations see: the settings, and the columns of the side that they read."""
    columns = _columns(subject.collection(record, side))
    return _settings(subject) | {(name,): kinds for name, kinds in columns.items()}


def _columns(collection: Collection | None) -> dict[str, Kinds]:
    """Column -> its type; of one that can only be written there is none."""
    if collection is None:
        return {}
    return {
        name: frozenset({FEEL_TYPES[column.type]}) if column.access != "write" else frozenset()
        for name, column in collection.columns.items()
    }


def _settings(subject: Subject) -> dict[tuple[str, ...], Kinds]:
    return {("settings", name): _kinds(setting) for name, setting in subject.rules.settings.items()}


def _kinds(setting: SettingRule) -> Kinds:
    match setting.kind:
        case "direction":
            return frozenset({"string"})
        case "switch":
            return frozenset({"boolean"})
        case "list":
            return frozenset({"list"})
    return frozenset("string" if isinstance(value, str) else "number" for value in setting.choices.values())
