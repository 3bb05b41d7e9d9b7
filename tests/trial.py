"""A workspace on sandbox systems of its own, driven through the command line as people drive it."""

import contextlib
import io
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox.control import Sandboxes, start
from engine.approve import current_user
from engine.cli.main import run as run_command
from engine.ports import Clock
from engine.service.creating import SANDBOX, SandboxAddresses, create_workspace
from engine.shipped import shipped

CALLS_PER_MINUTE = 60_000


class PatientClock:
    """Real time, but nobody waits: a sleep moves the clock forward instead."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def now(self) -> datetime:
        """The real instant and all that was slept."""
        return datetime.now(UTC) + timedelta(seconds=self.skipped)

    def monotonic(self) -> float:
        """As `now`, in seconds."""
        return datetime.now(UTC).timestamp() + self.skipped

    def sleep(self, seconds: float) -> None:
        """Skip."""
        self.skipped += seconds


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  a JSON document of any shape
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Everything that was printed."""
        return self.out + self.err


@dataclass(slots=True)
class Workspace:
    """A workspace that is driven by commands."""

    folder: Path

    def call(self, *arguments: str, clock: Clock | None = None) -> Done:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_command([*arguments, "-w", str(self.folder)], clock)
        return Done(code, out.getvalue(), err.getvalue())

    def process(self, *arguments: str, **environment: str) -> Done:
        """Run a command in a process of its own."""
        command = [sys.executable, "-m", "engine.cli", *arguments, "-w", str(self.folder)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, env=os.environ | environment
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def typed(self, answers: str, *arguments: str) -> Done:
        """Run a command in a process of its own whose standard input is a terminal; these lines are typed there."""
        ours, theirs = pty.openpty()
        os.write(ours, answers.encode())
        command = [sys.executable, "-m", "engine.cli", *arguments, "-w", str(self.folder)]
        done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=60, check=False)
        os.close(ours)
        os.close(theirs)
        return Done(done.returncode, done.stdout, done.stderr)

    def killed(self, point: str, *arguments: str) -> bool:
        """Run a command that is to kill itself at a crash point; whether it did."""
        done = self.process(*arguments, TIELINE_CRASH_AT=point)
        assert done.code in {-signal.SIGKILL, 0, 2, 4}, done.said
        return done.code == -signal.SIGKILL

    @property
    def run(self) -> str | None:
        """The run that was begun last, from the log."""
        runs = re.findall(r'"run": "([0-9a-f-]{36})"', self.call("log", "--json").out)
        return runs[-1] if runs else None


@dataclass(slots=True)
class Trial(Workspace):
    """A workspace and its running sandbox systems."""

    sandboxes: Sandboxes

    def plan(self) -> dict[str, Any]:
        """Plan, and give the figures; there must be something to change."""
        done = self.call("plan", "onefile", "--json")
        assert done.code == 2, done.said
        figures: dict[str, Any] = done.json
        return figures

    def approved(self) -> dict[str, Any]:
        """A plan that is approved."""
        figures = self.plan()
        done = self.call("approve", figures["plan"], "--as", current_user())
        assert done.code == 0, done.said
        return figures

    def carry_out(self, plan: str) -> None:
        """Approve and apply a plan as a whole."""
        assert self.call("approve", plan, "--as", current_user()).code == 0
        done = self.call("apply", plan)
        assert done.code == 0, done.said

    def changes(self, plan: str) -> list[dict[str, Any]]:
        """Every change of a plan, nothing masked."""
        done = self.call("show", plan, "--json", "--reveal")
        found: list[dict[str, Any]] = done.json["all_changes"]
        return found

    @staticmethod
    def written(part: dict[str, Any]) -> dict[str, str | None]:
        """Column -> value after, of one field of a change: a group has several columns."""
        if isinstance(part["column"], list):
            return dict(zip(part["column"], part["after"], strict=True))
        return {part["column"]: part["after"]}

    def settings(self, old: str, new: str) -> None:
        """Edit `tieline.yaml`."""
        path = self.folder / "tieline.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def own_connector(self, old: str, new: str) -> None:
        """Give the workspace a OneFile connector file of its own with an edit."""
        path = self.folder / "connectors" / "onefile.yaml"
        path.parent.mkdir(exist_ok=True)
        text = (path if path.exists() else shipped("connectors/onefile.yaml")).read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    # --- the provider's side ---------------------------------------------------------------------------------------

    def fault(self, kind: str, **about: object) -> None:
        """Switch a fault on at OneFile."""
        self.sandboxes.admin("/__faults", [{"kind": kind, **about}])

    def heal(self) -> None:
        """Switch every fault off."""
        self.sandboxes.admin("/__faults/clear", {})

    def counts(self) -> dict[str, Any]:
        """What OneFile counted."""
        found = self.sandboxes.admin("/__counts")
        assert isinstance(found, dict)
        return found

    def forget_counts(self) -> None:
        """Let OneFile count from nothing again."""
        self.sandboxes.admin("/__counts/reset", {})

    def user(self, provider_id: str) -> dict[str, Any]:
        """A OneFile user as it stands."""
        found = self.sandboxes.admin(f"/__record/users/{provider_id}")
        assert isinstance(found, dict)
        return found

    def edit_user(self, provider_id: str, **values: object) -> None:
        """Somebody changes a user at OneFile."""
        self.sandboxes.admin("/__edit", {"collection": "users", "id": provider_id, "values": values})

    # --- the MIS's side --------------------------------------------------------------------------------------------

    def mis(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run SQL on the sample MIS."""
        with contextlib.closing(sqlite3.connect(self.folder / SANDBOX / "mis.db")) as database:
            rows = database.execute(statement, values).fetchall()
            database.commit()
            return rows

    def linked(self, number: int) -> list[tuple[str, str]]:
        """MIS id and OneFile id of linked learners."""
        return self.mis("SELECT ident, onefile_id FROM learners WHERE onefile_id <> '' ORDER BY ident LIMIT ?", number)


def make_sample(folder: Path, learners: int) -> None:
    """Build the sandbox systems' records once, to be copied."""
    with start(folder, learners=learners):
        pass


@contextlib.contextmanager
def open_trial(folder: Path, sample: Path) -> Iterator[Trial]:
    """A workspace in `folder` on a copy of a sample; links are seeded from the MIS."""
    shutil.copytree(sample, folder / SANDBOX)
    with start(folder / SANDBOX, calls_per_minute=CALLS_PER_MINUTE) as sandboxes:
        create_workspace(folder, SandboxAddresses(sandboxes.base_url, sandboxes.customer_token, CALLS_PER_MINUTE))
        trial = Trial(folder, sandboxes)
        done = trial.call("link", "import", "onefile", "learner")
        assert done.code == 0, done.said
        trial.forget_counts()
        yield trial
