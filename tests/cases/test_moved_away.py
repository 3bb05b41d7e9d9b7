"""A change that a plan made now would not have: done only where the record shows it, else stale."""

from pathlib import Path

import pytest

from engine.memory import Row
from tests.cases.good_cases import Case, open_case


def row(case: Case, side: str, key: str) -> Row:
    """One row of a case's own collection."""
    system, name, column = (case.mis, "people", "ident") if side == "mis" else (case.provider, "learners", "ID")
    return next(one for one in system.rows[name] if one[column] == key)


@pytest.mark.covers("R8")
def test_a_source_that_was_blanked_leaves_the_change_stale(tmp_path: Path) -> None:
    """Nothing is asked for any more and the target never got the value: it is not said to have it."""
    case = open_case("push_keeps", tmp_path)
    plan = case.plan()
    row(case, "mis", "3")["town"] = ""
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "stale"]
    assert not report.whole
    assert not row(case, "provider", "p3").get("Town")


@pytest.mark.covers("R8")
def test_a_condition_that_was_switched_off_leaves_the_change_stale(tmp_path: Path) -> None:
    """The condition's own input moved: the change is neither sent nor called done."""
    case = open_case("today_in_value_and_condition", tmp_path)
    plan = case.plan()
    row(case, "mis", "1").update(joined="03/03/2030", birth_date="")
    row(case, "provider", "p1")["Remark"] = "adult"
    report = case.apply(plan)
    assert {one.state for one in report.closings if one.change == next(plan.changes()).id} == {"stale"}
    assert row(case, "provider", "p1")["LastName"] == "Li"


def test_a_target_that_has_the_value_is_done_already(tmp_path: Path) -> None:
    """Somebody wrote the very value meanwhile, in letters that count as the same."""
    case = open_case("push_keeps", tmp_path)
    plan = case.plan()
    row(case, "provider", "p5")["Town"] = "  Hull "
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["already", "done"]


def test_both_sides_moved_to_another_value(tmp_path: Path) -> None:
    """They agree, but not on what was approved: the change is stale, for the record does not have that value."""
    case = open_case("push_keeps", tmp_path)
    plan = case.plan()
    row(case, "mis", "5")["town"] = row(case, "provider", "p5")["Town"] = "Leeds"
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "stale"]
