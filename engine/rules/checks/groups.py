"""Several columns as one value, and lines: the columns are there and as many as are sent."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.rules.checks.creates import sent
from engine.rules.checks.directions import possible_modes
from engine.rules.checks.subject import Subject, near
from engine.rules.model import Codes, FieldRule, Lines, RecordRule, Side

FOUR = 4
"""How many lines there are where they become two or three."""


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Unknown columns of a group, groups that do not fit what is sent to them, lines that do not fit theirs."""
    for record, rule in subject.fields():
        sides: tuple[tuple[Side, Side], ...] = (("mis", "provider"), ("provider", "mis"))
        for source, target in sides:
            yield from _names(subject, record, rule, source)
            made = rule.from_mis if source == "mis" else rule.from_provider
            if isinstance(made, Lines):
                yield from _lines(subject, rule, made, target)
            elif made is not None or rule.columns(source):
                yield from _alike(subject, record, rule, source, target)


def _names(subject: Subject, record: RecordRule, rule: FieldRule, side: Side) -> Iterator[Diagnostic]:
    collection = subject.collection(record, side)
    for name in rule.columns(side)[1:]:  # the first one is checked like that of any field
        if collection is not None and name not in collection.columns:
            yield subject.error(
                codes.UNKNOWN_COLUMN,
                f"rule reads a column that `{collection.name}` does not have",
                rule.spans[side],
                f"no column `{name}`",
                near(name, collection.columns, f"`{collection.name}` has"),
            )


def _lines(subject: Subject, rule: FieldRule, lines: Lines, target: Side) -> Iterator[Diagnostic]:
    given = len(rule.columns(target))
    if given and given != lines.into:
        text = f"`into: {lines.into}`, and `{target}` names {given}"
        yield subject.error(
            codes.TYPE_CLASH, "lines become another number of lines than there are columns", lines.span, text
        )
    if lines.into > 1 and len(lines.columns) != FOUR:
        text = f"{len(lines.columns)} lines, and only four can become {lines.into}"
        yield subject.error(codes.TYPE_CLASH, "lines that become two or three are four", lines.span, text)


def _alike(subject: Subject, record: RecordRule, rule: FieldRule, source: Side, target: Side) -> Iterator[Diagnostic]:
    made = rule.from_mis if source == "mis" else rule.from_provider
    sent = 1 if made is not None else len(rule.columns(source))
    taken = len(rule.columns(target))
    if isinstance(made, Codes) and len(rule.columns(source)) > 1 and _sends(record, rule, source):
        yield subject.error(
            codes.TYPE_CLASH, "a table of codes reads one column", rule.spans[source], "several columns"
        )
    if taken and sent != taken and _sends(record, rule, source):
        text = f"{_many(taken)} here, and {_many(sent)} to send"
        yield subject.error(
            codes.TYPE_CLASH, "several columns as one value get another number of values", rule.spans[target], text
        )


def _sends(record: RecordRule, rule: FieldRule, source: Side) -> bool:
    """Whether values can go this way under any settings."""
    modes = possible_modes(record, rule)
    if source == "mis":
        return bool(modes & {"push", "both"}) or "create" in rule.only
    created = any(rule in sent(record, create) for create in record.create if create.at == "mis")
    return created or bool(modes & {"pull", "both"})


def _many(number: int) -> str:
    return "one column" if number == 1 else f"{number} columns"
