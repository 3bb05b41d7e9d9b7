"""Every column that is written has one owner: one field, in one record type."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.rules.checks.directions import possible_modes
from engine.rules.checks.scopes import SIDES
from engine.rules.checks.subject import Subject
from engine.rules.model import FieldRule, Mode, RecordRule, Side

_SAID = {"mis": "MIS", "provider": "provider"}
_WAYS: tuple[tuple[Side, Mode], ...] = (("mis", "pull"), ("provider", "push"))
"""Each side and the direction that writes it."""


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Columns that two fields hold, and columns that fields of two record types write."""
    for record in subject.rules.records:
        yield from _of_record(subject, record)
    yield from _between_records(subject)


def _of_record(subject: Subject, record: RecordRule) -> Iterator[Diagnostic]:
    for side in SIDES:
        owner: dict[str, FieldRule] = {}
        held = [(name, rule) for rule in record.fields for name in rule.columns(side)]
        for name, rule in held:
            first = owner.setdefault(name, rule)
            if first is not rule:
                yield subject.error(
                    codes.TWO_OWNERS,
                    f"two fields hold the column `{name}` of the {_SAID[side]}",
                    rule.spans[side],
                    f"`{first.name}` in line {subject.rules.source.place(first.span.start).line} holds it already",
                    "give each column to one field",
                )


def _between_records(subject: Subject) -> Iterator[Diagnostic]:
    owner: dict[tuple[str, str, str], tuple[RecordRule, FieldRule]] = {}
    for record, rule in subject.fields():
        for side, way in _WAYS:
            collection = record.mis if side == "mis" else record.provider
            if not possible_modes(record, rule) & {way, "both"}:
                continue
            for name in rule.columns(side):
                first, other = owner.setdefault((side, collection, name), (record, rule))
                if first is record:
                    continue
                label = Label(subject.rules.source, rule.spans[side], f"`{record.name}` writes it too")
                mark = Label(subject.rules.source, other.spans[side], f"`{first.name}` writes it")
                headline = f"two record types write the column `{name}` of `{collection}`"
                help_ = "let one of them write it"
                yield Diagnostic(codes.TWO_OWNERS, "error", headline, label, (mark,), help=help_)
