"""A side that shows nothing, though links lead to its records, is not believed."""

from pathlib import Path

import pytest

from tests.cases.good_cases import open_case


@pytest.mark.covers("D2")
@pytest.mark.parametrize("emptied", ["mis", "provider"])
def test_nothing_is_created_or_cleared_beside_an_empty_side(tmp_path: Path, emptied: str) -> None:
    """Either side empty: no change may be applied, every create is held and says so, and both sides stay as they are."""
    case = open_case("create_in_mis", tmp_path)
    system = getattr(case, emptied)
    for rows in system.rows.values():
        rows.clear()
    plan = case.plan()
    assert plan.tally.applicable == 0
    held = {change.hold for change in plan.changes()}
    assert "link_gone_mis" in held or "link_gone_provider" in held
    if emptied == "mis":
        assert "empty_read" in held
    case.store.close()


@pytest.mark.covers("D2")
def test_a_side_that_was_never_linked_may_be_empty(tmp_path: Path) -> None:
    """The first exchange with an empty provider: without any link its emptiness is plain, and creates are planned."""
    case = open_case("create_constants", tmp_path)
    assert not case.provider.rows["learners"]
    assert [change.hold for change in case.plan().changes()] == [None]
    case.store.close()
