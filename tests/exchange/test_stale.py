"""What moves between plan and apply is left alone, and the rest goes on."""

import pytest

from tests.trial import Trial

ELSEWHERE = {
    "first_name": "Elsewhere",
    "surname": "Elsewhere",
    "birth_date": "1999-09-09T00:00:00.000Z",
    "ni_number": "QQ999999D",
    "ethnicity": "98",
    "uln": "9999999999",
}


@pytest.mark.covers("R7")
def test_a_record_changed_at_the_provider_is_stale(trial: Trial) -> None:
    """Changed at OneFile after planning: stale with the field's name, left untouched, the rest applied, exit 4.

    The window between the last look and a class C write stays open; `test_class_b` shows that class B has none.
    """
    figures = trial.approved()
    change = trial.changes(figures["plan"])[0]
    part = change["fields"][0]
    trial.edit_user(change["provider_id"], **{part["column"]: ELSEWHERE[part["field"]]})
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, done.json["counts"]["stale"], done.json["counts"]["done"]) == (4, 1, figures["changes"] - 1)
    assert done.json["not_done"][0]["detail"] == f"{part['field']} moved since the plan was made"
    assert trial.user(change["provider_id"])[part["column"]] == ELSEWHERE[part["field"]]
    assert f"users/{change['provider_id']}" not in trial.counts()["effects"]


@pytest.mark.covers("R8")
def test_a_record_changed_in_the_mis_is_stale(trial: Trial) -> None:
    """Changed in the MIS after planning: stale, nothing sent for it."""
    figures = trial.approved()
    change = trial.changes(figures["plan"])[0]
    for part in change["fields"]:
        value = ELSEWHERE[part["field"]].removesuffix("T00:00:00.000Z")
        trial.mis(f"UPDATE learners SET {part['field']} = ? WHERE ident = ?", value, change["mis_id"])
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, done.json["counts"]["stale"]) == (4, 1)
    assert f"users/{change['provider_id']}" not in trial.counts()["effects"]


def test_what_somebody_did_by_hand_is_not_done_again(trial: Trial) -> None:
    """OneFile already has the planned value: counted as already there, no write, exit 0."""
    figures = trial.approved()
    change = trial.changes(figures["plan"])[0]
    for part in change["fields"]:
        value = f"{part['after']}T00:00:00.000Z" if part["field"] == "birth_date" else part["after"]
        trial.edit_user(change["provider_id"], **{part["column"]: value})
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, done.json["counts"]["already"]) == (0, 1)
    assert f"users/{change['provider_id']}" not in trial.counts()["effects"]


def test_a_learner_that_left_the_mis_is_stale_and_then_held(trial: Trial) -> None:
    """Gone from the MIS between plan and apply: stale; the next plan holds the broken link and says why."""
    figures = trial.approved()
    change = trial.changes(figures["plan"])[0]
    trial.mis("DELETE FROM learners WHERE ident = ?", change["mis_id"])
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, done.json["counts"]["stale"]) == (4, 1)
    again = trial.call("plan", "onefile", "--json")
    assert (again.code, again.json["changes"], again.json["held"]) == (0, 0, 1)
    assert "the linked record is gone in the MIS" in trial.call("show", again.json["plan"]).out


def test_two_learners_linked_to_one_record_are_held(trial: Trial) -> None:
    """A provider id stored for two learners: both are held, nothing is sent for either."""
    (_, provider_id), *_ = trial.linked(1)
    ((unlinked,), *_) = trial.mis("SELECT ident FROM learners WHERE coalesce(onefile_id, '') = ''")
    trial.mis("UPDATE learners SET onefile_id = ? WHERE ident = ?", provider_id, unlinked)
    assert trial.call("link", "import", "onefile", "learner").code == 0
    figures = trial.plan()
    held = [one for one in trial.changes(figures["plan"]) if one["hold"] == "link_shared"]
    assert {one["provider_id"] for one in held} == {provider_id}
    assert len(held) == 2
