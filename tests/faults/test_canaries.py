"""Nothing of a learner and no secret shows where nobody asked for it, whatever goes wrong, every logger at DEBUG."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connectors.sandbox.faults import KINDS
from engine.approve import current_user
from tests.faults.canaries import leaks
from tests.trial import Done, Trial

LOUD = "import logging\nlogging.basicConfig(level=logging.DEBUG)\nlogging.debug('loud')\n"
"""What every process runs first: all that any library logs goes to standard error, and one line shows that it does."""
WHERE = (
    ".tieline/sandbox/",  # the sample systems themselves
    ".tieline/plans/",  # plans hold values in the clear, for their owner's eyes only
    ".tieline/sandbox.token",  # the secret's own file
    ".tieline/store.db",  # looked at table by table
    "loud/",
)
"""The only places below a workspace in which a value or a secret may stand."""
IN_STORE = {("journal", "body")}
"""The only column of the store in which values may stand."""
ORDINARY = ("first_name", "surname", "email", "birth_date")
MASKED = ("ni_number", "uln")
"""What a reviewer sees without asking for it, and what is masked."""


class Listener:
    """Runs commands in processes of their own, and keeps all that they say and their command lines."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.errors: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.lines: set[str] = set()
        folder = trial.folder / "loud"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(LOUD, encoding="utf-8")
        self._path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])

    def run(self, *words: str, **environment: str) -> Done:
        """A command, listened to."""
        with self._watching():
            done = self.trial.process(*words, PYTHONPATH=self._path, **environment)
        name = f"{len(self.errors)} {' '.join(words)} {environment}"
        self.errors[name], self.shown[name] = done.err, done.out
        return done

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Look at the command lines of all processes again and again."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(0.1):
                for path in Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        self.lines.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                    except OSError:  # it has ended
                        continue

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def values_of(trial: Trial, *columns: str) -> set[str]:
    """What stands in these columns of the MIS's learners, but for what is too short to tell anything."""
    rows = trial.mis(f"SELECT {', '.join(columns)} FROM learners")
    return {text for row in rows for one in row if one is not None and len(text := str(one).strip()) >= 5}


def canaries(trial: Trial) -> tuple[set[str], set[str]]:
    """All values of learners with the secret, and those among them that are masked for a reviewer."""
    masked = {*values_of(trial, *MASKED), trial.sandboxes.customer_token}
    return masked | values_of(trial, *ORDINARY), masked


def whole_story(listen: Listener) -> None:
    """Plan, review, approve and apply under every fault; cuts, resumes, an undo, and wrong words."""
    trial = listen.trial
    for kind in KINDS:
        trial.fault(kind, match={"path": "/User/Search"}, times=1, seconds=0.1, retry_after=0)
        listen.run("plan", "onefile")
        trial.heal()
    plan = trial.plan()["plan"]
    listen.run("show", plan)
    listen.run("show", plan, "--json")
    listen.run("approve", plan, "--as", current_user())
    trial.fault("reset", match={"verb": "POST", "regex": r"/User/\d+$"}, times=1, after=1)
    trial.fault("500", match={"verb": "POST", "regex": r"/User/\d+$"}, times=1, after=2)
    trial.fault("html", match={"verb": "POST", "regex": r"/User/\d+$"}, times=1, after=3)
    listen.run("apply", plan, TIELINE_CRASH_AT="writer.send.after#4")
    trial.heal()
    run = trial.run
    assert run is not None
    trial.fault("401", match={"verb": "POST", "regex": r"/User/\d+$"}, times=1)
    listen.run("resume", run)
    trial.heal()
    listen.run("resume", run)
    for words in (("log",), ("log", "--json"), ("status",), ("link", "list", "onefile", "learner"), ("check",)):
        listen.run(*words)
    for words in (("apply", plan), ("apply", "nothing"), ("resume", "zzzzzz"), ("plan", "onefil"), ("show", "zz")):
        listen.run(*words)
    database = trial.folder / ".tieline" / "sandbox" / "mis.db"
    away = database.rename(database.with_suffix(".away"))
    listen.run("plan", "onefile")
    away.rename(database)


@pytest.mark.covers("S1", "S2")
@pytest.mark.timeout(600)
def test_no_canary_is_seen(trial: Trial, figure: Callable[[str, str], None]) -> None:
    """At DEBUG, under every fault of the sandbox: standard error, masked output, command lines, files and the store.

    The control: the same values do stand where they may, so that looking for them can find them.
    """
    values, masked = canaries(trial)
    listen = Listener(trial)
    whole_story(listen)
    assert any("DEBUG" in text for text in listen.errors.values()), "no logger was loud"
    seen = {name: found for name, text in listen.errors.items() if (found := leaks(text, values))}
    assert not seen, f"on standard error: {list(seen)}"
    seen = {name: found for name, text in listen.shown.items() if (found := leaks(text, masked))}
    assert not seen, f"shown unmasked: {list(seen)}"
    assert not leaks("\n".join(listen.lines), values), "in the list of processes"
    assert not list(leaking_files(trial, values)), "in a file where it may not stand"
    assert leaking_columns(trial, values) <= IN_STORE
    plans = [path.read_text() for path in (trial.folder / ".tieline" / "plans").iterdir()]
    assert leaks("".join(plans), values), "the control: a plan does hold values"
    count = f"{len(listen.errors)} commands, {len(values):,} values, {len(listen.lines)} command lines"
    figure("S1", f"{count}: 0 seen where nobody asked for them")


def leaking_files(trial: Trial, values: set[str]) -> Iterator[str]:
    """Files of the workspace that hold a value, but for those that may."""
    for path in trial.folder.rglob("*"):
        name = path.relative_to(trial.folder).as_posix()
        if path.is_file() and not name.startswith(WHERE) and leaks(path.read_bytes().decode(errors="replace"), values):
            yield name


def leaking_columns(trial: Trial, values: set[str]) -> set[tuple[str, str]]:
    """Tables and columns of the store that hold a value."""
    found = set()
    with closing(sqlite3.connect(trial.folder / ".tieline" / "store.db")) as store:
        tables = [str(row[0]) for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = store.execute(f'SELECT * FROM "{table}"')
            names = [part[0] for part in rows.description]
            for row in rows:
                found |= {(table, name) for name, value in zip(names, row, strict=True) if leaks(str(value), values)}
    return found


def test_a_traceback_would_be_seen(trial: Trial) -> None:
    """The control for standard error: a process that does say a value is caught."""
    values, _ = canaries(trial)
    code = f"raise ValueError({next(iter(sorted(values)))!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert leaks(done.stderr, values)
