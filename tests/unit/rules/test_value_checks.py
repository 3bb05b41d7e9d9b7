"""What is refused of groups, lines and decision tables, and that what is right is let through."""

import pytest

from engine.diagnostics import codes
from tests.samples import RECORD, check_text, mapping

TABLE = """\
tables:
  size:
    inputs: ['surname']
    hit: first
    rules:
      - ['"a"', '"Small"']
      - [{}]
"""


def found(fields: str, before: str = "", record: str = RECORD) -> list[str]:
    """The codes of the errors of a mapping with these fields."""
    return [one.code for one in check_text(mapping(fields, before, record))[1] if one.severity == "error"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("both: {mis: [surname, email], provider: [LastName, Email]}", []),
        ("both: {mis: [surname], provider: [LastName]}", []),
        ("both: {mis: [surname, emial], provider: [LastName, Email]}", [codes.UNKNOWN_COLUMN]),
        ("both: {mis: [surname, email], provider: LastName}", [codes.TYPE_CLASH]),
        ("both: {mis: surname, provider: [LastName, Email]}", [codes.TYPE_CLASH]),
        ("both: {provider: [LastName, Email], from_mis: 'surname'}", [codes.TYPE_CLASH]),
        (
            "one: {mis: email, provider: Email}\nboth: {mis: [surname, email], provider: [LastName, Remark]}",
            [codes.TWO_OWNERS],
        ),
        ("both: {mis: [surname, email], provider: [LastName, ID]}", [codes.READ_ONLY_COLUMN]),
        ("home: {provider: Remark, from_mis: {lines: [surname, email, note]}}", []),
        (
            "home: {provider: [LastName, Remark], from_mis: {lines: [surname, email, note, ident], into: 2}}",
            [],
        ),
        (
            "home: {provider: [LastName, Remark], from_mis: {lines: [surname, email, note], into: 2}}",
            [codes.TYPE_CLASH],
        ),
        ("home: {provider: Remark, from_mis: {lines: [surname, email, note, ident], into: 2}}", [codes.TYPE_CLASH]),
    ],
)
def test_groups_and_lines_fit_their_columns(field: str, expected: list[str]) -> None:
    """As many columns as values, all of them there, writable, and held by one field."""
    assert found(field) == expected


def test_joined_lines_may_come_back() -> None:
    """Under `pull` and `both` they are compared: no column of the MIS has to be named."""
    field = "home: {provider: Remark, from_mis: {lines: [surname, note]}, rule: ask}"
    for direction in ("pull", "both"):
        assert found(field, record=RECORD.replace("push", direction)) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("'-', '\"Large\"'", []),
        ("'not(\"b\", \"c\")', 'upper case(surname)'", []),
        ("'-', '-', '\"Large\"'", [codes.BAD_EXPRESSION]),
        ("'>= ', '\"Large\"'", [codes.BAD_EXPRESSION]),
        ("'-', 'surnme'", [codes.UNKNOWN_NAME]),
    ],
)
def test_cells_of_a_decision_table_are_read(row: str, expected: list[str]) -> None:
    """A fault of a cell is told at the cell; a table is read for each field that uses it."""
    assert found("size: {provider: Remark, from_mis: {table: size}}", TABLE.format(row)) == expected


def test_a_table_that_is_not_there() -> None:
    """With the nearest name."""
    (one,) = [
        each
        for each in check_text(mapping("size: {provider: Remark, from_mis: {table: sise}}", TABLE.format("'-', '1'")))[
            1
        ]
        if each.severity == "error"
    ]
    assert one.code == codes.UNKNOWN_CODE_TABLE
    assert "did you mean `size`?" in (one.help or "")
