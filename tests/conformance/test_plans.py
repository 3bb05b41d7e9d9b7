"""Bad plan files, each a text file: refused through the command line by `show`, `approve` and `apply`, unopened.

The first line says why the plan is refused. Each further line is a line of the plan, as it stands or by a word:
`HEADER` and `CHANGE` stand for right ones (` + {…}` puts parts in, ` - name` takes one out), `FOOTER` for the footer
that fits the lines above; the other words are read by `line_of`.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.service import applying
from tests.golden.make import GOLDEN
from tests.samples import write_workspace
from tests.trial import Workspace

FOLDER = Path(__file__).with_name("plans-bad")
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def right_lines() -> dict[str, dict[str, Any]]:
    """A header and a change as a version of tieline wrote them."""
    first, second, *_ = (GOLDEN / "0.1.0" / "plan.jsonl").read_text(encoding="utf-8").splitlines()
    return {"HEADER": json.loads(first), "CHANGE": json.loads(second)}


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def line_of(text: str, above: bytes, count: int) -> bytes:
    """The bytes of one line of a case, without its end."""
    word, _, rest = text.partition(" ")
    match word:
        case "HEADER" | "CHANGE":
            value = right_lines()[word]
            if rest.startswith("+"):
                value |= json.loads(rest[1:])
            elif rest.startswith("-"):
                del value[rest[1:].strip()]
            return canonical(value)
        case "FOOTER":
            said = 3 if rest == "of 3" else count
            digest = hashlib.sha256(b"" if rest == "of nothing" else above).hexdigest()
            line = canonical({"kind": "footer", "lines": said, "sha256": digest})
            return line.replace(b":", b": ", 1) if rest == "with a space" else line
        case "BYTES":
            return bytes.fromhex(rest)
        case "BRACKETS":
            return b"[" * int(rest)
        case "LONG":
            return b'{"kind":"' + b"x" * int(rest) + b'"}'
    return text.encode()


def plan_of(name: str) -> tuple[bytes, str]:
    """The bytes of a case's plan, and what is said of it."""
    first, *lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    whole = b""
    for count, text in enumerate(lines):
        if text != "END":
            whole += line_of(text, whole, count) + b"\n"
    return whole, first.removeprefix("says: ")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace none of whose systems may be opened."""

    def opened(*_: object) -> None:
        raise AssertionError("a connector was opened")

    monkeypatch.setattr(applying, "opened_sides", opened)
    return Workspace(write_workspace(tmp_path / "college"))


@pytest.mark.covers("R6", part="the plan's bytes; signatures are still to come")
def test_bad_plans_are_refused(workspace: Workspace, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    """Each by each command: exit 3, the expected words, nothing of the file's content, no traceback, nothing opened."""
    wrong = []
    for name in NAMES:
        whole, says = plan_of(name)
        path = tmp_path / f"{name}.plan.jsonl"
        path.write_bytes(whole)
        for words in (("show",), ("approve", "--as", "jo"), ("apply",)):
            done = workspace.call(words[0], str(path), *words[1:])
            if done.code != 3 or says not in done.err or "canary" in done.said or "Traceback" in done.said:
                wrong.append(f"{words[0]} {name}: {done.code} {done.said[:300]}")
    assert wrong == []
    assert len(NAMES) >= 30
    figure("R6", f"{len(NAMES)} bad plan files, each by 3 commands: all refused, 0 connectors opened")


def test_the_right_lines_are_a_plan() -> None:
    """The control: header, change and footer by these very words are the bytes that the writer writes."""
    from engine.plan.file import _footer  # noqa: PLC0415

    whole, _ = plan_of("whole-and-not-ours")
    *above, last = whole.splitlines(keepends=True)
    assert last == _footer(len(above), hashlib.sha256(b"".join(above)).hexdigest())
