"""Secrets come by reference only: the whole table, through `tieline.yaml` to the text that a connector gets."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import SecretMissingError
from engine.opening import access
from engine.settings import Hosts, read_settings
from engine.source import Source
from tests.samples import office_and_portal

PORTAL = office_and_portal().provider
TEXT = "hunter2-\u00e9"


@dataclass(frozen=True, slots=True)
class Row:
    """A text in the settings, what lies in the workspace, and the secret (`=`) or what is said."""

    reference: str
    make: Callable[[Path], None]
    says: str


def nothing(_folder: Path) -> None:
    """Nothing is there."""


def file(mode: int = 0o600, text: str | bytes = TEXT, name: str = "token") -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)

    return make


def link(mode: int, target: str = "real") -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        file(mode, name="real")(folder)
        (folder / "token").symlink_to(target)

    return make


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "token", 0o600)


def folder_of_that_name(folder: Path) -> None:
    (folder / "token").mkdir(mode=0o700)


def variable(text: str | None) -> Callable[[Path], None]:
    def make(_folder: Path) -> None:
        if text is not None:
            os.environ["TIELINE_TEST_SECRET"] = text

    return make


OTHERS = "others may read the file; `chmod 600` it"
GONE = "the file is not there or cannot be read"
ROWS = [
    Row("env:TIELINE_TEST_SECRET", variable(TEXT), "="),
    Row("env:TIELINE_TEST_SECRET", variable(""), "the environment has no variable TIELINE_TEST_SECRET"),
    Row("env:TIELINE_TEST_SECRET", variable(None), "the environment has no variable TIELINE_TEST_SECRET"),
    Row("file:token", file(), "="),
    Row("file:token", file(0o400), "="),
    Row("file:token", file(0o700), "="),
    Row("file:token", file(text=f"  {TEXT}\r\n\n"), "="),
    Row("file:inner/token", file(name="inner/token"), "="),
    Row("file:{folder}/token", file(), "="),
    *(Row("file:token", file(mode), OTHERS) for mode in (0o640, 0o604, 0o644, 0o660, 0o602, 0o610, 0o601, 0o677)),
    Row("file:token", link(0o600), "="),
    Row("file:token", link(0o640), OTHERS),
    Row("file:token", link(0o604), OTHERS),
    Row("file:token", link(0o600, "nowhere"), GONE),
    Row("file:token", link(0o600, "token"), GONE),
    Row("file:token", nothing, GONE),
    Row("file:token", folder_of_that_name, "the file is not"),
    Row("file:token", pipe, "the file is not a plain one"),
    Row("file:/dev/null", nothing, "the file is not a plain one"),
    Row("file:token", file(text=""), "the file is empty"),
    Row("file:token", file(text=" \n"), "the file is empty"),
    Row("file:token", file(text=b"\xff\xfe"), GONE),
    Row("file:token", file(text="x" * 70_000), "the file is larger than a secret"),
    *(
        Row(literal, nothing, "refused by the settings")
        for literal in (
            *(TEXT, "env:", "env:1TOKEN", "env:A B", "ENV:TOKEN", "env TOKEN", "file:", "file: token"),
            *("keyring:portal", "vault:portal", "http://portal.example/hunter2", "", "12345678", "env:A;hunter2"),
        )
    ),
]


@pytest.mark.covers("S3")
def test_every_way_to_write_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str, str], None]
) -> None:
    """Each row gives the secret, or a sentence that names the reference and the remedy and nothing of the secret."""
    wrong = []
    for number, row in enumerate(ROWS):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.setenv("TIELINE_TEST_SECRET", "")
        monkeypatch.delenv("TIELINE_TEST_SECRET")
        row.make(folder)
        said = outcome(folder, row.reference.format(folder=folder))
        if row.says not in said or (row.says == "=" and said != "="):
            wrong.append((number, row.reference, row.says, said))
    assert wrong == []
    given = sum(row.says == "=" for row in ROWS)
    figure("S3", f"{len(ROWS)} ways to write a secret: {given} read, {len(ROWS) - given} refused")


def outcome(folder: Path, reference: str) -> str:
    """`=` for the secret itself, else what is said."""
    quoted = "'" + reference.replace("'", "''") + "'"
    text = (
        f"workspace: t\nsystems: {{portal: {{environment: sandbox, base_url: 'http://127.0.0.1:9', token: {quoted}}}}}"
    )
    read = read_settings(Source("tieline.yaml", f"{text}\nexchanges: {{}}\n"), folder)
    if read.workspace is None:
        assert not any("hunter2" in one.headline + one.help + one.primary.text for one in read.diagnostics)
        return "refused by the settings"
    try:
        found = access(PORTAL, read.workspace.systems["portal"], folder, Hosts())
    except SecretMissingError as fault:
        assert "hunter2" not in str(fault)  # noqa: PT017  of each row
        assert reference in str(fault)  # noqa: PT017
        return str(fault)
    assert "hunter2" not in repr(found)
    return "=" if found.secrets["token"].reveal() == TEXT else "another text"
