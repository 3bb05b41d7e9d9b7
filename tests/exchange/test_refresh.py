"""One linked learner planned and exchanged alone, as a plan of everything would have it."""

import pytest

from engine.approve import current_user
from tests.exchange.test_mess import in_step
from tests.trial import Trial


def differing(trial: Trial, count: int) -> list[tuple[str, str]]:
    """Linked learners whose names and address differ on the two sides."""
    in_step(trial, learner_details="push")
    some = trial.linked(count)
    for number, (ident, _) in enumerate(some):
        trial.mis("UPDATE learners SET first_name = ?, address_2 = 'Annexe' WHERE ident = ?", f"Ottilie{number}", ident)
    trial.forget_counts()
    return some


@pytest.mark.covers("CX-1", part="a refresh")
def test_a_refresh_exchanges_just_what_the_exchange_would(trial: Trial) -> None:
    """The plan of one learner holds the very changes that the plan of all has for the learner; the others wait."""
    some = differing(trial, 3)
    ident, provider_id = some[1]
    everything = [one for one in trial.changes(trial.plan()["plan"]) if one["mis_id"] == ident]
    alone = trial.call("plan", "onefile", "--learner", ident, "--json")
    assert (alone.code, trial.changes(alone.json["plan"])) == (2, everything)
    done = trial.call("refresh", "onefile", ident, "--yes", "--json")
    assert (done.code, done.json["run"]["counts"]["done"]) == (0, len(everything))
    assert trial.user(provider_id)["FirstName"] == "Ottilie1"
    assert trial.counts()["effects"] == {f"users/{provider_id}": 1}
    rest = trial.plan()
    assert {one["mis_id"] for one in trial.changes(rest["plan"])} == {some[0][0], some[2][0]}
    again = trial.call("refresh", "onefile", ident, "--yes")
    assert (again.code, "0 changes" in again.out) == (0, True)


@pytest.mark.covers("CX-16")
def test_an_unlinked_learner_is_offered_enrolment_or_a_link(trial: Trial) -> None:
    """A linked one shows id, last exchange and refresh; an unlinked one the two ways to a link, and no refresh."""
    ((linked, provider_id),) = differing(trial, 1)
    ((alone,),) = trial.mis("SELECT ident FROM learners WHERE trim(coalesce(onefile_id, '')) = '' LIMIT 1")
    assert trial.call("refresh", "onefile", linked, "--yes").code == 0
    told = trial.call("status", "onefile", "--learner", linked).out
    assert f"learner {linked} is linked to {provider_id}" in told
    assert f"tieline refresh onefile {linked}" in told
    assert "finished, 1 done" in told
    told = trial.call("status", "onefile", "--learner", alone).out
    assert all(word in told for word in ("has no link", "tieline enrol", "tieline link set"))
    for command in (["refresh", "onefile", alone, "--yes"], ["plan", "onefile", "--learner", alone]):
        done = trial.call(*command)
        assert (done.code, "has no link" in done.err, "tieline enrol" in done.err) == (3, True, True)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 3)])
def test_a_terminal_is_asked(trial: Trial, answer: str, code: int) -> None:
    """The plan is shown first; only a yes applies it."""
    ((ident, provider_id),) = differing(trial, 1)
    done = trial.typed(f"{answer}\n", "refresh", "onefile", ident)
    assert (done.code, "Shall it be applied?" in done.err, "first_name" in done.out) == (code, True, True), done.said
    assert (trial.user(provider_id)["FirstName"] == "Ottilie0") is (answer == "y")


@pytest.mark.covers("OF-19")
def test_the_link_and_the_last_log_of_a_learner(trial: Trial) -> None:
    """The log of the last refresh can be read; the id is edited by administrators alone; the link can be removed."""
    (ident, provider_id), (_, other) = differing(trial, 2)
    assert trial.call("refresh", "onefile", ident, "--yes").code == 0
    log = trial.call("log", "--learner", ident, "--last").out
    assert all(word in log for word in ("first_name", '"Ottilie0"', "done"))
    edit = trial.call("link", "edit", "onefile", "learner", ident, other, "--yes")
    assert (edit.code, "admin" in edit.err) == (3, True)
    removed = trial.call("link", "remove", "onefile", "learner", ident, "--yes")
    assert (removed.code, "must be deleted there" in removed.err) == (0, True)
    assert trial.user(provider_id)["FirstName"] == "Ottilie0"


def test_without_a_yes_or_the_right_the_plan_is_left_for_an_approver(trial: Trial) -> None:
    """Nothing is sent, the exit code is 3, and the plan can be approved and applied as it was shown."""
    ((ident, provider_id),) = differing(trial, 1)
    done = trial.call("refresh", "onefile", ident)
    assert (done.code, "nobody said yes" in done.err) == (3, True)
    trial.settings("author_may_approve: on", "author_may_approve: off")
    done = trial.call("refresh", "onefile", ident, "--yes", "--json")
    plan = done.json["plan"]["plan"]
    assert (done.code, done.json["run"], "author_may_approve is off" in done.err) == (3, None, True)
    assert trial.counts()["writes"] == 0
    trial.settings("author_may_approve: off", "author_may_approve: on")
    assert trial.call("approve", plan, "--as", current_user()).code == 0
    assert trial.call("apply", plan).code == 0
    assert trial.user(provider_id)["FirstName"] == "Ottilie0"


def test_a_refresh_brings_the_officer_that_the_learner_needs(trial: Trial) -> None:
    """With the switch on, a new main officer who is missing in the learner's centre is made in the same plan."""
    in_step(trial, learner_details="push")
    trial.settings("learner_details: push", "learner_details: push, push_learner_main_officer: on")
    (ident, provider_id), (other, _) = trial.linked(2)
    centre = str(trial.user(provider_id)["OrganisationID"])
    listed = trial.call("link", "list", "onefile", "officer", "--json").json
    officer = next(one["mis_id"] for one in listed if one["centre"] != centre)
    trial.mis("UPDATE learners SET main_officer = ? WHERE ident IN (?, ?)", officer, ident, other)
    done = trial.call("refresh", "onefile", ident, "--yes", "--json")
    changes = [(one["action"], one["record_type"], one["mis_id"]) for one in done.json["plan"]["all_changes"]]
    assert changes == [("create", "officer", officer), ("update", "learner", ident)]
    assert (done.code, done.json["run"]["counts"]["done"]) == (0, len(changes))
