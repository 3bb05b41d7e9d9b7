"""Class S writes: the mark stands in the transaction of the write itself, so a write is known again for ever."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.sql import open_system
from engine.errors import ConnectorMismatchError
from engine.ports import Access, Call, Intent, Markers, System, Write
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import LEARNERS, at, send, spec_of
from tests.unit.connectors.sql.test_creating import NUMBERED, VISITS

KEY, OTHER = "0d7f6c2a-0000-4000-8000-000000000001", "0d7f6c2a-0000-4000-8000-000000000002"
MARKERS = Markers("tieline_marks", "mark", "new_key")
MARKED = (
    replace(LEARNERS, update=Write(Call("", ""), "S")),
    replace(VISITS, create=Write(Call("", ""), "S", constants={"kind": "V"})),
)


def opened(path: Path, markers: Markers | None = MARKERS) -> System:
    return open_system(replace(spec_of(*MARKED), markers=markers), Access("live", f"sqlite:{path}"), FastClock())


@pytest.fixture
def marked(path: Path) -> Iterator[System]:
    """Learners and visits, beside a table of marks."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(NUMBERED)
        database.execute("CREATE TABLE tieline_marks (mark TEXT PRIMARY KEY, new_key TEXT)")
        database.commit()
    system = opened(path)
    yield system
    system.close()


def asked(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def changed(before: str | None, key: str = KEY) -> Intent:
    return Intent("c", 1, "update", "learners", "A1", {"first_name": "Eva"}, {"first_name": before}, key)


def made(key: str = KEY) -> Intent:
    return Intent("c", 1, "create", "visits", None, {"surname": "Lovelace"}, {}, key)


def test_an_update_that_was_done_is_not_done_again(marked: System, path: Path) -> None:
    """Sent twice under one key: written once, and the second time told as accepted, whatever stands there by now."""
    assert send(marked, changed("Ada")).verdict == "accepted"
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE learners SET first_name = 'Typed since' WHERE ident = 'A1'")
        database.commit()
    assert send(marked, changed("Ada")).verdict == "accepted"
    assert at(path, "A1", "first_name") == "Typed since"
    assert asked(path, "SELECT mark, new_key FROM tieline_marks") == [(KEY, None)]


def test_a_create_that_was_done_gives_the_same_key_again(marked: System, path: Path) -> None:
    """Sent twice under one key: one row, and both answers hold its key; another key makes another row."""
    assert [send(marked, made()).new_key for _ in range(2)] == ["1", "1"]
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE visits SET surname = 'Other'")
        database.commit()
    assert send(marked, made(OTHER)).new_key == "2"
    assert len(asked(path, "SELECT * FROM visits")) == 2


def test_what_was_not_written_leaves_no_mark(marked: System, path: Path) -> None:
    """A record that moved, and a row that the database refuses: no mark stays behind, so a later write is a write."""
    assert send(marked, changed("Somebody")).verdict == "conflict"
    assert send(marked, made()).verdict == "accepted"
    assert send(marked, made(OTHER)).verdict == "refused"  # the surname is unique
    assert asked(path, "SELECT mark FROM tieline_marks") == [(KEY,)]


@pytest.mark.parametrize(
    ("markers", "says"),
    [
        (replace(MARKERS, table="tieline_mark"), "no table or view tieline_mark; did you mean tieline_marks?"),
        (replace(MARKERS, key="newkey"), "no column newkey; did you mean new_key?"),
    ],
    ids=["table", "column"],
)
def test_marks_that_are_not_there_are_told(marked: System, path: Path, markers: Markers, says: str) -> None:
    """A table or column of marks that the database does not have: nothing is written, and the near name is told."""
    system = opened(path, markers)
    with pytest.raises(ConnectorMismatchError) as told:
        system.check()
    assert says.partition(";")[0] in str(told.value)
    with pytest.raises(ConnectorMismatchError):
        send(system, changed("Ada"))
    assert at(path, "A1", "first_name") == "Ada"
    system.close()
    marked.check()
