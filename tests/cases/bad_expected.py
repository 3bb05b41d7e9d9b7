"""What `tieline check` says of each folder of wrong files.

`python -m tests.cases.bad_expected [NAME ...]` writes `expected.txt` anew (of these cases, else of all): read every
difference before you keep it.

A case is a folder under `bad/`. Its files are laid over a small workspace (`tests.samples`: the systems `office` and
`portal`), so a case may bring its own connector files, too. `mapping.yaml` and `connector.yaml` are checked by
themselves; a `tieline.yaml` is checked with all of its workspace.
"""

import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.cli.main import run
from tests.samples import write_workspace

FOLDER = Path(__file__).with_name("bad")
EXPECTED = "expected.txt"
_FILES = ("mapping.yaml", "connector.yaml")


def names() -> list[str]:
    """Every case."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def said(name: str) -> tuple[str, int]:
    """What `tieline check` prints of a case, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        write_workspace(Path(folder))
        shutil.copytree(FOLDER / name, folder, dirs_exist_ok=True)
        with _inside(Path(folder)), contextlib.redirect_stdout(io.StringIO()) as out:
            code = run(["check", *(file for file in _FILES if Path(file).is_file()), "-w", "."])
        return out.getvalue(), code


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main(wanted: list[str]) -> None:
    """Write what is said of the cases wanted."""
    for name in wanted or names():
        (FOLDER / name / EXPECTED).write_text(said(name)[0], encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
