"""The rate limit, as the server counts it, and the pauses."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from connectors.http.limits import Meter, backoff, retry_after
from engine.ports import Access, Limits
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, LIMITS, LOGIN, SESSION, rows_of, spec_of, update
from tests.unit.connectors.loopback import FastClock, Reply, Seen, Site, as_json


def most_in_a_window(site: Site, per: float) -> int:
    """The most calls that the server saw within any `per` seconds."""
    times = [seen.at for seen in site.seen]
    return max(sum(begin <= at < begin + per for at in times) for begin in times)


@pytest.mark.parametrize("concurrency", [1, 2, 8])
@pytest.mark.covers("N6")
def test_the_limit_is_held_in_every_window(
    opened: Opening, site: Site, clock: FastClock, concurrency: int, figure: Callable[[str, str], None]
) -> None:
    """The server counts at most 10 calls in any 60 s, logins and writes included, and the allowance is used up."""

    def answer(seen: Seen) -> Reply:
        if seen.path.endswith("/Authentication"):
            return Reply(200, SESSION.encode(), "text/plain")
        return Reply(204) if seen.path.startswith("/api/User/w") else as_json({"FirstName": "Ada"})

    site.answer = answer
    limits = replace(LIMITS, calls=10, per=60.0, concurrency=concurrency)
    system = opened(spec_of(CENTRES, LEARNERS, limits=limits, login=LOGIN))
    begun = clock.monotonic()
    assert len(rows_of(system.fetch("learners", ["ID"], [str(n) for n in range(20)]))) == 20
    assert len(list(system.send([update(f"w{n}", n) for n in range(14)]))) == 14
    assert most_in_a_window(site, 60.0) == 10
    assert len(site.seen) == system.calls == 35
    assert 180 <= clock.monotonic() - begun < 200
    figure("N6", f"{concurrency} at a time, 10 calls a minute: {most_in_a_window(site, 60.0)} counted")


@pytest.mark.covers("N6")
def test_a_workspace_may_lower_the_limit(opened: Opening, site: Site) -> None:
    """`calls_per_minute` takes the place of the connector file's limit."""
    site.answer = lambda _: as_json({"FirstName": "Ada"})
    limits = replace(LIMITS, calls=1000, per=1.0)
    list(
        opened(spec_of(CENTRES, LEARNERS, limits=limits), calls_per_minute=5).fetch(
            "learners", ["ID"], list("abcdefgh")
        )
    )
    assert most_in_a_window(site, 60.0) == 5


def test_a_token_comes_back_after_the_window() -> None:
    """Calls answered at different times free their places at different times."""
    clock = FastClock()
    meter = Meter(Limits(calls=3, per=10.0), Access("sandbox", ""), clock)
    meter.spend(2)
    clock.sleep(4)
    assert meter.room() == 1
    meter.spend(1)
    assert meter.room() == 0
    assert 5.9 < meter.wait() <= 6
    clock.sleep(6)
    assert meter.room() == 2
    meter.pause(3)
    assert (meter.room(), round(meter.wait())) == (0, 3)


def test_without_a_limit_there_is_always_room() -> None:
    """No limit counts nothing."""
    meter = Meter(Limits(), Access("sandbox", ""), FastClock())
    meter.spend(10_000)
    assert (meter.room(), meter.wait()) == (None, 0.0)


def test_the_pause_doubles_is_scattered_and_bounded() -> None:
    """Half a second, one, two, … up to 30, each scattered by half."""
    for attempt, middle in [(1, 0.5), (2, 1.0), (3, 2.0), (10, 30.0), (1000, 30.0)]:
        pauses = {backoff(attempt) for _ in range(20)}
        assert all(0.5 * middle <= pause <= 1.5 * middle for pause in pauses)
        assert len(pauses) > 1
    assert all(a != b for a, b in pairwise(backoff(3) for _ in range(5)))


def test_a_date_without_a_zone_is_utc() -> None:
    """`-0000` is how mail says that the zone is unknown."""
    now = FastClock().now()
    later = f"{now:%a, %d %b %Y} 23:59:59 -0000"
    assert retry_after(later, now.replace(hour=23, minute=59, second=49, microsecond=0)) == 10
