"""What a run has done so far, and when so much has failed that it should halt."""

from collections import Counter
from dataclasses import dataclass, field

from engine.ledger.journal import Closing, ClosingState

DONE: frozenset[ClosingState] = frozenset({"done", "already"})
"""How a change ends that others may depend on."""
FAILURES_IN_A_ROW = 5
"""After so many changes that failed one after the other the run halts."""
FAILED_SHARE = 20
"""Per cent of the changes settled by a process: where more have failed the run halts, from SHARE_FROM changes on."""
SHARE_FROM = 25
KEPT = 10_000
"""How many closings a report keeps; all of them are counted, and stand in the journal."""


@dataclass(slots=True)
class Report:
    """What a run has done so far. `closings` are in the order in which changes were settled, the first KEPT of them.

    `unsettled` counts, by field and the place of its rule, the values that were taken in and came back otherwise: that
    rule and that system never come to rest.
    """

    run: str
    closings: list[Closing] = field(default_factory=list)
    halted: str = ""
    unsettled: Counter[tuple[str, str]] = field(default_factory=Counter)
    _counts: Counter[ClosingState] = field(default_factory=Counter)

    def take(self, closing: Closing) -> None:
        """Count a closing, and keep it while there is room."""
        self._counts[closing.state] += 1
        if len(self.closings) < KEPT:
            self.closings.append(closing)

    def count(self, state: ClosingState) -> int:
        """How many changes ended in this state."""
        return self._counts[state]

    @property
    def settled(self) -> int:
        """How many changes ended."""
        return self._counts.total()

    @property
    def whole(self) -> bool:
        """Whether everything that was approved is done."""
        return not self.halted and not self._counts.keys() - DONE


@dataclass(slots=True)
class StopRule:
    """Counts what fails, and says when a run should halt: what goes wrong so often goes on going wrong."""

    settled: int = 0
    failed: int = 0
    in_a_row: int = 0

    def count(self, closing: Closing) -> str:
        """Why to halt after this closing; empty where the run may go on."""
        fails = closing.state in {"failed", "unknown"}
        self.settled += 1
        self.failed += fails
        self.in_a_row = self.in_a_row + 1 if fails else 0
        if self.in_a_row >= FAILURES_IN_A_ROW:
            return f"{self.in_a_row} changes failed one after the other, the last because {closing.detail}"
        if fails and self.settled >= SHARE_FROM and self.failed * 100 > FAILED_SHARE * self.settled:
            return f"{self.failed} of {self.settled} changes failed, the last because {closing.detail}"
        return ""
