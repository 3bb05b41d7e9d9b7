"""Every way in which a field may move is possible: for all modes that the settings allow, not only today's."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.ports import Collection
from engine.rules.checks.subject import Subject, with_article
from engine.rules.model import Codes, Direction, FieldRule, Lines, Mode, RecordRule, Side

_ALL: frozenset[Mode] = frozenset({"push", "pull"})


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Writes to what is read-only, reads of what is write-only, clashing types, `both` without a rule."""
    for record, rule in subject.fields():
        modes = possible_modes(record, rule)
        if modes & {"push", "both"}:
            yield from _way(subject, record, rule, "mis", "provider")
        if modes & {"pull", "both"}:
            yield from _way(subject, record, rule, "provider", "mis")
        if "both" in modes and rule.rule in (None, "source wins"):
            yield subject.error(
                codes.RULE_MISSING,
                f"`{rule.name}` moves both ways and no rule says who wins",
                rule.span,
                "this field",
                "add `rule: fill blank only`, `fill blank else mis wins` or `fill blank else provider wins`",
            )


def possible_modes(record: RecordRule, rule: FieldRule) -> frozenset[Mode]:
    """The modes that a field can have under any settings."""
    direction: Direction = rule.direction or record.direction
    modes: frozenset[Mode] = _ALL if direction.setting is not None else frozenset({direction.mode or "ignore"})
    ways = {"push", "pull"} & rule.only
    if not rule.only:
        return modes - {"ignore"}
    if "both" in modes:
        return frozenset({"both"}) if ways == {"push", "pull"} else _as_modes(ways)
    return frozenset(modes & ways)


def _as_modes(ways: set[str]) -> frozenset[Mode]:
    return frozenset(mode for mode in _ALL if mode in ways)


def _way(subject: Subject, record: RecordRule, rule: FieldRule, source: Side, target: Side) -> Iterator[Diagnostic]:
    to = subject.collection(record, target)
    name = rule.provider if target == "provider" else rule.mis
    if to is None or subject.collection(record, source) is None:
        return
    if comes_back(rule, target):
        if to.update is None:
            text = f"`{to.name}` has no `update` in its connector file"
            yield subject.error(codes.NOT_WRITABLE, f"records of `{to.name}` cannot be updated", rule.span, text)
        return
    if name is None:
        help_ = f"add `{target}:` with a column" + (", or `only:` with the other way" if not rule.only else "")
        yield subject.error(
            codes.MISSING_COLUMN, f"`{rule.name}` names no column to write", rule.span, "this field", help_
        )
        return
    for column in rule.columns(target):
        yield from _writable(subject, rule, to, column, target)
    yield from translated(subject, record, rule, source, target)


def translated(
    subject: Subject, record: RecordRule, rule: FieldRule, source: Side, target: Side
) -> Iterator[Diagnostic]:
    """Fields that say nothing to read, what cannot be read, clashing types and missing tables of codes."""
    translation = rule.from_mis if source == "mis" else rule.from_provider
    source_name = rule.mis if source == "mis" else rule.provider
    if source_name is None and (translation is None or isinstance(translation, Codes)):
        help_ = f"add `{source}:` with a column, or `from_{source}:` with an expression"
        yield subject.error(codes.MISSING_COLUMN, f"`{rule.name}` says nothing to read", rule.span, "this field", help_)
    here, there = subject.column(record, rule, source), subject.column(record, rule, target)
    if translation is None and here is not None and there is not None:
        if here.access == "write":
            text = f"`{here.name}` cannot be read"
            yield subject.error(
                codes.WRITE_ONLY_COLUMN, "rule reads a column that can only be written", rule.spans[source], text
            )
        if here.type != there.type:
            yield subject.error(
                codes.TYPE_CLASH,
                f"`{rule.name}` sends {with_article(here.type)} to {with_article(there.type)}",
                rule.spans[target],
                f"`{there.name}` is {with_article(there.type)}, `{here.name}` is {with_article(here.type)}",
                f"add `from_{source}:` with an expression that gives {with_article(there.type)}",
            )
    yield from _codes(subject, rule, source)


def comes_back(rule: FieldRule, target: Side) -> bool:
    """Whether lines come back that were joined on this side: they are compared and never written."""
    made, back = (rule.from_mis, rule.from_provider) if target == "mis" else (rule.from_provider, rule.from_mis)
    return isinstance(made, Lines) and back is None


def _writable(subject: Subject, rule: FieldRule, to: Collection, name: str, target: Side) -> Iterator[Diagnostic]:
    column = to.columns.get(name)
    if column is not None and column.access == "read":
        help_ = "narrow the field with `only:`, or leave it out"
        text = f"`{name}` can only be read"
        yield subject.error(
            codes.READ_ONLY_COLUMN,
            f"rule writes a column of `{to.name}` that can only be read",
            rule.spans[target],
            text,
            help_,
        )
    elif column is not None and to.update is None and rule.only != {"create"}:
        text = f"`{to.name}` has no `update` in its connector file"
        yield subject.error(codes.NOT_WRITABLE, f"records of `{to.name}` cannot be updated", rule.spans[target], text)


def _codes(subject: Subject, rule: FieldRule, source: Side) -> Iterator[Diagnostic]:
    translation = rule.from_mis if source == "mis" else rule.from_provider
    if not isinstance(translation, Codes):
        return
    table = subject.rules.codes.get(translation.name)
    if table is None:
        help_ = f"the file has: {', '.join(sorted(subject.rules.codes)) or 'none'}"
        text = f"no table `{translation.name}`"
        yield subject.error(
            codes.UNKNOWN_CODE_TABLE, "a field uses a table of codes that is not there", translation.span, text, help_
        )
    elif translation.inverse and not table.one_to_one():
        text = f"`{table.name}` has several MIS codes for one provider code"
        yield subject.error(
            codes.NOT_ONE_TO_ONE, "a table of codes is read backwards and is not one-to-one", translation.span, text
        )
