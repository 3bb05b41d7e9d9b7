"""The same data give the same bytes, whatever the process, the zone or the order of rows."""

from pathlib import Path

import pytest

from tests.trial import Trial

VARIATIONS = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "1"},
)


@pytest.mark.covers("D1")
def test_plans_are_byte_identical(trial: Trial, tmp_path: Path) -> None:
    """Hash seed, zone, locale, threads, row order at both systems and page size leave no trace in the plan's bytes."""
    first = Path(trial.plan()["file"]).read_bytes()
    for number, environment in enumerate(VARIATIONS):
        trial.sandboxes.admin("/__shuffle", {"seed": number})
        out = tmp_path / f"{number}.jsonl"
        assert trial.process("plan", "onefile", "--out", str(out), **environment).code == 2
        assert out.read_bytes() == first
    trial.settings("base_url:", f"page_size: {7}, base_url:")
    _shuffle_mis(trial)
    out = tmp_path / "paged.jsonl"
    assert trial.call("plan", "onefile", "--out", str(out)).code == 2
    assert out.read_bytes() == first


def _shuffle_mis(trial: Trial) -> None:
    """Write the MIS's rows anew in another order."""
    trial.mis("CREATE TABLE turned AS SELECT * FROM learners ORDER BY uln DESC, ident DESC")
    trial.mis("DELETE FROM learners")
    trial.mis("INSERT INTO learners SELECT * FROM turned")
    trial.mis("DROP TABLE turned")


def test_planning_twice_writes_nothing_and_says_the_same(trial: Trial) -> None:
    """Two plans in a row: the same id and file; OneFile saw only reads."""
    assert trial.plan() == trial.plan() | {"requests": trial.plan()["requests"]}
    counts = trial.counts()
    assert (counts["effects"], counts["writes"]) == ({}, 0)
