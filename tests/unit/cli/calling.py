"""How the tests of the command line run a command."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine.cli.main import run


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  a JSON document of any shape
        return json.loads(self.out)


Call = Callable[..., Done]


def caller(capsys: pytest.CaptureFixture[str]) -> Call:
    """A function that runs one command; any fault that is not ours fails the test with its traceback."""

    def call(*arguments: object) -> Done:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return call
