"""What the commands print that need no running system."""

import json
from pathlib import Path

import pytest

from tests.samples import mapping, write_workspace
from tests.unit.cli.calling import Call

BAD = mapping("surname: {mis: surnam, provider: LastName}\nemail: {mis: email, provider: Emial}")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A mapping with two faults, within a workspace."""
    return write_workspace(tmp_path, mapping=BAD) / "mappings" / "sample.yaml"


def test_check_tells_people(call: Call, faulty: Path) -> None:
    """The fault with its place and help, and a count at the end; exit code 1."""
    done = call("check", faulty, "-w", faulty.parents[1])
    assert (done.code, done.err) == (1, "")
    assert "error[unknown-column]: rule reads a column that `learners` does not have" in done.out
    assert f"--> {faulty}:12:22" in done.out
    assert "did you mean `surname`?" in done.out
    assert done.out.endswith("\n1 file checked: 2 errors, 0 warnings\n")


def test_check_tells_programs_in_json(call: Call, faulty: Path) -> None:
    """One document: the files, and each diagnostic with its place."""
    done = call("check", faulty, "-w", faulty.parents[1], "--format", "json")
    assert (done.code, done.err, done.out.count("\n")) == (1, "", 1)
    assert done.json["files"] == [str(faulty)]
    assert [(one["code"], one["line"], one["column"]) for one in done.json["diagnostics"]] == [
        ("unknown-column", 12, 22),
        ("unknown-column", 13, 37),
    ]


def test_check_tells_code_hosts(call: Call, faulty: Path) -> None:
    """SARIF with one result a fault, and one line a fault for GitHub."""
    sarif = call("check", faulty, "-w", faulty.parents[1], "--format", "sarif")
    assert sarif.code == 1
    (log,) = json.loads(sarif.out)["runs"]
    assert [result["ruleId"] for result in log["results"]] == ["unknown-column", "unknown-column"]
    github = call("check", faulty, "-w", faulty.parents[1], "--format", "github")
    assert github.code == 1
    lines = github.out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"::error file={faulty},line=12,endLine=12,col=22")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_check_of_good_files(call: Call, tmp_path: Path, form: str) -> None:
    """Without a fault every form ends with 0 and says nothing on standard error."""
    done = call("check", "-w", write_workspace(tmp_path), "--format", form)
    assert (done.code, done.err) == (0, "")
    expected = {"text": "4 files checked: 0 errors, 0 warnings\n", "github": ""}
    assert expected.get(form, done.out) == done.out
    if form == "json":
        assert done.json["diagnostics"] == []
    if form == "sarif":
        assert done.json["runs"][0]["results"] == []


def test_a_warning_is_no_error(call: Call, tmp_path: Path) -> None:
    """What other programs would read differently is said, and does not fail a build."""
    text = mapping("surname: {mis: surname, provider: LastName}").replace(
        "title: Office and Portal", "title: 'a\u200bb'"
    )
    path = write_workspace(tmp_path, mapping=text) / "mappings" / "sample.yaml"
    done = call("check", path, "-w", tmp_path)
    assert done.code == 0
    assert done.out.endswith("1 file checked: 0 errors, 1 warning\n")


def test_check_takes_the_workspace_it_stands_in(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a workspace it is checked, outside of one what ships."""
    monkeypatch.chdir(write_workspace(tmp_path / "w") / "mappings")
    assert "tieline.yaml" in call("check", "--format", "json").json["files"]
    monkeypatch.chdir(tmp_path)
    assert "mappings/onefile.yaml" in call("check", "--format", "json").json["files"]


def test_init_makes_a_workspace(call: Call, tmp_path: Path) -> None:
    """It says where the settings are and what to do next; a second time is wrong usage."""
    folder = tmp_path / "college"
    done = call("init", folder)
    assert done.code == 0
    assert "then `tieline check`" in done.out
    assert call("check", "-w", folder).code == 0
    again = call("init", folder)
    assert (again.code, again.out) == (64, "")
    assert "is a workspace already" in again.err


def test_init_for_the_sandbox_says_what_it_allows(call: Call, tmp_path: Path) -> None:
    """`author_may_approve` is on there, and that is said; JSON says the same facts."""
    done = call("init", tmp_path / "a", "--sandbox")
    assert done.code == 0
    assert "author_may_approve: on" in done.out
    told = call("init", tmp_path / "b", "--sandbox", "--json").json
    assert told == {"workspace": str(tmp_path / "b"), "settings": str(tmp_path / "b" / "tieline.yaml"), "sandbox": True}


def test_init_where_it_cannot_be(call: Call, tmp_path: Path) -> None:
    """A file in the way is an error in one sentence."""
    (tmp_path / "file").touch()
    done = call("init", tmp_path / "file" / "x")
    assert (done.code, done.out) == (1, "")
    assert "no workspace can be made in" in done.err


def test_a_missing_secret_ends_planning(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference is named, and nothing else is tried: the database is opened first, so it is there."""
    monkeypatch.delenv("PORTAL_TOKEN", raising=False)
    (tmp_path / "office.db").touch()
    done = call("plan", "portal", "-w", write_workspace(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "error: the secret env:PORTAL_TOKEN cannot be read: the environment has no variable PORTAL_TOKEN" in done.err


def test_the_log_begins_with_the_store(call: Call, tmp_path: Path) -> None:
    """A new workspace's log has one entry, for people and for programs."""
    folder = write_workspace(tmp_path)
    done = call("log", "-w", folder, "--json")
    assert done.code == 0
    assert [(one["what"], one["who"]) for one in done.json] == [("store.made", "tieline")]
    assert "store.made" in call("log", "-w", folder).out
    assert call("log", "-w", folder, "--run", "8c21d7aa", "--json").json == []


def test_links_that_are_not_there(call: Call, tmp_path: Path) -> None:
    """An empty list is an empty list; an import from a MIS that does not mirror the provider says what is missing."""
    folder = write_workspace(tmp_path)
    done = call("link", "list", "portal", "learner", "-w", folder, "--json")
    assert (done.code, done.json) == (0, [])


def test_the_sandbox_before_it_was_started(call: Call, tmp_path: Path) -> None:
    """Its state is told without making anything."""
    folder = write_workspace(tmp_path)
    done = call("sandbox", "status", "-w", folder, "--json")
    assert done.code == 0
    assert done.json["running"] is False
    assert "not running" in call("sandbox", "status", "-w", folder).out
