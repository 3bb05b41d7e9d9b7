"""The one module that knows the HTTP library."""

import inspect
import io
import logging

import httpx
import pytest

from connectors.http.client import FAULTS, Answer, Client, Fault, Request, fault_kind
from tests.unit.connectors.http.specs import LIMITS, route_to
from tests.unit.connectors.loopback import Reply, Site

EXCEPTIONS = [each for _, each in inspect.getmembers(httpx, inspect.isclass) if issubclass(each, BaseException)]


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda each: each.__name__)
def test_every_exception_of_the_library_is_mapped(exception: type[Exception]) -> None:
    """A new exception of the library fails here until somebody says whether the request may have left."""
    assert exception in FAULTS
    assert fault_kind(exception.__new__(exception)) == FAULTS[exception]


def test_nothing_is_called_unsent_that_may_have_left() -> None:
    """Only failures to connect, and requests that the library does not even take, say that nothing has left."""
    unsent = {each.__name__ for each, kind in FAULTS.items() if kind in {"no connection", "untrusted", "unsendable"}}
    assert unsent == {
        "ConnectError",
        "ConnectTimeout",
        "PoolTimeout",
        "ProxyError",
        "InvalidURL",
        "UnsupportedProtocol",
        "CookieConflict",
    }


def test_no_logger_of_the_library_reaches_a_handler(site: Site) -> None:
    """With the root and the library's own loggers at DEBUG not one of their lines comes out."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s"))
    loggers = [logging.getLogger(name) for name in ("", "httpx", "httpcore", "httpcore.http11", "httpcore.connection")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    client = Client(route_to(site), LIMITS, lambda: None)
    client.exchange([Request("GET", "/canary")], 1.0)
    client.close()
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    assert stream.getvalue() == ""


def test_cookies_are_not_kept(site: Site) -> None:
    """No state but the session token passes from one call to the next."""
    site.answer = lambda _: Reply(200, b"[]", headers={"Set-Cookie": "track=1; Path=/"})
    client = Client(route_to(site), LIMITS, lambda: None)
    client.exchange([Request("GET", "/a")], 1.0)
    client.exchange([Request("GET", "/b")], 1.0)
    client.close()
    assert "cookie" not in site.seen[1].headers


def test_results_come_in_the_order_of_the_requests(site: Site) -> None:
    """The first request may be answered last."""
    site.answer = lambda seen: Reply(200, seen.path.encode(), wait=0.2 if seen.path.endswith("0") else 0.0)
    client = Client(route_to(site), LIMITS, lambda: None)
    results = client.exchange([Request("GET", f"/{number}") for number in range(4)], 1.0)
    client.close()
    assert [each.body for each in results if isinstance(each, Answer)] == [b"/api/0", b"/api/1", b"/api/2", b"/api/3"]


def test_one_late_call_does_not_spoil_the_others(site: Site) -> None:
    """Each request has its own time and its own fault."""
    site.answer = lambda seen: Reply(204, wait=0.5 if seen.path.endswith("1") else 0.0)
    client = Client(route_to(site), LIMITS, lambda: None)
    first, second = client.exchange([Request("GET", "/0"), Request("GET", "/1")], 0.2)
    client.close()
    assert isinstance(first, Answer)
    assert second == Fault("late")
