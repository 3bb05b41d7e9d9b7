"""A disk without space under an apply: nothing is sent without a line in the journal, and a resume ends the work."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.ledger import sqlite
from tests.store.holders import differ, settled
from tests.trial import Trial

TWENTY = 20
"""Changes: two windows."""
SIXTY = 60
ROOM_TO_OPEN = 40 * 1024
"""Bytes: enough to open the store, too few for the plan."""
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from engine.cli.main import run
sys.exit(run(sys.argv[2:]))
"""


def store_file(trial: Trial) -> Path:
    return trial.folder / ".tieline" / "store.db"


def rows(trial: Trial, statement: str) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(store_file(trial))) as store:
        found: list[tuple[str, int]] = store.execute(statement).fetchall()
        return found


def pages(trial: Trial) -> int:
    return rows(trial, "SELECT '', page_count FROM pragma_page_count()")[0][1]


def intended(trial: Trial) -> int:
    """How many sends the journal knows of."""
    return rows(trial, "SELECT '', count(*) FROM journal WHERE kind = 'intent'")[0][1]


def assert_intact(trial: Trial) -> None:
    """The file is whole, and the log has an entry for every line of the journal."""
    assert rows(trial, "SELECT integrity_check, 0 FROM pragma_integrity_check()") == [("ok", 0)]
    lines = dict(rows(trial, "SELECT kind, count(*) FROM journal GROUP BY kind"))
    told = dict(rows(trial, "SELECT what, count(*) FROM log WHERE what LIKE 'change.%' GROUP BY what"))
    names = {"intent": "change.intended", "outcome": "change.answered", "closing": "change.closed"}
    assert {names[kind]: number for kind, number in lines.items()} == told


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Says to how many pages the store may grow in this process; SQLite then says that the disk is full."""
    most: list[int | None] = [None]
    before = sqlite._on_connect

    def on_connect(connection: sqlite3.Connection, record: object) -> None:
        before(connection, record)
        if most[0] is not None:
            connection.execute(f"PRAGMA max_page_count = {most[0]}")

    monkeypatch.setattr(sqlite, "_on_connect", on_connect)

    def allow(pages: int | None) -> None:
        most[0] = pages

    return allow


def next_words(trial: Trial, plan: str) -> tuple[str, str]:
    runs = rows(trial, "SELECT id, number FROM runs ORDER BY number")
    return ("resume", runs[-1][0]) if any(one for one in runs if one[1] > 1) else ("apply", plan)


def assert_nothing_unjournalled(trial: Trial, wanted: dict[str, int]) -> None:
    """Every send was journalled first, with its entry in the log; nothing was done twice; the store is whole."""
    counts = trial.counts()
    assert counts["writes"] <= intended(trial)
    assert counts["effects"].items() <= wanted.items()
    assert_intact(trial)


@pytest.mark.slow
@pytest.mark.covers("R15", "A1")
def test_a_full_store_sends_nothing_that_it_could_not_journal(
    trial: Trial, room: Callable[[int | None], None], figure: Callable[[str, str], None]
) -> None:
    """SQLITE_FULL after 0, 1, 2, … more pages of an apply and its resumes, until one gets through."""
    trial.own_connector("settle: 2 ", "settle: 0.01 ")
    trial.settings("update: {share: 30%", "update: {share: 100%")
    wanted = differ(trial, SIXTY)
    plan = trial.approved()["plan"]
    cuts: list[int] = []
    for more in range(200):
        room(pages(trial) + more)
        before = trial.counts()["writes"]
        done = trial.call(*next_words(trial, plan))
        assert_nothing_unjournalled(trial, wanted)
        if done.code == 0:
            break
        assert (done.code, "is full; nothing was stored (SQLITE_FULL)" in done.err) == (1, True), done.said
        cuts.append(trial.counts()["writes"] - before)
    room(None)
    assert trial.counts()["effects"] == wanted
    assert settled(trial)
    assert cuts.count(0) >= 1
    assert any(cuts), "no cut came after a send"
    figure("R15", f"SQLITE_FULL at {len(cuts)} points: 0 sends without a line in the journal, 0 lost, 0 doubled")


@pytest.mark.slow
@pytest.mark.covers("R15", "A1")
def test_a_disk_that_writes_no_further_sends_nothing_that_it_could_not_journal(
    trial: Trial, figure: Callable[[str, str], None]
) -> None:
    """RLIMIT_FSIZE at 16 KB, 24 KB, … under an apply and its resumes, in processes, until one gets through."""
    trial.own_connector("settle: 2 ", "settle: 0.01 ")
    wanted = differ(trial, TWENTY)
    plan = trial.approved()["plan"]
    cuts = 0
    for most in range(16 * 1024, 16 * 1024 * 200, 8 * 1024):
        words = next_words(trial, plan)
        done = limited(trial, most, *words)
        assert_nothing_unjournalled(trial, wanted)
        if done.returncode == 0:
            break
        assert (done.returncode, "the store" in done.stderr) == (1, True), done.stderr
        assert "Traceback" not in done.stderr
        cuts += 1
    assert cuts
    assert trial.counts()["effects"] == wanted
    assert settled(trial)
    figure("R15", f"a write refused at {cuts} sizes: 0 sends without a line in the journal, 0 lost, 0 doubled")


def limited(trial: Trial, most: int, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process that may let no file grow beyond so many bytes."""
    command = [sys.executable, "-c", LIMITED, str(most), *words, "-w", str(trial.folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.covers("R15", part="the plan file")
def test_a_plan_that_finds_no_room_is_not_there(trial: Trial) -> None:
    """A plan folder without space: a sentence, no plan, no half of one; with space again the plan is made."""
    folder = trial.folder / ".tieline" / "plans"
    for _, provider_id in trial.linked(200):
        trial.edit_user(provider_id, FirstName="Elsewhere", LastName="Elsewhere")
    done = limited(trial, ROOM_TO_OPEN, "plan", "onefile")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"the plan cannot be written to {folder} (File too large); nothing was kept" in done.stderr
    assert list(folder.iterdir()) == []
    assert trial.call("show", trial.plan()["plan"]).code == 0


@pytest.mark.covers("R15", part="output")
@pytest.mark.parametrize("words", [("plan", "onefile", "--json"), ("log",), ("link", "list", "onefile", "learner")])
def test_output_that_finds_no_room_is_told(trial: Trial, words: tuple[str, ...]) -> None:
    """Standard output on a full device ends in a sentence and exit code 1, not in a traceback or a silent success."""
    command = [sys.executable, "-m", "engine.cli", *words, "-w", str(trial.folder)]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "error: a file: No space left on device\n")


def test_a_device_is_not_replaced_by_a_plan(trial: Trial) -> None:
    """`--out` names what is no file: refused, and it is still there."""
    done = trial.call("plan", "onefile", "--out", "/dev/full")
    assert (done.code, "something else stands there" in done.err) == (1, True), done.said
    assert Path("/dev/full").is_char_device()
