"""What a person denies is never paired, nor held for its own sake; all else is as it was without the word."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compare.match import Matched, match_records
from engine.query.model import Query
from tests.unit.compare.building import CREATES, compiled, link_columns, sides, snapshot
from tests.unit.test_planner import planner

Pair = tuple[str, str]


def tiered(trust: str, extra: str = "", more: str = "") -> Query:
    """A mapping that pairs by town, and by what `more` says."""
    tiers = f"    identity:\n      - link\n      - {{match: [town], trust: {trust}}}\n{more}"
    fields = "name: {mis: name, provider: Name}\ntown: {mis: town, provider: Town}"
    return compiled(fields, extra=f"{tiers}{extra}")


BY_TOWN = tiered("link")
TOWNS = st.lists(st.sampled_from(["York", "Hull", "Leeds", ""]), max_size=5)
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8)


def matched(query: Query, mis: Sequence[str], provider: Sequence[str], denied: Sequence[Pair]) -> Matched:
    """Match records m0, m1, … and p0, p1, … of these towns; nobody is linked."""
    record = query.records[0]
    people = [{"ident": f"m{at}", "name": "n", "town": town} for at, town in enumerate(mis)]
    learners = [{"ID": f"p{at}", "Name": "n", "Town": town} for at, town in enumerate(provider)]
    apart = {"mis_id": [one for one, _ in denied], "provider_id": [other for _, other in denied]}
    here, there = snapshot("mis", record, people), snapshot("provider", record, learners)
    return match_records(record, here, there, link_columns([]), apart)


def expected(
    mis: Sequence[str], provider: Sequence[str], denied: Sequence[Pair]
) -> tuple[set[Pair], set[str], set[str]]:
    """The pairs, and the records of each side that several may be, told town by town."""
    groups: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for at, town in enumerate(mis):
        groups[town][0].append(f"m{at}")
    for at, town in enumerate(provider):
        groups[town][1].append(f"p{at}")
    pairs: set[Pair] = set()
    held: tuple[set[str], set[str]] = (set(), set())
    for town, (here, there) in groups.items():
        open_ = {one for one in product(here, there) if town and one not in denied}
        if len(here) == len(there) == 1:
            pairs |= open_
        else:
            held[0].update(one for one, _ in open_)
            held[1].update(other for _, other in open_)
    return pairs, *held


@given(TOWNS, TOWNS, PAIRS)
@settings(max_examples=150)
def test_a_denied_pair_claims_nobody(mis: list[str], provider: list[str], apart: list[tuple[int, int]]) -> None:
    """Against a model over sets: who is paired, who is held because several fit, who is alone."""
    denied = [(f"m{one}", f"p{other}") for one, other in apart]
    found = matched(BY_TOWN, mis, provider, denied)
    pairs, several_here, several_there = expected(mis, provider, denied)
    assert set(found.matched.select("mis_id", "provider_id").rows()) == pairs
    assert set(found.broken["mis_id"]) == several_here
    alone = {f"m{at}" for at in range(len(mis))} - several_here - {one for one, _ in pairs}
    assert set(found.only_mis) == alone
    beside = {f"p{at}" for at in range(len(provider))} - several_there - {other for _, other in pairs}
    assert set(found.only_provider) == beside


@pytest.mark.parametrize("trust", ["link", "propose"])
def test_who_was_denied_is_created(trust: str) -> None:
    """A likely match stops the create; once a person says that it is somebody else, the create goes ahead."""
    query = tiered(trust, CREATES)
    mis, provider = sides([{"ident": "1", "name": "Ann", "town": "York"}], [{"ID": "9", "Name": "Ann", "Town": "York"}])
    made = planner(mis, provider, [], query)
    assert {change.action for change in made.builder.changes(made.decide_all()[0])} == {"link"}
    word = replace(planner(mis, provider, [], query), denied=lambda _: {"mis_id": ["1"], "provider_id": ["9"]})
    changes = list(word.builder.changes(word.decide_all()[0]))
    assert [(one.action, one.mis_id, one.hold) for one in changes] == [("create", "1", None)]


def test_a_weaker_tier_does_not_find_who_was_denied() -> None:
    """The word is on the two records, whichever tier would pair them; and it makes no disagreement of tiers."""
    query = tiered("link", more="      - {match: [name], trust: link}\n")
    found = matched(query, ["York"], ["York"], [("m0", "p0")])
    assert (found.matched.height, found.broken.height, list(found.only_mis)) == (0, 0, ["m0"])
