"""Two small systems, and mappings between them: the tests and the manual use the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.connector_file import read_connector
from engine.diagnostics.model import Diagnostic
from engine.rules.check import NOTHING_CHOSEN, Chosen, check_rules
from engine.rules.checked import CheckedRules
from engine.rules.model import Catalog, RuleSet
from engine.rules.parse import read_rules
from engine.settings import read_settings
from engine.source import Source
from engine.yamltree import read_bytes, read_tree

OFFICE = """\
connector: office
version: 1
title: Office
kind: sql
environments: {live: {live: on}, sandbox: {}}
collections:
  learners:
    key: ident
    columns:
      ident: {access: read}
      surname: {length: 100}
      email: {}
      birth_date: {type: date, wire: iso date}
      password: {access: write}
      ethnicity: {category: special}
      note: {}
    mirrors: {portal: note}
    update: {delivery: B}
  rooms:
    key: room
    parent: {collection: learners, column: learner}
    columns:
      room: {access: read}
      name: {}
      learner: {}
      since: {type: date, wire: iso date}
  staff:
    key: code
    columns:
      code: {access: read}
      name: {length: 60}
      email: {}
      room: {}
      hours: {type: number}
      active: {type: boolean, wire: Y/N}
      seen: {type: instant, wire: iso instant}
    update: {delivery: B, settle: 0}
    create: {delivery: D}
"""
"""An MIS: learners and staff that can be updated, staff that can be created, and rooms that can be neither."""

PORTAL = """\
connector: portal
version: 1
title: Portal
kind: http
environments: {live: {base_url: "https://portal.example", live: on}, sandbox: {}}
secrets: [token]
collections:
  users:
    key: ID
    columns:
      ID: {access: read}
      LastName: {length: 100, required: on}
      Email: {}
      DOB: {type: date, wire: iso date}
      PIN: {access: write}
      Changed: {type: instant, wire: iso instant, access: read}
      Race: {category: special}
      Remark: {}
    list: {verb: GET, path: /User}
    update: {verb: POST, path: "/User/{key}", delivery: C}
  visits:
    key: ID
    columns:
      ID: {access: read}
      Place: {}
    update: {verb: POST, path: "/Visit/{key}", delivery: C}
  tutors:
    key: ID
    columns:
      ID: {access: read}
      Name: {required: on, length: 60}
      Email: {required: on}
      Kind: {required: on}
      Room: {}
      Level: {length: 2}
      Hours: {type: number}
      Active: {type: boolean}
      Seen: {type: instant, wire: iso instant}
      Learner: {}
    list: {verb: GET, path: /Tutor}
    update: {verb: POST, path: "/Tutor/{key}", delivery: C}
    create: {verb: POST, path: /Tutor, delivery: D, new_key: ID, constants: {Kind: T}}
"""
"""A provider: users that can be updated, visits that cannot be listed, and tutors that can be created."""

CODES: Mapping[str, str] = {
    "codes/race.csv": "office,portal\nA,White\nB,Black\n",
    "codes/many.csv": "office,portal\nA,Other\nB,Other\n",
    "codes/three.csv": "office,portal,more\nA,White,1\n",
    "codes/twice.csv": "office,portal\nA,White\nA ,Black\n",
}
"""Tables of codes that lie beside a mapping."""

HEAD = "mapping: sample\nversion: 1\ntitle: Office and Portal\nmis: office\nprovider: portal\n"
"""How every sample mapping begins: five lines."""

RECORD = "records:\n  learner:\n    mis: learners\n    provider: users\n    direction: push\n    fields:\n"
"""How a sample mapping goes on: six lines, so the first field stands in line 12."""

STAFF = RECORD.replace("learner:", "officer:").replace("learners", "staff").replace("users", "tutors")
"""As `RECORD`, for officers: they can be created, and have columns of every type."""


def mapping(fields: str, before: str = "", record: str = RECORD) -> str:
    """A mapping with these fields (lines without indentation); `before` stands between head and records."""
    return HEAD + before + record + "".join(f"      {line}\n" for line in fields.splitlines())


def office_and_portal() -> Catalog:
    """Both systems, read."""
    office = read_connector(Source("connectors/office.yaml", OFFICE)).spec
    portal = read_connector(Source("connectors/portal.yaml", PORTAL)).spec
    assert office is not None
    assert portal is not None
    return Catalog(office, portal)


def rules_of(text: str) -> RuleSet:
    """The rules of a mapping that has no fault of form."""
    read = read_rules(Source("mappings/sample.yaml", text), CODES.get)
    assert read.rules is not None, read.diagnostics
    return read.rules


def check_text(text: str, chosen: Chosen = NOTHING_CHOSEN) -> tuple[CheckedRules | None, tuple[Diagnostic, ...]]:
    """A mapping checked against both systems, with every diagnostic of its text, its form and its meaning."""
    read = read_rules(Source("mappings/sample.yaml", text), CODES.get)
    if read.rules is None:
        return None, read.diagnostics
    checked, found = check_rules(read.rules, office_and_portal(), chosen)
    return checked, (*read.diagnostics, *found)


def checked_rules(text: str, chosen: Chosen = NOTHING_CHOSEN) -> CheckedRules:
    """A mapping that has no fault, checked; it may have settings and tables that no rule uses."""
    checked, found = check_text(text, chosen)
    assert [one for one in found if one.severity == "error"] == []
    assert checked is not None
    return checked


@dataclass(frozen=True, slots=True)
class Sample:
    """A file with one fault. `at` is the line and column where it must be told, `says` what the message must name.

    `fix` is what to write in place of what, so that the file is right.
    """

    text: str
    at: tuple[int, int]
    fix: tuple[str, str]
    says: tuple[str, ...] = ()
    kind: Literal["yaml", "mapping", "settings", "connector"] = "mapping"
    data: bytes = field(default=b"", repr=False)
    """The file's bytes, where these are no text."""
    shown: bool = True
    """Whether the manual can show the file: not where what is wrong does not show on paper."""

    @property
    def good(self) -> str:
        """The file put right."""
        return self.text.replace(*self.fix, 1)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What tieline says of the file."""
        return read_bytes("sample.yaml", self.data)[1] if self.data else self.of(self.text)

    def of(self, text: str) -> tuple[Diagnostic, ...]:
        """What tieline says of a text in the place of this file."""
        match self.kind:
            case "yaml":
                return read_tree(Source("sample.yaml", text)).diagnostics
            case "settings":
                return read_settings(Source("tieline.yaml", text), Path()).diagnostics
            case "connector":
                return read_connector(Source("connectors/sample.yaml", text)).diagnostics
        return check_text(text)[1]


SETTINGS = """\
workspace: trial
systems:
  office: {environment: sandbox, database: "sqlite:office.db"}
  portal: {environment: sandbox, base_url: "http://127.0.0.1:9", token: "env:PORTAL_TOKEN"}
exchanges:
  portal:
    enabled: on
    mapping: sample
    settings: {mode: push}
  resting:
    mapping: sample
"""
"""A `tieline.yaml` over both systems, with one exchange that is enabled and one that is not."""

MAPPING = mapping(
    "surname: {mis: surname, provider: LastName}\n"
    "race: {mis: ethnicity, provider: Race, from_mis: {codes: race}, only: push}",
    "settings:\n  mode: {title: Mode, kind: direction}\ncodes: {race: codes/race.csv}\n",
    RECORD.replace("push", "setting mode"),
)
"""A mapping without a fault."""


def write_workspace(folder: Path, **texts: str | bytes) -> Path:
    """A workspace with its own connector files and mapping.

    `settings`, `mapping`, `office`, `portal` and `race` replace the text of that file.
    """
    places = {
        "settings": ("tieline.yaml", SETTINGS),
        "mapping": ("mappings/sample.yaml", MAPPING),
        "office": ("connectors/office.yaml", OFFICE),
        "portal": ("connectors/portal.yaml", PORTAL),
        "race": ("mappings/codes/race.csv", CODES["codes/race.csv"]),
    }
    for name, (path, text) in places.items():
        given = texts.get(name, text)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(given.encode() if isinstance(given, str) else given)
    return folder
