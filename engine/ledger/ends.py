"""How each change of a run ended, without the values that were sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from engine.ledger.forms import json_text, read_instant, read_json
from engine.ledger.store import Store
from engine.ledger.tables import journal
from engine.ledger.unknown import LOOKED

_NOT_SEEN = ("failed", "unknown", "stale")
OPEN = "open"
"""The state of a change that was sent in a run which was cut off before it looked again."""


@dataclass(frozen=True, slots=True)
class End:
    """What became of a change and when. `new_key` is the id of a record that it created."""

    state: str
    at: datetime
    detail: str = ""
    new_key: str | None = None


def ends_of(store: Store, run_id: str) -> dict[str, End]:
    """Change -> its last closing in a run; for one that was sent and not closed since, the state `open`."""
    mine = journal.c.run == run_id
    sent = select(journal.c.change, func.max(journal.c.at)).where(mine, journal.c.kind == "intent")
    closed = select(journal).where(mine, journal.c.kind == "closing").order_by(journal.c.number)
    with store.reading() as connection:
        ends = {change: End(OPEN, read_instant(at)) for change, at in connection.execute(sent.group_by("change"))}
        for row in connection.execute(closed):
            ends[row.change] = End(row.said, read_instant(row.at), **read_json(row.body))
    return ends


def made_of(store: Store, run_id: str) -> dict[str, str]:
    """Change -> the id of the record that it created in a run."""
    mine = journal.c.run == run_id
    creates = select(journal.c.change).where(mine, journal.c.kind == "intent", journal.c.said == "create")
    answers = select(journal.c.change, journal.c.body).where(
        mine, journal.c.kind == "outcome", journal.c.said == "accepted", journal.c.change.in_(creates)
    )
    with store.reading() as connection:
        keys = {change: read_json(body)["new_key"] for change, body in connection.execute(answers)}
    return {change: key for change, key in keys.items() if key is not None}


def unsure_of(store: Store, run_id: str) -> frozenset[str]:
    """The changes of which nobody can say whether they are a run's doing, without those that a person has seen to.

    They are those that it sent and did not see there afterwards, and those that it saw there although every one of its
    writes was refused: somebody else may have written the same.
    """
    mine = journal.c.run == run_id
    last = select(func.max(journal.c.number)).where(mine, journal.c.kind == "closing").group_by(journal.c.change)
    closed = select(journal.c.change).where(journal.c.number.in_(last))
    looked = json_text({"detail": LOOKED, "new_key": None})
    settled = closed.where(or_(journal.c.said.not_in(_NOT_SEEN), journal.c.body == looked))
    refused = select(journal.c.change).where(mine, journal.c.kind == "outcome", journal.c.said == "conflict")
    with store.reading() as connection:
        lost = _taken_in(connection, mine, journal.c.change.not_in(settled))
        seen = _taken_in(
            connection,
            mine,
            journal.c.change.in_(refused),
            journal.c.change.in_(closed.where(journal.c.said == "done")),
        )
    return frozenset(
        [change for change, taken in lost.items() if taken] + [change for change, taken in seen.items() if not taken]
    )


def answered_of(store: Store, run_id: str) -> frozenset[str]:
    """The changes to which a system said yes in a run that was halted or cut off before it looked again."""
    mine = journal.c.run == run_id
    closed = select(journal.c.change).where(mine, journal.c.kind == "closing")
    accepted = select(journal.c.change).where(mine, journal.c.kind == "outcome", journal.c.said == "accepted")
    with store.reading() as connection:
        return frozenset(connection.scalars(accepted.where(journal.c.change.not_in(closed))))


def _taken_in(connection: Connection, *which: ColumnElement[bool]) -> dict[str, bool]:
    """Change that was sent -> whether the system may have taken any of its writes in."""
    lines = select(journal.c.change, journal.c.attempt, journal.c.kind, journal.c.said).where(
        journal.c.kind != "closing", *which
    )
    open_ones: dict[str, set[int]] = {}
    for change, attempt, kind, said in connection.execute(lines.order_by(journal.c.number)):
        if kind == "intent":
            open_ones.setdefault(change, set()).add(attempt)
        elif said not in {"accepted", "unknown"}:
            open_ones[change].discard(attempt)
    return {change: bool(attempts) for change, attempts in open_ones.items()}
