"""Lists of the records that belong to a record, while a plan is applied."""

from pathlib import Path

import pytest

from tests.cases.good_cases import open_case


def test_a_list_that_moved_since_the_plan_makes_the_change_stale(tmp_path: Path) -> None:
    """A unit was done between plan and apply: the change that reads it is left."""
    case = open_case("list_in_a_value", tmp_path)
    plan = case.plan()
    case.mis.rows["units"][2]["done"] = "Y"
    report = case.apply(plan)
    assert [one.state for one in report.closings] == ["stale"]
    assert case.provider.rows["learners"][0]["Remark"] == "before"


def test_a_list_that_keeps_its_value_but_not_its_records_makes_the_change_stale(tmp_path: Path) -> None:
    """The values that were read count, not what came of them."""
    case = open_case("list_quantified", tmp_path)
    plan = case.plan()
    case.mis.rows["placements"].append({"ident": "e", "person": "1", "type": "P"})
    assert [one.state for one in case.apply(plan).closings] == ["stale"]


def test_a_column_that_no_expression_names_is_not_read(tmp_path: Path) -> None:
    """Another organisation of a placement changes nothing that the rule read."""
    case = open_case("list_quantified", tmp_path)
    plan = case.plan()
    case.mis.rows["placements"][0]["organisation"] = "another"
    assert [one.state for one in case.apply(plan).closings] == ["done"]


@pytest.mark.parametrize("name", ["list_counted", "list_quantified"])
def test_the_header_names_the_lists_that_were_read(tmp_path: Path, name: str) -> None:
    """The count and digest of that collection, and of no other one."""
    read = open_case(name, tmp_path).plan().header.snapshots
    expected = {"list_counted": "office/units", "list_quantified": "office/placements"}
    assert sorted(read) == ["folder/learners", "office/people", expected[name]]


def test_of_a_list_that_is_only_counted_only_the_number_counts(tmp_path: Path) -> None:
    """Learner 2 gets a unit between plan and apply: nothing is written to the notes."""
    case = open_case("list_counted", tmp_path)
    plan = case.plan()
    case.mis.rows["units"].append({"ident": "u9", "person": "2"})
    assert case.apply(plan).count("done") == 0
    assert [row["notes"] for row in case.mis.rows["people"]] == ["before"] * 3
