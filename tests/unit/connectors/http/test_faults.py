"""Reading over HTTP when things go wrong: what is tried again, how often, and what the failure is called."""

import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from engine.errors import (
    ConnectedSystemError,
    DeadlineError,
    RateLimitedError,
    TooLargeError,
    UnauthorisedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import LIMITS, rows_of, spec_of, update
from tests.unit.connectors.loopback import Answering, FastClock, Reply, Seen, Site, as_json

FINE = as_json([{"ID": 1}])
ATTEMPTS = LIMITS.attempts


def then_fine(*first: Reply) -> Answering:
    """Answers these first, then a list."""

    def answer(seen: Seen) -> Reply:
        return first[seen.number] if seen.number < len(first) else FINE

    return answer


def closed_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
    return port


HALF = Reply(200, b'[{"ID": 1}', announced=100, end="close")
HALF_RESET = Reply(200, b'[{"ID": 1}', announced=100, end="reset")
PASSING = {
    **{str(status): Reply(status) for status in (429, 500, 502, 503, 504)},
    "reset": Reply(end="silent reset"),
    "closed": Reply(end="silent close"),
    "half": HALF,
    "half, reset": HALF_RESET,
    "half of gzip": Reply(200, gzip.compress(b"[]" * 500)[:20], headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", PASSING.values(), ids=PASSING.keys())
def test_passing_faults_are_tried_again(opened: Opening, site: Site, clock: FastClock, reply: Reply) -> None:
    """Two failures and then an answer make a read that succeeds, after pauses."""
    site.answer = then_fine(reply, reply)
    assert rows_of(opened().read("aims", ["ID"])) == [{"ID": 1}]
    assert len(site.seen) == 3
    assert len(clock.slept) == 2


LASTING: dict[str, tuple[Reply, type[ConnectedSystemError], int]] = {
    "429": (Reply(429), RateLimitedError, ATTEMPTS),
    "500": (Reply(500), UnexpectedAnswerError, ATTEMPTS),
    "503": (Reply(503), UnexpectedAnswerError, ATTEMPTS),
    "reset": (Reply(end="silent reset"), UnreachableError, ATTEMPTS),
    "half": (HALF, UnexpectedAnswerError, ATTEMPTS),
    "401": (Reply(401), UnauthorisedError, 1),
    "403": (Reply(403), UnauthorisedError, 1),
    "400": (as_json({"message": "canary"}, 400), UnexpectedAnswerError, 1),
    "404": (Reply(404), UnexpectedAnswerError, 1),
    "409": (Reply(409), UnexpectedAnswerError, 1),
    "301": (Reply(301, headers={"Location": "/api/elsewhere"}), UnexpectedAnswerError, 1),
    "HTML": (Reply(200, b"<!doctype html><h1>Sign in</h1>", "text/html"), UnexpectedAnswerError, 1),
    "HTML as JSON": (Reply(200, b"<html>"), UnexpectedAnswerError, 1),
    "too large": (Reply(200, b"[" + b" " * 100_001 + b"]"), TooLargeError, 1),
    "brotli": (Reply(200, b"[]", headers={"Content-Encoding": "br"}), UnexpectedAnswerError, 1),
    "no gzip": (Reply(200, b"[]", headers={"Content-Encoding": "gzip"}), UnexpectedAnswerError, 1),
}


@pytest.mark.parametrize(("reply", "error", "calls"), LASTING.values(), ids=LASTING.keys())
def test_lasting_faults_get_their_name(
    opened: Opening, site: Site, reply: Reply, error: type[ConnectedSystemError], calls: int
) -> None:
    """Each fault raises its own error, in the words of what was being done, after the attempts that make sense."""
    site.answer = lambda _: reply
    with pytest.raises(error) as caught:
        list(opened().read("aims", ["ID"]))
    assert caught.value.doing == "listing aims"
    assert len(site.seen) == calls
    assert "canary" not in str(caught.value)


def test_no_listener_is_unreachable(opened: Opening, clock: FastClock) -> None:
    """A refused connection is tried as often as allowed, with growing pauses, and then named."""
    with pytest.raises(UnreachableError, match="address"):
        list(opened(address=f"http://127.0.0.1:{closed_port()}").read("aims", ["ID"]))
    first, second = clock.slept
    assert 0.25 <= first <= 0.75
    assert 0.5 <= second <= 1.5


@pytest.mark.covers("N2")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(opened: Opening, site: Site, clock: FastClock, status: int) -> None:
    """A redirect to a second server brings it no call, for reading and for writing."""
    other = Site(clock)
    site.answer = lambda _: Reply(status, headers={"Location": f"{other.url}/User"})
    system = opened()
    try:
        with pytest.raises(UnexpectedAnswerError, match=str(status)):
            list(system.read("aims", ["ID"]))
        with pytest.raises(ConnectedSystemError):
            list(system.send([update("1")]))
        assert len(other.seen) == 0
    finally:
        other.close()


@pytest.mark.covers("N4")
def test_a_dripping_answer_ends_with_the_total_time(opened: Opening, site: Site) -> None:
    """Bytes that keep coming one by one do not keep a call alive past its time."""
    site.answer = lambda _: Reply(200, b"[" + b" " * 500 + b"]", drip=0.05)
    begun = time.monotonic()
    with pytest.raises(UnreachableError, match="in time"):
        list(opened(spec_of(limits=replace(LIMITS, timeout=0.3, attempts=2))).read("aims", ["ID"]))
    assert time.monotonic() - begun < 2


@pytest.mark.covers("N4")
def test_the_deadline_bounds_all_attempts(opened: Opening, site: Site, clock: FastClock) -> None:
    """Waiting past the deadline is not begun; nothing is asked after it."""
    site.answer = lambda _: Reply(429)
    begun = clock.monotonic()
    with pytest.raises(DeadlineError, match="time allowed"):
        list(opened(spec_of(limits=replace(LIMITS, deadline=100.0, attempts=50))).read("aims", ["ID"]))
    assert clock.monotonic() - begun <= 100
    assert len(site.seen) == 2


@pytest.mark.covers("N4")
def test_a_gzip_bomb_is_not_inflated(opened: Opening, site: Site, figure: Callable[[str, str], None]) -> None:
    """200 MB of blanks stop at the cap for the inflated body (100 KB), and never take much more memory than that."""
    packed = gzip.compress(b" " * 200_000_000, 9)
    site.answer = lambda _: Reply(200, packed, headers={"Content-Encoding": "gzip"})
    system = opened()
    tracemalloc.start()
    with pytest.raises(TooLargeError, match="max_body"):
        list(system.read("aims", ["ID"]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    figure("N4", f"gzip bomb of 200 MB: stopped at {LIMITS.max_body:,} bytes, {peak / 1e6:.1f} MB of memory at most")


def test_gzip_is_understood(opened: Opening, site: Site) -> None:
    """A packed answer reads like a plain one; one with something behind its end does not."""
    packed = gzip.compress(b'[{"ID": "long ' + b"x" * 50_000 + b'"}]')
    site.answer = lambda _: Reply(200, packed, headers={"Content-Encoding": "gzip"})
    (row,) = rows_of(opened().read("aims", ["ID"]))
    assert len(row["ID"]) == 50_005


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7),
        ("0", 0, 0),
        ("in 60 s", 55, 61),
        ("in -60 s", 0, 0),
        ("999999", 120, 120),
        ("9" * 5000, 120, 120),
        ("-5", 45, 45),
        ("soon", 45, 45),
        ("1.5", 45, 45),
        ("\u00b2", 45, 45),
        ("", 45, 45),
        ("Wed, 99 Nov 2026 99:00:00 GMT", 45, 45),
    ],
    ids=lambda value: str(value)[:12],
)
@pytest.mark.covers("R3")
def test_every_form_of_retry_after(
    opened: Opening, site: Site, clock: FastClock, said: str, least: float, most: float
) -> None:
    """Seconds and HTTP dates are waited for up to 120 s; rubbish and absence mean the window of `per` seconds."""
    if said.startswith("in "):
        said = format_datetime(clock.now() + timedelta(seconds=int(said.split()[1])), usegmt=True)
    headers = {"Retry-After": said} if said else {}
    site.answer = then_fine(Reply(429, headers=headers))
    list(opened(spec_of(limits=replace(LIMITS, per=45.0))).read("aims", ["ID"]))
    assert least <= sum(clock.slept) <= most
    assert len(site.seen) == 2


def test_a_retry_after_is_also_heard_with_503(opened: Opening, site: Site, clock: FastClock) -> None:
    """A server that is down for maintenance says for how long."""
    site.answer = then_fine(Reply(503, headers={"Retry-After": "30"}))
    list(opened().read("aims", ["ID"]))
    assert sum(clock.slept) == 30


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_proxies_of_the_environment_are_ignored(
    opened: Opening, site: Site, clock: FastClock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A proxy set outside sees nothing."""
    other = Site(clock)
    monkeypatch.setenv(name, f"http://127.0.0.1:{other.port}")
    site.answer = lambda _: FINE
    try:
        assert rows_of(opened().read("aims", ["ID"])) == [{"ID": 1}]
        assert len(other.seen) == 0
    finally:
        other.close()
