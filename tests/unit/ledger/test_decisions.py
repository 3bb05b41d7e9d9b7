"""What people decided of held fields, as the store keeps it."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.errors import LeaseError, WorkspaceError
from engine.ledger.decisions import add_decision, decision_columns, spend_decisions, standing_decisions
from engine.ledger.journal import hold_lease
from engine.ledger.log import read_log
from engine.ledger.store import Store, open_store
from tests.unit.ledger.scenario import StillClock, a_decision, a_plan, begun, contents


def test_the_newest_decision_on_a_field_counts(store: Store) -> None:
    """By exchange and record type, sorted by link and field; each is logged without the hash that it was made on."""
    first, again = a_decision(), a_decision(take="neither", mark="cd")
    other = replace(a_decision(), centre="west")
    for one in (a_decision("town"), first, other, again):
        add_decision(store, "onefile", a_plan().id, one)
    assert standing_decisions(store, "onefile") == (again, a_decision("town"), other)
    assert standing_decisions(store, "onefile", "officer") == standing_decisions(store, "ace360") == ()
    columns = decision_columns(standing_decisions(store, "onefile", "learner"))
    assert (columns["take"], columns["centre"]) == (["neither", "mis", "mis"], [None, None, "west"])
    assert decision_columns(()) == {}
    told = [(one.who, one.what, one.change, one.facts["take"]) for one in read_log(store, exchange="onefile")]
    assert told[-1] == ("jo", "hold.decided", "c4", "neither")
    assert "cd" not in str(read_log(store, exchange="onefile"))


def test_what_was_carried_out_counts_no_more(store: Store) -> None:
    """A run spends the decision that it has carried out; one that was made anew meanwhile stays."""
    with hold_lease(store, "onefile", "jo") as lease:
        run = begun(store, lease)
        add_decision(store, "onefile", a_plan().id, a_decision())
        add_decision(store, "onefile", a_plan().id, a_decision("town", mark="old"))
        add_decision(store, "onefile", a_plan().id, a_decision("town", mark="new"))
        spend_decisions(store, lease, run, [("learner", "surname", "ab"), ("learner", "town", "old")])
        spend_decisions(store, lease, run, [("learner", "surname", "ab")])
    assert standing_decisions(store, "onefile") == (a_decision("town", mark="new"),)
    spent = [one for one in read_log(store, run=run.id) if one.what == "hold.decision.spent"]
    assert [(one.change, one.facts["field"]) for one in spent] == [("c4", "surname")]
    before = contents(store)
    with pytest.raises(LeaseError):
        spend_decisions(store, lease, run, [("learner", "town", "new")])
    assert contents(store) == before


@pytest.mark.parametrize("table", ["decisions", "denials"])
def test_what_people_said_is_never_altered(store: Store, table: str) -> None:
    """No update, no delete, no row in another one's place."""
    names = {"decisions": "centre, field, mark, take, change, plan", "denials": "said"}[table]
    columns = f"exchange, record_type, mis_id, provider_id, who, at, why, {names}"
    values = ", ".join(["'x'"] * len(columns.split(", ")))
    row = f"INTO {table} (number, {columns}) VALUES (1, {values})"
    with store.writing() as connection:
        connection.execute(text(f"INSERT {row}"))
    before = contents(store)
    for statement in (f"UPDATE {table} SET why = 'y'", f"DELETE FROM {table}", f"INSERT OR REPLACE {row}"):
        with pytest.raises((WorkspaceError, IntegrityError)), store.writing() as connection:
            connection.execute(text(statement))
    assert contents(store) == before


def test_a_store_of_the_second_version_is_migrated(store: Store, url: str) -> None:
    """Its lineage stays, and what people say has its place."""
    with store.writing() as connection:
        for table in ("decisions", "denials"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    lineage = store.lineage
    store.close()
    again = open_store(url, StillClock())
    assert again.lineage == lineage
    assert standing_decisions(again, "onefile") == ()
    again.close()
