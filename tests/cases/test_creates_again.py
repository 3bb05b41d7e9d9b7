"""What a create comes to where something moved since it was planned, or nobody knows what became of an earlier one."""

from pathlib import Path

import pytest

from engine.ledger.links import Link, add_links
from engine.memory import Row
from engine.plan.model import Request, change_id
from engine.service import planning
from tests.cases.good_cases import open_case


def test_a_create_of_unknown_outcome_in_a_centre_without_records_holds_the_field_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody stands in that centre yet; no change waits for a create that is held, in every plan again."""
    case = open_case("per_centre_create_referred", tmp_path)
    case.provider.rows["assessors"] = [one for one in case.provider.rows["assessors"] if one["CentreID"] != "North"]
    sent = change_id("create", "folder", "officer", "o2", None, "North")
    monkeypatch.setattr(planning, "unknown_changes", lambda *_: frozenset({sent}))
    changes = list(case.plan().changes())
    held = [(part.field, part.reason) for one in changes if one.mis_id == "3" for part in one.fields if part.held]
    assert held == [("officer", "missing_ref")]
    doable = {one.id for one in changes if one.applicable}
    assert all(set(one.depends_on) <= doable for one in changes)


def test_a_record_that_is_new_no_more_is_not_created_as_if_another_referred_to_it(tmp_path: Path) -> None:
    """Its condition became false since the plan was made, and nobody refers to it; the one referred to is created."""
    case = open_case("create_new_or_referred", tmp_path)
    plan = case.plan()
    case.mis.rows["officers"][0]["email"] = None
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "done", "stale"]
    assert [one["LastName"] for one in case.provider.rows["assessors"]] == ["Ash"]


def test_a_record_that_somebody_made_meanwhile_is_not_made_twice(tmp_path: Path) -> None:
    """A tier finds it: the create is stale, and so is all that needs it; the next plan links the two."""
    case = open_case("per_centre_create_referred", tmp_path)
    plan = case.plan()
    made: Row = {"ID": "n7", "CentreID": "North", "LastName": "Ash", "Email": "ada@office.example"}
    case.provider.rows["assessors"].append(made)
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "done", "skipped", "skipped", "skipped", "stale"]
    assert len(case.provider.rows["assessors"]) == 4
    assert [one.provider_id for one in case.plan().changes() if one.action == "link"] == ["n7"]


def test_the_records_without_a_link_are_read_once(tmp_path: Path) -> None:
    """Before the first create, and not for each window."""
    case = open_case("per_centre_create_referred", tmp_path)
    case.provider.rows["assessors"] += [{"ID": f"x{at}", "CentreID": "North"} for at in range(200)]
    plan, before = case.plan(), case.provider.calls
    case.apply(plan)
    few = case.provider.calls - before
    assert few < 20


def test_a_link_in_another_centre_does_not_show_that_a_record_was_created(tmp_path: Path) -> None:
    """The officer is gone from the MIS, and linked in South alone: nothing was created in North, and nothing says so."""
    case = open_case("per_centre_create_referred", tmp_path)
    plan = case.plan()
    case.mis.rows["officers"] = [one for one in case.mis.rows["officers"] if one["ident"] != "o2"]
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "done", "skipped", "skipped", "skipped", "stale"]


@pytest.mark.parametrize("gone", [True, False])
def test_what_was_chosen_and_is_on_offer_no_more_is_not_sent(tmp_path: Path, *, gone: bool) -> None:
    """The classroom is gone, or is one of another centre now: nobody is created in it."""
    case = open_case("request_with_those_it_needs", tmp_path)
    plan = case.plan()
    room = next(one for one in case.provider.rows["classrooms"] if one["ID"] == "c4")
    room.update({"ID": "c9"} if gone else {"CentreID": "1"})
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "done", "stale"]
    assert [one["ID"] for one in case.provider.rows["learners"]] == ["p1"]


def test_a_refresh_follows_no_link_at_apply_that_its_plan_could_not_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The officer is gone at the provider and the field is skipped then; the other field is done, not stale for ever."""
    case = open_case("request_past_a_broken_link", tmp_path)
    monkeypatch.setattr(case, "_request", lambda _: Request("learner", ("1",), creates=False))
    case.provider.rows["assessors"] = [one for one in case.provider.rows["assessors"] if one["ID"] != "n1"]
    add_links(case.store, "case", [Link("officer", "o1", "n1", "1")], "jo")
    case.mis.rows["people"][0]["surname"] = "Leigh"
    assert [one.state for one in case.apply(case.plan()).closings] == ["done"]
    assert case.provider.rows["learners"][0] == {"ID": "p1", "CentreID": "1", "LastName": "Leigh"}


@pytest.mark.parametrize("away", ["refers to another", "gone", "refers still"])
def test_a_record_that_nobody_refers_to_any_more_is_not_created(tmp_path: Path, away: str) -> None:
    """Its only referrer moved between plan and apply: both are stale. Where the referrer stands, both are done."""
    case = open_case("create_referred", tmp_path)
    plan = case.plan()
    assert [one.action for one in plan.changes()] == ["create", "update"]
    learner = case.mis.rows["people"][0]
    if away == "gone":
        case.mis.rows["people"].remove(learner)
    if away == "refers to another":
        learner["officer"] = "o9"
    report = case.apply(plan)
    wanted = ["done", "done"] if away == "refers still" else ["stale", "skipped"]
    assert [one.state for one in report.closings] == wanted
    assert len(case.provider.rows["assessors"]) == (away == "refers still")
    case.store.close()
