"""Commands, run in this process."""

import pytest

from tests.unit.cli.calling import Call, caller


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command and gives its exit code and what it printed."""
    return caller(capsys)
