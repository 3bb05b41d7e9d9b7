"""Makes the golden folder of this version: a run that was cut between its intents and its writes, and all it rests on.

`python -m tests.golden.make` writes `tests/golden/VERSION`: the workspace's files, its store and both systems as SQL
text, and the plan. Every release adds a folder; none is ever made anew, for later versions must go on with these very
bytes. `expected.json` says what the systems hold once the run has been resumed.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent
FOLDER = "{FOLDER}"
"""Stands in the store's text for the folder of the workspace."""
WHO = "jo"
DATABASES = {"store": ".tieline/store.db", "office": "office.db", "portal": "portal.db"}
NUMBER = 24
"""Employers that both have: each is linked and filled. Four more are created, before the cut."""

SETTINGS = f"""\
workspace: golden
systems:
  office: {{environment: sandbox, database: "sqlite:office.db"}}
  portal: {{environment: sandbox, database: "sqlite:portal.db"}}
exchanges:
  portal:
    enabled: on
    mapping: visits
    limits: {{create: {{share: 100%}}, update: {{share: 100%}}, blank_out: {{share: 100%}}}}
approval: {{author_may_approve: on, valid_for: 7 days}}
people: {{{WHO}: {{os_user: {WHO}, role: approver}}}}
zone: Europe/London
store: sqlite:.tieline/store.db
"""
OFFICE = """\
connector: office
version: 1
title: Office
kind: sql
environments: {sandbox: {}}
collections:
  employers:
    key: number
    columns:
      number: {access: read}
      name: {length: 20, required: on}
      size: {}
      since: {type: date, wire: dd/mm/yyyy}
    update: {delivery: B}
    create: {delivery: D}
"""
PORTAL = """\
connector: portal
version: 1
title: Portal
kind: sql
environments: {sandbox: {}}
collections:
  placements:
    key: id
    columns:
      id: {access: read}
      title: {}
      size: {}
      since: {type: date, wire: iso date}
"""
MAPPING = """\
mapping: visits
version: 1
title: Office and Portal
mis: office
provider: portal
codes: {size: codes/size.csv}
records:
  employer:
    mis: employers
    provider: placements
    direction: pull
    create: {at: mis, trigger: new}
    identity:
      - link
      - {match: [name], trust: link}
    fields:
      name: {mis: name, provider: title}
      size: {mis: size, provider: size, from_provider: {codes: size}}
      since: {mis: since, provider: since}
"""
FILES = {
    "tieline.yaml": SETTINGS,
    "connectors/office.yaml": OFFICE,
    "connectors/portal.yaml": PORTAL,
    "mappings/visits.yaml": MAPPING,
    "mappings/codes/size.csv": "office,portal\nS,Small\nL,Large\n",
}
EMPLOYERS = "SELECT number, name, size, since FROM employers ORDER BY number"


def main() -> None:
    """Make the folder of this version; refused where there is one."""
    golden = GOLDEN / version("tieline")
    if golden.exists():
        sys.exit(f"{golden.name} is there already: a golden folder is never made anew")
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), golden)


def write(folder: Path, golden: Path) -> None:
    """Make a workspace in an empty folder, cut a run of it, and write all of it to `golden`."""
    _workspace(folder)
    figures = _tieline(folder, 2, "plan", "portal", "--json")
    _tieline(folder, 0, "approve", figures["plan"], "--as", WHO)
    _tieline(folder, -signal.SIGKILL, "apply", figures["plan"], TIELINE_CRASH_AT="journal.intent.committed#3")
    for name, text in FILES.items():
        _put(golden / name, text)
    for name, path in DATABASES.items():
        _put(golden / f"{name}.sql", _dump(folder / path).replace(str(folder), FOLDER))
    shutil.copy(figures["file"], golden / "plan.jsonl")
    with closing(sqlite3.connect(folder / DATABASES["store"])) as store:
        ((run,),) = store.execute("SELECT id FROM runs").fetchall()
    expected = {"run": run, "plan": figures["plan"], "changes": figures["changes"], "employers": _expected()}
    _put(golden / "expected.json", json.dumps(expected, indent=1) + "\n")


def restore(golden: Path, folder: Path) -> dict[str, Any]:
    """Put a golden folder back into a workspace in an empty folder; what is expected of it."""
    for name in FILES:
        _put(folder / name, (golden / name).read_text(encoding="utf-8"))
    (folder / ".tieline" / "plans").mkdir(parents=True)
    for name, path in DATABASES.items():
        with closing(sqlite3.connect(folder / path)) as database:
            text = (golden / f"{name}.sql").read_text(encoding="utf-8")
            database.executescript(text.replace(FOLDER, str(folder)))
    expected: dict[str, Any] = json.loads((golden / "expected.json").read_text(encoding="utf-8"))
    shutil.copy(golden / "plan.jsonl", folder / ".tieline" / "plans" / f"{expected['plan']}.plan.jsonl")
    return expected


def placements() -> list[tuple[str, str, str, str]]:
    """The provider's records: the first four are new to the MIS."""
    return [
        (f"p{at:02}", f"Firm {at:02}", ("Small", "Large")[at % 2], f"2026-01-{at + 1:02}") for at in range(NUMBER + 4)
    ]


def _expected() -> list[list[object]]:
    rows = [(name, size[0], f"{since[8:]}/{since[5:7]}/{since[:4]}") for _, name, size, since in placements()]
    return [[at, *row] for at, row in enumerate((*rows[4:], *rows[:4]), 1)]


def _workspace(folder: Path) -> None:
    for name, text in FILES.items():
        _put(folder / name, text)
    (folder / ".tieline").mkdir()
    with closing(sqlite3.connect(folder / "office.db")) as office:
        office.execute(
            "CREATE TABLE employers (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
            " size TEXT, since TEXT)"
        )
        office.executemany("INSERT INTO employers (name) VALUES (?)", [(name,) for _, name, *_ in placements()[4:]])
        office.commit()
    with closing(sqlite3.connect(folder / "portal.db")) as portal:
        portal.execute("CREATE TABLE placements (id TEXT PRIMARY KEY, title TEXT, size TEXT, since TEXT)")
        portal.executemany("INSERT INTO placements VALUES (?, ?, ?, ?)", placements())
        portal.commit()


def _tieline(folder: Path, code: int, *words: str, **environment: str) -> Any:  # noqa: ANN401  a JSON document
    """Run a command as `jo`; its JSON document, if it prints one."""
    command = [sys.executable, "-m", "engine.cli", *words, "-w", str(folder)]
    known = os.environ | {"LOGNAME": WHO} | environment
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=known)
    if done.returncode != code:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}, not {code}:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout) if "--json" in words else None


def _dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump()) + "\n"


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
