"""Columns of the record that a record belongs to, while a plan is applied and where they cannot be told."""

from pathlib import Path

import pytest

from engine.compare.parents import parent_keys, with_parent
from engine.compare.snapshot import Snapshot, take_snapshot
from engine.memory import MemorySystem, Rows
from engine.ports import Collection, Column, Parent
from engine.query.model import ParentQuery
from tests.cases.good_cases import open_case

PEOPLE = Collection("people", "ident", {name: Column(name, name) for name in ("ident", "officer")})
REVIEWS = Collection(
    "reviews", "ident", {name: Column(name, name) for name in ("ident", "person")}, parent=Parent("people", "person")
)
PARENT = ParentQuery("learner", PEOPLE, "person", ("officer",))


def _taken(collection: Collection, rows: Rows) -> Snapshot:
    system = MemorySystem({collection.name: collection}, rows)
    columns = tuple(collection.columns)
    return take_snapshot("office", collection, columns, system.read(collection.name, columns), "Europe/London")


def test_a_parent_that_moved_since_the_plan_makes_its_records_changes_stale(tmp_path: Path) -> None:
    """The learner got another officer between plan and apply: the changes of the reviews that read it are left."""
    case = open_case("parent_in_a_value", tmp_path)
    plan = case.plan()
    case.mis.rows["people"][0]["officer"] = "o2"
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "stale", "stale"]
    assert {row["AssessorID"] for row in case.provider.rows["reviews"]} == {"before"}


def test_a_condition_over_the_parent_that_turned_since_the_plan_lets_nothing_through(tmp_path: Path) -> None:
    """The learner is no longer active: its review is not written."""
    case = open_case("parent_in_conditions", tmp_path)
    plan = case.plan()
    case.mis.rows["people"][0]["active"] = "N"
    report = case.apply(plan)
    assert report.count("done") == 0
    assert [row["Remark"] for row in case.provider.rows["reviews"]] == ["before", "before", "before"]


def test_what_a_plan_was_made_from_names_every_reading(tmp_path: Path) -> None:
    """The parents are read for their own record type and again for the reviews; both digests stand in the header."""
    snapshots = open_case("parent_in_a_value", tmp_path).plan().header.snapshots
    assert sorted(snapshots) == [
        "folder/learners",
        "folder/reviews",
        "office/people",
        "office/people 2",
        "office/reviews",
    ]


@pytest.mark.parametrize(
    ("person", "officer", "lost"), [("1", "o1", False), (" 1 ", None, True), (" ", None, False), ("2", None, True)]
)
def test_a_column_of_the_parent(person: str, officer: str | None, lost: bool) -> None:  # noqa: FBT001  a parameter
    """The parent's value; blank without a parent; marked where none has just this key."""
    reviews = _taken(REVIEWS, {"reviews": [{"ident": "r", "person": person}]})
    people = _taken(PEOPLE, {"people": [{"ident": "1", "officer": "o1"}]})
    frame = with_parent(PARENT, reviews, people).frame
    assert frame.select("parent.officer", "parent.officer?").row(0) == (officer, lost)
    assert set(frame.columns) == {"ident", "person", "parent.officer", "parent.officer?"}


def test_a_parent_whose_key_is_doubled_cannot_be_told() -> None:
    """Nobody knows which of the two is meant."""
    reviews = _taken(REVIEWS, {"reviews": [{"ident": "r", "person": "1"}]})
    people = _taken(PEOPLE, {"people": [{"ident": "1", "officer": "a"}, {"ident": "1", "officer": "b"}]})
    assert with_parent(PARENT, reviews, people).frame["parent.officer?"].to_list() == [True]


def test_the_keys_of_parents_are_asked_once() -> None:
    """Sorted, without blanks."""
    rows: list[dict[str, object]] = [{"ident": str(at), "person": person} for at, person in enumerate(("2", "1", "2", "", None))]
    assert parent_keys(PARENT, _taken(REVIEWS, {"reviews": rows})) == ["1", "2"]
