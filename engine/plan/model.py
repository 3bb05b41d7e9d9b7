"""Changes and what a plan says of itself. Every part has one canonical JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from engine.digest import Json, digest_of
from engine.ports import Category, DeliveryClass

FORMAT = 0
"""Version of the plan file: values stand in the clear."""

Action = Literal["create", "update", "link", "unlink"]
SideName = Literal["mis", "provider"]
Value = str | None | tuple[str | None, ...]
"""A field's value: text in the engine's form. None is blank; several columns have a text each, or None for them all."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change. A group names its columns in order, and its values have as many parts.

    `read` is a keyed hash over every value that the rule read; `held` keeps the field out of the write.
    """

    field: str
    column: str | tuple[str, ...]
    before: Value
    after: Value
    reason: str
    rule: str
    read: str
    category: Category = "ordinary"
    held: bool = False
    pending: str | None = None
    """The create that gives this field's value: the id of the record that it makes."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is written."""
        return (self.column,) if isinstance(self.column, str) else self.column

    @property
    def written(self) -> dict[str, str | None]:
        """Column -> what is written there."""
        after = self.after if isinstance(self.after, tuple) else (self.after,) * len(self.columns)
        return dict(zip(self.columns, after, strict=True))

    @property
    def blanks(self) -> bool:
        """Whether something is made blank."""
        if not isinstance(self.before, tuple) or not isinstance(self.after, tuple):
            return self.after is None and self.pending is None
        return any(old is not None and new is None for old, new in zip(self.before, self.after, strict=True))

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the plan file."""
        return {
            "after": _plain(self.after),
            "before": _plain(self.before),
            "category": self.category,
            "column": _plain(self.column),
            "field": self.field,
            "held": self.held,
            "pending": self.pending,
            "read": self.read,
            "reason": self.reason,
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One create or update of one record of one system (one request), or one link that is stored or forgotten.

    `id` names the change and survives a new plan; `hold` is the reason for which the whole record is held.
    """

    id: str
    action: Action
    side: SideName
    system: str
    record_type: str
    collection: str
    mis_id: str | None
    provider_id: str | None
    centre: str | None
    delivery: DeliveryClass
    fields: tuple[FieldChange, ...]
    hold: str | None = None
    because: str = ""
    rule: str = ""
    depends_on: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """The id of the record that is written, in its own system."""
        return self.provider_id if self.side == "provider" else self.mis_id

    @property
    def writes(self) -> tuple[FieldChange, ...]:
        """The fields that may be written."""
        return () if self.hold else tuple(one for one in self.fields if not one.held)

    @property
    def applicable(self) -> bool:
        """Whether there is something that may be applied."""
        return self.hold is None and (self.is_link or bool(self.writes))

    @property
    def is_link(self) -> bool:
        """Whether it is a link that is stored or forgotten: nothing is sent."""
        return self.action in {"link", "unlink"}

    @property
    def completes(self) -> str | None:
        """The create of the same plan whose record this update completes; before that is done it has no key."""
        if self.action != "update" or self.key is not None:
            return None
        create = change_id("create", self.system, self.record_type, self.mis_id, self.provider_id, self.centre)
        return create if create in self.depends_on else None

    @property
    def standing_id(self) -> str:
        """The id that the same change has in a plan made now: another one once the record that it completes exists."""
        return change_id(self.action, self.system, self.record_type, self.mis_id, self.provider_id, self.centre)

    @property
    def digest(self) -> str:
        """What an approval covers: identity, values before and after, and inputs; not reasons or places in files."""
        parts: list[Json] = [
            [one.field, _plain(one.column), _plain(one.before), _plain(one.after), one.pending, one.read]
            for one in self.writes
        ]
        identity: list[Json] = [
            self.id,
            self.action,
            self.system,
            self.record_type,
            self.mis_id,
            self.provider_id,
            self.centre,
        ]
        return digest_of([identity, parts])

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the plan file."""
        return {
            "action": self.action,
            "because": self.because,
            "centre": self.centre,
            "collection": self.collection,
            "delivery": self.delivery,
            "depends_on": list(self.depends_on),
            "fields": [one.as_json() for one in self.fields],
            "hold": self.hold,
            "id": self.id,
            "kind": "change",
            "mis_id": self.mis_id,
            "provider_id": self.provider_id,
            "record_type": self.record_type,
            "rule": self.rule,
            "side": self.side,
            "system": self.system,
        }


_FIELD_PARTS = {part.name for part in fields(FieldChange)}
_CHANGE_PARTS = {part.name for part in fields(Change)} | {"kind"}


def change_from_json(data: Mapping[str, Any]) -> Change:
    """A change read back from its line; raises KeyError or TypeError where the line is no change."""
    if data.keys() != _CHANGE_PARTS or any(one.keys() != _FIELD_PARTS for one in data["fields"]):
        message = "a change lacks a part, or has one too many"
        raise KeyError(message)
    rest = {name: value for name, value in data.items() if name not in {"kind", "fields", "depends_on"}}
    parts = tuple(_field_from_json(one) for one in data["fields"])
    return Change(fields=parts, depends_on=tuple(data["depends_on"]), **rest)


def _field_from_json(data: Mapping[str, Any]) -> FieldChange:
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    return FieldChange(**{**data, **lists})


def _plain(value: Value) -> Json:
    return list(value) if isinstance(value, tuple) else value


def change_id(
    action: Action, system: str, record_type: str, mis_id: str | None, provider_id: str | None, centre: str | None
) -> str:
    """A stable id: the same change in a later plan has the same one. 32 hexadecimal digits."""
    return digest_of([action, system, record_type, mis_id, provider_id, centre]).removeprefix("sha256:")[:32]


@dataclass(frozen=True, slots=True)
class Request:
    """The records of one record type that a person asks for: to have them created, or exchanged before all others.

    `chosen` is, for creates, MIS id -> name of the choice -> key of the record that was chosen.
    """

    record_type: str
    mis_ids: tuple[str, ...]
    chosen: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    creates: bool = True

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the plan file."""
        chosen: dict[str, Json] = {one: dict(made) for one, made in self.chosen.items()}
        return {
            "chosen": chosen,
            "creates": self.creates,
            "mis_ids": list(self.mis_ids),
            "record_type": self.record_type,
        }


@dataclass(frozen=True, slots=True)
class Header:
    """What a plan was made from. Everything here decides whether it may still be applied."""

    exchange: str
    workspace: str
    mapping: str
    title: str
    rules: str
    settings: Mapping[str, Json]
    settings_digest: str
    connectors: Mapping[str, str]
    environments: Mapping[str, str]
    lineage: str
    serial: int
    snapshots: Mapping[str, Json]
    engine: str
    scope: str = "all"
    as_of: str | None = None
    """The day that `today()` gave, `2026-01-31`; None where no rule asks for it."""
    request: Request | None = None
    """What a person asked for; None where everything is planned (`scope` is `all`, else `request`)."""
    undoes: str | None = None
    """The run that the plan undoes (`scope` is `undo`); None for every other plan."""

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the plan file; `undoes` only where a run is undone."""
        run: dict[str, Json] = {} if self.undoes is None else {"undoes": self.undoes}
        return run | {
            "as_of": self.as_of,
            "connectors": dict(self.connectors),
            "engine": self.engine,
            "environments": dict(self.environments),
            "exchange": self.exchange,
            "format": FORMAT,
            "kind": "header",
            "lineage": self.lineage,
            "mapping": self.mapping,
            "rules": self.rules,
            "request": self.request.as_json() if self.request is not None else None,
            "scope": self.scope,
            "serial": self.serial,
            "settings": dict(self.settings),
            "settings_digest": self.settings_digest,
            "snapshots": dict(self.snapshots),
            "title": self.title,
            "workspace": self.workspace,
        }


def header_from_json(data: Mapping[str, Any]) -> Header:
    """A header read back from its line; raises KeyError or TypeError where the line is no header."""
    parts = {name: value for name, value in data.items() if name not in {"kind", "format"}}
    asked = parts.get("request")
    if asked is not None:
        parts["request"] = Request(**{**asked, "mis_ids": tuple(asked["mis_ids"])})
    return Header(**parts)


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """What was compared and not changed, for one record type: counts of situations, and of reasons by field."""

    record_type: str
    mode: str
    situations: Mapping[str, int]
    fields: Mapping[str, Mapping[str, int]]
    not_comparable: int

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the plan file."""
        return {
            "fields": {name: dict(counts) for name, counts in self.fields.items()},
            "kind": "left alone",
            "mode": self.mode,
            "not_comparable": self.not_comparable,
            "record_type": self.record_type,
            "situations": dict(self.situations),
        }


@dataclass(frozen=True, slots=True)
class LimitLine:
    """The arithmetic of one limit: how many changes of one kind, of how many records, and what is allowed."""

    record_type: str
    kind: str
    changes: int
    of: int
    allowed: str
    crossed: bool
    sentence: str

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the plan file."""
        return {
            "allowed": self.allowed,
            "changes": self.changes,
            "crossed": self.crossed,
            "kind": "limit",
            "limit": self.kind,
            "of": self.of,
            "record_type": self.record_type,
            "sentence": self.sentence,
        }
