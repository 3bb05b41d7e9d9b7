"""Many attempts, each in a fork: `python -m tests.unit.ledger.sweep crash|choke TEMPLATE FOLDER` prints their exits.

`crash` kills at the first, second, … crash point, `choke` lets files grow to 20 KB, 40 KB, …; both end when an attempt
comes through. Each works on a copy of the store TEMPLATE in a folder of its number under FOLDER. What is slow to load
is loaded once, before the forks.
"""

import os
import shutil
import sys
from pathlib import Path

import sqlalchemy.dialects.sqlite  # noqa: F401  for the children

STEP = 20 * 1024
MOST = 100


def main(kind: str, template: str, folder: str) -> None:
    """Fork until an attempt comes through."""
    for number in range(1, MOST):
        path = Path(folder, str(number), "store.db")
        path.parent.mkdir()
        shutil.copy(template, path)
        child = os.fork()
        if not child:
            os._exit(attempt(f"sqlite:///{path}", kind, number))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()
        if not status:
            return


def attempt(url: str, kind: str, number: int) -> int:
    """The attempt, in the child."""
    os.environ["TIELINE_CRASH_AT"] = str(number) if kind == "crash" else ""
    from tests.unit.ledger import attempt as child  # noqa: PLC0415  engine.crashpoints reads the variable when imported

    return child.attempt(url, number * STEP if kind == "choke" else None)


if __name__ == "__main__":
    main(*sys.argv[1:])
