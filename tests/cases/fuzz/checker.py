"""Checks mutated files and tells what came of each: `python -m tests.cases.fuzz.checker FOLDER FIRST LAST`.

One line of JSON a file: the seed, the exit code, the seconds of processor time, what stood on standard error, and the
diagnostics. It runs in a process of its own, so that a crash of an interpreter or a library is seen as one.
"""

import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path

from engine.cli.main import run
from tests.cases.fuzz.mutate import mutated
from tests.samples import write_workspace


def main(folder: Path, first: int, last: int) -> None:
    """Check the files of the seeds from `first` to before `last`; every fifth as the `tieline.yaml` of a workspace."""
    write_workspace(folder)
    os.chdir(folder)
    for seed in range(first, last):
        data = mutated(seed)
        whole = seed % 5 == 0
        Path("tieline.yaml" if whole else "mutated.yaml").write_bytes(data)
        sys.stdout.write(json.dumps({"seed": seed, **_checked([] if whole else ["mutated.yaml"])}) + "\n")
        sys.stdout.flush()


def _checked(files: list[str]) -> dict[str, object]:
    out, errors = io.StringIO(), io.StringIO()
    begin = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = run(["check", *files, "-w", ".", "--format", "json"])
    spent = time.process_time() - begin
    text = out.getvalue()
    return {
        "code": code,
        "spent": spent,
        "errors": errors.getvalue(),
        "found": json.loads(text)["diagnostics"] if text else [],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
