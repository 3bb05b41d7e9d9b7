"""Runs the parser's tables, which `engine.feel.parse_tables` makes from the grammar, over lexemes."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from typing import Any, TypedDict

from engine.feel.lexer import Lexeme

TABLES = File(__file__).with_name("grammar.json")
END = "$END"
Build = Callable[..., Any]


class Tables(TypedDict):
    """The file of tables: first and last state of each start, rules, and a row of symbols for each state."""

    starts: dict[str, list[int]]
    rules: list[list[str]]
    states: list[dict[str, int]]


@dataclass(frozen=True, slots=True)
class _Rule:
    origin: str
    length: int
    action: str
    gathers: bool
    """Whether parts of it are lists whose items are its parts in truth."""


class UnexpectedError(Exception):
    """Raised at a lexeme that nothing allows (None: the end); `expected` is what could stand there."""

    def __init__(self, lexeme: Lexeme | None, expected: frozenset[str]) -> None:
        self.lexeme, self.expected = lexeme, expected
        super().__init__()


@cache
def _loaded() -> tuple[Tables, list[_Rule]]:
    tables: Tables = json.loads(TABLES.read_text(encoding="utf-8"))
    rules = []
    for origin, parts, action in tables["rules"]:
        names = parts.split()
        rules.append(_Rule(origin, len(names), action, any(name.startswith("_") for name in names)))
    return tables, rules


def parsed(lexemes: Sequence[Lexeme], start: str, builders: Mapping[str, Build]) -> Any:  # noqa: ANN401  what the builders make
    """What the builders make of the lexemes, from the leaves up. Raises UnexpectedError."""
    tables, rules = _loaded()
    rows = tables["states"]
    first, last = tables["starts"][start]
    states, values = [first], list[Any]()
    for lexeme in (*lexemes, None):
        kind = END if lexeme is None else lexeme.kind
        while True:
            following = rows[states[-1]].get(kind)
            if following is None:
                raise UnexpectedError(lexeme, _expected(rows, rules, states, last))
            if following >= 0:
                states.append(following)
                values.append(lexeme)
                break
            rule = rules[-1 - following]
            parts = values[len(values) - rule.length :]
            del states[len(states) - rule.length :], values[len(values) - rule.length :]
            values.append(_built(rule, parts, builders))
            states.append(rows[states[-1]][rule.origin])
            if lexeme is None and states[-1] == last:
                return values[0]
    raise AssertionError  # the end is either unexpected or the last


def _built(rule: _Rule, parts: list[Any], builders: Mapping[str, Build]) -> Any:  # noqa: ANN401
    if not rule.action:
        return parts[0]
    if rule.gathers:
        parts = [item for part in parts for item in (part if isinstance(part, list) else (part,))]
    return parts if rule.action == "*" else builders[rule.action](*parts)


def _expected(rows: list[dict[str, int]], rules: list[_Rule], states: list[int], last: int) -> frozenset[str]:
    """The kinds that could stand here: a row names too many, as what completes a rule may then not go on."""
    kinds = (kind for kind in rows[states[-1]] if kind.isupper())
    return frozenset(kind for kind in kinds if _accepts(rows, rules, list(states), last, kind))


def _accepts(rows: list[dict[str, int]], rules: list[_Rule], states: list[int], last: int, kind: str) -> bool:
    while states[-1] != last or kind != END:
        following = rows[states[-1]].get(kind)
        if following is None or following >= 0:
            return following is not None
        rule = rules[-1 - following]
        del states[len(states) - rule.length :]
        states.append(rows[states[-1]][rule.origin])
    return True
