"""Two small systems, and for each diagnostic a file that has it: the tests and the manual use the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.connector_file import read_connector
from engine.diagnostics import codes
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
    columns:
      room: {access: read}
      name: {}
"""
"""An MIS: learners that can be updated, and rooms that cannot."""

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
"""
"""A provider: users that can be listed and updated, and visits that cannot be listed. Neither can be created."""

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
    """A mapping that has no fault, checked."""
    checked, found = check_text(text, chosen)
    assert found == ()
    assert checked is not None
    return checked


@dataclass(frozen=True, slots=True)
class Sample:
    """A file with one fault. `at` is the line and column where it must be told, `says` what the message must name."""

    text: str
    at: tuple[int, int]
    says: tuple[str, ...] = ()
    kind: Literal["yaml", "mapping", "settings", "connector"] = "mapping"
    data: bytes = field(default=b"", repr=False)
    """The file's bytes, where these are no text."""
    shown: bool = True
    """Whether the manual can show the file: not where what is wrong does not show on paper."""

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What tieline says of the file."""
        if self.data:
            return read_bytes("sample.yaml", self.data)[1]
        match self.kind:
            case "yaml":
                return read_tree(Source("sample.yaml", self.text)).diagnostics
            case "settings":
                return read_settings(Source("tieline.yaml", self.text), Path()).diagnostics
            case "connector":
                return read_connector(Source("connectors/sample.yaml", self.text)).diagnostics
        return check_text(self.text)[1]


def _yaml(text: str, line: int, column: int, *, shown: bool = True) -> Sample:
    return Sample(text, (line, column), kind="yaml", shown=shown)


_SETTINGS = "workspace: trial\nsystems: {portal: {environment: live, token: env:PORTAL_TOKEN}}\n"
_SURNAME = "surname: {mis: surname, provider: LastName}"
_BOTH = RECORD.replace("push", "both")

SAMPLES: Mapping[str, Sample] = {
    codes.NOT_UTF8: Sample("", (1, 12), data=b"workspace: \xe9cole\n", kind="yaml", shown=False),
    codes.BYTE_ORDER_MARK: _yaml("\ufeffworkspace: trial\n", 1, 1, shown=False),
    codes.NUL_CHARACTER: _yaml("workspace: tri\0al\n", 1, 15, shown=False),
    codes.HIDDEN_CHARACTER: _yaml("workspace: tri\u200bal\n", 1, 15, shown=False),
    codes.EMPTY_FILE: _yaml("# nothing but a comment\n", 1, 1),
    codes.TOO_DEEP: _yaml("a: " + "[" * 65 + "]" * 65 + "\n", 1, 67),
    codes.YAML_SYNTAX: _yaml("fields: ]\n", 1, 9),
    codes.UNCLOSED_QUOTE: _yaml('title: "Office and Portal\n', 1, 8),
    codes.UNCLOSED_BRACKET: _yaml("surname: {mis: surname, provider: LastName\n", 1, 10),
    codes.UNKNOWN_ESCAPE: _yaml('separator: "\\q"\n', 1, 13),
    codes.TEXT_NEEDS_QUOTES: _yaml("title: Office: the MIS\n", 1, 14),
    codes.BAD_INDENTATION: _yaml("surname:\n  mis: surname\n provider: LastName\n", 3, 2),
    codes.TAB_INDENTATION: _yaml("surname:\n\tmis: surname\n", 2, 1),
    codes.YAML_ANCHOR: _yaml("surname: &name {mis: surname}\n", 1, 10),
    codes.YAML_ALIAS: _yaml("surname: *name\n", 1, 10),
    codes.YAML_MERGE: _yaml("surname: {<<: {mis: surname}, provider: LastName}\n", 1, 11),
    codes.YAML_TAG: _yaml("surname: !text Lee\n", 1, 10),
    codes.YAML_DIRECTIVE: _yaml("%YAML 1.1\n---\nworkspace: trial\n", 1, 1),
    codes.SEVERAL_DOCUMENTS: _yaml("workspace: trial\n---\nworkspace: other\n", 2, 1),
    codes.COMPLEX_KEY: _yaml("[mis, provider]: surname\n", 1, 1),
    codes.EMPTY_KEY: _yaml(": surname\n", 1, 1),
    codes.DUPLICATE_KEY: _yaml("surname: {mis: surname}\nemail: {mis: email}\nsurname: {mis: note}\n", 3, 1),
    codes.FOLDED_TEXT: _yaml("when: >\n  mis.email = null\n", 1, 7),
    codes.MULTI_LINE_TEXT: _yaml("title: Office\n  and Portal\n", 2, 3),
    codes.READ_DIFFERENTLY: _yaml("answer: no\n", 1, 9),
    codes.UNKNOWN_KEY: Sample(mapping("surname: {mis: surname, provide: LastName}"), (12, 31), ("`provider`",)),
    codes.MISSING_KEY: Sample(HEAD.replace("mis: office\n", "") + RECORD + f"      {_SURNAME}\n", (1, 1), ("`mis`",)),
    codes.WRONG_TYPE: Sample(mapping("surname: {mis: surname, provider: 7}"), (12, 41), ("`provider`", "quotes")),
    codes.NOT_ONE_OF: Sample(_SETTINGS + "exchanges: {portal: {enabled: yes}}\n", (3, 31), ("`on`",), kind="settings"),
    codes.BAD_PATTERN: Sample(
        _SETTINGS.replace("env:PORTAL_TOKEN", "hunter2") + "exchanges: {}\n",
        (2, 46),
        ("env:NAME",),
        kind="settings",
    ),
    codes.OUT_OF_RANGE: Sample(
        _SETTINGS.replace("token:", "page_size: 0, token:") + "exchanges: {}\n", (2, 50), ("1",), kind="settings"
    ),
    codes.TOO_FEW: Sample(mapping("surname: {mis: '', provider: LastName}"), (12, 22), ("`mis`",)),
    codes.TOO_MANY: Sample(
        HEAD + "records:\n" + "".join(f"  r{n}: {{mis: learners, provider: users, fields: {{}}}}\n" for n in range(26)),
        (7, 3),
        ("`records`", "25"),
        shown=False,
    ),
    codes.REPEATED_ITEM: Sample(
        mapping("surname: {mis: surname, provider: LastName, compare: [trim, upper, trim]}"), (12, 74)
    ),
    codes.OUT_OF_PLACE: Sample(
        mapping(_SURNAME, "settings:\n  mode: {title: Mode, kind: switch, choices: {A: 1}}\n"), (7, 37), ("`choices`",)
    ),
    codes.BAD_CODE_TABLE: Sample(
        mapping(_SURNAME, "codes: {race: codes/three.csv}\n"), (6, 15), ("codes/three.csv", "two columns")
    ),
    codes.BAD_EXPRESSION: Sample(
        mapping("surname: {provider: LastName, from_mis: 'upper case(surname'}"), (12, 65), ()
    ),
    codes.BAD_SETTING: Sample(
        mapping(
            _SURNAME, "settings:\n  visit: {title: Visit, kind: choice, choices: {Home: 1, Site: 2}, default: Hone}\n"
        ),
        (7, 3),
        ("`visit`", "`Hone`", "did you mean `Home`?"),
    ),
    codes.MISSING_COLUMN: Sample(mapping("surname: {mis: surname}"), (12, 7), ("`surname`", "`provider:`")),
    codes.NOT_LISTABLE: Sample(
        mapping("place: {mis: note, provider: Place}", record=RECORD.replace("users", "visits")),
        (9, 15),
        ("`visits`", "`list`"),
    ),
    codes.NOT_ONE_TO_ONE: Sample(
        mapping(
            "race: {mis: ethnicity, provider: Race, from_provider: {codes: many}, direction: pull}",
            "codes: {many: codes/many.csv}\n",
        ),
        (13, 61),
        ("`many`",),
    ),
    codes.NOT_WRITABLE: Sample(
        mapping(
            "name: {mis: name, provider: Remark}",
            record=RECORD.replace("mis: learners", "mis: rooms").replace("push", "pull"),
        ),
        (12, 19),
        ("`rooms`", "`update`"),
    ),
    codes.READ_ONLY_COLUMN: Sample(mapping("ident: {mis: ident, provider: ID}"), (12, 37), ("`ID`", "`users`")),
    codes.RULE_MISSING: Sample(mapping(_SURNAME, record=_BOTH), (12, 7), ("`surname`", "fill blank only")),
    codes.TWO_OWNERS: Sample(
        mapping(f"{_SURNAME}\nremark: {{mis: note, provider: LastName}}"), (13, 37), ("`LastName`", "line 12")
    ),
    codes.TYPE_CLASH: Sample(
        mapping("born: {mis: birth_date, provider: Remark}"), (12, 41), ("`birth_date`", "`Remark`", "date", "text")
    ),
    codes.UNKNOWN_CODE_TABLE: Sample(
        mapping("race: {mis: ethnicity, provider: Race, from_mis: {codes: rase}}", "codes: {race: codes/race.csv}\n"),
        (13, 56),
        ("`rase`", "race"),
    ),
    codes.UNKNOWN_COLLECTION: Sample(
        mapping(_SURNAME, record=RECORD.replace("users", "user")), (9, 15), ("`user`", "did you mean `users`?")
    ),
    codes.UNKNOWN_COLUMN: Sample(
        mapping("surname: {mis: surnam, provider: LastName}"), (12, 22), ("`surnam`", "did you mean `surname`?")
    ),
    codes.UNKNOWN_FILE: Sample(mapping(_SURNAME, "codes: {race: codes/rase.csv}\n"), (6, 15), ("codes/rase.csv",)),
    codes.UNKNOWN_NAME: Sample(
        mapping("surname: {provider: LastName, from_mis: 'upper case(surnam)'}"),
        (12, 59),
        ("`surnam`", "did you mean `surname`?"),
    ),
    codes.UNKNOWN_SETTING: Sample(
        mapping(
            _SURNAME,
            "settings:\n  details: {title: Details, kind: direction}\n",
            RECORD.replace("push", "setting detail"),
        ),
        (12, 16),
        ("`detail`", "did you mean `details`?"),
    ),
    codes.UNQUOTED_EXPRESSION: Sample(
        mapping("surname: {provider: LastName, from_mis: upper case(surname)}"), (12, 47), ("'upper case(surname)'",)
    ),
    codes.WRITE_ONLY_COLUMN: Sample(mapping("password: {mis: password, provider: PIN}"), (12, 23), ("`password`",)),
}
"""Code -> a file that has this fault and no other. A file that is too large, and a workspace, do not fit here."""


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
