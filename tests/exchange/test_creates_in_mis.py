"""Records that only the provider has, created in a MIS that is a real database, driven through the command line."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.approve import current_user
from tests.trial import Done, Workspace

SETTINGS = """\
workspace: college
systems:
  office: {{environment: sandbox, database: "sqlite:office.db"}}
  portal: {{environment: sandbox, database: "sqlite:portal.db"}}
exchanges:
  portal: {{enabled: on, mapping: visits, limits: {{create: {{share: 100%}}}}}}
approval: {{author_may_approve: on, valid_for: 7 days}}
people: {{"{user}": {{os_user: "{user}", role: approver}}}}
zone: Europe/London
store: sqlite:.tieline/store.db
"""
OFFICE = """\
connector: office
version: 1
title: Office
kind: sql
environments: {sandbox: {}}
collections:
  employers:
    key: number
    columns:
      number: {access: read}
      name: {length: 20, required: on}
      size: {}
      since: {type: date, wire: dd/mm/yyyy}
    update: {delivery: B}
    create: {delivery: D, constants: {source: portal}}
"""
PORTAL = """\
connector: portal
version: 1
title: Portal
kind: sql
environments: {sandbox: {}}
collections:
  placements:
    key: id
    columns:
      id: {access: read}
      title: {}
      size: {}
      since: {type: date, wire: iso date}
      closed: {type: boolean, wire: Y/N}
"""
MAPPING = """\
mapping: visits
version: 1
title: Office and Portal
mis: office
provider: portal
codes: {size: codes/size.csv}
records:
  employer:
    mis: employers
    provider: placements
    direction: pull
    create: {at: mis, trigger: new, when: 'provider.closed != true'}
    fields:
      name: {mis: name, provider: title}
      size: {mis: size, provider: size, from_provider: {codes: size}}
      since: {mis: since, provider: since, only: create}
"""
PLACEMENTS = [
    (f"p{at:02}", f"Firm {at}", ("Small", "Large")[at % 2], "2026-01-31", "Y" if at == 1 else "N") for at in range(12)
]
POINTS = [
    "run.read",
    "journal.intent.committed",
    "writer.send.before#2",
    "writer.send.after#2",
    "journal.outcome.before",
    "journal.outcome.committed",
    "link.before",
    "link.committed",
    "run.readback",
    "journal.proof.committed",
]
COMPLETING_POINTS = [
    "run.read#2",
    "journal.intent.before#2",
    "journal.intent.committed#2",
    "writer.send.before#11",
    "writer.send.after#11",
    "writer.send.after#14",
    "journal.outcome.before#2",
    "journal.outcome.committed#2",
    "run.readback#2",
    "journal.proof.committed#2",
]
"""Points in the window of the updates, after ten creates."""
EMPLOYERS = "SELECT number, name, size, since, source FROM employers ORDER BY number"


@pytest.fixture
def college(tmp_path: Path) -> Workspace:
    """A MIS with no employers, and a provider with a dozen, one of them closed and one without a title."""
    texts = {
        "tieline.yaml": SETTINGS.format(user=current_user()),
        "connectors/office.yaml": OFFICE.replace("      since:", "      source: {}\n      since:"),
        "connectors/portal.yaml": PORTAL,
        "mappings/visits.yaml": MAPPING,
        "mappings/codes/size.csv": "office,portal\nS,Small\nL,Large\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".tieline").mkdir()
    with closing(sqlite3.connect(tmp_path / "office.db")) as office:
        office.execute(
            "CREATE TABLE employers (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, size TEXT,"
            " since TEXT, source TEXT)"
        )
        office.commit()
    with closing(sqlite3.connect(tmp_path / "portal.db")) as portal:
        portal.execute("CREATE TABLE placements (id TEXT PRIMARY KEY, title TEXT, size TEXT, since TEXT, closed TEXT)")
        portal.executemany("INSERT INTO placements VALUES (?, ?, ?, ?, ?)", PLACEMENTS)
        portal.execute("UPDATE placements SET title = ' ' WHERE id = 'p02'")
        portal.commit()
    return Workspace(tmp_path)


def employers(college: Workspace) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(college.folder / "office.db")) as office:
        return office.execute(EMPLOYERS).fetchall()


def approved(college: Workspace) -> dict[str, Any]:
    """A plan that is approved."""
    done = college.call("plan", "portal", "--json")
    assert done.code == 2, done.said
    figures: dict[str, Any] = done.json
    said = college.call("approve", figures["plan"], "--as", current_user())
    assert said.code == 0, said.said
    return figures


def planned(college: Workspace) -> Done:
    return college.call("plan", "portal", "--json")


def test_the_whole_way(college: Workspace) -> None:
    """Checked, planned, applied: a row a record, linked to it; the next plan has only the hold."""
    assert college.call("check").code == 0
    figures = approved(college)
    assert figures["counts"] == {"office": {"employer": {"create": 10}}}
    assert (figures["changes"], figures["held"]) == (10, 1)
    shown = college.call("show", figures["plan"]).out
    assert "create employer at office (from p00), change" in shown
    assert "held: a field that a new record must have is blank" in shown
    done = college.call("apply", figures["plan"], "--json")
    assert (done.code, done.json["counts"]["done"]) == (0, 10)
    wanted = [
        (name, size[0], "31/01/2026", "portal") for key, name, size, _, _ in PLACEMENTS if key not in {"p01", "p02"}
    ]
    assert employers(college) == [(at, *row) for at, row in enumerate(wanted, 1)]
    links = college.call("link", "list", "portal", "employer", "--json").json
    assert sorted((one["mis_id"], one["provider_id"]) for one in links)[:2] == [("1", "p00"), ("10", "p11")]
    again = planned(college)
    assert (again.json["changes"], again.json["held"]) == (0, 1)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_no_record_is_created_twice(college: Workspace, point: str) -> None:
    """Killed, resumed and planned anew: each record is there once at most, and what nobody knows is held."""
    figures = approved(college)
    assert college.killed(point, "apply", figures["plan"]), f"{point} was not reached"
    run = college.run
    assert run is not None
    college.process("resume", run, "--json")
    again = planned(college)
    assert again.json["changes"] == 0, again.said
    names = [row[1] for row in employers(college)]
    assert len(names) == len(set(names))
    links = college.call("link", "list", "portal", "employer", "--json").json
    assert len(names) - len(links) <= again.json["held"] - 1
    if point in {"run.read", "link.before", "link.committed", "journal.outcome.committed", "run.readback"}:
        assert (len(names), len(links), again.json["held"]) == (10, 10, 1)


@pytest.mark.parametrize("point", COMPLETING_POINTS)
def test_killed_while_records_are_completed_nothing_is_made_or_lost(college: Workspace, point: str) -> None:
    """Created with a name only, killed among the updates that complete them, resumed: as if nobody had cut it."""
    mapping = college.folder / "mappings" / "visits.yaml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("trigger: new,", "trigger: new, with: [name],"), encoding="utf-8")
    figures = approved(college)
    assert figures["counts"] == {"office": {"employer": {"create": 10, "update": 10}}}
    assert college.killed(point, "apply", figures["plan"]), f"{point} was not reached"
    run = college.run
    assert run is not None
    done = college.process("resume", run, "--json")
    assert (done.code, done.json["halted"]) == (0, ""), done.said
    wanted = [(name, size[0]) for key, name, size, _, _ in PLACEMENTS if key not in {"p01", "p02"}]
    assert [(name, size) for _, name, size, _, _ in employers(college)] == wanted
    again = planned(college)
    assert (again.json["changes"], again.json["held"]) == (0, 1)
