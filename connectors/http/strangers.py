"""Fields that a system sends and its connector file does not name: ignored, and listed."""

import re
from collections.abc import Mapping, Sequence

from connectors.http.answers import Row
from engine.ports import Collection

MOST_NAMES = 100
"""Of one collection; what comes after them is not listed."""
OTHERS = "(names that may be values)"
_NAME = re.compile(r"[A-Za-z_]{1,40}[0-9]{0,2}")
"""A name with more digits, with signs or of great length may be somebody's number or address, and is not shown."""


class Strangers:
    """The names of such fields, by collection, of all that was read so far. Only a record's own fields count."""

    def __init__(self) -> None:
        self._found: dict[str, set[str]] = {}

    def note(self, collection: Collection, rows: Sequence[Row]) -> None:
        """Take the names from some rows."""
        known = {column.path.partition(".")[0] for column in collection.columns.values()}
        fresh = set[str]().union(*rows) - known
        if fresh:
            names = self._found.setdefault(collection.name, set())
            names |= set(sorted(_shown(name) for name in fresh)[: MOST_NAMES - len(names)])

    def listed(self) -> Mapping[str, Sequence[str]]:
        """The names of each collection that has some, in their order."""
        return {name: sorted(found) for name, found in sorted(self._found.items())}


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else OTHERS
