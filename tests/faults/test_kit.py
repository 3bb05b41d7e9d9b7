"""The kit itself: the counting provider holds what its classes promise, and the proxy spoils what it says it does."""

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pytest

from tests.faults.conftest import Scenes
from tests.kit.carriers import C
from tests.kit.counting import Counting, until
from tests.kit.people import KEEPS
from tests.kit.proxy import Message, Proxy, Toxic, by_seed, on_writes

MESSAGE = Message(b"PUT /c/people/1 HTTP/1.1\r\n\r\n", b"")
PERSON = {"id": "1", "ref": "m1", "name": "Before"}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, or the kind of failure instead of one (status 0)."""

    status: int
    body: bytes
    fault: str = ""

    @property
    def json(self) -> dict[str, object]:
        value: dict[str, object] = json.loads(self.body)
        return value


def ask(url: str, verb: str, path: str, name: str = "", timeout: float = 10.0, **headers: str) -> Told:
    """One request over a connection of its own."""
    place = urlsplit(url)
    line = HTTPConnection(place.hostname or "", place.port, timeout=timeout)
    body = json.dumps({"ref": "m1", "name": name}) if verb != "GET" else None
    try:
        line.request(verb, path, body, {key.replace("_", "-"): value for key, value in headers.items()})
        answer = line.getresponse()
        return Told(answer.status, answer.read())
    except (OSError, HTTPException) as fault:
        return Told(0, b"", type(fault).__name__)
    finally:
        line.close()


def test_class_a_knows_a_request_again_by_its_key(provider: Counting) -> None:
    """The same key and body: the first answer, one effect; another body: refused; after its time: done anew."""
    provider.reset("a", [PERSON])
    first = ask(provider.url, "POST", "/a/people", "New", Idempotency_Key="k1")
    assert first == ask(provider.url, "POST", "/a/people", "New", Idempotency_Key="k1")
    assert ask(provider.url, "POST", "/a/people", "Other", Idempotency_Key="k1").status == 422
    assert ask(provider.url, "PUT", "/a/people/1", "New").status == 400
    assert (first.status, provider.effects()) == (201, {"+m1": 1})
    provider.ask("clock", {"seconds": KEEPS + 1})
    assert ask(provider.url, "POST", "/a/people", "New", Idempotency_Key="k1").json != first.json
    assert provider.effects() == {"+m1": 2}


def test_class_b_refuses_another_version(provider: Counting) -> None:
    """Without a version 428, with an old one 412, with the present one an effect and a new version."""
    provider.reset("b", [PERSON])
    old = str(ask(provider.url, "GET", "/b/people/1").json["etag"])
    assert ask(provider.url, "PUT", "/b/people/1", "New").status == 428
    assert ask(provider.url, "PUT", "/b/people/1", "New", If_Match=old).json["etag"] != old
    assert ask(provider.url, "PUT", "/b/people/1", "New", If_Match=old).status == 412
    assert provider.effects() == {"1": 1}
    provider.edit("b", "1", name="Theirs")
    assert provider.effects() == {"1": 1}


def test_an_effect_is_a_write_that_was_carried_out(provider: Counting) -> None:
    """Classes C and D: the same write twice is two effects, a create twice two records; both are in the log."""
    provider.reset("c", [PERSON])
    for _ in range(2):
        assert ask(provider.url, "PUT", "/c/people/1", "New").status == 200
    assert provider.effects() == {"1": 2}
    first, second = provider.log()
    assert first["begun"] <= first["ended"] <= second["begun"]
    provider.reset("d", [])
    for _ in range(2):
        assert ask(provider.url, "POST", "/d/people", "New").status == 201
    assert (provider.effects(), len(provider.people("d"))) == ({"+m1": 2}, 2)


def test_slow_and_late_writes_land_without_a_client(provider: Counting) -> None:
    """A slow write whose client has gone lands; a late one is answered first and lands after."""
    provider.reset("c", [PERSON])
    provider.faults({"kind": "slow", "seconds": 0.2})
    assert ask(provider.url, "PUT", "/c/people/1", "Slow", timeout=0.05).status == 0
    assert provider.effects() == {}
    until(lambda: provider.effects() == {"1": 1})
    provider.faults({"kind": "late", "seconds": 0.2, "status": 504})
    assert ask(provider.url, "PUT", "/c/people/1", "Late").status == 504
    assert provider.effects() == {"1": 1}
    provider.quiet()
    assert provider.effects() == {"1": 2}


@pytest.mark.covers("D2", part="pages that a provider repeats, skips or cuts")
@pytest.mark.parametrize("kind", ["repeat", "skip", "short"])
def test_pages_that_go_wrong_make_no_plan(scenes: Scenes, kind: str) -> None:
    """The second page of five records is the first one again, or the third, or lacks a row: no plan is made of it."""
    scene = scenes(C)
    settings = scene.folder / "tieline.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("base_url:", "page_size: 5, base_url:"))
    scene.counting.faults({"kind": kind, "verb": "GET", "path": "/people/2/"})
    plans = len(list(scene.folder.glob(".tieline/plans/*")))
    done = scene.workspace.call("plan", "portal")
    assert (done.code, "the listing cannot be trusted" in done.err) == (1, True), done.said
    assert len(list(scene.folder.glob(".tieline/plans/*"))) == plans


TOXICS: dict[str, tuple[Toxic, int, int, str]] = {
    "latency": (Toxic("latency", 0.05), 200, 1, ""),
    "bandwidth": (Toxic("bandwidth", 5000), 200, 1, ""),
    "slice": (Toxic("slice", 3), 200, 1, ""),
    "dup_request": (Toxic("dup_request"), 200, 2, ""),
    "corrupt": (Toxic("corrupt"), 200, 1, ""),
    "reset_after a few bytes": (Toxic("reset_after", 20), 0, 1, "ConnectionResetError"),
    "reset_after none": (Toxic("reset_after", 0), 0, 1, "ConnectionResetError"),
    "half_close": (Toxic("half_close"), 0, 1, "IncompleteRead"),
    "drop_response": (Toxic("drop_response"), 0, 1, "RemoteDisconnected"),
    "black_hole": (Toxic("black_hole", passed=False), 0, 0, "TimeoutError"),
    "black_hole after passing": (Toxic("black_hole"), 0, 1, "TimeoutError"),
    "refuse": (Toxic("refuse"), 0, 0, "ConnectionResetError"),
    "raw": (Toxic("raw", text=b"no HTTP\r\n\r\n", passed=False), 0, 0, "BadStatusLine"),
}


@pytest.mark.parametrize("name", TOXICS)
def test_a_toxic_does_what_it_says(provider: Counting, proxy: Proxy, name: str) -> None:
    """The second write is spoiled as the toxic says and carried out as often; the first one and reads pass unharmed."""
    toxic, status, effects, fault = TOXICS[name]
    provider.reset("c", [PERSON])
    proxy.reset(on_writes(toxic, first=2, times=1))
    assert ask(proxy.url, "PUT", "/c/people/1", "First").json["name"] == "First"
    begun = time.monotonic()
    told = ask(proxy.url, "PUT", "/c/people/1", "Second", timeout=0.5)
    took = time.monotonic() - begun
    assert (told.status, told.fault) == (status, fault)
    assert provider.effects() == {"1": 1 + effects}
    if name in {"latency", "bandwidth"}:
        assert took >= 0.04
    if name == "corrupt":
        assert b"\xff" in told.body
    elif status:
        assert told.json["name"] == "Second"
    assert ask(proxy.url, "GET", "/c/people/1").status == 200


def test_a_seed_gives_the_same_toxics_again(proxy: Proxy) -> None:
    """Two scripts of one seed spoil the same writes alike, and no reads."""
    toxics = [Toxic("latency", at) for at in range(5)]

    def drawn(seed: int) -> list[Toxic | None]:
        script = by_seed(seed, toxics)
        return [script(MESSAGE, number) for number in range(20)]

    assert proxy.writes == 0
    assert drawn(3) == drawn(3) != drawn(4)
    assert drawn(3)[0] is None


def test_the_barrier_holds_a_write_back(provider: Counting) -> None:
    """A write at the barrier is neither refused nor carried out until it is released."""
    provider.reset("c", [PERSON])
    provider.faults({"kind": "barrier", "verb": "PUT"})
    assert ask(provider.url, "PUT", "/c/people/1", "Held", timeout=0.1).status == 0
    provider.held_back()
    assert provider.effects() == {}
    provider.ask("release")
    until(lambda: provider.effects() == {"1": 1})
