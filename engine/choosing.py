"""What is chosen for a record that a person asks for: what is said, what is clear without a question, what is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.compare.choices import Offer, offer
from engine.compare.snapshot import Snapshot
from engine.errors import UsageError
from engine.planner import Planner
from engine.query.model import RecordQuery

Ask = Callable[[Offer], str | None]
"""Asks a person which record is meant: its key, or None where nobody is there to say."""


def nobody(_offer: Offer) -> str | None:
    """Where nobody can be asked."""
    return None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what was on offer, the key that was chosen, and how it came about. An open one has no key."""

    offer: Offer
    key: str | None
    why: str = ""

    @property
    def name(self) -> str:
        """The name of the choice."""
        return self.offer.choice.name


def choose_for(
    planner: Planner, record: RecordQuery, asked: Snapshot, said: Mapping[str, str], ask: Ask = nobody
) -> tuple[Choice, ...]:
    """Every choice for the one record of the MIS in `asked`; `said` is name of the choice -> key or label.

    Raises `UsageError` where something is said that is not on offer, or that is nothing to choose.
    """
    _refuse_unknown(record, said)
    made: list[Choice] = []
    for one in record.choices:
        records = planner.readings.read("provider", one.collection, one.reads)
        found = offer(one, records, asked, {choice.name: choice.key for choice in made})
        made.append(_choice(found, said.get(one.name), ask))
    return tuple(made)


def _choice(found: Offer, said: str | None, ask: Ask) -> Choice:
    if said is not None:
        return Choice(found, _on_offer(found, said), "as said")
    if found.clear is not None:
        return Choice(found, found.clear, found.why)
    answer = ask(found) if found.options else None
    return Choice(found, _on_offer(found, answer), "as said") if answer is not None else Choice(found, None)


def _on_offer(found: Offer, said: str) -> str:
    """The key of the record on offer that has this key or, alone, this label."""
    keys = [one.key for one in found.options if one.key == said]
    keys = keys or [one.key for one in found.options if one.label == said]
    if len(keys) == 1:
        return keys[0]
    listed = ", ".join(f"{one.key} ({one.label})" if one.label else one.key for one in found.options[:20])
    many = "several records are called so" if keys else "it is not on offer"
    message = f"{found.choice.name} cannot be what was said: {many}; on offer: {listed or 'nothing'}"
    raise UsageError(message)


def _refuse_unknown(record: RecordQuery, said: Mapping[str, str]) -> None:
    known = [one.name for one in record.choices]
    for name in said:
        if name not in known:
            message = f"there is nothing called {name} to choose for {record.record_type}"
            raise UsageError(f"{message}; to choose: {', '.join(known) or 'nothing'}")
