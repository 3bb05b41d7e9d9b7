"""How often we call, and how long we wait after a refusal."""

from collections import deque
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from secrets import SystemRandom

from engine.ports import Access, Clock, Limits

MOST_WAIT = 120.0
"""Seconds: a longer Retry-After is not obeyed."""
_FIRST_BACKOFF = 0.5
_MOST_BACKOFF = 30.0
_CHANCE = SystemRandom()


class Meter:
    """A bucket of `calls` tokens. Each comes back `per` seconds after its call was answered.

    A bucket that fills at a steady rate would let twice the allowance through within one window; this one never
    exceeds it, in whichever window the provider counts: a call is counted there before it is answered here.
    """

    def __init__(self, limits: Limits, access: Access, clock: Clock) -> None:
        own = access.calls_per_minute
        self._calls, self.per = (own, 60.0) if own is not None else (limits.calls, limits.per)
        self._clock = clock
        self._spent: deque[tuple[float, int]] = deque()
        self._not_before = clock.monotonic()

    def room(self) -> int | None:
        """How many calls may leave now; None: as many as you like."""
        now = self._clock.monotonic()
        return 0 if now < self._not_before else self._tokens(now)

    def wait(self) -> float:
        """Seconds until there may be room again."""
        now = self._clock.monotonic()
        until = self._not_before
        if self._tokens(now) == 0 and self._spent:
            until = max(until, self._spent[0][0] + self.per)
        return max(0.0, until - now)

    def spend(self, count: int) -> None:
        """So many calls have just been answered."""
        self._spent.append((self._clock.monotonic(), count))

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so long."""
        self._not_before = max(self._not_before, self._clock.monotonic() + seconds)

    def _tokens(self, now: float) -> int | None:
        if self._calls is None:
            return None
        while self._spent and self._spent[0][0] + self.per <= now:
            self._spent.popleft()
        return max(0, self._calls - sum(count for _, count in self._spent))


def retry_after(text: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for (whole seconds or an HTTP date), at most 120; None: it says nothing."""
    if text.isascii() and text.isdigit():
        return min(float(text), MOST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), MOST_WAIT)


def backoff(attempt: int) -> float:
    """Seconds to wait after the attempt of this number (from 1): doubling, and scattered by half."""
    return float(min(_FIRST_BACKOFF * 2 ** (attempt - 1), _MOST_BACKOFF) * _CHANCE.uniform(0.5, 1.5))
