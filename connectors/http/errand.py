"""What is being done, for whom, and how long it may still take."""

from dataclasses import dataclass

from engine.errors import ConnectedSystemError, DeadlineError
from engine.ports import Clock


@dataclass(frozen=True, slots=True)
class Errand:
    """One piece of work at a system. `doing` says it in words; `ends` is the monotonic second of its deadline."""

    system: str
    doing: str
    clock: Clock
    ends: float

    def left(self) -> float:
        """Seconds left, more than 0. Raises DeadlineError."""
        left = self.ends - self.clock.monotonic()
        if left <= 0:
            raise self._too_late()
        return left

    def wait(self, seconds: float) -> None:
        """Wait; raises DeadlineError at once where the deadline would pass meanwhile."""
        if seconds <= 0:
            return
        if seconds >= self.left():
            raise self._too_late()
        self.clock.sleep(seconds)

    def error(self, kind: type[ConnectedSystemError], what: str) -> ConnectedSystemError:
        """A fault of this errand."""
        return kind(self.system, self.doing, what)

    def _too_late(self) -> ConnectedSystemError:
        what = "the time allowed for it ran out; raise limits.deadline in the connector file, or try again later"
        return self.error(DeadlineError, what)
