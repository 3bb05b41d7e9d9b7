"""`tieline check --explain-plan`: which expressions run over columns, which by rows, and why."""

import json
from pathlib import Path

import pytest

from tests.samples import STAFF, mapping, write_workspace
from tests.unit.cli.calling import Call

FIELDS = """\
name: {mis: name, provider: Name, from_mis: 'upper case(name)', when: 'mis.hours > 0'}
email: {mis: email, provider: Email, from_mis: 'string join(for w in split(email, " ") return w)'}
room: {provider: Room, from_mis: {table: rooms}}
"""
TABLE = """\
tables:
  rooms:
    inputs: ['hours']
    hit: first
    rules:
      - ['< 10', '"a"']
      - ['-', '"b"']
"""


@pytest.fixture
def told(tmp_path: Path, call: Call) -> dict[str, tuple[str, str]]:
    """What is told of each expression of the mapping: how it runs, and the part that is to blame."""
    write_workspace(tmp_path)
    path = tmp_path / "mappings" / "other.yaml"
    path.write_text(mapping(FIELDS, TABLE, STAFF), encoding="utf-8")
    done = call("check", str(path), "--explain-plan", "--format", "json", "-w", str(tmp_path))
    found = json.loads(done.out)
    assert found["diagnostics"] == []
    return {one["of"]: (one["via"], one["part"]) for one in found["expressions"]}


def test_each_expression_is_told_once_with_its_way(told: dict[str, tuple[str, str]]) -> None:
    """Columns where that is exact; by rows with the part that columns do not do; tables are told, too."""
    assert told["officer.name, from_mis"] == ("columns, then rows", "")  # a blank name is an error, told row by row
    assert told["officer.name, when"] == ("columns", "")
    assert told["officer.room, from_mis"][0].startswith("columns")
    via, part = told["officer.email, from_mis"]
    assert via == "rows"
    assert part in FIELDS
    assert "split" in part
    assert len(told) == 4


def test_formats_without_a_place_for_it_are_refused(tmp_path: Path, call: Call) -> None:
    """SARIF and GitHub annotations hold faults, not explanations."""
    for form in ("sarif", "github"):
        assert call("check", "--explain-plan", "--format", form, "-w", str(tmp_path)).code == 64


def test_the_text_says_why(call: Call, tmp_path: Path) -> None:
    """A person reads the place, the expression and the cause."""
    write_workspace(tmp_path)
    path = tmp_path / "mappings" / "other.yaml"
    path.write_text(mapping(FIELDS, TABLE, STAFF), encoding="utf-8")
    out = call("check", str(path), "--explain-plan", "-w", str(tmp_path)).out
    assert (
        "officer.name, from_mis: over columns, and by itself where a row cannot be told so\n    upper case(name)\n"
        in out
    )
    assert "officer.email, from_mis: row by row\n" in out
    assert "    because of `" in out
