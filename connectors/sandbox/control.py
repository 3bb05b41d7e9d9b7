"""Start, stop and look after the sandbox systems of one folder."""

import json
import os
import select
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from connectors.sandbox import mis, sample, truth
from connectors.sandbox.onefile_facts import CALLS_PER_MINUTE, SANDBOX_TOKEN
from connectors.sandbox.truth import Truth

SERVER_FILE = "server.json"
"""Beside the OneFile sandbox's state while it runs: its address and process."""
_LOG_FILE = "server.log"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_ADMIN_SECONDS = 30.0
_STATUS_SECONDS = 2.0


class SandboxError(Exception):
    """The sandbox systems cannot be started or changed as they are."""


@dataclass(slots=True)
class Sandboxes:
    """The running sandbox systems of one folder. As a context manager it stops them at the end."""

    folder: Path
    base_url: str
    calls_per_minute: int
    truth: Truth
    process: subprocess.Popen[bytes]
    customer_token: str = field(default=SANDBOX_TOKEN, repr=False)

    @property
    def database(self) -> str:
        """The MIS's SQLAlchemy address."""
        return f"sqlite:///{(self.folder / mis.FILE).resolve()}"

    @property
    def learners(self) -> int:
        """How many learners the MIS has."""
        return self.truth.learners

    def admin(self, path: str, body: object = None) -> object:
        """The JSON answer of an admin address (`/__counts`); with a body it is sent by POST, without one by GET.

        Raises urllib's HTTPError where the sandbox refuses.
        """
        return _ask(self.base_url, path, body, _ADMIN_SECONDS)

    def stop(self) -> None:
        """Stop the server in good order; nothing happens when it is not running."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start the server again at the same address, with the state it left."""
        self.stop()
        port = urlsplit(self.base_url).port or 0
        self.process, self.base_url = _launch(self.folder, port, self.calls_per_minute)

    def _end(self, how: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            if end is not None:
                end.close()
        (self.folder / sample.ONEFILE / SERVER_FILE).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(
    folder: Path, *, seed: int = 1, learners: int = 400, port: int = 0, calls_per_minute: int | None = None
) -> Sandboxes:
    """Start the sandbox systems of a folder, made from the seed where they do not exist yet, and wait for an answer.

    A folder that holds a sample keeps it, whatever the seed. Raises SandboxError when they run already or do not start.
    """
    if status(folder).running:
        raise SandboxError(f"the sandbox systems of {folder} are running already")
    try:
        figures = truth.load(folder)
    except FileNotFoundError:
        figures = sample.build(folder, seed, learners)
    limit = calls_per_minute or CALLS_PER_MINUTE
    process, base_url = _launch(folder, port, limit)
    return Sandboxes(folder, base_url, limit, figures, process)


@dataclass(frozen=True, slots=True)
class Status:
    """What a folder holds: `truth` is None where there is no sample, `base_url` is empty where no server runs."""

    running: bool
    base_url: str
    truth: Truth | None


def status(folder: Path) -> Status:
    """Look at the sandbox systems of a folder."""
    try:
        figures = truth.load(folder)
    except FileNotFoundError:
        return Status(running=False, base_url="", truth=None)
    try:
        base_url = json.loads((folder / sample.ONEFILE / SERVER_FILE).read_text(encoding="utf-8"))["base_url"]
        _ask(base_url, "/__counts", None, _STATUS_SECONDS)
    except (OSError, ValueError):
        return Status(running=False, base_url="", truth=figures)
    return Status(running=True, base_url=base_url, truth=figures)


def reset(folder: Path) -> None:
    """Take the sample away, so that the next start makes it anew. Raises SandboxError while the systems run."""
    if status(folder).running:
        raise SandboxError(f"the sandbox systems of {folder} are running; stop them first")
    sample.clear(folder)


def _launch(folder: Path, port: int, calls_per_minute: int) -> tuple[subprocess.Popen[bytes], str]:
    """Start the OneFile sandbox; its process and its base address once it answers."""
    state = folder / sample.ONEFILE
    command = [sys.executable, "-P", "-m", "connectors.sandbox.onefile", "--state", str(state), "--port", str(port)]
    command += ["--calls-per-minute", str(calls_per_minute), "--stop-with-input"]
    with (state / _LOG_FILE).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  this interpreter and our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=_environment()
        )
    line = _first_line(process)
    if not line:
        process.kill()
        process.wait()
        raise SandboxError(f"the OneFile sandbox did not start; see {state / _LOG_FILE}")
    (state / SERVER_FILE).write_bytes(line)
    return process, str(json.loads(line)["base_url"])


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    if process.stdout is None:
        return b""
    ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
    return process.stdout.readline() if ready else b""


def _environment() -> Mapping[str, str]:
    """This process's environment, with this package importable wherever it is installed."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "TIELINE_SANDBOX_TOKEN": SANDBOX_TOKEN}


def _ask(base_url: str, path: str, body: object, seconds: float) -> object:
    parts = urlsplit(base_url)
    url = f"{parts.scheme}://{parts.netloc}{path}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310  our own server
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=seconds) as answer:
        return json.load(answer)
