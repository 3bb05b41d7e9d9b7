"""Records that only the MIS has: what a create sends, and why one is held."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from engine.query.model import Expression, Query
from tests.unit.compare.building import CREATES, compiled, decided

FIELDS = (
    "name: {mis: name, provider: Name}\n"
    "town: {mis: town, provider: Town, only: create}\n"
    "born: {mis: born, provider: DOB}\n"
    "code: {mis: code, provider: Code, from_mis: {codes: origin}, only: push}\n"
    "score: {mis: score, provider: Score, only: pull}\n"
    "address: {provider: Address, from_mis: {constant: none given}, only: create}"
)
QUERY = compiled(FIELDS, extra=CREATES)


def creates(query: Query, *people: dict[str, Any], links: int = 0) -> list[dict[str, Any]]:
    """The records to create, by field name; the first `links` of the people are linked."""
    rows = [{"ident": str(at), **one} for at, one in enumerate(people)]
    found = decided(
        query, rows, [{"ID": f"p{at}"} for at in range(links)], [(str(at), f"p{at}") for at in range(links)]
    )
    names = {f"value {at}": field.name for at, field in enumerate(query.records[0].fields)}
    return [
        {names.get(name, name): value for name, value in row.items() if value is not None}
        for made in found.creates
        for row in made.frame.iter_rows(named=True)
    ]


def test_a_create_sends_each_field_that_may_be_set_then() -> None:
    """Fields without `only`, with `only: create`, and of the mode; outer spaces off, codes and dates translated."""
    found = creates(QUERY, {"name": " Ann ", "town": "Leeds", "born": "1970-06-01", "code": "1", "score": 5})
    sent = {"name": "Ann", "town": "Leeds", "born": "1970-06-01", "code": "White", "address": "none given"}
    assert found == [{"mis_id": "0", **sent}]


def test_linked_records_are_not_created() -> None:
    """Nor those whose link is broken."""
    assert [one["mis_id"] for one in creates(QUERY, {"name": "a"}, {"name": "b"}, {"name": "c"}, links=2)] == ["2"]
    broken = decided(QUERY, [{"ident": "1", "name": "a"}], [], [("1", "gone")])
    assert broken.creates == ()


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ({"name": None}, "required_missing"),
        ({"name": "   "}, "required_missing"),
        ({"name": "x" * 11}, "too_long"),
        ({"name": "x", "born": "31/02/1970"}, "unreadable"),
        ({"name": "x", "code": "77"}, "missing_code"),
        ({"name": "x", "code": "", "born": ""}, None),
        ({"name": "x" * 10, "score": "five"}, None),
    ],
)
def test_why_a_create_is_held(person: dict[str, Any], why: str | None) -> None:
    """A blank in a required column, and whatever would hold an update; not what a create does not send."""
    (found,) = creates(QUERY, person)
    assert found.get("why") == why


@pytest.mark.parametrize(
    ("direction", "extra", "many"),
    [("push", CREATES, 1), ("push", "", 0), ("pull", CREATES, 0), ("ignore", CREATES, 0)],
)
def test_when_records_are_created_at_all(direction: str, extra: str, many: int) -> None:
    """Only under push or both, and only where the rules say `new`."""
    query = compiled("name: {mis: name, provider: Name}", direction, extra=extra)
    assert len(creates(query, {"name": "x"})) == many


def test_triggers_of_other_occasions_create_nothing_in_an_exchange() -> None:
    """`request` waits for a person."""
    query = compiled("name: {mis: name, provider: Name}", extra=CREATES.replace("new", "request"))
    assert creates(query, {"name": "x"}) == []


def guarded(value: pl.Expr, *, unless: bool = False) -> Query:
    """A create whose field `town` has a condition."""
    condition = Expression(value, "a condition", ())
    record = QUERY.records[0]
    fields = list(record.fields)
    at = next(at for at, one in enumerate(fields) if one.name == "town")
    fields[at] = replace(fields[at], unless=condition) if unless else replace(fields[at], when=condition)
    return replace(QUERY, records=(replace(record, fields=tuple(fields)),))


def test_a_condition_keeps_a_field_out_of_a_create() -> None:
    """`when` false and `unless` true leave the field out; the provider's columns are blank to a condition."""
    person = {"name": "x", "town": "Leeds"}
    for value, unless, sent in (
        (pl.lit(value=True), False, True),
        (pl.lit(value=False), False, False),
        (pl.lit(value=True), True, False),
        (pl.lit(value=False), True, True),
        (pl.col("provider.Name").is_null(), False, True),
    ):
        (found,) = creates(guarded(value, unless=unless), person)
        assert ("town" in found, found.get("why")) == (sent, None)


def test_creates_come_in_the_order_of_their_ids() -> None:
    """Whatever order the MIS lists them in; doubled ones are no record."""
    query = compiled("name: {mis: name, provider: Name}", extra=CREATES)
    rows = [{"ident": key, "name": key} for key in ("b", "c", "a")] + [{"ident": "d", "name": name} for name in "xy"]
    (made,) = decided(query, rows, [], []).creates
    assert made.frame["mis_id"].to_list() == ["a", "b", "c"]
