"""The plan file: JSON Lines in canonical JSON, one fixed order, a digest over every byte.

The same inputs, rules, settings, engine and store give the same bytes: no clock, path, locale or row order shows.
Lines are written and read one by one, so that a plan of any size needs little memory.
"""

import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.crashpoints import crashpoint
from engine.digest import Json, canonical
from engine.errors import TamperedPlanError
from engine.plan.model import FORMAT, Change, Header, LeftAlone, LimitLine, change_from_json, header_from_json

SUFFIX = ".plan.jsonl"
_MOST_LINE = 4 * 1024 * 1024
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+]{0,39}")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that can be recounted from the file. `changes` is (system, record type, action) -> number."""

    changes: Mapping[tuple[str, str, str], int]
    fields: int
    held_fields: int
    held_records: int

    @property
    def applicable(self) -> int:
        """How many changes may be applied."""
        return sum(self.changes.values())

    @property
    def held(self) -> int:
        """How many fields and records are held."""
        return self.held_fields + self.held_records

    def by_system(self) -> dict[str, dict[str, dict[str, int]]]:
        """System -> record type -> action -> number."""
        nested: dict[str, dict[str, dict[str, int]]] = {}
        for (system, record_type, action), number in sorted(self.changes.items()):
            nested.setdefault(system, {}).setdefault(record_type, {})[action] = number
        return nested


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan file whose every byte was checked against its footer. `changes()` reads it again, line by line."""

    path: Path
    digest: str
    header: Header
    left_alone: tuple[LeftAlone, ...]
    limits: tuple[LimitLine, ...]
    tally: Tally

    @property
    def id(self) -> str:
        """The plan's id: it follows from the digest."""
        return plan_id(self.digest)

    def changes(self) -> Iterator[Change]:
        """Every change in the order in which they must be applied."""
        return (change for _, change in self.places())

    def places(self) -> Iterator[tuple[int, Change]]:
        """Every change, in order, with the place in the file at which its line begins."""
        place = 0
        with self.path.open("rb") as lines:
            for line in lines:
                data = _object(line, self.path.name)
                if data.get("kind") == "change":
                    yield place, change_from_json(data)
                place += len(line)

    def changes_at(self, places: Iterable[int]) -> Iterator[Change]:
        """The changes whose lines begin at these places, in the order given."""
        with self.path.open("rb") as lines:
            for place in places:
                lines.seek(place)
                yield change_from_json(_object(lines.readline(_MOST_LINE), self.path.name))


def plan_id(digest: str) -> str:
    """The id of the plan with this digest, in the form of a UUID."""
    text = digest.removeprefix("sha256:")[:32]
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


@dataclass(slots=True)
class _Counter:
    changes: Counter[tuple[str, str, str]]
    fields: int = 0
    held_fields: int = 0
    held_records: int = 0

    def add(self, change: Change) -> None:
        self.held_records += change.hold is not None
        self.held_fields += 0 if change.hold else sum(one.held for one in change.fields)
        self.fields += len(change.writes)
        if change.applicable:
            self.changes[change.system, change.record_type, change.action] += 1

    def tally(self) -> Tally:
        return Tally(dict(self.changes), self.fields, self.held_fields, self.held_records)


def write_plan(
    place: Callable[[str], Path],
    header: Header,
    changes: Iterable[Change],
    rest: Callable[[], Iterable[LeftAlone | LimitLine]],
    folder: Path,
) -> Path:
    """Write a plan beside its final place, then give it its name; `place` gives the path for the plan's id.

    `rest` is asked, after the last change, for what follows the changes. Returns the final path (mode 0600).
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(prefix=".writing-", suffix=SUFFIX, dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            crashpoint("plan.file.writing")
            digest = _write_lines(out.write, header, changes, rest)
            out.flush()
            os.fsync(out.fileno())
        final = place(plan_id(digest))
        Path(temporary).replace(final)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    crashpoint("plan.file.written")
    return final


def _write_lines(
    write: Callable[[bytes], object],
    header: Header,
    changes: Iterable[Change],
    rest: Callable[[], Iterable[LeftAlone | LimitLine]],
) -> str:
    hashed, count = hashlib.sha256(), 0

    def put(value: Json) -> None:
        nonlocal count
        line = canonical(value) + b"\n"
        hashed.update(line)
        write(line)
        count += 1

    put(header.as_json())
    for change in changes:
        put(change.as_json())
    for part in rest():
        put(part.as_json())
    footer = _footer(count, hashed.hexdigest())
    write(footer)
    hashed.update(footer)
    return "sha256:" + hashed.hexdigest()


def _footer(count: int, sha256: str) -> bytes:
    return canonical({"kind": "footer", "lines": count, "sha256": sha256}) + b"\n"


def open_plan(path: Path) -> PlanFile:
    """Read a plan file to its end and check every byte; raises `TamperedPlanError` where it is not whole."""
    reading = _Reading(path.name)
    hashed = hashlib.sha256()
    last = b""
    for line in _lines(path):
        if last:
            reading.take(last)
            hashed.update(last)
        last = line
    if reading.header is None or last != _footer(reading.lines, hashed.hexdigest()):
        raise TamperedPlanError(path.name, "its bytes are not those that were written")
    hashed.update(last)
    tally = reading.counter.tally()
    return PlanFile(
        path, "sha256:" + hashed.hexdigest(), reading.header, tuple(reading.left), tuple(reading.limits), tally
    )


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as lines:
            while line := lines.readline(_MOST_LINE):
                yield line
    except OSError as fault:
        raise TamperedPlanError(path.name, f"the file cannot be read ({fault.strerror})") from None


@dataclass(slots=True)
class _Reading:
    """What has been read of a plan file so far."""

    name: str
    lines: int = 0
    header: Header | None = None
    counter: _Counter = field(default_factory=lambda: _Counter(Counter()))
    left: list[LeftAlone] = field(default_factory=list)
    limits: list[LimitLine] = field(default_factory=list)

    def take(self, line: bytes) -> None:
        data = _object(line, self.name)
        self.lines += 1
        if self.header is None:
            self.header = _header(data, self.name)
            return
        try:
            self._take_part(data)
        except (AttributeError, KeyError, TypeError):  # a part that is missing, too many, or of another form
            raise TamperedPlanError(self.name, "a line lacks a part") from None

    def _take_part(self, data: dict[str, Any]) -> None:
        match data.get("kind"):
            case "change":
                self.counter.add(change_from_json(data))
            case "left alone":
                self.left.append(LeftAlone(**_without(data, "kind")))
            case "limit":
                self.limits.append(LimitLine(kind=data["limit"], **_without(data, "kind", "limit")))
            case _:
                raise TamperedPlanError(self.name, "it holds a line of an unknown kind")


def _without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def _object(line: bytes, name: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise TamperedPlanError(name, "a line is not JSON") from None
    if not isinstance(data, dict):
        raise TamperedPlanError(name, "a line is not an object")
    return data


def _header(data: dict[str, Any], name: str) -> Header:
    if data.get("kind") != "header":
        raise TamperedPlanError(name, "it has no header")
    found = data.get("format")
    if type(found) is not int or found != FORMAT:
        what = f"its format is {found}" if type(found) is int else "its format is not a number"
        maker = data.get("engine")
        by = f", it was made by tieline {maker}" if isinstance(maker, str) and _VERSION.fullmatch(maker) else ""
        raise TamperedPlanError(name, f"{what}{by}, this version reads format {FORMAT}")
    try:
        return header_from_json(data)
    except TypeError:
        raise TamperedPlanError(name, "its header lacks a part") from None
