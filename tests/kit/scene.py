"""A workspace on one carrier, planned and approved once, and put back to that state as often as a test wants."""

import shutil
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.approve import current_user
from tests.kit.carriers import EXCHANGE, OFFICE, Carrier
from tests.kit.counting import Counting, until
from tests.kit.databases import Database, edit
from tests.kit.people import Record
from tests.kit.zygote import Running, Zygote
from tests.trial import Done, Workspace

FITTING = 10
"""Records without a difference: below ten records a plan may hold two changes of a kind."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What both ends say after a run: the portal's records and effects, and what the journal says of each change."""

    people: list[Record]
    effects: dict[str, int]
    states: dict[str, str]
    """Record (its key at the portal, a create's as `+REF`) -> the state in which its change was closed."""


@dataclass(slots=True)
class Scene:
    """An approved plan on a carrier. `restore` puts the workspace and the portal back to before its apply."""

    carrier: Carrier
    counting: Counting
    zygote: Zygote
    folder: Path
    url: str = ""
    """Of a PostgreSQL database, where the carrier needs one."""
    plan: str = ""
    targets: dict[str, str] = field(default_factory=dict)
    """Change -> the record it writes to: its key at the portal, a create's as `+REF`."""

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder)

    @property
    def database(self) -> Database:
        """The portal, where it is a database."""
        return Database(self.url or f"sqlite:///{self.folder / 'portal.db'}")

    @property
    def template(self) -> Path:
        """The folder's state before the apply: the same path matters, for the store knows where its plans are."""
        return self.folder.with_name(f"{self.folder.name}.template")

    # --- making ----------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Write the files, link, plan and approve; then keep all of it as the template."""
        carrier = self.carrier
        self.folder.mkdir(parents=True)
        texts = {
            "tieline.yaml": carrier.settings(self.counting.url),
            "connectors/office.yaml": OFFICE,
            "connectors/portal.yaml": carrier.connector(),
            "mappings/people.yaml": carrier.mapping(),
        }
        for name, text in texts.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / ".tieline").mkdir()
        (self.folder / "portal.url").write_text(self.url, encoding="utf-8")
        (self.folder / "portal.url").chmod(0o600)
        self._make_databases()
        self._reset()
        self._did("link", "import", EXCHANGE, "person")
        done = self.workspace.call("plan", EXCHANGE, "--json")
        assert done.code == 2, done.said
        assert done.json["changes"] == carrier.changes, done.said
        self.plan = done.json["plan"]
        self._did("approve", self.plan, "--as", current_user())
        for change in self._did("show", self.plan, "--json", "--reveal").json["all_changes"]:
            self.targets[change["id"]] = change["provider_id"] or f"+{change['mis_id']}"
        shutil.copytree(self.folder, self.template)

    def _did(self, *arguments: str) -> Done:
        done = self.workspace.call(*arguments)
        assert done.code == 0, done.said
        return done

    def _make_databases(self) -> None:
        old, new = len(self._before()), self.carrier.creates
        rows = [
            (f"m{at}", f"Name {at}", f"p{at}@mail.example", f"077009001{at:02}", str(at) if at <= old else "")
            for at in range(1, old + new + 1)
        ]
        with closing(sqlite3.connect(self.folder / "office.db")) as office:
            office.execute("CREATE TABLE people (ident TEXT PRIMARY KEY, name, email, phone, portal_id)")
            office.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", rows)
            office.commit()
        if self.carrier.over != "http":
            self.database.make()
            self.database.fill(self._before())

    def _before(self) -> list[Record]:
        """The portal's records before the apply: one for each update, another name and no phone, and some that fit."""
        records = []
        for at in range(1, self.carrier.updates + FITTING + 1):
            moved = at <= self.carrier.updates
            name, phone = (f"Before {at}", "") if moved else (f"Name {at}", f"077009001{at:02}")
            records.append(
                {"id": str(at), "ref": f"m{at}", "name": name, "email": f"p{at}@mail.example", "phone": phone}
            )
        return records

    def _reset(self) -> None:
        if self.carrier.over == "http":
            self.counting.reset(self.carrier.name, self._before())
        if self.carrier.over == "postgres":  # a SQLite database lies in the folder
            self.database.fill(self._before())

    def restore(self) -> None:
        """Back to the approved plan that nobody has applied."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.template, self.folder)
        self._reset()

    def through(self, url: str, timeout: float = 10.0) -> None:
        """Let the workspace reach the portal at another address, and wait so long for an answer."""
        (self.folder / "tieline.yaml").write_text(self.carrier.settings(url), encoding="utf-8")
        (self.folder / "connectors" / "portal.yaml").write_text(self.carrier.connector(timeout), encoding="utf-8")

    # --- applying --------------------------------------------------------------------------------------------------

    def started(self, *arguments: str, point: str = "") -> Running:
        """Start `apply` (or what else is said) in a process of its own."""
        return self.zygote.start(*(arguments or ("apply", self.plan)), "-w", str(self.folder), point=point)

    def killed(self, point: str, *arguments: str) -> bool:
        """Run `apply` (or what else is said) in a process that is to kill itself at a crash point; whether it did."""
        done = self.started(*arguments, point=point).ended()
        assert done.code in {-signal.SIGKILL, 0, 3, 4}, done.said
        assert "Traceback" not in done.err
        self.taken_in()
        return done.code == -signal.SIGKILL

    def taken_in(self) -> None:
        """Wait until the provider has taken in what reached it: a machine that stands still keeps no settle time."""
        for _ in range(2 if self.carrier.over == "http" else 0):
            self.counting.ask("counts")
        until(lambda: self.carrier.over != "http" or all(line["ended"] for line in self.counting.log()))

    def go_on(self) -> Done:
        """Whatever the store asks for: `resume` where a run was begun, else `apply`."""
        run = self.workspace.run
        return (
            self.workspace.call("resume", run, "--json") if run else self.workspace.call("apply", self.plan, "--json")
        )

    # --- what is there now -----------------------------------------------------------------------------------------

    def seen(self) -> Seen:
        """What the portal has and counted, and what the journal says."""
        if self.carrier.over == "http":
            people, effects = self.counting.people(self.carrier.name), self.counting.effects()
        else:
            people, effects = self.database.people(), self.database.effects()
        states = {}
        for line in self.log():
            if line["what"] == "change.closed" and line["change"] in self.targets:
                states[self.targets[line["change"]]] = line["facts"]["said"]
        return Seen(people, effects, states)

    def log(self) -> list[dict[str, Any]]:
        """All that the store's log has, oldest first."""
        found: list[dict[str, Any]] = self.workspace.call("log", "--most", "100000", "--json").json
        return found

    def intended(self) -> list[str]:
        """The records for which intents were journalled, one for each intent."""
        return [self.targets[one["change"]] for one in self.log() if one["what"] == "change.intended"]

    def edit(self, key: str, **values: str) -> None:
        """Somebody else changes a record of the portal."""
        if self.carrier.over == "http":
            self.counting.edit(self.carrier.name, key, **values)
        else:
            with self.database.engine.begin() as connection:
                edit(connection, key, values)

    def wished(self) -> dict[str, Record]:
        """What the portal is to hold after the apply, by the MIS's id."""
        with closing(sqlite3.connect(self.folder / "office.db")) as office:
            rows = office.execute("SELECT ident, name, email, phone FROM people").fetchall()
        return {ident: {"name": name, "email": email, "phone": phone} for ident, name, email, phone in rows}
