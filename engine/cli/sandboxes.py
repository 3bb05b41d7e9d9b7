"""The sandbox systems, found through their entry point: the engine never imports a connector."""

from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from engine.errors import WorkspaceError

GROUP = "tieline.sandbox"
FIRST_PORT = 8101


def control() -> ModuleType:
    """The module that starts and stops sandbox systems."""
    return cast("ModuleType", _load("sandboxes"))


def story() -> tuple[Any, ...]:
    """The demo's steps, in order; each has a name, a title and a sentence."""
    return cast("tuple[Any, ...]", _load("story"))


def _load(name: str) -> object:
    found = entry_points(group=GROUP, name=name)
    if not found:
        message = "this installation has no sandbox systems"
        raise WorkspaceError(message)
    return next(iter(found)).load()


def sandbox_folder(workspace: Path) -> Path:
    """Where a workspace keeps its sandbox systems."""
    from engine.service.creating import SANDBOX  # noqa: PLC0415

    return workspace / SANDBOX
