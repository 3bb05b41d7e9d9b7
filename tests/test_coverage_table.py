"""The table of covered rows counts what ran and passed, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.coverage_table import IDS, read_ids
from tests.modules import ROOT

SAMPLE = """
import pytest

@pytest.mark.covers("OF-1", "OF-2")
@pytest.mark.parametrize("n", [1, 2])
def test_passes(n):
    assert n

@pytest.mark.covers("OF-2", "R1")
def test_fails():
    assert False

@pytest.mark.covers("CX-11", part="learners")
@pytest.mark.covers("OF-1", part="names")
def test_passes_for_a_part():
    pass

@pytest.mark.covers("CX-12", part="settings")
def test_fails_for_a_part():
    assert False

@pytest.mark.covers("R2")
def test_skips():
    pytest.skip("not here")

@pytest.mark.covers("R3")
@pytest.mark.xfail
def test_is_expected_to_fail():
    assert False

@pytest.fixture
def broken():
    raise RuntimeError

@pytest.mark.covers("R4")
def test_does_not_begin(broken):
    pass

@pytest.mark.covers("R5")
@pytest.mark.skipif(True, reason="never")
def test_is_left_out():
    pass
"""

STATUS = {
    "CX-11": "proved in part",
    "CX-12": "failed",
    "OF-1": "proved",
    "OF-2": "failed",
    "R1": "failed",
    "R2": "skipped",
    "R3": "skipped",
    "R4": "failed",
}


def run(folder: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the plugin alone over one file of tests."""
    (folder / "test_sample.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = covers(*ids, part): rows\n")
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.coverage_table"]\n')
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--coverage-table", "table.md", *words]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_mark_counts_only_where_its_test_passed(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Failed, skipped, expected to fail, broken in setup: none proves its row, with workers and without."""
    ran = run(tmp_path, SAMPLE, *words)
    assert ran.returncode == 1, ran.stdout
    cells = [line.split(" | ") for line in (tmp_path / "table.md").read_text().splitlines() if line.startswith("| ")]
    found = {cell[0].strip("| "): cell[2] for cell in cells[1:] if cell[2]}
    assert found == {**STATUS, "R5": "skipped"}
    assert f"Proved: 1 of {len(read_ids(IDS.read_text()))} rows, 1 more in part." in (tmp_path / "table.md").read_text()
    assert "`test_sample.py::test_passes`" in next(cell[3] for cell in cells if cell[0] == "| OF-1")


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_an_unknown_row_is_an_error_of_collection(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A mistyped id stops the run and is named."""
    ran = run(tmp_path, SAMPLE.replace("OF-1", "OF-99"), *words)
    assert ran.returncode != 0
    assert "covers 'OF-99'" in ran.stdout
    assert " passed" not in ran.stdout


def test_the_list_of_rows_is_complete() -> None:
    """Every row has a title of its own, and the groups have the numbers that they should."""
    ids = read_ids(IDS.read_text(encoding="utf-8"))
    groups = {"CX-": 21, "OF-": 24, "SA-": 20, "AC-": 11, "R": 22, "D": 8, "Y": 16, "N": 7, "W": 11}
    groups |= {"S": 3, "A": 5, "T": 4, "K": 1, "U": 1}
    assert list(ids) == [f"{group}{n + 1}" for group, size in groups.items() for n in range(size)]
    assert len(set(ids.values())) == len(ids)
    assert all(ids.values())
