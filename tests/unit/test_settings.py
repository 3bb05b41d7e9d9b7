"""`tieline.yaml` becomes a frozen workspace, or diagnostics."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.diagnostics.render import render_text, to_github, to_json, to_sarif
from engine.settings import Limit, Person, SystemSettings, Workspace, read_settings
from engine.source import Source

SMALL = "workspace: trial\nsystems: {}\nexchanges: {}\n"


def workspace_of(text: str, folder: Path = Path("/trial")) -> Workspace:
    read = read_settings(Source("tieline.yaml", text), folder)
    assert read.diagnostics == ()
    assert read.workspace is not None
    return read.workspace


def faults(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of each diagnostic; a file with an error has no workspace."""
    read = read_settings(Source("tieline.yaml", text), Path("/trial"))
    assert (read.workspace is None) == any(one.severity == "error" for one in read.diagnostics)
    places = [one.primary.source.place(one.primary.span.start) for one in read.diagnostics]
    return [(one.code, at.line, at.column) for one, at in zip(read.diagnostics, places, strict=True)]


def test_what_is_left_out_has_its_default() -> None:
    """Authors do not approve, approvals hold a week, days begin in London, the store lies in the workspace."""
    found = workspace_of(SMALL)
    assert (found.author_may_approve, found.valid_for, found.zone) == (False, timedelta(days=7), "Europe/London")
    assert found.store == "sqlite:////trial/.tieline/store.db"
    assert (found.systems, found.exchanges, found.people) == ({}, {}, {})


def test_every_part_is_read() -> None:
    """Systems, exchanges, limits and people arrive as they are written."""
    found = workspace_of(
        "workspace: trial\n"
        "systems:\n"
        "  office: {environment: live, database: env:OFFICE}\n"
        "  portal: {environment: sandbox, base_url: http://127.0.0.1:8101, token: file:t, page_size: 50,"
        " calls_per_minute: 9}\n"
        "  files: {environment: live, folder: exports}\n"
        "exchanges:\n"
        "  portal: {enabled: on, mapping: other, settings: {mode: push}, limits: {update: {share: 2.5%, count: 4},"
        " create: {count: 0}, blank_out: {share: 100%}}}\n"
        "  bare:\n"
        "approval: {author_may_approve: on, valid_for: 12 hours}\n"
        "people: {jo: {os_user: joanna, role: admin}}\n"
        "zone: Europe/Dublin\n"
    )
    assert found.systems["office"] == SystemSettings("office", "live", "env:OFFICE", {})
    assert found.systems["portal"] == SystemSettings(
        "portal", "sandbox", "http://127.0.0.1:8101", {"token": "file:t"}, 50, 9
    )
    assert found.systems["files"].address == "exports"
    portal, bare = found.exchanges["portal"], found.exchanges["bare"]
    assert (portal.enabled, portal.mapping, portal.settings) == (True, "other", {"mode": "push"})
    assert portal.limits == {
        "update": Limit(Decimal("2.5"), 4),
        "create": Limit(None, 0),
        "blank_out": Limit(Decimal(100), None),
    }
    assert (bare.enabled, bare.mapping, bare.settings, bare.limits) == (False, "bare", {}, {})
    assert (found.author_may_approve, found.valid_for, found.zone) == (True, timedelta(hours=12), "Europe/Dublin")
    assert found.people == {"jo": Person("jo", "joanna", "admin")}
    text = found.source.text
    assert text[portal.span.start : portal.span.end] == "portal"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1 minute", timedelta(minutes=1)),
        ("90 minutes", timedelta(minutes=90)),
        ("1 hour", timedelta(hours=1)),
        ("36 hours", timedelta(hours=36)),
        ("7 days", timedelta(days=7)),
        ("2 weeks", timedelta(weeks=2)),
        ("9999 weeks", timedelta(weeks=9999)),
    ],
)
def test_durations(text: str, time: timedelta) -> None:
    """A whole number and a unit, one or many."""
    assert workspace_of(SMALL + f"approval: {{valid_for: {text}}}\n").valid_for == time


@pytest.mark.parametrize(
    "text", ["0 days", "7", "days", "7days", "-1 days", "1.5 days", "10000 days", "7 months", "\u0667 days"]
)
def test_what_is_no_duration(text: str) -> None:
    """Whatever else stands there is refused in the file; nothing is guessed."""
    assert [code for code, _, _ in faults(SMALL + f"approval: {{valid_for: {text}}}\n")] in (
        ["bad-pattern"],
        ["wrong-type"],
    )


@pytest.mark.parametrize(
    ("store", "url"),
    [
        ("sqlite:.tieline/store.db", "sqlite:////trial/.tieline/store.db"),
        ("sqlite:../store.db", "sqlite:////store.db"),
        ("sqlite:/var/store.db", "sqlite:////var/store.db"),
        ("sqlite:////var/store.db", "sqlite:////var/store.db"),
    ],
)
def test_the_store_lies_relative_to_the_workspace(store: str, url: str) -> None:
    """A relative path is the workspace's, wherever the command is started."""
    assert workspace_of(SMALL + f"store: {store}\n").store == url


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("empty-file", 1, 1)]),
        ("- a\n", [("wrong-type", 1, 1)]),
        ("workspace: trial\nsystems: {}\n", [("missing-key", 1, 1)]),
        (SMALL.replace("trial", "Trial 1"), [("bad-pattern", 1, 12)]),
        (SMALL.replace("systems: {}", "systems: {portal: {}}"), [("missing-key", 2, 11)]),
        (SMALL + "approvals: {}\n", [("unknown-key", 4, 1)]),
        (SMALL + "people: {jo: {os_user: jo, role: boss}}\n", [("not-one-of", 4, 34)]),
        (SMALL.replace("exchanges: {}", "exchanges: {a: {enabled: yes}}"), [("not-one-of", 3, 26)]),
        (SMALL.replace("exchanges: {}", "exchanges: {a: {limits: {update: {}}}}"), [("too-few", 3, 34)]),
        (SMALL.replace("exchanges: {}", "exchanges: {a: {limits: {update: {share: 101%}}}}"), [("bad-pattern", 3, 42)]),
        (SMALL.replace("exchanges: {}", "exchanges: {a: {limits: {update: {count: -1}}}}"), [("out-of-range", 3, 42)]),
        (SMALL.replace("exchanges: {}", "exchanges: {a: {limits: {delete: {count: 1}}}}"), [("unknown-key", 3, 26)]),
    ],
)
def test_faults_stand_at_their_places(text: str, found: list[tuple[str, int, int]]) -> None:
    """Each fault once, with its line and column."""
    assert faults(text) == found


@pytest.mark.covers("S3")
@pytest.mark.parametrize(
    "line",
    [
        "systems: {portal: {environment: live, token: hunter2}}",
        "systems: {portal: {environment: live, token: env hunter2}}",
        "systems: {portal: {environment: live, token: 'env:hunter2 '}}",
        "systems: {portal: {environment: live, token: hunter2, more: no}}",
        "systems: {portal: {environment: live, token: [hunter2]}}",
        "systems: {portal: {environment: live, database: 'postgresql://jo:hunter2@db.example/x'}}",
        "systems: {portal: {environment: live, base_url: 'https://jo:hunter2@portal.example'}}",
        "systems: {portal: {environment: live, base_url: hunter2}}",
    ],
)
def test_a_literal_secret_is_refused_and_never_shown(line: str) -> None:
    """A secret in place of a reference is an error, and no rendering of it holds the secret."""
    read = read_settings(Source("tieline.yaml", SMALL.replace("systems: {}", line)), Path("/trial"))
    assert read.workspace is None
    assert any(one.severity == "error" for one in read.diagnostics)
    rendered = [render_text(read.diagnostics), to_github(read.diagnostics), str(to_sarif(read.diagnostics))]
    assert "hunter2" not in "".join([*rendered, *(str(to_json(one)) for one in read.diagnostics)])
