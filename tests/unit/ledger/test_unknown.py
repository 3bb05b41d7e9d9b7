"""Changes whose outcome nobody knows are a provider's, whichever exchange sent them."""

from dataclasses import replace

from engine.ledger.journal import Closing, begin_run, close_changes, finish_run, hold_lease, unknown_changes
from engine.ledger.plans import add_approval, store_plan
from engine.ledger.store import Store
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
