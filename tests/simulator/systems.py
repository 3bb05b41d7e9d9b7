"""Systems in memory that go wrong by chance, and count what was carried out."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from engine.crashpoints import crashpoint
from engine.memory import MemorySystem, Row, Rows
from engine.ports import Collection, Intent, Outcome, Page, Verdict
from tests.unit.ledger.scenario import StillClock

TROUBLE = ("lost", "never", "late", "not_sent", "refused", "unauthorised")
"""What may become of a request: carried out without an answer, taken in and forgotten, carried out later, not taken in,
refused, or refused for who we are."""
SETTLE = 2.0
"""Seconds after which a late write has certainly been carried out."""


@dataclass(frozen=True)
class Effect:
    """A write that was carried out: for which change of which run, on which record, and what stood there before."""

    system: str
    change: str
    run_key: str
    collection: str
    key: str
    before: Row | None
    written: tuple[str, ...]
    at: int


@dataclass
class Chance:
    """How likely trouble is, and of which kinds."""

    random: Random
    rate: float = 0.0
    kinds: tuple[str, ...] = TROUBLE

    def pick(self) -> str:
        """A kind of trouble, or none."""
        return self.random.choice(self.kinds) if self.random.random() < self.rate else ""


@dataclass
class Watch:
    """What the checker is told of both systems: effects in their order, and who looks before each request."""

    effects: list[Effect] = field(default_factory=list)
    sends: int = 0
    look: Callable[[str, Intent], None] = lambda _system, _intent: None


class TroubledSystem(MemorySystem):
    """A system in memory whose requests go wrong by `chance`, and whose effects `watch` keeps."""

    def __init__(self, name: str, collections: Mapping[str, Collection], rows: Rows, watch: Watch) -> None:
        super().__init__(collections, rows)
        self.name, self.watch = name, watch
        self.chance = Chance(Random(0))
        self.clock = StillClock()
        self._late: list[tuple[datetime, Intent]] = []

    def fetch(
        self, collection: str, columns: Sequence[str], keys: Sequence[str], by: str | None = None
    ) -> Iterator[Page]:
        """As they are now, late writes that are due carried out."""
        self.carry_out_late()
        return super().fetch(collection, columns, keys, by)

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:
        """As they are now, late writes that are due carried out."""
        self.carry_out_late()
        return super().read(collection, columns, changed_since)

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        """One after the other; who is refused for who they are is told so for the rest of the window."""
        halted = False
        for intent in window:
            self.watch.look(self.name, intent)
            if halted:
                yield Outcome(intent.change, intent.attempt, "not_sent", "halted")
                continue
            crashpoint("writer.send.before")
            self.carry_out_late()
            self.watch.sends += 1
            outcome = self._answer(intent, self.chance.pick())
            halted = outcome.verdict == "unauthorised"
            crashpoint("writer.send.after")
            yield outcome

    def carry_out_late(self, *, all_of_them: bool = False) -> None:
        """Carry out what is due by now."""
        now = self.clock.now()
        due = [intent for at, intent in self._late if all_of_them or at <= now]
        self._late = [] if all_of_them else [(at, intent) for at, intent in self._late if at > now]
        for intent in due:
            self._carry_out(intent)

    def _answer(self, intent: Intent, trouble: str) -> Outcome:
        verdicts: dict[str, Verdict] = {"refused": "refused", "not_sent": "not_sent", "unauthorised": "unauthorised"}
        if trouble in verdicts:
            return Outcome(intent.change, intent.attempt, verdicts[trouble], trouble, retry_after=0.5)
        if trouble == "late":
            wait = timedelta(seconds=self.chance.random.uniform(0.1, SETTLE))
            self._late.append((self.clock.now() + wait, intent))
        if trouble == "lost":
            self._carry_out(intent)
        return Outcome(intent.change, intent.attempt, "unknown", trouble) if trouble else self._carry_out(intent)

    def _carry_out(self, intent: Intent) -> Outcome:
        done = sum(self.effects.values())
        before = copy.deepcopy(self.row(intent.collection, intent.key))
        (outcome,) = super().send([intent])
        if sum(self.effects.values()) > done:
            key = outcome.new_key or intent.key or ""
            about = (self.name, intent.change, intent.idempotency_key, intent.collection, key)
            self.watch.effects.append(Effect(*about, before, tuple(intent.values), len(self.watch.effects)))
        return outcome

    def key_of(self, collection: str) -> str:
        """The column that identifies a record."""
        return self._collections[collection].key

    def row(self, collection: str, key: str | None) -> Row | None:
        """A record by its key."""
        name = self.key_of(collection)
        return next((row for row in self.rows.get(collection, []) if str(row.get(name)) == key), None)
