"""What goes wrong at the counting provider: each fault strikes the requests that it matches, some times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ENDLESS = 1_000_000


@dataclass(slots=True)
class Fault:
    """One fault.

    answer: another answer, after the write where `wrote`. slow: the write lands `seconds` later and is answered then.
    late: answered at once with `status`, and the write lands `seconds` later. barrier: the write waits, before its
    precondition is looked at, until it is released. repeat, skip, short: of a listing's page.
    """

    kind: str
    verb: str = ""
    path: str = ""
    after: int = 0
    """How many matching requests pass first."""
    times: int = ENDLESS
    seconds: float = 0.25
    status: int = 504
    wrote: bool = False
    text: str = ""
    media: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def strikes(self, verb: str, path: str) -> bool:
        """Whether this request is struck; counts it."""
        if (self.verb and verb not in self.verb.split()) or not re.search(self.path, path):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return self.times >= 0


class Faults:
    """Those that are switched on; the first one that strikes counts."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def set(self, faults: list[dict[str, Any]]) -> None:
        """Replace them."""
        self.all = [Fault(**one) for one in faults]

    def of(self, verb: str, path: str) -> Fault | None:
        """What strikes a request."""
        return next((one for one in self.all if one.strikes(verb, path)), None)
