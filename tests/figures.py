"""A pytest plugin: what tests measured, by the guarantee that it is about. `--figures FILE` keeps it.

A test that counts takes the fixture `figure` and says `figure("R1", "62 points: 0 lost, 0 doubled")`. The last figure
of each test is kept; a run that does not run a test leaves its figure alone.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Figures = dict[str, dict[str, str]]
"""Row -> test -> its figure."""

FOUND = pytest.StashKey[Figures]()
_PREFIX = "figure "


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """Says what was measured for a row: numbers and what was counted, in a few words."""
    return lambda row, text: record_property(f"{_PREFIX}{row}", text)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", metavar="FILE", help="keep what the passed tests measured")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FOUND] = {}
    config.pluginmanager.register(_Listener(config.stash[FOUND]), "figures-listener")


class _Listener:
    """Reports reach the first process only here, those of xdist's workers among them."""

    def __init__(self, found: Figures) -> None:
        self.found = found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for name, text in report.user_properties:
                if name.startswith(_PREFIX):
                    self.found.setdefault(name.removeprefix(_PREFIX), {})[report.nodeid] = str(text)


def merged(kept: Figures, found: Figures) -> Figures:
    """Both, the found ones in place of the kept, in the order of their names."""
    rows = sorted(kept.keys() | found.keys())
    return {row: dict(sorted((kept.get(row, {}) | found.get(row, {})).items())) for row in rows}


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--figures")
    if path and not hasattr(session.config, "workerinput"):
        file = Path(path)
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        text = json.dumps(merged(kept, session.config.stash[FOUND]), indent=2, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = config.stash[FOUND]
    if found:
        terminalreporter.section("figures")
        for row, tests in merged({}, found).items():
            for test, text in tests.items():
                terminalreporter.write_line(f"{row}: {text} ({test.rpartition('/')[2]})")
