"""A pytest plugin: a mark `covers("OF-8")` names a row that a test proves; `--coverage-table FILE` writes the table.

A mark counts only where its test ran and passed. A row whose covering test failed is not proved, whatever else passed.
`covers("CX-11", part="learners")` names a part of a row: what such marks alone cover is proved in part.
"""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

IDS = Path(__file__).with_name("ledger_ids.txt")
PROPERTY = "covers"
IN_PART = "covers in part"


def read_ids(text: str) -> dict[str, str]:
    """Row id -> its title, in the order of the file."""
    rows = (line.split("\t", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return {row: title for row, title in rows}  # noqa: C416  dict() of split lists does not type


def named_rows(item: pytest.Item) -> list[tuple[str, str]]:
    """The rows that the marks on a test (or its module) name: `covers` or `covers in part`, and the row."""
    return [
        (IN_PART if mark.kwargs.get("part") else PROPERTY, str(row))
        for mark in item.iter_markers("covers")
        for row in mark.args
    ]


@dataclass(slots=True)
class Tally:
    """What became of the covering tests: row -> test -> the outcomes of its runs (one for each parameter and phase)."""

    runs: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    """The rows that some test covers as a whole."""

    def add(self, report: pytest.TestReport) -> None:
        """Count the call of a test, and a setup or teardown that did not pass."""
        if report.when == "call" or not report.passed:
            test = report.nodeid.partition("[")[0]
            for name, row in report.user_properties:
                if name == PROPERTY:
                    self.whole.add(str(row))
                if name in {PROPERTY, IN_PART}:
                    self.runs.setdefault(str(row), {}).setdefault(test, []).append(report.outcome)

    def status(self, row: str) -> str:
        """`proved`, `proved in part`, `failed`, `skipped` (no covering test ran to its end) or empty."""
        outcomes = [outcome for test in self.runs.get(row, {}).values() for outcome in test]
        found = next((word for outcome, word in WORDS if outcome in outcomes), "")
        return "proved in part" if found == "proved" and row not in self.whole else found

    def tests(self, row: str) -> list[str]:
        """The tests of a row that passed; where it has none, those that did not."""
        tests = self.runs.get(row, {})
        passed = [test for test, outcomes in tests.items() if "passed" in outcomes]
        return sorted(passed or tests)


WORDS = (("failed", "failed"), ("passed", "proved"), ("skipped", "skipped"))


def render(ids: Mapping[str, str], tally: Tally) -> str:
    """The table as Markdown; the same results give the same bytes."""
    proved = sum(tally.status(row) == "proved" for row in ids)
    in_part = sum(tally.status(row) == "proved in part" for row in ids)
    lines = [
        "# Coverage of the ledger and the guarantees",
        "",
        "Written by `make coverage-table` from the marks of the tests that ran and passed; do not edit.",
        f"Proved: {proved} of {len(ids)} rows, {in_part} more in part.",
        "",
        "| row | asks for | status | tests |",
        "|---|---|---|---|",
    ]
    lines += [f"| {row} | {title} | {tally.status(row)} | {_cell(tally.tests(row))} |" for row, title in ids.items()]
    return "\n".join(lines) + "\n"


def _cell(tests: Iterable[str]) -> str:
    return "<br>".join(f"`{test}`" for test in tests)


TALLY = pytest.StashKey[Tally]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--coverage-table", metavar="FILE", help="write which rows the passed tests prove")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLY] = Tally()
    config.pluginmanager.register(_Listener(config), "coverage-table-listener")


class _Listener:
    """Reports reach the first process only here, those of xdist's workers among them."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.config.stash[TALLY].add(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Carry the marks to the reports; a row that the list does not have is an error of collection."""
    report = yield
    known = read_ids(IDS.read_text(encoding="utf-8"))
    items = [node for node in report.result or () if isinstance(node, pytest.Item)]
    unknown = [f"{item.nodeid} covers {row!r}" for item in items for _, row in named_rows(item) if row not in known]
    if unknown:
        report.outcome = "failed"
        report.result = []
        report.longrepr = "\n".join([*unknown, f"no such row in {IDS.name} ({collector.nodeid})"])
    for item in items:
        item.user_properties.extend(named_rows(item))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--coverage-table")
    if path and not hasattr(session.config, "workerinput"):
        ids = read_ids(IDS.read_text(encoding="utf-8"))
        Path(path).write_text(render(ids, session.config.stash[TALLY]), encoding="utf-8")
