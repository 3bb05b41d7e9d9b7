"""Whatever cuts the work off, the store holds each step wholly or not at all, and the work can go on."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.crashpoints import POINTS
from engine.errors import WorkspaceError
from engine.ledger.journal import hold_lease, resume_run
from engine.ledger.log import read_log
from engine.ledger.runs import list_runs
from engine.ledger.store import Store, open_store
from tests.unit.ledger.attempt import REFUSED
from tests.unit.ledger.scenario import ROOT, Scenario, StillClock, contents, history

STEPS = 10
NAMED: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("link.before",), ("link.committed",)),
    ((), ("plan.stored",)),
    (("approval.before",), ("approval.committed",)),
    ((), ()),  # the lease
    ((), ("run.begun",)),
    (("journal.intent.before",), ("journal.intent.committed",)),
    (("journal.outcome.before",), ("journal.outcome.committed",)),
    ((), ("journal.proof.committed",)),
    ((), ("run.finished",)),
    (("word.before",), ("word.committed",)),
)
"""The crash points of each step of the scenario, before its one commit and after it."""
CRASHES = [
    crash
    for step, (before, after) in enumerate(NAMED)
    for crash in (
        *((name, step) for name in (*before, "store.commit.before")),
        *((name, step + 1) for name in ("store.committed", *after)),
    )
]
"""The ledger's crash points in the order in which the scenario passes them, and the steps that are then durable."""
KILLED = -9
NEED_ROOM = {0, 1, 2, 5, 6, 7}
"""The steps that store more than fits into the pages that are there."""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A new store, closed."""
    open_store(f"sqlite:///{tmp_path}/template/store.db", StillClock()).close()
    return tmp_path / "template" / "store.db"


def exits(*words: str | Path) -> Sequence[int]:
    """What the children of a sweep ended with."""
    command = [sys.executable, "-m", "tests.unit.ledger.sweep", *map(str, words)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return [int(line) for line in ran.stdout.split()]


def reopened(folder: Path) -> Store:
    store = open_store(f"sqlite:///{folder}/store.db", StillClock())
    with store.reading() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    return store


def test_a_kill_leaves_each_step_done_or_not(template: Path, tmp_path: Path) -> None:
    """SIGKILL at every crash point of the ledger: the store is as it was before or after a step, and goes on."""
    states = history(f"sqlite:///{tmp_path}/whole/store.db")
    sweep = tmp_path / "sweep"
    sweep.mkdir()
    assert exits("crash", template, sweep) == [KILLED] * len(CRASHES) + [0]
    for number, (name, done) in enumerate(CRASHES, 1):
        store = reopened(sweep / str(number))
        assert contents(store) == states[done], name
        with hold_lease(store, "onefile", "jo") as lease:
            for run in list_runs(store):
                if run.state != "finished":
                    assert resume_run(store, lease, run, "jo").fence == lease.fence == 2
        store.close()


def test_every_crash_point_of_the_ledger_is_swept() -> None:
    """The points that the ledger's files name are those that the sweep expects."""
    files = (ROOT / "engine" / "ledger").glob("*.py")
    called = {
        name for file in files for name in re.findall(r'"([a-z]+(?:\.[a-z]+)+)"', file.read_text(encoding="utf-8"))
    }
    assert called & set(POINTS) == {name for name, _ in CRASHES}


def test_a_full_store_is_intact_and_goes_on(template: Path, tmp_path: Path) -> None:
    """SQLITE_FULL at any step that needs room stores nothing of it; with space again the end is the same."""
    states = history(f"sqlite:///{tmp_path}/whole/store.db")
    refused: list[int] = []
    for pages in range(60):
        path = tmp_path / str(pages) / "store.db"
        path.parent.mkdir()
        shutil.copy(template, path)
        found = refused_step(reopened(path.parent), pages, states)
        if found is None:
            break
        refused.append(found)
    assert refused == sorted(refused)
    assert set(refused) == NEED_ROOM


def refused_step(store: Store, pages: int, states: Sequence[object]) -> int | None:
    """Go through the scenario in a store that may grow by so many pages; the step that was refused, or None."""
    allow(store, pages)
    scenario = Scenario(store)
    refused = None
    with scenario.held:
        for number, step in enumerate(scenario.steps()):
            try:
                step()
            except WorkspaceError as fault:
                assert "is full; nothing was stored (SQLITE_FULL)" in str(fault)  # noqa: PT017  not every step fails
                assert contents(store) == states[number]
                assert refused is None
                refused = number
                allow(store, 1000)
                step()
            assert contents(store) == states[number + 1]
    store.close()
    return refused


def allow(store: Store, pages: int) -> None:
    """Let an intact store grow by so many pages, no more. The store has one connection, which keeps the limit."""
    with store.reading() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        size = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {size + pages}"))


def test_a_file_that_may_not_grow_is_intact(template: Path, tmp_path: Path) -> None:
    """A disk that refuses to write (RLIMIT_FSIZE) ends the step with a sentence and stores nothing of it."""
    states = history(f"sqlite:///{tmp_path}/whole/store.db")
    sweep = tmp_path / "sweep"
    sweep.mkdir()
    *refused, through = exits("choke", template, sweep)
    assert through == 0
    done = [status - REFUSED for status in refused]
    assert done == sorted(done)
    assert set(done) >= NEED_ROOM
    for number, steps in enumerate([*done, STEPS], 1):
        store = reopened(sweep / str(number))
        assert contents(store) == states[steps]
        store.close()


@pytest.mark.parametrize("number", range(STEPS))
def test_nothing_is_stored_without_its_entry(store: Store, number: int) -> None:
    """Where the log takes no entry, the step is refused and stores nothing."""
    scenario = Scenario(store)
    with scenario.held:
        steps = scenario.steps()
        for step in steps[:number]:
            step()
        before = contents(store)
        with store.writing() as connection:
            connection.execute(text("CREATE TRIGGER deaf BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'deaf'); END"))
        with pytest.raises(WorkspaceError):
            steps[number]()
        assert contents(store) == before
        with store.writing() as connection:
            connection.execute(text("DROP TRIGGER deaf"))
        steps[number]()
        assert len(read_log(store)) > len(before["log"])
