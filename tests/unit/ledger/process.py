"""The other process in the tests: `python -m tests.unit.ledger.process DEED URL [SYSTEM]`.

It says `ready` when it has prepared, waits for a line, and then tells what came of the deed.
"""

import sys

from engine.errors import NotApprovedError
from engine.ledger.journal import begin_run, hold_lease
from engine.ledger.store import open_store
from tests.unit.ledger.scenario import StillClock, a_plan


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def await_word() -> None:
    say("ready")
    sys.stdin.readline()


def hold(url: str, system: str) -> None:
    """Hold the lease of a system until a line comes or the process is killed."""
    with hold_lease(open_store(url, StillClock()), system, "robin"):
        await_word()


def begin(url: str, system: str) -> None:
    """Begin a run of the stored approval."""
    store = open_store(url, StillClock())
    with hold_lease(store, system, system) as lease:
        await_word()
        try:
            say(begin_run(store, lease, a_plan().id, "approval-1", "onefile", system).id)
        except NotApprovedError as fault:
            say(str(fault))


def make(url: str) -> None:
    """Open a store that is not there yet."""
    await_word()
    say(open_store(url, StillClock()).lineage)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hold", url, system]:
            hold(url, system)
        case ["begin", url, system]:
            begin(url, system)
        case ["make", url]:
            make(url)
