"""Makes the parser's tables from the grammar: `python -m engine.feel.parse_tables` writes them beside it.

Nothing else needs lark: reading an expression only reads the tables.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import Lexer as LarkLexer
from lark.lexer import TerminalDef

from engine.feel.lalr import TABLES, Tables

GRAMMAR = File(__file__).with_name("grammar.lark")
STARTS = ("expression_start", "unary_start")
_PASSED_ON, _GATHERED = "", "*"
Actions = Mapping[str, tuple[int, Any]]


class _NoLexer(LarkLexer):
    """Stands where lark wants a lexer: the grammar declares its terminals, and ours makes them."""

    def __init__(self, _conf: object) -> None:
        """Take lark's settings, of which none apply."""

    def lex(self, *_text: object) -> Iterator[Any]:
        """Nothing."""
        return iter(())


def tables_of_grammar(grammar: str) -> Tables:
    """The LALR(1) tables of a grammar, the same for the same text: rules and states are numbered in a fixed order.

    A rule is its origin, what it consists of, and what becomes of it: the name of what builds it, nothing where its
    one part is handed on, `*` where its parts become parts of the rule above. A state says for each symbol which state
    follows, or (from -1 down) which rule is complete.
    """
    lark = Lark(grammar, parser="lalr", lexer=_NoLexer, start=list(STARTS), keep_all_tokens=True)
    data, memo = lark.memo_serialize([TerminalDef, Rule])
    raw = data["parser"]["parser"]
    names: Mapping[int, str] = raw["tokens"]
    states = {state: {names[token]: action for token, action in row.items()} for state, row in raw["states"].items()}
    made = {number: _rule(body) for number, body in memo.items() if body["__type__"] == "Rule"}
    rules = sorted(made.values())
    order = _order([raw["start_states"][start] for start in STARTS], states)
    place = {state: number for number, state in enumerate(order)}

    def cell(kind: int, of: Any) -> int:  # noqa: ANN401  a state's number, or a reference to a rule
        return place[of] if kind == 0 else -1 - rules.index(made[of["@"]])

    return {
        "starts": {start: [place[raw[f"{end}_states"][start]] for end in ("start", "end")] for start in STARTS},
        "rules": [list(rule) for rule in rules],
        "states": [{name: cell(*states[state][name]) for name in sorted(states[state])} for state in order],
    }


def _rule(body: Mapping[str, Any]) -> tuple[str, str, str]:
    origin = body["origin"]["name"]
    parts = [symbol["name"] for symbol in body["expansion"]]
    action = body["alias"] or origin
    if origin.startswith("_"):
        action = _GATHERED
    elif body["options"]["expand1"] and not body["alias"] and len(parts) == 1:
        action = _PASSED_ON
    return origin, " ".join(parts), action


def _order(starts: list[int], states: Mapping[int, Actions]) -> list[int]:
    """The states as they are met from the starts on, symbols taken by name."""
    found = list(dict.fromkeys(starts))
    for state in found:
        row = states[state]
        following = (row[name][1] for name in sorted(row) if row[name][0] == 0)
        found += [each for each in dict.fromkeys(following) if each not in found]
    return found


def written(tables: Tables) -> str:
    """The tables as the file holds them: a line for each rule and each state, so that changes can be read."""
    parts = [f'"starts": {json.dumps(tables["starts"])}']
    for name in ("rules", "states"):
        rows = ",\n".join(json.dumps(row) for row in tables[name])
        parts.append(f'"{name}": [\n{rows}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    TABLES.write_text(written(tables_of_grammar(GRAMMAR.read_text(encoding="utf-8"))), encoding="utf-8")
