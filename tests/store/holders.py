"""Processes that apply: started, stopped at a point, let go on, and counted at the provider."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from engine.approve import current_user
from tests.trial import Done, Trial, Workspace

WAIT = 60.0
"""Seconds after which a process hangs."""


@dataclass(slots=True)
class Going:
    """A command that runs in a process of its own."""

    process: subprocess.Popen[str]

    @property
    def stopped(self) -> bool:
        """Wait until it stops itself (SIGSTOP) or ends; whether it stopped."""
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            self.process.returncode = os.waitstatus_to_exitcode(status)
            return False
        return True

    def go_on(self) -> Done:
        """Let it go on to its end."""
        self.process.send_signal(signal.SIGCONT)
        return self.end()

    def end(self) -> Done:
        """Wait for its end."""
        out, err = self.process.communicate(timeout=WAIT)
        return Done(self.process.returncode, out, err)


@contextlib.contextmanager
def going(workspace: Workspace, *arguments: str, stop_at: str = "") -> Iterator[Going]:
    """Start a command; it is killed at the end if it is still there."""
    command = [sys.executable, "-m", "engine.cli", *arguments, "-w", str(workspace.folder)]
    environment = os.environ | ({"TIELINE_CRASH_AT": f"stop:{stop_at}"} if stop_at else {})
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=environment
    )
    with process:
        try:
            yield Going(process)
        finally:
            if process.returncode is None:
                process.kill()


def differ(trial: Trial, number: int) -> dict[str, int]:
    """Make exactly so many linked learners differ and nothing else; the effects that must then be counted."""
    trial.carry_out(trial.plan()["plan"])
    chosen = trial.linked(number)
    for at, (_, provider_id) in enumerate(chosen):
        trial.edit_user(provider_id, LastName=f"Elsewhere{at}")
    trial.forget_counts()
    return {f"users/{provider_id}": 1 for _, provider_id in chosen}


def approved_for(trial: Trial, learner: str) -> str:
    """A plan for one learner, approved; its id."""
    done = trial.call("plan", "onefile", "--learner", learner, "--json")
    assert done.code == 2, done.said
    plan: str = done.json["plan"]
    done = trial.call("approve", plan, "--as", current_user())
    assert done.code == 0, done.said
    return plan


def settled(trial: Trial) -> bool:
    """Whether the next plan has nothing to change."""
    done = trial.call("plan", "onefile", "--json")
    return bool(done.code == 0 and done.json["changes"] == 0)
