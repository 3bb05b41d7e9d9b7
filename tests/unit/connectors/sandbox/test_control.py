"""Starting, stopping and killing the sandbox systems, and what survives it."""

import os
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.sandbox import control
from connectors.sandbox.control import Sandboxes
from connectors.sandbox.onefile_facts import SANDBOX_TOKEN

Json = Any  # what a test reads out of an answer
SEARCH = {"OrganisationID": 410_001, "Role": 1}


LogIn = Callable[[Sandboxes], AbstractContextManager[httpx.Client]]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_state_counts_and_sessions_survive(tmp_path: Path, log_in: LogIn, end: str) -> None:
    """After a stop and after SIGKILL the write, its effect, the counts and the session are still there."""
    with control.start(tmp_path, learners=20) as box, log_in(box) as client:
        key = client.post("/User/Search", json=SEARCH).json()[0]["ID"]
        assert client.post(f"/User/{key}", json={"FirstName": "Kept"}).status_code == 204
        before: Json = box.admin("/__counts")
        address = box.base_url
        getattr(box, end)()
        assert box.process.returncode == (0 if end == "stop" else -signal.SIGKILL)
        box.restart()
        assert box.base_url == address
        assert box.admin("/__counts") == before
        assert before["effects"] == {f"users/{key}": 1}
        assert client.get(f"/User/{key}").json()["FirstName"] == "Kept"


def test_more_calls_than_allowed_are_429_without_a_hint(tmp_path: Path, log_in: LogIn) -> None:
    """Five a minute: the sixth is 429 without Retry-After; another session and the admin addresses are not touched."""
    with control.start(tmp_path, learners=10, calls_per_minute=5) as box, log_in(box) as client:
        answers = [client.get("/Customer") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert "Retry-After" not in answers[-1].headers
        with log_in(box) as another:
            assert another.get("/Customer").status_code == 200
        counts: Json = box.admin("/__counts")
        assert counts["requests"] == counts["most_in_a_minute"] == 9


def test_retry_after_can_be_switched_on(tmp_path: Path) -> None:
    """The command line's `--retry-after` makes a 429 say when to come again; `--token` sets the customer token."""
    control.start(tmp_path, learners=10).stop()
    options = ["--calls-per-minute", "1", "--retry-after", "--token", "another", "--stop-with-input"]
    command = [sys.executable, "-m", "connectors.sandbox.onefile", "--state", str(tmp_path / "onefile"), *options]
    root = Path(control.__file__).parents[2]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
    assert server.stdin
    assert server.stdout
    base_url = httpx.Response(200, content=server.stdout.readline()).json()["base_url"]
    token = httpx.post(f"{base_url}/Authentication", headers={"X-CustomerToken": "another"}).text
    answers = [httpx.get(f"{base_url}/Customer", headers={"X-TokenID": token}) for _ in range(2)]
    server.stdin.close()
    assert server.wait(10) == 0
    server.stdout.close()
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 1 <= int(answers[1].headers["Retry-After"]) <= 60


def test_a_folder_keeps_its_sample_until_it_is_reset(tmp_path: Path) -> None:
    """A second start uses what is there, whatever the seed; a running one is neither started twice nor reset."""
    with control.start(tmp_path, seed=3, learners=10) as box:
        assert control.status(tmp_path) == control.Status(running=True, base_url=box.base_url, truth=box.truth)
        with pytest.raises(control.SandboxError, match="running already"):
            control.start(tmp_path)
        with pytest.raises(control.SandboxError, match="stop them first"):
            control.reset(tmp_path)
    assert control.status(tmp_path) == control.Status(running=False, base_url="", truth=box.truth)
    with control.start(tmp_path, seed=4, learners=12) as again:
        assert (again.truth, again.learners) == (box.truth, 10)
    control.reset(tmp_path)
    assert control.status(tmp_path).truth is None
    assert not (tmp_path / "mis.db").exists()


def test_the_database_address_leads_to_the_sample(tmp_path: Path) -> None:
    """The SQLAlchemy address names the file in which the learners are."""
    with control.start(tmp_path, learners=10) as box:
        with closing(sqlite3.connect(box.database.removeprefix("sqlite:///"))) as base:
            assert base.execute("SELECT count(*) FROM learners").fetchone() == (10,)
        assert box.customer_token == SANDBOX_TOKEN


def test_the_server_goes_when_its_starter_is_gone(tmp_path: Path) -> None:
    """When the process that started it is killed, the server stops by itself."""
    control.start(tmp_path, learners=10).stop()
    script = (
        "import sys, pathlib, os, signal\n"
        "from connectors.sandbox import control\n"
        "box = control.start(pathlib.Path(sys.argv[1]))\n"
        "print(box.process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(control.__file__).parents[2]
    starter = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, check=False
    )
    assert starter.returncode == -signal.SIGKILL
    wait_for_end(int(starter.stdout))
    assert not control.status(tmp_path).running


def wait_for_end(pid: int) -> None:
    """Wait until a process that is not our child has ended; at most ten seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended, _, _ = select.select([descriptor], [], [], 10)
    os.close(descriptor)
    assert ended


def test_the_log_holds_nothing_of_anybody(tmp_path: Path, log_in: LogIn) -> None:
    """After reads, writes, refusals and broken connections the server's log is empty."""
    with control.start(tmp_path, learners=10) as box, log_in(box) as client:
        user = client.post("/User/Search", json=SEARCH | {"LastName": "Secretly"})
        assert user.status_code == 204
        box.admin("/__faults", [{"kind": "half", "times": 1}, {"kind": "reset", "times": 1}])
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                client.get("/Customer")
    assert (tmp_path / "onefile" / "server.log").read_text() == ""
