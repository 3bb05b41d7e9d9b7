"""Runs that earlier versions began, and that this one goes on with; and what a later version made is refused."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.digest import Json, canonical
from engine.plan.file import plan_id
from engine.plan.model import FORMAT
from tests.golden.make import EMPLOYERS, GOLDEN, restore, write
from tests.trial import Workspace

VERSIONS = sorted(path.parent.name for path in GOLDEN.glob("*/expected.json"))


def employers(folder: Path) -> list[list[object]]:
    with closing(sqlite3.connect(folder / "office.db")) as office:
        return [list(row) for row in office.execute(EMPLOYERS)]


def goes_on(workspace: Workspace, expected: dict[str, object]) -> None:
    """The run is shown, resumed to its end, and leaves nothing to plan."""
    plan, run = str(expected["plan"]), str(expected["run"])
    assert workspace.call("show", plan, "--json").json["changes"] == expected["changes"]
    assert employers(workspace.folder) != expected["employers"]
    done = workspace.process("resume", run, "--json")
    assert (done.code, done.json["halted"]) == (0, ""), done.said
    assert sum(done.json["counts"].values()) == expected["changes"]
    assert employers(workspace.folder) == expected["employers"]
    again = workspace.call("plan", "portal", "--json")
    assert (again.code, again.json["changes"], again.json["held"]) == (0, 0, 0)
    (told,) = workspace.call("log", "--exchanged", "--json").json["runs"]
    assert (told["state"], len(told["changes"])) == ("finished", expected["changes"])


@pytest.mark.covers("R22")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_run_of_an_earlier_version_is_resumed(
    tmp_path: Path, version: str, figure: Callable[[str, str], None]
) -> None:
    """Its store, plan, rules and connector files as they were; cut after intents: each record is written once."""
    expected = restore(GOLDEN / version, tmp_path)
    goes_on(Workspace(tmp_path), expected)
    figure("R22", f"version {version}: {expected['changes']} changes, all resumed")


def test_the_golden_folder_of_this_version_would_be_resumed(tmp_path: Path) -> None:
    """What the script makes today, put back elsewhere, is resumed: so the next release can add its folder."""
    (tmp_path / "made").mkdir()
    write(tmp_path / "made", tmp_path / "golden")
    (tmp_path / "again").mkdir()
    goes_on(Workspace(tmp_path / "again"), restore(tmp_path / "golden", tmp_path / "again"))


@pytest.mark.covers("R22", part="later versions")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_plan_of_a_later_version_is_refused(tmp_path: Path, version: str) -> None:
    """Another format, in a file that is whole: the refusal names it, who made it, and what is known here."""
    expected = restore(GOLDEN / version, tmp_path)
    path = tmp_path / ".tieline" / "plans" / f"{expected['plan']}.plan.jsonl"
    first, *lines = path.read_bytes().splitlines(keepends=True)[:-1]
    header: dict[str, Any] = json.loads(first) | {"format": FORMAT + 1, "engine": "9.8.7", "something_new": True}
    text = b"".join([canonical(header) + b"\n", *lines])
    footer: dict[str, Json] = {"kind": "footer", "lines": 1 + len(lines), "sha256": hashlib.sha256(text).hexdigest()}
    path.write_bytes(text + canonical(footer) + b"\n")
    digest = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    with closing(sqlite3.connect(tmp_path / ".tieline" / "store.db")) as store:
        store.execute("UPDATE plans SET digest = ?", (digest,))
        store.commit()
    assert plan_id(digest) != expected["plan"]
    workspace, before = Workspace(tmp_path), employers(tmp_path)
    for words in (("resume", expected["run"]), ("show", expected["plan"]), ("show", str(path))):
        done = workspace.call(*words)
        assert (done.code, f"its format is {FORMAT + 1}" in done.err, "tieline 9.8.7" in done.err) == (3, True, True), (
            done.said
        )
        assert f"reads format {FORMAT}" in done.err
    assert employers(tmp_path) == before


@pytest.mark.covers("R22", part="later versions")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_a_later_version_is_refused(tmp_path: Path, version: str) -> None:
    """Its schema is of a version that is not known here: both versions are named, and nothing is written."""
    expected = restore(GOLDEN / version, tmp_path)
    with closing(sqlite3.connect(tmp_path / ".tieline" / "store.db")) as store:
        store.execute("UPDATE alembic_version SET version_num = '0999'")
        store.commit()
    before = employers(tmp_path)
    done = Workspace(tmp_path).call("resume", str(expected["run"]))
    assert (done.code, "version 0999" in done.err, "use a newer tieline" in done.err) == (1, True, True), done.said
    assert employers(tmp_path) == before
