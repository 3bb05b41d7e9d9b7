"""Stores for the tests of the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.ledger.store import Store, open_store
from tests.unit.ledger.scenario import StillClock
from tests.unit.ledger.teams import Team


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/kept/store.db"


@pytest.fixture
def store(url: str, clock: StillClock) -> Iterator[Store]:
    store = open_store(url, clock)
    yield store
    store.close()


@pytest.fixture
def team() -> Iterator[Team]:
    team = Team()
    yield team
    team.end()
