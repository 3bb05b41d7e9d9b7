"""Expressions can be read, name only what is in scope, and call only functions that there are."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.feel.faults import FeelSyntaxError
from engine.feel.functions import TABLE
from engine.feel.names import Read, reads, unknown
from engine.feel.nodes import Call, Name, Node, walk
from engine.feel.parse import parse_expression
from engine.rules.checks.scopes import Place, places
from engine.rules.checks.subject import Subject, near
from engine.rules.model import Formula
from engine.source import Span

_CLOCK = "now"


def check(subject: Subject, formulas: dict[Formula, Node]) -> Iterator[Diagnostic]:
    """Syntax faults, unknown names and functions, the present time; what has no fault is parsed into `formulas`."""
    for place in places(subject):
        formula, scope = place.formula, place.members
        members = {part for parts in scope.values() for part in parts or ()}
        try:
            node = parse_expression(formula.text, scope.keys(), members)
        except FeelSyntaxError as fault:
            yield _unreadable(subject, formula, fault)
            continue
        found = [*_clock(subject, formula, node), *(_names(subject, place, node) if place.certain else ())]
        if not found:
            formulas[formula] = node
        yield from found


def _unreadable(subject: Subject, formula: Formula, fault: FeelSyntaxError) -> Diagnostic:
    span = inside(formula, fault.start, fault.end)
    help_ = _nearest_function(formula.text[fault.start : fault.end])
    return subject.error(codes.BAD_EXPRESSION, "the expression cannot be read", span, str(fault), help_)


def _names(subject: Subject, place: Place, node: Node) -> Iterator[Diagnostic]:
    formula, scope = place.formula, place.members
    plain = frozenset(name for name, parts in scope.items() if parts is None)
    dotted = frozenset(f"{name}.{part}" for name, parts in scope.items() for part in parts or ())
    for read in unknown(node, scope.keys()):
        yield _unknown(subject, formula, read, plain or dotted)
    for read in reads(node):
        known = scope.get(read.path[0])
        if known is not None and (len(read.path) < 2 or read.path[1] not in known):  # noqa: PLR2004  `mis` alone is no value
            yield _unknown(subject, formula, read, frozenset(f"{read.path[0]}.{part}" for part in known))
        elif place.names.get(read.path[:2], place.names.get(read.path[:1])) == frozenset():
            text = f"`{read.path[-1]}` can only be written"
            headline = "the expression reads a column that can only be written"
            yield subject.error(codes.WRITE_ONLY_COLUMN, headline, inside(formula, read.start, read.end), text)


def _unknown(subject: Subject, formula: Formula, read: Read, known: frozenset[str]) -> Diagnostic:
    name = ".".join(read.path)
    span = inside(formula, read.start, read.end)
    if read.called:
        text = f"no function is called `{name}`"
        help_ = _nearest_function(name) or near(name, TABLE, "functions")
        return subject.error(codes.UNKNOWN_FUNCTION, "the expression calls an unknown function", span, text, help_)
    text = f"no value is called `{name}` here"
    help_ = near(name, known, "known here")
    return subject.error(codes.UNKNOWN_NAME, "the expression names something unknown", span, text, help_)


def _nearest_function(words: str) -> str:
    guess = near(words.strip(), TABLE, "").partition("? ")[0]
    return f"{guess}?" if guess.startswith("did you mean") else ""


def _clock(subject: Subject, formula: Formula, node: Node) -> Iterator[Diagnostic]:
    for each, _ in walk(node):
        if isinstance(each, Call) and each.function == Name(_CLOCK):
            span = inside(formula, each.start, each.end)
            text = "another value each time it is asked"
            help_ = "write `today()`: the day for which the plan is made"
            yield subject.error(codes.NOW_REFUSED, "an expression reads the present time", span, text, help_)


def inside(formula: Formula, start: int, end: int) -> Span:
    """The span in the file of a part of an expression."""
    last = len(formula.offsets) - 1
    first = formula.offsets[min(start, last)]
    return Span(first, max(formula.offsets[min(end, last)], first + 1))
