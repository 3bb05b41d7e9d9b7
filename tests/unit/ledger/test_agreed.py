"""What both sides agreed on, as the store keeps it."""

import pytest
from sqlalchemy import text

from engine.errors import LeaseError
from engine.ledger.agreed import agreed_columns, note_agreed
from engine.ledger.journal import hold_lease
from engine.ledger.log import read_log
from engine.ledger.store import Store, open_store
from tests.unit.ledger.scenario import StillClock, begun, contents

Columns = dict[str, list[str | None]]


def columns(*rows: tuple[str | None, ...]) -> Columns:
    """Rows of mis_id, provider_id, centre, field, mark as columns."""
    names = ("mis_id", "provider_id", "centre", "field", "mark")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def test_what_was_agreed_comes_back_sorted_and_is_replaced(store: Store) -> None:
    """By exchange and record type; a later agreement on the same link and field takes the earlier one's place."""
    first = [("m2", "p2", None, "town", "ab"), ("m1", "p1", "west", "town", ""), ("m1", "p1", None, "name", "")]
    with hold_lease(store, "onefile", "jo") as lease:
        run = begun(store, lease)
        note_agreed(store, lease, run, "learner", columns(*first))
        note_agreed(store, lease, run, "officer", columns(("m1", "p9", None, "town", "")))
        note_agreed(store, lease, run, "learner", columns(("m2", "p3", None, "town", "cd")))
        note_agreed(store, lease, run, "learner", columns())
    kept = [("m1", "p1", None, "name", ""), ("m1", "p1", "west", "town", ""), ("m2", "p3", None, "town", "cd")]
    assert agreed_columns(store, "onefile", "learner") == columns(*kept)
    assert agreed_columns(store, "ace360", "learner") == columns()
    told = [entry for entry in read_log(store, run=run.id) if entry.what == "agreed.noted"]
    assert [entry.facts for entry in told] == [
        {"record_type": "learner", "agreed": 3},
        {"record_type": "officer", "agreed": 1},
        {"record_type": "learner", "agreed": 1},
    ]


def test_a_stale_lease_notes_nothing(store: Store) -> None:
    """Only the run that holds the provider has seen what it says."""
    with hold_lease(store, "onefile", "jo") as lease:
        run = begun(store, lease)
    before = contents(store)
    with pytest.raises(LeaseError):
        note_agreed(store, lease, run, "learner", columns(("m1", "p1", None, "town", "")))
    assert contents(store) == before


def test_many_agreements_are_kept_at_once(store: Store) -> None:
    """More than one statement takes."""
    many = [(f"m{at:05}", "p", None, "town", "") for at in range(1200)]
    with hold_lease(store, "onefile", "jo") as lease:
        run = begun(store, lease)
        note_agreed(store, lease, run, "learner", columns(*many))
        note_agreed(store, lease, run, "learner", columns(*many))
    assert agreed_columns(store, "onefile", "learner") == columns(*many)


def test_a_store_of_the_first_version_is_migrated(store: Store, url: str) -> None:
    """Its lineage and links stay, and what is agreed on has its place."""
    with store.writing() as connection:
        for table in ("agreed", "decisions", "denials"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    lineage = store.lineage
    store.close()
    again = open_store(url, StillClock())
    assert again.lineage == lineage
    assert agreed_columns(again, "onefile", "learner") == columns()
    assert [entry.what for entry in read_log(again)] == ["store.made", "store.migrated"]
    again.close()
