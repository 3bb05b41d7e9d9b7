"""What is proved about rules before anything runs: good rules pass, bad ones are told for every mode they may have."""

import pytest

from engine.diagnostics import codes
from engine.rules.check import Chosen
from tests.samples import OFFICE, PORTAL, RECORD, check_text, checked_rules, mapping

MODE = "settings:\n  mode: {title: Mode, kind: direction}\ncodes: {race: codes/race.csv}\n"
BY_SETTING = RECORD.replace("push", "setting mode")


def found(fields: str, before: str = "", record: str = RECORD) -> list[str]:
    """The codes of the errors of a mapping with these fields."""
    return [one.code for one in check_text(mapping(fields, before, record))[1] if one.severity == "error"]


@pytest.mark.parametrize(
    "fields",
    [
        "surname: {mis: surname, provider: LastName}",
        "born: {mis: birth_date, provider: DOB}",
        "born: {mis: birth_date, provider: Remark, from_mis: 'string(birth_date)'}",
        "race: {mis: ethnicity, provider: Race, from_mis: {codes: race}}",
        "race: {mis: ethnicity, provider: Race, from_provider: {codes: race}, direction: pull}",
        "email: {provider: Email, from_mis: {lines: [email, note]}}",
        "remark: {provider: Remark, from_mis: {constant: Live}}",
        "remark: {provider: Remark, from_mis: 'if settings.visit = 1 then surname else email'}",
        "surname: {mis: surname, provider: LastName, when: 'mis.email != null and provider.Email = null'}",
        "surname: {mis: surname, provider: LastName, direction: both, rule: fill blank only}",
        "ident: {mis: ident, provider: ID, direction: ignore}",
        "changed: {provider: Changed, mis: note, direction: pull, from_provider: 'string(Changed)'}",
        "password: {mis: note, provider: PIN}",
    ],
)
def test_good_rules_have_no_fault(fields: str) -> None:
    """What can work is let through without a word."""
    before = (
        "settings:\n  visit: {title: Visit, kind: choice, choices: {Home: 1, Site: 2}, default: Home}\n"
        "codes: {race: codes/race.csv}\n"
    )
    assert found(fields, before) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("ident: {mis: ident, provider: LastName}", [codes.READ_ONLY_COLUMN]),
        ("ident: {mis: ident, provider: LastName, only: push}", []),
        ("ident: {mis: surname, provider: ID}", [codes.READ_ONLY_COLUMN]),
        ("ident: {mis: surname, provider: ID, only: pull}", []),
        ("pin: {mis: note, provider: PIN}", [codes.WRITE_ONLY_COLUMN]),
        ("pin: {mis: note, provider: PIN, only: push}", []),
        ("born: {mis: birth_date, provider: Remark}", [codes.TYPE_CLASH, codes.TYPE_CLASH]),
        ("born: {mis: birth_date, provider: Remark, only: push}", [codes.TYPE_CLASH]),
        ("only_there: {provider: Remark}", [codes.MISSING_COLUMN, codes.MISSING_COLUMN]),
        ("only_there: {provider: Remark, only: pull}", [codes.MISSING_COLUMN]),
        ("race: {provider: Race, only: push, from_mis: {codes: race}}", [codes.MISSING_COLUMN]),
    ],
)
def test_every_mode_that_a_setting_allows_is_checked(fields: str, expected: list[str]) -> None:
    """The setting stands at `ignore`, and a push or a pull that could not work is told all the same."""
    assert found(fields, MODE, BY_SETTING) == expected


@pytest.mark.parametrize("rule", ["", ", rule: source wins"])
def test_a_two_way_field_says_who_wins(rule: str) -> None:
    """Under `both`, `source wins` says nothing; a field narrowed to one way needs no rule."""
    both = RECORD.replace("push", "both")
    line = f"surname: {{mis: surname, provider: LastName{rule}"
    assert found(line + "}", record=both) == [codes.RULE_MISSING]
    assert found(line + ", only: push}", record=both) == []
    assert found(line + ", only: [push, pull]}", record=both) == [codes.RULE_MISSING]


@pytest.mark.parametrize(
    ("expression", "code", "marked"),
    [
        ("upper case(surnam)", codes.UNKNOWN_NAME, "surnam"),
        ("mis.surname", codes.UNKNOWN_NAME, "mis.surname"),
        ("LastName", codes.UNKNOWN_NAME, "LastName"),
        ("settings.nothing", codes.UNKNOWN_NAME, "settings.nothing"),
        ("for x in [1] return y", codes.UNKNOWN_NAME, "y"),
        ("surname +", codes.BAD_EXPRESSION, "+"),
        ("1 > > 2", codes.BAD_EXPRESSION, ">"),
        ("uper case(surname)", codes.BAD_EXPRESSION, "uper case"),
    ],
)
def test_a_fault_of_an_expression_is_marked_within_it(expression: str, code: str, marked: str) -> None:
    """One fault, whose span is the part of the expression that is wrong."""
    text = mapping(f"surname: {{provider: LastName, from_mis: '{expression}'}}")
    (fault,) = check_text(text)[1]
    span = fault.primary.span
    assert (fault.code, text[span.start : span.end]) == (code, marked)
    begin = text.index(f"'{expression}'")
    assert begin < span.start < span.end <= begin + 1 + len(expression)


def test_a_condition_names_its_sides() -> None:
    """In a condition a bare column is unknown, and `mis.` and `provider.` know their own columns."""
    line = "surname: {{mis: surname, provider: LastName, when: '{}'}}"
    assert found(line.format("surname = null")) == [codes.UNKNOWN_NAME]
    assert found(line.format("mis.LastName = null")) == [codes.UNKNOWN_NAME]
    assert found(line.format("mis = null")) == [codes.UNKNOWN_NAME]
    assert found(line.format("provider.LastName = null")) == []


@pytest.mark.parametrize("expression", ["(" * 3000 + "1" + ")" * 3000, "1 + " * 30_000 + "1", "surname." * 2000 + "x"])
def test_a_monstrous_expression_is_a_fault_and_no_crash(expression: str) -> None:
    """Depth and length have budgets."""
    assert found(f"surname: {{provider: LastName, from_mis: '{expression}'}}") == [codes.BAD_EXPRESSION]


def test_lines_join_columns_that_exist() -> None:
    """An unknown column among the lines is told with the nearest name."""
    (fault,) = check_text(mapping("email: {provider: Email, from_mis: {lines: [email, nots]}}"))[1]
    assert fault.code == codes.UNKNOWN_COLUMN
    assert "did you mean `note`?" in fault.help


@pytest.mark.parametrize(
    ("before", "direction", "fits"),
    [
        ("settings:\n  a: {title: A, kind: switch}\n", "setting a", False),
        ("settings:\n  a: {title: A, kind: direction}\n", "setting a", True),
        ("settings:\n  a: {title: A, kind: direction}\n", "push when setting a", False),
        ("settings:\n  a: {title: A, kind: switch}\n", "push when setting a", True),
        ("", "push when setting a", False),
    ],
)
def test_a_direction_names_a_setting_of_the_right_kind(before: str, direction: str, *, fits: bool) -> None:
    """`setting` wants a direction, `when setting` a switch; for the record type and for a field."""
    expected = [] if fits else [codes.UNKNOWN_SETTING]
    line = "surname: {mis: surname, provider: LastName"
    assert found(line + "}", before, RECORD.replace("push", direction)) == expected
    assert found(line + f", direction: {direction}}}", before) == expected


@pytest.mark.parametrize("side", ["mis", "provider"])
def test_a_create_needs_a_system_that_can_create(side: str) -> None:
    """A record type that is created where the connector file has no `create` is a fault at the create's rule."""
    record = RECORD.replace("    fields:\n", f"    create: {{at: {side}, trigger: new}}\n    fields:\n")
    assert found("surname: {mis: surname, provider: LastName}", record=record) == [codes.NOT_WRITABLE]


def test_two_fields_may_not_hold_one_column() -> None:
    """A column of either side belongs to one field."""
    assert found(
        "a: {mis: surname, provider: LastName}\nb: {mis: surname, provider: Remark}\nc: {mis: note, provider: Remark}"
    ) == [codes.TWO_OWNERS, codes.TWO_OWNERS]


def test_an_unknown_collection_is_told_once() -> None:
    """Its fields are not blamed for it."""
    assert found("a: {mis: surname, provider: LastName}", record=RECORD.replace("learners", "learner")) == [
        codes.UNKNOWN_COLLECTION
    ]


def test_the_sample_systems_are_what_they_are_said_to_be() -> None:
    """A mapping over both systems is checked, so the samples' own connector files have no fault."""
    checked = checked_rules(mapping("surname: {mis: surname, provider: LastName}"), Chosen({}, {}))
    assert (checked.catalog.mis.name, checked.catalog.provider.name) == ("office", "portal")
    assert OFFICE.startswith("connector: office")
    assert PORTAL.startswith("connector: portal")
