"""What a workspace does with its ledger, step by step, and what the store holds after each step."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import inspect, text

from engine.ledger.decisions import Decision, Take, add_decision
from engine.ledger.journal import (
    Closing,
    Lease,
    Run,
    begin_run,
    close_changes,
    finish_run,
    hold_lease,
    write_intents,
    write_outcomes,
)
from engine.ledger.links import Link, add_links
from engine.ledger.plans import Approval, StoredPlan, add_approval, store_plan
from engine.ledger.store import Store, open_store
from engine.ports import Intent, Outcome

ROOT = Path(__file__).parents[3]
LONG = "long " * 1000
"""Text that fills more than a page of the database."""
NOON = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=UTC)


@dataclass
class StillClock:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def path_of(url: str) -> Path:
    """The file of a store in SQLite."""
    return Path(url.removeprefix("sqlite:///"))


def a_plan(plan_id: str = "7f3a9c00-0000-4000-8000-000000000001", file: str = f"plans/{LONG}.jsonl") -> StoredPlan:
    return StoredPlan(plan_id, "sha256:ab", "onefile", file, NOON, "jo", {"create": 1, "update": 2})


def an_approval(approval_id: str = "approval-1", plan: StoredPlan | None = None, at: datetime = NOON) -> Approval:
    plan = plan or a_plan()
    until = at + timedelta(days=7)
    changes = ("c1", "c2", "c3")
    return Approval(approval_id, plan.id, plan.digest, changes, "al", "al-os", LONG, at, None, until, plan.counts)


def a_decision(field: str = "surname", take: Take = "mis", mark: str = "ab") -> Decision:
    return Decision("c4", "learner", "m1", "p1", None, field, mark, take, "jo", "seen on paper")


INTENTS = (
    Intent("c1", 1, "create", "learners", None, {"name": "Zoë", "born": date(2001, 2, 3), "pay": Decimal("1.50")}),
    Intent("c2", 1, "update", "learners", "77", {"live": True, "seen": NOON, "left": None, "n": 2**70}, {"v": b"\x00"}),
    Intent("c3", 1, "update", "learners", "78", {"note": LONG}, {"rate": 0.1, "old": ["a", 1]}),
)
OUTCOMES = (
    Outcome("c2", 1, "refused", f"the system said no: {LONG}", 400),
    Outcome("c1", 1, "accepted", status=201, new_key="901", retry_after=1.5),
    Outcome("c3", 1, "unknown"),
)
CLOSINGS = (Closing("c1", "done", new_key="901"), Closing("c2", "failed", f"refused by the system: {LONG}"))


def begun(store: Store, lease: Lease) -> Run:
    """A run of a plan that is stored and approved on the way."""
    store_plan(store, a_plan(), "jo")
    add_approval(store, an_approval())
    return begin_run(store, lease, a_plan().id, "approval-1", "onefile", "jo")


@dataclass
class Scenario:
    """One apply, from links to the end. Each step is one transaction; none may be left half done."""

    store: Store
    held: ExitStack = field(default_factory=ExitStack)
    lease: Lease | None = None
    run: Run | None = None

    def steps(self) -> list[Callable[[], object]]:
        store = self.store
        links = [Link("learner", f"m{number}", f"p{number}", "centre") for number in range(200)]
        return [
            lambda: add_links(store, "onefile", links, "jo"),
            lambda: store_plan(store, a_plan(), "jo"),
            lambda: add_approval(store, an_approval()),
            self._hold,
            self._begin,
            lambda: write_intents(store, *self._going(), INTENTS),
            lambda: write_outcomes(store, *self._going(), OUTCOMES),
            lambda: close_changes(store, *self._going(), CLOSINGS),
            lambda: finish_run(store, *self._going(), "finished"),
            lambda: add_decision(store, "onefile", a_plan().id, a_decision()),
        ]

    def _hold(self) -> None:
        self.lease = self.held.enter_context(hold_lease(self.store, "onefile", "jo"))

    def _begin(self) -> None:
        assert self.lease is not None
        self.run = begin_run(self.store, self.lease, a_plan().id, "approval-1", "onefile", "jo")

    def _going(self) -> tuple[Lease, Run]:
        assert self.lease is not None
        assert self.run is not None
        return self.lease, self.run


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without what is random: the lineage, the key, and the ids of runs."""
    with store.reading() as connection:
        ids = {name for (name,) in connection.execute(text("SELECT id FROM runs"))}
        tables = sorted(inspect(connection).get_table_names())
        found = {
            name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in tables
        }
    found["store"] = [(row[3],) for row in found["store"]]
    return {
        name: [tuple("RUN" if cell in ids else cell for cell in row) for row in rows] for name, rows in found.items()
    }


def history(url: str) -> list[dict[str, list[tuple[object, ...]]]]:
    """What a new store at `url` holds before the scenario and after each of its steps."""
    store = open_store(url, StillClock())
    scenario = Scenario(store)
    found = [contents(store)]
    with scenario.held:
        for step in scenario.steps():
            step()
            found.append(contents(store))
    store.close()
    return found
