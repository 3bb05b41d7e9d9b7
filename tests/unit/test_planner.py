"""Reading, matching and deciding together: what is read, what is not, and what happens when a read breaks off."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from engine.errors import IncompleteReadError
from engine.memory import MemorySystem, Row
from engine.plan.build import Builder
from engine.planner import Planner
from engine.ports import Page
from engine.query.model import Query
from engine.reading import Readings, Sides
from tests.unit.compare.building import (
    CREATES,
    KEY,
    LEARNERS,
    PEOPLE,
    PROVIDER_COLUMNS,
    collection,
    compiled,
    link_columns,
    sides,
)

PUSH = compiled("name: {mis: name, provider: Name}\ntown: {mis: town, provider: Town, only: pull}", extra=CREATES)
PEOPLE_ROWS: list[Row] = [{"ident": str(at), "name": f"n{at}", "town": "t"} for at in range(3)]
LEARNER_ROWS: list[Row] = [{"ID": f"p{at}", "Name": "old"} for at in range(3)]
LINKS = [("0", "p0"), ("1", "p1")]


def planner(mis: MemorySystem, provider: MemorySystem, links: list[tuple[str, str]], query: Query = PUSH) -> Planner:
    both = Sides(mis, provider, "office", "folder")
    return Planner(query, Readings(both, query.zone), lambda _: link_columns(links), Builder("office", "folder", KEY))


class Watched(MemorySystem):
    """A system in memory that notes which columns it is asked for, and may break off."""

    broken = False

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:
        self.asked = tuple(columns)
        for number, page in enumerate(super().read(collection, columns, changed_since)):
            if self.broken and number:
                raise IncompleteReadError("folder", "reading learners", "the listing broke off")
            yield page


def test_only_what_moves_is_read() -> None:
    """Keys and the columns that some moving field reads or writes: minimal by construction."""
    mis = Watched({"people": PEOPLE}, {"people": PEOPLE_ROWS})
    provider = Watched({"learners": LEARNERS}, {"learners": LEARNER_ROWS})
    planner(mis, provider, LINKS).decide_all()
    assert mis.asked == ("ident", "name")
    assert provider.asked == ("ID", "Name")


def test_a_read_that_breaks_off_makes_no_plan() -> None:
    """Half a listing never becomes changes, blanks or creates: the fault goes up."""
    mis, _ = sides(PEOPLE_ROWS, [])
    provider = Watched({"learners": LEARNERS}, {"learners": LEARNER_ROWS}, page_size=1)
    provider.broken = True
    with pytest.raises(IncompleteReadError):
        planner(mis, provider, LINKS).decide_all()


def test_calls_are_counted_by_system() -> None:
    """As many pages as there are."""
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS, page_size=2)
    made = planner(mis, provider, LINKS)
    made.decide_all()
    assert made.sides.calls == {"office": 2, "folder": 2}
    assert made.sides.system("office") is mis
    assert made.sides.system("folder") is provider


def test_planning_again_fetches_only_the_records_of_the_changes() -> None:
    """One fetch a side, and the same changes; others are not planned."""
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS)
    made = planner(mis, provider, LINKS)
    changes = list(made.builder.changes(made.decide_all()[0]))
    assert [(change.action, change.mis_id) for change in changes] == [("create", "2"), ("update", "0"), ("update", "1")]
    mis.calls = provider.calls = 0
    fresh = made.plan_again(changes[1:2])
    assert made.sides.calls == {"office": 1, "folder": 1}
    assert {name: one.change for name, one in fresh.items()} == {changes[1].id: changes[1]}
    assert fresh[changes[1].id].raw == {"ID": "p0", "Name": "old"}
    assert made.plan_again([]) == {}


def test_what_moved_shows_when_planned_again() -> None:
    """A source that moved gives another digest; a record that is gone a hold; one that is done nothing.

    Where both sides have moved to one other value, there is nothing to do and the change is not done.
    """
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS)
    made = planner(mis, provider, LINKS)
    update = next(change for change in made.builder.changes(made.decide_all()[0]) if change.mis_id == "0")
    mis.rows["people"][0]["name"] = "moved"
    assert made.plan_again([update])[update.id].change.digest != update.digest
    provider.rows["learners"][0]["Name"] = "moved"
    assert not made.plan_again([update])[update.id].wanted
    mis.rows["people"][0]["name"] = provider.rows["learners"][0]["Name"] = update.writes[0].after
    assert made.plan_again([update]) == {}
    del provider.rows["learners"][0]
    assert made.plan_again([update])[update.id].change.hold == "link_gone_provider"


def test_a_link_made_meanwhile_is_seen_after_forgetting() -> None:
    """A record that was created is not created again: its new link says so once the old ones are forgotten."""
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS)
    links = list(LINKS)
    made = planner(mis, provider, links)
    create = next(change for change in made.builder.changes(made.decide_all()[0]) if change.action == "create")
    assert made.plan_again([create]).keys() == {create.id}
    provider.rows["learners"].append({"ID": "p9", "Name": "n2"})
    links.append(("2", "p9"))
    assert made.plan_again([create]).keys() == {create.id}
    made.forget("learner")
    assert made.plan_again([create]) == {}


def test_a_link_that_became_shared_is_held_when_planned_again() -> None:
    """Though the second claim comes from a record that no change names."""
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS)
    links = list(LINKS)
    made = planner(mis, provider, links)
    update = next(change for change in made.builder.changes(made.decide_all()[0]) if change.mis_id == "0")
    links.append(("2", "p0"))
    made.forget("learner")
    assert made.plan_again([update])[update.id].change.hold == "link_shared"


def test_creates_of_unknown_outcome_are_held() -> None:
    """What was perhaps created before waits for a person."""
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS)
    first = planner(mis, provider, LINKS)
    create = next(iter(first.builder.changes(first.decide_all()[0])))
    builder = Builder("office", "folder", KEY, frozenset({create.id}))
    again = next(iter(builder.changes(first.decide_all()[0])))
    assert (again.id, again.hold, again.applicable) == (create.id, "outcome_unknown", False)


def test_a_broken_link_of_a_side_that_is_never_written_is_a_hold() -> None:
    """Where nothing is pushed and the provider takes no updates, the hold stands at the MIS."""
    still = collection("learners", PROVIDER_COLUMNS, update=None, create=None)
    query = compiled("name: {mis: name, provider: Name, only: pull}", "both", provider=still)
    mis, provider = sides(PEOPLE_ROWS, [])
    made = planner(mis, provider, [("0", "p0")], query)
    (change,) = made.builder.changes(made.decide_all()[0])
    assert (change.hold, change.side, change.system) == ("link_gone_provider", "mis", "office")


def test_a_record_type_that_does_not_move_is_not_read() -> None:
    """Under `ignore` no system is asked for anything."""
    query = compiled("name: {mis: name, provider: Name}", "ignore", extra=CREATES)
    assert not query.records[0].moves
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS)
    made = planner(mis, provider, LINKS, query)
    assert made.decide_all() == ([], [])
    assert made.sides.calls == {"office": 0, "folder": 0}


def test_inputs_are_hashed_under_a_key() -> None:
    """Another key, another hash of what was read: a value cannot be guessed from a plan without it."""
    mis, provider = sides(PEOPLE_ROWS, LEARNER_ROWS)
    made = planner(mis, provider, LINKS)
    decisions = made.decide_all()[0]
    one, two = (list(Builder("office", "folder", key).changes(decisions)) for key in (KEY, b"another"))
    assert [change.id for change in one] == [change.id for change in two]
    assert not {part.read for change in one for part in change.fields} & {
        part.read for change in two for part in change.fields
    }
