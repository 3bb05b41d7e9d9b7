"""Picked values while a plan is applied, and how the records that they come from are fetched."""

from pathlib import Path

import polars as pl
import pytest

from connectors.files import FileSystem
from engine.ports import Collection, Column, ConnectorSpec, Parent
from tests.cases.good_cases import open_case

NAME = "pick_the_newest_preferred"


def test_a_pick_that_moved_since_the_plan_is_stale(tmp_path: Path) -> None:
    """A newer placement came between plan and apply: that change is left, the others are done."""
    case = open_case(NAME, tmp_path)
    plan = case.plan()
    case.mis.rows["placements"].append(
        {"ident": "b3", "person": "2", "organisation": "later", "type": "P", "start_date": "2025-01-01"}
    )
    report = case.apply(plan)
    assert sorted(one.state for one in report.closings) == ["done", "done", "done", "done", "stale"]
    remarks = {row["ID"]: row["Remark"] for row in case.provider.rows["learners"]}
    assert (remarks["p1"], remarks["p2"]) == ("preferred", "before")


def test_what_a_plan_was_made_from_names_the_records_that_values_are_picked_from(tmp_path: Path) -> None:
    """The header holds their count and digest; where nothing is picked they are not read."""
    case = open_case(NAME, tmp_path)
    assert case.plan().header.snapshots["office/placements"]["count"] == 11  # type: ignore[call-overload,index]
    (tmp_path / "other").mkdir()
    other = open_case("push_clears", tmp_path / "other")
    assert [name for name in other.plan().header.snapshots if "placements" in name] == []


@pytest.fixture
def folder(tmp_path: Path) -> FileSystem:
    (tmp_path / "placements.csv").write_text("ident,person\na1,1\na2,2\na3,1\n", encoding="utf-8")
    columns = {name: Column(name, name) for name in ("ident", "person")}
    placements = Collection("placements", "ident", columns, table="placements", parent=Parent("people", "person"))
    return FileSystem(ConnectorSpec("office", "Office", "files", {"placements": placements}), tmp_path)


def test_records_in_files_are_fetched_by_the_parents_key(folder: FileSystem) -> None:
    """The rows of these parents and no others."""
    (page,) = folder.fetch("placements", ["ident"], ["1"], by="person")
    assert pl.DataFrame(page.columns)["ident"].to_list() == ["a1", "a3"]
