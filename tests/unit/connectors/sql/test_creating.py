"""New rows in databases: SQLite."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.sql import open_system
from engine.ports import Access, Call, Collection, Column, Intent, Limits, Scalar, System, Write
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import LEARNERS, rows_of, send, spec_of

NUMBERED = """
CREATE TABLE visits (
    "Visit No" INTEGER PRIMARY KEY AUTOINCREMENT, surname TEXT NOT NULL UNIQUE, day DATE, "Started On" TEXT,
    hours NUMERIC, active TEXT, seen TEXT, kind TEXT, hidden TEXT DEFAULT 'standard')
"""
COLUMNS = (
    Column("number", "Visit No", "number", access="read"),
    Column("surname", "surname", required=True),
    Column("day", "day", "date", "iso date"),
    Column("started", "Started On", "date", "dd/mm/yyyy"),
    Column("hours", "hours", "number"),
    Column("active", "active", "boolean", "Y/N"),
    Column("seen", "seen", "instant", "iso instant"),
    Column("kind", "kind"),
)
VISITS = Collection(
    "visits",
    "number",
    {column.name: column for column in COLUMNS},
    table="visits",
    create=Write(Call("", ""), "D", constants={"kind": "V"}),
)


def opened(path: Path, *collections: Collection) -> System:
    spec = spec_of(*collections, limits=Limits(timeout=0.05))
    return open_system(spec, Access("live", f"sqlite:{path}"), FastClock())


@pytest.fixture
def visits(path: Path) -> Iterator[System]:
    """A database whose table of visits numbers its rows; the first two numbers are used up."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(NUMBERED)
        database.execute("INSERT INTO visits (surname) VALUES ('Old'), ('Older')")
        database.execute("DELETE FROM visits WHERE surname = 'Older'")
        database.commit()
    system = opened(path, VISITS, replace(LEARNERS, create=Write(Call("", ""), "D")))
    yield system
    system.close()


def new(values: Mapping[str, Scalar], collection: str = "visits") -> Intent:
    return Intent("c", 1, "create", collection, None, values)


def rows(path: Path, table: str = "visits") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT * FROM {table}").fetchall()


def test_a_new_row_takes_the_form_of_its_columns_and_gives_its_key(visits: System, path: Path) -> None:
    """Values by type and wire, what every create sends, the table's own defaults; and the number that it got."""
    values: dict[str, Scalar] = {
        "surname": "O'Neil'); DROP TABLE visits; --",
        "day": date(2026, 1, 31),
        "started": date(2025, 9, 1),
        "hours": Decimal("7.5"),
        "active": False,
        "seen": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    }
    outcome = send(visits, new(values))
    assert (outcome.verdict, outcome.detail, outcome.new_key) == ("accepted", "", "3")
    form = ("2026-01-31", "01/09/2025", 7.5, "N", "2026-01-02T03:04:05.000Z", "V", "standard")
    assert rows(path)[1:] == [(3, values["surname"], *form)]
    assert rows_of(visits.fetch("visits", ["number", "kind"], ["3"])) == [{"number": 3, "kind": "V"}]


REFUSED = {
    "no such column": new({"surname": "canary", "x": "canary"}),
    "read-only": new({"surname": "canary", "number": 9}),
    "required and blank": new({"surname": "", "hours": 1}),
    "required and missing": new({"hours": 1}),
    "wrong type": new({"surname": "canary", "day": "canary"}),
    "taken already": new({"surname": "Old"}),
}


@pytest.mark.parametrize("intent", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_created_is_refused(visits: System, path: Path, intent: Intent) -> None:
    """Nothing is written, no key is given, and no value is told."""
    before = rows(path)
    outcome = send(visits, intent)
    assert (outcome.verdict, outcome.new_key) == ("refused", None)
    assert "canary" not in outcome.detail
    assert "Old" not in outcome.detail
    assert rows(path) == before


def test_a_row_without_a_key_is_not_kept(visits: System, path: Path) -> None:
    """SQLite gives a text key no value by itself: nobody could find the row again."""
    before = rows(path, "learners")
    outcome = send(visits, new({"first_name": "Ada"}, "learners"))
    assert (outcome.verdict, outcome.new_key) == ("refused", None)
    assert "no key" in outcome.detail
    assert rows(path, "learners") == before


def test_a_key_that_is_sent_is_the_key(path: Path) -> None:
    """Where the rules fill the key themselves."""
    columns = {**LEARNERS.columns, "ident": Column("ident", "ident")}
    system = opened(path, replace(LEARNERS, columns=columns, create=Write(Call("", ""), "D")))
    outcome = send(system, new({"ident": "B'1", "first_name": "Bo"}, "learners"))
    assert (outcome.verdict, outcome.new_key) == ("accepted", "B'1")
    assert send(system, new({"ident": "B'1", "first_name": "Bo"}, "learners")).verdict == "refused"
    system.close()


def test_a_constant_for_no_column_is_refused(path: Path) -> None:
    """The connector file names a column that it does not describe."""
    create = Write(Call("", ""), "D", constants={"nowhere": "canary"})
    system = opened(path, replace(LEARNERS, create=create))
    outcome = send(system, new({"first_name": "Bo"}, "learners"))
    assert (outcome.verdict, outcome.detail) == ("refused", "learners has no column nowhere")
    system.close()


def test_a_locked_database_takes_nothing_in(visits: System, path: Path) -> None:
    """The same intent goes through when the lock is gone, and once."""
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    assert send(visits, new({"surname": "Roe"})).verdict == "not_sent"
    other.rollback()
    other.close()
    assert send(visits, new({"surname": "Roe"})).new_key == "3"
    assert [row[1] for row in rows(path)] == ["Old", "Roe"]


def test_a_database_that_gives_no_rows_back_is_asked_for_the_last_key(visits: System, path: Path) -> None:
    """Without RETURNING the key is the one that the driver tells, and only of the table's own primary key."""
    visits._engine.dialect.insert_returning = False  # type: ignore[attr-defined]
    outcome = send(visits, new({"surname": "Roe"}))
    assert (outcome.verdict, outcome.new_key) == ("accepted", "3")
    assert rows(path)[-1][:2] == (3, "Roe")
