"""Fault switches: which of the next requests go wrong, and how."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

STATUS_KINDS = ("401", "403", "429", "500", "503")
KINDS = (*STATUS_KINDS, "slow", "half", "html", "reset", "late_commit", "lost_answer", "redirect")
_KEYS = frozenset({"kind", "match", "after", "times", "seconds", "retry_after", "status", "location"})
_MATCH_KEYS = frozenset({"verb", "path", "regex"})
_NOWHERE = "http://127.0.0.1:9/"


@dataclass(slots=True)
class Fault:
    """One switch. It lets `after` matching requests through and then strikes `times` times (None: for ever)."""

    kind: str
    verb: str = ""
    path: str = ""
    regex: str = ""
    after: int = 0
    times: int | None = None
    seconds: float = 1.0
    retry_after: str | None = None
    status: int | None = None
    location: str = _NOWHERE
    seen: int = field(default=0)
    struck: int = field(default=0)

    def strikes(self, verb: str, path: str) -> bool:
        """Whether this request goes wrong; counts it. `path` is what follows the base path."""
        if not self._matches(verb, path) or self.struck == self.times:
            return False
        self.seen += 1
        if self.seen <= self.after:
            return False
        self.struck += 1
        return True

    def _matches(self, verb: str, path: str) -> bool:
        return (
            self.verb.upper() in ("", verb.upper())
            and path.lower().startswith(self.path.lower())
            and re.match(self.regex, path, re.IGNORECASE) is not None
        )


def read_fault(given: object) -> Fault:
    """A switch from its JSON form `{kind, match: {verb, path, regex}, after, times, …}`. Raises ValueError."""
    if not isinstance(given, Mapping):
        raise TypeError("a fault is an object")
    match = given.get("match") or {}
    unknown = (set(given) - _KEYS) | (set(match) - _MATCH_KEYS)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    kind = str(given.get("kind"))
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    re.compile(match.get("regex", ""))
    rest = {name: given[name] for name in _KEYS - {"kind", "match"} if name in given}
    if rest.get("retry_after") is not None:
        rest["retry_after"] = str(rest["retry_after"])
    return Fault(kind, **match, **rest)


class Faults:
    """The switches in the order of their setting. The first that strikes wins; later ones do not see the request."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def pick(self, verb: str, path: str) -> Fault | None:
        """The switch that strikes this request, if any."""
        return next((fault for fault in self.all if fault.strikes(verb, path)), None)
