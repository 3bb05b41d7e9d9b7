"""A table of learners, its specification, and what tests do with it."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.ports import (
    Call,
    Collection,
    Column,
    ConnectorSpec,
    Environment,
    Intent,
    Limits,
    Outcome,
    Page,
    Scalar,
    System,
    Write,
)

COLUMNS = (
    Column("ident", "ident", access="read"),
    Column("first_name", "first_name"),
    Column("birth_date", "birth_date", "date", "iso date"),
    Column("started", "Started On", "date", "dd/mm/yyyy"),
    Column("score", "score", "number"),
    Column("active", "active", "boolean", "Y/N"),
    Column("seen", "seen", "instant", "iso instant"),
)
LEARNERS = Collection(
    "learners",
    "ident",
    {column.name: column for column in COLUMNS},
    table="learners",
    update=Write(Call("", ""), "B"),
)
TABLE = """
CREATE TABLE learners (
    ident TEXT PRIMARY KEY, first_name TEXT, birth_date DATE, "Started On" TEXT, score NUMERIC, active TEXT, seen TEXT,
    secret TEXT DEFAULT 'canary-unmapped')
"""
ROWS = [
    ("A1", "Ada", "1990-02-03", "01/09/2025", 7, "Y", None),
    ("A2", None, "not a date", None, 0.1, "N", None),
    ("A'3", "", None, None, None, None, None),
]


def spec_of(*collections: Collection, limits: Limits | None = None) -> ConnectorSpec:
    named = {each.name: each for each in collections or (LEARNERS,)}
    return ConnectorSpec(
        "pics", "PICSWeb", "sql", named, {"live": Environment("live", live=True)}, limits=limits or Limits()
    )


def rows_of(pages: Iterator[Page]) -> list[dict[str, Any]]:
    found = []
    for page in pages:
        assert isinstance(page.columns, Mapping)
        lists: Mapping[str, Sequence[Any]] = page.columns
        assert {len(values) for values in lists.values()} == {page.count}
        found += [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    return found


def change(expected: Mapping[str, object], key: str = "A1", **values: Scalar) -> Intent:
    return Intent("c", 1, "update", "learners", key, values, expected)


def send(system: System, intent: Intent) -> Outcome:
    (outcome,) = system.send([intent])
    return outcome


def at(path: Path, ident: str, column: str) -> object:
    with closing(sqlite3.connect(path)) as database:
        (value,) = database.execute(f'SELECT "{column}" FROM learners WHERE ident = ?', [ident]).fetchone()
        return value
