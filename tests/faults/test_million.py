"""A plan of a million changes is written, shown, approved and applied in bounded memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.modules import ROOT

GIBIBYTE = 2**30


def played(number: int, seconds: int) -> dict[str, int]:
    """What a process of its own says of so many changes."""
    command = [sys.executable, "-m", "tests.faults.million", str(number)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    assert (found["done"], found["effects"], found["most"]) == (number, number, 1)
    return found


def test_three_thousand_changes_go_through() -> None:
    """The small form: every change once."""
    assert played(3_000, 110)["lines"] > 3_000


@pytest.mark.nightly
@pytest.mark.covers("R21")
@pytest.mark.timeout(7200)
def test_a_million_changes_take_less_than_a_gibibyte(figure: Callable[[str, str], None]) -> None:
    """Every change once, and never more memory than that, from the first line written to the last change applied."""
    found = played(1_000_000, 7000)
    assert found["rss"] < GIBIBYTE
    plan, rss = found["bytes"] / 1e6, found["rss"] / 2**20
    figure("R21", f"1,000,000 changes, a plan of {plan:,.0f} MB: {rss:,.0f} MiB at most, each change once")
