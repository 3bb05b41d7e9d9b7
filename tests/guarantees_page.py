"""Makes `docs/guarantees.md`: each promise, the tests that prove it, and the last figure that they measured."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping

from tests.modules import ROOT

PATH = "docs/guarantees.md"
_PROMISES = ROOT / "tests" / "promises.toml"
_COVERAGE = ROOT / "docs" / "coverage.md"
_FIGURES = ROOT / "docs" / "figures.json"
_ROW = re.compile(r"^\| ([A-Z]+-?\d+) \| (.*?) \| (.*?) \| (.*?) \|$")

HEAD = """\
<!-- Made by `make docs` of tests/promises.toml, docs/coverage.md and docs/figures.json; do not edit. -->

# What is promised

Each promise has the tests that prove it, and what they counted when they last ran. `make test` runs them in a short
form, `make faults` whole, `make nightly` those that take minutes each; the figures are of the last run that kept them.
What a delivery class is stands in [how it works](how-it-works.md).
"""

WITHHELD = """\
## What is not promised

- **"Exactly once" under C and D.** A plain write and a create without a key cannot be made so from the outside. The
  plan shows each change's class, and what is not known is counted as `unknown` and held until a person has looked.
- **"Nobody else's edit is ever written over" under A, C and D.** Between the last look and the write is a moment that
  the provider offers nothing to close with.
- **"Tamper-proof".** Who may write to the store may forge an approval or a log entry in it. Signatures, seals and a log
  whose head is kept elsewhere come later; what stands in for them is said beside each promise.
- **"Erased".** Plan files and journals hold values in the clear, and so do copies of them; delete what is not needed.
- **"Complies with the GDPR".** Software can support a controller's duties; it cannot comply for the controller.
"""


def guarantees_page() -> str:
    """The page as it follows from the files that it is made of."""
    promises = tomllib.loads(_PROMISES.read_text(encoding="utf-8"))
    figures = json.loads(_FIGURES.read_text(encoding="utf-8")) if _FIGURES.exists() else {}
    rows = dict(_rows(_COVERAGE.read_text(encoding="utf-8")))
    lines = [HEAD, "| row | promise | proved by | last figures |", "|---|---|---|---|"]
    for row, about in promises.items():
        status, tests = rows.get(row, ("", ""))
        lines.append(f"| {row} | {_promise(about)} | {_proof(status, tests)} | {_figures(figures.get(row, {}))} |")
    return "\n".join([*lines, "", WITHHELD])


def _rows(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Row -> its status and its tests, from the table of coverage."""
    for line in text.splitlines():
        found = _ROW.match(line)
        if found:
            yield found[1], (found[3], found[4])


def _promise(about: Mapping[str, str]) -> str:
    without = about.get("without")
    return f"{about['promise']}<br>Without: {without}" if without else about["promise"]


def _proof(status: str, tests: str) -> str:
    if not status:
        return "not yet"
    return tests if status == "proved" else f"{status}: {tests}"


def _figures(found: Mapping[str, str]) -> str:
    return "<br>".join(dict.fromkeys(found.values()))
