"""Which workspace a command works in."""

from pathlib import Path

import click

from engine.clock import SystemClock
from engine.ports import Clock
from engine.service.loading import find_workspace, load_workspace
from engine.settings import Workspace


def clock() -> Clock:
    """The clock that the program was started with."""
    given: Clock | None = click.get_current_context().obj
    return given or SystemClock()


def chosen_workspace(option: Path | None) -> Workspace:
    """The workspace named with `-w`, else the nearest one upward."""
    return load_workspace(option.resolve() if option is not None else find_workspace(Path.cwd()))
