"""The real clock, and one that its steps do not reach."""

import time
from datetime import UTC, datetime, timedelta

from engine.ports import Clock

_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # Linux has both, others only one


class SteadyClock:
    """A clock that was read once and counts on from there: a step of the real one does not reach it."""

    def __init__(self, clock: Clock, now: datetime | None = None) -> None:
        self._clock = clock
        self._began, self._at = clock.monotonic(), now or clock.now()

    def now(self) -> datetime:
        """The instant at which it was read, and all the time since."""
        return self._at + timedelta(seconds=self._clock.monotonic() - self._began)

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._clock.sleep(seconds)


class SystemClock:
    """Time as this machine tells it."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go backwards; those in which the machine sleeps count."""
        return time.clock_gettime(_SINCE_BOOT)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
