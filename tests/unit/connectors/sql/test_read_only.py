"""`read_only: on`: nothing can be written, and an account that could is refused."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.sql import open_system
from connectors.sql.address import engine_for
from engine.errors import ConnectorMismatchError, OverPrivilegedError
from engine.ports import Access
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import TABLE, at, change, rows_of, send, spec_of

NAMES = ["ident", "first_name"]


def access(address: str, *, read_only: bool = True) -> Access:
    return Access("live", address, read_only=read_only)


@pytest.mark.covers("Y15")
def test_sqlite_is_read_and_never_written(path: Path) -> None:
    """The records come, a write is refused in our words, and the file stays as it was, byte for byte."""
    before = path.read_bytes()
    system = open_system(spec_of(), access(f"sqlite:{path}"), FastClock())
    assert len(rows_of(system.read("learners", NAMES))) == 3
    assert "PICSWeb answers" in system.check()
    outcome = send(system, change({"first_name": "Ada"}, first_name="Zoe"))
    assert (outcome.verdict, outcome.detail) == (
        "refused",
        "tieline.yaml says `read_only: on` of this system; nothing was written",
    )
    system.close()
    assert path.read_bytes() == before
    assert at(path, "A1", "first_name") == "Ada"


@pytest.mark.covers("Y15")
def test_sqlite_itself_refuses_a_write(path: Path) -> None:
    """Not only our own care: the connection cannot write, whatever statement is run on it."""
    engine = engine_for(spec_of(), f"sqlite:{path}", read_only=True)
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="readonly"):
        connection.exec_driver_sql("UPDATE learners SET first_name = 'x'")
    engine.dispose()
    engine = engine_for(spec_of(), f"sqlite:{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE learners SET first_name = 'x'")
    engine.dispose()


def test_sqlite_in_wal_mode_is_read_too(tmp_path: Path) -> None:
    """A file to which somebody else is writing just now."""
    path = tmp_path / "wal.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(TABLE)
        database.execute("INSERT INTO learners (ident, first_name) VALUES ('A1', 'Ada')")
        database.commit()
        system = open_system(spec_of(), access(f"sqlite:{path}"), FastClock())
        assert rows_of(system.read("learners", NAMES)) == [{"ident": "A1", "first_name": "Ada"}]
        system.close()


@pytest.mark.covers("Y15")
def test_a_database_that_cannot_promise_it_is_refused() -> None:
    """On other databases the setting would be a promise that nobody keeps."""
    with pytest.raises(ConnectorMismatchError, match="on SQLite and PostgreSQL alone"):
        open_system(spec_of(), access("mysql://reader@db.example/mis"), FastClock())


# --- PostgreSQL ------------------------------------------------------------------------------------------------------

SETUP = (
    TABLE.replace("seen TEXT", "seen TIMESTAMPTZ"),
    "INSERT INTO learners (ident, first_name) VALUES ('A1', 'Ada')",
    "CREATE SCHEMA desk",
    "CREATE TABLE desk.notes (id integer PRIMARY KEY, note text)",
    "CREATE VIEW desk.shown AS SELECT * FROM desk.notes",
    "CREATE ROLE {role} LOGIN",
    "GRANT SELECT ON learners TO {role}",
    "GRANT USAGE ON SCHEMA desk TO {role}",
)
RIGHTS = {
    "update": "GRANT UPDATE ON learners TO {role}",
    "insert": "GRANT INSERT ON learners TO {role}",
    "delete": "GRANT DELETE ON learners TO {role}",
    "truncate": "GRANT TRUNCATE ON learners TO {role}",
    "one column": "GRANT UPDATE (first_name) ON learners TO {role}",
    "everybody": "GRANT UPDATE ON learners TO PUBLIC",
    "through a group": "CREATE ROLE {role}_writers; GRANT UPDATE ON learners TO {role}_writers;"
    " GRANT {role}_writers TO {role}",
    "all data": "GRANT pg_write_all_data TO {role}",
    "another table": "GRANT INSERT ON desk.notes TO {role}",
    "another view": "GRANT UPDATE ON desk.shown TO {role}",
    "owner": "ALTER TABLE learners OWNER TO {role}",
    "owner who gave it up": "ALTER TABLE desk.notes OWNER TO {role}; REVOKE ALL ON desk.notes FROM {role}",
    "superuser": "ALTER ROLE {role} SUPERUSER",
}


def prepared(url: str, role: str, *more: str) -> str:
    """The database with its tables and an account that may read `learners`, and more; gives the account's URL."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in (*SETUP, *more):
            for part in statement.split("; "):
                connection.exec_driver_sql(part.format(role=role))
    engine.dispose()
    return url.replace("postgres@", f"{role}@")


def forget(url: str, role: str) -> None:
    """Take the accounts away again: they belong to the server, not to the database."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for one in (role, f"{role}_writers"):
            known = "SELECT count(*) FROM pg_roles WHERE rolname = %s"
            if connection.exec_driver_sql(known, (one,)).scalar_one():
                connection.exec_driver_sql(f"DROP OWNED BY {one} CASCADE")
                connection.exec_driver_sql(f"DROP ROLE {one}")
    engine.dispose()


@pytest.mark.needs_postgres
@pytest.mark.covers("Y15")
def test_a_postgresql_account_that_can_only_read(postgres_database: str) -> None:
    """It is taken; what it reads comes, a write is refused, and every transaction is a read-only one."""
    url = prepared(postgres_database, "reader")
    try:
        system = open_system(spec_of(), access(url), FastClock())
        assert rows_of(system.read("learners", NAMES)) == [{"ident": "A1", "first_name": "Ada"}]
        assert "PICSWeb answers" in system.check()
        assert send(system, change({"first_name": "Ada"}, first_name="Zoe")).verdict == "refused"
        system.close()
        engine = engine_for(spec_of(), url, read_only=True)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
        engine.dispose()
    finally:
        forget(postgres_database, "reader")


@pytest.mark.needs_postgres
@pytest.mark.covers("Y15")
def test_a_postgresql_account_that_could_write_is_refused(
    postgres_database: str, figure: Callable[[str, str], None]
) -> None:
    """Each right to write, wherever it comes from, is found before a record is read; without the setting all pass."""
    taken = []
    for at_, (name, right) in enumerate(RIGHTS.items()):
        role = f"writer{at_}"
        url = prepared(postgres_database, role, right)
        try:
            system = open_system(spec_of(), access(url), FastClock())
            for act in (system.check, lambda: list(system.read("learners", NAMES))):  # noqa: B023  called at once
                try:
                    act()
                    taken.append(name)
                except OverPrivilegedError as error:
                    assert "give it an account that can only read" in str(error)  # noqa: PT017  of each right
            system.close()
            system = open_system(spec_of(), access(url, read_only=False), FastClock())
            assert len(rows_of(system.read("learners", NAMES))) == 1
            system.close()
        finally:
            forget(postgres_database, role)
            engine = sa.create_engine(postgres_database, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql("DROP SCHEMA desk CASCADE")
                connection.exec_driver_sql("DROP TABLE IF EXISTS learners")
            engine.dispose()
    assert taken == []
    figure("Y15", f"{len(RIGHTS)} ways to hold a right to write on PostgreSQL: all refused")
