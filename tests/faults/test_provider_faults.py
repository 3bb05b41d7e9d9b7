"""OneFile out of reach, refusing, or answering rubbish, while reading and while applying."""

import pytest

from tests.faults.canaries import canaries_of, leaks
from tests.trial import PatientClock, Trial

READING = {
    "401": "refused",
    "403": "refused",
    "429": "too often",
    "500": "500",
    "503": "503",
    "half": "",
    "html": "",
    "reset": "",
    "redirect": "",
}
"""Fault -> a word that the message must hold."""


def test_stopped_while_reading(trial: Trial) -> None:
    """OneFile is not there: exit 1, the system and the remedy are named, no plan is written, and later all is well."""
    trial.sandboxes.stop()
    done = trial.call("plan", "onefile", clock=PatientClock())
    assert done.code == 1
    assert "onefile" in done.err
    assert "Traceback" not in done.said
    assert not list((trial.folder / ".tieline").glob("plans/*"))
    trial.sandboxes.restart()
    assert trial.plan()["changes"] > 0


@pytest.mark.parametrize("kind", READING)
def test_a_fault_while_reading(trial: Trial, kind: str) -> None:
    """Every page of learners goes wrong: exit 1 with a sentence, no plan file, no value of a learner, no secret."""
    trial.fault(kind, match={"path": "/User/Search"})
    done = trial.call("plan", "onefile", clock=PatientClock())
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: onefile, while ")
    assert READING[kind] in done.err
    assert not list((trial.folder / ".tieline").glob("plans/*"))
    assert not leaks(done.said, canaries_of(trial))
    trial.heal()
    assert trial.plan()["changes"] > 0


@pytest.mark.parametrize("kind", ["429", "500", "half", "reset"])
def test_a_passing_fault_while_reading_is_ridden_out(trial: Trial, kind: str) -> None:
    """A fault that strikes twice and passes: the read goes on, and the plan is the same as without it."""
    expected = trial.plan()["digest"]
    trial.fault(kind, match={"path": "/User/Search"}, times=2)
    done = trial.call("plan", "onefile", "--json", clock=PatientClock())
    assert (done.code, done.json["digest"]) == (2, expected)


@pytest.mark.covers("D2")
def test_a_listing_cut_short_is_no_plan(trial: Trial) -> None:
    """The second page always fails: nothing is concluded from the first one."""
    trial.settings("base_url:", "page_size: 20, base_url:")
    trial.fault("500", match={"regex": "/User/Search/2/"})
    done = trial.call("plan", "onefile", clock=PatientClock())
    assert done.code == 1
    assert not list((trial.folder / ".tieline").glob("plans/*"))


@pytest.mark.covers("D2")
def test_a_provider_that_dies_while_it_is_read_makes_no_plan(trial: Trial) -> None:
    """Gone between two pages: no plan, nothing concluded; started again, the plan is what it would have been."""
    expected = trial.plan()["digest"]
    trial.settings("base_url:", "page_size: 20, base_url:")
    trial.fault("reset", match={"regex": "/User/Search/2/"})
    done = trial.call("plan", "onefile", clock=PatientClock())
    assert (done.code, done.out) == (1, "")
    trial.heal()
    assert trial.plan()["digest"] == expected


@pytest.mark.parametrize("kind", ["401", "403"])
def test_refused_while_applying_halts_at_once(trial: Trial, kind: str) -> None:
    """A refusal of who we are amid the writes: the run halts, says so, and resume ends it, one effect each."""
    figures = trial.approved()
    trial.fault(kind, match={"verb": "POST", "regex": r"/User/\d+$"}, after=3)
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, "refused us" in done.json["halted"]) == (4, True)
    assert not leaks(done.said, canaries_of(trial))
    trial.heal()
    resumed = trial.call("resume", done.json["run"], "--json")
    assert (resumed.code, resumed.json["halted"]) == (0, "")
    assert set(trial.counts()["effects"].values()) == {1}
    assert trial.call("plan", "onefile").code == 0


@pytest.mark.parametrize("kind", ["429", "500", "503", "half", "html", "reset", "lost_answer", "redirect"])
def test_a_fault_while_applying(trial: Trial, kind: str) -> None:
    """Writes go wrong three times and then pass: never two effects, nothing done without proof, nothing lost."""
    trial.own_connector("settle: 2 ", "settle: 0.2 ")
    figures = trial.approved()
    trial.fault(kind, match={"verb": "POST", "regex": r"/User/\d+$"}, times=3)
    done = trial.call("apply", figures["plan"], "--json", clock=PatientClock())
    assert done.code in {0, 4}, done.said
    assert not leaks(done.said, canaries_of(trial))
    effects = trial.counts()["effects"]
    assert set(effects.values()) == {1}
    settled = done.json["counts"]["done"]
    assert len(effects) == settled
    left = figures["changes"] - settled
    again = trial.call("plan", "onefile", "--json")
    assert again.json["changes"] == left
    if kind == "redirect":
        assert done.json["counts"]["failed"] == 3


def test_a_late_commit_is_not_doubled(trial: Trial) -> None:
    """The connection drops and the write lands half a second later: within the settle time it has one effect."""
    figures = trial.approved()
    trial.fault("late_commit", match={"verb": "POST", "regex": r"/User/\d+$"}, times=2, seconds=0.5)
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, done.json["counts"]["done"]) == (0, figures["changes"])
    assert set(trial.counts()["effects"].values()) == {1}


def test_stopped_while_applying(trial: Trial) -> None:
    """OneFile dies in the middle: the run halts with a sentence; started again, resume ends it, one effect each."""
    figures = trial.approved()
    trial.fault("reset", match={"verb": "POST", "regex": r"/User/\d+$"}, after=4)
    killed = trial.killed("writer.send.after#5", "apply", figures["plan"])
    assert killed
    trial.heal()
    trial.sandboxes.kill()
    runs = trial.call("log", "--json").json
    run = next(one["run"] for one in runs if one["what"] == "run.begun")
    down = trial.call("resume", run, "--json", clock=PatientClock())
    assert (down.code, "onefile" in down.json["halted"]) == (4, True)
    assert not leaks(down.said, canaries_of(trial))
    trial.sandboxes.restart()
    resumed = trial.call("resume", run, "--json")
    assert (resumed.code, resumed.json["halted"]) == (0, "")
    assert trial.call("plan", "onefile").code == 0


def test_a_wrong_token_is_said_and_not_shown(trial: Trial) -> None:
    """A wrong customer token: exit 1, the message names the place to put it right, and not the token."""
    path = trial.folder / ".tieline" / "sandbox.token"
    path.write_text("a-secret-that-is-wrong", encoding="utf-8")
    done = trial.call("plan", "onefile")
    assert (done.code, "customer_token" in done.err or "logging in" in done.err) == (1, True)
    assert "a-secret-that-is-wrong" not in done.said


def test_the_mis_is_gone(trial: Trial) -> None:
    """The MIS database is not there: exit 1, the system is named, no empty database appears in its place."""
    database = trial.folder / ".tieline" / "sandbox" / "mis.db"
    database.rename(database.with_suffix(".away"))
    done = trial.call("plan", "onefile")
    assert (done.code, "pics" in done.err) == (1, True)
    assert not database.exists()
