"""The manual's page on reasons, from the closed list and the decision table itself."""

from collections.abc import Iterator
from typing import get_args

from engine.compare.reasons import HOLDS, REMEDIES, SENTENCES, Reason, decide_cell
from engine.query.run import Cell
from engine.rules.model import Mode, WinRule

PATH = "docs/reasons.md"
START = """\
<!-- Made by `make docs`; do not edit. -->

# Reasons

Whatever a plan says of a field or a record, it says with one of these reasons. The decision table gives the reason of
each cell; both values are compared as the rules translate them.

## The decision table

For each direction and rule, what becomes of a field: the reason, and in brackets the side that is set. Under `both` the
MIS counts as the source. `ignore` compares nothing.

"""
_MOVES = {"provider": "provider", "mis": "MIS"}
_LATE: tuple[Cell, ...] = ("blanked", "decided mis", "decided provider", "decided neither")
"""Cells of fields that agreed once or that a person decided: these stand under `both` alone."""
_ASKED: tuple[Cell, ...] = ("mis moved", "provider moved")
"""Cells of fields that remember the value they agreed on: these stand under `ask` alone."""


def page() -> str:
    """The whole page."""
    return START + "\n".join([*_table(), "", *_reasons()]) + "\n"


def _ways() -> Iterator[tuple[str, Mode, WinRule, bool]]:
    """Each row of the table: what it is called, and the direction, rule and `blank` of it."""
    yield "`push`", "push", "source wins", False
    yield "`push`, `blank: clears`", "push", "source wins", True
    yield "`pull`", "pull", "source wins", False
    yield "`pull`, `blank: clears`", "pull", "source wins", True
    for rule in get_args(WinRule):
        if rule != "source wins":
            yield f"`both`, `{rule}`", "both", rule, False


def _table() -> Iterator[str]:
    rows = list(_ways())
    yield "| | " + " | ".join(name for name, *_ in rows) + " |"
    yield "|---" * (len(rows) + 1) + "|"
    for cell in get_args(Cell):
        cells = [
            _cell(mode, rule, cell, clears=clears) if _occurs(mode, rule, cell) else ""
            for _, mode, rule, clears in rows
        ]
        yield f"| {cell} | " + " | ".join(cells) + " |"


def _occurs(mode: Mode, rule: WinRule, cell: Cell) -> bool:
    return rule == "ask" or (cell not in _ASKED and (mode == "both" or cell not in _LATE))


def _cell(mode: Mode, rule: WinRule, cell: Cell, *, clears: bool) -> str:
    found = decide_cell(mode, rule, cell, blank_clears=clears)
    return f"`{found.reason.value}`" + (f" ({_MOVES[found.target]})" if found.target else "")


def _reasons() -> Iterator[str]:
    holds_of_records = [one for one in Reason if one in REMEDIES and one not in HOLDS]
    others = [one for one in Reason if one not in REMEDIES]
    yield from _list("## Changes, and what is left alone", others)
    yield from _list("## Holds of a field", [one for one in Reason if one in HOLDS])
    yield from _list("## Holds of a record", holds_of_records)


def _list(title: str, reasons: list[Reason]) -> Iterator[str]:
    remedies = any(one in REMEDIES for one in reasons)
    yield from (title, "", "| reason | means |" + (" what to do |" if remedies else ""))
    yield "|---|---|" + ("---|" if remedies else "")
    for one in reasons:
        yield f"| `{one.value}` | {SENTENCES[one]} |" + (f" {REMEDIES[one]} |" if remedies else "")
    yield ""
