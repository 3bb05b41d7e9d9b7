"""A SQLite file and the system over it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.sql import open_system
from engine.ports import (
    Access,
    System,
)
from tests.unit.connectors.loopback import FastClock
from tests.unit.connectors.sql.databases import ROWS, TABLE, spec_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A SQLite file of three learners, with letters in its path that URLs treat differently."""
    found = tmp_path / "a b%20?#.db"
    with closing(sqlite3.connect(found)) as database:
        database.execute(TABLE)
        marks = ", ".join("?" * 7)
        names = 'ident, first_name, birth_date, "Started On", score, active, seen'
        database.executemany(f"INSERT INTO learners ({names}) VALUES ({marks})", ROWS)
        database.commit()
    return found


@pytest.fixture
def system(path: Path) -> Iterator[System]:
    found = open_system(spec_of(), Access("live", f"sqlite:{path}"), FastClock())
    yield found
    found.close()
