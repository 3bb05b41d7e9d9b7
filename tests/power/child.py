"""A process whose disk loses its power.

`python -m tests.power.child steps TEMPLATE FOLDER SEED [OFF]` goes through the ledger's scenario in forks, one for each
step of the disk at which the power may go, each on a copy of the store TEMPLATE (`-`: there is none yet). It prints a
line for each: the folder of what is left, how the fork ended, and how many steps of the scenario had returned by then.
OFF lets SQLite not sync at all. `… command CUT SEED WORDS…` runs one command of tieline.
"""

import os
import shutil
import sys
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine

from engine.ledger import sqlite
from engine.ledger.store import open_store
from tests.power import driver
from tests.power.disk import Disk, LosingVFS
from tests.unit.ledger.scenario import Scenario, StillClock

MOST = 1000


def put_on(disk: Disk) -> LosingVFS:
    """Let every store of this process be on a disk."""
    vars(sqlite)["create_engine"] = partial(create_engine, module=driver)
    return LosingVFS(disk)


def attempt(folder: Path, cut: int, seed: int, told: int) -> None:
    """The scenario until the power goes; a letter for each step of it that returned."""
    kept = put_on(Disk(cut, seed))
    store = open_store(f"sqlite:///{folder}/store.db", StillClock())
    os.write(told, b".")
    scenario = Scenario(store)
    with scenario.held:
        for step in scenario.steps():
            step()
            os.write(told, b".")
    store.close()
    del kept


def sweep(template: str, folder: Path, seed: int, *, off: bool) -> None:
    """Cut at the first, second, … step of the disk, until an attempt comes through."""
    if off:
        sqlite._SETTINGS = ("synchronous = OFF", "foreign_keys = ON", "temp_store = MEMORY")
    for cut in range(1, MOST):
        place = folder / str(cut)
        place.mkdir()
        if template != "-":
            shutil.copy(template, place / "store.db")
        heard, told = os.pipe()
        child = os.fork()
        if not child:
            attempt(place, cut, seed * MOST + cut, told)
            os._exit(0)
        os.close(told)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with os.fdopen(heard, "rb") as said:
            returned = len(said.read()) - 1
        sys.stdout.write(f"{place} {status} {returned}\n")
        sys.stdout.flush()
        if not status:
            return


def command(cut: int, seed: int, words: list[str]) -> int:
    """One command, with a disk that loses its power at a step."""
    from engine.cli.main import run  # noqa: PLC0415  the forks of a sweep do not need it

    kept = put_on(disk := Disk(cut, seed))
    code = run(words)
    sys.stderr.write(f"steps {disk.steps}\n")
    del kept
    return code


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["steps", template, folder, seed, *off]:
            sweep(template, Path(folder), int(seed), off=bool(off))
        case ["command", cut, seed, *words]:
            sys.exit(command(int(cut), int(seed), words))
