"""A store that was restored from an older copy, that is damaged, newer or in a doubtful place: told before anything."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.ledger import disks
from tests.postgres import Server, running_server
from tests.store.conftest import move_store
from tests.store.holders import differ, going
from tests.trial import Trial

OLDER = "is older than on"


def store_file(trial: Trial) -> Path:
    return trial.folder / ".tieline" / "store.db"


def copy_store(trial: Trial, target: Path) -> None:
    with closing(sqlite3.connect(store_file(trial))) as store, closing(sqlite3.connect(target)) as copy:
        store.backup(copy)


def restore(trial: Trial, copy: Path) -> None:
    for path in store_file(trial).parent.glob("store.db-*"):
        path.unlink()
    shutil.copy(copy, store_file(trial))


def assert_refused(trial: Trial, *words: str, why: str = OLDER, code: int = 3) -> None:
    """A command is refused in a sentence before any system is asked anything."""
    before = trial.counts()["requests"]
    done = trial.call(*words)
    assert (done.code, why in done.err) == (code, True), done.said
    assert trial.counts()["requests"] == before


@pytest.mark.covers("R18")
def test_a_store_from_before_a_run_is_refused(trial: Trial, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    """The approved plan would be applied a second time: refused, also after other commands wrote to the old store."""
    wanted = differ(trial, 3)
    plan = trial.approved()["plan"]
    copy_store(trial, tmp_path / "copy.db")
    copy_store(trial, tmp_path / "newest.db")
    assert trial.call("apply", plan).code == 0
    copy_store(trial, tmp_path / "newest.db")
    restore(trial, tmp_path / "copy.db")
    assert_refused(trial, "apply", plan)
    for _ in range(40):  # so many entries that the log is as long as it was
        assert trial.call("show", plan, "--reveal").code == 0
    assert_refused(trial, "apply", plan)
    restore(trial, tmp_path / "newest.db")
    assert_refused(trial, "apply", plan, why="already")
    assert trial.counts()["effects"] == wanted
    figure("R18", "a copy from before a run: 2 of 2 applies refused, 0 requests; the newest store goes on")


@pytest.mark.covers("R18", part="in the middle of a run")
def test_a_store_from_the_middle_of_a_run_is_refused(trial: Trial, tmp_path: Path) -> None:
    """The copy knows the run, but not what was sent after it: the serial is the same, and yet it is refused."""
    differ(trial, 3)
    plan = trial.approved()["plan"]
    with going(trial, "apply", plan, stop_at="run.read") as holder:
        assert holder.stopped
        copy_store(trial, tmp_path / "copy.db")
    run = trial.run
    assert run is not None
    assert trial.killed("writer.send.after#2", "resume", run)
    restore(trial, tmp_path / "copy.db")
    assert_refused(trial, "resume", run)


@pytest.mark.covers("R18", part="a standby that lacks commits")
@pytest.mark.needs_postgres
def test_a_server_that_lacks_the_last_commits_is_refused(
    trial: Trial, postgres_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An older base backup of the server takes its place: refused before anything is sent."""
    with running_server(postgres_server.programs) as server:
        move_store(trial, server.url, monkeypatch)
        wanted = differ(trial, 3)
        plan = trial.approved()["plan"]
        data, copy = server.folder / "data", tmp_path / "base"
        server.stop()
        shutil.copytree(data, copy, copy_function=shutil.copy2)
        server.start()
        assert trial.call("apply", plan).code == 0
        server.stop()
        for path in copy.rglob("*"):
            _give_back(path, data)
        shutil.rmtree(data)
        shutil.copytree(copy, data)
        for path in [data, *data.rglob("*")]:
            _give_back(path, server.folder)
        server.start()
        assert_refused(trial, "apply", plan)
        assert trial.counts()["effects"] == wanted


def _give_back(path: Path, like: Path) -> None:
    """Make a copy its owner's again: the server refuses what belongs to somebody else."""
    shutil.chown(path, like.stat().st_uid, like.stat().st_gid)
    path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.covers("R18", part="without the witness")
def test_a_plan_is_no_older_than_its_store(trial: Trial, tmp_path: Path) -> None:
    """Where nothing was sent since the copy, a plan that was made after it still knows a later serial."""
    copy_store(trial, tmp_path / "copy.db")
    differ(trial, 3)
    plan = trial.approved()["plan"]
    copy_rows(store_file(trial), tmp_path / "copy.db")
    restore(trial, tmp_path / "copy.db")
    shutil.rmtree(trial.folder / ".tieline" / "witness")
    assert_refused(trial, "apply", plan, why="the store is older than it")


def copy_rows(source: Path, target: Path) -> None:
    """Let an older store know the newer one's plans."""
    with closing(sqlite3.connect(target)) as store:
        store.execute("ATTACH ? AS newer", [str(source)])
        store.execute("INSERT INTO plans SELECT * FROM newer.plans")
        store.execute("INSERT INTO approvals SELECT * FROM newer.approvals")
        store.commit()


def test_a_witness_that_cannot_be_read_is_told(trial: Trial) -> None:
    """A torn file is no reason to believe the store: refused with its name."""
    differ(trial, 3)
    plan = trial.approved()["plan"]
    (witness,) = (trial.folder / ".tieline" / "witness").iterdir()
    witness.write_text("{", encoding="utf-8")
    assert_refused(trial, "apply", plan, why=f"the file {witness} cannot be read", code=1)


@pytest.mark.covers("R19", part="a damaged store")
@pytest.mark.parametrize("words", ["apply", "resume"])
def test_a_damaged_store_is_told_before_anything_is_sent(trial: Trial, words: str) -> None:
    """A page that no query of an apply comes to is damaged: exit code 1, a sentence, no request."""
    differ(trial, 3)
    plan = trial.approved()["plan"]
    if words == "resume":
        assert trial.killed("run.begun", "apply", plan)
    run = trial.run
    with closing(sqlite3.connect(store_file(trial))) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_denials_pair'").fetchone()
        (size,) = store.execute("PRAGMA page_size").fetchone()
    with store_file(trial).open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    assert_refused(trial, words, plan if words == "apply" else run or "", why="is damaged; restore it", code=1)


@pytest.mark.covers("R19", part="the version of the store")
def test_a_store_of_a_later_version_is_told(trial: Trial) -> None:
    """A store that a newer tieline has written: exit code 1, both versions, no request."""
    plan = trial.approved()["plan"]
    with closing(sqlite3.connect(store_file(trial))) as store:
        store.execute("UPDATE alembic_version SET version_num = '0099'")
        store.commit()
    assert_refused(trial, "apply", plan, why="the store is of version 0099", code=1)


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Says what file system everything is on."""

    def say(kind: str) -> None:
        path = tmp_path / "mountinfo"
        path.write_text(f"1 0 0:1 / / rw - {kind} none rw\n", encoding="utf-8")
        monkeypatch.setattr(disks, "_MOUNTS", path)

    return say


@pytest.mark.covers("R19", part="what the commands say")
def test_commands_say_where_a_store_should_not_be(trial: Trial, mounts: Callable[[str], None]) -> None:
    """On NFS every command is refused; on a file system that is not known an apply warns and goes on."""
    plan = trial.approved()["plan"]
    mounts("nfs4")
    assert_refused(trial, "apply", plan, why="network file system (nfs4)", code=1)
    assert_refused(trial, "log", why="network file system (nfs4)", code=1)
    mounts("fuse.strange")
    done = trial.call("apply", plan)
    assert (done.code, done.err.count("warning: the store")) == (0, 1), done.said
    assert "(fuse.strange)" in done.err
