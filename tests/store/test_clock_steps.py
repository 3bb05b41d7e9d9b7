"""Clocks that step by a day: no approval lasts longer than was granted, runs and leases go on, numbers keep order."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from engine.approve import current_user
from tests.store.holders import differ, settled
from tests.trial import PatientClock, Trial

DAY = 24 * 60 * 60.0
STEPS = [DAY, -DAY]
LATE = 7.0
"""Seconds after which a write comes that was sent before the cut."""


def clock(seconds: float) -> PatientClock:
    """A clock that is ahead of the true one by so many seconds."""
    found = PatientClock()
    found.skipped = seconds
    return found


class Stepping:
    """A clock that steps by a day after each look at it, there and back; what is monotonic runs on."""

    def __init__(self, first: float) -> None:
        self._steps = itertools.cycle([0.0, first, 0.0, -first])
        self._real = PatientClock()

    def now(self) -> datetime:
        """The real instant, or one that is a day away from it."""
        return self._real.now() + timedelta(seconds=next(self._steps))

    def monotonic(self) -> float:
        """As the real one."""
        return self._real.monotonic()

    def sleep(self, seconds: float) -> None:
        """Nobody waits."""
        self._real.sleep(seconds)


def approve(trial: Trial, plan: str, *, ahead: float = 0.0) -> None:
    done = trial.call("approve", plan, "--as", current_user(), clock=clock(ahead))
    assert done.code == 0, done.said


def assert_refused(trial: Trial, plan: str, why: str, *, ahead: float = 0.0) -> None:
    done = trial.call("apply", plan, clock=clock(ahead))
    assert (done.code, why in done.err) == (3, True), done.said
    assert trial.counts()["writes"] == 0


@pytest.fixture
def short(trial: Trial) -> Trial:
    """A workspace whose approvals last twelve hours."""
    trial.settings("valid_for: 7 days", "valid_for: 12 hours")
    differ(trial, 2)
    return trial


@pytest.mark.covers("T1", part="an approval that ended")
@pytest.mark.parametrize(("given", "applied"), [(0.0, DAY), (-DAY, 0.0)], ids=["fast at apply", "slow at approval"])
def test_an_approval_is_not_stretched_by_a_clock(short: Trial, given: float, applied: float) -> None:
    """A clock that is a day ahead at the apply, or a day behind at the approval, ends it: never applied too late."""
    plan = short.plan()["plan"]
    approve(short, plan, ahead=given)
    assert_refused(short, plan, "its approval ended at", ahead=applied)
    approve(short, plan, ahead=applied)
    assert short.call("apply", plan, clock=clock(applied)).code == 0


@pytest.mark.covers("T1", part="an approval from the future")
def test_an_approval_from_a_clock_that_was_fast_does_not_count(short: Trial) -> None:
    """It would last a day longer than was granted: it must be given again."""
    plan = short.plan()["plan"]
    approve(short, plan, ahead=DAY)
    assert_refused(short, plan, "which is yet to come: approve again")
    approve(short, plan)
    assert short.call("apply", plan).code == 0


@pytest.mark.covers("T1", part="a clock that was set back")
def test_a_clock_that_is_set_back_revives_no_approval(short: Trial) -> None:
    """Once anybody saw a later time than the approval's end, it has ended; entries from before it say nothing."""
    assert short.call("show", short.plan()["plan"], "--reveal", clock=clock(DAY)).code == 0
    plan = short.plan()["plan"]
    approve(short, plan)
    assert short.call("show", plan, "--reveal", clock=clock(DAY)).code == 0
    assert_refused(short, plan, "its approval ended at")
    approve(short, plan)
    assert short.call("apply", plan).code == 0


@pytest.mark.covers("T1")
@pytest.mark.parametrize("first", STEPS, ids=["ahead", "behind"])
def test_a_run_survives_steps_of_the_clock(either: Trial, first: float, figure: Callable[[str, str], None]) -> None:
    """The clock steps by a day at every look during an apply with lost answers: one effect a change, one lease."""
    either.own_connector("settle: 2 ", "settle: 1 ")
    wanted = differ(either, 5)
    plan = either.approved()["plan"]
    either.fault("lost_answer", match={"verb": "POST", "regex": r"/User/\d+$"}, times=2)
    done = either.call("apply", plan, clock=Stepping(first))
    assert done.code == 0, done.said
    assert either.counts()["effects"] == wanted
    assert settled(either)
    figure("T1", "an apply under a clock that steps by a day at each look: 0 lost, 0 doubled")


@pytest.mark.slow
@pytest.mark.covers("T1", part="what has to settle")
@pytest.mark.parametrize("step", STEPS, ids=["ahead", "behind"])
def test_a_late_write_is_waited_for_whatever_the_clock_says(trial: Trial, step: float) -> None:
    """What was sent before a cut comes late; a resume by a clock that stepped meanwhile does not send it again."""
    trial.own_connector("settle: 2 ", "settle: 10 ")
    wanted = differ(trial, 2)
    plan = trial.approved()["plan"]
    trial.fault("late_commit", match={"verb": "POST", "regex": r"/User/\d+$"}, seconds=LATE)
    assert trial.killed("writer.send.after", "apply", plan)
    killed_at = time.monotonic()
    trial.heal()
    run = trial.run
    assert run is not None
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=step)):
        done = trial.call("resume", run)
    assert done.code == 0, done.said
    time.sleep(max(0.0, killed_at + LATE + 1 - time.monotonic()))  # a resume that did not wait would be over by now
    assert trial.counts()["effects"] == wanted


@pytest.mark.covers("T1", part="order")
def test_numbers_order_the_log_and_not_times(trial: Trial) -> None:
    """Planned a day ahead, approved a day behind, applied at the true time: the log is in the order of the acts."""
    differ(trial, 1)
    done = trial.call("plan", "onefile", "--json", clock=clock(DAY))
    plan = done.json["plan"]
    approve(trial, plan, ahead=-DAY)
    assert trial.call("apply", plan).code == 0
    entries = trial.call("log", "--plan", plan, "--json").json
    acts, times = [one["what"] for one in entries], [one["at"] for one in entries]
    assert acts[:3] == ["plan.made", "approval.given", "run.begun"]
    assert acts[-1] == "run.finished"
    assert times[1] < times[2] < times[0]
