"""kill -9 at every named point of an apply, then resume: each effect once, and the next plan is empty."""

import pytest

from engine.crashpoints import POINTS
from tests.trial import Trial

TEN = 10
APPLY_POINTS = [name for name in POINTS if name.partition(".")[0] in {"run", "journal", "writer"}]
SETTLE = "0.3"


def ten_updates(trial: Trial) -> dict[str, int]:
    """Make exactly ten linked learners differ; the effects that must be counted."""
    settle = trial.approved()
    assert trial.call("apply", settle["plan"]).code == 0
    chosen = trial.linked(TEN)
    for number, (_, provider_id) in enumerate(chosen):
        trial.edit_user(provider_id, LastName=f"Elsewhere{number}")
    trial.forget_counts()
    return {f"users/{provider_id}": 1 for _, provider_id in chosen}


def quick(trial: Trial) -> None:
    """A connector file that says how fast the sandbox really settles."""
    trial.own_connector("settle: 2 ", f"settle: {SETTLE} ")


@pytest.mark.parametrize("point", APPLY_POINTS)
def test_killed_at_a_point_and_resumed(trial: Trial, point: str) -> None:
    """Killed at the point during an apply of ten updates: resume (or a first apply) ends with one effect each."""
    quick(trial)
    wanted = ten_updates(trial)
    figures = trial.approved()
    assert figures["changes"] == TEN
    assert trial.killed(point, "apply", figures["plan"]), f"{point} was not reached"
    run = trial.run
    assert run is not None
    done = trial.process("resume", run, "--json")
    if point == "run.finished":
        assert (done.code, "already applied" in done.err) == (3, True)
    else:
        assert (done.code, done.json["halted"]) == (0, ""), done.said
        assert done.json["counts"]["done"] + done.json["counts"]["already"] == TEN
    assert trial.counts()["effects"] == wanted
    again = trial.call("plan", "onefile", "--json")
    assert (again.code, again.json["changes"]) == (0, 0)


@pytest.mark.parametrize("point", ["writer.send.after#4", "journal.intent.committed", "journal.outcome.before"])
def test_the_resume_is_killed_too(trial: Trial, point: str) -> None:
    """Killed in the middle of the sends, then the resume killed too: the second resume ends with one effect each."""
    quick(trial)
    wanted = ten_updates(trial)
    figures = trial.approved()
    assert trial.killed("writer.send.before#6", "apply", figures["plan"])
    run = trial.run
    assert run is not None
    trial.killed(point, "resume", run)
    done = trial.process("resume", run, "--json")
    assert done.code in {0, 3}, done.said
    assert trial.counts()["effects"] == wanted
    assert trial.call("plan", "onefile").code == 0


@pytest.mark.parametrize("point", ["plan.file.writing", "plan.file.written", "plan.stored"])
def test_killed_while_planning(trial: Trial, point: str) -> None:
    """Killed while the plan is written: nothing half-written stands in its place, and the next plan is as ever."""
    assert trial.killed(point, "plan", "onefile")
    figures = trial.plan()
    assert trial.call("show", figures["plan"]).code == 0
    assert trial.counts()["effects"] == {}


@pytest.mark.parametrize("point", ["approval.before", "approval.committed"])
def test_killed_while_approving(trial: Trial, point: str) -> None:
    """Killed around the approval: it is stored or it is not, and approving again works."""
    from engine.approve import current_user  # noqa: PLC0415

    figures = trial.plan()
    assert trial.killed(point, "approve", figures["plan"], "--as", current_user())
    first = trial.call("apply", figures["plan"])
    if point == "approval.before":
        assert first.code == 3
        assert trial.call("approve", figures["plan"], "--as", current_user()).code == 0
        first = trial.call("apply", figures["plan"])
    assert first.code == 0


@pytest.mark.parametrize("point", ["link.before", "link.committed"])
def test_killed_while_linking(trial: Trial, point: str) -> None:
    """Killed around storing links: all of them are stored or none, and importing again gives the same links."""
    before = trial.call("link", "list", "onefile", "learner").out
    (trial.folder / ".tieline" / "store.db").unlink()
    for name in ("store.db-wal", "store.db-shm"):
        (trial.folder / ".tieline" / name).unlink(missing_ok=True)
    assert trial.killed(point, "link", "import", "onefile", "learner")
    assert trial.call("link", "list", "onefile", "learner").out == ("" if point == "link.before" else before)
    assert trial.call("link", "import", "onefile", "learner").code == 0
    assert trial.call("link", "list", "onefile", "learner").out == before


def test_a_run_that_was_cut_is_not_begun_anew(trial: Trial) -> None:
    """After a cut the plan cannot be applied from the start; the refusal names the command that goes on."""
    figures = trial.approved()
    assert trial.killed("journal.intent.committed", "apply", figures["plan"])
    done = trial.call("apply", figures["plan"])
    assert (done.code, "tieline resume" in done.err) == (3, True)
