"""The PostgreSQL of the tests is real, and its absence is not passed over in continuous integration."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.modules import ROOT
from tests.postgres import Server, running_server


def dsn(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")


@pytest.mark.needs_postgres
def test_each_database_is_new(postgres_url: str, postgres_database: str) -> None:
    """A test's own database is empty and apart from the shared one."""
    assert postgres_database != postgres_url
    with psycopg.connect(dsn(postgres_database)) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (0,)


@pytest.mark.needs_postgres
def test_a_server_comes_back_after_a_crash(postgres_server: Server) -> None:
    """What was committed before an immediate stop is there after the next start."""
    with running_server(postgres_server.programs) as own:
        with psycopg.connect(dsn(own.url)) as connection:
            connection.execute("CREATE TABLE kept (n int)")
        own.stop("immediate")
        own.start()
        with psycopg.connect(dsn(own.url)) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert not own.folder.exists()


@pytest.mark.parametrize(("ci", "code", "word"), [("true", 1, "error"), ("", 0, "skipped")])
def test_a_missing_tool_fails_in_ci_only(tmp_path: Path, ci: str, code: int, word: str) -> None:
    """The same test is skipped on a machine without the tool, and fails where CI=true."""
    (tmp_path / "test_sample.py").write_text("import pytest\n@pytest.mark.needs_chromium\ndef test_it(): ...\n")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    needs_chromium: x\n    needs_postgres: x\n    covers: x\n"
    )
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": str(tmp_path), "CI": ci}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "test_sample.py"]
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, f"1 {word}" in ran.stdout) == (code, True), ran.stdout
