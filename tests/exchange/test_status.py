"""How an exchange stands: enabled, systems, modes, links, last plan and last exchange."""

from typing import Any

import pytest

from tests.faults.canaries import canaries_of, leaks
from tests.trial import PatientClock, Trial


def status(trial: Trial, *words: str, code: int = 0) -> dict[str, Any]:
    """The one exchange that `tieline status --json` tells of."""
    done = trial.call("status", *words, "--json", clock=PatientClock())
    assert (done.code, done.err) == (code, "")
    (found,) = done.json["exchanges"]
    assert isinstance(found, dict)
    return found


@pytest.mark.covers("CX-20", part="all but the age of qualification links")
def test_the_status_of_a_new_exchange(trial: Trial) -> None:
    """Enabled, both systems answer in their environments, the modes stand with titles; no plan, no exchange."""
    found = status(trial)
    assert (found["exchange"], found["enabled"], found["well"]) == ("onefile", True, True)
    assert [(one["system"], one["environment"], one["answers"]) for one in found["systems"]] == [
        ("pics", "sandbox", True),
        ("onefile", "sandbox", True),
    ]
    assert all("answers" in one["said"] for one in found["systems"])
    assert found["modes"]["learner"] == "push"
    setting = next(one for one in found["settings"] if one["name"] == "learner_details")
    assert setting == {
        "name": "learner_details",
        "title": "Update Learner Demographics Mode",
        "kind": "direction",
        "value": "push",
    }
    ((number,),) = trial.mis("SELECT count(*) FROM learners WHERE onefile_id <> ''")
    assert found["links"]["learner"]["number"] == number
    assert (found["last_plan"], found["last_exchange"]) == (None, None)
    told = trial.call("status").out
    for line in ("enabled", "(learner_details): push", f"{number} learner links", "no plan yet", "no exchange yet"):
        assert line in told


@pytest.mark.covers("CX-20", part="all but the age of qualification links")
def test_the_status_after_an_exchange(trial: Trial) -> None:
    """The last plan and the last run with what came of its changes; no value of a record is told, nothing written."""
    figures = trial.approved()
    trial.call("apply", figures["plan"])
    trial.forget_counts()
    found = status(trial, "onefile")
    assert found["last_plan"]["plan"] == figures["plan"]
    assert found["last_plan"]["counts"]["changes"] == figures["changes"]
    last = found["last_exchange"]
    assert (last["plan"], last["state"]) == (figures["plan"], "finished")
    assert last["counts"] == {"done": figures["changes"]}
    assert trial.counts()["writes"] == 0
    done = trial.call("status")
    assert f"finished, {figures['changes']} done" in done.out
    assert not leaks(done.said, canaries_of(trial))


def test_a_system_out_of_reach_is_told(trial: Trial) -> None:
    """Nothing listens for OneFile, then the MIS is gone as well: one sentence each, exit 1, the rest still told."""
    trial.settings(trial.sandboxes.base_url, "http://127.0.0.1:9")
    found = status(trial, "onefile", code=1)
    assert [one["answers"] for one in found["systems"]] == [True, False]
    assert found["links"]
    trial.settings("sandbox/mis.db", "sandbox/nowhere.db")
    done = trial.call("status", clock=PatientClock())
    assert (done.code, done.out.count("ERROR ")) == (1, 2)
    assert not leaks(done.said, canaries_of(trial))


@pytest.mark.covers("CX-13")
def test_an_exchange_that_is_off_is_told_and_not_read(trial: Trial) -> None:
    """Not enabled: that is said, and neither its provider nor its rules are looked at."""
    trial.settings("enabled: on", "enabled: off")
    trial.forget_counts()
    (trial.folder / "mappings" / "onefile.yaml").write_text("- no mapping\n", encoding="utf-8")
    assert status(trial, "onefile") == {"exchange": "onefile", "enabled": False, "well": True}
    assert status(trial, "--learner", "x") == {"exchange": "onefile", "enabled": False, "well": True}
    assert "onefile: not enabled" in trial.call("status").out
    assert trial.counts()["requests"] == 0


def test_faulty_rules_are_told(trial: Trial) -> None:
    """A mapping that cannot be used is a sentence and exit 1; an unknown exchange is wrong usage."""
    (trial.folder / "mappings" / "onefile.yaml").write_text("- no mapping\n", encoding="utf-8")
    assert "`tieline check` tells more" in status(trial, code=1)["fault"]
    done = trial.call("status", "onefil")
    assert (done.code, done.out) == (64, "")
    assert "did you mean onefile?" in done.err


def test_the_status_of_a_learner(trial: Trial) -> None:
    """The provider id, and the last exchanges of that learner alone; no system is called."""
    figures = trial.approved()
    first, second, *_ = trial.changes(figures["plan"])
    trial.call("apply", figures["plan"])
    trial.forget_counts()
    found = status(trial, "--learner", first["mis_id"])
    assert [one["provider_id"] for one in found["links"]] == [first["provider_id"]]
    ((told,),) = [one["changes"] for one in found["exchanges"]]
    assert (told["mis_id"], told["state"]) == (first["mis_id"], "done")
    done = trial.call("status", "--learner", first["mis_id"])
    assert f"is linked to {first['provider_id']} since" in done.out
    assert second["mis_id"] not in done.out
    assert "has no link" in trial.call("status", "--learner", "nobody").out
    assert trial.counts()["requests"] == 0
