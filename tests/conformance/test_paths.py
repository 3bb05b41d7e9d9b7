"""Bad paths for every option that takes one, a text file an option: a sentence, and nothing that was there is touched.

The first line of a file is the command, `{path}` the place of the path and `{plan}` that of a plan; in `workspace.txt`
the path is that of the workspace. Each further line is the exit code, the path as JSON, and what is said.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.trial import Trial, Workspace

FOLDER = Path(__file__).with_name("paths-bad")


def cases(name: str) -> tuple[list[str], list[tuple[int, str, str]]]:
    """The words of an option's command, and its lines."""
    first, *lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        code, _, rest = line.partition(" ")
        path, end = json.JSONDecoder().raw_decode(rest)
        found.append((int(code), path, rest[end:].strip()))
    return first.split(), found


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a workspace, but for what each command writes for itself."""
    own = (".tieline/store", ".tieline/sandbox", ".tieline/witness")
    names = {path: path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for path, name in names.items() if not name.startswith(own)}


@pytest.mark.covers("Y14", part="options that take a path")
@pytest.mark.timeout(300)
def test_bad_paths_are_refused(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, figure: Callable[[str, str], None]
) -> None:
    """Each with its exit code and words, no traceback, no file written or changed, and devices are still devices."""
    monkeypatch.chdir(trial.folder)
    plan = trial.plan()["plan"]
    (trial.folder / "a-link.html").symlink_to(trial.folder / "tieline.yaml")
    (trial.folder / "notes.html").write_text("my notes", encoding="utf-8")
    before, wrong, count = contents(trial.folder), [], 0
    for name in sorted(path.stem for path in FOLDER.glob("*.txt")):
        words, lines = cases(name)
        for code, path, says in lines:
            count += 1
            place = Workspace(Path(path)) if name == "workspace" else trial
            done = place.call(*(word.format(path=path, plan=plan) for word in words))
            if done.code != code or says not in done.said or "Traceback" in done.said or "defect" in done.said:
                wrong.append(f"{name} {path[:40]!r}: {done.code} {done.said[:200]}")
            if contents(trial.folder) != before:
                wrong.append(f"{name} {path[:40]!r}: a file was touched")
                before = contents(trial.folder)
    assert wrong == []
    assert count >= 40
    assert all(Path(one).is_char_device() for one in ("/dev/null", "/dev/full") if Path(one).exists())
    figure("Y14", f"{count} bad paths for options: all told, 0 files touched")
