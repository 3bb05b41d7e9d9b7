"""What differs where the store is in PostgreSQL: schemas, turns, lost connections, and commits without an answer."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Literal

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from engine.errors import LeaseError, WorkspaceError
from engine.ledger import postgres
from engine.ledger.journal import write_intents
from engine.ledger.leases import hold_lease
from engine.ledger.links import Link, add_links, read_links
from engine.ledger.store import Store, open_store, raise_serial
from engine.ledger.tables import metadata
from tests.modules import ROOT
from tests.postgres import Server, running_server
from tests.unit.ledger.proxy import Proxy, running_proxy
from tests.unit.ledger.scenario import INTENTS, Scenario, StillClock, begun, contents
from tests.unit.ledger.teams import Team

pytestmark = pytest.mark.needs_postgres

LINK = Link("learner", "m1", "p1", None)
WITHOUT_DRIVER = """
import sys
sys.modules["psycopg"] = None
from engine.errors import WorkspaceError
from engine.ledger.store import open_store
try:
    open_store("postgresql://u:hidden@db.example/x", None)
except WorkspaceError as fault:
    print(fault)
"""


@pytest.fixture
def url(postgres_database: str) -> str:
    return postgres_database


def dsn(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")


def run_sql(url: str, *statements: str) -> None:
    with psycopg.connect(dsn(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_the_migrations_make_the_tables(store: Store) -> None:
    """Migrating an empty schema gives exactly the tables that the code describes; texts sort by code point."""
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        query = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE data_type = 'text'"
        own = f"{query} AND table_schema = current_schema() AND table_name <> 'alembic_version'"
        assert list(connection.scalars(text(own))) == ["C"]


def test_processes_that_open_at_once_share_one_store(team: Team, url: str) -> None:
    """Four processes that open a store which is not there yet make one store."""
    lineages = team.at_once([team.start("make", url) for _ in range(4)])
    store = open_store(url, StillClock())
    assert lineages == [store.lineage] * 4
    store.close()


def test_other_tables_and_stores_are_left_alone(store: Store, url: str) -> None:
    """A database may hold other tables, and a store for each schema; a schema of somebody else's is refused."""
    run_sql(url, "CREATE TABLE public.theirs (x int)", "CREATE SCHEMA theirs", "CREATE TABLE theirs.log (x int)")
    other = open_store(f"{url}&schema=second", StillClock())
    add_links(other, "onefile", [LINK], "jo")
    with hold_lease(store, "onefile", "jo") as one, hold_lease(other, "onefile", "al") as two:
        assert (one.fence, two.fence) == (1, 1)
    assert (other.lineage != store.lineage, read_links(store, "onefile", "learner")) == (True, ())
    other.close()
    with pytest.raises(WorkspaceError, match="not a store of tieline"):
        open_store(f"{url}&schema=theirs", StillClock())


def test_a_database_of_another_encoding_is_refused(url: str) -> None:
    """Names of people need UTF8; the refusal says what to make instead."""
    run_sql(url, "CREATE DATABASE old_letters ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(WorkspaceError, match=r"encoding is LATIN1.*ENCODING 'UTF8'"):
            open_store(re.sub(r"@/\w+", "@/old_letters", url), StillClock())
    finally:
        run_sql(url, "DROP DATABASE old_letters")


@pytest.mark.parametrize("table", ["journal", "log", "decisions", "denials"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_only_added_to(store: Store, table: str, statement: str) -> None:
    """SQL that alters or removes a row of an append-only table fails, and alters nothing."""
    scenario = Scenario(store)
    with scenario.held:
        for step in scenario.steps():
            step()
    with store.writing() as connection:
        columns = "exchange, record_type, mis_id, provider_id, said, who, at, why"
        connection.execute(text(f"INSERT INTO denials ({columns}) VALUES ('a','b','c','d','denied','e','f','g')"))
    before = contents(store)
    assert before[table]
    with pytest.raises(WorkspaceError, match="refused what contradicts it"), store.writing() as connection:
        connection.execute(text(statement.format(table)))
    assert contents(store) == before


def test_writers_take_turns(store: Store, url: str) -> None:
    """Four writers that read a number and write the next one lose none."""

    def count() -> None:
        own = open_store(url, StillClock())
        for _ in range(25):
            with own.writing() as connection:
                found = connection.scalar(text("SELECT serial FROM store"))
                connection.execute(text("UPDATE store SET serial = :next"), {"next": (found or 0) + 1})
        own.close()

    writers = [threading.Thread(target=count) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert store.serial() == 100


def test_a_reader_has_one_view(store: Store) -> None:
    """What is committed while somebody reads is not seen before the next reading; and a reader writes nothing."""
    with store.reading() as reader:
        before = reader.scalar(text("SELECT serial FROM store"))
        with store.writing() as writer:
            raise_serial(writer)
        assert reader.scalar(text("SELECT serial FROM store")) == before
    assert store.serial() == (before or 0) + 1
    with pytest.raises(WorkspaceError, match="may only be read"), store.reading() as reader:
        raise_serial(reader)


def test_a_busy_store_is_said_to_be_busy(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot write because another writes gets a LeaseError after a time; reading goes on."""
    monkeypatch.setitem(postgres._FOR_SESSION, "lock_timeout", "50ms")
    other = open_store(url, StillClock())
    with store.writing():
        assert other.serial() == 0
        with pytest.raises(LeaseError, match="kept busy"), other.writing():
            pass
    other.close()


def test_what_the_server_is_set_to_does_not_matter(store: Store, url: str) -> None:
    """A database set to lose commits, to another zone and to read-only readers still keeps what is committed."""
    name = url.partition("@/")[2].partition("?")[0]
    settings = ("synchronous_commit = off", "timezone = 'Pacific/Kiritimati'", "idle_session_timeout = '1s'")
    isolation = "default_transaction_isolation = 'serializable'"
    run_sql(url, *(f"ALTER DATABASE {name} SET {one}" for one in (*settings, isolation)))
    store.close()
    found = open_store(url, StillClock())
    names = ("synchronous_commit", "TimeZone", "idle_session_timeout", "transaction_isolation")
    with found.writing() as connection:
        told = [connection.scalar(text(f"SELECT current_setting('{name}')")) for name in names]
    found.close()
    assert told == ["on", "UTC", "0", "read committed"]


@pytest.mark.parametrize("odd", ["secret\0", "secret\ud800"])
def test_text_that_the_server_does_not_take_is_refused(store: Store, odd: str) -> None:
    """A NUL or a lone surrogate cannot be stored; the message does not show the text."""
    with pytest.raises(WorkspaceError, match="not valid Unicode") as refused:
        add_links(store, "onefile", [Link("learner", odd, "p1", None)], "jo")
    assert "secret" not in str(refused.value)
    assert read_links(store, "onefile", "learner") == ()


def test_without_the_driver_it_says_what_to_install() -> None:
    """PostgreSQL's driver is an extra: where it is missing the sentence names it, and no password."""
    command = [sys.executable, "-c", WITHOUT_DRIVER]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert "pip install 'tieline[postgres]'" in ran.stdout
    assert "hidden" not in ran.stdout


def _write_while(store: Store, something: Callable[[], None], and_then: str = "") -> None:
    with store.writing() as connection:
        raise_serial(connection)
        something()
        if and_then:
            connection.execute(text(and_then))


@pytest.mark.covers("R17", part="a server that is gone is told")
def test_a_server_that_is_gone_is_told(postgres_server: Server) -> None:
    """A server that dies within a transaction, and one that does not run, are sentences; then the store goes on."""
    with running_server(postgres_server.programs) as own:
        store = open_store(own.url, StillClock())
        with pytest.raises(WorkspaceError, match="broken off"):
            _write_while(store, lambda: own.stop("immediate"), and_then="SELECT 1")
        with pytest.raises(WorkspaceError, match="cannot be reached"):
            store.serial()
        own.start()
        assert store.serial() == 0
        store.close()


# --- a commit whose answer does not come -----------------------------------------------------------------------------


@pytest.fixture
def proxy(postgres_server: Server) -> Iterator[Proxy]:
    with running_proxy(postgres_server.folder) as proxy:
        yield proxy


@pytest.mark.covers("R17", part="a commit without an answer is looked up")
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_commit_without_an_answer_is_looked_up(
    store: Store, url: str, proxy: Proxy, cut: Literal["before", "after"]
) -> None:
    """The connection breaks off at a COMMIT: what went through counts as stored, what did not is told."""
    behind = open_store(url.replace(str(proxy.server), str(proxy.folder)), StillClock())
    proxy.cut = cut
    if cut == "after":
        assert add_links(behind, "onefile", [LINK], "jo") == 1
    else:
        with pytest.raises(WorkspaceError, match="broken off the connection; nothing of the last step was stored"):
            add_links(behind, "onefile", [LINK], "jo")
    assert proxy.cuts == 1
    assert read_links(store, "onefile", "learner") == ((LINK,) if cut == "after" else ())
    assert store.serial() == (1 if cut == "after" else 0)
    behind.close()


def test_a_commit_that_cannot_be_looked_up_is_said_to_be_unknown(url: str, proxy: Proxy) -> None:
    """Where the server does not come back, or is another one by then, nobody claims either."""
    behind = open_store(url.replace(str(proxy.server), str(proxy.folder)), StillClock())
    proxy.cut = "after"
    with pytest.raises(WorkspaceError, match=r"whether it was stored cannot be told.*tieline log"):
        _write_while(behind, proxy.close)
    behind.close()


def test_a_lease_ends_with_its_connection(store: Store, url: str) -> None:
    """Where the server ends the holder's connection, the holder notices before it writes, and another gets it."""
    with hold_lease(store, "onefile", "jo") as lease:
        run = begun(store, lease)
        run_sql(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        before = contents(store)
        with pytest.raises(LeaseError, match="is lost with its connection"):
            write_intents(store, lease, run, INTENTS)
        assert contents(store) == before
    with hold_lease(store, "onefile", "al") as next_one:
        assert next_one.fence == 2
