"""Every expression of a mapping, with the names that it sees and what it must give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
SIDES: tuple[Side, Side] = ("mis", "provider")


@dataclass(frozen=True, slots=True)
class Place:
    """One expression. `names` holds each dotted name that it sees.

    `reads` is the side whose columns stand bare, `target` the column that gets the value; a condition has neither.
    `certain` is False where a collection is unknown, so that nobody can say what its columns are.
    """

    formula: Formula
    names: Mapping[tuple[str, ...], Kinds]
    target: Column | None
    reads: Side | None
    certain: bool

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
        certain = all(subject.collection(record, side) is not None for side in SIDES)
        for condition in _conditions(record):
            yield Place(condition, _both(subject, record), None, None, certain)
        for rule in record.fields:
            if isinstance(rule.from_mis, Formula):
                target = subject.column(record, rule, "provider")
                yield Place(rule.from_mis, _bare(subject, record, "mis"), target, "mis", certain)
            if isinstance(rule.from_mis, Pick) and rule.from_mis.prefer is not None:
                child = subject.catalog.mis.collections.get(rule.from_mis.collection)
                names = _settings(subject) | {(name,): kinds for name, kinds in _columns(child).items()}
                yield Place(rule.from_mis.prefer, names, None, None, child is not None)
            if isinstance(rule.from_provider, Formula):
                target = subject.column(record, rule, "mis")
                yield Place(rule.from_provider, _bare(subject, record, "provider"), target, "provider", certain)


def _conditions(record: RecordRule) -> Iterator[Formula]:
    """The conditions on records (of tiers, creates and holds) and on fields."""
    for rule in record.fields:
        for condition in (rule.when, rule.unless):
            if condition is not None:
                yield condition
    for tier in record.identity:
        if tier.unless is not None:
            yield tier.unless
    for create in record.create:
        if create.when is not None:
            yield create.when
    for hold in record.hold_when:
        yield hold.condition


def _both(subject: Subject, record: RecordRule) -> dict[tuple[str, ...], Kinds]:
    names = _settings(subject)
    for side in SIDES:
        for name, kinds in _columns(subject.collection(record, side)).items():
            names[(side, name)] = kinds
    return names


def _bare(subject: Subject, record: RecordRule, side: Side) -> dict[tuple[str, ...], Kinds]:
    columns = _columns(subject.collection(record, side))
    return _settings(subject) | {(name,): kinds for name, kinds in columns.items()}


def _columns(collection: Collection | None) -> dict[str, Kinds]:
    if collection is None:
        return {}
    return {name: frozenset({FEEL_TYPES[column.type]}) for name, column in collection.columns.items()}


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
