"""Every command helps, refuses what it does not understand, and never shows a traceback."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from engine.cli.main import COMMANDS, tieline
from engine.crashpoints import POINTS
from tests.modules import ROOT
from tests.samples import MAPPING, SETTINGS, write_workspace
from tests.unit.cli.calling import Call

HEAVY = ("sqlalchemy", "alembic", "httpx", "polars", "lark")


def commands(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """A command and all below it, as the words that call it."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, (*words, name))


ALL = list(commands(tieline))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_helps_with_an_example(call: Call, words: tuple[str, ...]) -> None:
    """`--help` and `-h` say the same, and end the text with an example on a line of its own."""
    done = call(*words, "--help")
    assert (done.code, done.err) == (0, "")
    assert done == call(*words, "-h")
    assert re.search(r"^  Example:\n    tieline " + " ".join(words), done.out, re.MULTILINE)
    assert "\\b" not in done.out


def test_the_list_of_commands_is_whole(call: Call) -> None:
    """Each command that is registered is listed with a sentence and can be loaded."""
    out = call("--help").out
    for name in COMMANDS:
        assert re.search(rf"^  {name} +[A-Z]", out, re.MULTILINE), name


def test_the_crash_points_are_listed(call: Call) -> None:
    """One line each: the name and what is so."""
    done = call("--list-crashpoints")
    assert done.code == 0
    assert done.out.splitlines() == [f"{name}: {meaning}" for name, meaning in POINTS.items()]


def test_the_version_is_told(call: Call) -> None:
    """`tieline, version …`."""
    done = call("--version")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"tieline, version \d+\.\d+\S*\n", done.out)


@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        ("--nothing",),
        ("plan",),
        ("plan", "portal", "more"),
        ("plan", "portal", "--nothing"),
        ("plan", "portal", "--out"),
        ("plan", "portal", "--out", "/"),
        ("approve", "7f3a9c00"),
        ("approve", "7f3a9c00", "--as", "jo", "--until", "tomorrow"),
        ("approve", "7f3a9c00", "--as", "jo", "--from", "2026-02-30"),
        ("approve", "7f3a9c00", "--as", "jo", "--only", "1", "--except", "2"),
        ("apply",),
        ("resume",),
        ("show",),
        ("init",),
        ("link", "nothing"),
        ("link", "import", "portal"),
        ("link", "set", "portal", "learner", "1"),
        ("link", "edit", "portal", "learner", "1"),
        ("link", "remove", "portal", "learner"),
        ("link", "find", "portal", "learner"),
        ("link", "find", "portal", "learner", "1", "--yes"),
        ("log", "--most", "0"),
        ("log", "--most", "many"),
        ("log", "--reveal"),
        ("log", "--last", "--plan", "7f3a9c00"),
        ("status", "portal", "more"),
        ("show", "7f3a9c00", "--html", "."),
        ("check", "--format", "xml"),
        ("demo", "--learners", "1"),
        ("sandbox", "up", "--port-base", "70000"),
        ("sandbox", "up", "--only", "nothing"),
        ("check", "-w", "tieline.yaml"),
    ],
    ids=" ".join,
)
def test_wrong_usage(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """Whatever the words do not fit ends with 64, a sentence on standard error, and nothing on standard output."""
    monkeypatch.chdir(write_workspace(tmp_path))
    done = call(*words)
    assert (done.code, done.out) == (64, "")
    assert "rror: " in done.err
    assert not (tmp_path / ".tieline").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "portl"), "did you mean portal?"),
        (("link", "list", "portl", "learner"), "did you mean portal?"),
        (("link", "list", "portal", "pupil"), "has no record type pupil; it has: learner"),
        (("link", "set", "portal", "pupil", "1", "2"), "has no record type pupil; it has: learner"),
        (("link", "find", "portl", "learner", "1"), "did you mean portal?"),
        (("show", "7f3a9c00"), "there is no plan 7f3a9c00"),
        (("show", "7f"), "there is no plan 7f"),
        (("show", "x" * 5000), "there is no plan"),
        (("show", "%"), "there is no plan %"),
        (("approve", "7f3a9c00", "--as", "jo"), "there is no plan 7f3a9c00"),
        (("apply", "7f3a9c00"), "there is no plan 7f3a9c00"),
        (("apply", ""), "there is no plan"),
        (("resume", "8c21d7aa"), "there is no run 8c21d7aa"),
        (("resume", ""), "there is no run"),
        (("status", "portl"), "did you mean portal?"),
        (("log", "--exchanged", "--run", "8c21d7aa"), "there is no run 8c21d7aa"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)
def test_what_does_not_exist(call: Call, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    """An unknown exchange, record type, plan or run is wrong usage, with a sentence that helps."""
    done = call(*words, "-w", write_workspace(tmp_path))
    assert (done.code, done.out) == (64, "")
    assert says in done.err


def test_without_a_workspace(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a workspace it says how to get one; a named one that is none is an error."""
    monkeypatch.chdir(tmp_path)
    done = call("plan", "portal")
    assert done.code == 64
    assert "tieline init DIR" in done.err
    done = call("plan", "portal", "-w", tmp_path / "nothing")
    assert done.code == 1
    assert "is -w right?" in done.err


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port of this machine where a caller would be noticed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003  the library's own signature
        yield server


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "resting"),
        ("link", "import", "resting", "learner"),
        ("link", "list", "resting", "learner"),
        ("link", "set", "resting", "learner", "1", "2"),
        ("link", "edit", "resting", "learner", "1", "2"),
        ("link", "remove", "resting", "learner", "1"),
        ("link", "find", "resting", "learner", "1"),
    ],
)
def test_an_exchange_that_is_off_opens_nothing(
    call: Call, tmp_path: Path, listening: socket.socket, words: tuple[str, ...]
) -> None:
    """It ends with 3 and the reason; no secret is looked up, no store made, no database touched, no call sent."""
    port = listening.getsockname()[1]
    folder = write_workspace(tmp_path, settings=SETTINGS.replace("127.0.0.1:9", f"127.0.0.1:{port}"))
    before = sorted(folder.rglob("*"))
    done = call(*words, "-w", folder)
    assert (done.code, done.out) == (3, "")
    assert "exchange resting is not enabled: set `enabled: on` under exchanges.resting" in done.err
    assert sorted(folder.rglob("*")) == before
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("settings", ""),
        ("settings", "workspace: [\n"),
        ("settings", b"\xff\xfe"),
        ("settings", SETTINGS.replace("mode: push", "mode: [push]")),
        ("settings", SETTINGS.replace("zone: ", "") + "zone: Nowhere/Land\n"),
        ("settings", SETTINGS + "store: mysql://db.example/x\n"),
        ("settings", SETTINGS + 'store: "sqlite:nowhere/\\0x.db"\n'),
        ("mapping", MAPPING.replace("title: Office and Portal", 'title: "\\ud800"')),
        ("mapping", "- a\n"),
        ("mapping", b"\xff"),
        ("mapping", "[" * 5000),
        ("office", "connector: office\n"),
        ("portal", b"\xe9"),
        ("race", b"\xe9"),
        ("race", '"a\nb'),
    ],
)
@pytest.mark.parametrize("words", [("plan", "portal"), ("check",), ("log",), ("status",)], ids=" ".join)
def test_no_input_leads_to_a_traceback(
    call: Call, tmp_path: Path, words: tuple[str, ...], part: str, text: str | bytes
) -> None:
    """Whatever stands in a file: an exit code of ours, and words of ours."""
    done = call(*words, "-w", write_workspace(tmp_path, **{part: text}))
    assert done.code in {0, 1}
    assert "Traceback" not in done.err
    if words == ("plan", "portal"):
        assert done.code == 1
        assert "error: " in done.err


PLANS = {
    "empty": b"",
    "no JSON": b"nonsense\n",
    "deep": b"[" * 100_000 + b"\n" + b"{}\n",
    "a list": b"[]\n[]\n",
    "no header": b'{"kind":"change"}\n{}\n',
    "another format": b'{"format":9,"kind":"header"}\n{}\n',
    "half a header": b'{"format":0,"kind":"header"}\n{}\n',
    "a long line": b"x" * 9_000_000,
    "binary": bytes(range(256)) * 10,
}


@pytest.mark.parametrize("command", ["show", "apply", "approve"])
@pytest.mark.parametrize("data", PLANS.values(), ids=list(PLANS))
def test_a_file_that_is_no_plan_is_refused(call: Call, tmp_path: Path, command: str, data: bytes) -> None:
    """A file of any bytes in place of a plan: refused with 3, before anything is opened."""
    path = tmp_path / "x.plan.jsonl"
    path.write_bytes(data)
    more = ("--as", "jo") if command == "approve" else ()
    done = call(command, path, *more, "-w", write_workspace(tmp_path / "w"))
    assert (done.code, done.out) == (3, "")
    assert "plan x.plan.jsonl cannot be used" in done.err


def loaded(*words: str) -> list[str]:
    """The exit code of a command in a process of its own, and the heavy libraries that it loaded."""
    program = (
        "import sys\nfrom engine.cli.main import run\n"
        f"code = run({words!r})\n"
        f"print(code, *(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stderr.split()


def test_heavy_libraries_are_not_loaded(tmp_path: Path) -> None:
    """Help and checking load no database, no HTTP and no frames; the parser only where there are expressions."""
    assert loaded("--help") == ["0"]
    assert loaded("check", "-w", str(write_workspace(tmp_path))) == ["0"]
    assert set(loaded("check")) <= {"0", "lark"}
