"""What differs on PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.sql import open_system
from engine.errors import (
    UnreachableError,
)
from engine.ports import (
    Access,
    Call,
    Collection,
    Column,
    Intent,
    Scalar,
    Write,
)
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import LEARNERS, change, rows_of, send, spec_of


def _postgres_user() -> list[str] | None:
    """The words that run a command as somebody who may start a server: root may not."""
    if os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    known = Path("/etc/passwd").read_text(encoding="utf-8")
    return [runuser, "-u", "postgres", "--"] if runuser and "\npostgres:" in known else None


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of its own on a socket; gives its URL."""
    words = _postgres_user()
    tools = shutil.which("initdb"), shutil.which("pg_ctl")
    if words is None or not all(tools):
        pytest.skip("no PostgreSQL that can be started here (initdb, pg_ctl and a user other than root)")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if words:
        shutil.chown(folder, "postgres")

    def run(*command: str | None) -> None:
        subprocess.run([*words, *map(str, command)], check=True, capture_output=True, timeout=60, cwd="/")

    data = folder / "data"
    run(tools[0], "-D", str(data), "-A", "trust", "-U", "tieline", "--no-sync", "-E", "UTF8", "--locale=C")
    options = f"-c listen_addresses= -c fsync=off -k {folder}"
    run(tools[1], "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql://tieline@/postgres?host={folder}"
    run(tools[1], "-D", str(data), "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.mark.needs_postgres
@pytest.mark.covers("R7", "Y15")
def test_postgresql_reads_and_writes_likewise(postgres: str) -> None:
    """Real dates, decimals, integer keys, NULLs, names in need of quotes, conflicts and refusals on PostgreSQL."""
    columns = (
        Column("ident", "ident", access="read"),
        Column("first_name", 'x"; DROP TABLE t; --'),
        Column("birth_date", "birth_date", "date", "iso date"),
        Column("score", "score", "number"),
        Column("seen", "seen", "instant", "iso instant"),
        Column("note", "note", "date", "dd/mm/yyyy"),
    )
    learners = replace(LEARNERS, columns={column.name: column for column in columns}, table="pics.learners")
    engine = sa.create_engine(sa.make_url(postgres).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA pics")
        connection.exec_driver_sql(
            'CREATE TABLE pics.learners (ident integer PRIMARY KEY, "x""; DROP TABLE t; --" varchar(5),'
            " birth_date date, score numeric(9, 3), seen timestamptz, note text)"
        )
        connection.exec_driver_sql(
            "INSERT INTO pics.learners VALUES (1, 'Ada', '1990-02-03', 0.1), (2, NULL, NULL, NULL)"
        )
    engine.dispose()
    system = open_system(spec_of(learners), Access("live", postgres), FastClock())
    names = ["ident", "first_name", "birth_date", "score"]
    before = {"ident": 1, "first_name": "Ada", "birth_date": date(1990, 2, 3), "score": Decimal("0.100")}
    assert rows_of(system.fetch("learners", names, ["1", "x", "77", "²"])) == [before]
    values: dict[str, Scalar] = {
        "first_name": "Zoë",
        "birth_date": date(1991, 1, 1),
        "score": Decimal("1.125"),
        "seen": datetime(2026, 1, 2, tzinfo=UTC),
        "note": date(2026, 1, 2),
    }
    held = {"first_name": "Ada", "birth_date": date(1990, 2, 3), "score": Decimal("0.100"), "seen": None, "note": None}
    assert send(system, change({**held, "score": Decimal(1)}, "1", **values)).verdict == "conflict"
    assert send(system, change(held, "1", **values)).verdict == "accepted"
    assert send(system, change({"first_name": None}, "2", first_name="too long")).verdict == "refused"
    assert send(system, change({"birth_date": "1991-01-01"}, "1", birth_date=None)).verdict == "accepted"
    rows = {row["ident"]: row for row in rows_of(system.read("learners", [*values, "ident"]))}
    assert rows[1] == {**values, "birth_date": None, "note": "02/01/2026", "ident": 1}
    assert rows[2]["first_name"] is None
    system.close()


@pytest.mark.needs_postgres
def test_postgresql_numbers_new_rows(postgres: str) -> None:
    """A row of real types gives back its key, a view that takes rows does so too; a row that is refused leaves none."""
    columns = (
        Column("number", "Visit No", "number", access="read"),
        Column("surname", "surname"),
        Column("day", "day", "date", "iso date"),
        Column("hours", "hours", "number"),
        Column("active", "active", "boolean"),
        Column("kind", "kind"),
    )
    create = Write(Call("", ""), "D", constants={"kind": "V"})
    named = {column.name: column for column in columns}
    visits = Collection("visits", "number", named, table="desk.visits", create=create)
    shown = replace(visits, name="shown", table="desk.shown")
    engine = sa.create_engine(sa.make_url(postgres).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA desk")
        connection.exec_driver_sql(
            'CREATE TABLE desk.visits ("Visit No" integer GENERATED ALWAYS AS IDENTITY (START 41) PRIMARY KEY,'
            " surname varchar(5) NOT NULL, day date, hours numeric(9, 3), active boolean, kind text)"
        )
        connection.exec_driver_sql("CREATE VIEW desk.shown AS SELECT * FROM desk.visits")
    engine.dispose()
    system = open_system(spec_of(visits, shown), Access("live", postgres), FastClock())
    values: dict[str, Scalar] = {
        "surname": "Zoë",
        "day": date(2026, 1, 31),
        "hours": Decimal("1.125"),
        "active": True,
    }
    outcome = send(system, Intent("c", 1, "create", "visits", None, values))
    assert (outcome.verdict, outcome.new_key) == ("accepted", "41")
    for wrong in ({"surname": "too long"}, {"hours": 1}):
        refused = send(system, Intent("c", 1, "create", "visits", None, wrong))
        assert (refused.verdict, refused.new_key) == ("refused", None)
        assert "too long" not in refused.detail
    through = send(system, Intent("c", 1, "create", "shown", None, {"surname": "Roe"}))
    assert through.verdict == "accepted"
    rows = rows_of(system.read("visits", ["number", *values, "kind"]))
    assert rows[0] == {"number": 41, **values, "kind": "V"}
    assert [str(row["number"]) for row in rows] == ["41", through.new_key]
    system.close()


@pytest.mark.needs_postgres
def test_a_postgresql_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    """No server behind the address: reading raises, writing says that nothing was sent, the password is not told."""
    address = f"postgresql://tieline:canary@/postgres?host={tmp_path}"
    system = open_system(spec_of(), Access("live", address), FastClock())
    with pytest.raises(UnreachableError) as caught:
        list(system.read("learners", ["ident"]))
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    system.close()
