"""A plan of very many changes: written, shown, approved and applied; says how much memory that took.

`python -m tests.faults.million NUMBER` prints one JSON line. The two systems compute their records, so that what is
measured is tieline's own memory. Run in a process of its own: what it took at most cannot be taken back.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from engine.apply import Applier
from engine.approve import Choice, Statement, covered_by, current_user, make_approval
from engine.ledger.leases import hold_lease
from engine.ledger.links import Link, add_links
from engine.ledger.plans import StoredPlan, add_approval, approvals_of, store_plan
from engine.ledger.runs import begin_run
from engine.ledger.store import Store, open_store
from engine.plan.file import PlanFile, open_plan, write_plan
from engine.plan.model import Change, FieldChange, change_id
from engine.plan.view import text
from engine.planner import Planner
from engine.ports import Intent, Outcome, Page
from engine.reading import Sides
from engine.service import planning
from engine.service.loading import Exchange
from tests.simulator.world import exchange_of
from tests.unit.ledger.scenario import StillClock

AT_ONCE = 5_000
WINDOW = 1_000


@dataclass
class Computed:
    """A system whose record N has the key `mN` or `pN` and one surname, which differs until it is written."""

    letter: str
    written: bytearray
    calls: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    strangers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:
        """No record at all: nothing here is listed."""
        raise NotImplementedError

    def fetch(
        self, collection: str, columns: Sequence[str], keys: Sequence[str], by: str | None = None
    ) -> Iterator[Page]:
        """The records with these keys."""
        del collection, by
        yield Page({name: [self._value(name, key) for key in keys] for name in columns}, len(keys))

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        """Every write is carried out."""
        for intent in window:
            self.written[int((intent.key or "")[1:])] += 1
            yield Outcome(intent.change, intent.attempt, "accepted")

    def check(self) -> str:
        """It is there."""
        return "computed"

    def close(self) -> None:
        """Nothing is open."""

    def _value(self, column: str, key: str) -> str | None:
        if column in {"ident", "ID"}:
            return key
        if column not in {"surname", "LastName"}:
            return None
        new = self.letter == "m" or self.written[int(key[1:])]
        return f"{'New' if new else 'Old'} name {key[1:]}"


def run(number: int, folder: Path) -> dict[str, object]:
    """Play it; the counts, seconds and bytes."""
    begun = time.monotonic()
    exchange, clock = exchange_of("C", folder), StillClock()
    (folder / ".tieline").mkdir()
    store = open_store(exchange.workspace.store, clock)
    for start in range(0, number, AT_ONCE):
        some = range(start, min(start + AT_ONCE, number))
        add_links(store, exchange.name, [Link("learner", f"m{at}", f"p{at}", None) for at in some], "jo")
    written = bytearray(number)
    sides = Sides(Computed("m", bytearray()), Computed("p", written), "office", "folder")
    plan = _plan(exchange, store, planning.planner_of(exchange, store, sides), number)
    shown = sum(1 for _ in text(plan))
    covered = _approved(exchange, store, plan, clock)
    with hold_lease(store, "folder", "jo") as lease:
        run = begin_run(store, lease, plan.id, approvals_of(store, plan.id)[0].id, exchange.name, "jo")
        planner = planning.planner_of(exchange, store, sides)
        report = Applier(store, lease, run, planner, clock, covered, window=WINDOW).apply(plan)
    store.close()
    return {
        "done": report.count("done"),
        "effects": sum(written),
        "most": max(written),
        "lines": shown,
        "bytes": plan.path.stat().st_size,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "seconds": round(time.monotonic() - begun),
    }


def _plan(exchange: Exchange, store: Store, planner: Planner, number: int) -> PlanFile:
    """A plan that updates every learner, as the planner makes each change."""

    def changes() -> Iterator[Change]:
        for start in range(0, number, AT_ONCE):
            wanted = [_wanted(at) for at in range(start, min(start + AT_ONCE, number))]
            fresh = planner.plan_again(wanted)
            yield from (fresh[one.id].change for one in wanted)

    header = planning.header_of(exchange, store, [])
    folder = exchange.workspace.folder
    path = write_plan(lambda plan: folder / f"{plan}.jsonl", header, changes(), lambda: (), folder)
    plan = open_plan(path)
    counts = {"update": number}
    store_plan(store, StoredPlan(plan.id, plan.digest, exchange.name, str(path), store.clock.now(), "jo", counts), "jo")
    return plan


def _wanted(at: int) -> Change:
    name = change_id("update", "folder", "learner", f"m{at}", f"p{at}", None)
    part = FieldChange("surname", "LastName", None, None, "", "", "")
    return Change(
        name,
        "update",
        "provider",
        "folder",
        "learner",
        "learners",
        mis_id=f"m{at}",
        provider_id=f"p{at}",
        centre=None,
        delivery="C",
        fields=(part,),
    )


def _approved(exchange: Exchange, store: Store, plan: PlanFile, clock: StillClock) -> frozenset[str]:
    stored = StoredPlan(plan.id, plan.digest, exchange.name, str(plan.path), clock.now(), current_user(), {})
    approval = make_approval(plan, stored, exchange.workspace, Statement("jo", Choice()), clock.now())
    add_approval(store, replace(approval, why="a million"))
    return covered_by(plan, approvals_of(store, plan.id), approval.id, clock.now())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write(json.dumps(run(int(sys.argv[1]), Path(place))) + "\n")
