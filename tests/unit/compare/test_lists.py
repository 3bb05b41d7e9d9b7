"""The lists of records that belong to a record, as columns of its snapshot."""

import json

from engine.compare.lists import with_lists
from engine.compare.snapshot import Snapshot, take_snapshot
from engine.memory import MemorySystem, Row
from engine.ports import Collection, Column, Parent
from engine.query.model import ListQuery

PEOPLE = Collection("people", "ident", {"ident": Column("ident", "ident")})
UNITS = Collection(
    "units",
    "ident",
    {
        "ident": Column("ident", "ident"),
        "person": Column("person", "person"),
        "credits": Column("credits", "credits", "number"),
    },
    parent=Parent("people", "person"),
)
QUERY = ListQuery(UNITS, "person", ("ident", "credits"), "units (listed)", "units (counted)")


def _taken(collection: Collection, rows: list[Row]) -> Snapshot:
    system = MemorySystem({collection.name: collection}, {collection.name: rows})
    columns = tuple(collection.columns)
    return take_snapshot("office", collection, columns, system.read(collection.name, columns), "Europe/London")


def _listed(rows: list[Row]) -> list[tuple[object, ...]]:
    people = _taken(PEOPLE, [{"ident": "1"}, {"ident": "2"}])
    frame = with_lists((QUERY,), people, {"units": _taken(UNITS, rows)}).frame
    wanted = frame.select("units (listed)", "units (counted)", "units (listed)?", "units (counted)?")
    return [(json.loads(row[0]), *row[1:]) for row in wanted.iter_rows()]


def test_lists_are_sorted_by_key_and_empty_where_there_is_nothing() -> None:
    """Each record has its own, whatever order the rows came in; what belongs to nobody is in no list.

    A key counts as it is written: only so it is found again when a plan is applied.
    """
    rows: list[Row] = [
        {"ident": "b", "person": "1", "credits": "2.50"},
        {"ident": "a", "person": "1", "credits": ""},
        {"ident": "e", "person": " 1 ", "credits": "1"},
        {"ident": "c", "person": "", "credits": "1"},
        {"ident": "d", "person": None, "credits": "1"},
    ]
    assert _listed(rows) == [
        ([{"ident": "a", "credits": None}, {"ident": "b", "credits": "2.5"}], 2, False, False),
        ([], 0, False, False),
    ]


def test_what_cannot_be_read_marks_the_list_and_not_the_number() -> None:
    """A number that is none."""
    (first, second) = _listed([{"ident": "a", "person": "1", "credits": "many"}])
    assert (first[1:], second[1:]) == ((1, True, False), (0, False, False))


def test_records_that_have_one_key_can_neither_be_listed_nor_counted() -> None:
    """They are left out of what was read, so whose they are is marked."""
    rows: list[Row] = [{"ident": "a", "person": "2", "credits": "1"}, {"ident": "a", "person": "2", "credits": "2"}]
    (first, second) = _listed(rows)
    assert (first[2:], second[2:]) == ((False, False), (True, True))
