"""Taking a run back: planned, approved and applied through the command line, on running sandboxes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.approve import current_user
from tests.trial import Done, Trial


def ran(trial: Trial) -> tuple[str, list[dict[str, Any]]]:
    """Plan, approve and apply; the run, and the plan's changes."""
    figures = trial.approved()
    done = trial.call("apply", figures["plan"], "--json")
    assert done.code == 0, done.said
    run: str = done.json["run"]
    return run, trial.changes(figures["plan"])


def undo(trial: Trial, run: str, *words: str) -> dict[str, Any]:
    """The figures of the plan that undoes a run; there is something to undo."""
    done = trial.call("undo", run, *words, "--json")
    assert done.code == 2, done.said
    figures: dict[str, Any] = done.json
    return figures


def applied(trial: Trial, plan: str) -> Done:
    """Approve a plan and apply it."""
    said = trial.call("approve", plan, "--as", current_user())
    assert said.code == 0, said.said
    return trial.call("apply", plan, "--json")


def users(trial: Trial) -> dict[str, dict[str, Any]]:
    """Every linked learner as OneFile has them; blank is blank, however it is written."""
    return {provider_id: user(trial, provider_id) for _, provider_id in trial.linked(1000)}


def user(trial: Trial, provider_id: str) -> dict[str, Any]:
    """One learner at OneFile, without the time of the last change."""
    found = {name: str(value).strip() or None for name, value in trial.user(provider_id).items() if value is not None}
    return {name: value for name, value in found.items() if value is not None and name != "LastModified"}


def dated(trial: Trial) -> None:
    """Give everybody at OneFile a birth date: OneFile takes no blank for one."""
    for _, provider_id in trial.linked(1000):
        if not trial.user(provider_id).get("DOB"):
            trial.edit_user(provider_id, DOB="1999-05-04T00:00:00.000Z")


@pytest.mark.covers("R20")
def test_what_a_run_wrote_is_put_back(trial: Trial, figure: Callable[[str, str], None]) -> None:
    """Applied and undone, every learner at OneFile is as before, with one effect a record; nothing before approval."""
    dated(trial)
    before = users(trial)
    run, changes = ran(trial)
    after = users(trial)
    assert after != before
    trial.forget_counts()
    figures = undo(trial, run[:8])
    number = sum(len(one["fields"]) for one in changes)
    assert (figures["changes"], figures["fields"], figures["held"]) == (len(changes), number, 0)
    assert (figures["run"], figures["done"], trial.counts()["writes"]) == (run, len(changes), 0)
    refused = trial.call("apply", figures["plan"])
    assert (refused.code, "nobody has approved it" in refused.err, users(trial) == after) == (3, True, True)
    done = applied(trial, figures["plan"])
    assert (done.code, done.json["counts"]["done"]) == (0, len(changes)), done.said
    assert users(trial) == before
    assert trial.counts()["effects"] == {f"users/{one['provider_id']}": 1 for one in changes}
    figure("R20", f"{len(changes)} records, {number} fields: all as before")


def test_an_undo_is_a_plan_like_any_other(trial: Trial) -> None:
    """It is shown with its run and reasons, held to the limits, approved, and applied once; the rules want it again."""
    dated(trial)
    run, changes = ran(trial)
    told = trial.call("undo", run)
    assert told.code == 2
    assert "the next plan has it again" in told.out
    figures = undo(trial, run)
    shown = trial.call("show", figures["plan"]).out
    assert f"undoes run {run}" in shown
    page = trial.folder / "undo.html"
    assert trial.call("show", figures["plan"], "--html", str(page)).code == 0
    assert f"<td>run {run}</td>" in page.read_text(encoding="utf-8")
    assert "a run is undone: what stood here before it is put back (mappings/onefile.yaml:" in shown
    (line,) = [one for one in figures["limits"] if one["limit"] == "update"]
    assert (line["changes"], line["crossed"], line["of"] > len(changes)) == (len(changes), False, True)
    (blanked,) = [one for one in figures["limits"] if one["limit"] == "blank_out"]
    assert 0 < blanked["changes"] < len(changes)
    applied(trial, figures["plan"])
    again = trial.call("apply", figures["plan"])
    assert (again.code, "already" in again.err) == (3, True)
    planned = trial.plan()
    wanted = {one["id"]: [part["after"] for part in one["fields"]] for one in changes}
    assert {one["id"]: [part["after"] for part in one["fields"]] for one in trial.changes(planned["plan"])} == wanted


def test_what_moved_since_is_held_and_never_trampled(trial: Trial) -> None:
    """A field somebody changed since the run is held with its reason; the record's other fields and others go back."""
    dated(trial)
    before = users(trial)
    run, changes = ran(trial)
    surnames = [one for one in changes if any(part["field"] == "surname" for part in one["fields"])]
    moved = surnames[0]["provider_id"]
    trial.edit_user(moved, LastName="Elsewhere")
    figures = undo(trial, run)
    assert figures["held"] == 1
    (held,) = [part for one in trial.changes(figures["plan"]) for part in one["fields"] if part["held"]]
    assert (held["field"], held["reason"], held["before"]) == ("surname", "moved_since", "Elsewhere")
    assert "is no longer what the run left" in trial.call("undo", run).out
    assert applied(trial, figures["plan"]).code == 0
    assert users(trial) == before | {moved: before[moved] | {"LastName": "Elsewhere"}}


def test_what_moves_after_the_plan_is_stale(trial: Trial) -> None:
    """Between the plan of an undo and its apply somebody changes one record: that change alone drops out."""
    dated(trial)
    before = users(trial)
    run, changes = ran(trial)
    figures = undo(trial, run)
    moved = changes[0]["provider_id"]
    column = next(iter(trial.written(changes[0]["fields"][0])))
    value = "1988-01-01T00:00:00.000Z" if column == "DOB" else "7"
    ours = user(trial, moved)
    trial.edit_user(moved, **{column: value})
    done = applied(trial, figures["plan"])
    assert (done.code, done.json["counts"]["stale"], done.json["counts"]["done"]) == (4, 1, len(changes) - 1)
    assert "moved since the plan was made" in done.json["not_done"][0]["detail"]
    assert users(trial) == before | {moved: ours | {column: value}}


def test_what_a_system_does_not_take_back_is_told(trial: Trial) -> None:
    """OneFile takes no blank for a date: it says yes and still shows the value, and the change is failed, not done."""
    (ident, provider_id), *_ = trial.linked(1)
    trial.mis("UPDATE learners SET birth_date = '1999-05-04' WHERE ident = ?", ident)
    trial.edit_user(provider_id, DOB=None)
    run, _ = ran(trial)
    done = applied(trial, undo(trial, run)["plan"])
    assert done.code == 4
    assert "still shows the value before" in {one["detail"] for one in done.json["not_done"]}.pop()
    assert str(trial.user(provider_id)["DOB"]).startswith("1999-05-04")


def test_undone_twice_there_is_nothing_to_do(trial: Trial) -> None:
    """The second undo of a run finds everything as it was before: nothing to change, exit 0."""
    dated(trial)
    run, changes = ran(trial)
    applied(trial, undo(trial, run)["plan"])
    again = trial.call("undo", run, "--json")
    assert (again.code, again.json["changes"], again.json["held"]) == (0, 0, 0)
    (left,) = trial.call("show", again.json["plan"], "--json").json["left_alone"]
    assert left["situations"] == {"as before": len(changes)}
    assert "nothing to undo" in trial.call("undo", run).out


def test_an_undo_is_undone(trial: Trial) -> None:
    """The run of an undo can be taken back too: the records are as the first run left them."""
    dated(trial)
    run, changes = ran(trial)
    after = users(trial)
    first = applied(trial, undo(trial, run)["plan"]).json["run"]
    figures = undo(trial, first)
    assert figures["changes"] == len(changes)
    assert applied(trial, figures["plan"]).code == 0
    assert users(trial) == after
    assert trial.call("plan", "onefile", "--json").json["changes"] == 0


def test_only_some_changes_of_an_undo_may_be_approved(trial: Trial) -> None:
    """One change is approved: that record alone goes back."""
    dated(trial)
    before = users(trial)
    run, changes = ran(trial)
    after = users(trial)
    figures = undo(trial, run)
    chosen = changes[0]
    said = trial.call("approve", figures["plan"], "--as", current_user(), "--only", chosen["id"])
    assert said.code == 0, said.said
    assert trial.call("apply", figures["plan"]).code == 0
    assert users(trial) == after | {chosen["provider_id"]: before[chosen["provider_id"]]}


def test_a_run_is_undone_under_other_rules(trial: Trial) -> None:
    """The rule that was wrong was taken out meanwhile, as it should: what it wrote goes back for good."""
    dated(trial)
    before = users(trial)
    run, _ = ran(trial)
    trial.settings("learner_details: push", "learner_details: ignore")
    figures = undo(trial, run)
    assert applied(trial, figures["plan"]).code == 0
    assert users(trial) == before
    assert trial.call("plan", "onefile").code == 0


def test_an_undo_plan_needs_the_settings_that_it_was_made_under(trial: Trial) -> None:
    """Settings changed after the undo was planned: the plan is refused like any other, and nothing is sent."""
    run, _ = ran(trial)
    figures = undo(trial, run)
    assert trial.call("approve", figures["plan"], "--as", current_user()).code == 0
    trial.settings("learner_details: push", "learner_details: ignore")
    trial.forget_counts()
    done = trial.call("apply", figures["plan"])
    assert (done.code, "made from other" in done.err, trial.counts()["requests"]) == (3, True, 0)


@pytest.mark.covers("R20", part="a run that was cut off, at OneFile")
def test_a_run_that_was_cut_off_is_undone_as_far_as_it_went(trial: Trial) -> None:
    """Cut after the answers came: what they said yes to is put back, without a resume, and the run is over."""
    dated(trial)
    before = users(trial)
    figures = trial.approved()
    assert trial.killed("journal.outcome.committed", "apply", figures["plan"])
    assert users(trial) != before
    run = trial.run or ""
    refused = trial.call("undo", run)
    assert (refused.code, f"`tieline resume {run[:8]}` first" in refused.err) == (3, True), refused.said
    planned = undo(trial, run, "--end")
    assert (planned["ended"], planned["held"], planned["changes"] > 0) == ("running", 0, True)
    refused = trial.call("resume", run)
    assert (refused.code, "to undo it" in refused.err) == (3, True), refused.said
    assert applied(trial, planned["plan"]).code == 0
    assert users(trial) == before


# --- what is refused ------------------------------------------------------------------------------------------------


def test_what_is_no_run_is_wrong_usage(trial: Trial) -> None:
    """An id that no run has, and a plan's id: 64 and a sentence."""
    run, _ = ran(trial)
    plan = trial.call("log", "--last", "--json").json["runs"][0]["plan"]
    for name in ("abcdef", plan):
        done = trial.call("undo", name)
        assert (done.code, "there is no run" in done.err) == (64, True), done.said
    assert trial.call("undo", run).code == 2


@pytest.mark.parametrize("what", ["gone", "bent"])
def test_a_run_without_its_plan_cannot_be_undone(trial: Trial, what: str) -> None:
    """Its plan file is gone, or one letter of it is another one: refused, with the path and no value."""
    figures = trial.approved()
    run = trial.call("apply", figures["plan"], "--json").json["run"]
    path = Path(figures["file"])
    if what == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b'"before":"', b'"before":"x', 1))
    done = trial.call("undo", run)
    assert (done.code, "cannot be undone without its plan" in done.err, str(path) in done.err) == (3, True, True)


def test_a_run_that_did_nothing_has_nothing_to_undo(trial: Trial) -> None:
    """Everything was stale: nothing was done, so there is nothing to undo, exit 0."""
    figures = trial.approved()
    for one in trial.changes(figures["plan"]):
        trial.mis("DELETE FROM learners WHERE ident = ?", one["mis_id"])
    applied_to = trial.call("apply", figures["plan"], "--json")
    assert applied_to.json["counts"]["stale"] == figures["changes"], applied_to.said
    done = trial.call("undo", applied_to.json["run"], "--json")
    assert (done.code, done.json["changes"], done.json["held"], done.json["done"]) == (0, 0, 0, 0)


def test_values_of_one_system_do_not_go_to_another(trial: Trial) -> None:
    """The run was applied to a sandbox and the workspace names another environment now: refused before it is opened."""
    run, _ = ran(trial)
    trial.forget_counts()
    trial.settings("onefile: {environment: sandbox", "onefile: {environment: practice")
    done = trial.call("undo", run)
    assert (done.code, "was applied between" in done.err, trial.counts()["requests"]) == (3, True, 0), done.said
