"""Commands in processes of their own that need not import everything first: each is forked off one that has.

Run as `python -m tests.kit.zygote` it reads one JSON line for each command and answers with its process id, then, when
that has ended, with how. The one that forks has loaded the product and used none of it.
"""

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Never

from engine import crashpoints
from engine.cli.main import run
from tests.modules import ROOT
from tests.trial import Done

PRELOADED = ("engine.service", "engine.cli", "connectors.http", "connectors.sql", "sqlalchemy.dialects.sqlite")
VARIABLE = "TIELINE_CRASH_AT"


def _preload() -> None:
    for name in PRELOADED:
        module = importlib.import_module(name)
        for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
            if found.name != "__main__":
                importlib.import_module(f"{name}.{found.name}")


def _be(said: dict[str, Any]) -> Never:
    """Become the command."""
    for stream, path in ((0, os.devnull), (1, said["out"]), (2, said["err"])):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, stream)
    crashpoints._target = said["point"]
    try:
        code = run(said["arguments"], None)
    except SystemExit as fault:
        code = fault.code if isinstance(fault.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Serve until the input ends."""
    _preload()
    last = 0
    for line in sys.stdin:
        if last:
            os.waitpid(last, 0)
        said = json.loads(line)
        last = os.fork()
        if last == 0:
            _be(said)
        print(last, flush=True)  # noqa: T201  the answer
        ended = os.waitid(os.P_PID, last, os.WEXITED | os.WNOWAIT)  # its id is nobody else's until the next command
        assert ended is not None
        code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        print(code, flush=True)  # noqa: T201  the answer


@dataclass(slots=True)
class Running:
    """A command that was started."""

    pid: int
    zygote: "Zygote"

    def kill(self) -> None:
        """End it as kill -9 does; nothing happens where it has ended."""
        os.kill(self.pid, signal.SIGKILL)

    def ended(self) -> Done:
        """Wait, and say how it ended: a signal is a negative code."""
        return Done(int(self.zygote.line()), self.zygote.said("out"), self.zygote.said("err"))


@dataclass(slots=True)
class Zygote:
    """Starts commands, one at a time. `folder` keeps what the last one printed."""

    process: "subprocess.Popen[str]"
    folder: Path

    def start(self, *arguments: str, point: str = "") -> Running:
        """Start a command that is to kill itself at a crash point, if any."""
        said = {"arguments": arguments, "point": point, "out": self._path("out"), "err": self._path("err")}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(said) + "\n")
        self.process.stdin.flush()
        return Running(int(self.line()), self)

    def line(self) -> str:
        """Its next answer."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def said(self, stream: str) -> str:
        """What the last command printed."""
        return Path(self._path(stream)).read_text(encoding="utf-8")

    def _path(self, stream: str) -> str:
        return str(self.folder / f"command.{stream}")


@contextmanager
def zygote_in(folder: Path) -> Iterator[Zygote]:
    """Start one; it ends with this process, whichever way that ends."""
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    command = [sys.executable, "-m", "tests.kit.zygote"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Zygote(process, folder)
        assert process.stdin is not None
        process.stdin.close()


if __name__ == "__main__":
    main()
