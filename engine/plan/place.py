"""Where a plan or a page may be written: nowhere that something else stands."""

from pathlib import Path

from engine.errors import WorkspaceError

PLAN, PAGE = b'{"as_of":', b"<!doctype html>"
"""How each of the two begins."""


def begins_so(path: Path, begins: bytes) -> bool:
    """Whether a plain file stands there that begins so."""
    try:
        with path.open("rb") as there:
            return path.is_file() and there.read(len(begins)) == begins
    except OSError:
        return False


def refuse_other(path: Path) -> None:
    """Refuse to write a plan over what is no plan; WorkspaceError."""
    if path.exists() and not begins_so(path, PLAN):
        raise WorkspaceError(f"the plan cannot be written to {path}: something else stands there; name another file")
