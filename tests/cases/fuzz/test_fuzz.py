"""Whatever a file holds, checking it ends: soon, with a code, and with the place of every fault."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.diagnostics.codes import MEANINGS
from tests.cases.fuzz.mutate import corpus, mutated
from tests.modules import ROOT

BATCH = 100
NIGHTLY = 5_000


def check_batch(folder: Path, first: int, last: int) -> list[dict[str, Any]]:
    """What came of each file of a batch; a process that dies fails the test with the seed that it died of."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cases.fuzz.checker", str(folder), str(first), str(last)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"seed {first + len(lines)}: exit status {done.returncode}\n{done.stderr[-2000:]}"
    assert [one["seed"] for one in lines] == list(range(first, last))
    return lines


def wrong(one: dict[str, Any]) -> list[str]:
    """What a result breaks of the promise."""
    found = []
    errors = [fault for fault in one["found"] if fault["severity"] == "error"]
    if one["code"] not in (0, 1) or (one["code"] == 0) != (not errors):
        found.append(f"exit code {one['code']} with {len(errors)} errors")
    if one["errors"]:
        found.append(f"on standard error: {one['errors'][:300]}")
    if one["spent"] > 1:
        found.append(f"{one['spent']:.2f} s")
    found += [f"a fault without a place or a code: {fault}" for fault in one["found"] if not _placed(fault)]
    return [f"seed {one['seed']}: {what}" for what in found]


def _placed(fault: dict[str, Any]) -> bool:
    return bool(fault["file"]) and fault["line"] >= 1 and fault["column"] >= 1 and fault["code"] in MEANINGS


def check_all(folder: Path, first: int, count: int) -> None:
    """Check so many files from a seed on, in batches."""
    results = [one for start in range(first, first + count, BATCH) for one in check_batch(folder, start, start + BATCH)]
    faults = [what for one in results for what in wrong(one)]
    assert not faults, "\n".join(faults)
    assert sum(bool(one["found"]) for one in results) > count // 2  # most of the files are wrong


def test_three_hundred_mutated_files(tmp_path: Path) -> None:
    """No crash, no traceback, nothing over a second, and every fault has its file, line, column and code."""
    check_all(tmp_path, 0, 300)


@pytest.mark.nightly
@pytest.mark.covers("Y16")
@pytest.mark.timeout(1200)
def test_five_thousand_mutated_files(tmp_path: Path) -> None:
    """The same for many more."""
    check_all(tmp_path, 1_000_000, NIGHTLY)


def test_a_seed_is_one_file() -> None:
    """The same seed gives the same bytes, others give others, and all kinds of file are in the corpus."""
    assert mutated(7) == mutated(7)
    assert len({mutated(seed) for seed in range(100)}) > 95
    kinds = (b"\nrecords:", b"\ncollections:", b"\nexchanges:")
    assert all(any(kind in data for data in corpus()) for kind in kinds)


@pytest.mark.parametrize(
    "broken",
    [
        {"code": -11},
        {"code": 0},
        {"errors": "Traceback"},
        {"spent": 1.5},
        {"found": [{"file": "", "line": 1, "column": 1, "code": "too-deep", "severity": "error"}]},
        {"found": [{"file": "a", "line": 1, "column": 1, "code": "nonsense", "severity": "error"}]},
    ],
)
def test_the_promise_can_be_broken(broken: dict[str, Any]) -> None:
    """Each part of the promise is looked at."""
    good: dict[str, Any] = {
        "seed": 1,
        "code": 1,
        "spent": 0.1,
        "errors": "",
        "found": [{"file": "a", "line": 1, "column": 1, "code": "too-deep", "severity": "error"}],
    }
    assert wrong(good) == []
    assert wrong(good | broken)
