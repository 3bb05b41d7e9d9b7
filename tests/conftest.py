"""What every test may use: PostgreSQL, running sandboxes, and the rule that nothing is skipped unseen where CI=true."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Never

import pytest
from hypothesis import settings

from tests.postgres import Server, find_programs, running_server
from tests.trial import Trial, make_sample, open_trial

pytest_plugins = ["tests.coverage_table", "tests.figures"]

# A shared machine may stall for a second: a slow example says nothing about the code. pytest-timeout ends a hang.
settings.register_profile("tieline", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("tieline"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "tieline")

NEEDS: dict[str, tuple[str, Callable[[], object]]] = {
    "needs_postgres": ("PostgreSQL's server (Debian: postgresql)", find_programs),
    "needs_chromium": (
        "Chromium (Debian: chromium)",
        lambda: shutil.which("chromium") or shutil.which("chromium-browser"),
    ),
}


def missing(what: str) -> Never:
    """End a test whose tool is not there: skipped on somebody's machine, failed where CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI=true asks for it", pytrace=False)
    pytest.skip(f"{what} is missing")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """See to the marks `needs_…`."""
    for mark, (what, find) in NEEDS.items():
        if item.get_closest_marker(mark) and not find():
            missing(what)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of this test process."""
    programs = find_programs()
    if programs is None:
        missing(NEEDS["needs_postgres"][0])
    with running_server(programs) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Server) -> str:
    """The URL (SQLAlchemy, psycopg) of the server's database `postgres`, shared by the tests of this process."""
    return postgres_server.url


@pytest.fixture(scope="session")
def _database_numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def postgres_database(postgres_server: Server, _database_numbers: Iterator[int]) -> str:
    """The URL of a new, empty database."""
    import psycopg  # noqa: PLC0415  the driver is an extra; only these tests need it

    name = f"test_{next(_database_numbers)}"
    with psycopg.connect(f"host={postgres_server.folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_server.url.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of both sandbox systems, made once."""
    folder = tmp_path_factory.mktemp("sample") / "sandbox"
    make_sample(folder, 120)
    return folder


@pytest.fixture
def trial(tmp_path: Path, sample: Path) -> Iterator[Trial]:
    """A workspace with running sandbox systems, of this test's own."""
    folder = tmp_path / "college"
    folder.mkdir()
    with open_trial(folder, sample) as opened:
        yield opened
