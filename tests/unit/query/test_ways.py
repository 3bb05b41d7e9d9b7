"""How expressions over parents and lists run, as `check --explain-plan` tells it."""

from pathlib import Path

import pytest

from engine.query.scope import Times
from engine.query.ways import ways_of
from tests.cases.good_cases import open_case


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("list_counted", [("columns", "")]),
        ("list_quantified", [("rows", "a list of records is read")]),
        ("parent_in_a_value", [("columns", "")]),
    ],
)
def test_the_way_of_an_expression(tmp_path: Path, name: str, told: list[tuple[str, str]]) -> None:
    """Parents and numbers run over columns, lists by rows."""
    case = open_case(name, tmp_path)
    found = ways_of(case.exchange.checked, Times("Europe/London"))
    assert [(one.via, one.why) for one in found] == told
