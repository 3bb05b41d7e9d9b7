"""A workspace in a folder, over two systems in memory that go wrong: what the simulator acts upon."""

import copy
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

from engine import crashpoints
from engine.approve import Choice, Statement, current_user
from engine.connector_file import read_connector
from engine.ledger.links import Link, add_links
from engine.ledger.store import open_store
from engine.memory import Row, Rows
from engine.plan.file import PlanFile
from engine.ports import Clock, Intent
from engine.reading import Sides
from engine.report import Report
from engine.rules.check import Chosen, check_rules
from engine.rules.model import Catalog
from engine.rules.parse import read_rules
from engine.service import applying, planning
from engine.service.loading import Exchange
from engine.settings import read_settings
from engine.source import Source
from tests.cases.good_cases import _new_store
from tests.simulator.systems import SETTLE, TroubledSystem, Watch
from tests.unit.ledger.scenario import StillClock

CLASSES = ("A", "B", "C", "S")
"""The class of the provider's updates; its creates are A, D, D and S."""
EXCHANGE = "case"
LEARNERS, OFFICERS, LINKED = 14, 13, 10
_SETTINGS = """\
workspace: simulated
systems:
  office: {{environment: sandbox, database: "sqlite:office.db"}}
  folder: {{environment: sandbox, {place}}}
exchanges:
  case:
    enabled: on
    limits: {{update: {{share: 100%}}, create: {{share: 100%}}, blank_out: {{share: 100%}}}}
approval: {{author_may_approve: on}}
people: {{jo: {{os_user: {user}, role: approver}}}}
"""
_MAPPING = """\
mapping: case
version: 1
title: A simulated exchange
mis: office
provider: folder
records:
  officer:
    mis: officers
    provider: assessors
    direction: push
    create: {at: provider, trigger: referred}
    fields:
      surname: {mis: surname, provider: LastName}
  learner:
    mis: people
    provider: learners
    direction: push
    create: {at: provider, trigger: new}
    fields:
      surname: {mis: surname, provider: LastName}
      email: {mis: email, provider: Email, blank: clears}
      town: {mis: town, provider: Town, direction: pull}
      officer: {mis: officer, provider: AssessorID, refers_to: officer}
"""
_OFFICE = """\
connector: office
version: 1
title: Office
kind: sql
environments: {sandbox: {}}
markers: {table: marks, mark: mark, key: new_key}
collections:
  people:
    key: ident
    columns: {ident: {access: read}, surname: {}, email: {}, town: {}, officer: {}}
    update: {delivery: MIS}
  officers:
    key: ident
    columns: {ident: {access: read}, surname: {}}
"""
_FOLDER = """\
connector: folder
version: 1
title: Folder
kind: KIND
environments: {sandbox: {}}
HEAD
collections:
  learners:
    key: ID
    columns: {ID: {access: read}, LastName: {required: on}, Email: {}, Town: {}, AssessorID: {}}
WAYS
    update: {UPDATE}
    create: {CREATE}
  assessors:
    key: ID
    columns: {ID: {access: read}, LastName: {required: on}}
WAYS
    update: {UPDATE}
    create: {CREATE}
"""
_HTTP = '    list: {verb: GET, path: /x}\n    detail: {verb: GET, path: "/x/{key}"}'
_KEYED = 'headers: {Key: "{idempotency_key}"}, delivery: A, keeps: 24'
_WAYS = {
    "A": (
        "http",
        "",
        _HTTP,
        f'verb: PUT, path: "/x/{{key}}", {_KEYED}',
        f"verb: POST, path: /x, {_KEYED}, new_key: ID",
    ),
    "B": ("sql", "", "", "delivery: B", "delivery: D"),
    "C": (
        "http",
        "",
        _HTTP,
        f'verb: PUT, path: "/x/{{key}}", delivery: C, settle: {SETTLE}',
        f"verb: POST, path: /x, delivery: D, settle: {SETTLE}, new_key: ID",
    ),
    "S": ("sql", "markers: {table: marks, mark: mark, key: new_key}", "", "delivery: S", "delivery: S"),
}


class KilledError(BaseException):
    """The process ends here, as SIGKILL ends it: nothing that catches an exception sees it."""


@lru_cache
def _texts(delivery: str) -> tuple[str, str]:
    kind, head, ways, update, create = _WAYS[delivery]
    folder = _FOLDER.replace("KIND", kind).replace("HEAD\n", f"{head}\n" if head else "").replace("WAYS\n", f"{ways}\n")
    office = _OFFICE.replace("MIS", "S" if delivery == "S" else "B")
    return office, folder.replace("UPDATE", update).replace("CREATE", create).replace("\n\n", "\n")


def exchange_of(delivery: str, folder: Path) -> Exchange:
    """The simulated exchange, its workspace in a folder."""
    place = 'base_url: "http://127.0.0.1:9"' if _WAYS[delivery][0] == "http" else 'database: "sqlite:folder.db"'
    settings = read_settings(Source("tieline.yaml", _SETTINGS.format(place=place, user=current_user())), folder)
    rules = read_rules(Source("mapping.yaml", _MAPPING), lambda _path: None)
    files = [read_connector(Source(f"{at}.yaml", text)) for at, text in enumerate(_texts(delivery))]
    office, provider = (one.spec for one in files)
    assert settings.workspace is not None, settings.diagnostics
    assert rules.rules is not None, rules.diagnostics
    assert office is not None, files[0].diagnostics
    assert provider is not None, files[1].diagnostics
    checked, faults = check_rules(rules.rules, Catalog(office, provider), Chosen({}, {}))
    assert checked is not None, faults
    return Exchange(settings.workspace, settings.workspace.exchanges[EXCHANGE], checked)


@dataclass
class World:
    """Everything that one seed acts upon, and what the checker looks at."""

    folder: Path
    delivery: str
    random: Random
    exchange: Exchange = field(init=False)
    clock: StillClock = field(default_factory=StillClock)
    barred: bool = False
    """Whether no system may be opened from here on."""
    watch: Watch = field(default_factory=Watch)
    mis: TroubledSystem = field(init=False)
    provider: TroubledSystem = field(init=False)
    planned_rows: dict[str, tuple[Rows, Rows]] = field(default_factory=dict)
    """Plan -> the rows of both sides when it was made."""
    moved_after: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    """(system, collection, key, column) -> the number of effects there were when somebody else last moved it."""

    def __post_init__(self) -> None:
        self.exchange = exchange_of(self.delivery, self.folder)
        (self.folder / ".tieline").mkdir()
        self.store_file.write_bytes(_new_store())
        catalog = self.exchange.checked.catalog
        office, folder = self._rows()
        self.mis = TroubledSystem("office", catalog.mis.collections, office, self.watch)
        self.provider = TroubledSystem("folder", catalog.provider.collections, folder, self.watch)
        for system in (self.mis, self.provider):
            system.clock, system.chance.random = self.clock, self.random
        self._link()

    @property
    def store_file(self) -> Path:
        """The store's database."""
        return self.folder / ".tieline" / "store.db"

    def asked(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """What the store's file holds for another process: only what is committed."""
        with closing(sqlite3.connect(self.store_file)) as database:
            return database.execute(statement, values).fetchall()

    def _rows(self) -> tuple[Rows, Rows]:
        pick = self.random.choice
        officers: list[Row] = [{"ident": f"f{n}", "surname": pick(_NAMES)} for n in range(OFFICERS)]
        people: list[Row] = [
            {
                "ident": f"m{n}",
                "surname": pick(_NAMES),
                "email": pick([None, f"m{n}@college.example"]),
                "town": pick([None, "Leeds", "York"]),
                "officer": pick([None, *(f"f{one}" for one in range(OFFICERS))]),
            }
            for n in range(LEARNERS)
        ]
        assessors: list[Row] = [{"ID": f"a{n}", "LastName": pick(_NAMES)} for n in range(LINKED)]
        learners: list[Row] = [
            {
                "ID": f"p{n}",
                "LastName": pick(_NAMES),
                "Email": pick([None, "", f"p{n}@college.example"]),
                "Town": pick([None, "Leeds", "Hull"]),
                "AssessorID": pick([None, "a0", "a1"]),
            }
            for n in range(LINKED)
        ]
        return {"people": people, "officers": officers}, {"learners": learners, "assessors": assessors}

    def _link(self) -> None:
        """The first learners and officers of both sides are linked; the rest of the MIS is new to the provider."""
        with closing(open_store(self.exchange.workspace.store, self.clock)) as store:
            pairs = [Link("learner", f"m{n}", f"p{n}", None) for n in range(LINKED)]
            pairs += [Link("officer", f"f{n}", f"a{n}", None) for n in range(LINKED)]
            add_links(store, EXCHANGE, pairs, "jo")

    # --- what people and processes do --------------------------------------------------------------------------------

    def plan(self) -> PlanFile:
        """Make a plan of everything."""
        with self._patched():
            plan = planning.make_plan(self.exchange, self.clock).plan
        self.planned_rows[plan.id] = copy.deepcopy((self.mis.rows, self.provider.rows))
        return plan

    def approve(self, plan: PlanFile, choice: Choice = Choice()) -> None:  # noqa: B008  it is frozen
        """Approve a plan, or some of it."""
        with self._patched():
            applying.approve_plan(self.exchange.workspace, self.clock, plan.id, Statement("jo", choice, "simulated"))

    def apply(self, plan: PlanFile) -> Report:
        """Apply a plan."""
        with self._patched():
            return applying.apply_plan(self.exchange.workspace, self.clock, plan.id, applying.Listening())

    def resume(self, run: str) -> Report:
        """Go on with a run."""
        with self._patched():
            return applying.resume_run_of(self.exchange.workspace, self.clock, run, applying.Listening())

    def unfinished(self) -> str | None:
        """The run that may be resumed, if there is one."""
        found = self.asked("SELECT id FROM runs WHERE state <> 'finished' ORDER BY number")
        return str(found[0][0]) if found else None

    def move(self) -> None:
        """Somebody edits a record by hand, on either side, to a value that nobody had before."""
        system, collection, columns = self.random.choice(
            [
                (self.mis, "people", ("surname", "email", "town")),
                (self.provider, "learners", ("LastName", "Email", "Town")),
            ]
        )
        row, column = self.random.choice(system.rows[collection]), self.random.choice(columns)
        row[column] = f"by hand {self.random.random()}"
        key = str(row[system.key_of(collection)])
        self.moved_after[system.name, collection, key, column] = len(self.watch.effects)

    @contextmanager
    def _patched(self) -> Iterator[None]:
        """The services open this world's systems, and find its exchange without reading files."""

        @contextmanager
        def opened_sides(_exchange: Exchange, _clock: Clock) -> Iterator[Sides]:
            assert not self.barred, "a connector was opened"
            yield Sides(self.mis, self.provider, "office", "folder")

        with ExitStack() as stack:
            for module in (planning, applying):
                stack.enter_context(replaced(module, "opened_sides", opened_sides))
            stack.enter_context(replaced(applying, "load_exchange", lambda _workspace, _name: self.exchange))
            yield


@contextmanager
def replaced(where: object, name: str, value: object) -> Iterator[None]:
    """Something else under a name, within."""
    kept = getattr(where, name)
    setattr(where, name, value)
    try:
        yield
    finally:
        setattr(where, name, kept)


@contextmanager
def at_points(hook: Callable[[str], None]) -> Iterator[None]:
    """Call the hook at every crash point within; it may raise KilledError."""
    with replaced(crashpoints, "_target", "simulated"), replaced(crashpoints, "_count", hook):
        yield


def known_intent(world: World) -> Callable[[str, Intent], None]:
    """Looks before a request leaves: its intent, and the log's entry on it, are durable (P5)."""

    def look(_system: str, intent: Intent) -> None:
        rows = world.asked(
            "SELECT 1 FROM journal WHERE kind = 'intent' AND change = ? AND attempt = ?", intent.change, intent.attempt
        )
        told = world.asked("SELECT 1 FROM log WHERE what = 'change.intended' AND change = ?", intent.change)
        assert rows, "P5: a request without a durable intent"
        assert told, "P5: a request without an entry in the log"

    return look


_NAMES = ("Adeyemi", "Byrne", "Clarke", "Dąbrowska", "Evans", "Ferreira")
