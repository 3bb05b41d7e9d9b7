"""A disk that loses its power: what SQLite wrote and did not yet sync is kept, lost or torn, sector by sector.

It is a VFS of SQLite's own (through apsw). The files are real, and a running process sees all that it wrote. Beside
them it remembers what was synced, and each step since. At the cut it writes that down in the files' place, with chance
to decide on each of those steps, and kills the process.
"""

import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw

NAME = "losing"
SECTOR = 512
_LOGS = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL

Luck = Callable[[], bool]
"""Whether the next piece that was not synced has reached the disk all the same."""
Step = Callable[[bytes | None, Luck], bytes | None]
"""What a step makes of a file's bytes. None: there is no file."""


@dataclass(slots=True)
class Kept:
    """One file on the disk: what was synced, and the steps since."""

    synced: bytes | None
    since: list[Step] = field(default_factory=list)

    def seen(self, luck: Luck) -> bytes | None:
        """The file after a cut."""
        found = self.synced
        for step in self.since:
            found = step(found, luck)
        return found

    def sync(self) -> None:
        """Everything so far is on the disk."""
        self.synced = self.seen(lambda: True)
        self.since.clear()

    def sync_folder(self) -> None:
        """The folder is on the disk: who was deleted is gone, what was written since then is as it was."""
        gone = max((at for at, step in enumerate(self.since) if step is deleting), default=None)
        if gone is not None:
            self.synced, self.since[: gone + 1] = None, []


def writing(data: bytes, offset: int) -> Step:
    """A write: each of its sectors by itself."""

    def step(found: bytes | None, luck: Luck) -> bytes | None:
        for start in range(0, len(data), SECTOR):
            if luck():
                piece, at = data[start : start + SECTOR], offset + start
                found = (found or b"").ljust(at, b"\0")
                found = found[:at] + piece + found[at + len(piece) :]
        return found

    return step


def cutting(size: int) -> Step:
    """A change of the file's size."""
    return lambda found, luck: (found or b"")[:size].ljust(size, b"\0") if luck() else found


def deleting(found: bytes | None, luck: Luck) -> bytes | None:
    """A file that is deleted."""
    return None if luck() else found


class Disk:
    """Counts what SQLite asks of the disk, and loses its power at the step number `cut` (0: never)."""

    def __init__(self, cut: int, seed: int, *, kills: bool = True) -> None:
        self.cut, self.kills = cut, kills
        self.steps = 0
        self.files: dict[str, Kept] = {}
        self._chance = random.Random(seed)

    def file(self, name: str) -> Kept:
        """What is remembered of a file; what was there before is taken to be on the disk."""
        if name not in self.files:
            path = Path(name)
            self.files[name] = Kept(path.read_bytes() if path.exists() else None)
        return self.files[name]

    def sync_folder(self) -> None:
        """The names of the files are on the disk."""
        for kept in self.files.values():
            kept.sync_folder()

    def count(self) -> None:
        """One more step is about to happen."""
        self.steps += 1
        if self.steps == self.cut:
            self.lose_power()

    def lose_power(self) -> None:
        """Put in each file's place what a cut leaves of it, and end the process at once."""
        share = self._chance.random()
        for name, kept in self.files.items():
            left = kept.seen(lambda: self._chance.random() < share)
            path = Path(name)
            if left is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(left)
            Path(f"{name}-shm").unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)


class LosingFile(apsw.VFSFile):
    """A file on the disk."""

    def __init__(self, disk: Disk, name: str | apsw.URIFilename, flags: list[int]) -> None:
        self._disk = disk
        self._new_log = bool(flags[0] & apsw.SQLITE_OPEN_CREATE and flags[0] & _LOGS)
        text = name if isinstance(name, str) else name.filename()
        self._kept = disk.file(text)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802  SQLite's name
        self._disk.count()
        self._kept.since.append(writing(bytes(data), offset))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802  SQLite's name
        self._disk.count()
        self._kept.since.append(cutting(newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802  SQLite's name
        self._disk.count()
        self._kept.sync()
        if self._new_log:  # SQLite syncs the folder with the first sync of a journal or WAL that it made
            self._disk.sync_folder()
            self._new_log = False
        super().xSync(flags)


class LosingVFS(apsw.VFS):
    """The disk, as SQLite is given it."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(NAME, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802  SQLite's name
        assert name is not None, "a store needs no nameless file"
        return LosingFile(self._disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802  SQLite's name
        self._disk.count()
        kept = self._disk.file(filename)
        kept.since.append(deleting)
        super().xDelete(filename, syncdir)
        if syncdir:
            self._disk.sync_folder()
