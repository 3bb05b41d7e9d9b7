"""Addresses and secrets are looked up when a system is opened, and never show themselves."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.clock import SystemClock
from engine.errors import ConnectorMismatchError, SecretMissingError, TielineError, WorkspaceError
from engine.opening import access, open_system, resolve, store_address
from engine.ports import ConnectorSpec, Secret
from engine.settings import Hosts, SystemSettings, Workspace, read_settings
from engine.source import Source
from tests.samples import office_and_portal

CATALOG = office_and_portal()
OFFICE, PORTAL = CATALOG.mis, CATALOG.provider
LISTED = Hosts(frozenset({"portal.example"}))
SETTINGS = SystemSettings("portal", "sandbox", "http://127.0.0.1:8101", {"token": "file:token"})


def keep(folder: Path, text: str, mode: int = 0o600) -> Path:
    """A file that holds a secret."""
    path = folder / "token"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def workspace(folder: Path, systems: str) -> Workspace:
    read = read_settings(Source("tieline.yaml", f"workspace: t\nsystems: {systems}\nexchanges: {{}}\n"), folder)
    assert read.workspace is not None
    return read.workspace


def test_what_is_not_live_has_no_live_address(tmp_path: Path) -> None:
    """However it is written, the host of the live environment is refused under another one; other hosts are not."""
    keep(tmp_path, "hunter2")
    for address in ("https://portal.example", "https://PORTAL.example./x", "http://portal.example:8080"):
        with pytest.raises(ConnectorMismatchError, match="its address is that of one that is"):
            access(PORTAL, replace(SETTINGS, address=address), tmp_path, Hosts())
    for address in ("https://portal.example.org", "https://notportal.example", "http://[::1", "http://127.0.0.1:8101"):
        assert access(PORTAL, replace(SETTINGS, address=address), tmp_path, Hosts()).address == address


# --- references ------------------------------------------------------------------------------------------------------


def test_a_secret_in_the_environment() -> None:
    """`env:NAME` is the variable's text, as it is."""
    assert resolve("env:TOKEN", Path("/x"), {"TOKEN": " hunter2 "}) == " hunter2 "


@pytest.mark.parametrize("environment", [{}, {"TOKEN": ""}, {"token": "hunter2"}])
def test_a_variable_that_is_missing_or_empty(environment: dict[str, str]) -> None:
    """It is named, and the fault carries the exit code of an error."""
    with pytest.raises(SecretMissingError, match="env:TOKEN cannot be read: the environment has no variable TOKEN"):
        resolve("env:TOKEN", Path("/x"), environment)


def test_the_environment_of_this_process_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another one given, it is the process's own."""
    monkeypatch.setenv("TIELINE_TEST_TOKEN", "hunter2")
    assert resolve("env:TIELINE_TEST_TOKEN", Path("/x")) == "hunter2"


def test_a_secret_in_a_file(tmp_path: Path) -> None:
    """`file:PATH` is relative to the workspace, or absolute; the line break at the end does not count."""
    path = keep(tmp_path, "hunter2\n")
    assert resolve("file:token", tmp_path) == "hunter2"
    assert resolve(f"file:{path}", Path("/x")) == "hunter2"


@pytest.mark.covers("S3")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601, 0o610, 0o620])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    """Any right of group or others, not only reading, refuses the file; its text is not told."""
    keep(tmp_path, "hunter2", mode)
    with pytest.raises(SecretMissingError, match="others may read the file") as caught:
        resolve("file:token", tmp_path)
    assert "hunter2" not in str(caught.value)


def _folder(path: Path) -> None:
    path.mkdir(mode=0o700)


def _nothing(_path: Path) -> None:
    """No file at all."""


def _empty(path: Path) -> None:
    keep(path.parent, " \n")


def _bytes(path: Path) -> None:
    path.write_bytes(b"\xff\xfehunter2")
    path.chmod(0o600)


@pytest.mark.parametrize("make", [_folder, _nothing, _empty, _bytes])
def test_a_file_that_holds_no_secret(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A folder, no file, an empty one and one that is no text are told in our words."""
    make(tmp_path / "token")
    with pytest.raises(SecretMissingError, match="secret file:token cannot be read: the file is") as caught:
        resolve("file:token", tmp_path)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("reference", ["keyring:portal", "hunter2", "vault:x", ""])
def test_no_other_reference_is_read(tmp_path: Path, reference: str) -> None:
    """A keyring cannot be read by this version, and says so."""
    with pytest.raises(SecretMissingError, match="only env:NAME and file:PATH"):
        resolve(reference, tmp_path)


# --- access ----------------------------------------------------------------------------------------------------------


def test_a_secret_never_shows_itself(tmp_path: Path) -> None:
    """Neither `repr` nor `str` of a secret and of its holder has the text, nor an address that may have a password."""
    keep(tmp_path, "hunter2")
    found = access(PORTAL, replace(SETTINGS, address="http://127.0.0.1:8101/hunter2"), tmp_path, Hosts())
    secret = found.secrets["token"]
    assert secret.reveal() == "hunter2"
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{found}", repr(found), f"{found.secrets}"):
        assert "hunter2" not in shown
    assert "file:token" in str(Secret("file:token", "hunter2"))


def test_an_address_in_the_connector_file_is_not_replaced(tmp_path: Path) -> None:
    """Where the file names an environment's address the workspace cannot lead the secrets elsewhere."""
    keep(tmp_path, "hunter2")
    elsewhere = replace(SETTINGS, environment="live", address="https://elsewhere.example")
    assert access(PORTAL, elsewhere, tmp_path, LISTED).address == "https://portal.example"


@pytest.mark.covers("N1")
@pytest.mark.parametrize("listed", [(), ("elsewhere.example",), ("portal.example.org",), ("x.portal.example",)])
def test_a_connector_file_does_not_say_where_secrets_go(tmp_path: Path, listed: tuple[str, ...]) -> None:
    """The host of its address must stand in the settings, as a whole; the refusal says what to add."""
    live = replace(SETTINGS, environment="live", address=None)
    with pytest.raises(ConnectorMismatchError, match=r"`allowed_hosts: \[portal.example\]`"):
        access(PORTAL, live, tmp_path, Hosts(frozenset(listed)))


def test_a_host_is_listed_in_any_letters(tmp_path: Path) -> None:
    """Capitals and the dot at the end do not count, in the settings and in the connector file."""
    keep(tmp_path, "hunter2")
    text = "{portal: {environment: live, token: 'file:token'}}\nallowed_hosts: [PORTAL.example.]\ninternal_hosts: [a.b]"
    hosts = workspace(tmp_path, text).hosts
    assert hosts == Hosts(frozenset({"portal.example"}), frozenset({"a.b"}))
    assert not access(PORTAL, replace(SETTINGS, environment="live"), tmp_path, hosts).internal
    assert access(PORTAL, replace(SETTINGS, address="https://A.b./x"), tmp_path, hosts).internal


def test_certificates_lie_in_the_workspace(tmp_path: Path) -> None:
    """`ca_file` is a file of the workspace, also through a link within it; what leads out of it is refused by name."""
    folder = tmp_path / "college"
    folder.mkdir()
    keep(folder, "hunter2")
    (folder / "ca.pem").write_text("x", encoding="utf-8")
    (folder / "link.pem").symlink_to("ca.pem")
    (tmp_path / "outside.pem").write_text("x", encoding="utf-8")
    (folder / "out.pem").symlink_to(tmp_path / "outside.pem")
    for name in ("ca.pem", "link.pem", "./ca.pem"):
        found = access(PORTAL, replace(SETTINGS, ca_file=name), folder, Hosts())
        assert found.ca_file == str(folder / "ca.pem")
    for name in ("out.pem", "../outside.pem", str(tmp_path / "outside.pem"), ".", "none.pem", "a\0b", "/etc/passwd"):
        with pytest.raises(WorkspaceError, match=r"systems.portal.ca_file in tieline.yaml must name a file in the"):
            access(PORTAL, replace(SETTINGS, ca_file=name), folder, Hosts())


@pytest.mark.parametrize(
    ("spec", "key", "value"), [(PORTAL, "read_only", True), (OFFICE, "ca_file", "ca.pem")], ids=["http", "sql"]
)
def test_a_protection_that_does_nothing_is_refused(
    tmp_path: Path, spec: ConnectorSpec, key: str, value: object
) -> None:
    """Nobody is to believe that a system of HTTP is opened for reading alone, or a database by our certificates."""
    settings = SystemSettings(spec.name, "live", "sqlite:x.db", {"token": "env:X"}, **{key: value})  # type: ignore[arg-type]  # as each key takes it
    with pytest.raises(WorkspaceError, match=f"systems.{spec.name}.{key} in tieline.yaml means nothing"):
        access(spec, settings, tmp_path, LISTED)


def test_what_the_workspace_gives(tmp_path: Path) -> None:
    """Address, page size and rate limit come from the settings where the connector file leaves them open."""
    keep(tmp_path, "hunter2")
    found = access(PORTAL, replace(SETTINGS, page_size=7, calls_per_minute=9), tmp_path, Hosts())
    assert (found.environment, found.address) == ("sandbox", "http://127.0.0.1:8101")
    assert (found.page_size, found.calls_per_minute) == (7, 9)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sqlite:mis.db", "sqlite:///{folder}/mis.db"),
        ("sqlite:a/../mis.db", "sqlite:///{folder}/mis.db"),
        ("sqlite:////var/mis.db", "sqlite:////var/mis.db"),
        ("postgresql://db.example/mis", "postgresql://db.example/mis"),
        ("file:token", "sqlite:///{folder}/inside.db"),
    ],
)
def test_the_address_of_a_database(tmp_path: Path, text: str, address: str) -> None:
    """A relative SQLite path is the workspace's; a reference is looked up first."""
    keep(tmp_path, "sqlite:inside.db")
    found = access(OFFICE, SystemSettings("office", "live", text, {}), tmp_path, Hosts())
    assert found.address == address.format(folder=tmp_path)


def test_the_folder_of_files(tmp_path: Path) -> None:
    """A folder is relative to the workspace."""
    files = replace(OFFICE, kind="files")
    found = access(files, SystemSettings("office", "live", "exports", {}), tmp_path, Hosts())
    assert found.address == str(tmp_path / "exports")


@pytest.mark.parametrize(
    ("settings", "fault", "says"),
    [
        (replace(SETTINGS, environment="beta"), ConnectorMismatchError, "no environment `beta`.*live, sandbox"),
        (replace(SETTINGS, secrets={}), WorkspaceError, "lacks `token` under systems.portal"),
        (replace(SETTINGS, address=None), WorkspaceError, "lacks `base_url` under systems.portal"),
        (replace(SETTINGS, secrets={"token": "env:TIELINE_NO_SUCH"}), SecretMissingError, "TIELINE_NO_SUCH"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, settings: SystemSettings, fault: type[TielineError], says: str
) -> None:
    """The fault says what is missing and where it belongs."""
    keep(tmp_path, "hunter2")
    with pytest.raises(fault, match=says):
        access(PORTAL, settings, tmp_path, Hosts())


@pytest.mark.parametrize(("kind", "key"), [("sql", "database"), ("files", "folder")])
def test_the_key_of_an_address_fits_the_kind(kind: str, key: str) -> None:
    """A database is asked for a `database`, files for a `folder`."""
    with pytest.raises(WorkspaceError, match=f"lacks `{key}` under systems.office"):
        access(replace(OFFICE, kind=kind), SystemSettings("office", "live", None, {}), Path("/x"), Hosts())


@pytest.mark.parametrize("reference", ["env:TIELINE_TEST_STORE", "file:token"])
def test_the_store_may_be_named_by_a_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str) -> None:
    """What stands behind it is read as if it stood in the settings: a relative path is the workspace's."""
    monkeypatch.setenv("TIELINE_TEST_STORE", "sqlite:kept/store.db")
    keep(tmp_path, "sqlite:kept/store.db")
    here = workspace(tmp_path, "{}")
    assert store_address(here) == f"sqlite:///{tmp_path}/.tieline/store.db"
    assert store_address(replace(here, store=reference)) == f"sqlite:///{tmp_path}/kept/store.db"


# --- opening ---------------------------------------------------------------------------------------------------------


def test_a_system_that_the_workspace_does_not_know(tmp_path: Path) -> None:
    """It says where to add it."""
    with pytest.raises(WorkspaceError, match="says nothing of the system portal: add it under `systems`"):
        open_system(PORTAL, workspace(tmp_path, "{}"), SystemClock())


def test_a_kind_that_nobody_connects(tmp_path: Path) -> None:
    """A connector file of an unknown kind is told before any secret is read."""
    here = workspace(tmp_path, "{portal: {environment: sandbox, token: env:TIELINE_NO_SUCH}}")
    with pytest.raises(ConnectorMismatchError, match="no connector of kind `soap`"):
        open_system(replace(PORTAL, kind="soap"), here, SystemClock())


def test_opening_sends_nothing(tmp_path: Path) -> None:
    """An open system has made no call yet, although nobody listens at its address."""
    keep(tmp_path, "hunter2")
    here = workspace(tmp_path, '{portal: {environment: sandbox, base_url: "http://127.0.0.1:9", token: "file:token"}}')
    system = open_system(PORTAL, here, SystemClock())
    try:
        assert system.calls == 0
    finally:
        system.close()
