"""The OneFile sandbox's memory: one SQLite file that survives a restart and a kill."""

import json
import sqlite3
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

Doc = dict[str, object]
"""One record as OneFile shows it."""

FILE = "state.db"
_MINUTE = 60.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    collection TEXT NOT NULL, id INTEGER NOT NULL, organisation INTEGER, role INTEGER, modified INTEGER NOT NULL,
    doc TEXT NOT NULL, PRIMARY KEY (collection, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listing ON records (collection, organisation, role, id);
CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, started REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS effects (record TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
    at REAL NOT NULL, route TEXT NOT NULL, wrote INTEGER NOT NULL, overlap INTEGER NOT NULL
);
"""

_PUT = "INSERT OR REPLACE INTO records (collection, id, organisation, role, modified, doc) VALUES (?, ?, ?, ?, ?, ?)"
_EFFECT = "INSERT INTO effects VALUES (?, 1) ON CONFLICT (record) DO UPDATE SET times = times + 1"

CLAUSES = {
    "OrganisationID": "organisation = ?",
    "Role": "role = ?",
    "LastModified": "modified >= ?",
    "FirstName": "folded(json_extract(doc, '$.FirstName')) = folded(?)",
    "LastName": "folded(json_extract(doc, '$.LastName')) = folded(?)",
    "Email": "folded(json_extract(doc, '$.Email')) = folded(?)",
    "MISID": "folded(json_extract(doc, '$.MISID')) = folded(?)",
    "Name": "folded(json_extract(doc, '$.Name')) = folded(?)",
}
"""Search filter -> the condition it stands for; `LastModified` takes microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search: what must hold, and which slice of the result (`size` None: all of it)."""

    collection: str
    filters: Mapping[str, object]
    offset: int = 0
    size: int | None = None
    shuffle: int | None = None


def instant_text(microseconds: int) -> str:
    """An instant as OneFile writes it: `2022-02-23T12:49:33.150Z`."""
    moment = datetime.fromtimestamp(microseconds // 1_000_000, tz=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{microseconds % 1_000_000 // 1000:03d}Z"


def instant_number(text: str) -> int:
    """Microseconds since 1970 of an ISO instant; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def to_json(value: object) -> str:
    """Compact JSON in readable letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _folded(value: object) -> str | None:
    return None if value is None else str(value).casefold()


def _shuffled(seed: int, key: int) -> int:
    return zlib.crc32(f"{seed}:{key}".encode())


def _row(collection: str, doc: Doc) -> tuple[object, ...]:
    modified = instant_number(str(doc["LastModified"]))
    return (collection, doc["ID"], doc.get("OrganisationID"), doc.get("Role"), modified, to_json(doc))


class Store:
    """The state of one OneFile sandbox; used from one thread. Every write is committed when its method returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(folder / FILE)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.executescript(_SCHEMA)
        self._base.create_function("folded", 1, _folded, deterministic=True)
        self._base.create_function("shuffled", 2, _shuffled, deterministic=True)

    def close(self) -> None:
        """Give up the file."""
        self._base.close()

    # --- records ---

    def fill(self, collection: str, docs: Iterable[Doc]) -> None:
        """Store many records as they stand; each has `ID` and `LastModified`."""
        with self._base:
            self._base.executemany(_PUT, (_row(collection, doc) for doc in docs))

    def get(self, collection: str, key: int) -> Doc | None:
        """One record, or None."""
        text = "SELECT doc FROM records WHERE collection = ? AND id = ?"
        found = self._base.execute(text, (collection, key)).fetchone()
        return None if found is None else cast("Doc", json.loads(found[0]))

    def save(self, collection: str, doc: Doc, *, effect: bool) -> Doc:
        """Store one record under a new stamp, later than its last; with `effect`, count it in the same transaction."""
        last = instant_number(str(doc["LastModified"])) + 1000 if "LastModified" in doc else 0
        stamped = doc | {"LastModified": instant_text(max(time.time_ns() // 1000, last))}
        with self._base:
            self._base.execute(_PUT, _row(collection, stamped))
            if effect:
                self._base.execute(_EFFECT, (f"{collection}/{doc['ID']}",))
        return stamped

    def next_id(self, collection: str) -> int:
        """An id that no record of the collection has."""
        found = self._base.execute("SELECT max(id) FROM records WHERE collection = ?", (collection,)).fetchone()
        return (found[0] or 100_000) + 1

    def search(self, search: Search) -> list[str]:
        """The records' JSON texts in the order of their ids, or shuffled by a seed."""
        where = " AND ".join(["collection = ?", *(CLAUSES[name] for name in search.filters)])
        order, seed = ("id", []) if search.shuffle is None else ("shuffled(?, id), id", [search.shuffle])
        keys = f"SELECT id FROM records WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608  constant pieces
        limit = -1 if search.size is None else search.size
        values = [search.collection, *search.filters.values(), *seed, limit, search.offset]
        # Rows that a page skips are counted in the index alone; only those of the page are read.
        text = f"SELECT doc FROM records WHERE collection = ? AND id IN ({keys}) ORDER BY {order}"  # noqa: S608  the same
        return [row[0] for row in self._base.execute(text, [search.collection, *values, *seed])]

    # --- sessions ---

    def open_session(self, token: str, now: float) -> None:
        """Remember a session."""
        with self._base:
            self._base.execute("INSERT INTO sessions VALUES (?, ?)", (token, now))

    def session_started(self, token: str) -> float | None:
        """When the session began, or None when there is none of this name."""
        found = self._base.execute("SELECT started FROM sessions WHERE token = ?", (token,)).fetchone()
        return None if found is None else float(found[0])

    def end_sessions(self) -> None:
        """Forget every session."""
        with self._base:
            self._base.execute("DELETE FROM sessions")

    # --- counts ---

    def note_call(self, route: str, *, wrote: bool, overlap: int) -> None:
        """Remember that a request came in, and how many were open with it."""
        with self._base:
            self._base.execute("INSERT INTO calls VALUES (?, ?, ?, ?)", (time.time(), route, wrote, overlap))

    def counts(self) -> Doc:
        """All counts since the last reset: see the keys."""
        routes = dict(self._base.execute("SELECT route, count(*) FROM calls GROUP BY route ORDER BY route").fetchall())
        writes, overlap = self._base.execute("SELECT sum(wrote), max(overlap) FROM calls").fetchone()
        times = [row[0] for row in self._base.execute("SELECT at FROM calls ORDER BY at")]
        return {
            "requests": len(times),
            "routes": routes,
            "writes": writes or 0,
            "effects": dict(self._base.execute("SELECT record, times FROM effects ORDER BY record").fetchall()),
            "most_in_a_minute": most_within(times, _MINUTE),
            "most_overlapping": overlap or 0,
        }

    def reset_counts(self) -> None:
        """Count from nothing again."""
        with self._base:
            self._base.execute("DELETE FROM calls")
            self._base.execute("DELETE FROM effects")


def most_within(times: Sequence[float], seconds: float) -> int:
    """The largest number of sorted times that lie within any half-open window of this length."""
    most = first = 0
    for last, moment in enumerate(times):
        while moment - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
