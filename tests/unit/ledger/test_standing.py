"""What is read of a store to tell how an exchange stands and how its runs ended."""

from datetime import timedelta

from engine.ledger.ends import OPEN, End, ends_of
from engine.ledger.journal import Closing, close_changes, hold_lease, write_intents
from engine.ledger.links import Link, add_links
from engine.ledger.runs import list_runs
from engine.ledger.standing import Held, Linked, count_links, held_links
from engine.ledger.store import Store
from tests.unit.ledger.scenario import CLOSINGS, INTENTS, NOON, StillClock, begun


def test_how_changes_ended(store: Store, clock: StillClock) -> None:
    """The last closing of each change, with its time and the id that was made; what was sent and not closed is open."""
    with hold_lease(store, "onefile", "jo") as lease:
        run = begun(store, lease)
        assert ends_of(store, run.id) == {}
        write_intents(store, lease, run, INTENTS)
        clock.sleep(60)
        close_changes(store, lease, run, CLOSINGS)
        later = NOON + timedelta(seconds=60)
        assert ends_of(store, run.id) == {
            "c1": End("done", later, "", "901"),
            "c2": End("failed", later, CLOSINGS[1].detail),
            "c3": End(OPEN, NOON),
        }
        clock.sleep(60)
        close_changes(store, lease, run, [Closing("c2", "already")])
        assert ends_of(store, run.id)["c2"] == End("already", NOON + timedelta(seconds=120))
    assert ends_of(store, "another") == {}
    assert [one.id for one in list_runs(store)] == [run.id]
    assert [one.id for one in list_runs(store, "onefile")] == [run.id]
    assert list_runs(store, "ace360") == ()


def test_how_links_stand(store: Store, clock: StillClock) -> None:
    """Counted by record type with the newest; those of one record, one a centre, and of no other exchange."""
    add_links(store, "onefile", [Link("learner", "m1", "p1", None), Link("officer", "m1", "o1", None)], "jo")
    clock.sleep(60)
    add_links(store, "onefile", [Link("learner", "m1", "p2", "west"), Link("learner", "m2", "p3", None)], "jo")
    add_links(store, "ace360", [Link("learner", "m1", "a1", None)], "jo")
    later = NOON + timedelta(seconds=60)
    assert count_links(store, "onefile") == {"learner": Linked(3, later), "officer": Linked(1, NOON)}
    assert held_links(store, "onefile", "learner", "m1") == (Held("p1", None, NOON), Held("p2", "west", later))
    assert held_links(store, "onefile", "learner", "m9") == ()
    assert count_links(store, "smart_assessor") == {}
