"""How a SQLite store is made, opened, migrated and kept from others."""

import json
import sqlite3
import stat
import subprocess
import sys
from select import select

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from engine.errors import LeaseError, WorkspaceError
from engine.ledger.files import locked, make_file
from engine.ledger.migrate import HEAD
from engine.ledger.store import Store, open_store
from engine.ledger.tables import metadata
from tests.unit.ledger.scenario import ROOT, Scenario, StillClock, contents, path_of
from tests.unit.ledger.teams import Team

LOADED = """
import json, sys
import engine.ledger
before = "sqlalchemy" in sys.modules
from engine.ledger.store import open_store
from tests.unit.ledger.scenario import StillClock
open_store(sys.argv[1], StillClock()).close()
print(json.dumps([before, "sqlalchemy" in sys.modules, "alembic" in sys.modules]))
"""


def test_files_are_their_owners_alone(store: Store, url: str) -> None:
    """The folder is 0700; the database, its WAL and the locks are 0600."""
    scenario = Scenario(store)
    with scenario.held:
        for step in scenario.steps():
            step()
        folder = path_of(url).parent
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert modes == dict.fromkeys(
        ["store.db", "store.db-wal", "store.db-shm", "store.db.setup", "store.db.lease-onefile"], 0o600
    )


def test_commits_are_durable(store: Store) -> None:
    """Each connection is in WAL mode with synchronous=FULL, and keeps foreign keys."""
    with store.reading() as first, store.writing() as second:
        for connection in (first, second):
            found = [
                connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert found == ["wal", 2, 1]


def test_the_migrations_make_the_tables(store: Store) -> None:
    """Migrating an empty database gives exactly the tables that the code describes."""
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")))
        counted = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")))
    assert made == {
        table.name for table in metadata.tables.values() if not table.dialect_options["sqlite"]["with_rowid"]
    }
    assert counted == {
        table.name for table in metadata.tables.values() if table.dialect_options["sqlite"]["autoincrement"]
    }


def test_the_head_is_the_last_migration() -> None:
    """The constant that spares an up-to-date store Alembic is Alembic's own head."""
    config = Config()
    config.set_main_option("script_location", "engine.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_an_up_to_date_store_is_opened_without_alembic(store: Store, url: str) -> None:
    """Importing the package loads no SQLAlchemy, opening the store no Alembic."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, url], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    assert json.loads(ran.stdout) == [False, True, False]
    assert store.serial() == 0


def test_a_newer_store_is_refused(store: Store, url: str) -> None:
    """A store of a later version is not touched; the message names both versions."""
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    before = contents(store)
    with pytest.raises(WorkspaceError, match=f"0099.*{HEAD}"):
        open_store(url, StillClock())
    assert contents(store) == before


def test_a_half_made_store_is_completed(url: str) -> None:
    """A file that a killed process left empty becomes a store at the next opening."""
    path_of(url).parent.mkdir()
    path_of(url).touch()
    store = open_store(url, StillClock())
    assert store.serial() == 0
    store.close()


def test_a_store_without_wal_gets_it_back(store: Store, url: str) -> None:
    """A copy that some tool wrote in another journal mode is opened in WAL mode, and keeps its lineage."""
    store.close()
    with sqlite3.connect(path_of(url)) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    connection.close()
    again = open_store(url, StillClock())
    with again.reading() as reader:
        assert reader.scalar(text("PRAGMA journal_mode")) == "wal"
    assert again.lineage == store.lineage
    again.close()


def test_processes_that_open_at_once_share_one_store(team: Team, url: str) -> None:
    """Four processes that open a store which is not there yet make one store."""
    lineages = team.at_once([team.start("make", url) for _ in range(4)])
    store = open_store(url, StillClock())
    assert lineages == [store.lineage] * 4
    store.close()


def test_a_store_is_made_by_one_process_at_a_time(team: Team, url: str) -> None:
    """While another process makes the store, nobody touches its file; then the work goes on."""
    lock = path_of(url).with_name("store.db.setup")
    make_file(lock)
    member = team.start("make", url)
    member.await_ready()
    with locked(lock, wait=True):
        member.tell()
        assert select([member.said], [], [], 0.5) == ([], [], [])
        assert not path_of(url).exists()
    assert len(member.answer()) == 36


@pytest.mark.parametrize("table", ["journal", "log"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET at = 'x'",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    ],
)
def test_journal_and_log_are_only_added_to(store: Store, table: str, statement: str) -> None:
    """SQL that alters or removes a line of the journal or of the log fails, and alters nothing."""
    scenario = Scenario(store)
    with scenario.held:
        for step in scenario.steps():
            step()
    before = contents(store)
    assert before[table]
    with pytest.raises(WorkspaceError), store.writing() as connection:
        connection.execute(text(statement.format(table=table)))
    assert contents(store) == before


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("no address", "not a database URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://u:hidden@db.example/x", "neither one of SQLite"),
        ("postgresql://u:hidden@db.example/x?schema=Mine", "names no schema"),
        ("postgresql://u@db.example/x?password=hidden", "says `password`, which it may not"),
        ("postgresql://u@db.example/x?options=-cfsync%3Doff", "says `options`"),
        ("postgresql://u:hidden@127.0.0.1:1/x", "postgresql://u@127.0.0.1:1/x cannot be reached"),
        ("sqlite:////tmp/x.db?mode=ro&uri=true", "says more than its file"),
        ("sqlite:////dev/null/store.db", "cannot be used"),
        ("sqlite:////proc/tieline/store.db", "cannot be used"),
    ],
)
def test_an_address_that_is_no_store_is_refused(url: str, why: str) -> None:
    """The refusal says what is wrong and shows nothing of a password."""
    with pytest.raises(WorkspaceError, match=why) as refused:
        open_store(url, StillClock())
    assert "hidden" not in str(refused.value)


def test_another_programs_database_is_refused(url: str) -> None:
    """A SQLite file with other tables is left alone."""
    path_of(url).parent.mkdir()
    with sqlite3.connect(path_of(url)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path_of(url).read_bytes()
    with pytest.raises(WorkspaceError, match="not a store of tieline"):
        open_store(url, StillClock())
    assert path_of(url).read_bytes() == before


def test_a_busy_store_is_said_to_be_busy(store: Store, url: str) -> None:
    """Who cannot write because another writes gets a LeaseError; reading goes on."""
    other = open_store(f"{url}?timeout=0.05", StillClock())
    with store.writing():
        assert other.serial() == 0
        with pytest.raises(LeaseError, match="kept busy"), other.writing():
            pass
    other.close()


def test_a_store_that_may_only_be_read_says_so(store: Store) -> None:
    """SQLite's refusal to write becomes a sentence without the row that was to be written."""
    with store.reading() as connection:  # the store has one connection, which keeps the setting
        connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(WorkspaceError, match="may only be read") as refused, store.writing() as connection:
        connection.execute(text("INSERT INTO leases VALUES ('secret', 1, 'x', 'y')"))
    assert "secret" not in str(refused.value)


def test_text_that_is_not_unicode_is_refused(store: Store) -> None:
    """A lone surrogate cannot be stored; the message does not show the text."""
    with pytest.raises(WorkspaceError, match="not valid Unicode") as refused, store.writing() as connection:
        connection.execute(text("INSERT INTO leases VALUES (:x, 1, 'x', 'y')"), {"x": "secret\ud800"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("at", "why"), [(0, "is no SQLite database"), (4096, "is damaged"), (100, "is damaged")])
def test_a_damaged_store_is_said_to_be_damaged(store: Store, url: str, at: int, why: str) -> None:
    """Overwritten bytes of the file become a sentence, not a foreign exception."""
    store.close()
    with path_of(url).open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 4096)
    with pytest.raises(WorkspaceError, match=why):
        contents(open_store(url, StillClock()))
