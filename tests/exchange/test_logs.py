"""What was exchanged can be read afterwards: by run, by learner, the newest or all."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults.canaries import canaries_of, leaks
from tests.trial import Done, Trial


def applied(trial: Trial) -> list[dict[str, Any]]:
    """Plan, approve and apply; the plan's changes, nothing masked."""
    figures = trial.approved()
    done = trial.call("apply", figures["plan"])
    assert done.code == 0, done.said
    return trial.changes(figures["plan"])


def runs(done: Done) -> list[dict[str, Any]]:
    """The runs of one JSON document."""
    assert (done.code, done.err) == (0, "")
    found: list[dict[str, Any]] = done.json["runs"]
    return found


def values(changes: list[dict[str, Any]]) -> dict[str, list[tuple[Any, ...]]]:
    """MIS id -> field, before and after."""
    return {one["mis_id"]: [(p["field"], p["before"], p["after"]) for p in one["fields"]] for one in changes}


@pytest.mark.covers("CX-5")
def test_the_log_of_an_exchange_tells_what_was_exchanged(trial: Trial) -> None:
    """After an apply: every change with time, direction, values before and after, reason, rule and state."""
    planned = applied(trial)
    (run,) = runs(trial.call("log", "--last", "--reveal", "--json"))
    assert values(run["changes"]) == values(planned)
    assert (run["exchange"], run["state"], run["counts"]) == ("onefile", "finished", {"done": len(planned)})
    for one in run["changes"]:
        assert (one["state"], one["direction"], one["system"]) == ("done", "push", "onefile")
        assert one["at"] >= run["begun_at"]
        for part in one["fields"]:
            assert part["because"]
            assert part["rule"].startswith("mappings/onefile.yaml:")
    told = trial.call("log", "--last").out
    first = planned[0]
    assert f"update learner {first['provider_id']} at onefile (from {first['mis_id']})" in told
    assert told.count("  done  push  update ") == len(planned)


@pytest.mark.covers("CX-5")
def test_every_log_is_kept(trial: Trial) -> None:
    """Two runs for one learner: both are told, newest first, with their own values; `--last` tells the second."""
    (ident, provider_id), *_ = trial.linked(1)
    applied(trial)
    ours = trial.user(provider_id)["LastName"]
    trial.edit_user(provider_id, LastName="Elsewhere")
    applied(trial)
    trial.mis("UPDATE learners SET surname = 'Third' WHERE ident = ?", ident)
    applied(trial)
    third, second, *_ = runs(trial.call("log", "--learner", ident, "--json"))
    assert values(second["changes"]) == {ident: [("surname", "Elsewhere", ours)]}
    assert values(third["changes"]) == {ident: [("surname", ours, "Third")]}
    assert runs(trial.call("log", "--learner", ident, "--last", "--json")) == [third]
    of_run = runs(trial.call("log", "--run", second["run"][:8], "--exchanged", "--json"))
    assert [(one["run"], values(one["changes"])) for one in of_run] == [(second["run"], values(second["changes"]))]
    assert len(runs(trial.call("log", "--exchanged", "--json"))) == 3


def test_the_log_masks_and_reveal_is_logged(trial: Trial) -> None:
    """Identifiers and special-category values are masked in text and JSON; who has looked stands in the log."""
    planned = applied(trial)
    hidden = {
        str(part[name])
        for one in planned
        for part in one["fields"]
        for name in ("before", "after")
        if part["category"] != "ordinary" and len(str(part[name])) > 4
    }
    assert hidden
    assert not leaks(trial.call("log", "--last", "--json").out + trial.call("log", "--last").out, hidden)
    assert "log.revealed" not in trial.call("log").out
    assert leaks(trial.call("log", "--last", "--reveal").out, hidden)
    (entry,) = [one for one in trial.call("log", "--json").json if one["what"] == "log.revealed"]
    assert (entry["exchange"], entry["change"], entry["facts"]) == ("onefile", None, {})
    trial.call("log", "--learner", planned[0]["mis_id"], "--reveal")
    newest = trial.call("log", "--json").json[-1]
    assert (newest["what"], newest["change"]) == ("log.revealed", planned[0]["id"])
    audit = trial.call("log", "--json", "--most", "1000").out
    assert not leaks(audit, canaries_of(trial) | {one["mis_id"] for one in planned})


def test_what_was_not_done_is_told_with_its_reason(trial: Trial) -> None:
    """A record that moved before the apply stands in the log as stale, with our sentence."""
    figures = trial.approved()
    change = trial.changes(figures["plan"])[0]
    trial.edit_user(change["provider_id"], **{part["column"]: "moved" for part in change["fields"]})
    assert trial.call("apply", figures["plan"]).code == 4
    (run,) = runs(trial.call("log", "--learner", change["mis_id"], "--json"))
    (told,) = run["changes"]
    assert told["state"] == "stale"
    assert "moved since the plan was made" in told["detail"]
    assert "  stale: " in trial.call("log", "--learner", change["mis_id"]).out


def test_what_was_sent_before_a_cut_is_told_as_open(trial: Trial) -> None:
    """A run that was killed after its journal was written: its changes are open, until it is resumed."""
    figures = trial.approved()
    assert trial.killed("journal.intent.committed", "apply", figures["plan"])
    (cut,) = runs(trial.call("log", "--last", "--json"))
    assert cut["state"] == "running"
    assert {one["state"] for one in cut["changes"]} == {"open"}
    assert trial.call("resume", cut["run"], clock=None).code == 0
    (whole,) = runs(trial.call("log", "--last", "--json"))
    assert (whole["state"], whole["counts"]) == ("finished", {"done": figures["changes"]})


def test_without_its_plan_a_run_still_says_what_became_of_it(trial: Trial) -> None:
    """The plan file is gone or altered: exit 1 and the reason, but the run's time, maker and counts stand."""
    figures = trial.approved()
    trial.call("apply", figures["plan"])
    path = Path(figures["file"])
    path.write_bytes(path.read_bytes().replace(b'"fields"', b'"Fields"', 1))
    altered = trial.call("log", "--last", "--json")
    path.unlink()
    gone = trial.call("log", "--last", "--json")
    for done in (altered, gone):
        (run,) = json.loads(done.out)["runs"]
        assert (done.code, run["counts"], run["changes"]) == (1, {"done": figures["changes"]}, [])
        assert run["lacks"]
        assert "cannot be shown" in done.err


def test_nothing_and_wrong_usage(trial: Trial) -> None:
    """An empty log is told as such; an unknown run and options that do not go together are wrong usage."""
    assert "nothing was exchanged for learner X1" in trial.call("log", "--learner", "X1").out
    assert trial.call("log", "--last", "--json").json == {"runs": []}
    for words in (("--run", "8c21d7aa", "--exchanged"), ("--reveal",), ("--last", "--plan", "x")):
        done = trial.call("log", *words)
        assert (done.code, done.out) == (64, ""), words


@pytest.mark.covers("CX-5")
def test_the_log_of_a_pull_tells_its_direction(trial: Trial) -> None:
    """What is pulled into the MIS is told as a pull, with the values that the MIS had and has."""
    trial.settings("learner_details: push", "learner_details: pull")
    planned = applied(trial)
    (run,) = runs(trial.call("log", "--last", "--reveal", "--json"))
    assert {(one["direction"], one["system"], one["state"]) for one in run["changes"]} == {("pull", "pics", "done")}
    assert values(run["changes"]) == values(planned)
