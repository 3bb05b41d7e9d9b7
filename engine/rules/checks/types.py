"""Expressions give what their column takes or, as a condition, true or false; their parts go together."""

from collections.abc import Iterable, Iterator, Mapping

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.feel.nodes import Node, Text
from engine.feel.typing import Clash, Kinds, fits, shown, typed
from engine.ports import Column
from engine.rules.checks.expressions import inside
from engine.rules.checks.scopes import FEEL_TYPES, Place, places
from engine.rules.checks.subject import Subject, with_article
from engine.rules.model import Formula

_CODES: Mapping[str, str] = {
    "arguments": codes.WRONG_ARGUMENTS,
    "operand": codes.WRONG_OPERAND,
    "constant": codes.WRONG_OPERAND,
}
_HEADLINES: Mapping[str, str] = {
    "arguments": "a function is called with the wrong arguments",
    "operand": "a part of the expression can only end in an error",
    "constant": "a constant of the expression is none",
}


def check(subject: Subject, formulas: Mapping[Formula, Node]) -> Iterator[Diagnostic]:
    """Type clashes within every expression that could be read, and of its result."""
    for place in places(subject):
        node = formulas.get(place.formula)
        if node is None or not place.certain:
            continue
        yield from results(subject, place, node)


def results(subject: Subject, place: Place, node: Node) -> Iterator[Diagnostic]:
    """Type clashes within one expression, and of what it gives with the column that gets it."""
    found = typed(node, place.names)
    yield from clashes(subject, place.formula, found.clashes)
    for result, kinds in found.results:
        yield from _result(subject, place, result, kinds)


def clashes(subject: Subject, formula: Formula, found: Iterable[Clash]) -> Iterator[Diagnostic]:
    """A diagnostic for each clash within an expression."""
    return (_clash(subject, formula, clash) for clash in found)


def _clash(subject: Subject, formula: Formula, clash: Clash) -> Diagnostic:
    span = inside(formula, clash.start, clash.end)
    return subject.error(_CODES[clash.kind], _HEADLINES[clash.kind], span, clash.message)


def _result(subject: Subject, place: Place, result: Node, kinds: Kinds) -> Iterator[Diagnostic]:
    span = inside(place.formula, result.start, result.end)
    if place.reads is None:
        if not fits(kinds, ("boolean",)) or kinds == {"Null"}:
            text = f"this gives {shown(kinds)}"
            headline = "a condition must give true or false"
            yield subject.error(codes.NOT_A_CONDITION, headline, span, text, "compare it with something")
    elif place.target is not None:
        if not fits(kinds, (FEEL_TYPES[place.target.type],)):
            yield _wrong_result(subject, place.formula, result, kinds, place.target)
        elif isinstance(result, Text) and place.target.length is not None and len(result.value) > place.target.length:
            text = f"{len(result.value)} characters; `{place.target.name}` takes {place.target.length}"
            headline = "a text is too long for the column that gets it"
            yield subject.error(codes.VALUE_DOES_NOT_FIT, headline, span, text)


def _wrong_result(subject: Subject, formula: Formula, result: Node, kinds: Kinds, target: Column) -> Diagnostic:
    span = inside(formula, result.start, result.end)
    headline = f"the expression gives {shown(kinds)}, and {with_article(target.type)} is needed"
    text = f"`{target.name}` is {with_article(target.type)}"
    help_ = "`string(…)` makes a text of it" if target.type == "text" else ""
    return subject.error(codes.TYPE_CLASH, headline, span, text, help_)
