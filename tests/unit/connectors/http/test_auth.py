"""Logging in."""

from dataclasses import replace

import pytest

from connectors.http.auth import Session
from connectors.http.system import open_system
from engine.errors import (
    ConnectorMismatchError,
    SecretMissingError,
    UnauthorisedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from engine.ports import Access, Call, Secret
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, LIMITS, LOGIN, SESSION, TOKEN, rows_of, spec_of
from tests.unit.connectors.loopback import FastClock, Reply, Seen, Site, as_json

SPEC = spec_of(CENTRES, LEARNERS, login=LOGIN)


def session_for(seen: Seen) -> Reply:
    """Gives a new session for every login, and a record for anything else."""
    if seen.path.endswith("/Authentication"):
        return Reply(200, f"{SESSION}-{seen.number}\r\n".encode(), "text/plain")
    return as_json({"FirstName": "Ada"})


def logins(site: Site) -> int:
    return site.paths().count("/api/Authentication")


def test_one_login_serves_many_concurrent_calls(opened: Opening, site: Site) -> None:
    """Forty calls, four at a time, over two reads, log in once; the secret goes to the login only."""
    site.answer = session_for
    system = opened(SPEC)
    for keys in (range(20), range(20, 40)):
        assert len(rows_of(system.fetch("learners", ["FirstName"], [str(key) for key in keys]))) == 20
    first, *others = site.seen
    assert (first.verb, first.path, first.body) == ("POST", "/api/Authentication", b"")
    assert first.headers["x-customertoken"] == TOKEN
    assert "x-tokenid" not in first.headers
    assert {each.headers["x-tokenid"] for each in others} == {f"{SESSION}-0"}
    assert not any("x-customertoken" in each.headers for each in others)


def test_the_token_is_renewed_before_it_ends(opened: Opening, site: Site, clock: FastClock) -> None:
    """After `lasts` seconds the next call logs in anew, in the middle of a read too."""
    site.answer = session_for
    limits = replace(LIMITS, calls=5, per=60.0)
    system = opened(replace(SPEC, limits=limits, authentication=replace(LOGIN, lasts=100.0)))
    begun = clock.monotonic()
    assert len(rows_of(system.fetch("learners", ["FirstName"], [str(key) for key in range(20)]))) == 20
    assert clock.monotonic() - begun > 200
    assert logins(site) == 3
    tokens = [each.headers.get("x-tokenid") for each in site.seen]
    assert len(set(tokens)) == 4


def test_a_refused_call_makes_the_next_read_log_in_anew(opened: Opening, site: Site) -> None:
    """A session that the server has dropped is not used again."""
    site.answer = lambda seen: Reply(401) if seen.number == 1 else session_for(seen)
    system = opened(SPEC)
    with pytest.raises(UnauthorisedError):
        list(system.fetch("learners", ["FirstName"], ["1"]))
    assert len(rows_of(system.fetch("learners", ["FirstName"], ["1"]))) == 1
    assert logins(site) == 2


@pytest.mark.parametrize(
    ("reply", "error", "calls"),
    [
        (Reply(401), UnauthorisedError, 1),
        (Reply(403), UnauthorisedError, 1),
        (Reply(500), UnexpectedAnswerError, 3),
        (Reply(end="silent reset"), UnreachableError, 3),
        (Reply(200, b"<html>sign in</html>", "text/html"), UnexpectedAnswerError, 1),
        (Reply(200, b""), UnexpectedAnswerError, 1),
        (Reply(200, b"two words"), UnexpectedAnswerError, 1),
        (Reply(200, b"a\r\nInjected: yes"), UnexpectedAnswerError, 1),
        (Reply(200, "é".encode()), UnexpectedAnswerError, 1),
        (Reply(302, headers={"Location": "/login"}), UnexpectedAnswerError, 1),
    ],
)
@pytest.mark.covers("R14")
def test_a_failed_login_says_so(opened: Opening, site: Site, reply: Reply, error: type[Exception], calls: int) -> None:
    """It is called logging in, whatever was to be read, and nothing else is asked; 401 is not tried again."""
    site.answer = lambda _: reply
    with pytest.raises(error, match="while logging in: "):
        list(opened(SPEC).read("learners", ["ID"]))
    assert site.paths() == ["/api/Authentication"] * calls


def test_a_token_is_found_by_its_path(opened: Opening, site: Site) -> None:
    """A login may answer with an object; its token goes into the header as the file says."""
    login = replace(LOGIN, token="data.access_token", header="Authorization", value="Bearer {token}")  # noqa: S106  a path
    site.answer = lambda seen: as_json({"data": {"access_token": "abc"}, "ID": seen.number})
    list(opened(spec_of(CENTRES, login=login)).read("centres", ["ID"]))
    assert site.seen[1].headers["authorization"] == "Bearer abc"


def test_secrets_may_stand_in_the_login_body(opened: Opening, site: Site) -> None:
    """A login by user name and password sends them in its body."""
    call = Call("POST", "/Authentication", body={"user": "tieline", "password": "{secret.customer_token}"})
    site.answer = session_for
    list(opened(spec_of(CENTRES, LEARNERS, login=replace(LOGIN, login=call))).fetch("learners", ["ID"], ["1"]))
    assert site.seen[0].json() == {"user": "tieline", "password": TOKEN}


@pytest.mark.parametrize(
    "secret", ["canary\r\nInjected: yes", "canary\n", "canarÿ", "canary\x00"], ids=["break", "end", "letter", "nul"]
)
def test_a_secret_that_no_header_can_carry_is_not_sent(site: Site, clock: FastClock, secret: str) -> None:
    """Line breaks and other letters in a secret are an error that does not show it."""
    system = open_system(SPEC, Access("sandbox", site.url, {"customer_token": Secret("env:T", secret)}), clock)
    with pytest.raises(UnexpectedAnswerError, match="header") as caught:
        system.check()
    system.close()
    assert "canar" not in str(caught.value)
    assert not site.seen


def test_a_missing_secret_is_found_at_opening(site: Site, clock: FastClock) -> None:
    """Nothing is sent to find out that a secret is not set."""
    with pytest.raises(SecretMissingError, match="customer_token"):
        open_system(SPEC, Access("sandbox", site.url), clock)


@pytest.mark.parametrize(
    "call",
    [
        Call("GET", "/Organisation/{secret.customer_token}"),
        Call("POST", "/Organisation", body={"token": "{secret.customer_token}"}),
        Call("GET", "/Organisation", {"X": "{secret.other}"}),
        Call("GET", "/Organisation/{nobody}"),
        Call("GET", "Organisation"),
        Call("GET", "/Organisation", {"Host": "elsewhere.example"}),
        Call("GET", "/Organisation", {"transfer-Encoding ": "chunked"}),
        Call("GET", "/Organisation", rows="a["),
    ],
)
@pytest.mark.covers("N3")
def test_calls_that_cannot_be_made_are_refused_at_opening(opened: Opening, site: Site, call: Call) -> None:
    """Secrets stand in headers and the login only, never in a path; every name has a giver; paths can be read."""
    assert CENTRES.listing is not None
    centres = replace(CENTRES, listing=replace(CENTRES.listing, call=call))
    with pytest.raises(ConnectorMismatchError, match="centres, list"):
        opened(spec_of(centres, login=LOGIN))
    assert not site.seen


def test_a_secret_in_the_login_path_is_refused(opened: Opening) -> None:
    """Addresses end up in the logs of servers in between."""
    login = replace(LOGIN, login=Call("GET", "/Login/{secret.customer_token}"))
    with pytest.raises(ConnectorMismatchError, match="the login"):
        opened(spec_of(CENTRES, login=login))


@pytest.mark.parametrize("header", ["Host", "content-length", "Cookie"])
def test_the_token_goes_in_no_header_of_our_own(opened: Opening, header: str) -> None:
    """Those headers say where a request goes and where it ends."""
    with pytest.raises(ConnectorMismatchError, match=f"the header {header} is written by tieline itself"):
        opened(spec_of(CENTRES, login=replace(LOGIN, header=header)))


def test_a_session_does_not_show_its_token() -> None:
    """The token stands in memory only: not in the session's own words either."""
    session = Session(LOGIN, {"customer_token": Secret("env:T", TOKEN)}, FastClock())
    flow = session.login()
    request = next(flow)
    assert TOKEN not in repr(request)
    assert session.due()
    assert "canary" not in f"{session!r} {session}"
