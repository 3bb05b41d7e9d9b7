"""Limits: they pass at n and stop at n + 1, on small sets and large, and print their arithmetic."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan.guard import Guard
from engine.plan.model import Change, LimitLine
from engine.ports import Category
from engine.settings import Limit
from tests.unit.plan.plans import field, update


def blank_out(held: bool = False) -> Change:  # noqa: FBT001, FBT002  a word beside the call says it
    """An update that empties one field and sets another."""
    return update("1", "9", field(), field("town", "Leeds", None, held=held))


def lines(changes: Mapping[str, int], total: int, limits: Mapping[str, Limit] | None = None) -> dict[str, LimitLine]:
    """Kind -> its line, for so many changes of each kind among so many records."""
    guard = Guard(limits or {}, {"learner": total})
    made = {"update": update(), "create": update(action="create"), "blank_out": blank_out()}
    for kind, number in changes.items():
        for _ in range(number):
            guard.count(made[kind])
    return {line.kind: line for line in guard.lines()}


# kind, records, the most changes that pass, limits
BOUNDARIES = [
    ("update", 0, 2, None),
    ("update", 1, 2, None),
    ("update", 9, 2, None),
    ("update", 10, 3, None),
    ("update", 11, 3, None),
    ("update", 13, 3, None),
    ("update", 14, 4, None),
    ("update", 50, 15, None),
    ("update", 1000, 300, None),
    ("create", 9, 2, None),
    ("create", 10, 3, None),
    ("create", 100, 30, None),
    ("blank_out", 9, 2, None),
    ("blank_out", 20, 6, None),
    ("update", 100, 5, Limit(share=Decimal(5))),
    ("update", 100, 5, Limit(count=5)),
    ("update", 10, 3, Limit(count=500)),
    ("update", 9, 2, Limit(count=500)),
    ("update", 9, 1, Limit(count=1)),
    ("update", 100, 0, Limit(count=0)),
    ("update", 5, 0, Limit(count=0)),
    ("update", 100, 0, Limit(share=Decimal(0))),
    ("update", 100, 100, Limit(share=Decimal(100))),
    ("update", 5, 2, Limit(share=Decimal(100))),
    ("update", 1000, 125, Limit(share=Decimal("12.5"))),
    ("update", 1000, 12, Limit(share=Decimal("12.5"), count=12)),
    ("update", 3000, 1, Limit(share=Decimal("0.0334"))),
]


@pytest.mark.covers("D3")
@pytest.mark.parametrize(("kind", "total", "most", "limit"), BOUNDARIES)
def test_a_limit_passes_at_n_and_stops_at_one_more(kind: str, total: int, most: int, limit: Limit | None) -> None:
    """Shares from 10 records up, at most two below, counts always; blank-outs counted apart."""
    limits = {kind: limit} if limit else None
    if kind == "blank_out":  # its updates are not what is looked at here
        limits = {**(limits or {}), "update": Limit(share=Decimal(100))}
    if most:
        assert not lines({kind: most}, total, limits)[kind].crossed
    assert lines({kind: most + 1}, total, limits)[kind].crossed


@given(st.integers(0, 60), st.integers(10, 200), st.decimals(0, 100, places=2))
def test_shares_against_exact_arithmetic(number: int, total: int, share: Decimal) -> None:
    """Crossed exactly where number/total is more than the share, without rounding."""
    found = lines({"update": number}, total, {"update": Limit(share=share)})
    if not number:
        assert not found
    else:
        assert found["update"].crossed == (number * 10_000 > int(share * 100) * total)


def test_every_change_counts_once_in_its_kind() -> None:
    """A blank-out is an update and a blank-out; held changes and held fields do not count."""
    guard = Guard({}, {"learner": 100})
    for change in (
        update(),
        blank_out(),
        update(action="create"),
        update(hold="link_shared"),
        update("1", "9", field(held=True)),
        blank_out(held=True),
    ):
        guard.count(change)
    assert {line.kind: line.changes for line in guard.lines()} == {"update": 3, "blank_out": 1, "create": 1}


def test_two_blanked_fields_of_one_record_are_one_blank_out() -> None:
    """Limits count records."""
    guard = Guard({}, {"learner": 100})
    guard.count(update("1", "9", field(after=None), field("town", "x", None)))
    assert {line.kind: line.changes for line in guard.lines()} == {"update": 1, "blank_out": 1}


def test_kinds_and_record_types_are_apart() -> None:
    """Two at their limit do not make one over it."""
    guard = Guard({}, {"learner": 10, "officer": 9})
    for change in [update()] * 3 + [update(action="create")] * 3 + [update(record_type="officer")] * 3:
        guard.count(change)
    assert {(line.record_type, line.kind): line.crossed for line in guard.lines()} == {
        ("learner", "create"): False,
        ("learner", "update"): False,
        ("officer", "update"): True,
    }


def test_a_record_type_without_records_counts_as_small() -> None:
    """The first exchange with nothing linked yet: a share of nothing says nothing."""
    guard = Guard({}, {})
    for _ in range(3):
        guard.count(update(action="create"))
    (line,) = guard.lines()
    assert line.crossed
    assert line.of == 0


@pytest.mark.parametrize(
    ("number", "total", "limit", "told"),
    [
        (21, 50, None, "42.00% of the learners have a change of kind update (21 of 50); the limit is 30.00%"),
        (
            1,
            3,
            None,
            "33.33% of the learners have a change of kind update (1 of 3); the limit is 2 of fewer than 10 records",
        ),
        (
            2,
            30,
            Limit(share=Decimal("12.5"), count=7),
            "6.67% of the learners have a change of kind update (2 of 30); the limit is 12.50% and 7",
        ),
    ],
)
def test_limits_print_their_arithmetic(number: int, total: int, limit: Limit | None, told: str) -> None:
    """What was counted, of how many, and what is allowed."""
    assert lines({"update": number}, total, {"update": limit} if limit else None)["update"].sentence == told


def sensitive(category: Category, name: str = "ethnicity") -> Change:
    """An update of a field of this category."""
    return update("1", "9", field(name, category=category))


@pytest.mark.covers("D3")
@pytest.mark.parametrize("category", ["identifier", "special"])
def test_each_sensitive_field_is_counted_by_itself(category: Category) -> None:
    """Its own share holds though updates may go further; another field of the record does not count for it."""
    guard = Guard({"update": Limit(share=Decimal(100)), "sensitive": Limit(share=Decimal(10))}, {"learner": 100})
    for _ in range(10):
        guard.count(sensitive(category))
        guard.count(sensitive(category, "uln"))
    assert not any(line.crossed for line in guard.lines())
    guard.count(sensitive(category))
    crossed = [line for line in guard.lines() if line.crossed]
    assert [line.kind for line in crossed] == ["sensitive ethnicity"]
    assert "11.00% of the learners have their ethnicity changed (11 of 100)" in crossed[0].sentence


def test_an_ordinary_field_and_a_new_record_are_not_sensitive_changes() -> None:
    """A create is counted as one, whatever it holds."""
    guard = Guard({}, {"learner": 100})
    guard.count(sensitive("ordinary"))
    guard.count(replace(sensitive("special"), action="create"))
    assert {line.kind for line in guard.lines()} == {"update", "create"}


def test_what_somebody_asked_for_is_not_held_back_on_a_small_set() -> None:
    """Three records created of fewer than ten: over the limit by itself, and not where a person asked for them."""
    for requested in (False, True):
        guard = Guard({}, {"officer": 4}, requested=requested)
        for _ in range(3):
            guard.count(update(action="create", record_type="officer"))
        (line,) = guard.lines()
        assert line.crossed is not requested
