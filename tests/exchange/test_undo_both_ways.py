"""Undoing where a field moves in both directions, and where a process is killed in the middle of an undo."""

import pytest

from engine.approve import current_user
from engine.crashpoints import POINTS
from tests.exchange.test_agreed import apply_all, reasons, two_way
from tests.exchange.test_decide import decide, names
from tests.exchange.test_several import beside
from tests.exchange.test_undo import applied, ran, undo
from tests.trial import Trial

SETTLE = "0.3"
TEN = 10
POINTS_OF_APPLY = [name for name in POINTS if name.partition(".")[0] in {"run", "journal", "writer"}]


def agreed_then_moved(trial: Trial) -> tuple[str, str, str]:
    """A surname that both sides agreed on as Lee, that moved to Moss at OneFile, and was pulled; and that run."""
    mis_id, provider_id = two_way(trial)
    apply_all(trial)
    trial.edit_user(provider_id, LastName="Moss")
    assert reasons(trial, mis_id) == {"surname": ("provider_moved", "mis", False)}
    run, _ = ran(trial)
    assert names(trial, mis_id, provider_id) == ("Moss", "Moss")
    return mis_id, provider_id, run


@pytest.mark.covers("R20", part="both directions")
def test_the_other_side_does_not_follow_what_was_put_back(trial: Trial) -> None:
    """Back to Lee in the MIS, Moss at OneFile: the next plan holds the two and pushes nothing; a person decides."""
    mis_id, provider_id, run = agreed_then_moved(trial)
    assert applied(trial, undo(trial, run)["plan"]).code == 0
    assert names(trial, mis_id, provider_id) == ("Lee", "Moss")
    assert reasons(trial, mis_id) == {"surname": ("both_moved", "provider", True)}
    plan = trial.call("plan", "onefile", "--json").json["plan"]
    change = next(one["id"] for one in trial.changes(plan) if one["mis_id"] == mis_id)
    assert decide(trial, f"{change}.surname", "mis").code == 0
    apply_all(trial)
    assert names(trial, mis_id, provider_id) == ("Lee", "Lee")
    trial.edit_user(provider_id, LastName="Ray")
    assert reasons(trial, mis_id) == {"surname": ("provider_moved", "mis", False)}


def test_a_blank_that_was_put_back_is_not_filled_again(trial: Trial) -> None:
    """The run filled a blank of the MIS; undone, the next plan holds it as blanked since both agreed."""
    mis_id, provider_id = two_way(trial)
    run, _ = ran(trial)
    assert names(trial, mis_id, provider_id) == ("Lee", "Lee")
    assert applied(trial, undo(trial, run)["plan"]).code == 0
    assert names(trial, mis_id, provider_id)[1] == "Lee"
    assert reasons(trial, mis_id) == {"surname": ("blanked_after_agreed", "provider", True)}


def test_an_undo_that_was_not_applied_forgets_nothing(trial: Trial) -> None:
    """The plan of an undo changes nothing of what both sides agreed on, nor does applying it where it is stale."""
    mis_id, provider_id, run = agreed_then_moved(trial)
    plan = undo(trial, run)["plan"]
    trial.mis("UPDATE learners SET surname = 'Ash' WHERE ident = ?", mis_id)
    assert reasons(trial, mis_id) == {"surname": ("mis_moved", "provider", False)}
    assert applied(trial, plan).json["counts"]["stale"] == 1
    assert reasons(trial, mis_id) == {"surname": ("mis_moved", "provider", False)}
    assert names(trial, mis_id, provider_id) == ("Ash", "Moss")


def test_killed_before_the_value_is_put_back_the_agreement_is_gone_already(trial: Trial) -> None:
    """Killed right after the write: a plan that is made before the resume does not push the value either."""
    mis_id, provider_id, run = agreed_then_moved(trial)
    plan = undo(trial, run)["plan"]
    assert trial.call("approve", plan, "--as", current_user()).code == 0
    assert trial.killed("journal.outcome.before", "apply", plan)
    assert names(trial, mis_id, provider_id) == ("Lee", "Moss")
    assert reasons(trial, mis_id) == {"surname": ("both_moved", "provider", True)}
    assert trial.call("resume", trial.run or "").code == 0
    assert reasons(trial, mis_id) == {"surname": ("both_moved", "provider", True)}


def ten_updates(trial: Trial) -> str:
    """The run of exactly ten updates of surnames; OneFile had `Elsewhere0` to `Elsewhere9` before."""
    trial.own_connector("settle: 2 ", f"settle: {SETTLE} ")
    ran(trial)
    for number, (_, provider_id) in enumerate(trial.linked(TEN)):
        trial.edit_user(provider_id, LastName=f"Elsewhere{number}")
    run, changes = ran(trial)
    assert len(changes) == TEN
    trial.forget_counts()
    return run


@pytest.mark.covers("R20", part="cuts")
@pytest.mark.parametrize("point", POINTS_OF_APPLY)
def test_an_undo_that_is_killed_is_resumed(trial: Trial, point: str) -> None:
    """Killed at the point while ten updates are undone, then resumed: each record has one effect and its old value."""
    figures = undo(trial, ten_updates(trial))
    assert trial.call("approve", figures["plan"], "--as", current_user()).code == 0
    assert trial.killed(point, "apply", figures["plan"]), f"{point} was not reached"
    done = trial.process("resume", trial.run or "", "--json")
    if point == "run.finished":
        assert (done.code, "already applied" in done.err) == (3, True)
    else:
        assert (done.code, done.json["halted"]) == (0, ""), done.said
    linked = trial.linked(TEN)
    assert trial.counts()["effects"] == {f"users/{provider_id}": 1 for _, provider_id in linked}
    assert [trial.user(key)["LastName"] for _, key in linked] == [f"Elsewhere{number}" for number in range(TEN)]


def test_a_change_that_was_sent_and_never_seen_is_listed(trial: Trial) -> None:
    """The run says that a change failed after it was sent: its undo lists it as unclear, and leaves it alone."""
    ran(trial)
    (ident, provider_id), *_ = trial.linked(1)
    trial.mis("UPDATE learners SET birth_date = '1999-05-04' WHERE ident = ?", ident)
    trial.edit_user(provider_id, DOB=None)
    run, _ = ran(trial)
    undone = applied(trial, undo(trial, run)["plan"])  # OneFile says yes to a blank date, and keeps the old one
    assert undone.json["counts"]["failed"] == 1
    done = trial.call("undo", undone.json["run"])
    assert (done.code, "nobody can tell whether this is the run's doing" in done.out) == (0, True), done.said


def test_a_run_is_undone_in_its_own_exchange(trial: Trial) -> None:
    """Two exchanges with one provider: the undo is the one's that ran, and is refused while that one is off."""
    beside(trial)
    (mis_id, provider_id), *_ = trial.linked(1)
    assert trial.call("link", "set", "second", "learner", mis_id, provider_id, "--yes").code == 0
    trial.edit_user(provider_id, LastName="Elsewhere")
    plan = trial.call("plan", "second", "--json").json["plan"]
    run = applied(trial, plan).json["run"]
    trial.settings("second: {enabled: on", "second: {enabled: off")
    refused = trial.call("undo", run)
    assert (refused.code, "exchange second is not enabled" in refused.err) == (3, True)
    trial.settings("second: {enabled: off", "second: {enabled: on")
    figures = undo(trial, run)
    assert figures["exchange"] == "second"
    assert applied(trial, figures["plan"]).code == 0
    assert trial.user(provider_id)["LastName"] == "Elsewhere"


def test_a_plan_of_an_undo_is_not_the_one_that_people_decide_on(trial: Trial) -> None:
    """Both sides moved and the plan holds them; an undo that is planned after it does not come between."""
    mis_id, provider_id, run = agreed_then_moved(trial)
    trial.mis("UPDATE learners SET surname = 'Ray' WHERE ident = ?", mis_id)
    trial.edit_user(provider_id, LastName="Sky")
    plan = trial.call("plan", "onefile", "--json").json["plan"]
    (change,) = [one for one in trial.changes(plan) if one["mis_id"] == mis_id]
    done = trial.call("undo", run, "--json")
    assert (done.code, done.json["held"]) == (0, 1)
    said = decide(trial, f"{change['id']}.surname", "mis")
    assert said.code == 0, said.said
    apply_all(trial)
    assert names(trial, mis_id, provider_id) == ("Ray", "Ray")
