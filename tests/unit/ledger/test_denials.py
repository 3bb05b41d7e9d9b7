"""Pairs that people said are not the same, as the store keeps them."""

import pytest

from engine.errors import RefusedError
from engine.ledger.denials import DeniedPairError, denied_columns, deny_pair, standing_denials, withdraw_denial
from engine.ledger.link_changes import edit_link, set_link
from engine.ledger.links import Link, add_links, read_links
from engine.ledger.log import read_log
from engine.ledger.store import Store
from tests.unit.ledger.scenario import contents

PAIR = ("learner", "m1", "p1")
OTHER = ("learner", "m1", "p2")


def test_a_denial_stands_until_it_is_taken_back(store: Store) -> None:
    """By exchange and record type; the newest word on a pair counts, with who gave it; each is logged."""
    deny_pair(store, "onefile", OTHER, "jo", "his brother")
    first = deny_pair(store, "onefile", PAIR, "jo", "her twin")
    again = deny_pair(store, "onefile", PAIR, "al", "seen both")
    assert (first.at, again.pair) == (store.clock.now(), PAIR)
    found = standing_denials(store, "onefile", "learner")
    assert [(one.pair, one.who, one.why) for one in found] == [(PAIR, "al", "seen both"), (OTHER, "jo", "his brother")]
    assert denied_columns(found) == {"mis_id": ["m1", "m1"], "provider_id": ["p1", "p2"]}
    assert standing_denials(store, "onefile", "officer") == standing_denials(store, "ace360", "learner") == ()
    withdraw_denial(store, "onefile", PAIR, "jo", "wrong")
    assert [one.pair for one in standing_denials(store, "onefile", "learner")] == [OTHER]
    assert denied_columns(()) == {}
    told = [(one.who, one.what, one.facts["provider_id"], one.facts["why"]) for one in read_log(store)[-2:]]
    assert told == [("al", "match.denied", "p1", "seen both"), ("jo", "match.withdrawn", "p1", "wrong")]


def test_a_denied_pair_is_not_linked_unseen(store: Store) -> None:
    """None of the links of a call is stored when one is denied, but for a record that was just created."""
    deny_pair(store, "onefile", PAIR, "jo", "her twin")
    before = contents(store)
    with pytest.raises(DeniedPairError, match="learner m1 "):
        add_links(store, "onefile", [Link("learner", "m0", "p0", None), Link(*PAIR, None)], "jo")
    assert contents(store) == before
    assert add_links(store, "ace360", [Link(*PAIR, None)], "jo") == 1
    assert add_links(store, "onefile", [Link(*PAIR, None)], "jo", created=True) == 1


def test_a_link_by_hand_takes_the_denial_back(store: Store) -> None:
    """Set, or edited to the denied record: in the same transaction the word counts no more."""
    deny_pair(store, "onefile", PAIR, "jo", "her twin")
    deny_pair(store, "onefile", OTHER, "jo", "her twin")
    set_link(store, "onefile", Link(*PAIR, None), "al")
    assert [one.pair for one in standing_denials(store, "onefile", "learner")] == [OTHER]
    edit_link(store, "onefile", Link(*PAIR, None), Link(*OTHER, None), ("al", "merged"))
    assert standing_denials(store, "onefile", "learner") == ()
    assert read_links(store, "onefile", "learner") == (Link(*OTHER, None),)


def test_what_is_refused_stores_nothing(store: Store) -> None:
    """A pair that is linked, and a word that nobody gave or that was taken back."""
    add_links(store, "onefile", [Link(*PAIR, "west")], "jo")
    before = contents(store)
    with pytest.raises(RefusedError, match="link remove"):
        deny_pair(store, "onefile", PAIR, "jo", "her twin")
    with pytest.raises(RefusedError, match="nothing to take back"):
        withdraw_denial(store, "onefile", OTHER, "jo", "wrong")
    assert contents(store) == before
