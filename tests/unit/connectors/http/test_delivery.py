"""Writing over HTTP: what is sent for an intent, and what each kind of answer says about it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest

from engine.ports import Call, Column, Intent, Outcome, Scalar, Verdict, Write
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, LIMITS, LOGIN, SESSION, spec_of, update, verdicts
from tests.unit.connectors.loopback import FastClock, Reply, Seen, Site, as_json

SPEC = spec_of(CENTRES, LEARNERS)

ANSWERS: dict[str, tuple[Reply, Verdict]] = {
    "200": (as_json({"ID": 1}), "accepted"),
    "200 empty": (Reply(200), "accepted"),
    "200 text": (Reply(200, b"OK", "text/plain"), "accepted"),
    "201": (as_json({"ID": 1}, 201), "accepted"),
    "204": (Reply(204), "accepted"),
    "200 HTML": (Reply(200, b"<html>Sign in</html>", "text/html; charset=utf-8"), "unknown"),
    "200 HTML as JSON": (Reply(200, b" <html>"), "unknown"),
    "200 half JSON": (Reply(200, b'{"ID": 1'), "unknown"),
    "200 half a body": (Reply(200, b'{"ID"', announced=50, end="close"), "unknown"),
    "200 too large": (Reply(200, b'"' + b"x" * 100_001 + b'"'), "unknown"),
    "200 with an error inside": (as_json({"message": "canary"}), "unknown"),
    "301": (Reply(301, headers={"Location": "/x"}), "refused"),
    "307": (Reply(307, headers={"Location": "/x"}), "refused"),
    "400": (as_json({"message": "canary"}, 400), "refused"),
    "404": (Reply(404), "refused"),
    "410": (Reply(410), "refused"),
    "422": (Reply(422), "refused"),
    "409": (Reply(409), "conflict"),
    "412": (Reply(412), "conflict"),
    "401": (Reply(401), "unauthorised"),
    "403": (Reply(403), "unauthorised"),
    "429": (Reply(429), "not_sent"),
    "408": (Reply(408), "unknown"),
    "500": (Reply(500), "unknown"),
    "502": (Reply(502), "unknown"),
    "503": (Reply(503), "unknown"),
    "504": (Reply(504), "unknown"),
    "reset": (Reply(end="silent reset"), "unknown"),
    "closed": (Reply(end="silent close"), "unknown"),
    "late": (Reply(204, wait=0.6), "unknown"),
}


@pytest.mark.parametrize(("reply", "verdict"), ANSWERS.values(), ids=ANSWERS.keys())
def test_every_answer_has_its_verdict(opened: Opening, site: Site, reply: Reply, verdict: Verdict) -> None:
    """One intent is one request and one outcome, whatever comes back; the provider's words are not passed on."""
    site.answer = lambda _: reply
    (outcome,) = opened(replace(SPEC, limits=replace(LIMITS, timeout=0.3))).send([update("1")])
    assert outcome.verdict == verdict
    assert len(site.seen) == 1
    assert (outcome.change, outcome.attempt) == ("change-1", 1)
    assert "canary" not in outcome.detail
    assert bool(outcome.detail) == (verdict != "accepted")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_a_connection_nothing_is_sent(opened: Opening, host: str) -> None:
    """A refused connection is `not_sent`, and the rest of the window is not tried."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        system = opened(SPEC, f"http://{host}:{line.getsockname()[1]}")
        assert verdicts(system, *(update("1", n) for n in range(5))) == {f"change-{n}": "not_sent" for n in range(5)}
    assert system.calls == 1


def test_an_unknown_host_name_is_not_sent(opened: Opening) -> None:
    """A name that cannot be resolved means that nothing has left."""
    assert verdicts(opened(SPEC, "https://tieline.invalid/api"), update("1")) == {"change-1": "not_sent"}


def test_values_are_written_by_type_and_wire(opened: Opening, site: Site) -> None:
    """Dates as midnight instants, decimals exactly, switches as letters, blanks as empty text or null, paths nested."""
    site.answer = lambda _: Reply(204)
    values: dict[str, Scalar] = {
        "FirstName": 'Zoë "X" {key}',
        "DOB": date(1990, 2, 3),
        "Score": Decimal("0.1000000000000000055"),
        "Active": True,
        "Town": None,
    }
    assert verdicts(opened(SPEC), Intent("c", 1, "update", "learners", "12/3", values)) == {"c": "accepted"}
    (seen,) = site.seen
    assert (seen.verb, seen.path, seen.headers["content-type"]) == ("POST", "/api/User/12%2F3", "application/json")
    assert b"0.1000000000000000055" in seen.body
    assert seen.json() == {
        "FirstName": 'Zoë "X" {key}',
        "DOB": "1990-02-03T00:00:00.000Z",
        "Score": pytest.approx(0.1),
        "Active": "Y",
        "Home": {"Town": ""},
    }


def test_a_blank_that_is_no_text_is_null(opened: Opening, site: Site) -> None:
    """Only text has an empty form."""
    site.answer = lambda _: Reply(204)
    list(opened(SPEC).send([update("1", DOB=None, Score=None, Active=None)]))
    assert site.seen[0].json() == {"DOB": None, "Score": None, "Active": None}


def test_a_create_sends_constants_and_gives_the_new_key(opened: Opening, site: Site) -> None:
    """What every create sends is added; the key of the answer comes back as text."""
    site.answer = lambda _: as_json({"ID": 7001, "Username": "ada"})
    (outcome,) = opened(SPEC).send([Intent("c", 1, "create", "learners", None, {"FirstName": "Ada"})])
    assert (outcome.verdict, outcome.new_key, outcome.status) == ("accepted", "7001", 200)
    assert site.seen[0].json() == {"Role": 1, "FirstName": "Ada"}
    assert site.seen[0].path == "/api/User"


def test_a_value_in_the_path_is_not_sent_again(opened: Opening, site: Site) -> None:
    """A call that names a record in its path has no body where nothing else is to be sent."""
    assign = Write(Call("POST", "/Standard/{FirstName}/Assign/{Town}"), "D")
    site.answer = lambda _: Reply(200)
    intent = Intent("c", 1, "create", "learners", None, {"FirstName": "7", "Town": "8/9"})
    assert verdicts(opened(spec_of(CENTRES, replace(LEARNERS, create=assign))), intent) == {"c": "accepted"}
    assert (site.seen[0].path, site.seen[0].body) == ("/api/Standard/7/Assign/8%2F9", b"")


@pytest.mark.parametrize("answer", [as_json({}), as_json({"ID": None}), as_json({"ID": True}), Reply(204)])
def test_a_create_without_its_key_is_unknown(opened: Opening, site: Site, answer: Reply) -> None:
    """A record may have been made, but which one cannot be said."""
    site.answer = lambda _: answer
    (outcome,) = opened(SPEC).send([Intent("c", 1, "create", "learners", None, {"FirstName": "Ada"})])
    assert (outcome.verdict, outcome.new_key) == ("unknown", None)


UNSENDABLE = {
    "empty key": update(""),
    "key of dots": update(".."),
    "no key": replace(update("1"), key=None),
    "read-only column": update("1", ID="2"),
    "unknown column": update("1", Nickname="canary"),
    "wrong type": update("1", DOB="canary"),
    "an instant for a date": update("1", DOB=datetime(2000, 1, 1, tzinfo=UTC)),
    "half a surrogate pair": update("1", FirstName="canary\ud800"),
    "not a number": update("1", Score=Decimal("NaN")),
    "no way to create": Intent("change-1", 1, "create", "centres", None, {"Name": "x"}),
}


@pytest.mark.parametrize("intent", UNSENDABLE.values(), ids=UNSENDABLE.keys())
def test_what_cannot_be_sent_is_refused_alone(opened: Opening, site: Site, intent: Intent) -> None:
    """Such an intent sends nothing (an empty key would address the create), the others of its window go out."""
    site.answer = lambda _: Reply(204)
    outcomes = {each.change: each for each in opened(SPEC).send([intent, update("5", 2)])}
    assert (outcomes["change-1"].verdict, outcomes["change-2"].verdict) == ("refused", "accepted")
    assert site.paths() == ["/api/User/5"]
    assert "canary" not in outcomes["change-1"].detail


@pytest.mark.covers("R14")
def test_a_refused_key_halts_the_window(opened: Opening, site: Site) -> None:
    """The third change is answered 401: exactly three requests are seen, the rest is left unsent."""
    site.answer = lambda seen: Reply(401 if seen.number == 2 else 204)
    outcomes = verdicts(opened(SPEC), *(update(str(n), n) for n in range(20)))
    assert len(site.seen) == 3
    assert list(outcomes.values()).count("unauthorised") == 1
    assert list(outcomes.values()).count("not_sent") == 17


def test_writes_spread_while_all_goes_well(opened: Opening, site: Site) -> None:
    """1, 2, 4, 4 at a time; every intent is sent exactly once."""
    site.answer = lambda _: Reply(204, wait=0.02)
    outcomes = verdicts(opened(SPEC), *(update(str(n), n) for n in range(30)))
    assert set(outcomes.values()) == {"accepted"}
    assert sorted(site.paths()) == sorted(f"/api/User/{n}" for n in range(30))
    assert site.busiest == LIMITS.concurrency


@pytest.mark.parametrize(("said", "least", "most"), [("", 60, 60), ("9", 9, 9), ("in 30 s", 25, 31)])
def test_too_often_is_not_sent_and_waited_for(
    opened: Opening, site: Site, clock: FastClock, said: str, least: float, most: float
) -> None:
    """The outcome says for how long; the next intent of the window waits that long; none is sent twice."""
    if said.startswith("in "):
        said = format_datetime(clock.now() + timedelta(seconds=30), usegmt=True)
    headers = {"Retry-After": said} if said else {}
    site.answer = lambda seen: Reply(429, headers=headers) if seen.number == 0 else Reply(204)
    first, second = opened(SPEC).send([update("1", 1), update("2", 2)])
    assert (first.verdict, second.verdict) == ("not_sent", "accepted")
    assert first.retry_after is not None
    assert least <= first.retry_after <= most
    assert least - 1 <= sum(clock.slept) <= most
    assert len(site.seen) == 2


def test_writes_draw_in_after_a_failure(opened: Opening, site: Site) -> None:
    """After an answer that is no yes the next intent goes out alone, and the spreading begins again."""
    crowd: dict[int, int] = {}

    def answer(seen: Seen) -> Reply:
        time.sleep(0.03)
        crowd[seen.number] = site.busy
        return Reply(500 if seen.number == 8 else 204)

    site.answer = answer
    outcomes = verdicts(opened(SPEC), *(update(str(n), n) for n in range(16)))
    assert list(outcomes.values()).count("unknown") == 1
    assert crowd[11] == 1
    assert max(crowd.values()) > 1


def test_a_window_without_time_left_is_not_sent(opened: Opening, site: Site) -> None:
    """Where the wait would pass the deadline, the rest is left unsent."""
    site.answer = lambda _: Reply(429)
    system = opened(replace(SPEC, limits=replace(LIMITS, deadline=30.0)))
    assert set(verdicts(system, update("1", 1), update("2", 2)).values()) == {"not_sent"}
    assert len(site.seen) == 1


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        (Reply(401), {"change-1": "unauthorised", "change-2": "not_sent"}),
        (Reply(500), {"change-1": "not_sent", "change-2": "not_sent"}),
        (Reply(200, b"<html>", "text/html"), {"change-1": "not_sent", "change-2": "not_sent"}),
    ],
)
def test_without_a_login_nothing_is_sent(
    opened: Opening, site: Site, login: Reply, expected: dict[str, Verdict]
) -> None:
    """A failed login leaves every intent unsent; a refused one says so once, which halts the run."""
    site.answer = lambda _: login
    assert verdicts(opened(spec_of(CENTRES, LEARNERS, login=LOGIN)), update("1", 1), update("2", 2)) == expected
    assert set(site.paths()) == {"/api/Authentication"}


def test_writes_carry_the_session(opened: Opening, site: Site) -> None:
    """The login is made once and its token sent with every write."""
    site.answer = lambda seen: (
        Reply(200, SESSION.encode(), "text/plain") if seen.path.endswith("Authentication") else Reply(204)
    )
    list(opened(spec_of(CENTRES, LEARNERS, login=LOGIN)).send([update(str(n), n) for n in range(9)]))
    assert site.paths().count("/api/Authentication") == 1
    assert {seen.headers.get("x-tokenid") for seen in site.seen[1:]} == {SESSION}


CRASHING = """
import sys
import time
sys.path.insert(0, ".")
from connectors.http.system import open_system
from engine.ports import Access
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, spec_of, update
from tests.unit.connectors.loopback import FastClock
system = open_system(spec_of(CENTRES, LEARNERS), Access("sandbox", sys.argv[1]), FastClock())
for outcome in system.send([update(str(n), n) for n in range(3)]):
    print(outcome.change, flush=True)
"""


@pytest.mark.parametrize(("point", "requests"), [("writer.send.before", 0), ("writer.send.after", 1)])
def test_a_crash_point_stands_on_both_sides_of_a_request(site: Site, point: str, requests: int) -> None:
    """Killed before: nothing was sent. Killed after: one request was, and its outcome was not told."""
    site.answer = lambda _: Reply(204)
    ran = subprocess.run(
        [sys.executable, "-c", CRASHING, site.url],
        env={**os.environ, "TIELINE_CRASH_AT": f"{point}#1"},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert ran.returncode == -9, ran.stderr
    assert (len(site.seen), ran.stdout) == (requests, b"")


def test_no_outcome_is_lost_when_the_caller_stops(opened: Opening, site: Site) -> None:
    """Whoever stops after the first outcome leaves no request in flight: what was sent was answered."""
    site.answer = lambda _: Reply(204)
    outcomes = opened(SPEC).send([update(str(n), n) for n in range(9)])
    first: Outcome = next(outcomes)
    close: Callable[[], None] = outcomes.close  # type: ignore[attr-defined]  # it is a generator
    close()
    assert first.verdict == "accepted"
    assert (len(site.seen), site.busy) == (1, 0)


KEYED = replace(
    LEARNERS,
    update=Write(Call("PUT", "/User/{key}", {"If-Match": "{version}"}), "B", version="ETag"),
    create=Write(Call("POST", "/User", {"Idempotency-Key": "{idempotency_key}"}), "A", new_key="ID", keeps=24),
    columns={**LEARNERS.columns, "ETag": Column("ETag", "ETag", access="read", listed=False)},
)


def test_a_create_carries_its_idempotency_key(opened: Opening, site: Site) -> None:
    """Class A: the same intent sent twice carries one and the same key, outside the body."""
    site.answer = lambda _: as_json({"ID": 7})
    intent = Intent("c", 1, "create", "learners", None, {"FirstName": "Ada"}, {}, "key-of-this-change")
    system = opened(spec_of(CENTRES, KEYED))
    assert [one.new_key for _ in range(2) for one in system.send([intent])] == ["7", "7"]
    assert [seen.headers["idempotency-key"] for seen in site.seen] == ["key-of-this-change"] * 2
    assert all(b"key-of" not in seen.body for seen in site.seen)


def test_an_update_names_the_version_that_was_read(opened: Opening, site: Site) -> None:
    """Class B: the version as it was read goes along; where it is not known nothing is sent at all."""
    site.answer = lambda _: Reply(204)
    system = opened(spec_of(CENTRES, KEYED))
    known = Intent("c", 1, "update", "learners", "9", {"FirstName": "Ada"}, {"FirstName": "Eve", "ETag": '"v7"'})
    (told,) = system.send([known])
    assert (told.verdict, site.seen[0].headers["if-match"]) == ("accepted", '"v7"')
    assert site.seen[0].json() == {"FirstName": "Ada"}
    (unknown,) = system.send([replace(known, expected={"FirstName": "Eve"})])
    assert (unknown.verdict, len(site.seen)) == ("refused", 1)
    assert "version" in unknown.detail
