"""Pulled into the MIS: a class B write, which never overwrites what moved."""

import pytest

from engine.clock import SystemClock
from engine.service.applying import Listening, apply_plan
from engine.service.loading import load_workspace
from tests.trial import Trial


@pytest.fixture
def pulling(trial: Trial) -> Trial:
    """A trial whose learner details are pulled."""
    trial.settings("learner_details: push", "learner_details: pull")
    return trial


def test_a_pull_settles(pulling: Trial) -> None:
    """What OneFile has is set in the MIS and nowhere else; the next plan is empty; OneFile saw no write."""
    figures = pulling.approved()
    before = dict(pulling.mis("SELECT ident, surname FROM learners"))
    changed = {one["mis_id"] for one in pulling.changes(figures["plan"])}
    assert pulling.call("apply", figures["plan"]).code == 0
    after = dict(pulling.mis("SELECT ident, surname FROM learners"))
    assert {ident for ident in before if before[ident] != after[ident]} <= changed
    assert pulling.counts()["writes"] == 0
    assert pulling.call("plan", "onefile").code == 0


@pytest.mark.covers("CX-3")
def test_a_push_only_field_does_not_move_in_pull_mode(pulling: Trial) -> None:
    """ULN is push only: under pull it is counted as left alone by `only`, and no plan touches it."""
    (ident, provider_id), *_ = pulling.linked(1)
    pulling.edit_user(provider_id, ULN="2345678908")
    figures = pulling.plan()
    fields = {part["field"] for one in pulling.changes(figures["plan"]) for part in one["fields"]}
    assert "uln" not in fields
    left = pulling.call("show", figures["plan"], "--json").json["left_alone"][0]["fields"]["uln"]
    assert list(left) == ["ignored_by_only"]
    assert ident


def test_what_moves_between_the_look_and_the_write_is_not_overwritten(pulling: Trial) -> None:
    """Somebody edits the MIS after the engine looked and before it writes: that change is stale, their value stays."""
    figures = pulling.approved()
    change = next(
        one for one in pulling.changes(figures["plan"]) if any(part["field"] == "surname" for part in one["fields"])
    )
    edits = 0

    def edit(what: str, count: int) -> None:
        nonlocal edits
        if what.startswith("onefile") and count:  # both sides are read by now, nothing is written
            edits += 1
            pulling.mis("UPDATE learners SET surname = 'Typed just now' WHERE ident = ?", change["mis_id"])

    report = apply_plan(load_workspace(pulling.folder), SystemClock(), figures["plan"], Listening(progress=edit))
    states = {one.change: one.state for one in report.closings}
    assert edits
    assert states[change["id"]] == "stale"
    assert pulling.mis("SELECT surname FROM learners WHERE ident = ?", change["mis_id"]) == [("Typed just now",)]
    assert {state for name, state in states.items() if name != change["id"]} <= {"done"}


@pytest.mark.parametrize(
    "point", ["journal.intent.committed", "writer.send.before#2", "writer.send.after#2", "journal.outcome.before"]
)
def test_killed_and_resumed(pulling: Trial, point: str) -> None:
    """Killed around the writes to the MIS: resume ends it, every row as planned, nothing else touched."""
    figures = pulling.approved()
    assert pulling.killed(point, "apply", figures["plan"])
    run = next(one["run"] for one in pulling.call("log", "--json").json if one["what"] == "run.begun")
    done = pulling.process("resume", run, "--json")
    assert (done.code, done.json["halted"]) == (0, ""), done.said
    for change in pulling.changes(figures["plan"]):
        for part in change["fields"]:
            for column, after in pulling.written(part).items():
                assert pulling.mis(f"SELECT {column} FROM learners WHERE ident = ?", change["mis_id"]) == [(after,)]
    assert pulling.call("plan", "onefile").code == 0
