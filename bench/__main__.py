"""`python -m bench`: every benchmark, written to bench/results.md and bench/results.json."""

import argparse
import json
import platform
import sys
from pathlib import Path

from bench.feel import job as feel
from bench.feel import report
from bench.plan.job import Result, run
from bench.processes import Measured

HERE = Path(__file__).resolve().parent
MATERIAL = HERE.parent.parent / "shared" / "bench"
"""The workload's generator and the references, where they are present."""
SIZES = (10_000, 100_000)


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="learners a side")
    parser.add_argument(
        "--material", type=Path, default=MATERIAL, help="folder of the workload's generator and references"
    )
    parser.add_argument("--print-only", action="store_true", help="write no results")
    given = parser.parse_args()
    speeds = feel.run()
    results = _plan_jobs(given.sizes, given.material)
    text = "\n".join([*(_text(results) if results else []), report.text(speeds)])
    sys.stdout.write(text)
    if results and not given.print_only:
        (HERE / "results.md").write_text(text, encoding="utf-8")
        told = {"plan": [_json(one) for one in results], "feel": report.as_json(speeds)}
        (HERE / "results.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


def _plan_jobs(sizes: list[int], material: Path) -> list[Result]:
    """Each size's figures; none where what makes the data is not here."""
    if (material / "gen.py").is_file():
        return [run(size, HERE / ".data" / str(size), material) for size in sizes]
    sys.stderr.write("the plan job is skipped: its generator (gen.py) is not here; name its folder with --material\n")
    return []


HEAD = """\
# Benchmarks

Made by `make bench` on Python {python}, {machine}. Compare only within one table: all engines ran in turn, in one run,
one warm-up and then the median of five whole processes. The plans of all engines were checked to be the same.

## The plan job

Read two Parquet sides of N learners and 22 fields, translate by 21 rules, match, compare field by field, write the
changes. tieline matches by the links in its store, brings text to NFC before it calls it different, gives each change
its reason, rule and keyed hash of inputs, counts every cell left alone, and writes a canonical file with a digest; the
references do none of these.
"""


def _text(results: list[Result]) -> list[str]:
    lines = [HEAD.format(python=platform.python_version(), machine=platform.machine())]
    for result in results:
        lines += _table(result)
    return [*lines, ""]


def _table(result: Result) -> list[str]:
    ours = result.measured[0]
    rows = [
        f"| {one.name} | {one.median:.2f} | {one.peak:.0f} | {ours.median / one.median:.2f} |"
        for one in result.measured
    ]
    skipped = [f"Not run: {name} ({why})." for name, why in result.skipped.items()]
    head = [
        f"### {result.learners:,} learners",
        "",
        "| engine | seconds | peak MiB | tieline takes, times this |",
        "|---|---|---|---|",
    ]
    return [*head, *rows, "", *skipped, ""]


def _json(result: Result) -> dict[str, object]:
    engines = [_engine(one, result.measured[0]) for one in result.measured]
    return {"learners": result.learners, "truth": result.truth, "skipped": result.skipped, "engines": engines}


def _engine(one: Measured, ours: Measured) -> dict[str, object]:
    return {
        "name": one.name,
        "seconds": [round(value, 4) for value in one.seconds],
        "median": round(one.median, 4),
        "peak_mib": round(one.peak, 1),
        "tieline_takes": round(ours.median / one.median, 3),
    }


if __name__ == "__main__":
    sys.exit(main())
