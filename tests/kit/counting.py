"""The counting provider as a process of its own, so that it outlives what is tested, and what a test says to it."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.kit.people import Record
from tests.modules import ROOT

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Counting:
    """A running provider. `url` ends without a slash."""

    url: str

    def ask(self, name: str, said: object = None) -> Any:  # noqa: ANN401  a JSON document of any shape
        """Ask an admin address."""
        asked = urllib.request.Request(f"{self.url}/__{name}", json.dumps(said).encode(), method="POST")  # noqa: S310  loopback
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310  loopback
            return json.load(answer)

    def reset(self, kind: str, records: list[Record], **more: float) -> None:
        """Begin anew: these records in one class, no fault, nothing counted."""
        self.ask("reset", {"kind": kind, "records": records, **more})

    def effects(self) -> dict[str, int]:
        """Writes that were carried out: by key of the record, creates by `+REF`."""
        found: dict[str, int] = self.ask("counts")["effects"]
        return found

    def log(self) -> list[dict[str, Any]]:
        """Every request since the reset."""
        found: list[dict[str, Any]] = self.ask("log")
        return found

    def writes(self) -> list[dict[str, Any]]:
        """Every request that was to write, since the reset."""
        return [line for line in self.log() if line["verb"] != "GET"]

    def people(self, kind: str) -> list[Record]:
        """The records as they stand."""
        found: list[Record] = self.ask("people", kind)
        return found

    def edit(self, kind: str, key: str, **values: object) -> None:
        """Somebody else changes a record."""
        self.ask("edit", {"kind": kind, "id": key, "values": values})

    def faults(self, *faults: dict[str, object]) -> None:
        """Let these go wrong, and nothing else."""
        self.ask("faults", list(faults))

    def quiet(self) -> None:
        """Wait until no late write is on its way."""
        until(lambda: self.ask("waiting")["later"] == 0)

    def held_back(self, number: int = 1) -> None:
        """Wait until so many writes stand at the barrier."""
        until(lambda: self.ask("waiting")["waiting"] >= number)


def until(there: Callable[[], bool]) -> None:
    """Wait for something; a failure after half a minute."""
    ends = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < ends, "what was waited for did not come"
        time.sleep(0.005)


@contextmanager
def counting() -> Iterator[Counting]:
    """Start a provider; it ends with this process, whichever way that ends."""
    command = [sys.executable, "-m", "tests.kit.provider"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the counting provider did not start"
        yield Counting(url)
        process.stdin.close()
