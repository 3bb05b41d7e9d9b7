"""The plan job run: data made by seed, every engine's plan checked against the others, wall times as ratios."""

import json
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.plan.ours import convert
from bench.plan.workspace import make_workspace, seed_links
from bench.processes import Measured, run_in_turn
from engine.service.loading import load_workspace

REFERENCES = {"polars by hand": "polars_hand.py", "diffsync": "diffsync_v.py"}
SEED = 7
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one size. `skipped` names the references that were not run, and why."""

    learners: int
    truth: dict[str, Any]
    measured: list[Measured]
    skipped: dict[str, str]


def run(learners: int, folder: Path, material: Path) -> Result:
    """Make the data, run all engines in turn, check their plans."""
    workspace = _prepare(learners, folder, material)
    plans = folder / "plans"
    plans.mkdir(exist_ok=True)
    ours = Measured(
        "tieline",
        [sys.executable, "-m", "engine.cli", "plan", "bench", "--out", str(plans / "ours.jsonl"), "-w", str(workspace)],
        Path.cwd(),
        codes=frozenset({2}),
    )
    commands, skipped = [ours], {}
    for name, file in REFERENCES.items():
        script = material / "references" / file
        missing = _missing(script)
        if missing:
            skipped[name] = missing
            continue
        out = plans / f"{script.stem}.jsonl"
        commands.append(
            Measured(name, [sys.executable, str(script), str(workspace / "data"), str(out), "pq"], script.parent)
        )
    run_in_turn(commands, ROUNDS)
    truth = json.loads((workspace / "data" / "truth.json").read_text(encoding="utf-8"))
    _check(plans, [Path(one.command[3]) for one in commands[1:]], material)
    return Result(learners, truth, commands, skipped)


def _prepare(learners: int, folder: Path, material: Path) -> Path:
    """A workspace with both sides made by seed and the links stored."""
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "workspace" / "data"
    data.mkdir(parents=True)
    generator = [
        sys.executable,
        str(material / "gen.py"),
        "--n",
        str(learners),
        "--seed",
        str(SEED),
        "--out",
        str(data),
    ]
    subprocess.run(generator, check=True, stdout=subprocess.DEVNULL, cwd=material)
    for name in ("mis.jsonl", "prov.jsonl"):
        (data / name).unlink()  # one file a table
    words = runpy.run_path(str(material / "common.py"))
    make_workspace(folder / "workspace", {"ethnicity": words["ETHNICITY"], "disability": words["DISABILITY"]})
    seed_links(load_workspace((folder / "workspace").resolve()))
    return folder / "workspace"


def _missing(script: Path) -> str:
    """Why a reference cannot be run; empty where it can."""
    if not script.is_file():
        return "its script is not here"
    library = {"diffsync_v.py": "diffsync"}.get(script.name, "polars")
    found = subprocess.run([sys.executable, "-c", f"import {library}"], capture_output=True, check=False)
    return "" if found.returncode == 0 else f"{library} is not installed"


def _check(plans: Path, others: list[Path], material: Path) -> None:
    """Every engine's plan has the same changes; records that only the provider has are only counted in ours."""
    canonical = runpy.run_path(str(material / "check.py"))["canon"]
    ours = plans / "ours.checked.jsonl"
    convert(plans / "ours.jsonl", ours)
    expected = canonical(str(ours))
    for other in others:
        kept = other.with_suffix(".checked.jsonl")
        lines = other.read_text(encoding="utf-8").splitlines(keepends=True)
        kept.write_text(
            "".join(line for line in lines if '"op":"unmatched"' not in line.replace(" ", "")), encoding="utf-8"
        )
        found = canonical(str(kept))
        if found != expected:
            message = f"the plans differ: ours {expected}, {other.stem} {found}"
            raise RuntimeError(message)
