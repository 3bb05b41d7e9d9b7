"""`today()` in rules: the plan's own day, whenever the plan is applied."""

from datetime import timedelta
from pathlib import Path

from tests.cases.good_cases import open_case

NAME = "today_in_value_and_condition"


def test_a_plan_keeps_its_day_while_it_is_applied(tmp_path: Path) -> None:
    """Applied two days later it does what was approved; a plan of that day then sees another day and more to change."""
    case = open_case(NAME, tmp_path)
    plan = case.plan()
    assert plan.header.as_of == "2026-03-02"
    case.clock.at += timedelta(days=2)
    report = case.apply(plan)
    assert report.whole
    assert [row["Remark"] for row in case.provider.rows["learners"]] == ["adult", "under 19"]
    later = case.plan()
    assert later.header.as_of == "2026-03-04"
    (change,) = [one for one in later.changes() if one.applicable]
    assert {one.field: one.after for one in change.writes} == {"stage": "adult", "surname": "Roe"}


def test_the_day_is_that_of_the_workspaces_zone(tmp_path: Path) -> None:
    """Half an hour before midnight in UTC it is the next day in London, in summer."""
    case = open_case(NAME, tmp_path)
    case.clock.at = case.clock.at.replace(month=7, day=1, hour=23, minute=30)
    assert case.plan().header.as_of == "2026-07-02"


def test_a_plan_whose_rules_ask_for_no_day_names_none(tmp_path: Path) -> None:
    """So that it has the same bytes tomorrow."""
    case = open_case("push_clears", tmp_path)
    plan = case.plan()
    assert plan.header.as_of is None
    text = plan.path.read_bytes()
    case.clock.at += timedelta(days=1)
    assert case.plan().path.read_bytes() == text


def test_plans_of_one_day_have_the_same_bytes(tmp_path: Path) -> None:
    """The hour does not show, the day does."""
    case = open_case(NAME, tmp_path)
    text = case.plan().path.read_bytes()
    case.clock.at += timedelta(hours=3)
    assert case.plan().path.read_bytes() == text
    case.clock.at += timedelta(days=1)
    assert case.plan().path.read_bytes() != text
