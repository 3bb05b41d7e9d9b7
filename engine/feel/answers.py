"""The answer to one expression, for people: its value and type, or what is wrong and where."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass

from engine.diagnostics.nearest import nearest
from engine.feel.encoding import encode
from engine.feel.evaluation import Setting
from engine.feel.faults import FeelSyntaxError
from engine.feel.functions import TABLE
from engine.feel.names import Read, unknown
from engine.feel.nodes import Node
from engine.feel.parse import parse_expression
from engine.feel.scalar import evaluate
from engine.feel.values import type_of, write
from engine.feel.words import KEYWORDS

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an expression or its evaluation; `start` and `end` are code points in its text."""

    message: str
    start: int
    end: int
    help: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A value as FEEL writes it and its type, both None where the expression cannot be evaluated at all."""

    text: str | None
    type: str | None
    value: Mapping[str, object] | None
    faults: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, object]:
        """For programs: `value` is typed JSON."""
        faults = [asdict(fault) for fault in self.faults]
        status = "error" if self.text is None else "ok"
        return {"status": status, "value": self.value, "type": self.type, "text": self.text, "problems": faults}


def answer_expression(text: str, context: Mapping[str, object], now: dt.datetime | None = None) -> Answered:
    """Evaluate an expression with the values of a context, Python's own or FEEL's. Never raises."""
    try:
        node = parse_expression(text, context, frozenset(_members(context)))
    except FeelSyntaxError as fault:
        word = text[fault.start : fault.end]
        meant = "" if word.split(" ")[0] in KEYWORDS else _meant(word, (*context, *TABLE))
        return Answered(None, None, None, (Fault(fault.message, fault.start, fault.end, meant),))
    missing = tuple(_unknown(read, context) for read in unknown(node, context))
    return Answered(None, None, None, missing) if missing else _evaluated(node, context, now)


def _evaluated(node: Node, context: Mapping[str, object], now: dt.datetime | None) -> Answered:
    result = evaluate(node, context, Setting(now=now))
    faults = tuple(Fault(each.message, each.start, each.end) for each in result.problems)
    shown = write(result.value, inside=True)
    return Answered(shown, type_of(result.value).name, encode(result.value), faults)


def _members(value: object) -> Iterator[str]:
    """The keys below the context's own."""
    waiting = list(value.values()) if isinstance(value, Mapping) else []
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            yield from map(str, each)
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def _unknown(read: Read, names: Collection[str]) -> Fault:
    kind, known = ("function", TABLE) if read.called else ("name", names)
    return Fault(f"there is no {kind} `{read.path[0]}`", read.start, read.end, _meant(read.path[0], known))


def _meant(word: str, known: Collection[str]) -> str:
    near = nearest(word, known, 1) if len(word) <= _LONGEST_NAME else ()
    return f"did you mean `{near[0]}`?" if near else ""
