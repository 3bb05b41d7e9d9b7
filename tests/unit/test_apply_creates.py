"""Records that are created in the MIS, and the links that they get."""

from pathlib import Path

import pytest

from engine.ledger.links import Link, add_links, read_links
from tests.cases.good_cases import EXCHANGE, WHO, Case, open_case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return open_case("create_in_mis", tmp_path)


def surnames(case: Case) -> list[object]:
    return [row["surname"] for row in case.mis.rows["people"]]


def test_a_key_that_a_link_holds_already_is_told_and_the_record_not_created_again(case: Case) -> None:
    """A database gives the key of a record that is gone to a new one: which of the two is meant, a person decides."""
    add_links(case.store, EXCHANGE, [Link("learner", "2", "gone", None)], WHO)
    report = case.apply(case.plan())
    assert sorted(one.state for one in report.closings) == ["done", "done", "unknown"]
    unknown = [one for one in report.closings if one.state == "unknown"]
    assert [one.detail.partition(",")[0] for one in unknown] == ["it was created"]
    assert [one.new_key for one in unknown] == ["2"]  # which record that is, they are told
    made = surnames(case)
    again = case.plan()
    held = [one.hold for one in again.changes() if one.action == "create"]
    assert held == ["outcome_unknown"]
    case.apply(again)
    assert surnames(case) == made
    assert [one.provider_id for one in read_links(case.store, EXCHANGE, "learner")] == ["p1", "gone", "p2"]
    case.store.close()


def test_a_create_whose_record_has_moved_is_stale(case: Case) -> None:
    """The provider's record has another name than it had when the plan was made: nothing is created of it."""
    plan = case.plan()
    next(row for row in case.provider.rows["learners"] if row["ID"] == "p2")["LastName"] = "Rowe"
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "done", "stale"]
    assert surnames(case) == ["Li", "Ash"]
    case.store.close()


def test_a_create_whose_record_is_gone_is_not_made(case: Case) -> None:
    """There is nothing to create any more, and nothing was created: the change is stale."""
    plan = case.plan()
    case.provider.rows["learners"] = [row for row in case.provider.rows["learners"] if row["ID"] != "p2"]
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "done", "stale"]
    assert surnames(case) == ["Li", "Ash"]
    case.store.close()
