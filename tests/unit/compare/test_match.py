"""Links alone pair records; whatever is unclear about a link leaves its records alone."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare.match import Matched, Situation, match_links
from tests.unit.compare.building import compiled, snapshot

QUERY = compiled("name: {mis: name, provider: Name}").records[0]
Link = tuple[str, str, str | None]


def matched(mis: Sequence[str], provider: Sequence[str], links: Sequence[Link]) -> Matched:
    """Match records by their keys. A key given twice stands in two different rows."""
    here = [{"ident": key, "name": f"m{at}"} for at, key in enumerate(mis)]
    there = [{"ID": key, "Name": f"p{at}"} for at, key in enumerate(provider)]
    columns: dict[str, list[str | None]] = {
        name: [link[at] for link in links] for at, name in enumerate(("mis_id", "provider_id", "centre"))
    }
    return match_links(snapshot("mis", QUERY, here), snapshot("provider", QUERY, there), columns)


def names(found: Matched) -> list[tuple[str, str]]:
    """The names of the rows that were really paired: MIS, provider."""
    frame = found.pairs.take(("mis.name", "provider.Name"))
    return list(zip(frame["mis.name"].to_list(), frame["provider.Name"].to_list(), strict=True))


def broken(found: Matched) -> dict[tuple[str, str], str]:
    return {(row["mis_id"], row["provider_id"]): row["situation"] for row in found.broken.iter_rows(named=True)}


def test_links_pair_the_rows_that_they_name() -> None:
    """Row numbers point at the linked records, whatever their order; the rest is counted on its side."""
    found = matched(["3", "1", "2"], ["c", "a", "d"], [("1", "c", None), ("3", "a", None)])
    assert names(found) == [("m1", "p0"), ("m0", "p1")]
    assert found.keys.rows() == [("1", "c", None), ("3", "a", None)]
    assert found.only_mis.to_list() == ["2"]
    assert found.counts == {"linked": 2, "only in the MIS": 1, "only at the provider": 1}
    assert found.broken.height == 0


@pytest.mark.parametrize(
    ("mis", "provider", "situation"),
    [
        ([], ["a"], Situation.GONE_MIS),
        (["1"], [], Situation.GONE_PROVIDER),
        ([], [], Situation.GONE_MIS),
        (["1", "1"], ["a"], Situation.DOUBLED),
        (["1"], ["a", "a"], Situation.DOUBLED),
        (["1", "1"], [], Situation.DOUBLED),
        (["1"], ["a"], Situation.LINKED),
    ],
)
def test_one_link_over_all_that_its_ends_can_be(mis: list[str], provider: list[str], situation: Situation) -> None:
    """Gone, doubled or whole, on either side."""
    found = matched(mis, provider, [("1", "a", None)])
    assert found.counts[situation.value] == 1
    assert broken(found) == ({} if situation is Situation.LINKED else {("1", "a"): situation.value})
    assert found.keys.height == (situation is Situation.LINKED)
    assert found.only_mis.len() == 0


def test_a_link_shared_at_either_side_pairs_nobody() -> None:
    """Two MIS records on one provider record, one MIS record on two: all of them are left alone."""
    found = matched(
        ["1", "2", "3", "4"],
        ["a", "b", "c", "d"],
        [("1", "a", None), ("2", "a", None), ("3", "b", None), ("3", "c", None), ("4", "d", None)],
    )
    assert names(found) == [("m3", "p3")]
    assert set(broken(found)) == {("1", "a"), ("2", "a"), ("3", "b"), ("3", "c")}
    assert set(broken(found).values()) == {Situation.SHARED.value}


def test_one_learner_at_two_centres_is_two_links() -> None:
    """A MIS record may be linked once for each centre; twice at one centre is a shared link."""
    found = matched(["1"], ["a", "b"], [("1", "a", "North"), ("1", "b", "South")])
    assert found.counts["linked"] == 2
    again = matched(["1"], ["a", "b"], [("1", "a", "North"), ("1", "b", "North")])
    assert again.counts["link shared"] == 2
    assert again.keys.height == 0


def test_a_shared_link_is_seen_though_one_of_its_ends_is_gone() -> None:
    """What two links claim is unclear even where only one of them could be followed."""
    found = matched(["1"], ["a"], [("1", "a", None), ("2", "a", None)])
    assert found.keys.height == 0
    assert set(broken(found).values()) == {Situation.SHARED.value}


def test_twins_are_never_merged() -> None:
    """Records that are alike in every field but their key stay two: nothing but a link pairs."""
    twins = [{"ident": key, "name": "Sam Twin"} for key in ("1", "2", None)]
    there = [{"ID": "a", "Name": "Sam Twin"}]
    found = match_links(
        snapshot("mis", QUERY, twins),
        snapshot("provider", QUERY, there),
        {"mis_id": ["2"], "provider_id": ["a"], "centre": [None]},
    )
    assert found.keys.rows() == [("2", "a", None)]
    assert found.only_mis.to_list() == ["1"]
    unlinked = matched(["1"], ["1"], [])
    assert unlinked.keys.height == 0
    assert unlinked.counts == {"only in the MIS": 1, "only at the provider": 1}


def test_nothing_at_all() -> None:
    """No records and no links: no pairs, and figures of nought."""
    found = matched([], [], [])
    assert found.counts == {"only in the MIS": 0, "only at the provider": 0}
    assert found.keys.height == found.broken.height == found.only_mis.len() == 0
    assert found.pairs.take(("mis.name",)).height == 0


IDS, THEIRS = "1234", "abcd"
LINKS = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(THEIRS), st.sampled_from([None, "N"])), unique=True, max_size=6
)


@given(
    st.lists(st.sampled_from(IDS), max_size=5),
    st.lists(st.sampled_from(THEIRS), max_size=5),
    LINKS,
    st.randoms(use_true_random=False),
)
def test_matching_against_a_plain_model(mis: list[str], provider: list[str], links: list[Link], random: Random) -> None:
    """Pairs, situations and counts are those of a few lines of plain Python, in any order of links."""
    shuffled = list(links)
    random.shuffle(shuffled)
    found = matched(mis, provider, shuffled)
    here, there = Counter(mis), Counter(provider)
    by_provider = Counter(link[1] for link in links)
    by_mis = Counter((link[0], link[2]) for link in links)
    expected: Counter[str] = Counter()
    pairs = []
    for link in links:
        if here[link[0]] > 1 or there[link[1]] > 1:
            expected["key doubled"] += 1
        elif by_provider[link[1]] > 1 or by_mis[link[0], link[2]] > 1:
            expected["link shared"] += 1
        elif not here[link[0]]:
            expected["link broken in the MIS"] += 1
        elif not there[link[1]]:
            expected["link broken at the provider"] += 1
        else:
            expected["linked"] += 1
            pairs.append((f"m{mis.index(link[0])}", f"p{provider.index(link[1])}"))
    expected["only in the MIS"] = sum(n == 1 and key not in {link[0] for link in links} for key, n in here.items())
    expected["only at the provider"] = sum(
        n == 1 and key not in {link[1] for link in links} for key, n in there.items()
    )
    assert sorted(names(found)) == sorted(pairs)
    assert Counter(found.counts) == expected
    again = matched(mis, provider, links)
    assert again.keys.rows() == found.keys.rows()
    assert again.broken.rows() == found.broken.rows()
