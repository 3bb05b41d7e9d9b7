"""Every way in which an answer, a connection or a provider can go wrong, in every delivery class over HTTP."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from engine.approve import current_user
from tests.faults.conftest import Scenes
from tests.faults.full import FULL
from tests.kit.carriers import A, B, C, D
from tests.kit.judging import Tally, some
from tests.kit.proxy import Proxy, Script, Toxic, by_seed, on_reads, on_writes
from tests.kit.scene import Scene
from tests.trial import Done, PatientClock

HTTP = {one.name: one for one in (A, B, C, D)}
CAP = 120.0
"""Seconds that a wait may last at most, whatever a provider asks for."""
DEADLINE = 3600.0
PASSING, LASTING = 2, 1_000_000
"""How many writes are struck; each form of a fault is tried, the lasting one where a sweep is a full one."""
TIMEOUT = 0.3
"""Seconds to wait for an answer where it is known that none will come."""

Answer = Mapping[str, Any]


class WatchedClock(PatientClock):
    """Nobody waits, and each wait is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        super().sleep(seconds)


def soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


def far() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(days=400), usegmt=True)


def too_often(asked: str) -> Answer:
    return {"status": 429, "headers": {"Retry-After": asked}}


def elsewhere(status: int) -> Answer:
    return {"status": status, "headers": {"Location": "/c/people/1"}}


ANSWERS: dict[str, Answer] = {
    "429 without Retry-After": {"status": 429},
    "429 seconds": too_often("3"),
    "429 date": too_often(soon()),
    "429 date far away": too_often(far()),
    "429 huge": too_often("9" * 30),
    "429 negative": too_often("-5"),
    "429 rubbish": too_often("in a while"),
    "429 fraction": too_often("1.5"),
    **{f"{status} before the write": {"status": status, "text": "{}"} for status in (500, 502, 503, 504)},
    **{f"{status} after the write": {"status": status, "wrote": True} for status in (500, 502, 503, 504)},
    "503 with Retry-After": {"status": 503, "headers": {"Retry-After": "100000"}},
    "400": {"status": 400, "text": '{"error": "no"}'},
    "404": {"status": 404, "text": '{"error": "no"}'},
    "408": {"status": 408, "wrote": True},
    "409": {"status": 409},
    "422": {"status": 422, "text": '{"error": "no"}'},
    **{f"{status}": elsewhere(status) for status in (301, 302, 307, 308)},
    "204 after the write": {"status": 204, "wrote": True},
    "204 without a write": {"status": 204},
    "200 html": {"status": 200, "text": "<html>back soon</html>", "media": "text/html"},
    "200 html after the write": {"status": 200, "text": "<html>hello</html>", "media": "text/html", "wrote": True},
    "200 html called json": {"status": 200, "text": "<html>hello</html>", "wrote": True},
    "200 with an error inside": {"status": 200, "text": '{"error": "quota"}'},
    "200 with an error inside after the write": {"status": 200, "text": '{"error": "odd"}', "wrote": True},
    "200 with nothing": {"status": 200, "wrote": True},
    "200 without a write": {"status": 200, "text": "{}"},
    "200 with a list": {"status": 200, "text": "[]", "wrote": True},
    "200 with half of it": {"status": 200, "text": '{"id": "10', "wrote": True},
}
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TOXICS: dict[str, Toxic] = {
    "latency": Toxic("latency", 0.05),
    "bandwidth": Toxic("bandwidth", 4000),
    "slice": Toxic("slice", 7),
    "half_close": Toxic("half_close"),
    "drop_response": Toxic("drop_response"),
    "reset before the write": Toxic("refuse"),
    "corrupt": Toxic("corrupt"),
    "chunks cut short": Toxic("raw", text=OK + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"id": "10'),
    "chunks without an end": Toxic("raw", text=OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "chunks that are none": Toxic("raw", text=OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
    "length too large": Toxic("raw", text=OK + b"Content-Length: 500\r\n\r\n{}"),
    "length too small": Toxic("raw", text=OK + b'Content-Length: 3\r\n\r\n{"id": "1001"}'),
    "two lengths": Toxic("raw", text=OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "no HTTP": Toxic("raw", text=b"\x00\x01\x02\r\n\r\n"),
    "no HTTP and no write": Toxic("raw", text=b"\x00\x01\x02\r\n\r\n", passed=False),
}
SILENT: dict[str, Toxic] = {
    "no answer after the write": Toxic("black_hole"),
    "no answer and no write": Toxic("black_hole", passed=False),
}


def spoiled(scene: Scene) -> tuple[Done, WatchedClock]:
    """Apply while things go wrong; each wait keeps to the cap, all of them to the deadline."""
    clock = WatchedClock()
    done = scene.workspace.call("apply", scene.plan, "--json", clock=clock)
    assert done.code in {0, 4}, done.said
    assert "Traceback" not in done.err
    assert max(clock.waits, default=0.0) <= CAP
    assert clock.skipped <= DEADLINE
    return done, clock


def judge(scene: Scene, tally: Tally, where: str) -> None:
    """Look at both ends while it is still wrong, then go on and plan anew without faults, and look once more."""
    before = scene.seen()
    doubled = [one for one, count in before.effects.items() if count > 1]
    tally.problems += [f"{where}: {one} doubled before it went on" for one in doubled]
    clock = WatchedClock()
    halted = scene.workspace.call("resume", str(scene.workspace.run), "--json", clock=clock)
    assert halted.code in {0, 3, 4}, halted.said
    again = scene.workspace.call("plan", "portal", "--json")
    if again.code == 2:  # what failed is planned anew, what is unknown is not
        plan = again.json["plan"]
        assert scene.workspace.call("approve", plan, "--as", current_user()).code == 0
        done = scene.workspace.call("apply", plan, "--json", clock=clock)
        assert done.code == 0, f"{where}: {done.said}"
    tally.add(scene, where)


def strike(scene: Scene, proxy: Proxy, script: Script, timeout: float = 10.0) -> None:
    """Apply through the proxy, then without it."""
    scene.through(proxy.url, timeout)
    proxy.reset(script)
    spoiled(scene)
    proxy.reset()


def forms() -> list[int]:
    return [PASSING, LASTING] if FULL else [PASSING]


@pytest.mark.timeout(1800 if FULL else 600)
@pytest.mark.covers("R3")
@pytest.mark.parametrize("name", HTTP)
def test_an_answer_that_is_wrong(scenes: Scenes, name: str, figure: Callable[[str, str], None]) -> None:
    """Whatever status, header or body comes instead: never two effects, nothing done without proof, nothing lost."""
    tally, scene = Tally(told=True), scenes(HTTP[name])
    for where, answer in ANSWERS.items():
        for times in forms():
            scene.restore()
            fault = {"kind": "answer", "verb": "PUT POST", "after": 1, "times": times, **answer}
            scene.counting.faults(fault)
            spoiled(scene)
            scene.counting.faults()
            judge(scene, tally, f"{where}, {times} times")
    figure("R3", f"class {name}: {tally.text('wrong answers')}")
    assert tally.problems == []


@pytest.mark.timeout(1800 if FULL else 600)
@pytest.mark.covers("R3")
@pytest.mark.parametrize("name", HTTP)
def test_a_connection_that_is_spoiled(
    scenes: Scenes, proxy: Proxy, name: str, figure: Callable[[str, str], None]
) -> None:
    """Slow, sliced, cut, reset, garbled, silent: never two effects, nothing done without proof, nothing lost."""
    tally, scene = Tally(told=True), scenes(HTTP[name])
    for toxics, timeout in ((TOXICS, 10.0), (SILENT, TIMEOUT)):
        for where, toxic in toxics.items():
            for times in forms():
                scene.restore()
                strike(scene, proxy, on_writes(toxic, first=2, times=times), timeout)
                judge(scene, tally, f"{where}, {times} times")
    figure("R3", f"class {name}: {tally.text('spoiled connections')}")
    assert tally.problems == []


@pytest.mark.timeout(1800 if FULL else 600)
@pytest.mark.covers("R3", part="while a record is looked at, before the write and after it")
@pytest.mark.parametrize("name", HTTP)
def test_a_look_that_is_spoiled(scenes: Scenes, proxy: Proxy, name: str, figure: Callable[[str, str], None]) -> None:
    """The engine's own reads go wrong, three of them or all: what is not seen is neither written nor called done."""
    tally, scene = Tally(told=True), scenes(HTTP[name])
    for where, toxic in TOXICS.items():
        for times in (3, LASTING) if FULL or where == "drop_response" else (3,):
            scene.restore()
            strike(scene, proxy, on_reads(toxic, times))
            judge(scene, tally, f"{where}, {times} reads")
    figure("R3", f"class {name}: {tally.text('spoiled looks')}")
    assert tally.problems == []


@pytest.mark.timeout(1800 if FULL else 600)
@pytest.mark.covers("R3")
@pytest.mark.parametrize("name", HTTP)
def test_a_reset_after_every_byte(scenes: Scenes, proxy: Proxy, name: str, figure: Callable[[str, str], None]) -> None:
    """The connection is reset after k bytes of a write's answer: never two effects, nothing lost, for every k."""
    tally, scene = Tally(told=True), scenes(HTTP[name])
    for k in some(range(LONGEST_ANSWER), 12):
        scene.restore()
        strike(scene, proxy, on_writes(Toxic("reset_after", k), first=2, times=1))
        judge(scene, tally, f"after {k} bytes")
    figure("R3", f"class {name}: {tally.text('resets')}")
    assert tally.problems == []


LONGEST_ANSWER = 330
"""Bytes, a few more than an answer to a write has."""


@pytest.mark.timeout(1800 if FULL else 600)
@pytest.mark.covers("R3")
@pytest.mark.parametrize("name", HTTP)
def test_toxics_by_chance(scenes: Scenes, proxy: Proxy, name: str, figure: Callable[[str, str], None]) -> None:
    """Half of all writes meet a toxic chosen by a seed: never two effects, nothing done without proof, nothing lost."""
    tally, scene = Tally(told=True), scenes(HTTP[name])
    for seed in range(60 if FULL else 6):
        scene.restore()
        strike(scene, proxy, by_seed(seed, list(TOXICS.values())))
        judge(scene, tally, f"seed {seed}")
    figure("R3", f"class {name}: {tally.text('seeds')}")
    assert tally.problems == []
