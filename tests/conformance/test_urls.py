"""Bad addresses, each a text file: refused through the command line, and nothing is connected to.

A file has lines `key: value`: `url` (as JSON), `in` (where it stands: `settings`, `connector` or `both`), `environment`
(`live` or `sandbox`), what its host `resolves` to (as JSON), further settings, and what `says` why it is refused.
"""

import json
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.shipped import shipped
from tests.trial import PatientClock, Workspace

FOLDER = Path(__file__).with_name("urls-bad")
CONNECTS: list[list[object]] = []
"""The last of these takes every address that this process connects to."""


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    url: str
    place: str
    environment: str
    resolves: tuple[str, ...]
    settings: tuple[str, ...]
    says: str


def cases() -> list[Case]:
    """Every file of the folder."""
    return [_case(path) for path in sorted(FOLDER.glob("*.txt"))]


def _case(path: Path) -> Case:
    lines = [line.partition(": ") for line in path.read_text(encoding="utf-8").splitlines()]
    found = {key: value for key, _, value in lines}
    more = tuple(value for key, _, value in lines if key == "setting")
    addresses = tuple(json.loads(found.get("resolves", "[]")))
    return Case(path.stem, json.loads(found["url"]), found["in"], found["environment"], addresses, more, found["says"])


def write(folder: Path, case: Case) -> Workspace:
    """A workspace whose OneFile is at the address of a case."""
    folder.mkdir()
    (folder / "connectors").mkdir()
    url = json.dumps(case.url)
    live, sandbox = "{live: on}", "{}"
    if case.place == "both":
        live = f"{{base_url: {url}, live: on}}"
    elif case.place == "connector":
        live, sandbox = f"{{base_url: {url}, live: on}}", f"{{base_url: {url}}}"
    text = shipped("connectors/onefile.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("environments:\n")
    _, _, after = rest.partition("\n\n")
    environments = f"environments:\n  live: {live}\n  sandbox: {sandbox}\n\n"
    (folder / "connectors" / "onefile.yaml").write_text(before + environments + after, encoding="utf-8")
    address = f"base_url: {url}, " if case.place != "connector" else ""
    settings = [
        "workspace: trial",
        "systems:",
        f'  pics: {{environment: {case.environment}, database: "sqlite:mis.db"}}',
        f'  onefile: {{environment: {case.environment}, {address}customer_token: "env:TIELINE_TEST_TOKEN"}}',
        *case.settings,
        "exchanges: {onefile: {enabled: on}}",
    ]
    (folder / "tieline.yaml").write_text("\n".join(settings) + "\n", encoding="utf-8")
    return Workspace(folder)


def resolver(addresses: tuple[str, ...]) -> Callable[..., list[object]]:
    """Gives these addresses for every name, and fails for a name that nobody was to look up."""

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[object]:
        assert addresses, f"{host} was looked up"
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    return getaddrinfo


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and CONNECTS:
        CONNECTS[-1].append(arguments[1])


sys.addaudithook(_listen)


@pytest.mark.covers("N1")
def test_bad_addresses_are_refused_and_nothing_is_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str, str], None]
) -> None:
    """`tieline status` says why in the expected words, shows no secret of the address, and makes no connection."""
    monkeypatch.setenv("TIELINE_TEST_TOKEN", "canary-token")
    every, wrong = cases(), []
    for case in every:
        workspace = write(tmp_path / case.name, case)
        CONNECTS.append([])
        with monkeypatch.context() as patched:
            patched.setattr(socket, "getaddrinfo", resolver(case.resolves))
            done = workspace.call("status", "onefile", clock=PatientClock())
        connected = CONNECTS.pop()
        if done.code != 1 or case.says not in done.said or "canary" in done.said or connected:
            wrong.append(f"{case.name}: {done.code}, {connected}\n{done.said}")
    assert wrong == []
    assert len(every) >= 30
    figure("N1", f"{len(every)} bad URLs refused by the command line: 0 connections")


@pytest.mark.covers("N1")
def test_a_connection_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same measure sees the connection to an address that is allowed: a name listed as internal."""
    monkeypatch.setenv("TIELINE_TEST_TOKEN", "canary-token")
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
        settings = ("internal_hosts: [MIS.college.example.]",)
        url = f"https://mis.college.example:{port}/api"
        workspace = write(tmp_path / "good", Case("good", url, "settings", "live", ("127.0.0.1",), settings, ""))
        line.close()
        CONNECTS.append([])
        monkeypatch.setattr(socket, "getaddrinfo", resolver(("127.0.0.1",)))
        done = workspace.call("status", "onefile", clock=PatientClock())
        connected = CONNECTS.pop()
    assert "no connection could be made" in done.said
    assert connected
    assert set(connected) == {("127.0.0.1", port)}
