"""Expressions can be read, and name only what is in scope."""

from collections.abc import Iterator, Mapping

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.feel.faults import FeelSyntaxError
from engine.feel.names import Read, reads, unknown
from engine.feel.nodes import Node
from engine.feel.parse import parse_expression
from engine.rules.checks.subject import Subject, near
from engine.rules.model import FieldRule, Formula, RecordRule, Side
from engine.source import Span

Scope = Mapping[str, frozenset[str] | None]
"""Name in scope -> what stands behind its dot, or None for a plain value."""


def check(subject: Subject, formulas: dict[Formula, Node]) -> Iterator[Diagnostic]:
    """Parse every expression into `formulas`; syntax faults and unknown names."""
    for record, rule in subject.fields():
        for formula, scope in _expressions(subject, record, rule):
            yield from _one(subject, formula, scope, formulas)


def _expressions(subject: Subject, record: RecordRule, rule: FieldRule) -> Iterator[tuple[Formula, Scope]]:
    both: Scope = {
        "mis": _columns(subject, record, "mis"),
        "provider": _columns(subject, record, "provider"),
        "settings": frozenset(subject.rules.settings),
    }
    for condition in (rule.when, rule.unless):
        if condition is not None:
            yield condition, both
    sides: tuple[Side, Side] = ("mis", "provider")
    for translation, side in zip((rule.from_mis, rule.from_provider), sides, strict=True):
        if isinstance(translation, Formula):
            bare: dict[str, frozenset[str] | None] = dict.fromkeys(_columns(subject, record, side))
            yield translation, {"settings": frozenset(subject.rules.settings)} | bare


def _columns(subject: Subject, record: RecordRule, side: Side) -> frozenset[str]:
    collection = subject.collection(record, side)
    return frozenset(collection.columns) if collection is not None else frozenset()


def _one(subject: Subject, formula: Formula, scope: Scope, formulas: dict[Formula, Node]) -> Iterator[Diagnostic]:
    members = {part for parts in scope.values() for part in parts or ()}
    try:
        node = parse_expression(formula.text, scope.keys(), members)
    except FeelSyntaxError as fault:
        span = _inside(formula, fault.start, fault.end)
        yield subject.error(codes.BAD_EXPRESSION, "the expression cannot be read", span, str(fault))
        return
    formulas[formula] = node
    for read in unknown(node, scope.keys()):
        yield _unknown(subject, formula, read, frozenset(scope))
    for read in reads(node):
        known = scope.get(read.path[0])
        if known is not None and (len(read.path) < 2 or read.path[1] not in known):  # noqa: PLR2004  `mis` alone is no value
            yield _unknown(subject, formula, read, frozenset(f"{read.path[0]}.{part}" for part in known))


def _unknown(subject: Subject, formula: Formula, read: Read, known: frozenset[str]) -> Diagnostic:
    name = ".".join(read.path)
    text = f"no value is called `{name}` here"
    span = _inside(formula, read.start, read.end)
    help_ = near(name, known, "known here")
    return subject.error(codes.UNKNOWN_NAME, "the expression names something unknown", span, text, help_)


def _inside(formula: Formula, start: int, end: int) -> Span:
    """The span in the file of a part of an expression."""
    last = len(formula.offsets) - 1
    first = formula.offsets[min(start, last)]
    return Span(first, max(formula.offsets[min(end, last)], first + 1))
