"""Trying a field's translations on values: what would arrive on the other side, and what would come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import assert_never

from engine.feel.evaluation import Setting
from engine.feel.nodes import Node, Text, walk
from engine.feel.scalar import evaluate
from engine.feel.values import to_python
from engine.ports import Column, ColumnType
from engine.rules.checks.subject import Subject
from engine.rules.model import (
    ChosenUse,
    Codes,
    Constant,
    FieldRule,
    Formula,
    Lines,
    Pick,
    RecordRule,
    SettingRule,
    Side,
    TableUse,
    Translation,
)

Value = str | Decimal | bool | date | datetime | None
"""A value of a column; None is a blank."""

UNKNOWN = "\0"
"""Stands for a value that cannot be told: such a field is held, so nothing of it moves."""

_SAMPLES: Mapping[ColumnType, tuple[Value, ...]] = {
    "text": ("Anna Berg", "lee-7"),
    "number": (Decimal(1), Decimal("2.5")),
    "boolean": (True, False),
    "date": (date(2001, 2, 3), date(2020, 12, 31)),
    "instant": (datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC), datetime(2020, 12, 31, 23, 59, tzinfo=UTC)),
}
_ZONE = "Europe/London"
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_MOST = 6


@dataclass(frozen=True, slots=True)
class Trial:
    """One field with a column on each side."""

    rule: FieldRule
    mis: Column
    provider: Column
    formulas: Mapping[Formula, Node]
    settings: Mapping[str, object]
    tables: Mapping[str, Mapping[str, str]]
    names: Mapping[Side, tuple[str, ...]]

    @staticmethod
    def of(subject: Subject, record: RecordRule, rule: FieldRule, formulas: Mapping[Formula, Node]) -> "Trial | None":
        """The trial of a field; None where a column or an expression is faulty, or its value is another record."""
        mis, provider = subject.column(record, rule, "mis"), subject.column(record, rule, "provider")
        made = (rule.from_mis, rule.from_provider)
        sound = all(not isinstance(one, Formula) or one in formulas for one in made)
        if mis is None or provider is None or not sound or rule.refers_to is not None:
            return None
        tables = {
            f"{name} {inverse}": {pair[inverse]: pair[not inverse] for pair in table.pairs}
            for name, table in subject.rules.codes.items()
            for inverse in (False, True)
        }
        settings = {name: _default(setting) for name, setting in subject.rules.settings.items()}
        names: dict[Side, tuple[str, ...]] = {}
        for side in ("mis", "provider"):
            which: Side = "mis" if side == "mis" else "provider"
            collection = subject.collection(record, which)
            names[which] = tuple(collection.columns) if collection is not None else ()
        return Trial(rule, mis, provider, formulas, settings, tables, names)

    @property
    def samples(self) -> Mapping[Side, tuple[Value, ...]]:
        """For each side a few values that its column may hold: any two, and those that the translations speak of."""
        return {
            "mis": self._samples(self.mis, self.rule.from_mis),
            "provider": self._samples(self.provider, self.rule.from_provider),
        }

    def _samples(self, column: Column, translation: Translation | None) -> tuple[Value, ...]:
        said: list[Value] = []
        if column.type == "text":
            match translation:
                case Formula():
                    said += [node.value for node, _ in walk(self.formulas[translation]) if isinstance(node, Text)]
                case Codes():
                    said += [code for code in self.tables.get(f"{translation.name} {translation.inverse}", {}) if code]
        return tuple(dict.fromkeys([*[one for one in said if str(one).strip()][:_MOST], *_SAMPLES[column.type]]))

    def to_provider(self, value: Value) -> Value:
        """What a value of the MIS becomes at the provider."""
        return self._made(self.rule.from_mis, value, "mis", self.provider)

    def to_mis(self, value: Value) -> Value:
        """What a value of the provider becomes in the MIS."""
        return self._made(self.rule.from_provider, value, "provider", self.mis)

    def _made(self, translation: Translation | None, value: Value, side: Side, target: Column) -> Value:
        match translation:
            case None:
                return value
            case Constant(value=constant):
                return constant
            case Codes(name=name, inverse=inverse):
                return None if value is None else self.tables.get(f"{name} {inverse}", {}).get(str(value), UNKNOWN)
            case Lines(columns=columns):
                own = self.mis if side == "mis" else self.provider
                return value if own.name in columns else None
            case TableUse() | Pick() | ChosenUse():  # neither tables, other records nor choices are tried
                return None
            case Formula():
                return self._evaluated(self.formulas[translation], value, side, target)
        assert_never(translation)

    def _evaluated(self, node: Node, value: Value, side: Side, target: Column) -> Value:
        own = self.mis if side == "mis" else self.provider
        context = {**dict.fromkeys(self.names[side]), "settings": self.settings, own.name: value}
        result = evaluate(node, context, Setting(zone=_ZONE, now=_DAY))
        found = to_python(result.value)
        if result.problems:
            return UNKNOWN
        if found is None or (isinstance(found, str) and not found.strip()):
            return None
        fitting = target.type in _kinds_of(found)
        return found if fitting and isinstance(found, str | Decimal | bool | date) else UNKNOWN


def _kinds_of(value: object) -> frozenset[ColumnType]:
    """The columns that a value can stand in."""
    found: dict[type, ColumnType] = {str: "text", Decimal: "number", bool: "boolean", datetime: "instant", date: "date"}
    return frozenset({found[type(value)]} if type(value) in found else ())


def _default(setting: SettingRule) -> object:
    """What rules see where nothing is chosen."""
    match setting.kind:
        case "switch":
            return setting.default == "on"
        case "choice":
            return setting.choices.get(str(setting.default))
    return list(setting.default) if isinstance(setting.default, tuple) else setting.default
