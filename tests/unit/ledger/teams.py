"""Other processes in a test: they get ready, wait for a word, and tell what came of their deed."""

import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO

from tests.unit.ledger.scenario import ROOT


@dataclass
class Member:
    """One process that is ready."""

    process: subprocess.Popen[str]
    said: IO[str]
    told: IO[str]

    def await_ready(self) -> None:
        assert self.said.readline() == "ready\n"

    def tell(self) -> None:
        self.told.write("go\n")
        self.told.flush()

    def answer(self) -> str:
        return self.said.readline().strip()


@dataclass
class Team:
    """The processes of one test; all are killed at its end."""

    _ends: ExitStack = field(default_factory=ExitStack)

    def start(self, deed: str, *words: str) -> Member:
        """Start a process; it is not yet ready."""
        command = [sys.executable, "-m", "tests.unit.ledger.process", deed, *words]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._ends.enter_context(process)
        self._ends.callback(process.kill)
        assert process.stdin is not None
        assert process.stdout is not None
        return Member(process, process.stdout, process.stdin)

    def at_once(self, members: list[Member]) -> list[str]:
        """Let ready members do their deeds at the same time; gives their answers."""
        for member in members:
            member.await_ready()
        for member in members:
            member.tell()
        return [member.answer() for member in members]

    def end(self) -> None:
        self._ends.close()
