"""Files of a store: made for their owner's eyes only, and locked between processes.

A lock is `flock` on a file: the system releases it when its holder ends, however that ends. A file is removed only
where a lock is taken over; so whoever has locked one looks whether it is still the one of that name.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import WorkspaceError

_OWNER_ONLY = 0o600


@contextmanager
def telling_files(path: Path) -> Iterator[None]:
    """Turn the system's refusal of a file into a sentence."""
    try:
        yield
    except OSError as fault:
        why = os.strerror(fault.errno) if fault.errno else "the system refuses"
        raise WorkspaceError(f"the file {path} cannot be used: {why}") from None


def make_file(path: Path) -> None:
    """Make an empty file (0600) and its folder (0700) where they are absent.

    A file that is there is not even opened: closing it would drop SQLite's own locks in this process.
    """
    with telling_files(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY))


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock at `path` within; gives whether it was free. With `wait` it is waited for."""
    descriptor, free = _open_locked(path, wait=wait)
    try:
        yield free
    finally:
        os.close(descriptor)


def _open_locked(path: Path, *, wait: bool) -> tuple[int, bool]:
    while True:
        with telling_files(path):
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY)
        try:
            free = _lock(descriptor, path, wait=wait)
            if not free or _is_at(descriptor, path):
                return descriptor, free
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # locked too late: the name belongs to another file by now


def _lock(descriptor: int, path: Path, *, wait: bool) -> bool:
    with telling_files(path):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
