"""How each change of a run ended, without the values that were sent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.ledger.forms import read_instant, read_json
from engine.ledger.store import Store
from engine.ledger.tables import journal

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
