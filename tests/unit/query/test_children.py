"""Expressions over lists: what is counted over columns, what is read, and the values of items."""

import polars as pl

from engine.feel.evaluation import Setting
from engine.feel.nodes import Node
from engine.feel.parse import parse_expression
from engine.ports import Collection, Column, Parent
from engine.query.children import Listed, blank_in_new, counted, lists_read
from engine.query.scope import Lists

COLUMNS = {
    "ident": Column("ident", "ident"),
    "person": Column("person", "person"),
    "credits": Column("credits", "credits", "number"),
    "passed": Column("passed", "passed", "date"),
    "done": Column("done", "done", "boolean"),
    "seen": Column("seen", "seen", "instant"),
}
UNITS = Collection("units", "ident", COLUMNS, parent=Parent("people", "person"))
LISTS: Lists = {("mis", "units"): UNITS}
ITEM = (
    '[{"ident":"a","credits":"2.5","passed":"2024-01-31","done":"true","seen":"2024-07-01T11:00:00.000000Z"},'
    '{"ident":"b","credits":null,"passed":null,"done":"false","seen":null}]'
)


def _parsed(text: str) -> Node:
    return parse_expression(text, {"mis"}, {"units", "notes"})


def _value(text: str, item: str | None) -> object:
    frame = pl.DataFrame({"mis.units": [item]}, schema={"mis.units": pl.String})
    rows = Listed(_parsed(text), LISTS, Setting(zone="Europe/London")).run(frame, {("mis", "units"): "mis.units"})
    assert not rows.problems
    return rows.values[0]


def test_a_count_is_a_column_of_numbers() -> None:
    """Anywhere in an expression; a list that is read otherwise stays one."""
    node = counted(_parsed('count(mis.units) > 0 and mis.notes = "x"'), LISTS)
    assert lists_read(node, LISTS) == ()
    both = counted(_parsed("count(mis.units) > count(mis.units[done])"), LISTS)
    assert lists_read(both, LISTS) == (("mis", "units"),)


def test_values_of_items_have_the_types_of_their_columns() -> None:
    """Numbers, dates, truth and instants, and blanks are null."""
    assert _value("sum(mis.units.credits[item != null]) = 2.5", ITEM) is True
    assert _value('mis.units[1].passed = date("2024-01-31")', ITEM) is True
    assert _value('date(mis.units[1].seen) = date("2024-07-01") and mis.units[1].seen.hour = 12', ITEM) is True
    assert _value("count(mis.units[done = true]) = 1 and mis.units[2].passed = null", ITEM) is True


def test_a_record_that_is_not_there_has_an_empty_list() -> None:
    """Nothing belongs to it: some is false, every is true."""
    assert _value("some u in mis.units satisfies u.done", None) is False
    assert _value("every u in mis.units satisfies u.done", "[]") is True


def test_what_a_record_that_is_not_there_has() -> None:
    """No records that belong to it, a parent that nobody can tell, blank columns."""
    paths = {"mis.units (counted)": pl.Int64(), "mis.parent.x?": pl.Boolean(), "mis.parent.x": pl.String()}
    found = pl.select(blank_in_new(path, dtype).alias(path) for path, dtype in paths.items())
    assert found.row(0) == (0, True, None)
