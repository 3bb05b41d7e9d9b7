"""The power goes at any step of the disk: what was committed is there, the store opens, and a resume ends the work."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.errors import WorkspaceError
from engine.ledger.store import open_store
from tests.modules import ROOT
from tests.store.holders import differ, settled
from tests.trial import Trial
from tests.unit.ledger.scenario import StillClock, contents, history

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(900)]

KILLED = -9
TEN = 10
SEEDS = 2
EVERY = 5
"""Steps of the disk between two cuts of an apply."""
States = Sequence[dict[str, list[tuple[object, ...]]]]


def cuts(template: str, folder: Path, seed: int, *more: str) -> Iterator[tuple[Path, int, int]]:
    """What each cut of a sweep left: where, how it ended, how many steps of the scenario had returned (-1: none)."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.power.child", "steps", template, str(folder), str(seed), *more]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, ran.stderr
    for line in ran.stdout.splitlines():
        place, status, returned = line.split()
        yield Path(place), int(status), int(returned)


def is_as_promised(place: Path, returned: int, states: States) -> bool:
    """Whether a store opens whole, with every step that had returned and nothing by halves."""
    try:
        store = open_store(f"sqlite:///{place}/store.db", StillClock())
    except WorkspaceError:
        return False
    try:
        with store.reading() as connection:
            whole = connection.scalar(text("PRAGMA integrity_check")) == "ok"
        return whole and contents(store) in (states[max(0, returned)], states[min(returned + 1, len(states) - 1)])
    except WorkspaceError:
        return False
    finally:
        store.close()


@pytest.fixture
def states(tmp_path: Path) -> States:
    return history(f"sqlite:///{tmp_path}/whole/store.db")


@pytest.mark.covers("R16")
@pytest.mark.parametrize("made", [True, False], ids=["a store that is there", "a new store"])
def test_a_power_cut_loses_nothing_that_was_committed(
    tmp_path: Path,
    states: States,
    made: bool,  # noqa: FBT001  a test's parameter
    figure: Callable[[str, str], None],
) -> None:
    """At every step of the disk, what was not synced is lost, kept or torn by chance: no step is lost or half done."""
    template = "-"
    if made:
        open_store(f"sqlite:///{tmp_path}/template/store.db", StillClock()).close()
        template = f"{tmp_path}/template/store.db"
    count = 0
    for seed in range(SEEDS):
        *cut, last = cuts(template, tmp_path / str(seed), seed)
        assert [status for _, status, _ in cut] == [KILLED] * len(cut)
        assert last[1] == 0
        for place, _, returned in cut:
            assert is_as_promised(place, returned, states), place
        count += len(cut)
    figure("R16", f"{'an existing' if made else 'a new'} store, {count} power cuts: 0 commits lost, 0 stores damaged")


@pytest.mark.covers("R16", part="the test can fail")
def test_a_store_that_does_not_sync_is_found_out(tmp_path: Path, states: States) -> None:
    """The same cuts without syncs lose commits or damage the store: the disk of this test does what it says."""
    open_store(f"sqlite:///{tmp_path}/template/store.db", StillClock()).close()
    found = cuts(f"{tmp_path}/template/store.db", tmp_path / "off", 1, "off")
    assert not all(is_as_promised(place, returned, states) for place, status, returned in found if status)


@pytest.mark.covers("R16", part="an apply")
def test_an_apply_goes_on_after_a_power_cut(trial: Trial, figure: Callable[[str, str], None]) -> None:
    """Power cuts throughout an apply, each followed by a resume: every change has one effect, and the plan settles."""
    trial.own_connector("settle: 2 ", "settle: 0.05 ")
    cut, count, through = 1, 0, False
    differ(trial, TEN)
    while not through:
        wanted = _differ_again(trial, cut)
        plan = trial.approved()["plan"]
        ran = losing_power(trial, cut, "apply", plan)
        through = ran.returncode == 0
        if not through:
            assert ran.returncode == KILLED, ran.stderr
            count += 1
            _go_on(trial, plan)
        assert trial.counts()["effects"] == wanted, cut
        assert settled(trial)
        cut += EVERY
    assert count > TEN
    figure("R16", f"{count} power cuts in applies of {TEN} changes, each resumed: 0 lost, 0 doubled")


def _differ_again(trial: Trial, number: int) -> dict[str, int]:
    """Let the same learners differ once more; the effects that must be counted from here on."""
    chosen = trial.linked(TEN)
    for _, provider_id in chosen:
        trial.edit_user(provider_id, LastName=f"Elsewhere{number}")
    trial.forget_counts()
    return {f"users/{provider_id}": 1 for _, provider_id in chosen}


def _go_on(trial: Trial, plan: str) -> None:
    """What a person does after a cut: resume where a run was begun, else apply."""
    entries = trial.call("log", "--plan", plan, "--json").json
    runs = [one["run"] for one in entries if one["what"] == "run.begun"]
    done = trial.call("resume", runs[0]) if runs else trial.call("apply", plan)
    assert done.code == 0 or "already applied" in done.err, done.said


def losing_power(trial: Trial, cut: int, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.power.child", "command", str(cut), "1", *words, "-w", str(trial.folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
