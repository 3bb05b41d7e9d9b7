"""Reading databases: SQLite."""

import io
import logging
import sqlite3
import traceback
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.sql import open_system
from engine.errors import (
    ConnectedSystemError,
    ConnectorMismatchError,
    DeadlineError,
    UnexpectedAnswerError,
    UnreachableError,
)
from engine.ports import (
    Access,
    Call,
    Collection,
    Column,
    Limits,
    System,
    Write,
)
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import LEARNERS, at, change, rows_of, send, spec_of


def test_values_come_as_the_database_holds_them(system: System) -> None:
    """Text, numbers and NULL as they are, fractions as exact decimals, a date that is none as the text that it is."""
    rows = rows_of(system.read("learners", ["ident", "first_name", "birth_date", "started", "score", "active"]))
    assert rows == [
        dict(zip(("ident", "first_name", "birth_date", "started", "score", "active"), row, strict=False))
        for row in [
            ("A1", "Ada", "1990-02-03", "01/09/2025", 7, "Y"),
            ("A2", None, "not a date", None, Decimal("0.1"), "N"),
            ("A'3", "", None, None, None, None),
        ]
    ]


def test_many_rows_come_in_pages(path: Path) -> None:
    """25,000 rows make three pages, and every row is in one of them."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM learners")
        database.executemany("INSERT INTO learners (ident) VALUES (?)", ([f"B{n}"] for n in range(25_000)))
        database.commit()
    system = open_system(spec_of(), Access("live", f"sqlite:{path}"), FastClock())
    pages = list(system.read("learners", ["ident"]))
    assert [page.count for page in pages] == [10_000, 10_000, 5_000]
    assert len({row["ident"] for row in rows_of(iter(pages))}) == 25_000
    system.close()


def test_fetch_finds_what_is_there(system: System) -> None:
    """Keys are bound, however they look and however many they are; unknown ones are left out."""
    keys = ["A'3", "A1", "A1", 'x"; DROP TABLE learners; --', *(f"none{n}" for n in range(2000))]
    assert {row["ident"] for row in rows_of(system.fetch("learners", ["ident"], keys))} == {"A'3", "A1"}
    assert list(system.fetch("learners", ["ident"], [])) == []


def test_fetch_finds_records_by_another_column(system: System) -> None:
    """Those that hold one of these values there, as records do that belong to another one."""
    every = rows_of(system.read("learners", ["ident", "first_name"]))
    name = str(every[0]["first_name"])
    found = rows_of(system.fetch("learners", ["ident", "first_name"], [name], by="first_name"))
    assert found
    assert found == [row for row in every if row["first_name"] == name]
    assert system.calls <= 8


@pytest.mark.covers("Y15")
def test_only_asked_columns_of_named_tables_are_selected(path: Path) -> None:
    """The statements that reach the database name no column and no table beyond the connector file's."""
    statements: list[str] = []
    system = open_system(spec_of(), Access("live", f"sqlite:{path}"), FastClock())

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        rows_of(system.read("learners", ["first_name"]))
        rows_of(system.fetch("learners", ["ident"], ["canary'"]))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
        system.close()
    selects = [each for each in statements if "FROM learners" in each]
    assert len(selects) == 2
    assert not any("*" in each or "secret" in each or "canary" in each for each in selects)


@pytest.mark.parametrize(
    "name", ['x"; DROP TABLE learners; --', "x]", "`x`", "Learners", "main.learners; --", "learner"]
)
@pytest.mark.covers("Y15")
def test_a_table_that_is_not_there_is_never_named_to_the_database(path: Path, name: str) -> None:
    """Table names come from the database's own list; another one is an error and changes nothing."""
    system = open_system(spec_of(replace(LEARNERS, table=name)), Access("live", f"sqlite:{path}"), FastClock())
    with pytest.raises(ConnectorMismatchError, match="no table or view"):
        list(system.read("learners", ["ident"]))
    system.close()
    assert at(path, "A1", "first_name") == "Ada"


@pytest.mark.parametrize("name", ['x"; DROP TABLE learners; --', "x]", "`x`", "frist_name"])
@pytest.mark.covers("Y15")
def test_a_column_that_is_not_there_is_refused(path: Path, name: str) -> None:
    """Every column of the file must exist, with the nearest name in the error, before any row is read."""
    columns = {**LEARNERS.columns, "odd": Column("odd", name)}
    system = open_system(spec_of(replace(LEARNERS, columns=columns)), Access("live", f"sqlite:{path}"), FastClock())
    near = r"did you mean first_name\?" if name == "frist_name" else "has no column"
    for act in (lambda: list(system.read("learners", ["ident"])), system.check):
        with pytest.raises(ConnectorMismatchError, match=near):
            act()
    system.close()


@pytest.mark.covers("Y15")
def test_odd_identifiers_that_are_there_are_quoted(tmp_path: Path) -> None:
    """A table and a column called like an attack are read and written like any other."""
    odd = 'x"; DROP TABLE t; --'
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as database:
        quoted = odd.replace('"', '""')
        database.execute(f'CREATE TABLE "{quoted}" (k TEXT, "{quoted}" TEXT)')
        database.execute(f"INSERT INTO \"{quoted}\" VALUES ('1', 'a')")
        database.commit()
    columns = {"k": Column("k", "k"), "v": Column("v", odd)}
    table = Collection("learners", "k", columns, table=odd, update=Write(Call("", ""), "B"))
    system = open_system(spec_of(table), Access("live", f"sqlite:{path}"), FastClock())
    assert send(system, change({"v": "a"}, "1", v=odd)).verdict == "accepted"
    assert rows_of(system.read("learners", ["v"])) == [{"v": odd}]
    system.close()


def test_a_url_names_a_file_too(tmp_path: Path, path: Path) -> None:
    """The URL of SQLAlchemy leads to the same file."""
    plain = tmp_path / "plain.db"
    plain.write_bytes(path.read_bytes())
    system = open_system(spec_of(), Access("live", f"sqlite:///{plain}"), FastClock())
    assert len(rows_of(system.read("learners", ["ident"]))) == 3
    system.close()


@pytest.mark.parametrize("address", ["sqlite:{}", "sqlite:///{}"])
def test_no_database_is_created_by_mistake(tmp_path: Path, address: str) -> None:
    """A path without a file is an error at opening, and stays without a file."""
    missing = tmp_path / "canary.db"
    with pytest.raises(UnreachableError, match="no such SQLite file") as caught:
        open_system(spec_of(), Access("live", address.format(missing)), FastClock())
    assert not missing.exists()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        *("", "canary", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=rwc&uri=true", "nosuch://canary/x"),
        *(
            "postgresql://u:canary@host:canary/x",
            "postgresql://u:ca@nary@host:",
            "postgresql://u:canary@ss:word@host/x",
        ),
        "postgresql://canary@/x?host=a,b&port=1,2,canary",
    ],
)
def test_what_is_no_database_is_refused_at_opening(address: str) -> None:
    """Nothing but a database URL with a driver that is here, and never a database in memory."""
    with pytest.raises(ConnectorMismatchError) as caught:
        open_system(spec_of(), Access("live", address), FastClock())
    assert "canary" not in str(caught.value)


def test_a_database_that_vanished_is_unreachable(system: System, path: Path) -> None:
    """The file goes away between opening and reading: an error, and no new empty file."""
    path.unlink()
    with pytest.raises(UnreachableError):
        list(system.read("learners", ["ident"]))
    assert not path.exists()


def test_a_file_that_is_no_database_is_unexpected(tmp_path: Path) -> None:
    """Its content is not told."""
    path = tmp_path / "x.db"
    path.write_text("canary" * 1000)
    system = open_system(spec_of(), Access("live", f"sqlite:{path}"), FastClock())
    with pytest.raises(UnexpectedAnswerError) as caught:
        system.check()
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    system.close()


def test_bytes_are_no_value(path: Path) -> None:
    """A column of bytes is an error that names the column."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE learners SET first_name = x'00ff'")
        database.commit()
    system = open_system(spec_of(), Access("live", f"sqlite:{path}"), FastClock())
    with pytest.raises(UnexpectedAnswerError, match="first_name"):
        list(system.read("learners", ["first_name"]))
    system.close()


def test_a_read_ends_with_its_deadline(path: Path) -> None:
    """Pages are not delivered past the deadline."""
    system = open_system(spec_of(limits=Limits(deadline=-1.0)), Access("live", f"sqlite:{path}"), FastClock())
    with pytest.raises(DeadlineError):
        list(system.read("learners", ["ident"]))
    system.close()


def test_a_check_looks_at_every_column(system: System) -> None:
    """The check passes where all tables and columns are there."""
    assert "PICSWeb answers" in system.check()


@pytest.mark.covers("S1", "S2")
def test_no_value_is_logged_or_told(path: Path) -> None:
    """With everything at DEBUG, reading, writing and failing leave no value in logs and errors."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO learners (ident, first_name) VALUES ('A4', 'Zo\u00eb')")
        database.commit()
    canaries = key, new, old = "canary-key", "canary-new", "canary-old"
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    names = ("sqlalchemy", "sqlalchemy.engine", "sqlalchemy.engine.Engine", "sqlalchemy.pool")
    levels = {name: logging.getLogger(name).level for name in ("", *names)}
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    system = open_system(spec_of(), Access("live", f"sqlite:{path}"), FastClock())
    assert rows_of(system.read("learners", ["first_name"]))[3] == {"first_name": "Zoë"}
    intents = [
        change({"first_name": "Ada"}, first_name=new),
        change({"first_name": old}, first_name="x"),
    ]
    told = [repr(outcome) for outcome in system.send(intents)] + [repr(system)]
    path.write_bytes(b"canary" * 5000)
    try:
        list(system.fetch("learners", ["first_name"], [key]))
    except ConnectedSystemError as error:
        told.append("".join(traceback.format_exception(error)))
    system.close()
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    assert len(told) == 4
    assert not any(canary in text for text in (*told, stream.getvalue()) for canary in (*canaries, "Zoë"))
