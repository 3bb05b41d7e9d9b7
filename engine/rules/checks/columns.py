"""Collections and columns exist, and can be read or written as the rules want."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.ports import ConnectorSpec
from engine.rules.checks.subject import Subject, near
from engine.rules.model import FieldRule, Lines, RecordRule, Side

_SIDES: tuple[Side, Side] = ("mis", "provider")


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Unknown collections and columns, in fields and in what `lines` joins."""
    for record in subject.rules.records:
        yield from _collections(subject, record)
    for record, rule in subject.fields():
        yield from _names(subject, record, rule)
        yield from _lines(subject, record, rule)


def _spec(subject: Subject, side: Side) -> ConnectorSpec:
    return subject.catalog.mis if side == "mis" else subject.catalog.provider


def _collections(subject: Subject, record: RecordRule) -> Iterator[Diagnostic]:
    for side in _SIDES:
        if subject.collection(record, side) is None:
            name = record.mis if side == "mis" else record.provider
            spec = _spec(subject, side)
            yield subject.error(
                codes.UNKNOWN_COLLECTION,
                f"record type reads a collection that `{spec.name}` does not have",
                record.spans[side],
                f"no collection `{name}`",
                near(name, spec.collections, f"`{spec.name}` has"),
            )


def _names(subject: Subject, record: RecordRule, rule: FieldRule) -> Iterator[Diagnostic]:
    for side in _SIDES:
        name = rule.mis if side == "mis" else rule.provider
        collection = subject.collection(record, side)
        if name is None or collection is None or name in collection.columns:
            continue
        yield subject.error(
            codes.UNKNOWN_COLUMN,
            f"rule reads a column that `{collection.name}` does not have",
            rule.spans[side],
            f"no column `{name}`",
            near(name, collection.columns, f"`{collection.name}` has"),
        )


def _lines(subject: Subject, record: RecordRule, rule: FieldRule) -> Iterator[Diagnostic]:
    for translation, side in ((rule.from_mis, "mis"), (rule.from_provider, "provider")):
        collection = subject.collection(record, "mis" if side == "mis" else "provider")
        if not isinstance(translation, Lines) or collection is None:
            continue
        for name in translation.columns:
            if name not in collection.columns:
                yield subject.error(
                    codes.UNKNOWN_COLUMN,
                    f"`lines` joins a column that `{collection.name}` does not have",
                    translation.span,
                    f"no column `{name}`",
                    near(name, collection.columns, f"`{collection.name}` has"),
                )
