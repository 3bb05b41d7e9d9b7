"""Trials for the tests that drive whole exchanges."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trial import Trial, make_sample, open_trial


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of both sandbox systems, made once."""
    folder = tmp_path_factory.mktemp("sample") / "sandbox"
    make_sample(folder, 120)
    return folder


@pytest.fixture
def trial(tmp_path: Path, sample: Path) -> Iterator[Trial]:
    """A workspace of this test's own."""
    folder = tmp_path / "college"
    folder.mkdir()
    with open_trial(folder, sample) as opened:
        yield opened
