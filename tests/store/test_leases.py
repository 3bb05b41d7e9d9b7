"""One process at a time applies to a provider; who lost the lease sends nothing; who died keeps nobody waiting."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from engine.approve import current_user
from tests.store.holders import approved_for, differ, going, settled
from tests.trial import Trial, Workspace

FIVE = 5
STOPS = ["run.begun", "run.read", "journal.intent.committed", "writer.send.after#2", "journal.outcome.committed"]
"""Where a holder may stand still and not send another request, whatever happens meanwhile."""


def one_request_at_a_time(trial: Trial) -> None:
    """A connector that never has two requests open: what overlaps at the provider is of two processes."""
    trial.own_connector("concurrency: 8", "concurrency: 1")
    trial.own_connector("settle: 2 ", "settle: 0.3 ")


@pytest.mark.covers("R9")
@pytest.mark.parametrize("number", [2, 8])
def test_applies_at_once_never_interleave(either: Trial, number: int, figure: Callable[[str, str], None]) -> None:
    """So many processes begin an apply at once, again and again until all are through: requests never overlap."""
    one_request_at_a_time(either)
    wanted = differ(either, number)
    plans = [approved_for(either, learner) for learner, _ in either.linked(number)]
    either.fault("slow", seconds=0.05)
    either.forget_counts()
    refused = 0
    while plans:
        with ExitStack() as ends:
            started = [(plan, ends.enter_context(going(either, "apply", plan))) for plan in plans]
            ended = {plan: one.end() for plan, one in started}
        left = [plan for plan, done in ended.items() if done.code == 3]
        for plan in left:
            assert "is being written to by" in ended[plan].err, ended[plan].said
            assert " since 20" in ended[plan].err
        assert all(ended[plan].code == 0 for plan in plans if plan not in left), ended
        assert len(left) < len(plans), "nobody got the lease"
        refused += len(left)
        plans = left
    counts = either.counts()
    assert (counts["effects"], counts["most_overlapping"]) == (wanted, 1)
    figure("R9", f"{number} processes, {counts['requests']} requests, {refused} refusals: 0 overlaps, 0 doubled")


@pytest.mark.covers("R9", part="other workspaces are not held up")
def test_another_workspace_is_not_held_up(trial: Trial, tmp_path: Path) -> None:
    """While a holder stands still, the same provider is written to from another workspace, which has its own lease."""
    one_request_at_a_time(trial)
    differ(trial, 2)
    first, second = [approved_for(trial, learner) for learner, _ in trial.linked(2)]
    with going(trial, "apply", first, stop_at="run.read") as holder:
        assert holder.stopped
        assert trial.call("apply", second).code == 3
        other = Workspace(tmp_path / "other")
        shutil.copytree(trial.folder, other.folder, ignore=shutil.ignore_patterns("store.db*", "plans"))
        assert other.call("link", "import", "onefile", "learner").code == 0
        done = other.call("plan", "onefile", "--learner", trial.linked(2)[1][0], "--json")
        assert other.call("approve", done.json["plan"], "--as", current_user()).code == 0
        assert other.call("apply", done.json["plan"]).code == 0
        assert holder.go_on().code == 0


@pytest.mark.covers("R10", part="a holder that was killed")
@pytest.mark.parametrize("point", ["run.begun", "journal.intent.committed", "writer.send.before#3"])
def test_a_killed_holder_keeps_nobody_waiting(either: Trial, point: str) -> None:
    """Kill -9: the next command has the lease at once, and every change has one effect."""
    one_request_at_a_time(either)
    wanted = differ(either, FIVE)
    plan = either.approved()["plan"]
    assert either.killed(point, "apply", plan)
    run = either.run
    assert run is not None
    done = either.process("resume", run)
    assert done.code == 0, done.said
    assert either.counts()["effects"] == wanted


@pytest.mark.covers("R10")
@pytest.mark.parametrize("point", STOPS)
def test_a_holder_that_stood_still_sends_nothing_more(
    either: Trial, point: str, figure: Callable[[str, str], None]
) -> None:
    """SIGSTOP, another takes over and ends the run, SIGCONT: the first sends nothing, writes nothing, and says so."""
    one_request_at_a_time(either)
    wanted = differ(either, FIVE)
    plan = either.approved()["plan"]
    with going(either, "apply", plan, stop_at=point) as holder:
        assert holder.stopped, holder.end().said
        run = either.run
        assert run is not None
        refused = either.call("resume", run)
        assert (refused.code, "--take-over" in refused.err) == (3, True), refused.said
        done = either.process("resume", run, "--take-over")
        assert done.code == 0, done.said
        before, log = either.counts(), either.call("log", "--json").out
        assert before["effects"] == wanted
        woken = holder.go_on()
    assert woken.code == 3, woken.said
    assert "lease of onefile" in woken.err
    after = either.counts()
    assert (after["requests"], after["effects"]) == (before["requests"], wanted)
    assert either.call("log", "--json").out == log
    assert settled(either)
    figure("R10", f"stopped at {point}: 0 requests and 0 journal lines after the take-over")


@pytest.mark.covers("R10", part="the window that remains")
def test_what_a_woken_holder_may_still_send(either: Trial, figure: Callable[[str, str], None]) -> None:
    """Stopped between the last look and the socket, only the requests of that one batch can still leave: one here."""
    one_request_at_a_time(either)
    wanted = differ(either, FIVE)
    plan = either.approved()["plan"]
    with going(either, "apply", plan, stop_at="writer.send.before#2") as holder:
        assert holder.stopped
        assert either.run is not None
        assert either.process("resume", either.run, "--take-over").code == 0
        writes = either.counts()["writes"]
        assert holder.go_on().code == 3
    late = either.counts()["writes"] - writes
    assert late <= 1
    assert set(either.counts()["effects"]) == set(wanted)
    assert settled(either)
    figure("R10", f"stopped behind the last look: {late} request after the take-over, with a value that was approved")


@pytest.mark.covers("R10", part="a holder that waits")
def test_a_holder_that_waited_looks_before_it_sends(trial: Trial) -> None:
    """A system that asks for a pause: who lost the lease meanwhile wakes up, looks, and sends nothing."""
    one_request_at_a_time(trial)
    differ(trial, FIVE)
    plan = trial.approved()["plan"]
    trial.fault("429", match={"verb": "POST", "regex": r"/User/\d+$"}, retry_after="6", times=1)
    with going(trial, "apply", plan) as holder:
        while not trial.counts()["writes"]:
            assert holder.process.poll() is None
        run = trial.run
        assert run is not None
        done = trial.process("resume", run, "--take-over")
        assert done.code == 0, done.said
        requests = trial.counts()["requests"]
        ended = holder.end()
    assert ended.code == 3, ended.said
    assert trial.counts()["requests"] == requests
