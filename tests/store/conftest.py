"""Workspaces whose store is in SQLite, in PostgreSQL, or in both by turns."""

import pytest

from tests.trial import Trial

VARIABLE = "TIELINE_TEST_STORE"


@pytest.fixture
def on_postgres(trial: Trial, postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """The workspace with its store in a new database of PostgreSQL."""
    move_store(trial, postgres_database, monkeypatch)
    return trial


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def either(request: pytest.FixtureRequest, trial: Trial) -> Trial:
    """The workspace, once on each kind of store."""
    if request.param == "postgres":
        found: Trial = request.getfixturevalue("on_postgres")
        return found
    return trial


def move_store(trial: Trial, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the workspace a new store at a database URL."""
    monkeypatch.setenv(VARIABLE, url)
    trial.settings("store: sqlite:.tieline/store.db", f"store: env:{VARIABLE}")
    done = trial.call("link", "import", "onefile", "learner")
    assert done.code == 0, done.said
    trial.forget_counts()
