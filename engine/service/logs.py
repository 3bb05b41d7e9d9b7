"""The use case of reading the log."""

from typing import Any

from engine.ledger.log import read_log
from engine.ports import Clock
from engine.service.planning import opened_store
from engine.settings import Workspace


def entries(
    workspace: Workspace, clock: Clock, *, run: str | None, plan: str | None, most: int
) -> list[dict[str, Any]]:
    """Log entries as plain data, oldest first."""
    with opened_store(workspace, clock) as store:
        found = read_log(store, run=run, plan=plan, most=most)
    return [
        {
            "at": one.at.isoformat(timespec="seconds"),
            "who": one.who,
            "what": one.what,
            "exchange": one.exchange,
            "plan": one.plan,
            "run": one.run,
            "change": one.change,
            "facts": dict(one.facts),
        }
        for one in found
    ]
