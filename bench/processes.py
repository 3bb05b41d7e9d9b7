"""Running whole processes in turn: wall time and peak memory, as the operating system accounts them."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

WARM_UPS = 1


@dataclass(slots=True)
class Measured:
    """One command's figures: seconds and peak MiB of each counted run."""

    name: str
    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
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
    """Run A, B, C, A, B, C …: a drift of the machine's speed meets all of them alike."""
    for turn in range(rounds + WARM_UPS):
        for one in commands:
            seconds, peak = _run(one)
            if turn >= WARM_UPS:
                one.seconds.append(seconds)
                one.peaks.append(peak)


def _run(one: Measured) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        list(one.command),
        cwd=one.cwd,
        env=os.environ | dict(one.environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    told = process.stderr.read().decode() if process.stderr else ""
    if process.stderr is not None:
        process.stderr.close()
    if process.returncode not in one.codes:
        message = f"{one.name} ended with {process.returncode}: {told[-400:]}"
        raise RuntimeError(message)
    return seconds, usage.ru_maxrss / 1024
