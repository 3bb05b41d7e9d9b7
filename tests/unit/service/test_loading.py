"""Finding and reading workspaces, connector files and mappings."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.connector_file import read_connector
from engine.errors import DisabledError, UsageError, WorkspaceError
from engine.ports import ConnectorSpec
from engine.service.loading import (
    FaultyFilesError,
    connector_names,
    find_file,
    find_workspace,
    fingerprint,
    load_connector,
    load_exchange,
    load_rules,
    load_workspace,
)
from engine.shipped import shipped
from engine.source import Source
from tests.samples import MAPPING, PORTAL, SETTINGS, mapping, write_workspace


def test_the_nearest_workspace_is_found(tmp_path: Path) -> None:
    """From a folder upward the first `tieline.yaml` counts; where there is none, it says how to get one."""
    outer, inner = tmp_path / "outer", tmp_path / "outer" / "a" / "inner"
    deep = inner / "x" / "y"
    deep.mkdir(parents=True)
    for folder in (outer, inner):
        (folder / "tieline.yaml").touch()
    assert find_workspace(deep) == inner
    assert find_workspace(inner.parent) == outer
    with pytest.raises(UsageError, match="make a workspace with `tieline init DIR`, or name one with -w"):
        find_workspace(tmp_path)


def test_a_workspace_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and a folder in its place are told without a path; a faulty file with its diagnostics."""
    with pytest.raises(WorkspaceError, match=r"tieline.yaml cannot be read \(No such file"):
        load_workspace(tmp_path)
    (tmp_path / "tieline.yaml").mkdir()
    with pytest.raises(WorkspaceError, match=r"tieline.yaml cannot be read \(Is a directory"):
        load_workspace(tmp_path)
    for text in (b"workspace: [\n", b"\xff\xfe"):
        folder = tmp_path / str(len(text))
        folder.mkdir()
        (folder / "tieline.yaml").write_bytes(text)
        with pytest.raises(FaultyFilesError, match="1 error found") as caught:
            load_workspace(folder)
        assert len(caught.value.diagnostics) == 1


def test_own_files_come_before_shipped_ones(tmp_path: Path) -> None:
    """A workspace's connector file and mapping replace those that ship under the same name."""
    assert find_file(tmp_path, "mappings", "onefile.yaml") == shipped("mappings/onefile.yaml")
    assert find_file(None, "connectors", "pics.yaml") == shipped("connectors/pics.yaml")
    own = tmp_path / "connectors" / "pics.yaml"
    own.parent.mkdir()
    own.write_text(shipped("connectors/pics.yaml").read_text().replace("title: PICSWeb", "title: Ours"))
    assert find_file(tmp_path, "connectors", "pics.yaml") == own
    read = load_connector(tmp_path, "pics")
    assert read is not None
    assert read.spec is not None
    assert read.spec.title == "Ours"
    assert find_file(tmp_path, "mappings", "nothing.yaml") is None
    assert load_connector(tmp_path, "nothing") is None
    assert {"onefile", "pics"} <= set(connector_names(tmp_path))


def test_an_exchange_is_loaded_with_its_settings(tmp_path: Path) -> None:
    """Its rules are checked under what the workspace chose, and what shapes a plan is told without secrets."""
    found = load_exchange(load_workspace(write_workspace(tmp_path)), "portal")
    assert found.name == "portal"
    assert found.checked.settings == {"mode": "push"}
    assert found.settings_json() == {"limits": {}, "settings": {"mode": "push"}, "zone": "Europe/London"}
    assert found.environments() == {"office": "sandbox", "portal": "sandbox"}
    assert set(found.fingerprints()) == {"office", "portal"}
    assert "PORTAL_TOKEN" not in str(found.settings_json())


def test_limits_shape_a_plan(tmp_path: Path) -> None:
    """They stand in the settings of a plan as text, so that they have one form."""
    text = SETTINGS.replace(
        "    mapping: sample\n    settings", "    limits: {update: {share: 2.50%}}\n    mapping: sample\n    settings"
    )
    found = load_exchange(load_workspace(write_workspace(tmp_path, settings=text)), "portal")
    assert found.settings_json()["limits"] == {"update": {"share": "2.50", "count": None}}


@pytest.mark.parametrize(("name", "says"), [("portl", "did you mean portal?"), ("zzzzzz", "it has: portal, resting")])
def test_an_unknown_exchange(tmp_path: Path, name: str, says: str) -> None:
    """It is wrong usage, with the nearest name or all of them."""
    with pytest.raises(UsageError, match=says.replace("?", r"\?")):
        load_exchange(load_workspace(write_workspace(tmp_path)), name)


def test_an_exchange_that_is_off(tmp_path: Path) -> None:
    """It is refused before its mapping is read."""
    here = load_workspace(write_workspace(tmp_path, mapping="nonsense"))
    with pytest.raises(DisabledError, match="exchange resting is not enabled"):
        load_exchange(here, "resting")


def test_a_system_that_left_the_settings(tmp_path: Path) -> None:
    """An exchange whose system the settings no longer name has no environment, which is another than any plan's."""
    text = SETTINGS.replace('  office: {environment: sandbox, database: "sqlite:office.db"}\n', "")
    found = load_exchange(load_workspace(write_workspace(tmp_path, settings=text)), "portal")
    assert found.environments() == {"office": "", "portal": "sandbox"}


# --- tables of codes -------------------------------------------------------------------------------------------------


def test_a_table_of_codes_is_read_only_from_below_the_mapping(tmp_path: Path) -> None:
    """A link that leads out of the mapping's folder is not followed, however harmless its name looks."""
    folder = write_workspace(tmp_path / "w")
    outside = tmp_path / "outside.csv"
    outside.write_text("office,portal\nA,White\n")
    table = folder / "mappings" / "codes" / "race.csv"
    table.unlink()
    table.symlink_to(outside)
    read = load_rules(folder / "mappings" / "sample.yaml", "mappings/sample.yaml")
    assert [one.code for one in read.diagnostics] == ["unknown-file"]
    table.unlink()
    table.symlink_to(folder / "mappings" / "codes" / "other.csv")
    (folder / "mappings" / "codes" / "other.csv").write_text("office,portal\nA,White\n")
    read = load_rules(folder / "mappings" / "sample.yaml", "mappings/sample.yaml")
    assert read.diagnostics == ()


# --- fingerprints ----------------------------------------------------------------------------------------------------

FULL = PORTAL.replace(
    "secrets: [token]", "secrets: [token]\nlimits: {calls: 300, per: 60}\nerror_message: message"
).replace("list: {verb: GET, path: /User}", 'list: {verb: GET, path: "/User/{page}/{size}", paging: {size: 100}}')


def spec(text: str) -> ConnectorSpec:
    read = read_connector(Source("connectors/portal.yaml", text))
    assert read.spec is not None, read.diagnostics
    return read.spec


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://portal.example", "https://other.example"),
        ("live: on}", "live: off}"),
        ("calls: 300, per: 60", "calls: 5, per: 1, timeout: 3, attempts: 1"),
        ("size: 100", "size: 50, first: 0"),
        ("title: Portal", "title: Gate"),
        ("version: 1", "version: 2"),
    ],
)
def test_what_a_fingerprint_leaves_out(old: str, new: str) -> None:
    """Addresses, paging, limits and titles may change between plan and apply."""
    assert old in FULL
    assert fingerprint(spec(FULL.replace(old, new))) == fingerprint(spec(FULL))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Email: {}", "Email: {path: EMail}"),
        ("Email: {}", "Email: {length: 10}"),
        ("Email: {}", "Email: {category: identifier}"),
        ("Email: {}", "Email: {listed: off}"),
        ("Email: {}", "Email: {}\n      Phone: {}"),
        ("wire: iso date", "wire: dd/mm/yyyy"),
        ('path: "/User/{key}", delivery: C', 'path: "/User/{key}", delivery: D'),
        ('path: "/User/{key}", delivery: C', 'path: "/User/{key}", delivery: C, settle: 3'),
        ('path: "/User/{key}"', 'path: "/People/{key}"'),
        ('path: "/User/{page}/{size}"', 'path: "/People/{page}/{size}"'),
        ("error_message: message", "error_message: error"),
        (
            "key: ID\n    columns:\n      ID: {access: read}\n      Place",
            "key: Place\n    columns:\n      ID: {access: read}\n      Place",
        ),
        ("secrets: [token]", "secrets: [token, more]"),
    ],
)
def test_what_a_fingerprint_holds(old: str, new: str) -> None:
    """Columns, calls and delivery classes are what a plan relied on."""
    assert old in FULL
    assert fingerprint(spec(FULL.replace(old, new))) != fingerprint(spec(FULL))


def test_the_order_of_columns_does_not_count() -> None:
    """A file in another order means the same."""
    swapped = FULL.replace("      Email: {}\n", "").replace("      Remark: {}\n", "      Remark: {}\n      Email: {}\n")
    assert fingerprint(spec(swapped)) == fingerprint(spec(FULL))
    assert fingerprint(replace(spec(FULL), name="gate")) != fingerprint(spec(FULL))


def test_the_digest_of_rules_follows_the_text(tmp_path: Path) -> None:
    """One letter in the mapping, even in a comment, is another digest."""
    first = load_exchange(load_workspace(write_workspace(tmp_path / "a")), "portal").checked.rules.digest
    same = load_exchange(load_workspace(write_workspace(tmp_path / "b")), "portal").checked.rules.digest
    other = load_exchange(
        load_workspace(write_workspace(tmp_path / "c", mapping=MAPPING + "# a word\n")), "portal"
    ).checked.rules.digest
    assert first == same != other


def test_faults_of_a_mapping_stop_the_exchange(tmp_path: Path) -> None:
    """Every fault comes along, and the sentence counts the errors."""
    bad = mapping(
        "a: {mis: surnam, provider: LastName}\nb: {mis: note, provider: Remrk}",
        MAPPING[MAPPING.index("settings") : MAPPING.index("codes")],
    )
    with pytest.raises(FaultyFilesError, match="2 errors found") as caught:
        load_exchange(load_workspace(write_workspace(tmp_path, mapping=bad)), "portal")
    assert [one.code for one in caught.value.diagnostics] == ["unknown-column", "unknown-column"]
