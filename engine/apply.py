"""Applying an approved plan: read again, journal, send, prove; and going on after any cut.

A change is never sent because the plan says so, but because a plan made anew of the records as they are now says the
same. So "stale", "already done" and "done" are one question, asked before the write and after it.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from engine.again import Replanner
from engine.attempts import Attempt, still_refers
from engine.compare.reasons import DECIDED
from engine.crashpoints import crashpoint
from engine.errors import ConnectedSystemError
from engine.ledger.agreed import note_agreed
from engine.ledger.decisions import spend_decisions
from engine.ledger.denials import DeniedPairError
from engine.ledger.journal import (
    Closing,
    ClosingState,
    History,
    close_changes,
    read_journal,
    write_intents,
    write_outcomes,
)
from engine.ledger.leases import Lease, confirm_lease, while_held
from engine.ledger.link_changes import LinkMovedError, remove_link
from engine.ledger.links import Link, LinkTakenError, add_links
from engine.ledger.log import latest_entry
from engine.ledger.runs import Run, finish_run
from engine.ledger.store import Store
from engine.plan.file import PlanFile
from engine.plan.model import Change
from engine.plan.values import from_text
from engine.ports import Call, Clock, Collection, Intent, Outcome, Write
from engine.query.model import RecordQuery
from engine.report import DONE, Report, StopRule

WINDOW = 16
"""How many changes are read again, journalled and sent together."""


_NO_WRITE = Write(Call("", ""), "S")
"""A link is stored, not sent."""

_TAKEN = "it was created, but with the key of a record that is linked to another one; it is not created again"

_NOT_TO_US = "the system refuses this record to us (403)"

_LINK_MOVED = "the links of these records were changed, or the pair was denied, since the plan was made"

_NOT_OURS = "this run did not create the record that it completes; make a new plan"

Listener = Callable[[Change, Closing], None]


@dataclass(slots=True)
class Applier:
    """One run of one plan. `covered` are the digests of the changes that were approved."""

    store: Store
    lease: Lease
    run: Run
    planner: Replanner
    clock: Clock
    covered: frozenset[str]
    listen: Listener = lambda _change, _closing: None
    window: int = WINDOW
    _stop: StopRule = field(default_factory=StopRule)
    _behind: timedelta = timedelta(0)
    """How far the clock is behind what the store has seen: it was set back."""
    _needed: set[str] = field(default_factory=set)
    """The changes that others depend on: of these alone it is remembered how they ended."""
    _referrers: dict[str, list[Change]] = field(default_factory=dict)
    """Create -> the approved changes that send the key of the record which it makes."""
    _settled: dict[str, ClosingState] = field(default_factory=dict)
    _made: dict[str, str] = field(default_factory=dict)
    _unlinked: set[str] = field(default_factory=set)
    _denied: set[str] = field(default_factory=set)
    """The changes at which this run was halted before, because their record was refused to us (403)."""
    _wrote: bool = False

    def apply(self, plan: PlanFile) -> Report:
        """Apply what is approved and not yet settled; finishes or halts the run."""
        report = Report(self.run.id)
        self._look_through(plan)
        self._behind = max(timedelta(0), (latest_entry(self.store) or self.clock.now()) - self.clock.now())
        journal = read_journal(self.store, self.run)
        try:
            for some in _windows(self._open(plan, journal, report), self.window):
                self._apply_window(some, journal, report)
                if report.halted:
                    break
        except ConnectedSystemError as fault:
            report.halted = str(fault)
        finish_run(self.store, self.lease, self.run, "halted" if report.halted else "finished")
        return report

    def _look_through(self, plan: PlanFile) -> None:
        """Remember which changes others depend on, and who refers to the record that a create makes."""
        for change in plan.changes():
            self._needed.update(change.depends_on)
            if change.applicable and change.digest in self.covered:
                for part in change.writes:
                    if part.pending is not None:
                        self._referrers.setdefault(part.pending, []).append(change)

    def _open(self, plan: PlanFile, journal: dict[str, History], report: Report) -> Iterator[Change]:
        """Approved changes that this run has not settled yet."""
        for change in plan.changes():
            if not change.applicable or change.digest not in self.covered:
                continue
            history = journal.get(change.id)
            if history is not None:
                for outcome in history.outcomes:
                    if outcome.new_key is not None:
                        self._made[change.id] = outcome.new_key
                    if _is_denied(outcome):
                        self._denied.add(change.id)
            if history is not None and history.closing is not None:
                report.take(history.closing)
                self._remember(history.closing)
            else:
                yield change

    def _apply_window(self, changes: Sequence[Change], journal: dict[str, History], report: Report) -> None:
        """Settle these changes: read again, send what still stands, until each one is proved or given up."""
        for change in changes:
            if change.id in journal:
                self._link({change.id: change}, journal[change.id].outcomes)
        ready = self._ready(changes, report)
        open_ones = [Attempt.of(change, journal.get(change.id), self._write_of(change)) for change in ready]
        self._let_go(open_ones)
        self._wait(open_ones)
        while open_ones and not report.halted:
            open_ones = self._settle(open_ones, report)
            if not report.halted:
                open_ones = self._go(open_ones, report)
                self._wait(open_ones)

    def _let_go(self, attempts: Sequence[Attempt]) -> None:
        """Creates that nobody refers to any more are no longer wanted for that: what they make could not be unmade."""
        creates = [one.change.id for one in attempts if one.change.action == "create" and not one.sent]
        asked = {change.id: change for create in creates for change in self._referrers.get(create, ())}
        if asked:
            fresh = self.planner.plan_again(list(asked.values()))
            self.planner.let_go(
                create
                for create in creates
                if create in self._referrers
                and not any(still_refers(one, fresh.get(one.id), create) for one in self._referrers[create])
            )

    def _ready(self, changes: Sequence[Change], report: Report) -> list[Change]:
        """The changes whose dependencies are done, with the ids that those made in place; the rest is skipped."""
        ready: list[Change] = []
        skipped: list[Closing] = []
        for change in changes:
            unmet = [one for one in change.depends_on if self._settled.get(one) not in DONE]
            if unmet:
                detail = f"it depends on change {unmet[0][:12]}, which is not done"
                skipped.append(Closing(change.id, "skipped", detail))
            elif change.completes is not None and change.completes not in self._made:
                skipped.append(Closing(change.id, "skipped", _NOT_OURS))
            else:
                ready.append(self._resolved(change))
        self._close([(change, one) for one in skipped for change in changes if change.id == one.change], report)
        return ready

    def _resolved(self, change: Change) -> Change:
        """The change with the ids of the records that were created for it, its own among them."""
        fields = [
            replace(one, after=self._made[one.pending], pending=None) if one.pending in self._made else one
            for one in change.fields
        ]
        made = self._made.get(change.completes or "")
        if made is not None:
            change = replace(change, provider_id=made) if change.side == "provider" else replace(change, mis_id=made)
        return replace(change, fields=tuple(fields))

    def _go(self, attempts: list[Attempt], report: Report) -> list[Attempt]:
        """Store the links and send the writes that are due; what is still open afterwards."""
        due = [one for one in attempts if one.to_send]
        links = [one.change for one in due if one.change.is_link]
        self._close([(change, self._store_link(change)) for change in links], report)
        closed = {change.id for change in links}
        writes = [one for one in due if not one.change.is_link]
        if writes and not report.halted:
            closed |= self._judge(writes, self._send(writes), report)
        return [one for one in attempts if one.change.id not in closed]

    def _store_link(self, change: Change) -> Closing:
        """Store or forget a link; stale where somebody was faster."""
        link = Link(change.record_type, change.mis_id or "", change.provider_id or "", change.centre)
        try:
            if change.action == "link":
                self._add(link, created=False)
            else:
                remove_link(self.store, self.run.exchange, link, self.lease.who, lease=self.lease)
                self.planner.forget(link.record_type)
        except (DeniedPairError, LinkMovedError, LinkTakenError):
            return Closing(change.id, "stale", _LINK_MOVED)
        return Closing(change.id, "done")

    def _add(self, link: Link, *, created: bool) -> None:
        add_links(self.store, self.run.exchange, [link], self.run.begun_by, created=created, lease=self.lease)
        self.planner.forget(link.record_type)

    def _settle(self, attempts: list[Attempt], report: Report) -> list[Attempt]:
        """Plan these records anew; close what has settled or gone stale, keep what there is still to do."""
        confirm_lease(self.store, self.lease)  # who lost it asks nothing more of the systems either
        lost = [one.change for one in attempts if one.change.id in self._unlinked]
        self._close([(one, Closing(one.id, "unknown", _TAKEN)) for one in lost], report)
        attempts = [one for one in attempts if one.change.id not in self._unlinked]
        fresh = self.planner.plan_again([one.change for one in attempts])
        crashpoint("run.readback" if any(one.sent for one in attempts) else "run.read")
        # Before the closings: a cut between loses nothing.
        for record_type, agreed in self.planner.agreements().items():
            note_agreed(self.store, self.lease, self.run, record_type, agreed)
        standing = [(one, one.standing(fresh.get(one.change.id), self._now())) for one in attempts]
        report.unsettled.update((part.field, part.rule) for one in attempts for part in one.unsettled)
        self._spend([one.change for one, closing in standing if closing is not None and closing.state in DONE])
        self._close([(one.change, closing) for one, closing in standing if closing is not None], report)
        return [one for one, closing in standing if closing is None]

    def _spend(self, changes: Sequence[Change]) -> None:
        """Write that what people decided is carried out, before the closings: a cut between loses nothing."""
        words = [
            (change.record_type, one.field, one.read)
            for change in changes
            for one in change.writes
            if one.reason in DECIDED
        ]
        if words:
            spend_decisions(self.store, self.lease, self.run, words)

    def _send(self, attempts: Sequence[Attempt]) -> dict[str, Outcome]:
        """Journal an intent for each, durably, then send them; every outcome is journalled before it is looked at."""
        for one in attempts:
            one.first_at = one.first_at or self._now()
        intents = [self._intent(one) for one in attempts]
        write_intents(self.store, self.lease, self.run, intents)
        outcomes: list[Outcome] = []
        for system in dict.fromkeys(one.change.system for one in attempts):
            mine = [intent for one, intent in zip(attempts, intents, strict=True) if one.change.system == system]
            outcomes += while_held(self.store, self.lease, self.planner.sides.system(system).send(mine))
        write_outcomes(self.store, self.lease, self.run, outcomes)
        self._link({one.change.id: one.change for one in attempts}, outcomes)
        return {outcome.change: outcome for outcome in outcomes}

    def _link(self, changes: Mapping[str, Change], outcomes: Sequence[Outcome]) -> None:
        """Link what was created: from here on the record is found by its link and never created again."""
        for outcome in outcomes:
            if outcome.verdict == "accepted" and outcome.new_key is not None:
                change = changes[outcome.change]
                self._made[change.id] = outcome.new_key
                here = outcome.new_key if change.side == "mis" else change.mis_id or ""
                there = outcome.new_key if change.side == "provider" else change.provider_id or ""
                try:
                    self._add(Link(change.record_type, here, there, change.centre), created=True)
                except LinkTakenError:  # the MIS gave a key again that a record had which is gone
                    self._unlinked.add(change.id)

    def _intent(self, one: Attempt) -> Intent:
        one.number += 1
        one.here += 1
        change, columns = one.change, self._collection(one.change).columns
        texts = {name: text for part in change.writes for name, text in part.written.items()}
        if change.action == "create":  # a blank part of a group is left out, as a blank field is
            texts = {name: text for name, text in texts.items() if text is not None}
            texts.update(_in_centre(change, self._collection(change)))
        values = {name: from_text(columns[name], text) for name, text in texts.items()}
        held = (*texts, one.write.version)
        expected = {name: one.raw[name] for name in held if name in one.raw}
        action: Literal["create", "update"] = "create" if change.action == "create" else "update"
        key = str(uuid.uuid5(uuid.UUID(self.run.id), change.id))
        return Intent(change.id, one.number, action, change.collection, change.key, values, expected, key)

    def _judge(self, attempts: Sequence[Attempt], outcomes: dict[str, Outcome], report: Report) -> set[str]:
        """Take in what the system answered; the ids of the changes that this closed."""
        closings: list[tuple[Change, Closing]] = []
        for one in attempts:
            outcome = outcomes[one.change.id]
            closing = one.take(outcome, self._now())
            if outcome.verdict == "unauthorised":
                if self._wrote or not _is_denied(outcome) or one.change.id not in self._denied:
                    report.halted = f"{one.change.system} refused us (status {outcome.status}); nothing more was sent"
                else:  # one record alone may be refused to us; the next write tells, and halts where it is not
                    unclear = one.sent and one.change.action == "create"
                    closing = Closing(one.change.id, "unknown" if unclear else "failed", _NOT_TO_US)
            if closing is not None:
                closings.append((one.change, closing))
            self._wrote = self._wrote or outcome.verdict != "not_sent"
        self._close(closings, report)
        return {closing.change for _, closing in closings}

    def _close(self, closings: list[tuple[Change, Closing]], report: Report) -> None:
        if not closings:
            return
        closings = [(one, replace(closing, new_key=self._made.get(one.id))) for one, closing in closings]
        close_changes(self.store, self.lease, self.run, [closing for _, closing in closings])
        for change, closing in closings:
            report.take(closing)
            self._remember(closing)
            self.listen(change, closing)
            report.halted = report.halted or self._stop.count(closing)

    def _remember(self, closing: Closing) -> None:
        if closing.change in self._needed:
            self._settled[closing.change] = closing.state

    def _now(self) -> datetime:
        """The present instant, never earlier than one that the store has seen."""
        return self.clock.now() + self._behind

    def _wait(self, attempts: Sequence[Attempt]) -> None:
        """Wait until what was sent is certain to show, or until a system lets us call again."""
        seconds = max((one.wait(self._now()) for one in attempts), default=0.0)
        if seconds > 0:
            self.clock.sleep(seconds)

    def _record(self, change: Change) -> RecordQuery:
        return next(one for one in self.planner.query.records if one.record_type == change.record_type)

    def _collection(self, change: Change) -> Collection:
        record = self._record(change)
        return record.mis if change.side == "mis" else record.provider

    def _write_of(self, change: Change) -> Write:
        if change.is_link:
            return _NO_WRITE
        collection = self._collection(change)
        write = collection.create if change.action == "create" else collection.update
        if write is None:
            message = f"{change.collection} has no {change.action}"
            raise LookupError(message)
        return write


def _is_denied(outcome: Outcome) -> bool:
    return outcome.verdict == "unauthorised" and outcome.status == HTTPStatus.FORBIDDEN


def _in_centre(change: Change, collection: Collection) -> dict[str, str]:
    """The centre's column and the centre that a create names: no field of the rules sends it."""
    named = change.side == "provider" and change.centre is not None and collection.centre is not None
    return {collection.centre or "": change.centre or ""} if named else {}


def _windows(changes: Iterable[Change], size: int) -> Iterator[list[Change]]:
    """Changes in their order, some at a time; what depends on a change stands in a later window than it."""
    some: list[Change] = []
    for change in changes:
        if len(some) == size or any(one.id in change.depends_on for one in some):
            yield some
            some = []
        some.append(change)
    if some:
        yield some
