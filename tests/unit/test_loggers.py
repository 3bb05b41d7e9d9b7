"""No library's log line reaches anybody: what they log holds addresses, statements and rows."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from engine.loggers import LOGGERS, silence
from tests.modules import ROOT
from tests.trial import Trial

SERVERS = {"uvicorn"}
"""Runs in the sandbox's own process, which serves invented people, at the level `critical`."""

IMPORT_ALL = """
import importlib, json, logging, pkgutil
import connectors, engine
for package in (engine, connectors):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
import psycopg
print(json.dumps(sorted({name.split(".")[0] for name in logging.root.manager.loggerDict})))
"""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that reaches the root logger at DEBUG."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.covers("S2")
def test_every_library_that_logs_is_known(figure: Callable[[str, str], None]) -> None:
    """With all our modules imported there is no logger but the listed ones: a new library's is noticed here."""
    ran = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=True)
    found = set(json.loads(ran.stdout))
    assert found >= {"asyncio", "httpx", "psycopg", "sqlalchemy"}
    assert found - SERVERS <= set(LOGGERS)
    figure("S2", f"{len(LOGGERS)} libraries silenced; loggers found beyond them: 0")


@pytest.mark.covers("S2")
@pytest.mark.parametrize("name", LOGGERS)
@pytest.mark.parametrize("below", ["", ".engine.Engine"])
def test_a_silenced_logger_says_nothing(
    log: io.StringIO, capfd: pytest.CaptureFixture[str], name: str, below: str
) -> None:
    """Whatever level somebody has given to one below it, and with a handler that was there before."""
    top, child = logging.getLogger(name), logging.getLogger(name + below)
    top.addHandler(logging.StreamHandler(log))
    silence()
    before = child.level
    if below:
        child.setLevel(logging.DEBUG)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        child.log(level, "canary %s", "canary")
    child.setLevel(before)
    silence()
    assert log.getvalue() == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.covers("S2")
def test_a_whole_exchange_logs_nothing(trial: Trial, log: io.StringIO) -> None:
    """Plan, approve and apply on both systems and the store, with everything at DEBUG: not one line."""
    names = ("sqlalchemy.engine", "sqlalchemy.pool", "httpcore.http11", "alembic.runtime.migration", "psycopg.pq")
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    figures = trial.approved()
    done = trial.call("apply", figures["plan"])
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
    assert done.code == 0, done.said
    assert log.getvalue() == ""
