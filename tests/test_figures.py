"""The kept figures are those of tests that passed; what did not run keeps the figure it had."""

import json
import subprocess
import sys
from pathlib import Path

from tests.modules import ROOT

SAMPLE = """
def test_counts(figure):
    figure("R1", "12 points: 0 lost")

def test_fails(figure):
    figure("R1", "12 points: 3 lost")
    assert False
"""


def test_the_figures_of_passed_tests_are_kept(tmp_path: Path) -> None:
    """A failed test's figure is not kept, a figure of a test that did not run stays, and a new one replaces the old."""
    (tmp_path / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    kept = tmp_path / "figures.json"
    kept.write_text(json.dumps({"R1": {"test_sample.py::test_counts": "old"}, "D1": {"other": "1"}}), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.figures", "-p", "no:cacheprovider", "--rootdir", "."]
    command += ["-o", "addopts=", "--figures", str(kept), "test_sample.py"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads(kept.read_text(encoding="utf-8"))
    assert found == {"D1": {"other": "1"}, "R1": {"test_sample.py::test_counts": "12 points: 0 lost"}}
    assert "R1: 12 points: 0 lost" in done.stdout
