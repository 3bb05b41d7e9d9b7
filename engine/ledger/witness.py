"""What a workspace saw of its store: kept beside the plans, so that a store from before that is known as one.

A backup that was restored, or a standby that lacked the last commits, does not know what was sent since. So before
anything is sent, the newest entry of the log is noted in a file; a store that does not hold that entry is refused.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from engine.errors import RefusedError, WorkspaceError
from engine.ledger.files import telling_files
from engine.ledger.forms import json_text
from engine.ledger.tables import log
from engine.ledger.tables import store as facts


class OlderStoreError(RefusedError):
    """The store does not hold what it held before."""

    def __init__(self, place: str, seen: "Seen", serial: int, path: Path) -> None:
        self.seen, self.serial = seen, serial
        super().__init__(
            f"the store {place} is older than on {seen.at[:16]} (its serial is {serial}, and was {seen.serial}): "
            "it was restored, or its server lost what was committed last. What was sent and linked since is unknown "
            "to it, so nothing is applied. Bring the newest store back; where it is lost, look at the provider's "
            f"records, import the links again, and then delete {path}"
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest entry of a log as it was once seen: its number, its digest and its time; and the store's serial."""

    number: int
    digest: str
    at: str
    serial: int


class Witness:
    """The file in `folder` about the store of a lineage."""

    def __init__(self, folder: Path, lineage: str) -> None:
        self.path = folder / f"{lineage}.json"

    def check(self, connection: Connection, place: str) -> None:
        """OlderStoreError where the store lacks the entry that was seen last; WorkspaceError for an unreadable file."""
        seen = self._read()
        if seen is None:
            return
        found = _digest(connection, seen.number)
        if found is None or found[0] != seen.digest:
            raise OlderStoreError(place, seen, _serial(connection), self.path)

    def note(self, connection: Connection) -> None:
        """Keep what the newest entry of the log is, unless a later one was kept."""
        newest = connection.scalar(select(log.c.number).order_by(log.c.number.desc()).limit(1))
        before = self._read()
        if newest is None or (before is not None and before.number >= newest):
            return
        digest, at = _digest(connection, newest) or ("", "")
        self._write(Seen(newest, digest, at, _serial(connection)))

    def _read(self) -> Seen | None:
        with telling_files(self.path):
            try:
                text = self.path.read_bytes()
            except FileNotFoundError:
                return None
        try:
            found = json.loads(text)
            return Seen(int(found["number"]), str(found["digest"]), str(found["at"]), int(found["serial"]))
        except (ValueError, TypeError, KeyError):
            raise WorkspaceError(
                f"the file {self.path} cannot be read: it says what the store held last; restore it from a backup"
            ) from None

    def _write(self, seen: Seen) -> None:
        value = {"number": seen.number, "digest": seen.digest, "at": seen.at, "serial": seen.serial}
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with telling_files(self.path):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
                    out.write(json.dumps(value, sort_keys=True) + "\n")
                    out.flush()
                    os.fsync(out.fileno())
                beside.replace(self.path)
            finally:
                beside.unlink(missing_ok=True)


def _digest(connection: Connection, number: int) -> tuple[str, str] | None:
    """The digest and the time of an entry; None where the log has none of this number."""
    row = connection.execute(select(log).where(log.c.number == number)).one_or_none()
    return None if row is None else (hashlib.sha256(json_text(tuple(row)).encode()).hexdigest(), row.at)


def _serial(connection: Connection) -> int:
    return int(connection.execute(select(facts.c.serial)).scalar_one())
