"""Records that only the provider has: what a create in the MIS sends, and when there is one."""

from typing import Any

import pytest

from tests.unit.compare.building import CREATES, CREATES_BOTH, CREATES_IN_MIS, compiled, decided

FIELDS = (
    "name: {mis: name, provider: Name}\n"
    "town: {mis: town, provider: Town, only: create}\n"
    "born: {mis: born, provider: DOB, direction: push}\n"
    "code: {mis: code, provider: Code, from_mis: {codes: origin}, from_provider: {codes: origin}, only: pull}\n"
    "score: {mis: score, provider: Score, only: push}\n"
    "street: {mis: street, provider: Address, from_mis: 'upper case(street)', only: create}"
)
LEARNER = {"ID": "p", "Name": " Ann ", "Town": "Leeds", "DOB": "1970-05-31T23:00:00Z", "Code": "White"}


def created(fields: str, direction: str, extra: str, learner: dict[str, Any]) -> list[dict[str, Any]]:
    """The records to create in the MIS, by field name."""
    query = compiled(fields, direction, extra=extra)
    names = {f"value {at}": field.name for at, field in enumerate(query.records[0].fields)}
    return [
        {names.get(name, name): value for name, value in row.items() if value is not None}
        for made in decided(query, [], [learner]).creates
        if made.at == "mis"
        for row in made.frame.iter_rows(named=True)
    ]


def test_a_create_sends_each_field_that_may_be_set_then() -> None:
    """Fields without `only`, with `only: create`, and of the mode; not what `from_mis` alone translates."""
    sent = {"name": "Ann", "town": "Leeds", "born": "1970-06-01", "code": "1"}
    found = created(FIELDS, "pull", CREATES_IN_MIS, {**LEARNER, "Score": 5, "Address": "1 High St"})
    assert found == [{"provider_id": "p", **sent}]


@pytest.mark.parametrize(
    ("direction", "extra", "many"),
    [
        ("pull", CREATES_IN_MIS, 1),
        ("pull", CREATES_BOTH, 1),
        ("pull", CREATES, 0),
        ("pull", "", 0),
        ("push", CREATES_IN_MIS, 0),
        ("push", CREATES_BOTH, 0),
        ("ignore", CREATES_IN_MIS, 0),
        ("both", CREATES_BOTH, 1),
        ("both", CREATES, 0),
    ],
)
def test_when_records_are_created_at_all(direction: str, extra: str, many: int) -> None:
    """Only under pull or both, and only where the rules say so of the MIS."""
    fields = "name: {mis: name, provider: Name, rule: fill blank only}"
    assert len(created(fields, direction, extra, {"ID": "p", "Name": "x"})) == many


@pytest.mark.parametrize(
    ("learner", "why"),
    [
        ({"Name": "x" * 13}, "too_long"),
        ({"Name": "x", "DOB": "31/02/1970"}, "unreadable"),
        ({"Name": "x", "Code": "Martian"}, "missing_code"),
        ({"Name": "x" * 12, "Score": "five"}, None),
    ],
)
def test_why_a_create_is_held(learner: dict[str, Any], why: str | None) -> None:
    """Whatever would hold an update; not what a create does not send."""
    (found,) = created(FIELDS, "pull", CREATES_IN_MIS, {"ID": "p", **learner})
    assert found.get("why") == why
