"""An approved plan that is not what was approved is refused before anything is opened."""

import random
from pathlib import Path

import pytest

from tests.trial import Trial


def test_one_bit_anywhere(trial: Trial) -> None:
    """200 random single-bit changes of an approved plan: exit 3 each, no request, and no content in the message."""
    figures = trial.approved()
    trial.forget_counts()
    path = Path(figures["file"])
    whole = path.read_bytes()
    names = [
        part["after"] for one in trial.changes(figures["plan"]) for part in one["fields"] if part["field"] == "surname"
    ]
    for position in random.Random(7).sample(range(len(whole) * 8), 200):
        bent = bytearray(whole)
        bent[position // 8] ^= 1 << (position % 8)
        path.write_bytes(bent)
        done = trial.call("apply", figures["plan"])
        assert done.code == 3, position
        assert not any(name in done.said for name in names)
    path.write_bytes(whole)
    assert trial.counts()["requests"] == 0
    assert trial.call("apply", figures["plan"]).code == 0


@pytest.mark.parametrize("bend", ["cut", "extra", "doubled", "empty", "gone", "swapped"])
def test_other_bytes(trial: Trial, bend: str) -> None:
    """Cut short, longer, a line twice, empty, gone, or two lines swapped: exit 3, no request."""
    figures = trial.approved()
    trial.forget_counts()
    path = Path(figures["file"])
    lines = path.read_bytes().splitlines(keepends=True)
    bent = {
        "cut": lines[:-1],
        "extra": [*lines, b"{}\n"],
        "doubled": [*lines[:2], *lines[1:]],
        "empty": [],
        "swapped": [lines[0], lines[2], lines[1], *lines[3:]],
    }
    if bend == "gone":
        path.unlink()
    else:
        path.write_bytes(b"".join(bent[bend]))
    done = trial.call("apply", figures["plan"])
    assert (done.code, "make a new plan" in done.err) == (3, True)
    assert trial.counts()["requests"] == 0


def test_a_plan_of_another_workspace(trial: Trial, tmp_path: Path) -> None:
    """A plan file from elsewhere is not one that this workspace made."""
    other = tmp_path / "other.plan.jsonl"
    whole = Path(trial.plan()["file"]).read_bytes()
    other.write_bytes(whole.replace(b'"workspace":"college"', b'"workspace":"collage"'))
    done = trial.call("apply", str(other))
    assert done.code == 3
