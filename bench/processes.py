"""Running whole processes in turn: wall time and peak memory, as the operating system accounts them."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WARM_UPS = 1


@dataclass(slots=True)
class Measured:
    """One command's figures: seconds and peak MiB of each counted run."""

    name: str
    command: Sequence[str]
    cwd: Path
    codes: frozenset[int] = frozenset({0})
    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Median wall time in seconds."""
        return statistics.median(self.seconds)

    @property
    def peak(self) -> float:
        """Median of the peak memory in MiB."""
        return statistics.median(self.peaks)


def run_in_turn(commands: Sequence[Measured], rounds: int) -> None:
    """Run A, B, C, A, B, C …: a drift of the machine's speed meets all of them alike.

    A process of its own does it: what it starts would otherwise be charged with the memory of this one.
    """
    orders = [
        {"name": one.name, "command": list(one.command), "cwd": str(one.cwd), "codes": sorted(one.codes)}
        for one in commands
    ]
    asked = json.dumps({"rounds": rounds, "orders": orders})
    ran = subprocess.run(
        [sys.executable, "-m", "bench.processes"], input=asked, stdout=subprocess.PIPE, text=True, check=True
    )
    for one, figures in zip(commands, json.loads(ran.stdout), strict=True):
        one.seconds, one.peaks = figures["seconds"], figures["peaks"]


def measure(asked: dict[str, Any]) -> list[dict[str, list[float]]]:
    """Seconds and peak MiB of each counted run of each order."""
    figures: list[dict[str, list[float]]] = [{"seconds": [], "peaks": []} for _ in asked["orders"]]
    for turn in range(asked["rounds"] + WARM_UPS):
        for order, found in zip(asked["orders"], figures, strict=True):
            seconds, peak = _run(order)
            if turn >= WARM_UPS:
                found["seconds"].append(seconds)
                found["peaks"].append(peak)
    return figures


def _run(order: dict[str, Any]) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(order["command"], cwd=order["cwd"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    told = process.stderr.read().decode() if process.stderr else ""
    if process.returncode not in order["codes"]:
        message = f"{order['name']} ended with {process.returncode}: {told[-400:]}"
        raise RuntimeError(message)
    return seconds, usage.ru_maxrss / 1024


if __name__ == "__main__":
    json.dump(measure(json.load(sys.stdin)), sys.stdout)
