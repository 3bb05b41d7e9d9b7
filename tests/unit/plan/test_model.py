"""Changes: one JSON form, ids that last, and a digest over what an approval covers and nothing else."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.digest import canonical
from engine.plan.model import Change, FieldChange, change_from_json, change_id, header_from_json
from tests.unit.plan.plans import CHANGES, HEADER, field, update


@given(CHANGES)
def test_a_change_comes_back_from_its_line(change: Change) -> None:
    """Through canonical JSON and back: the same change, the same digest, the same line."""
    line = canonical(change.as_json())
    again = change_from_json(json.loads(line))
    assert again == change
    assert again.digest == change.digest
    assert canonical(again.as_json()) == line


def test_a_header_comes_back_from_its_line() -> None:
    """All parts of it, through canonical JSON."""
    data = json.loads(canonical(HEADER.as_json()))
    assert header_from_json(data) == HEADER
    assert set(data) == {part.name for part in fields(HEADER)} - {"undoes"} | {"kind", "format"}
    undo = replace(HEADER, scope="undo", undoes="8c21d7aa")
    assert header_from_json(undo.as_json()) == undo


@pytest.mark.parametrize("part", sorted(part.name for part in fields(Change)))
def test_a_line_that_lacks_a_part_is_no_change(part: str) -> None:
    """Every part is asked for, and none may be added."""
    data = dict(update().as_json())
    del data[part]
    with pytest.raises((KeyError, TypeError)):
        change_from_json(data)
    with pytest.raises(KeyError):
        change_from_json({**update().as_json(), "more": 1})


def test_ids_last() -> None:
    """An id follows from what identifies the change: this one must never move, for journals hold it."""
    assert change_id("update", "folder", "learner", "1", "9", None) == "77c2ec07088e145e4ef774dc163c89f0"
    assert update("1", "9", field(after="x")).id == update("1", "9", field(after="y"), hold="link_shared").id
    assert len(update().id) == 32


@given(
    st.lists(
        st.tuples(*[st.sampled_from([None, "", "1", "12", "2", ",", '"'])] * 3), unique=True, min_size=2, max_size=2
    )
)
def test_different_identities_have_different_ids(some: list[tuple[str | None, ...]]) -> None:
    """Null, empty and joined texts never run together."""
    first, second = (change_id("update", "folder", "learner", *ids) for ids in some)
    assert first != second
    assert change_id("create", "folder", "learner", *some[0]) != first
    assert change_id("update", "office", "learner", *some[0]) != first


COVERED: list[dict[str, Any]] = [
    {"id": "other"},
    {"action": "create"},
    {"system": "office"},
    {"record_type": "officer"},
    {"mis_id": "2"},
    {"mis_id": None},
    {"provider_id": "8"},
    {"provider_id": None},
    {"centre": "North"},
    {"hold": "link_shared"},
    {"fields": ()},
    {"fields": (field(), field("town"))},
]
COVERED_FIELD: list[dict[str, Any]] = [
    {"field": "other"},
    {"column": "Other"},
    {"before": "other"},
    {"before": None},
    {"before": ""},
    {"after": "other"},
    {"after": None},
    {"read": "cd" * 16},
    {"held": True},
]


@pytest.mark.parametrize("other", COVERED, ids=str)
def test_the_digest_covers_identity_and_what_is_written(other: dict[str, Any]) -> None:
    """Any other record, system, action or set of fields is another change."""
    assert replace(update(), **other).digest != update().digest


@pytest.mark.parametrize("other", COVERED_FIELD, ids=str)
def test_the_digest_covers_values_and_inputs(other: dict[str, Any]) -> None:
    """Values before and after, and the keyed hash of all that the rule read."""
    assert update("1", "9", replace(field(), **other)).digest != update().digest


def test_the_digest_leaves_out_reasons_and_places() -> None:
    """A rule that moved to another line, or another word for why, does not void an approval; nor do held fields."""
    moved = update("1", "9", field(reason="fills_blank", rule="mappings/small.yaml:99"), rule="mappings/small.yaml:7")
    assert moved.digest == update().digest
    assert update("1", "9", field(), field("town", held=True)).digest == update().digest


def test_fields_cannot_run_together() -> None:
    """The same texts split otherwise give another digest."""
    one, two = field(before="ab", after="c"), field(before="a", after="bc")
    assert update("1", "9", one).digest != update("1", "9", two).digest
    swapped = replace(field(), before=field().after, after=field().before)
    assert update("1", "9", swapped).digest != update().digest


def test_what_may_be_written() -> None:
    """Held fields and held records stay out; the key is that of the side that is written."""
    change = update("1", "9", field(), field("town", held=True))
    assert [one.field for one in change.writes] == ["name"]
    assert change.applicable
    assert change.key == "9"
    assert replace(change, side="mis").key == "1"
    for still in (replace(change, hold="link_shared"), update("1", "9", field(held=True))):
        assert still.writes == ()
        assert not still.applicable


def test_every_part_of_a_field_change_stands_in_the_file() -> None:
    """No part can be forgotten when one is added."""
    assert set(field().as_json()) == {part.name for part in fields(FieldChange)}
    assert set(update().as_json()) == {part.name for part in fields(Change)} | {"kind"}
