"""Proofs about types, values, creates, identity and references: what can work is let through, what cannot is told."""

import pytest

from engine.diagnostics import codes
from tests.samples import RECORD, STAFF, check_text, mapping

STAFF_FIELDS = "name: {mis: name, provider: Name}\nemail: {mis: email, provider: Email}"
MODE = "settings:\n  mode: {title: Mode, kind: direction}\n"


def found(fields: str, record: str = RECORD, before: str = "") -> list[str]:
    """The codes of the errors of a mapping with these fields."""
    return [one.code for one in check_text(mapping(fields, before, record))[1] if one.severity == "error"]


def creating(create: str, record: str = STAFF) -> str:
    """The record type with a rule for creating."""
    return record.replace("    fields:\n", f"    create: {create}\n    fields:\n")


def tier(tiers: str) -> str:
    """The learners with these tiers of identity."""
    return RECORD.replace("    fields:\n", f"    identity: [{tiers}]\n    fields:\n")


@pytest.mark.parametrize(
    ("target", "expression", "fits"),
    [
        ("Name", "name", True),
        ("Name", "string(hours)", True),
        ("Name", "hours", False),
        ("Name", "null", True),
        ("Name", "if active then name else null", True),
        ("Name", "if active then name else hours", False),
        ("Name", "get or else(name, email)", True),
        ("Name", 'string join(split(name, ","), " ")', True),
        ("Name", "[name, email][1]", True),
        ("Hours", "hours * 2", True),
        ("Hours", "number(name)", True),
        ("Hours", "name", False),
        ("Hours", "active", False),
        ("Active", "hours > 3", True),
        ("Active", "name", False),
        ("Seen", 'seen + duration("PT1H")', True),
        ("Seen", "date(seen)", False),
        ("Room", "string(date(seen) + duration(name))", True),
    ],
)
def test_an_expression_gives_what_its_column_takes(target: str, expression: str, *, fits: bool) -> None:
    """Every branch has the column's type, null, or one that nobody can know."""
    line = f"one: {{provider: {target}, from_mis: '{expression}'}}"
    assert found(line, STAFF) == ([] if fits else [codes.TYPE_CLASH])


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ("mis.active", True),
        ("provider.Active and mis.hours > 3", True),
        ('mis.name in ("a", "b")', True),
        ("settings.on_site", True),
        ("settings.visit = 1", True),
        ("list contains(settings.roles, mis.name)", True),
        ("mis.name", False),
        ("settings.visit", False),
        ("null", False),
    ],
)
def test_a_condition_gives_true_or_false(condition: str, *, fits: bool) -> None:
    """Columns of both sides and settings have their types; a switch is a condition, a choice is its value."""
    before = (
        "settings:\n  on_site: {title: S, kind: switch}\n"
        "  visit: {title: V, kind: choice, choices: {Home: 1, Site: 2}, default: Home}\n"
        "  roles: {title: R, kind: list}\n"
    )
    line = f"one: {{mis: name, provider: Name, when: '{condition}'}}"
    assert found(line, STAFF, before) == ([] if fits else [codes.NOT_A_CONDITION])


@pytest.mark.parametrize(
    "place",
    [
        "    identity: [link, {match: [name], trust: propose, unless: 'mis.nam = null'}]\n",
        "    hold_when: [{if: 'mis.nam = null', because: no name}]\n",
        "    create: {at: provider, trigger: new, when: 'mis.nam = null'}\n",
    ],
    ids=["tier", "hold", "create"],
)
def test_conditions_of_record_types_are_checked_too(place: str) -> None:
    """A misspelt column in a tier, a hold or a create is told, the right one is not."""
    record = STAFF.replace("    fields:\n", place + "    fields:\n")
    assert found(STAFF_FIELDS, record) == [codes.UNKNOWN_NAME]
    assert found(STAFF_FIELDS, record.replace("mis.nam ", "mis.name ")) == []
    assert found(STAFF_FIELDS, record.replace("mis.nam = null", "mis.name")) == [codes.NOT_A_CONDITION]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("level: {provider: Level, from_mis: {constant: ok}}", []),
        ("level: {provider: Level, from_mis: {constant: abc}}", [codes.VALUE_DOES_NOT_FIT]),
        ('level: {provider: Level, from_mis: \'if active then "ok" else "abc"\'}', [codes.VALUE_DOES_NOT_FIT]),
        ("level: {provider: Level, mis: name, from_mis: {codes: race}}", [codes.VALUE_DOES_NOT_FIT]),
        ("room: {provider: Room, mis: name, from_mis: {codes: race}}", []),
        ("hours: {provider: Hours, from_mis: {constant: one}}", [codes.TYPE_CLASH]),
        ("room: {provider: Room, mis: hours, from_mis: {codes: race}}", [codes.TYPE_CLASH]),
        ("room: {provider: Room, from_mis: {lines: [name, hours]}}", [codes.TYPE_CLASH]),
        ("hours: {provider: Hours, from_mis: {lines: [name]}}", [codes.TYPE_CLASH]),
    ],
)
def test_values_that_are_written_out_fit(fields: str, expected: list[str]) -> None:
    """Constants, literal results and the codes of a table have the length and the type of their column."""
    assert found(fields, STAFF, "codes: {race: codes/race.csv}\n") == expected


@pytest.mark.parametrize(
    ("create", "fields", "expected"),
    [
        ("{at: provider, trigger: new}", STAFF_FIELDS, []),
        ("{at: provider, trigger: new, with: [name, email]}", STAFF_FIELDS, []),
        ("{at: provider, trigger: new, with: [name]}", STAFF_FIELDS, [codes.REQUIRED_NOT_SENT]),
        ("{at: provider, trigger: new}", "name: {mis: name, provider: Name}", [codes.REQUIRED_NOT_SENT]),
        ("{at: provider, trigger: new}", STAFF_FIELDS.replace("Email}", "Email, only: push}"), []),
        (
            "{at: provider, trigger: new}",
            STAFF_FIELDS.replace("Email}", "Email, only: pull}"),
            [codes.REQUIRED_NOT_SENT],
        ),
        ("{at: provider, trigger: new}", STAFF_FIELDS.replace("Email}", "Email, only: [create, pull]}"), []),
        (
            "{at: provider, trigger: new}",
            f"{STAFF_FIELDS}\nident: {{mis: room, provider: ID, direction: pull}}",
            [codes.READ_ONLY_COLUMN],
        ),
        ("{at: provider, trigger: new}", f"{STAFF_FIELDS}\nident: {{mis: room, provider: ID, only: pull}}", []),
        ("{at: provider, trigger: new, with: [nam, name, email]}", STAFF_FIELDS, [codes.UNKNOWN_FIELD]),
    ],
)
def test_a_create_sends_what_a_new_record_needs(create: str, fields: str, expected: list[str]) -> None:
    """Required columns are sent by some field or by the connector itself, and nothing is sent to a read-only one."""
    assert found(fields, creating(create)) == expected


def test_only_create_onto_a_column_that_cannot_be_written() -> None:
    """Such a field could never do anything, whether or not records are created."""
    assert found("ident: {mis: name, provider: ID, only: create}", STAFF) == [codes.READ_ONLY_COLUMN]


@pytest.mark.parametrize(
    ("tiers", "fields", "expected"),
    [
        ("link, {match: [email], trust: propose}", "email: {mis: email, provider: Email}", []),
        ("{match: [email, note], trust: link}", "email: {mis: email, provider: Email}", [codes.UNKNOWN_FIELD]),
        ("{match: [r], trust: link}", "r: {mis: note, provider: Remark, category: special}", [codes.SPECIAL_MATCH]),
        ("{match: [r], trust: link}", "r: {mis: ethnicity, provider: Remark}", [codes.SPECIAL_MATCH]),
        ("{match: [r], trust: link}", "r: {mis: note, provider: Race}", [codes.SPECIAL_MATCH]),
        ("{match: [r], trust: link}", "r: {mis: note, only: pull, from_provider: 'Email'}", [codes.MISSING_COLUMN]),
        ("{match: [r], trust: link}", "r: {provider: Remark, from_mis: 'email'}", []),
    ],
)
def test_records_are_matched_by_what_may_match_them(tiers: str, fields: str, expected: list[str]) -> None:
    """Fields that are there and have a value of both sides; special-category data never."""
    assert found(fields, tier(tiers)) == expected


def test_references_lead_to_record_types_and_in_no_ring() -> None:
    """A chain is let through; an unknown record type and a ring of any length are told, the ring once."""
    other = STAFF.removeprefix("records:\n") + "      name: {mis: name, provider: Name}\n"
    chain = "tutor: {mis: note, provider: Remark, refers_to: officer}\n"
    assert [one.code for one in check_text(mapping(chain) + other)[1]] == []
    assert found(chain) == [codes.UNKNOWN_RECORD_TYPE]
    back = other + "      learner: {mis: room, provider: Learner, refers_to: learner}\n"
    assert [one.code for one in check_text(mapping(chain) + back)[1]] == [codes.REFERENCE_RING]


@pytest.mark.parametrize(
    ("use", "unused"),
    [
        ("", ["unused-code-table", "unused-setting"]),
        (", direction: push when setting follow", ["unused-code-table"]),
        (", when: 'settings.follow'", ["unused-code-table"]),
        (", from_mis: {codes: race}", ["unused-setting"]),
        (", from_mis: {codes: race}, unless: 'not(settings . follow)'", []),
    ],
)
def test_what_nobody_uses_is_told_as_a_warning(use: str, unused: list[str]) -> None:
    """A setting or table that no rule names; the mapping is checked all the same."""
    before = "settings:\n  follow: {title: Follow, kind: switch}\ncodes: {race: codes/race.csv}\n"
    checked, told = check_text(mapping(f"note: {{mis: note, provider: Remark{use}}}", before))
    assert checked is not None
    assert sorted(one.code for one in told) == unused
    assert {one.severity for one in told} <= {"warning"}


def test_unused_parts_are_not_told_beside_an_error() -> None:
    """What is misspelt where it is used is not unused."""
    assert found("note: {mis: note, provider: Remark, when: 'settings.mod = \"x\"'}", before=MODE) == [
        codes.UNKNOWN_NAME
    ]
    assert len(check_text(mapping("note: {mis: note, provider: Remark, when: 'settings.mod = \"x\"'}", MODE))[1]) == 1


def test_two_record_types_write_one_column() -> None:
    """Fields of two record types may read one column, but not write it."""
    second = "  alumnus:\n    mis: learners\n    provider: users\n    direction: push\n    fields:\n      "
    one = mapping("surname: {mis: surname, provider: LastName}")
    assert [each.code for each in check_text(one + second + "name: {mis: surname, provider: Remark}\n")[1]] == []
    told = check_text(one + second + "name: {mis: note, provider: LastName}\n")[1]
    assert [each.code for each in told] == [codes.TWO_OWNERS]


def test_an_expression_with_one_fault_has_no_more() -> None:
    """Types are not judged where a name is unknown, nor settling where a type is wrong in itself."""
    assert found("note: {provider: DOB, from_mis: 'upper case(nothing)'}") == [codes.UNKNOWN_NAME]
    assert found("note: {provider: DOB, from_mis: 'string(now())'}") == [codes.NOW_REFUSED]
