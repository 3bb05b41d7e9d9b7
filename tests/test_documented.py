"""Whatever has a name that people meet stands in the manual, and no committed text says what it must not."""

import importlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
import pytest

from engine import crashpoints, errors
from engine.compare.reasons import HOLDS, REMEDIES, SENTENCES, Reason
from tests.modules import ROOT


def manual() -> str:
    """Everything that people read: README and docs, but for the records of decisions."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(
        page.read_text(encoding="utf-8") for page in pages if page.exists() and "decisions" not in page.parts
    )


def undocumented(names: Iterable[str], text: str) -> list[str]:
    """The names that do not stand in a text as a word between backticks (alone or as part of a command or path)."""
    quoted = "\n".join(_code(text))
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", quoted)]


def _code(text: str) -> Iterator[str]:
    for fenced, inline in re.findall(r"^```[^\n]*\n(.*?)^```|`([^`\n]+)`", text, re.MULTILINE | re.DOTALL):
        yield fenced or inline


def codes() -> list[str]:
    """The codes of diagnostics: the texts among the constants."""
    module = importlib.import_module("engine.diagnostics.codes")
    return [value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)]


def commands(command: click.Command, words: str) -> Iterator[str]:
    """A command and all below it, as typed."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=words)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, f"{words} lists {name} and does not have it"
            yield from commands(below, f"{words} {name}")


def command_line() -> click.Command:
    """The group of `tieline`: `main` itself, or the group that stands beside it."""
    module = importlib.import_module("engine.cli.main")
    found = [value for value in vars(module).values() if isinstance(value, click.Group)]
    assert found, "engine.cli.main has no click group"
    return found[0]


def keys(schema: Any) -> Iterator[str]:  # noqa: ANN401  a parsed document
    """Every property that a JSON Schema names, at any depth."""
    match schema:
        case dict():
            named = schema.get("properties")
            yield from named if isinstance(named, dict) else ()
            for below in schema.values():
                yield from keys(below)
        case list():
            for below in schema:
                yield from keys(below)


def exit_codes() -> dict[str, int]:
    return {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}


def needs(path: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not (ROOT / path).exists(), reason=f"{path} does not exist yet")


@needs("engine/diagnostics/codes.py")
def test_every_diagnostic_is_in_the_manual() -> None:
    """Each code has its heading or mention."""
    assert codes()
    assert undocumented(codes(), manual()) == []


def test_every_reason_is_in_the_manual_and_every_hold_has_a_remedy() -> None:
    """Whatever a plan gives as a reason is explained; whoever reads of a hold reads what to do about it."""
    assert undocumented([one.value for one in Reason], manual()) == []
    assert set(REMEDIES) >= HOLDS
    assert all(SENTENCES[one] for one in Reason)


def test_every_crash_point_is_in_the_manual() -> None:
    """Each named point is explained."""
    assert undocumented(crashpoints.POINTS, manual()) == []


@needs("engine/cli/main.py")
def test_every_command_is_in_the_manual() -> None:
    """Each command and subcommand is written out with `tieline` before it."""
    names = list(commands(command_line(), "tieline"))
    assert len(names) > 1
    assert undocumented(names, manual()) == []


@needs("schemas/settings.v1.json")
def test_every_setting_is_in_the_manual() -> None:
    """Each key of a workspace's settings file is explained."""
    names = sorted(set(keys(json.loads((ROOT / "schemas/settings.v1.json").read_text(encoding="utf-8")))))
    assert names
    assert undocumented(names, manual()) == []


def test_every_exit_code_is_in_the_manual() -> None:
    """The table of exit codes has one row for each constant, and no fault ends with another code."""
    page = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
    rows = [int(code) for code in re.findall(r"^\| `(\d+)` \|", page, re.MULTILINE)]
    assert rows == sorted(exit_codes().values())
    faults = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.TielineError)
    ]
    assert len(faults) > 1
    assert {fault.exit_code for fault in faults} <= set(rows)


def test_an_undocumented_name_is_found() -> None:
    """A name counts where it stands whole and as code; not in prose, and not as a part of a longer one."""
    text = "Use `tieline plan onefile`, not plain words.\n```sh\ntieline show P\n```\nbad-value `bad-value-list` `a.b`"
    names = ["tieline plan", "tieline show", "tieline", "bad-value", "words", "a.b", "plan"]
    assert undocumented(names, text) == ["bad-value", "words"]


def test_the_keys_of_a_schema_are_found() -> None:
    """Keys at any depth count, names of definitions do not."""
    schema = {"properties": {"a": {"items": [{"properties": {"b": {}}}]}}, "$defs": {"c": {"properties": {"d": True}}}}
    assert sorted(keys(schema)) == ["a", "b", "d"]


# --- what no committed text says ------------------------------------------------------------------------------------

# Written so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w.])/(?:wo[r]k|ro[o]t|ho[m]e|opt/pyp[i]|tmp/[w]|Use[r]s)(?:/|\b(?!-))")
HOSTS = re.compile(
    r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|registry\.yarnpk[g]|prox[y]\.golang|crate[s]\.io"
)
SHARED = re.compile(r"(?<![\w-])share[d]/")
NI_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?!QQ|ZZ)[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])", re.IGNORECASE)

FORBIDDEN: Mapping[str, re.Pattern[str]] = {
    "a path of one machine": MACHINE,
    "a host of a package registry": HOSTS,
    "a National Insurance number that somebody may have": NI_NUMBER,
}


def forbidden(path: str, text: str) -> list[str]:
    """What a committed text must not say, by line; the text itself is not repeated."""
    patterns = dict(FORBIDDEN)
    if not path.startswith(("tests/", "bench/")):
        patterns["a folder outside the project"] = SHARED
    return [
        f"{path}:{number}: {what}"
        for number, line in enumerate(text.split("\n"), 1)
        for what, pattern in patterns.items()
        if pattern.search(line)
    ]


def committed() -> Iterator[tuple[str, str]]:
    """Text files that git has or would take in, with their paths."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  git is where the machine has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    for path in listed.split("\0"):
        file = ROOT / path
        if path and file.is_file():
            data = file.read_bytes()
            if b"\0" not in data:
                yield path, data.decode("utf-8", errors="replace")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout: what is committed is not known")
def test_no_committed_text_says_what_it_must_not() -> None:
    """No machine's paths, no registry's hosts, no folder that others do not have, no NI number that may be real."""
    texts = dict(committed())
    assert "pyproject.toml" in texts
    found = [fault for path, text in texts.items() for fault in forbidden(path, text)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "see /wo" + "rk/main",
        '"/wo' + 'rk"',
        "file:///ro" + "ot/x",
        "https://pyp" + "i.org/simple",
        "../share" + "d/spec",
        "AB" + "123456C",
        "ab 12 34 " + "56 c,",
        "name: TN" + "311258D",
    ],
)
def test_a_forbidden_text_is_found(text: str) -> None:
    """Each pattern finds its kind, and the message does not repeat it."""
    faults = forbidden("docs/x.md", f"first\n{text}")
    assert len(faults) == 1
    assert faults[0].startswith("docs/x.md:2: ")
    assert text not in faults[0]


@pytest.mark.parametrize(
    "text",
    [
        "QQ123456C",
        "zz 12 34 56 A",
        "framework/main",
        "src/root/x",
        "a/work" + "/b",
        "/workers",
        "sha256:ab123456c0",
        "share/x",
    ],
)
def test_a_harmless_text_is_let_through(text: str) -> None:
    """Invented NI numbers, longer words and digests are no fault."""
    assert forbidden("docs/x.md", text) == []


def test_tests_may_name_a_folder_of_that_name() -> None:
    """Only what ships must stand alone in this."""
    assert forbidden("tests/x.py", "share" + "d/x") == []
