"""What a reviewer reads: kept beside this test as a whole, so that a change of it is seen."""

from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from engine.plan.model import Change, change_id
from engine.plan.view import text
from tests.unit.plan.plans import field, update, written


def a_plan_of_everything(folder: Path) -> list[str]:
    """Ordinary, identifier and special fields, holds of a field and of records, a create and what waits for it."""
    officer = change_id("create", "folder", "officer", "o3", None, None)
    changes = [
        Change(
            officer,
            "create",
            "provider",
            "folder",
            "officer",
            "assessors",
            "o3",
            None,
            None,
            "D",
            (field("surname", None, "Oak", reason="creates"),),
        ),
        update("1", "9", field(), field("uln", None, "1000000019", reason="fills_blank", category="identifier")),
        update(
            "2",
            "8",
            field("ethnicity", "31", "98", category="special"),
            field("born", "1970-01-01", None, reason="unreadable", held=True),
        ),
        update("3", "7", hold="link_gone_provider"),
        update("4", "6", hold="held_by_rule", because="the learner has no officer"),
        update("5", "5", field("officer", "a1", None, pending=officer), depends_on=(officer,)),
        update("6", "4", field("name", 'A" -> "B', "tab\there \u202e"), side="mis", system="office", delivery="B"),
    ]
    return list(text(written(folder, changes)))


def test_a_plan_as_text(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    """Each change says what, where, from what to what, why and by which rule; what must not be seen is masked."""
    assert "\n".join(a_plan_of_everything(tmp_path)) == snapshot
