"""Limits: how many changes of a kind one plan may hold before somebody must say so twice."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from engine.plan.model import Change, LimitLine
from engine.settings import Limit

SMALL = 10
"""Below this number of records a share says nothing."""
SMALL_MOST = 2
"""The most changes of one kind in a set below SMALL records."""
DEFAULTS: Mapping[str, Limit] = {
    "update": Limit(share=Decimal(30)),
    "create": Limit(share=Decimal(30)),
    "blank_out": Limit(share=Decimal(30)),
    "sensitive": Limit(share=Decimal(30)),
}
_SENSITIVE = frozenset({"identifier", "special"})


@dataclass(slots=True)
class Guard:
    """Counts changes as they are built. `records` tells how many records of each type the exchange holds.

    A limit holds for each system by itself: a record that changes on both sides is one of each. Every field that is
    masked (an identifier, special-category data) is counted by itself too, as `sensitive NAME`. Who asks for certain
    records (`requested`) has said how many are created: below SMALL records no rule holds them back.
    """

    limits: Mapping[str, Limit]
    records: Mapping[str, int]
    requested: bool = False
    seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def count(self, change: Change) -> None:
        """Count one change.

        What is held does not count, nor a link, which changes no record, nor what completes a record that is created.
        """
        if not change.applicable or change.is_link or change.completes:
            return
        self.seen[change.record_type, change.action, change.side] += 1
        if any(one.blanks for one in change.writes):
            self.seen[change.record_type, "blank_out", change.side] += 1
        if change.action == "update":
            for one in change.writes:
                if one.category in _SENSITIVE:
                    self.seen[change.record_type, f"sensitive {one.field}", change.side] += 1

    def lines(self) -> tuple[LimitLine, ...]:
        """The arithmetic of every kind of change that occurs, by record type and kind, for the system with the most."""
        most: dict[tuple[str, str], int] = {}
        for (record_type, kind, _), number in self.seen.items():
            most[record_type, kind] = max(number, most.get((record_type, kind), 0))
        return tuple(self._line(record_type, kind, number) for (record_type, kind), number in sorted(most.items()))

    def _line(self, record_type: str, kind: str, number: int) -> LimitLine:
        total = self.records.get(record_type, 0)
        word, _, field_name = kind.partition(" ")
        limit = self.limits.get(word, DEFAULTS[word])
        share = limit.share if limit.share is not None else DEFAULTS[word].share
        if total < SMALL and self.requested and kind == "create":
            crossed, allowed = False, "what was asked for"
        elif total < SMALL:
            crossed, allowed = number > SMALL_MOST, f"{SMALL_MOST} of fewer than {SMALL} records"
        else:
            crossed = share is not None and Decimal(number) * 100 > share * total
            allowed = f"{_per_cent(share)}" if share is not None else "any share"
        if limit.count is not None:
            crossed = crossed or number > limit.count
            allowed += f" and {limit.count}"
        what = f"their {field_name} changed" if field_name else f"a change of kind {kind}"
        found = f"{_share(number, total)}of the {record_type}s have {what} ({number} of {total})"
        sentence = f"{found}; the limit is {allowed}"
        return LimitLine(record_type, kind, number, total, allowed, crossed, sentence)


def _share(number: int, total: int) -> str:
    return f"{_per_cent(Decimal(number) * 100 / total)} " if total else ""


def _per_cent(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP)}%"
