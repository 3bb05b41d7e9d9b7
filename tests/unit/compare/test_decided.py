"""A word releases only what waits for one, and never writes what the rules cannot write."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.compare.decide import Decisions, decide
from engine.compare.decided import COLUMNS, Decided
from engine.query.model import Query
from tests.unit.compare.building import KEY, changes_of, compiled, decided

ADDRESS = "home: {provider: Address, from_mis: {lines: [street, town]}, rule: ask}"
PAIR = "place: {mis: [street, town], provider: [Address, Town], rule: ask}"
NAME = "name: {mis: name, provider: Name, rule: ask}"
Row = Mapping[str, Any]


def with_word(query: Query, mis: Row, provider: Row, take: str, field: str) -> tuple[Decisions, Decisions]:
    """What is decided of one pair without a word, and with a person's word on a field."""
    before = decided(query, [{"ident": "1", **mis}], [{"ID": "9", **provider}])
    (change,) = changes_of(before)
    part = next(one for one in change.fields if one.field == field)
    row = ("1", "9", None, field, part.read, take)
    words = Decided({name: [row[at]] for at, name in enumerate(COLUMNS)}, KEY)
    return before, decide(query.records[0], before.matched, decided=words)


def told(decisions: Decisions) -> list[tuple[str, str, str | None, str | None, bool]]:
    """Reason, target, before, after, held of every cell that changes or is held."""
    rows = decisions.cells.iter_rows(named=True)
    return [(row["reason"], row["target"], row["before"], row["after"], row["held"]) for row in rows]


def test_who_is_to_decide_sees_both_values() -> None:
    """A field that waits for a word shows what stands at the provider, and what the MIS would send."""
    found = decided(compiled(NAME, "both"), [{"ident": "1", "name": " Ray "}], [{"ID": "9", "Name": "Sky"}])
    assert told(found) == [("both_moved", "provider", "Sky", "Ray", True)]


@pytest.mark.parametrize(
    ("take", "wanted"),
    [
        ("mis", [("decided_mis", "provider", "Old Road, Leeds", "High St\nYork", False)]),
        ("provider", [("cannot_split", "provider", "Old Road, Leeds", None, True)]),
        ("neither", []),
    ],
)
def test_lines_that_were_joined_are_not_taken_apart_by_a_word(take: str, wanted: list[Any]) -> None:
    """To the provider they go; coming back the field is held, for nobody knows where the lines began."""
    mis, provider = {"street": "High St", "town": "York"}, {"Address": "Old Road, Leeds"}
    _, after = with_word(compiled(ADDRESS, "both"), mis, provider, take, "home")
    assert told(after) == wanted


@pytest.mark.parametrize("take", ["mis", "provider"])
def test_a_group_moves_as_a_whole(take: str) -> None:
    """Every column of it, to the side that the word names."""
    mis, provider = {"street": "a", "town": "b"}, {"Address": "a", "Town": "c"}
    _, after = with_word(compiled(PAIR, "both"), mis, provider, take, "place")
    (change,) = changes_of(after)
    (part,) = change.fields
    assert (change.side, part.reason) == ("provider" if take == "mis" else "mis", f"decided_{take}")
    assert part.after == (("a", "b") if take == "mis" else ("a", "c"))


def test_a_value_that_is_too_long_is_held_with_or_without_a_word() -> None:
    """The name has eleven letters, and the provider takes ten."""
    _, after = with_word(compiled(NAME, "both"), {"name": "x" * 11}, {"Name": "Sky"}, "mis", "name")
    assert told(after) == [("too_long", "provider", "Sky", "x" * 11, True)]


def test_a_word_on_another_link_or_field_says_nothing() -> None:
    """The hash is over the link and the field too: a word cannot be carried to another record."""
    query = compiled(f"{NAME}\ntown: {{mis: town, provider: Town, rule: ask}}", "both")
    people = [{"ident": str(at), "name": "a", "town": "a"} for at in (1, 2)]
    learners = [{"ID": str(at), "Name": "b", "Town": "b"} for at in (8, 9)]
    before = decided(query, people, learners)
    first, second = changes_of(before)
    marks = {(one.mis_id, part.field): part.read for one in (first, second) for part in one.fields}
    for mark in (marks["2", "name"], marks["1", "town"], "0" * 32):
        row = ("1", "8", None, "name", mark, "mis")
        words = Decided({name: [row[at]] for at, name in enumerate(COLUMNS)}, KEY)
        assert told(decide(query.records[0], before.matched, decided=words)) == told(before)
