"""The decision table, cell by cell, against the rule language's own table written out by hand."""

from typing import get_args

import pytest

from engine.compare.reasons import DECIDED, HOLDS, RELEASABLE, SENTENCES, Reason, decide_cell
from engine.query.run import Cell
from engine.rules.model import Mode, WinRule

# direction, rule, `blank`: both blank | m blank | p blank | equal | different. A cell: the side that is set, then why.
TABLE = """
push | source wins                   | keeps  | - same | -        keeps       | provider fills_blank | - same | provider source_wins
push | source wins                   | clears | - same | provider clears      | provider fills_blank | - same | provider source_wins
pull | source wins                   | keeps  | - same | mis      fills_blank | -        keeps       | - same | mis      source_wins
pull | source wins                   | clears | - same | mis      fills_blank | mis      clears      | - same | mis      source_wins
both | fill blank only               | keeps  | - same | mis      fills_blank | provider fills_blank | - same | -        differs
both | fill blank else provider wins | keeps  | - same | mis      fills_blank | provider fills_blank | - same | mis      provider_wins
both | fill blank else mis wins      | keeps  | - same | mis      fills_blank | provider fills_blank | - same | provider mis_wins
both | ask                           | keeps  | - same | mis      fills_blank | provider fills_blank | - same | -        both_moved
"""  # noqa: E501  a table is read in columns
COLUMNS = ("both blank", "m blank", "p blank", "equal", "different")


def _cell(mode: str, column: str) -> str:
    """The name that the engine gives a column of the table: under `pull` the provider is the source."""
    source = "p blank" if mode == "pull" else "m blank"
    if column in {"m blank", "p blank"}:
        return "source blank" if column == source else "target blank"
    return column


def _rows() -> list[tuple[str, str, str, str, str, str]]:
    found = []
    for line in TABLE.strip().splitlines():
        mode, rule, blank, *cells = (part.strip() for part in line.split("|"))
        for column, told in zip(COLUMNS, cells, strict=True):
            side, reason = told.split()
            found.append((mode, rule, blank, column, side.strip("-"), reason))
    return found


@pytest.mark.parametrize(("mode", "rule", "blank", "column", "side", "reason"), _rows())
def test_every_cell_of_the_decision_table(
    mode: Mode, rule: WinRule, blank: str, column: str, side: str, reason: str
) -> None:
    """The engine sets the side that the table names, for the reason it names, and clears only where it says so."""
    cell: Cell = _cell(mode, column)  # type: ignore[assignment]  # a text of the table
    found = decide_cell(mode, rule, cell, blank_clears=blank == "clears")
    assert (found.target, found.reason.value, found.clears) == (side, reason, reason == "clears")


def test_the_table_above_is_whole() -> None:
    """Every mode that moves, every rule under `both`, every cell of values stands in the table."""
    rows = _rows()
    assert len(rows) == 40
    assert {row[0] for row in rows} == set(get_args(Mode)) - {"ignore"}
    assert {row[1] for row in rows} == set(get_args(WinRule))
    others = {"problem", "condition off", "condition unclear", "skipped", "blanked", "mis moved", "provider moved"}
    others |= {"decided mis", "decided provider", "decided neither"}
    assert {_cell(row[0], row[3]) for row in rows} == set(get_args(Cell)) - others


@pytest.mark.parametrize("mode", ["push", "pull", "both"])
@pytest.mark.parametrize("rule", get_args(WinRule))
@pytest.mark.parametrize("clears", [True, False])
def test_what_cannot_be_decided_never_writes(mode: Mode, rule: WinRule, clears: bool) -> None:  # noqa: FBT001  a column of the table
    """Problems, conditions off or unclear, codes left out, what was blanked: no side is set, whatever the rule."""
    for cell, reason in (
        ("problem", Reason.RULE_ERROR),
        ("condition off", Reason.IGNORED_BY_CONDITION),
        ("condition unclear", Reason.CONDITION_UNCLEAR),
        ("skipped", Reason.IGNORED_BY_CODE),
        ("blanked", Reason.BLANKED_AFTER_AGREED),
    ):
        found = decide_cell(mode, rule, cell, blank_clears=clears)  # type: ignore[arg-type]  # three of a Cell's texts
        assert (found.reason, found.target, found.clears) == (reason, "", False)


def test_who_moved_alone_is_followed() -> None:
    """Where the two agreed once, the side that has another value since sets the other one."""
    moved: list[tuple[Cell, Reason, str]] = [
        ("mis moved", Reason.MIS_MOVED, "provider"),
        ("provider moved", Reason.PROVIDER_MOVED, "mis"),
    ]
    for cell, reason, side in moved:
        found = decide_cell("both", "ask", cell, blank_clears=False)
        assert (found.reason, found.target, found.clears) == (reason, side, False)


def test_what_a_person_decided_is_followed() -> None:
    """To the provider, to the MIS, or to nobody; it never holds, and only two-way fields know it."""
    for take, side in (("mis", "provider"), ("provider", "mis"), ("neither", "")):
        found = decide_cell("both", "ask", f"decided {take}", blank_clears=False)  # type: ignore[arg-type]  # a Cell's text
        assert (found.reason, found.target, found.reason in HOLDS) == (Reason(f"decided_{take}"), side, False)


def test_under_both_a_blank_never_clears() -> None:
    """`blank: clears` speaks of a source; under `both` a blank side is filled."""
    for rule in get_args(WinRule):
        for cell in get_args(Cell):
            assert not decide_cell("both", rule, cell, blank_clears=True).clears


def test_every_reason_has_one_sentence_and_holds_are_reasons() -> None:
    """`SENTENCES` is complete, says each thing once, and without a full stop."""
    assert set(SENTENCES) == set(Reason)
    assert len(set(SENTENCES.values())) == len(Reason)
    assert not [text for text in SENTENCES.values() if not text or text.endswith(".") or text[0].isupper()]
    assert set(Reason) > HOLDS > RELEASABLE
    assert not HOLDS & DECIDED
    assert not HOLDS & {Reason.SAME, Reason.KEEPS, Reason.CLEARS, Reason.SOURCE_WINS, Reason.FILLS_BLANK}


def test_reasons_have_stable_names() -> None:
    """A reason stands in plan files, so its text is its name in lower case."""
    assert [reason.value for reason in Reason] == [reason.name.lower() for reason in Reason]
