"""Class S writes: the mark stands in the transaction of the write itself, so a write is known again for ever."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.sql import open_system
from engine.errors import ConnectorMismatchError
from engine.ports import Access, Call, Intent, Markers, System, Write
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import LEARNERS, TABLE, at, send, spec_of
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


# --- a table that cannot hold marks ----------------------------------------------------------------------------------

UNFIT = {
    "no key": ("(mark varchar(36), new_key text)", "nothing makes mark unique by itself"),
    "key of two": ("(mark varchar(36), new_key text, at text, PRIMARY KEY (mark, at))", "nothing makes mark unique"),
    "another key": ("(mark varchar(36), new_key text, id integer PRIMARY KEY)", "nothing makes mark unique"),
    "some rows": (
        "(mark varchar(36), new_key text); CREATE UNIQUE INDEX one ON tieline_marks (mark) WHERE new_key IS NULL",
        "nothing makes mark unique",
    ),
    "computed": (
        "(mark varchar(36), new_key text); CREATE UNIQUE INDEX one ON tieline_marks (lower(mark))",
        "nothing makes mark unique",
    ),
    "index of any": (
        "(mark varchar(36), new_key text); CREATE INDEX one ON tieline_marks (mark)",
        "nothing makes mark unique",
    ),
    "key needed": ("(mark varchar(36) PRIMARY KEY, new_key text NOT NULL)", "new_key must take NULL"),
    "more needed": (
        "(mark varchar(36) PRIMARY KEY, new_key text, at text NOT NULL)",
        "at must have a value, and a mark gives it none",
    ),
}
FIT = {
    "primary key": "(mark varchar(36) PRIMARY KEY, new_key text)",
    "unique": "(mark varchar(36) UNIQUE, new_key text)",
    "index": "(mark varchar(36), new_key text); CREATE UNIQUE INDEX one ON tieline_marks (mark)",
    "more": "(mark varchar(36) PRIMARY KEY, new_key text, at text NOT NULL DEFAULT 'x', note text)",
    "numbered": "({number}, mark varchar(36) NOT NULL UNIQUE, new_key text)",
}
NUMBERS = {
    "sqlite": "id INTEGER PRIMARY KEY NOT NULL",
    "postgresql": "id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database of each kind, which has a learner."""
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_database"))
    else:
        (tmp_path / "marks.db").touch()
        url = f"sqlite:///{tmp_path / 'marks.db'}"
    run(url, TABLE, "INSERT INTO learners (ident, first_name) VALUES ('A1', 'Ada')")
    return url


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements on a database; gives the rows of the last one."""
    engine = sa.create_engine(url)
    rows: list[tuple[object, ...]] = []
    with engine.begin() as connection:
        for statement in statements:
            found = connection.exec_driver_sql(statement)
            rows = [tuple(row) for row in found] if found.returns_rows else []
    engine.dispose()
    return rows


def kind_of(url: str) -> str:
    return sa.make_url(url).get_backend_name()


def over(url: str) -> System:
    return open_system(replace(spec_of(MARKED[0]), markers=MARKERS), Access("live", url), FastClock())


@pytest.mark.covers("R5", part="tables of marks that could hold one twice")
def test_a_table_that_cannot_hold_marks_is_refused(address: str, figure: Callable[[str, str], None]) -> None:
    """Told at the check, and before a write: what is wrong and how to make it; the record stays."""
    for name, (columns, says) in UNFIT.items():
        run(address, "DROP TABLE IF EXISTS tieline_marks", *f"CREATE TABLE tieline_marks {columns}".split("; "))
        system = over(address)
        for act in (system.check, lambda: send(system, changed("Ada"))):  # noqa: B023  called at once
            with pytest.raises(ConnectorMismatchError) as told:
                act()
            assert says in str(told.value), name
            assert "CREATE TABLE tieline_marks (mark VARCHAR(36) PRIMARY KEY, new_key VARCHAR(100))" in str(told.value)
        system.close()
    assert run(address, "SELECT first_name FROM learners") == [("Ada",)]
    figure("R5", f"{len(UNFIT)} tables that cannot hold marks, on {kind_of(address)}: all refused")


def test_a_view_cannot_hold_marks(address: str) -> None:
    """Nothing makes a row of a view unique."""
    table = "CREATE TABLE kept (mark varchar(36) PRIMARY KEY, new_key text)"
    run(address, table, "CREATE VIEW tieline_marks AS SELECT * FROM kept")
    system = over(address)
    with pytest.raises(ConnectorMismatchError, match="nothing makes mark unique"):
        system.check()
    system.close()


@pytest.mark.parametrize("columns", FIT.values(), ids=FIT)
def test_a_table_made_otherwise_that_holds_marks_is_taken(address: str, columns: str) -> None:
    """Whatever makes the mark unique will do, and columns that fill themselves; the mark is left there."""
    columns = columns.format(number=NUMBERS[kind_of(address)])
    run(address, *f"CREATE TABLE tieline_marks {columns}".split("; "))
    system = over(address)
    system.check()
    assert [send(system, changed("Ada")).verdict for _ in range(2)] == ["accepted", "accepted"]
    assert run(address, "SELECT mark, new_key FROM tieline_marks") == [(KEY, None)]
    system.close()


def test_one_column_for_mark_and_key_is_refused(address: str) -> None:
    """The key would take the place of the mark."""
    run(address, "CREATE TABLE tieline_marks (mark varchar(36) UNIQUE)")
    spec = replace(spec_of(MARKED[0]), markers=Markers("tieline_marks", "mark", "mark"))
    system = open_system(spec, Access("live", address), FastClock())
    with pytest.raises(ConnectorMismatchError, match="names mark for both the mark and the key; correct"):
        system.check()
    system.close()
