"""A mapping's text becomes a rule set that keeps every part's place."""

import pytest

from engine.rules.model import DEFAULT_COMPARE, Codes, Constant, CreateRule, Direction, Formula, Lines, Mode
from engine.rules.parse import read_rules
from engine.source import Source
from tests.samples import CODES, RECORD, check_text, mapping, rules_of

WHOLE = mapping(
    """\
surname: {mis: surname, provider: LastName}
born:
  mis: birth_date
  provider: DOB
  direction: pull when setting follow
  only: [create, pull]
  rule: source wins
  blank: clears
  when: 'mis.email != null'
  unless: 'provider.ID = "0"'
  compare: [no_spaces, upper]
  category: identifier
race: {mis: ethnicity, provider: Race, from_mis: {codes: race}, from_provider: {codes: race}, on_missing_code: skip}
email: {provider: Email, only: push, from_mis: {lines: [email, note], separator: ', ', limit: 30}}
remark: {provider: Remark, only: create, from_mis: {constant: 7}}
note: {mis: note, only: pull, from_provider: 'upper case(Remark)'}
""",
    "settings:\n"
    "  mode: {title: Mode, kind: direction}\n"
    "  follow: {title: Follow, kind: switch, default: on}\n"
    "  visit: {title: Visit, kind: choice, choices: {Home: 1, Site: S}, default: Site}\n"
    "  roles: {title: Roles, kind: list, default: [Main Officer]}\n"
    "codes: {race: codes/race.csv}\n",
    RECORD.replace("push", "setting mode when setting follow"),
)


def test_every_part_of_a_mapping_is_read() -> None:
    """Directions, narrowing, translations, conditions and settings arrive as they are written."""
    rules = rules_of(WHOLE)
    assert (rules.mapping, rules.title, rules.mis, rules.provider) == (
        "sample",
        "Office and Portal",
        "office",
        "portal",
    )
    (record,) = rules.records
    assert (record.name, record.mis, record.provider) == ("learner", "learners", "users")
    assert (record.direction.setting, record.direction.when, record.direction.mode) == ("mode", "follow", None)
    fields = {field.name: field for field in record.fields}
    born = fields["born"]
    assert born.direction is not None
    assert (born.direction.mode, born.direction.when) == ("pull", "follow")
    assert born.only == {"create", "pull"}
    assert (born.rule, born.blank) == ("source wins", "clears")
    assert (born.compare, born.category) == (("no_spaces", "upper"), "identifier")
    assert born.when is not None
    assert born.unless is not None
    assert (born.when.text, born.unless.text) == ("mis.email != null", 'provider.ID = "0"')
    race, email, remark, note = fields["race"], fields["email"], fields["remark"], fields["note"]
    assert isinstance(race.from_mis, Codes)
    assert isinstance(race.from_provider, Codes)
    assert (race.from_mis.inverse, race.from_provider.inverse, race.on_missing_code) == (False, True, "skip")
    assert isinstance(email.from_mis, Lines)
    assert (email.from_mis.columns, email.from_mis.separator, email.from_mis.limit) == (("email", "note"), ", ", 30)
    assert email.only == {"push"}
    assert isinstance(remark.from_mis, Constant)
    assert remark.from_mis.value == "7"
    assert isinstance(note.from_provider, Formula)
    assert note.from_provider.text == "upper case(Remark)"


def test_what_is_left_out_has_its_default() -> None:
    """A field of one line moves as its record type does, keeps blanks, and is compared without spaces and accents."""
    (field,) = rules_of(mapping("surname: {mis: surname, provider: LastName}")).records[0].fields
    assert (field.direction, field.only, field.rule, field.blank) == (None, frozenset(), None, "keeps")
    assert (field.compare, field.category, field.on_missing_code) == (DEFAULT_COMPARE, "ordinary", "hold")
    assert (field.when, field.unless, field.from_mis, field.from_provider) == (None, None, None, None)
    bare = rules_of(mapping("", record=RECORD.replace("    direction: push\n", "").replace("fields:\n", "fields: {}")))
    assert bare.records[0].direction.mode == "ignore"


def test_settings_have_kinds_choices_and_safe_defaults() -> None:
    """A direction is `ignore` and a switch `off` unless the mapping says otherwise."""
    settings = rules_of(WHOLE).settings
    assert {name: (one.kind, one.default) for name, one in settings.items()} == {
        "mode": ("direction", "ignore"),
        "follow": ("switch", "on"),
        "visit": ("choice", "Site"),
        "roles": ("list", ("Main Officer",)),
    }
    assert settings["visit"].choices == {"Home": 1, "Site": "S"}


def test_places_are_kept() -> None:
    """The span of a field is its name's, the span of a part its value's, and `at` gives file and line."""
    rules = rules_of(WHOLE)
    text = rules.source.text
    for record in rules.records:
        assert text[record.span.start : record.span.end] == record.name
        for field in record.fields:
            assert text[field.span.start : field.span.end] == field.name
            if field.provider is not None:
                span = field.spans["provider"]
                assert text[span.start : span.end] == field.provider
    line = 1 + text[: text.index("surname")].count("\n")
    assert rules.at(rules.records[0].fields[0].span) == f"mappings/sample.yaml:{line}"


@pytest.mark.parametrize(
    ("text", "mode", "setting", "when"),
    [
        ("push", "push", None, None),
        ("both when setting follow", "both", None, "follow"),
        ("setting mode", None, "mode", None),
        ("setting mode when setting follow", None, "mode", "follow"),
    ],
)
def test_directions(text: str, mode: Mode | None, setting: str | None, when: str | None) -> None:
    """All four forms of a direction."""
    direction = rules_of(mapping("", record=RECORD.replace("push", text).replace("fields:\n", "fields: {}")))
    found = direction.records[0].direction
    assert found == Direction(found.span, mode, setting, when)


@pytest.mark.parametrize("create", ["{at: provider, trigger: new}", "[{at: provider, trigger: new}]"])
def test_creates_stand_alone_or_in_a_list(create: str) -> None:
    """One rule for creating may stand without a list."""
    record = RECORD.replace("    fields:\n", f"    create: {create}\n    fields: {{}}")
    (rule,) = rules_of(mapping("", record=record)).records[0].create
    assert rule == CreateRule("provider", "new", rule.span)


def test_a_table_of_codes_is_read_without_its_headings() -> None:
    """Pairs keep the file's order; spaces around a code do not count."""
    texts = {"codes/race.csv": "office,portal\n B , Black \nA,White\n"}
    text = mapping("surname: {mis: surname, provider: LastName}", "codes: {race: codes/race.csv}\n")
    rules = read_rules(Source("m.yaml", text), texts.get).rules
    assert rules is not None
    assert rules.codes["race"].pairs == (("B", "Black"), ("A", "White"))
    assert rules.codes["race"].one_to_one()


@pytest.mark.parametrize(
    "table",
    [
        "office,portal,more\nA,White,1\n",
        "office\nA\n",
        "office,portal\nA,White\nA ,Black\n",
        "office,portal\nA,White\nB\n",
        "office,portal\nA," + "x" * 140_000 + "\n",
    ],
    ids=["three columns", "one column", "a code twice", "a short line", "longer than CSV may be"],
)
def test_a_table_of_codes_that_is_none(table: str) -> None:
    """Whatever is not two columns with each code once is one fault, at the table's name in the mapping."""
    text = mapping("surname: {mis: surname, provider: LastName}", "codes: {race: codes/race.csv}\n")
    read = read_rules(Source("m.yaml", text), {"codes/race.csv": table}.get)
    assert read.rules is None
    assert [one.code for one in read.diagnostics] == ["bad-code-table"]


@pytest.mark.parametrize(
    "path", ["../secret.csv", "/etc/passwd", "~/x.csv", "codes/../../x.csv", "codes\\x.csv", "codes/x.txt", "a.csv\n"]
)
def test_a_table_s_path_stays_below_the_mapping(path: str) -> None:
    """A path that leads elsewhere is refused by its form; no file is asked for."""
    asked: list[str] = []

    def beside(name: str) -> str | None:
        asked.append(name)
        return "a,b\n"

    quoted = '"' + path.replace("\\", "\\\\").replace("\n", "\\n") + '"'
    read = read_rules(Source("m.yaml", mapping("", f"codes: {{race: {quoted}}}\n")), beside)
    assert read.rules is None
    assert asked == []


def test_the_digest_covers_the_tables_of_codes() -> None:
    """A rule file has another digest when a code changes, and the same when nothing does."""
    text = mapping("race: {mis: ethnicity, provider: Race, from_mis: {codes: race}}", "codes: {race: codes/race.csv}\n")
    first = read_rules(Source("m.yaml", text), CODES.get).rules
    again = read_rules(Source("m.yaml", text), CODES.get).rules
    other = read_rules(Source("m.yaml", text), {"codes/race.csv": "office,portal\nA,White\nB,Asian\n"}.get).rules
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.digest == again.digest != other.digest


def test_a_file_of_another_form_has_no_rules() -> None:
    """A list, a bare text and a broken text give diagnostics and nothing else."""
    for text in ("- a\n", "text\n", "a: [1\n", ""):
        read = read_rules(Source("m.yaml", text), CODES.get)
        assert read.rules is None
        assert read.diagnostics


def test_every_fault_of_a_file_is_told_once() -> None:
    """Three faults in three fields are three diagnostics, in the order of the file."""
    found = check_text(
        mapping(
            "surname: {mis: surnam, provider: LastName}\n"
            "email: {mis: email, provider: Emial}\n"
            "ident: {mis: ident, provider: ID}\n"
        )
    )[1]
    assert [one.code for one in found] == ["unknown-column", "unknown-column", "read-only-column"]
    assert [one.primary.source.place(one.primary.span.start).line for one in found] == [12, 13, 14]
