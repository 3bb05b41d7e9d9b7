"""A process dies at the crash point that the environment names, and nowhere else."""

import os
import re
import signal
import subprocess
import sys

import pytest

from engine.crashpoints import POINTS
from tests.modules import ROOT

WALK = ["run.begun", "run.read", "journal.intent.before", "run.read", "run.begun"]
PROGRAM = f"""
from engine.crashpoints import crashpoint
for name in {WALK!r}:
    print(name, flush=True)
    crashpoint(name)
"""


def walk(target: str | None, program: str = PROGRAM) -> tuple[int, list[str]]:
    """How a process ends that passes the points of WALK, and the points that it came to."""
    environment = {name: value for name, value in os.environ.items() if name != "TIELINE_CRASH_AT"}
    environment |= {"TIELINE_CRASH_AT": target} if target is not None else {}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout.split()


@pytest.mark.parametrize(
    ("target", "came"),
    [
        ("run.begun", 1),
        ("run.read", 2),
        ("run.read#1", 2),
        ("run.read#2", 4),
        ("run.begun#2", 5),
        ("journal.intent.before", 3),
        ("1", 1),
        ("4", 4),
        ("5", 5),
    ],
)
def test_a_point_is_hit_by_name_by_turn_or_by_number(target: str, came: int) -> None:
    """The process is killed at exactly that pass, without a chance to tidy up."""
    assert walk(target) == (-signal.SIGKILL, WALK[:came])


@pytest.mark.parametrize("target", [None, "", "run.read#3", "6", "0", "run.finished", "no.such.point"])
def test_a_point_that_is_not_reached_kills_nobody(target: str | None) -> None:
    """Unset, empty, a turn too far, a number too high, another point: the process ends by itself."""
    assert walk(target) == (0, WALK)


def test_a_point_that_is_not_listed_is_an_error() -> None:
    """A name that is missing from the list is found as soon as any point is asked for."""
    code, _ = walk("1000", "from engine.crashpoints import crashpoint; crashpoint('no.such.point')")
    assert code == 1
    assert walk(None, "from engine.crashpoints import crashpoint; crashpoint('no.such.point')") == (0, [])


def test_every_listed_point_stands_in_the_code_and_every_one_in_the_code_is_listed() -> None:
    """No name of a crash point is dead, and none is unknown."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("engine", "connectors")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "crashpoints.py"
    )
    used = {name for call in re.findall(r"crashpoint\(([^)]*)\)", code) for name in re.findall(r'"([^"]+)"', call)}
    assert used <= set(POINTS)
    assert [name for name in POINTS if f'"{name}"' not in code] == []
