"""Trees against schemas: each fault in our own words, at its place, and no secret shown."""

import json
import time

import pytest

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.diagnostics.render import render_text, to_json
from engine.schema import check_schema, check_tree, load_schema
from engine.source import Source
from engine.yamltree import read_tree

MAPPING = """\
mapping: onefile
version: 1
title: PICSWeb and OneFile
mis: pics
provider: onefile
"""


def check(text: str, schema: str) -> tuple[Diagnostic, ...]:
    source = Source("file.yaml", text)
    return check_tree(read_tree(source), source, load_schema(schema))


def faults(text: str, schema: str) -> list[tuple[str, str]]:
    """Code and marked text of each diagnostic."""
    return [(one.code, text[one.primary.span.start : one.primary.span.end]) for one in check(text, schema)]


def record(part: str) -> str:
    """A mapping with one record type, which holds `part` beside what it must have."""
    return f"{MAPPING}records:\n  learner:\n    mis: learners\n    provider: learners\n    {part}\n"


def field(part: str) -> str:
    return record(f"fields: {{a: {{{part}}}}}")


# --- our words -------------------------------------------------------------------------------------------------------

FAULTS = [
    (field("mis: a, provder: B"), [(codes.UNKNOWN_KEY, "provder")]),
    (field("mis: a, parent: b"), [(codes.UNKNOWN_KEY, "parent")]),
    (record("fields: {}\n    parnet: learner"), [(codes.UNKNOWN_KEY, "parnet")]),
    (f"{MAPPING}records:\n  learner: {{mis: learners, fields: {{}}}}\n", [(codes.MISSING_KEY, "learner")]),
    (f"{MAPPING}records:\n  learner: {{mis: a, providr: b, fields: {{}}}}\n", [(codes.UNKNOWN_KEY, "providr")]),
    (f"{MAPPING}records: {{}}\n", [(codes.TOO_FEW, "{}")]),
    (f"{MAPPING}records: []\n", [(codes.WRONG_TYPE, "[]")]),
    (MAPPING, [(codes.MISSING_KEY, "mapping")]),
    ("- a\n", [(codes.WRONG_TYPE, "- a")]),
    (field("mis: 12"), [(codes.WRONG_TYPE, "12")]),
    (field("mis: "), [(codes.WRONG_TYPE, "")]),
    (field("category: identifer"), [(codes.NOT_ONE_OF, "identifer")]),
    (field("only: pusch"), [(codes.NOT_ONE_OF, "pusch")]),
    (field("only: [push, pusch]"), [(codes.NOT_ONE_OF, "pusch")]),
    (field("only: [push, push]"), [(codes.REPEATED_ITEM, "push")]),
    (field("only: []"), [(codes.TOO_FEW, "[]")]),
    (field("direction: psh"), [(codes.BAD_PATTERN, "psh")]),
    (field("direction: push when mondays"), [(codes.BAD_PATTERN, "push when mondays")]),
    (field("rule: fill blank"), [(codes.NOT_ONE_OF, "fill blank")]),
    (field("from_mis: {lines: [a], into: 4}"), [(codes.NOT_ONE_OF, "4")]),
    (field("from_mis: {lines: [a], limit: 0}"), [(codes.OUT_OF_RANGE, "0")]),
    (field("from_mis: {lines: [a], codes: b}"), [(codes.UNKNOWN_KEY, "codes")]),
    (field("from_mis: {}"), [(codes.MISSING_KEY, "from_mis")]),
    (field("from_mis: {substring(x, 1, 3)}"), [(codes.MISSING_KEY, "from_mis")]),
    (field("from_mis: upper case(x)"), [(codes.UNQUOTED_EXPRESSION, "upper case(x)")]),
    (field('when: "a = 1"'), [(codes.UNQUOTED_EXPRESSION, '"a = 1"')]),
    (record("fields: {Surname: {}}"), [(codes.BAD_PATTERN, "Surname")]),
    (record("fields: {}\n    identity: [lnik]"), [(codes.NOT_ONE_OF, "lnik")]),
    (record("fields: {}\n    identity: [{match: [a]}]"), [(codes.MISSING_KEY, "match")]),
    (record("fields: {}\n    create: [{at: mis, trigger: never}]"), [(codes.NOT_ONE_OF, "never")]),
    (field("") + "settings: {x: {title: X, kind: swich}}\n", [(codes.NOT_ONE_OF, "swich")]),
    (field("") + "settings: {x: {title: X, kind: choice}}\n", [(codes.MISSING_KEY, "x")]),
    (field("") + "settings: {x: {title: X, kind: switch, of: z}}\n", [(codes.OUT_OF_PLACE, "of")]),
    (field("") + "settings: {x: {title: X, kind: switch, default: yes}}\n", [(codes.NOT_ONE_OF, "yes")]),
    (field("") + "codes: {x: ../y.csv}\n", [(codes.BAD_PATTERN, "../y.csv")]),
    (field("") + "codes: {x: /etc/y.csv}\n", [(codes.BAD_PATTERN, "/etc/y.csv")]),
    (field("") + "include: other.yaml\n", [(codes.UNKNOWN_KEY, "include")]),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_each_fault_is_told_once_where_it_is(text: str, expected: list[tuple[str, str]]) -> None:
    """One diagnostic a fault, at the key or the value itself."""
    assert faults(text, "mapping.v1") == expected


GOOD = [
    "from_mis: 'upper case(surname)'",
    "from_mis: {lines: [a, b], into: 2, separator: ', ', limit: 250}",
    "from_mis: {codes: x}, on_missing_code: keep",
    "from_provider: {constant: 1}",
    "direction: pull when setting x, only: [push, pull, create]",
    "rule: fill blank else mis wins, blank: clears, category: special",
    "compare: [trim, spaces, no_spaces, upper, accents, fold, format, digits, date, number]",
    "when: 'mis.a = 1', unless: 'provider.b = null'",
]


@pytest.mark.parametrize("part", GOOD)
def test_what_the_language_has_is_accepted(part: str) -> None:
    """Every part of a field in the forms that it may have."""
    assert faults(field(part), "mapping.v1") == []


def test_an_expression_may_stand_in_a_block() -> None:
    """`|` is the other form in which an expression stands."""
    text = record("fields:\n      a:\n        from_mis: |\n          if x then 1 else 2")
    assert faults(text, "mapping.v1") == []


def test_a_record_type_and_its_settings_in_full() -> None:
    """Identity, create and the four kinds of setting in their forms."""
    text = (
        record(
            "direction: setting x when setting v\n"
            "    identity: [link, {match: [a, b], trust: propose, unless: 'mis.a = 1', in: enrol}]\n"
            "    create:\n"
            "      - {at: provider, trigger: new, when: 'settings.v', with: [a]}\n"
            "      - {at: mis, trigger: referred}\n"
            "    fields: {a: {}, b: {}}"
        )
        + "settings:\n"
        "  x: {title: X, kind: direction, default: push}\n"
        "  v: {title: V, kind: switch, default: off}\n"
        "  z: {title: Z, kind: choice, choices: {None: 0, Some: S}, default: None}\n"
        "  w: {title: W, kind: list, of: officer role, default: []}\n"
        "codes: {x: codes/x.csv}\n"
    )
    assert faults(text, "mapping.v1") == []


@pytest.mark.covers("Y9")
def test_a_mapping_holds_at_most_five_thousand_rules() -> None:
    """Twenty-five record types of two hundred fields each are the most; there are no includes to add to them."""
    fields = ", ".join(f"f{number}: {{}}" for number in range(200))
    part = f"{{mis: a, provider: b, fields: {{{fields}}}}}"
    full = f"{MAPPING}records:\n" + "".join(f"  r{number}: {part}\n" for number in range(25))
    assert faults(full, "mapping.v1") == []
    assert [code for code, _ in faults(f"{full}  r25: {part}\n", "mapping.v1")] == [codes.TOO_MANY]
    more = full.replace("f0: {}", "more: {}, f0: {}", 1)
    assert [code for code, _ in faults(more, "mapping.v1")] == [codes.TOO_MANY]


def test_near_names_and_possible_ones_are_told() -> None:
    """Help begins with what was meant and goes on with what there is."""
    (found,) = check(field("mis: a, provder: B"), "mapping.v1")
    assert found.headline == "`a` has no key `provder`"
    assert found.help.startswith("did you mean `provider`? possible: mis, provider, from_mis,")
    (found,) = check(field("category: identifer"), "mapping.v1")
    assert found.headline == "`category` cannot be `identifer`"
    assert found.help == "did you mean `identifier`? possible: ordinary, identifier, special"
    (found,) = check(field("direction: psh"), "mapping.v1")
    assert found.primary.text.startswith("which way values go: `ignore`, `both`, `push`, `pull` or `setting NAME`")
    assert found.help == "did you mean `push`?"


@pytest.mark.parametrize(
    ("word", "meant"), [("yes", "on"), ("true", "on"), ("no", "off"), ("FALSE", "off"), ("On", "on")]
)
def test_a_switch_has_a_fix_and_no_other_warning(word: str, meant: str) -> None:
    """Whatever others write for a switch is one error that says what to write here."""
    text = f"workspace: a\nsystems: {{}}\nexchanges:\n  onefile:\n    enabled: {word}\n"
    (found,) = check(text, "settings.v1")
    assert (found.code, found.severity, found.help) == (codes.NOT_ONE_OF, "error", f"write `{meant}`")


def test_faults_of_text_and_form_come_together_in_order() -> None:
    """One run tells of both, in the order of the file."""
    text = "mapping: &a onefile\nverson: 1\ntitle: NO\n"
    assert faults(text, "mapping.v1") == [
        (codes.MISSING_KEY, "mapping"),
        (codes.YAML_ANCHOR, "&a"),
        (codes.UNKNOWN_KEY, "verson"),
        (codes.READ_DIFFERENTLY, "NO"),
    ]
    assert faults("a: [", "mapping.v1") == [(codes.UNCLOSED_BRACKET, "[")]


# --- connector files -------------------------------------------------------------------------------------------------

CONNECTOR = "connector: x\nversion: 1\ntitle: X\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: htp\ncollections: {a: {key: b, columns: {b: }}}\n", [(codes.NOT_ONE_OF, "htp")]),
        ("kind: http\ncollections: {a: {key: b, columns: {b: }, list: {}}}\n", [(codes.MISSING_KEY, "list")]),
        (
            "kind: http\ncollections: {a: {key: b, columns: {b: }, update: {verb: POST, path: /x}}}\n",
            [(codes.MISSING_KEY, "update")],
        ),
        ("kind: sql\ncollections: {a: {key: b, columns: {b: }, list: {}}}\n", [(codes.OUT_OF_PLACE, "list")]),
        (
            "kind: sql\ncollections: {a: {key: b, columns: {b: }, update: {delivery: B, verb: PUT}}}\n",
            [(codes.OUT_OF_PLACE, "verb")],
        ),
        (
            "kind: http\ncollections: {a: {key: b, table: c, columns: {b: }}}\n",
            [(codes.OUT_OF_PLACE, "table")],
        ),
        ("kind: sql\ncollections: {a: {key: b, columns: {b: {type: txt}}}}\n", [(codes.NOT_ONE_OF, "txt")]),
        ("kind: sql\ncollections: {a: {key: b, columns: {b: {read: on}}}}\n", [(codes.UNKNOWN_KEY, "read")]),
        ("kind: sql\ncollections: {a: {key: b}}\n", [(codes.MISSING_KEY, "a")]),
        (
            "kind: http\nlimits: {calls: 0, per: 0}\ncollections: {a: {key: b, columns: {b: }}}\n",
            [(codes.OUT_OF_RANGE, "0"), (codes.OUT_OF_RANGE, "0")],
        ),
        (
            "kind: sql\nenvironments: {a: {base_url: 'https://u:p@h'}}\ncollections: {a: {key: b, columns: {b: }}}\n",
            [(codes.BAD_PATTERN, "'https://u:p@h'")],
        ),
    ],
)
def test_faults_of_connector_files(text: str, expected: list[tuple[str, str]]) -> None:
    """What a kind of system needs, and what does nothing there, is told."""
    assert faults(CONNECTOR + text, "connector.v1") == expected


# --- settings and secrets --------------------------------------------------------------------------------------------


def settings(system: str = "environment: live", exchange: str = "enabled: on", more: str = "") -> str:
    return f"workspace: a\nsystems: {{x: {{{system}}}}}\nexchanges: {{x: {{{exchange}}}}}\n{more}"


@pytest.mark.parametrize(
    "text",
    [
        settings("environment: live, database: env:PICS_DATABASE, token: 'file:/run/x y'"),
        settings("environment: live, database: 'sqlite:mis.db', page_size: 10, calls_per_minute: 60"),
        settings("environment: live, database: 'postgresql+psycopg://user@host/db'"),
        settings("environment: sandbox, base_url: http://127.0.0.1:8101"),
        settings("environment: live, folder: exports"),
        settings(exchange="enabled: off, mapping: x, settings: {a: push, b: on, c: [d], e: 1}"),
        settings(exchange="limits: {update: {share: 30%, count: 500}, create: {count: 0}, blank_out: {share: 2.5%}}"),
        settings(exchange="schedule: daily 02:30 Europe/London"),
        settings(exchange="schedule: daily 23:59"),
        settings(more="approval: {author_may_approve: on, valid_for: 12 hours}\nzone: Europe/London\n"),
        settings(more="people: {jo: {os_user: jo, role: approver}}\nstore: env:STORE\n"),
        "workspace: a\nsystems: {}\nexchanges:\n  x:\n",
    ],
)
def test_what_a_workspace_can_say(text: str) -> None:
    """Every part of the settings in the forms that it may have."""
    assert faults(text, "settings.v1") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (settings("base_url: 'https://x.example'"), [(codes.MISSING_KEY, "x")]),
        (settings(exchange="limits: {update: {share: 300%}}"), [(codes.BAD_PATTERN, "300%")]),
        (settings(exchange="limits: {update: {}}"), [(codes.TOO_FEW, "{}")]),
        (settings(exchange="limits: {delete: {count: 1}}"), [(codes.UNKNOWN_KEY, "delete")]),
        (settings(exchange="schedule: daily 24:00"), [(codes.BAD_PATTERN, "daily 24:00")]),
        (settings(exchange="settings: {a: true}"), [(codes.WRONG_TYPE, "true")]),
        (settings(more="approval: {valid_for: 7}\n"), [(codes.WRONG_TYPE, "7")]),
        (settings(more="approval: {valid_for: 7 years}\n"), [(codes.BAD_PATTERN, "7 years")]),
        (settings(more="people: {jo: {os_user: jo}}\n"), [(codes.MISSING_KEY, "jo")]),
        (settings("environment: live, page_size: 0"), [(codes.OUT_OF_RANGE, "0")]),
        (
            settings("environment: live, token: |\n    env:A\n  ").replace("{x: {e", "{x: {e"),
            [(codes.YAML_SYNTAX, "|")],
        ),
    ],
)
def test_faults_of_settings(text: str, expected: list[tuple[str, str]]) -> None:
    """Limits, schedule, approvals and people have their forms."""
    assert faults(text, "settings.v1") == expected


CANARY = "hunter2canary"


@pytest.mark.parametrize(
    "system",
    [
        f"environment: live, token: {CANARY}",
        f"environment: live, token: '{CANARY}', pagesize: 3",
        f"environment: live, token: {{a: {CANARY}}}",
        f"environment: live, token: [{CANARY}]",
        f"environment: live, database: 'postgresql://u:{CANARY}@h/db'",
        f"environment: live, base_url: 'https://u:{CANARY}@h/'",
        f"token: {CANARY}, environment: 1",
        f"environment: live, token: '{CANARY}', token: x",
        f"environment: live, token: '{CANARY}', y: NO",
        f"environment: live, token: &a {CANARY}",
    ],
)
def test_a_secret_is_shown_nowhere(system: str) -> None:
    """A literal secret is an error, and neither the text nor the JSON form of any diagnostic of the file has it."""
    found = check(settings(system), "settings.v1")
    assert any(one.severity == "error" for one in found)
    assert CANARY not in render_text(found)
    assert CANARY not in json.dumps([to_json(one) for one in found])


def test_what_an_unknown_key_of_the_settings_holds_is_not_shown() -> None:
    """A secret put in the wrong place is hidden as well."""
    text = settings(exchange=f"enabled: on, token: {CANARY}")
    assert faults(text, "settings.v1") == [(codes.UNKNOWN_KEY, "token")]
    assert CANARY not in render_text(check(text, "settings.v1"))


def test_a_literal_number_as_a_secret_is_refused_and_hidden() -> None:
    """A secret of digits is no exception."""
    (found,) = check(settings("environment: live, token: 90210777"), "settings.v1")
    assert found.code == codes.WRONG_TYPE
    assert "90210777" not in render_text([found])


# --- the library -----------------------------------------------------------------------------------------------------


def test_a_line_break_at_the_end_does_not_pass_a_pattern() -> None:
    """`$` is the end of the text: `onefile` with a line break is not a name."""
    assert faults(MAPPING.replace("mapping: onefile\n", "mapping: |\n  onefile\n") + "records: {}\n", "mapping.v1") == [
        (codes.BAD_PATTERN, "|"),
        (codes.TOO_FEW, "{}"),
    ]


def test_a_foreign_reference_is_not_fetched() -> None:
    """A schema that names another on the network fails at once instead of going there."""
    source = Source("a.yaml", "a: 1\n")
    root = read_tree(source).root
    assert root is not None
    with pytest.raises(Exception, match="Unresolvable"):
        check_schema(root, source, {"$ref": "https://schemas.example/x.json"})


def test_a_thousand_rules_are_checked_in_seconds() -> None:
    """The cost of a check grows with the file, not faster."""
    fields = "".join(f"      f{n}: {{mis: a{n}, provider: B{n}, compare: [upper]}}\n" for n in range(100))
    part = f"    mis: a\n    provider: b\n    fields:\n{fields}"
    text = f"{MAPPING}records:\n" + "".join(f"  r{number}:\n{part}" for number in range(10))
    begin = time.perf_counter()
    assert faults(text, "mapping.v1") == []
    assert time.perf_counter() - begin < 5
