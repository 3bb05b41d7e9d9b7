"""Taking back what is more than an update at a provider: links, creates, and values in the MIS, a real database."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.approve import current_user
from tests.exchange.test_creates_in_mis import approved, college, employers
from tests.trial import Workspace

__all__ = ["college"]

MATCHES = """\
    identity:
      - link
      - {match: [name], trust: link}
"""


def run_of(college: Workspace) -> tuple[str, dict[str, Any]]:
    """Plan, approve and apply; the run and the plan's figures."""
    figures = approved(college)
    done = college.call("apply", figures["plan"], "--json")
    assert done.code == 0, done.said
    return done.json["run"], figures


def changes(college: Workspace, plan: str) -> list[dict[str, Any]]:
    """Every change of a plan."""
    found: list[dict[str, Any]] = college.call("show", plan, "--json", "--reveal").json["all_changes"]
    return found


def carried_out(college: Workspace, run: str) -> dict[str, Any]:
    """Undo a run: plan, approve, apply; the counts of what became of the changes, and the run, of the undo."""
    done = college.call("undo", run, "--json")
    assert done.code == 2, done.said
    assert college.call("approve", done.json["plan"], "--as", current_user()).code == 0
    applied = college.call("apply", done.json["plan"], "--json")
    assert applied.code == 0, applied.said
    return {"run": applied.json["run"], **applied.json["counts"]}


def links(college: Workspace) -> list[tuple[str, str]]:
    found = college.call("link", "list", "portal", "employer", "--json").json
    return sorted((one["mis_id"], one["provider_id"]) for one in found)


def edit(college: Workspace, old: str, new: str, name: str = "mappings/visits.yaml") -> None:
    """Edit the mapping, or another file."""
    path = college.folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def sql(folder: Path, name: str, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / f"{name}.db")) as database:
        database.execute(statement, values)
        database.commit()


def matching(college: Workspace) -> None:
    """Two employers of the MIS that are called like two at the portal, of other sizes there; nothing is created."""
    edit(college, "    direction: pull\n    create: {at: mis, trigger: new, when: 'provider.closed != true'}\n", "")
    edit(college, "    provider: placements\n", f"    provider: placements\n    direction: pull\n{MATCHES}")
    edit(college, ", only: create", "")
    for name, size in (("Firm 0", "L"), ("Firm 3", None)):
        sql(college.folder, "office", "INSERT INTO employers (name, size) VALUES (?, ?)", name, size)


@pytest.mark.covers("R20", part="links")
def test_what_a_run_linked_is_unlinked(college: Workspace) -> None:
    """Links and what they led to go back: the MIS is as before and there is no link; the rules would link again."""
    matching(college)
    before = employers(college)
    run, figures = run_of(college)
    assert figures["counts"] == {"office": {"employer": {"update": 2}}, "portal": {"employer": {"link": 2}}}
    assert links(college) == [("1", "p00"), ("2", "p03")]
    assert [row[2] for row in employers(college)] == ["S", "L"]
    undone = carried_out(college, run)
    assert (undone["done"], employers(college), links(college)) == (4, before, [])
    again = college.call("plan", "portal", "--json")
    assert (again.code, again.json["counts"]) == (2, figures["counts"])


def test_a_link_that_a_run_stored_when_it_was_cut_is_listed(college: Workspace) -> None:
    """Killed when one of two links was stored and nothing said so: that one is held, the other was never begun."""
    matching(college)
    plan = approved(college)["plan"]
    assert college.killed("link.committed", "apply", plan)
    assert links(college) == [("1", "p00")]
    run = college.run or ""
    for ended in ("running", ""):
        done = college.call("undo", run, "--end", "--json").json
        assert (done["changes"], done["held"], done["ended"]) == (0, 1, ended)
        held = [(one["action"], one["mis_id"], one["hold"]) for one in changes(college, done["plan"])]
        assert held == [("unlink", "1", "undo_unclear")]
    assert links(college) == [("1", "p00")]


def test_unlinking_is_undone(college: Workspace) -> None:
    """The undo of an undo stores the links again, and gives the values that the first run gave."""
    matching(college)
    run, _ = run_of(college)
    after, linked = employers(college), links(college)
    undone = carried_out(college, run)
    again = carried_out(college, undone["run"])
    assert (again["done"], employers(college), links(college)) == (4, after, linked)
    assert college.call("plan", "portal").code == 0


def test_a_link_that_was_changed_since_is_left_alone(college: Workspace) -> None:
    """Removed by hand: nothing to undo there. Taken by another record meanwhile: its undo's undo is held."""
    matching(college)
    run, _ = run_of(college)
    assert college.call("link", "remove", "portal", "employer", "1", "--yes").code == 0
    undone = carried_out(college, run)
    assert (undone["done"], links(college)) == (3, [])
    assert college.call("link", "set", "portal", "employer", "1", "p03", "--yes").code == 0
    done = college.call("undo", undone["run"], "--json")
    held = [(one["action"], one["hold"]) for one in changes(college, done.json["plan"]) if one["hold"]]
    assert held == [("link", "moved_since")]


def test_a_link_that_is_removed_before_the_undo_is_applied_is_already_gone(college: Workspace) -> None:
    """Between plan and apply somebody removes one link: that is told as `already`, and the rest goes on."""
    matching(college)
    run, _ = run_of(college)
    plan = college.call("undo", run, "--json").json["plan"]
    assert college.call("approve", plan, "--as", current_user()).code == 0
    assert college.call("link", "remove", "portal", "employer", "2", "--yes").code == 0
    done = college.call("apply", plan, "--json")
    assert (done.code, done.json["counts"]["done"], done.json["counts"]["already"]) == (0, 3, 1)
    assert links(college) == []


@pytest.mark.parametrize("completed", [False, True])
def test_created_records_stay_and_are_listed(college: Workspace, completed: bool) -> None:  # noqa: FBT001  a parameter
    """Every record that the run created is held under its new key, with what completed it; nothing is to be applied."""
    if completed:
        edit(college, "trigger: new,", "trigger: new, with: [name],")
    run, figures = run_of(college)
    made, linked = employers(college), links(college)
    done = college.call("undo", run, "--json")
    assert (done.code, done.json["changes"], done.json["held"]) == (0, 0, figures["changes"])
    held = changes(college, done.json["plan"])
    assert {one["hold"] for one in held} == {"created_stays"}
    assert {one["mis_id"] for one in held if one["action"] == "create"} == {str(row[0]) for row in made}
    told = college.call("undo", run).out
    assert "tieline deletes none, so it stays, and its link with it; delete it in its system" in told
    assert (employers(college), links(college)) == (made, linked)


def test_what_was_written_into_the_mis_is_put_back(college: Workspace) -> None:
    """A pull is undone in the database, under the condition that the row still has what the run wrote."""
    run_of(college)
    before = employers(college)
    sql(college.folder, "portal", "UPDATE placements SET title = 'Firm Four', size = 'Large' WHERE id = 'p04'")
    sql(college.folder, "portal", "UPDATE placements SET title = 'Firm Five' WHERE id = 'p05'")
    run, figures = run_of(college)
    assert figures["counts"] == {"office": {"employer": {"update": 2}}}
    assert [one["delivery"] for one in changes(college, figures["plan"]) if not one["hold"]] == ["B", "B"]
    assert carried_out(college, run)["done"] == 2
    assert employers(college) == before


def test_a_record_that_is_gone_and_a_column_that_must_have_a_value_are_held(college: Workspace) -> None:
    """Deleted since the run: held as gone. Blank before the run in a column that must be filled now: held too."""
    run_of(college)
    sql(college.folder, "office", "UPDATE employers SET size = NULL WHERE number = 3")
    sql(college.folder, "office", "UPDATE employers SET size = 'S' WHERE number = 2")
    run, figures = run_of(college)
    assert figures["counts"] == {"office": {"employer": {"update": 2}}}
    sql(college.folder, "office", "DELETE FROM employers WHERE number = 2")
    edit(college, "      size: {}\n", "      size: {required: on}\n", "connectors/office.yaml")
    done = college.process("undo", run, "--json")  # this process has read the file before
    assert (done.code, done.json["held"]) == (0, 2), done.said
    found = {one["mis_id"]: one["hold"] or one["fields"][0]["reason"] for one in changes(college, done.json["plan"])}
    assert found == {"2": "record_gone", "3": "needs_value"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      size: {}\n", "      size: {access: read}\n"),
        ("      size: {}\n", "      size: {type: date}\n"),
        ("    update: {delivery: B}\n", ""),
    ],
)
def test_what_may_not_be_written_now_is_held(college: Workspace, old: str, new: str) -> None:
    """The column can only be read now, has another type, or the records are not written any more."""
    run_of(college)
    sql(college.folder, "office", "UPDATE employers SET size = 'L' WHERE number = 1")
    run, _ = run_of(college)
    edit(college, "      size: {mis: size, provider: size, from_provider: {codes: size}}\n", "")
    edit(college, "direction: pull", "direction: ignore")
    edit(college, old, new, "connectors/office.yaml")
    done = college.process("undo", run, "--json")  # this process has read the file before
    assert (done.code, done.json["held"]) == (0, 1), done.said
    (held,) = changes(college, done.json["plan"])
    assert (held["hold"] or held["fields"][0]["reason"]) == "not_written_now"
