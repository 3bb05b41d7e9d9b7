"""Rules settle: the proof agrees with the decision table and the normalisers that plans are made with."""

from typing import get_args

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare.reasons import decide_cell
from engine.diagnostics import codes
from engine.query.normalise import normalised as by_columns
from engine.query.run import Cell
from engine.rules.checks.settling import _moves, normalised
from engine.rules.checks.subject import Subject
from engine.rules.checks.trials import Trial, Value
from engine.rules.model import Normaliser, WinRule
from tests.samples import RECORD, STAFF, check_text, mapping, office_and_portal, rules_of

BOTH = RECORD.replace("push", "both")
STEPS: tuple[Normaliser, ...] = ("trim", "spaces", "no_spaces", "upper", "accents", "fold", "format", "digits")
RULES = [rule for rule in get_args(WinRule) if rule.startswith("fill")]


def found(fields: str, record: str = BOTH, before: str = "") -> list[str]:
    """The codes of the errors of a mapping with these fields."""
    return [one.code for one in check_text(mapping(fields, before, record))[1] if one.severity == "error"]


def cell_of(mis: Value, provider: Value) -> Cell:
    """How two values stand to each other."""
    if mis == provider:
        return "equal"
    return "source blank" if mis is None else "target blank" if provider is None else "different"


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("mis", [None, "A", "B"])
@pytest.mark.parametrize("provider", [None, "A", "B"])
def test_the_trial_moves_as_the_decision_table_says(rule: WinRule, mis: Value, provider: Value) -> None:
    """For every pair of blank and two values: the same side is set, and to the other side's value."""
    rules = rules_of(mapping(f"note: {{mis: note, provider: Remark, rule: {rule}}}", record=BOTH))
    ((record, field),) = Subject(rules, office_and_portal()).fields()
    trial = Trial.of(Subject(rules, office_and_portal()), record, field, {})
    assert trial is not None
    moves = list(_moves(field, trial, mis, provider))
    verdict = decide_cell("both", rule, cell_of(mis, provider), blank_clears=False)
    assert [move.target for move in moves] == ([verdict.target] if verdict.target else [])
    for move in moves:
        assert move.mis == move.provider == (mis if move.target == "provider" else provider)


@given(
    st.text(st.sampled_from("aAbßẞéÉe\u0301İi \t\n\u00a0\u2003\u200b\u00ad1٣-'ǅﬁ"), max_size=8),
    st.sets(st.sampled_from(STEPS)),
)
def test_values_are_normalised_as_in_the_query(text: str, steps: set[Normaliser]) -> None:
    """A text under any normalisers is the same here and in columns."""
    chosen = tuple(step for step in STEPS if step in steps)
    assert normalised(text, chosen) == pl.select(by_columns(pl.lit(text), chosen)).item()


NOTE = "mis: note, provider: Remark"
RACE = "mis: ethnicity, provider: Race, from_mis: {codes: race}"
BORN = "mis: birth_date, provider: Remark"
MIS_WINS = "rule: fill blank else mis wins"
PROVIDER_WINS = "rule: fill blank else provider wins"


@pytest.mark.parametrize(
    "field",
    [
        f"{NOTE}, rule: fill blank only",
        f"{NOTE}, {MIS_WINS}",
        f"{NOTE}, {MIS_WINS}, from_mis: 'upper case(note)', compare: [upper]",
        f"{NOTE}, {MIS_WINS}, from_mis: '\"x\" + note', from_provider: 'substring after(Remark, \"x\")'",
        f"{RACE}, {MIS_WINS}, from_provider: {{codes: race}}",
        f"{BORN}, {PROVIDER_WINS}, from_mis: 'string(birth_date)', from_provider: 'date(Remark)'",
    ],
)
def test_rules_that_settle(field: str) -> None:
    """Translations that undo each other, or that the comparison takes for the same, are let through."""
    assert found(f"one: {{{field}}}", before="codes: {race: codes/race.csv}\n") == []


@pytest.mark.parametrize(
    "field",
    [
        f"{NOTE}, {MIS_WINS}, from_mis: 'upper case(note)'",
        f"{NOTE}, {PROVIDER_WINS}, from_provider: 'upper case(Remark)'",
        f"{NOTE}, {MIS_WINS}, from_mis: {{constant: Live}}",
        f"{NOTE}, {MIS_WINS}, from_mis: '\"x\" + note'",
        f"{NOTE}, {MIS_WINS}, from_mis: {{lines: [email, note]}}, from_provider: '\"x\"'",
        f"{NOTE}, {MIS_WINS}, from_mis: 'if note = \"A\" then null else note'",
        f"{RACE}, {MIS_WINS}",
    ],
)
def test_rules_that_never_settle(field: str) -> None:
    """A value that comes back as another one is set again in the next plan."""
    assert found(f"one: {{{field}}}", before="codes: {race: codes/race.csv}\n") == [codes.NEVER_SETTLES]


@pytest.mark.parametrize(
    ("first", "second", "record", "rings"),
    [
        ("direction: pull", "direction: push", RECORD, True),
        ("only: pull", "only: push", RECORD.replace("push", "setting mode"), False),
        ("direction: pull", "direction: setting mode", RECORD, True),
        ("direction: ignore", "direction: push", RECORD, False),
    ],
)
def test_fields_that_feed_each_other(first: str, second: str, record: str, *, rings: bool) -> None:
    """A ring counts where its ways can be open together: one setting of kind direction is never push and pull."""
    fields = f"a: {{mis: note, from_provider: 'Remark', {first}}}\nb: {{provider: Remark, from_mis: 'note', {second}}}"
    told = found(fields, record, "settings:\n  mode: {title: Mode, kind: direction}\n")
    assert told.count(codes.NEVER_SETTLES) == (1 if rings else 0)


def test_numbers_and_dates_are_tried_in_their_types() -> None:
    """Adding one both ways never settles; adding and taking away does."""
    line = "hours: {{mis: hours, provider: Hours, from_mis: 'hours + 1', from_provider: 'Hours {} 1', rule: {}}}"
    both = STAFF.replace("push", "both")
    assert found(line.format("+", "fill blank else mis wins"), both) == [codes.NEVER_SETTLES]
    assert found(line.format("-", "fill blank else mis wins"), both) == []
