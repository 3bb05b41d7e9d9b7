"""The collections that a mapping reads can be listed, and settings that directions name exist."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.rules.checks.subject import Subject, near
from engine.rules.model import Direction, RecordRule


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Unknown settings in directions, and collections of an HTTP system without a `list`."""
    for record in subject.rules.records:
        yield from _direction(subject, record.direction)
        collection = subject.collection(record, "provider")
        if collection is not None and subject.catalog.provider.kind == "http" and collection.listing is None:
            text = f"`{collection.name}` has no `list` in its connector file"
            yield subject.error(
                codes.NOT_LISTABLE, "the provider's records cannot be listed", record.spans["provider"], text
            )
        if record.per_centre and collection is not None and collection.centre is None:
            text = f"`{collection.name}` has no `centre` in its connector file"
            help_ = "take `per` out, or name the column that holds a record's centre under `centre` of the collection"
            yield subject.error(
                codes.NO_CENTRES, "the provider's records are in no centre", record.spans["per"], text, help_
            )
        for rule in record.fields:
            if rule.direction is not None:
                yield from _direction(subject, rule.direction)
        yield from _creates(subject, record)


def _creates(subject: Subject, record: RecordRule) -> Iterator[Diagnostic]:
    for rule in record.create:
        collection = subject.collection(record, rule.at)
        if collection is not None and collection.create is None:
            text = f"`{collection.name}` has no `create` in its connector file"
            yield subject.error(
                codes.NOT_WRITABLE, f"records of `{collection.name}` cannot be created", rule.span, text
            )


def _direction(subject: Subject, direction: Direction) -> Iterator[Diagnostic]:
    for name, kind in ((direction.setting, "direction"), (direction.when, "switch")):
        if name is None:
            continue
        fitting = [one.name for one in subject.rules.settings.values() if one.kind == kind]
        other = subject.rules.settings.get(name)
        if name not in fitting:
            yield subject.error(
                codes.UNKNOWN_SETTING,
                f"a direction names a setting of kind {kind} that the mapping does not have",
                direction.span,
                f"`{name}` is a {other.kind}" if other is not None else f"no setting `{name}` of kind {kind}",
                near(name, fitting, f"settings of kind {kind}"),
            )
