"""Constants, tables of codes and joined lines fit the columns between which they stand."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.ports import Column
from engine.rules.checks.scopes import SIDES
from engine.rules.checks.subject import Subject, with_article
from engine.rules.constants import reads_as
from engine.rules.model import Codes, Constant, FieldRule, Lines, RecordRule, Side
from engine.source import Span

_OTHER: dict[Side, Side] = {"mis": "provider", "provider": "mis"}
_MOST = 3


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Values that are too long for the column that gets them, and texts for columns of another type."""
    for record, rule in subject.fields():
        for side in SIDES:
            translation = rule.from_mis if side == "mis" else rule.from_provider
            if isinstance(translation, Codes | Constant | Lines):
                target = subject.column(record, rule, _OTHER[side])
                yield from _target(subject, translation, target)
                yield from _sources(subject, record, rule, translation, side)


def _target(subject: Subject, translation: Codes | Constant | Lines, target: Column | None) -> Iterator[Diagnostic]:
    if target is None:
        return
    if isinstance(translation, Constant) and reads_as(translation.value, target):
        return
    if target.type != "text":
        what = {Codes: "a table of codes gives", Constant: "a constant is", Lines: "`lines` give"}[type(translation)]
        headline = f"{what} a text, and `{target.name}` is {with_article(target.type)}"
        yield subject.error(
            codes.TYPE_CLASH,
            headline,
            translation.span,
            "a text",
            f"write an expression in single quotes that gives {with_article(target.type)}",
        )
    elif target.length is not None:
        yield from _lengths(subject, translation, target, target.length)


def _lengths(
    subject: Subject, translation: Codes | Constant | Lines, target: Column, most: int
) -> Iterator[Diagnostic]:
    match translation:
        case Constant(value=value) if len(value) > most:
            text = f"{len(value)} characters; `{target.name}` takes {most}"
            yield _too_long(subject, "a constant", translation.span, text)
        case Codes():
            table = subject.rules.codes.get(translation.name)
            values = [pair[not translation.inverse] for pair in table.pairs] if table is not None else []
            long = [f"`{value}`" for value in dict.fromkeys(values) if len(value) > most]
            if long:
                more = f" and {len(long) - _MOST} more" if len(long) > _MOST else ""
                text = f"`{target.name}` takes {most}: {', '.join(long[:_MOST])}{more}"
                yield _too_long(subject, f"a code of `{translation.name}`", translation.span, text)


def _too_long(subject: Subject, what: str, span: Span, text: str) -> Diagnostic:
    return subject.error(codes.VALUE_DOES_NOT_FIT, f"{what} is too long for the column that gets it", span, text)


def _sources(
    subject: Subject, record: RecordRule, rule: FieldRule, translation: Codes | Constant | Lines, side: Side
) -> Iterator[Diagnostic]:
    """Only texts are looked up in tables or joined."""
    collection = subject.collection(record, side)
    if collection is None or isinstance(translation, Constant):
        return
    own = (rule.mis if side == "mis" else rule.provider,) if isinstance(translation, Codes) else translation.columns
    for name in own:
        column = collection.columns.get(name or "")
        if column is not None and column.type != "text":
            what = "looked up in a table of codes" if isinstance(translation, Codes) else "joined"
            headline = f"only texts can be {what}, and `{column.name}` is {with_article(column.type)}"
            help_ = "write an expression in single quotes that makes a text of it"
            text = f"reads `{column.name}`"
            yield subject.error(codes.TYPE_CLASH, headline, translation.span, text, help_)
