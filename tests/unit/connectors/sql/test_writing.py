"""Writing databases: SQLite."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.sql import open_system
from engine.ports import (
    Access,
    Call,
    Collection,
    Column,
    Intent,
    Limits,
    Scalar,
    System,
    Write,
)
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import LEARNERS, at, change, rows_of, send, spec_of

WRITES: list[tuple[str, object, Scalar, object]] = [
    ("first_name", "Ada", "Ада", "Ада"),
    ("first_name", "Ada", "'; DROP TABLE learners; --", "'; DROP TABLE learners; --"),
    ("first_name", "Ada", None, None),
    ("first_name", "Ada", "", ""),
    ("birth_date", "1990-02-03", date(1991, 3, 4), "1991-03-04"),
    ("started", "01/09/2025", date(2025, 12, 31), "31/12/2025"),
    ("score", 7, Decimal("7.5"), 7.5),
    ("score", 7, Decimal(8), 8),
    ("score", Decimal(7), 9, 9),
    ("active", "Y", False, "N"),
    ("seen", None, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000Z"),
]


@pytest.mark.parametrize(("column", "before", "value", "stored"), WRITES)
def test_a_write_takes_the_form_of_its_column(
    system: System, path: Path, column: str, before: object, value: Scalar, stored: object
) -> None:
    """Values are written by type and wire where the old value still stands; a blank becomes NULL."""
    outcome = send(system, Intent("c", 1, "update", "learners", "A1", {column: value}, {column: before}))
    assert (outcome.verdict, outcome.detail) == ("accepted", "")
    name = LEARNERS.columns[column].path
    assert at(path, "A1", name) == stored
    assert at(path, "A2", "first_name") is None


@pytest.mark.parametrize(
    ("key", "expected", "verdict"),
    [
        ("A1", {"first_name": "Ada"}, "accepted"),
        ("A1", {"first_name": "ada"}, "conflict"),
        ("A1", {"first_name": None}, "conflict"),
        ("A1", {"first_name": ""}, "conflict"),
        ("A2", {"first_name": None}, "accepted"),
        ("A2", {"first_name": ""}, "conflict"),
        ("A'3", {"first_name": ""}, "accepted"),
        ("A'3", {"first_name": None}, "conflict"),
        ("A1", {"first_name": "Ada", "score": 7}, "accepted"),
        ("A1", {"first_name": "Ada", "score": 8}, "conflict"),
        ("A2", {"first_name": None, "score": Decimal("0.1")}, "accepted"),
        ("gone", {"first_name": "Ada"}, "conflict"),
    ],
)
@pytest.mark.covers("R7")
def test_a_value_that_has_moved_is_not_written_over(
    system: System, path: Path, key: str, expected: dict[str, object], verdict: str
) -> None:
    """Every expected column must hold what was read, NULL and empty text told apart; else nothing changes."""
    before = at(path, "A1", "first_name")
    assert send(system, change(expected, key, first_name="New")).verdict == verdict
    assert at(path, "A1", "first_name") == ("New" if (key, verdict) == ("A1", "accepted") else before)


REFUSED = {
    "no expectation": change({}, first_name="New"),
    "read-only": change({"ident": "A1"}, ident="B1"),
    "unknown column": change({"x": 1}, x="canary"),
    "wrong type": change({"birth_date": None}, birth_date="canary"),
    "create": replace(change({"first_name": None}, first_name="New"), action="create", key=None),
    "no key": replace(change({"first_name": "Ada"}, first_name="New"), key=None),
    "nothing to write": change({"first_name": "Ada"}),
}


@pytest.mark.parametrize("intent", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_written_is_refused(system: System, path: Path, intent: Intent) -> None:
    """It is refused before the database sees it, and without its value."""
    outcome = send(system, intent)
    assert outcome.verdict == "refused"
    assert "canary" not in outcome.detail
    assert at(path, "A1", "first_name") == "Ada"


def test_a_key_of_several_rows_changes_none(path: Path) -> None:
    """A view or table whose key is not unique is left as it was."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE twins (k TEXT, v TEXT)")
        database.execute("INSERT INTO twins VALUES ('1', 'a'), ('1', 'a')")
        database.commit()
    columns = {"k": Column("k", "k"), "v": Column("v", "v")}
    twins = Collection("learners", "k", columns, table="twins", update=Write(Call("", ""), "B"))
    system = open_system(spec_of(twins), Access("live", f"sqlite:{path}"), FastClock())
    assert send(system, change({"v": "a"}, "1", v="b")).verdict == "refused"
    assert rows_of(system.read("learners", ["v"])) == [{"v": "a"}, {"v": "a"}]
    system.close()


def test_a_view_is_read_and_refuses_writes(path: Path) -> None:
    """A site may rename columns in a view; SQLite takes no writes through it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE VIEW people AS SELECT ident AS k, first_name AS v FROM learners")
    columns = {"k": Column("k", "k"), "v": Column("v", "v")}
    view = Collection("learners", "k", columns, table="people", update=Write(Call("", ""), "B"))
    system = open_system(spec_of(view), Access("live", f"sqlite:{path}"), FastClock())
    assert rows_of(system.fetch("learners", ["v"], ["A1"])) == [{"v": "Ada"}]
    assert send(system, change({"v": "Ada"}, "A1", v="b")).verdict == "refused"
    system.close()


def test_a_locked_database_is_not_sent(path: Path) -> None:
    """Another writer's lock means that nothing was taken in; when it is gone the same intent goes through."""
    system = open_system(spec_of(limits=Limits(timeout=0.05)), Access("live", f"sqlite:{path}"), FastClock())
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    intent = change({"first_name": "Ada"}, first_name="New")
    assert send(system, intent).verdict == "not_sent"
    other.rollback()
    other.close()
    assert send(system, intent).verdict == "accepted"
    system.close()


CRASHING = """
import sys
sys.path.insert(0, ".")
from connectors.sql import open_system
from engine.ports import Access
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import change, spec_of
system = open_system(spec_of(), Access("live", "sqlite:" + sys.argv[1]), FastClock())
list(system.send([change({"first_name": "Ada"}, first_name="New")]))
"""


@pytest.mark.parametrize(("point", "value"), [("writer.send.before", "Ada"), ("writer.send.after", "New")])
def test_a_crash_point_stands_on_both_sides_of_a_write(path: Path, point: str, value: str) -> None:
    """Killed before: nothing was written. Killed after: the write is durable."""
    environment = {**os.environ, "TIELINE_CRASH_AT": point}
    words = [sys.executable, "-c", CRASHING, str(path)]
    ran = subprocess.run(words, env=environment, capture_output=True, timeout=30, check=False)
    assert ran.returncode == -9, ran.stderr
    assert at(path, "A1", "first_name") == value
