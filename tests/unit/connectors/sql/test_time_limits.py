"""No PostgreSQL system is waited for without end: locks, slow statements, and we ourselves within a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from connectors.sql import open_system
from connectors.sql.address import engine_for, writing
from connectors.sql.faults import write_fault
from engine.errors import DeadlineError, UnreachableError
from engine.ports import Access, Call, Limits, Markers, System, Write
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import LEARNERS, TABLE, change, rows_of, send, spec_of

SHORT = Limits(timeout=0.3, deadline=60)
NAMES = ["ident", "first_name"]


@pytest.fixture
def admin(postgres_database: str) -> Iterator[sa.Engine]:
    """Somebody else at the same database, which has one learner."""
    engine = sa.create_engine(postgres_database)
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE)
        connection.exec_driver_sql("INSERT INTO learners (ident, first_name) VALUES ('A1', 'Ada')")
    yield engine
    engine.dispose()


@contextmanager
def opened(url: str, limits: Limits = SHORT, delivery: str = "B") -> Iterator[System]:
    learners = replace(LEARNERS, update=Write(Call("", ""), "S" if delivery == "S" else "B"))
    spec = replace(spec_of(learners, limits=limits), markers=Markers("marks", "mark", "new_key"))
    system = open_system(spec, Access("live", url), FastClock())
    yield system
    system.close()


@contextmanager
def locked(admin: sa.Engine, *statements: str) -> Iterator[None]:
    """Keep a transaction open within; it is taken back at the end."""
    with admin.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        yield
        connection.rollback()


def held(admin: sa.Engine) -> str:
    with admin.connect() as connection:
        return str(connection.exec_driver_sql("SELECT first_name FROM learners").scalar_one())


@pytest.mark.needs_postgres
@pytest.mark.covers("R3", part="locks of a database")
@pytest.mark.parametrize("delivery", ["B", "S"])
def test_a_write_to_a_locked_row_ends(admin: sa.Engine, postgres_database: str, delivery: str) -> None:
    """Another connection holds the row: the write is given up as not sent, leaves no mark, and later goes through."""
    with admin.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE marks (mark varchar(36) PRIMARY KEY, new_key text)")
    intent = replace(change({"first_name": "Ada"}, first_name="Eva"), idempotency_key="k1")
    with opened(postgres_database, delivery=delivery) as system:
        with locked(admin, "UPDATE learners SET first_name = 'Typed' WHERE ident = 'A1'"):
            outcome = send(system, intent)
            assert (outcome.verdict, outcome.detail) == (
                "not_sent",
                "somebody else has locked the record, or the database took too long; nothing was written",
            )
        assert held(admin) == "Ada"
        with admin.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM marks").scalar_one() == 0
        assert send(system, intent).verdict == "accepted"
        assert held(admin) == "Eva"


@pytest.mark.needs_postgres
def test_a_write_that_the_database_ponders_on_ends(admin: sa.Engine, postgres_database: str) -> None:
    """A trigger of the system that never returns: the write is broken off, and nothing of it stays."""
    with admin.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION ponder() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_sleep(3600); RETURN NEW; END'"
        )
        connection.exec_driver_sql("CREATE TRIGGER t BEFORE UPDATE ON learners FOR EACH ROW EXECUTE FUNCTION ponder()")
    with opened(postgres_database) as system:
        assert send(system, change({"first_name": "Ada"}, first_name="Eva")).verdict == "not_sent"
    assert held(admin) == "Ada"


@pytest.mark.needs_postgres
def test_a_read_of_a_locked_table_ends(admin: sa.Engine, postgres_database: str) -> None:
    """Somebody rebuilds the table: the read is given up in our words, and works again afterwards."""
    with opened(postgres_database) as system:
        assert len(rows_of(system.read("learners", NAMES))) == 1
        with (
            locked(admin, "LOCK TABLE learners IN ACCESS EXCLUSIVE MODE"),
            pytest.raises(UnreachableError, match="somebody else has locked the records"),
        ):
            list(system.read("learners", NAMES))
        assert len(rows_of(system.read("learners", NAMES))) == 1


@pytest.mark.needs_postgres
def test_a_read_that_the_database_ponders_on_ends(admin: sa.Engine, postgres_database: str) -> None:
    """A view that takes an hour for its first row: the deadline of the read holds on the server too."""
    with admin.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW slow AS SELECT l.*, pg_sleep(3600)::text AS x FROM learners l")
    slow = replace(LEARNERS, columns={**LEARNERS.columns}, table="slow")
    column = replace(LEARNERS.columns["first_name"], path="x")
    slow = replace(slow, columns={**slow.columns, "first_name": column})
    system = open_system(spec_of(slow, limits=Limits(deadline=0.3)), Access("live", postgres_database), FastClock())
    with pytest.raises(DeadlineError, match="raise limits"):
        list(system.read("learners", NAMES))
    system.close()


@pytest.mark.needs_postgres
@pytest.mark.parametrize(
    ("limits", "reads", "writes"),
    [
        (Limits(timeout=2, deadline=5), ("2s", "5s", "5s"), ("2s", "2s", "2s")),
        (Limits(timeout=2, deadline=1e15), ("2s", "2147483647ms", "2147483647ms"), ("2s", "2s", "2s")),
        (Limits(timeout=1e-9, deadline=5), ("1ms", "5s", "5s"), ()),
    ],
)
def test_each_transaction_has_its_bounds(
    postgres_database: str, limits: Limits, reads: tuple[str, ...], writes: tuple[str, ...]
) -> None:
    """Locks, statements and our own standing still, for reads and writes; never 0, and nothing stays in the session."""
    engine = engine_for(spec_of(limits=limits), postgres_database)
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    asked = [(engine, reads), (writing(engine), writes), (engine, reads)]
    for one, wanted in [each for each in asked if each[1]]:
        with one.connect() as connection:
            assert tuple(connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names) == wanted
    raw = engine.raw_connection()
    assert raw.cursor().execute("SHOW lock_timeout").fetchone() == ("0",)
    raw.close()
    engine.dispose()


@pytest.mark.needs_postgres
def test_a_write_that_stands_still_is_given_up(admin: sa.Engine, postgres_database: str) -> None:
    """We stop amid a transaction that holds a row: the server ends it, and others get the row."""
    engine = engine_for(spec_of(limits=Limits(timeout=0.3)), postgres_database)
    ours = writing(engine).connect()
    ours.exec_driver_sql("UPDATE learners SET first_name = 'Eva'")
    with admin.begin() as other:
        other.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
        other.exec_driver_sql("UPDATE learners SET first_name = 'Typed'")
    with pytest.raises(sa.exc.InternalError) as ended:
        ours.exec_driver_sql("SELECT 1")
    assert write_fault(ended.value)[0] == "not_sent"
    ours.close()
    with writing(engine).begin() as again:
        assert again.exec_driver_sql("SELECT 1").scalar_one() == 1
    engine.dispose()
    assert held(admin) == "Typed"
