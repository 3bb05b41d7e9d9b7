"""Each fault switch does what it says, and nothing else."""

import time
from typing import Any

import httpx
import pytest

from connectors.sandbox.control import Sandboxes
from connectors.sandbox.faults import Faults, read_fault

Json = Any  # what a test reads out of an answer
SEARCH = {"OrganisationID": 410_001, "Role": 1}


@pytest.fixture
def key(client: httpx.Client, box: Sandboxes) -> int:
    """A learner with a telephone number of which the test knows that it is another."""
    found: int = client.post("/User/Search/1/1", json=SEARCH).json()[0]["ID"]
    box.admin("/__edit", {"collection": "users", "id": found, "values": {"Telephone": "01632960000"}})
    return found


def telephone(box: Sandboxes, key: int) -> str:
    record: Json = box.admin(f"/__record/users/{key}")
    return str(record["Telephone"])


def effects(box: Sandboxes) -> dict[str, int]:
    counts: Json = box.admin("/__counts")
    return dict(counts["effects"])


def update(client: httpx.Client, key: int) -> httpx.Response:
    return client.post(f"/User/{key}", json={"Telephone": "01632960999"})


@pytest.mark.parametrize("kind", ["401", "403", "429", "500", "503"])
def test_a_status_is_answered_and_nothing_written(box: Sandboxes, client: httpx.Client, key: int, kind: str) -> None:
    """The answer is the status, once; the record stays, the next call goes through."""
    box.admin("/__faults", [{"kind": kind, "times": 1, "match": {"verb": "post", "path": "/user/"}}])
    assert client.get(f"/User/{key}").status_code == 200
    assert update(client, key).status_code == int(kind)
    assert effects(box) == {}
    assert update(client, key).status_code == 204
    assert effects(box) == {f"users/{key}": 1}


def test_retry_after_is_sent_as_given(box: Sandboxes, client: httpx.Client) -> None:
    """Whatever text a test wants, and none unless it wants one."""
    box.admin("/__faults", [{"kind": 429, "times": 1, "retry_after": "rubbish"}, {"kind": 503, "times": 1}])
    assert client.get("/Customer").headers["Retry-After"] == "rubbish"
    assert "Retry-After" not in client.get("/Customer").headers


def test_slow_waits_and_then_serves(box: Sandboxes, client: httpx.Client) -> None:
    """The answer is right and late."""
    box.admin("/__faults", [{"kind": "slow", "seconds": 0.3, "times": 1}])
    before = time.monotonic()
    assert client.get("/Customer").json()["ID"] == 5101
    assert time.monotonic() - before >= 0.3


def test_half_cuts_the_answer_but_the_write_happened(box: Sandboxes, client: httpx.Client, key: int) -> None:
    """The body is shorter than announced, for a reading and for a write that was applied."""
    box.admin("/__faults", [{"kind": "half", "times": 2}])
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        client.get(f"/User/{key}")
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        update(client, key)
    assert telephone(box, key) == "01632960999"


def test_html_comes_in_place_of_json(box: Sandboxes, client: httpx.Client, key: int) -> None:
    """A page for people with status 200 or another, and nothing written."""
    box.admin("/__faults", [{"kind": "html", "times": 1}, {"kind": "html", "status": 503, "times": 1}])
    answers = [update(client, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 503]
    assert all(answer.headers["content-type"].startswith("text/html") for answer in answers)
    assert effects(box) == {}


def test_redirect_points_elsewhere(box: Sandboxes, client: httpx.Client) -> None:
    """302 or another status, with the place that the test names."""
    box.admin("/__faults", [{"kind": "redirect", "location": "http://elsewhere.example/", "status": 307}])
    answer = client.get("/Customer", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://elsewhere.example/")


def test_reset_breaks_off_before_the_write(box: Sandboxes, client: httpx.Client, key: int) -> None:
    """The connection is reset, the request was received, nothing was written."""
    box.admin("/__faults", [{"kind": "reset", "times": 1}])
    with pytest.raises(httpx.ReadError):
        update(client, key)
    counts: Json = box.admin("/__counts")
    assert (counts["writes"], counts["effects"]) == (1, {})
    assert telephone(box, key) == "01632960000"


def test_lost_answer_writes_and_says_nothing(box: Sandboxes, client: httpx.Client, key: int) -> None:
    """The connection ends without an answer, the write was applied once."""
    box.admin("/__faults", [{"kind": "lost_answer", "times": 1}])
    with pytest.raises(httpx.RemoteProtocolError):
        update(client, key)
    assert telephone(box, key) == "01632960999"
    assert effects(box) == {f"users/{key}": 1}


def test_late_commit_writes_after_the_connection_was_dropped(box: Sandboxes, client: httpx.Client, key: int) -> None:
    """The client sees a dropped connection while the record is still as it was; later the write is there, once."""
    box.admin("/__faults", [{"kind": "late_commit", "seconds": 0.5, "times": 1}])
    with pytest.raises(httpx.RemoteProtocolError):
        update(client, key)
    assert telephone(box, key) == "01632960000"
    until = time.monotonic() + 5
    while not effects(box) and time.monotonic() < until:
        time.sleep(0.02)
    assert telephone(box, key) == "01632960999"
    assert effects(box) == {f"users/{key}": 1}


def test_a_switch_lets_some_through_and_strikes_some_times(box: Sandboxes, client: httpx.Client) -> None:
    """After two, twice; requests that do not match are not counted; without `times` for ever; `clear` ends it."""
    box.admin("/__faults", [{"kind": "500", "after": 2, "times": 2, "match": {"regex": "/customer$"}}])
    statuses = []
    for _ in range(6):
        client.post("/User/Search/1/1", json=SEARCH)
        statuses.append(client.get("/Customer").status_code)
    assert statuses == [200, 200, 500, 500, 200, 200]
    box.admin("/__faults", {"kind": "503"})
    assert {client.get("/Customer").status_code for _ in range(3)} == {503}
    box.admin("/__faults/clear", {})
    assert client.get("/Customer").status_code == 200


def test_admin_addresses_do_not_suffer(box: Sandboxes, client: httpx.Client) -> None:
    """A switch for everything leaves the admin addresses alone; the list shows how often it struck."""
    box.admin("/__faults", [{"kind": "500"}])
    assert client.get("/Customer").status_code == 500
    listed: Json = box.admin("/__faults")
    assert [(fault["kind"], fault["struck"]) for fault in listed] == [("500", 1)]


def test_the_first_switch_that_strikes_wins() -> None:
    """A later switch does not see a request that an earlier one took."""
    faults = Faults()
    faults.all = [read_fault({"kind": "500", "times": 1}), read_fault({"kind": "503", "after": 1})]
    picked = [faults.pick("GET", "/Customer") for _ in range(3)]
    assert [fault.kind if fault else "" for fault in picked] == ["500", "", "503"]


@pytest.mark.parametrize(
    "given", [{"kind": "sideways"}, {"kind": "500", "often": 3}, {"kind": "500", "match": {"host": "x"}}, {}]
)
def test_a_switch_that_is_none_is_refused(given: dict[str, object]) -> None:
    """Misspelt switches are not taken in silence."""
    with pytest.raises(ValueError, match=r"kind is one of|unknown"):
        read_fault(given)
