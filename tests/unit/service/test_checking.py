"""Checking files, folders, a workspace, and what ships: every fault of every file, once."""

from pathlib import Path

import pytest

from engine.diagnostics.model import Diagnostic
from engine.errors import UsageError
from engine.service.checking import check_paths
from engine.shipped import shipped_names
from tests.samples import MAPPING, OFFICE, PORTAL, SETTINGS, mapping, write_workspace


def told(found: tuple[Diagnostic, ...]) -> list[tuple[str, str, int]]:
    """Code, file and line of each diagnostic."""
    return [(one.code, one.primary.source.path, one.primary.source.place(one.primary.span.start).line) for one in found]


def test_what_ships_has_no_fault() -> None:
    """Without a path and a workspace every shipped mapping and connector file is checked."""
    checked = check_paths((), None)
    assert checked.diagnostics == ()
    mappings = {f"mappings/{name}" for name in shipped_names("mappings", ".yaml")}
    connectors = {f"connectors/{name}" for name in shipped_names("connectors", ".yaml")}
    assert set(checked.files) == mappings | connectors
    assert len(checked.files) == len(set(checked.files))


def test_a_workspace_is_checked_whole(tmp_path: Path) -> None:
    """Settings, the connector files of its systems, and the mappings of its exchanges, each once."""
    checked = check_paths((), write_workspace(tmp_path))
    assert checked.diagnostics == ()
    assert sorted(checked.files) == [
        "connectors/office.yaml",
        "connectors/portal.yaml",
        "mappings/sample.yaml",
        "tieline.yaml",
    ]


def test_each_fault_is_told_once(tmp_path: Path) -> None:
    """Two exchanges share a faulty mapping over a faulty connector file: one diagnostic for each fault."""
    bad = mapping("surname: {mis: surnam, provider: LastName}")
    checked = check_paths((), write_workspace(tmp_path, mapping=bad, settings=SETTINGS.replace("{mode: push}", "{}")))
    assert told(checked.diagnostics) == [("unknown-column", "mappings/sample.yaml", 12)]
    checked = check_paths(
        (), write_workspace(tmp_path / "b", portal=PORTAL.replace("Email: {}", "Email: {length: no}"))
    )
    assert told(checked.diagnostics) == [("wrong-type", "connectors/portal.yaml", 13)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("mode: push", "mode: pusj", [("bad-setting", "tieline.yaml", 9)]),
        ("mode: push", "mood: push", [("unknown-setting", "tieline.yaml", 9)]),
        ("mode: push", "mode: [push]", [("bad-setting", "tieline.yaml", 9)]),
        ("mapping: sample\n    settings: {mode: push}", "mapping: nothing", [("unknown-file", "tieline.yaml", 6)]),
        ("sandbox, base_url", "sandpit, base_url", [("not-one-of", "tieline.yaml", 4)]),
        ("  office: {", "  ofice: {", [("unknown-system", "tieline.yaml", 3)]),
    ],
)
def test_faults_of_the_settings_stand_there(
    tmp_path: Path, old: str, new: str, found: list[tuple[str, str, int]]
) -> None:
    """What a workspace chose wrongly is told in `tieline.yaml`, not in the mapping."""
    assert old in SETTINGS
    assert told(check_paths((), write_workspace(tmp_path, settings=SETTINGS.replace(old, new))).diagnostics) == found


def test_a_mapping_between_unknown_systems(tmp_path: Path) -> None:
    """Both names are told, with the connector files that there are."""
    text = MAPPING.replace("mis: office", "mis: ofice").replace("provider: portal", "provider: portall")
    found = check_paths((), write_workspace(tmp_path, mapping=text)).diagnostics
    assert told(found) == [("unknown-system", "mappings/sample.yaml", 4), ("unknown-system", "mappings/sample.yaml", 5)]
    assert "did you mean `office`?" in found[0].help
    assert "onefile" in found[0].help


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("settings", "tieline.yaml"),
        ("mapping", "mappings/sample.yaml"),
        ("portal", "connectors/portal.yaml"),
        ("race", "mappings/codes/race.csv"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, part: str, path: str) -> None:
    """A file in another encoding is a diagnostic at its place, wherever it is read from."""
    text = {"settings": SETTINGS, "mapping": MAPPING, "portal": PORTAL, "race": "office,portal\n"}[part]
    folder = write_workspace(tmp_path, **{part: text.encode() + b"# caf\xe9\n"})
    found = check_paths((), folder).diagnostics
    assert [(one.code, one.primary.source.path) for one in found] == [("not-utf8", path)]


def test_files_and_folders(tmp_path: Path) -> None:
    """What a file is shows in its keys; a folder is searched, but not where the store lies."""
    folder = write_workspace(tmp_path)
    (folder / ".tieline").mkdir()
    (folder / ".tieline" / "x.yaml").write_text("nonsense: 1\n")
    (folder / "connectors" / "bad.yaml").write_text(OFFICE.replace("kind: sql\n", ""))
    checked = check_paths((folder,), folder)
    assert {Path(file).name for file in checked.files} == {
        "bad.yaml",
        "office.yaml",
        "portal.yaml",
        "sample.yaml",
        "tieline.yaml",
    }
    assert [code for code, _, _ in told(checked.diagnostics)] == ["missing-key"]
    one = check_paths((folder / "mappings" / "sample.yaml",), folder)
    assert (len(one.files), one.diagnostics) == (1, ())


def test_a_file_outside_a_workspace_uses_what_ships(tmp_path: Path) -> None:
    """Without a workspace only the shipped connector files are known."""
    write_workspace(tmp_path)
    found = check_paths((tmp_path / "mappings" / "sample.yaml",), None).diagnostics
    assert [one.code for one in found] == ["unknown-system", "unknown-system"]


@pytest.mark.parametrize("name", ["nothing.yaml", "x" * 5000, "a\nb"])
def test_a_path_that_is_none(tmp_path: Path, name: str) -> None:
    """A file that is not there is wrong usage, also where no file can have its name."""
    with pytest.raises(UsageError, match="there is no file or folder"):
        check_paths((tmp_path / name,), None)
