"""Changes whose outcome nobody knows are a provider's, whichever exchange sent them, until a person has looked."""

from dataclasses import replace
from typing import Literal

import pytest

from engine.errors import RefusedError
from engine.ledger.journal import (
    Closing,
    begin_run,
    close_changes,
    find_run,
    finish_run,
    hold_lease,
    read_journal,
    write_intents,
    write_outcomes,
)
from engine.ledger.log import read_log
from engine.ledger.plans import add_approval, store_plan
from engine.ledger.store import Store
from engine.ledger.unknown import release_change, unknown_changes
from engine.ports import Intent, Outcome, Verdict
from tests.unit.ledger.scenario import a_plan, an_approval


def closed(store: Store, exchange: str, closing: Closing) -> None:
    """A run of an exchange on one provider that ends a change so."""
    plan = replace(a_plan(f"{exchange}-{closing.state}"), exchange=exchange)
    approval = an_approval(f"approval of {plan.id}", plan)
    store_plan(store, plan, "jo")
    add_approval(store, approval)
    with hold_lease(store, "onefile", "jo") as lease:
        run = begin_run(store, lease, plan.id, approval.id, exchange, "jo")
        close_changes(store, lease, run, [closing])
        finish_run(store, lease, run, "finished")


def test_an_unknown_outcome_counts_in_every_exchange_with_the_provider(store: Store) -> None:
    """Until a later run, of either exchange, says what became of the change; another provider knows nothing of it."""
    closed(store, "first", Closing("c1", "unknown"))
    closed(store, "first", Closing("c2", "done"))
    assert unknown_changes(store, "onefile") == {"c1"}
    assert unknown_changes(store, "ace360") == frozenset()
    closed(store, "second", Closing("c1", "done"))
    assert unknown_changes(store, "onefile") == frozenset()


def cut(store: Store, *outcomes: Outcome, action: Literal["create", "update"] = "create") -> str:
    """A run that was cut off after its intent, or after these outcomes; its id."""
    plan = replace(a_plan("of the run that was cut"), exchange="first")
    approval = an_approval("approval of it", plan)
    store_plan(store, plan, "jo")
    add_approval(store, approval)
    with hold_lease(store, "onefile", "jo") as lease:
        run = begin_run(store, lease, plan.id, approval.id, "first", "jo")
        write_intents(store, lease, run, [Intent("c9", 1, action, "learners", None, {})])
        write_outcomes(store, lease, run, outcomes)
    return run.id


def test_a_create_that_a_run_may_have_sent_before_it_was_cut_is_unknown(store: Store) -> None:
    """A new plan in place of a resume must not create it again; the run itself sees to it when it goes on."""
    run = cut(store)
    assert unknown_changes(store, "onefile") == {"c9"}
    assert unknown_changes(store, "onefile", run) == frozenset()


@pytest.mark.parametrize(
    ("verdict", "unknown"), [("unknown", {"c9"}), ("accepted", {"c9"}), ("refused", set()), ("not_sent", set())]
)
def test_what_was_answered_before_the_cut_counts(store: Store, verdict: Verdict, unknown: set[str]) -> None:
    """Only what may have been taken in is unknown."""
    cut(store, Outcome("c9", 1, verdict))
    assert unknown_changes(store, "onefile") == unknown


def test_an_update_that_was_cut_may_be_planned_again(store: Store) -> None:
    """An update done twice changes nothing the second time."""
    cut(store, action="update")
    assert unknown_changes(store, "onefile") == frozenset()


def test_a_person_who_looked_releases_a_change(store: Store) -> None:
    """Whether its run ended or was cut; once. Who said so and why stands in the log."""
    closed(store, "first", Closing("c1", "unknown"))
    run = cut(store)
    with hold_lease(store, "onefile", "sam") as lease:
        for change in ("c1", "c9"):
            release_change(store, lease, change, "searched by name")
            with pytest.raises(RefusedError, match="is known"):
                release_change(store, lease, change, "searched by name")
    assert unknown_changes(store, "onefile") == frozenset()
    entries = [entry for entry in read_log(store) if entry.what == "change.released"]
    assert [(one.who, one.change, one.facts["why"]) for one in entries] == [
        ("sam", "c1", "searched by name"),
        ("sam", "c9", "searched by name"),
    ]
    found = find_run(store, run)
    assert found is not None
    told = Closing("c9", "failed", "a person looked: it was not carried out")
    assert read_journal(store, found)["c9"].closing == told
