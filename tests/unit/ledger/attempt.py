"""One attempt at the scenario, in a process of its own."""

import resource

from engine.errors import WorkspaceError
from engine.ledger.store import open_store
from tests.unit.ledger.scenario import Scenario, StillClock

REFUSED = 100


def attempt(url: str, most_bytes: int | None) -> int:
    """0 when the scenario came through; 100 and the number of steps that were done when the disk refused more.

    With `most_bytes` no file of this process may grow beyond so many.
    """
    scenario = Scenario(open_store(url, StillClock()))
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    for number, step in enumerate(scenario.steps()):
        try:
            step()
        except WorkspaceError:
            return REFUSED + number
    return 0
