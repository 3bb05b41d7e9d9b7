"""The records of the counting provider, in each delivery class: what was carried out is counted, not what was asked."""

import hashlib
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]

FIELDS = ("ref", "name", "email", "phone")
CLASSES = ("a", "b", "c", "d")
KEEPS = 24 * 3600.0
"""Seconds for which an idempotency key is remembered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a JSON value and further headers."""

    status: int
    value: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, taken apart: `key` is empty for a create; header names are in lower case."""

    kind: str
    verb: str
    key: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class _Kept:
    """What an idempotency key stands for."""

    digest: str
    reply: Reply
    until: float


@dataclass(slots=True)
class People:
    """`kind` is a delivery class in lower case; each has records of its own.

    a: an idempotency key is demanded; it replays the first answer and refuses another body. b: `If-Match` is demanded
    for an update. c and d: plain writes. A create has no natural key in any class: sent twice it makes two records.
    """

    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    keeps: float = KEEPS
    ahead: float = 0.0
    """Seconds by which this provider's clock was put forward."""
    _keys: dict[tuple[str, str], _Kept] = field(default_factory=dict)
    _next: int = 1000

    def reset(self, kind: str, records: list[Record]) -> None:
        """Begin anew with these records of one class, and count from nothing."""
        self.records = {name: {} for name in CLASSES}
        for record in records:
            self.records[kind][str(record["id"])] = {**dict.fromkeys(FIELDS, ""), **record, "version": 1}
        self.effects.clear()
        self._keys.clear()
        self.keeps, self.ahead, self._next = KEEPS, 0.0, 1000

    def page(self, kind: str, number: int, size: int) -> list[Record]:
        """The records of a page, from 1."""
        shown = [_shown(one) for one in self.records[kind].values()]
        return shown[(number - 1) * size : number * size]

    def one(self, kind: str, key: str) -> Reply:
        """A record, with its version in the body and as an ETag."""
        record = self.records[kind].get(key)
        if record is None:
            return Reply(404, {"error": "no such person"})
        return Reply(200, _shown(record), {"ETag": _etag(record)})

    def edit(self, kind: str, key: str, values: Record) -> None:
        """Somebody else changes a record: a new version, no effect of ours."""
        record = self.records[kind][key]
        record.update(values)
        record["version"] += 1

    def write(self, asked: Asked) -> Reply:
        """Carry a write out, or refuse it."""
        if asked.kind != "a":
            return self._carry_out(asked)
        key = asked.headers.get("idempotency-key", "")
        if not key:
            return Reply(400, {"error": "an Idempotency-Key is needed"})
        kept = self._keys.get((asked.kind, key))
        digest = hashlib.sha256(f"{asked.verb} {asked.key} ".encode() + asked.body).hexdigest()
        if kept is not None and kept.until > self._now():
            if kept.digest != digest:
                return Reply(422, {"error": "this Idempotency-Key stands for another request"})
            return Reply(kept.reply.status, kept.reply.value, {**kept.reply.headers, "Idempotent-Replayed": "true"})
        reply = self._carry_out(asked)
        self._keys[asked.kind, key] = _Kept(digest, reply, self._now() + self.keeps)
        return reply

    def _carry_out(self, asked: Asked) -> Reply:
        try:
            body = json.loads(asked.body)
        except ValueError:
            return Reply(400, {"error": "no JSON"})
        values = {name: body[name] for name in FIELDS if name in body}
        return self._create(asked, values) if asked.verb == "POST" else self._update(asked, values)

    def _create(self, asked: Asked, values: Record) -> Reply:
        self._next += 1
        key = str(self._next)
        self.records[asked.kind][key] = {"id": key, **dict.fromkeys(FIELDS, ""), **values, "version": 1}
        self.effects[f"+{values.get('ref', '')}"] += 1
        return Reply(201, {"id": key})

    def _update(self, asked: Asked, values: Record) -> Reply:
        record = self.records[asked.kind].get(asked.key)
        if record is None:
            return Reply(404, {"error": "no such person"})
        if asked.kind == "b":
            wanted = asked.headers.get("if-match", "")
            if not wanted:
                return Reply(428, {"error": "an If-Match is needed"})
            if wanted != _etag(record):
                return Reply(412, {"error": "the record has another version"})
        record.update(values)
        record["version"] += 1
        self.effects[asked.key] += 1
        return Reply(200, _shown(record), {"ETag": _etag(record)})

    def _now(self) -> float:
        return time.monotonic() + self.ahead


def _etag(record: Record) -> str:
    return f'"v{record["version"]}"'


def _shown(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "version"} | {"etag": _etag(record)}
