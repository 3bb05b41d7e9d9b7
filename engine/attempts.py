"""One change on its way: what was sent, what is known of it, and what may be done next under its delivery class."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.ledger.journal import Closing, ClosingState, History
from engine.plan.model import Change, FieldChange
from engine.ports import EMPTY, Outcome, Verdict, Write

ATTEMPTS = 3
"""How often one change is sent within one run, where the delivery class allows it to be sent again."""
_SENT: frozenset[Verdict] = frozenset({"accepted", "unknown"})
_RETRY_FIRST = 1.0
_CERTAIN = 0.9
"""The part of the time that a system remembers a key in which one is sent again."""
LONGEST_WAIT = 120.0
"""Seconds to wait at most because a system asked for it."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A change as it stands now: planned anew, with the target record's values in the system's own form.

    `wanted` is False where the rules ask for it no longer, though the record does not show it; then it is the change as
    it was planned.
    """

    change: Change
    raw: Mapping[str, object]
    wanted: bool = True


@dataclass(slots=True)
class Attempt:
    """One change within a run.

    `number` counts the intents journalled so far, `first_at` is when the first one was; `sent` is true where the write
    may have reached the system; `looks` counts how often an accepted write was looked for in vain. `unsettled` are the
    fields that the system took in and shows other than they were sent.
    """

    change: Change
    write: Write
    number: int = 0
    first_at: datetime | None = None
    sent: bool = False
    verdict: Verdict | None = None
    known_at: datetime | None = None
    retry_after: float | None = None
    here: int = 0
    looks: int = 0
    unsettled: tuple[FieldChange, ...] = ()
    raw: Mapping[str, object] = field(default_factory=lambda: EMPTY)

    @staticmethod
    def of(change: Change, history: History | None, write: Write) -> "Attempt":
        """Where a change stands after what an earlier process journalled of it."""
        if history is None or not history.intents:
            return Attempt(change, write)
        answers: dict[int, Verdict] = {one.attempt: one.verdict for one in history.outcomes}
        verdicts: list[Verdict] = [answers.get(intent.attempt, "unknown") for intent in history.intents]
        last, sent = history.intents[-1].attempt, not _SENT.isdisjoint(verdicts)
        # When that was is not known here: a clock may have been set since, so what has to settle is waited for anew.
        return Attempt(change, write, last, history.first_at, sent=sent, verdict=verdicts[-1])

    @property
    def to_send(self) -> bool:
        """Whether the next step is to send; else it is to look once more."""
        return self.verdict != "accepted"

    def asks_again(self, now: datetime) -> bool:
        """Whether sending the same once more is how to learn what became of a create: the system knows it by its key.

        Only the answer tells the new record's key. `now` is never earlier than what the store has seen.
        """
        if not self.sent or self.verdict == "accepted" or self.change.action != "create":
            return False
        if self.write.delivery == "S":
            return True
        return self.write.delivery == "A" and self.first_at is not None and self._is_kept(self.first_at, now)

    def _is_kept(self, first_at: datetime, now: datetime) -> bool:
        """Whether the system is certain to remember the key, when the request arrives: it may wait for its turn.

        A clock that went back says nothing: then it is forgotten.
        """
        return timedelta(0) <= now - first_at < timedelta(hours=self.write.keeps) * _CERTAIN

    def _given_up(self) -> Closing | None:
        """A closing where it was sent as often as it may be within one run, and no answer came."""
        if self.here < ATTEMPTS:
            return None
        return self._close("unknown", f"it was sent {self.here} times under one key and no answer came")

    def standing(self, fresh: Fresh | None, now: datetime) -> Closing | None:
        """What a plan made anew says of this change: a closing, or None where there is something left to do."""
        if fresh is not None and not fresh.wanted:
            return self._unwanted()
        if fresh is None or self._only_holds_left(fresh.change):
            ours = self.sent or self.verdict == "conflict"  # a write that was delivered twice is in its own way
            return self._close("done", "") if ours else self._close("already", "the record has the value already")
        same = fresh.change.applicable and fresh.change.digest == self.change.digest
        if self.sent and self.verdict != "accepted" and (self.change.action == "create" or self.write.delivery == "D"):
            if same and self.asks_again(now):
                return self._given_up()
            return self._close("unknown", "it was sent and cannot be found; it is not sent again")
        if not same:
            return self._moved(fresh.change)
        if self.verdict == "accepted":
            self.looks += 1
            return self._not_shown() if self.looks > 1 else None
        if self.here >= ATTEMPTS:
            return self._close("failed", f"it was sent {self.here} times and the system still shows the value before")
        self.raw = fresh.raw
        return None

    def take(self, outcome: Outcome, now: datetime) -> Closing | None:
        """Take in an outcome: a closing where it settles the matter."""
        self.verdict, self.known_at, self.retry_after = outcome.verdict, now, outcome.retry_after
        self.sent = self.sent or outcome.verdict in _SENT
        match outcome.verdict:
            case "refused":
                return self._in_vain(outcome.detail or "the system refused it")
            case "conflict" if self.change.action == "create" and not self.sent:
                return self._close("stale", "a record is in the way of the new one")
            case "not_sent" if self.here >= ATTEMPTS:
                return self._in_vain(outcome.detail or "the system took nothing in")
            case _:
                return None

    def _in_vain(self, why: str) -> Closing:
        """A no, which says nothing of an earlier request to create the record that had no answer."""
        if self.sent and self.change.action == "create":
            return self._close("unknown", f"it was sent without an answer, and then: {why}")
        return self._close("failed", why)

    def wait(self, now: datetime) -> float:
        """Seconds until the next step makes sense: until a write is certain to show, or we may call again."""
        if self.asks_again(now):
            return _RETRY_FIRST * 2 ** (self.here - 1) if self.here else 0.0
        if self.verdict == "unknown" or (self.verdict == "accepted" and self.looks):
            since = self.known_at or now
            return max(0.0, (since + timedelta(seconds=self.write.settle) - now).total_seconds())
        if self.verdict == "not_sent":
            asked = self.retry_after
            return min(asked, LONGEST_WAIT) if asked is not None else _RETRY_FIRST * 2 ** max(0, self.here - 1)
        return 0.0

    def _only_holds_left(self, fresh: Change) -> bool:
        """Whether our fields have settled and the record shows again only because other fields of it are held."""
        ours = {one.field for one in self.change.writes}
        return (
            fresh.hold is None
            and bool(fresh.fields)
            and all(one.held and one.field not in ours for one in fresh.fields)
        )

    def _unwanted(self) -> Closing:
        """What becomes of a change that the rules ask for no longer, and that the record does not show."""
        if not self.sent:
            return self._close("stale", "what the rules read moved since the plan was made; they ask for it no longer")
        if self.verdict == "accepted" and self.change.action == "create":
            return self._close("done", "")  # the system gave the new record's id; it may take its time to show it
        return self._close("unknown", "it was sent and does not show, and the rules ask for it no longer")

    def _moved(self, fresh: Change) -> Closing:
        if self.verdict == "accepted":
            shown = {one.field for one in fresh.fields}  # what has settled is not planned any more
            self.unsettled = tuple(one for one in self.change.writes if one.field in shown)
            names = ", ".join(sorted(one.field for one in self.unsettled)) or _where(self.change, fresh)
            return self._close("failed", f"it does not settle: {names} came back other than it was sent")
        return self._close("stale", f"{_where(self.change, fresh)} moved since the plan was made")

    def _not_shown(self) -> Closing:
        self.unsettled = self.change.writes
        return self._close("failed", "the system said yes and still shows the value before")

    def _close(self, state: ClosingState, detail: str) -> Closing:
        return Closing(self.change.id, state, detail)


def still_refers(change: Change, fresh: Fresh | None, create: str) -> bool:
    """Whether a change still sends the key of the record that a create makes, before that is done.

    By what the rule reads: nobody can say yet what it sends. A record that is created itself, or completed, does not
    show what it reads, and is taken for one that still refers.
    """
    if change.action == "create" or change.key is None:
        return fresh is None or fresh.wanted
    if fresh is None or not fresh.wanted:
        return False
    now = {one.field: one.read for one in fresh.change.fields}
    return any(one.pending == create and now.get(one.field) == one.read for one in change.writes)


def _where(planned: Change, found: Change) -> str:
    """Names of the fields in which two versions of a change differ; never their values."""
    if found.hold is not None:
        return f"the record ({found.hold})"
    before = {one.field: (one.before, one.after, one.read, one.held) for one in planned.fields}
    after = {one.field: (one.before, one.after, one.read, one.held) for one in found.fields}
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return ", ".join(names) or "the record"
