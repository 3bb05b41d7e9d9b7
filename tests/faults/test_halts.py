"""When a run stops by itself: after failures in a row, and at once where we are refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.apply import WINDOW
from engine.approve import current_user
from tests.faults.conftest import Scenes
from tests.faults.test_spoiled_writes import WatchedClock
from tests.kit.carriers import A, B, C, D
from tests.kit.judging import DONE, Tally

MANY = 24
LONG = {
    "a": replace(A, updates=MANY, creates=0),
    "b": replace(B, updates=MANY),
    "c": replace(C, updates=MANY),
    "d": replace(D, creates=MANY),
}
SHORT = {one.name: one for one in (A, B, C, D)}


@pytest.mark.covers("R13")
@pytest.mark.parametrize("status", [400, 503])
@pytest.mark.parametrize("name", LONG)
def test_failures_in_a_row_halt(scenes: Scenes, name: str, status: int, figure: Callable[[str, str], None]) -> None:
    """From the third write on all fail: the run halts within its window, what is left is neither sent nor closed.

    A resume then does what was left, and a new plan what had failed.
    """
    scene = scenes(LONG[name])
    scene.counting.faults({"kind": "answer", "verb": "PUT POST", "after": 2, "status": status, "text": "{}"})
    done = scene.workspace.call("apply", scene.plan, "--json", clock=WatchedClock())
    assert done.code == 4
    assert "one after the other" in done.json["halted"]
    first, touched = scene.seen(), set(scene.intended())
    left = set(scene.targets.values()) - touched
    failed = {one for one, state in first.states.items() if state not in DONE}
    assert (len(first.effects), len(left)) == (2, MANY - WINDOW)
    assert first.states.keys() <= touched
    assert 5 <= len(failed) <= WINDOW
    assert len(scene.counting.writes()) <= len(scene.intended())
    figure("R13", f"class {name}, {status}: halted after {len(failed)} failures, {len(left)} of {MANY} never sent")

    scene.counting.faults()
    resumed = scene.workspace.call("resume", done.json["run"], "--json", clock=WatchedClock())
    assert resumed.json["halted"] == "", resumed.said
    second = scene.seen()
    assert {one: second.effects.get(one) for one in left} == dict.fromkeys(left, 1)
    again = scene.workspace.call("plan", "portal", "--json")
    assert again.json["changes"] == (0 if "unknown" in first.states.values() else len(failed))
    if again.json["changes"]:
        assert scene.workspace.call("approve", again.json["plan"], "--as", current_user()).code == 0
        assert scene.workspace.call("apply", again.json["plan"], clock=WatchedClock()).code == 0
    tally = Tally(told=True)
    tally.add(scene, name)
    assert tally.problems == []


@pytest.mark.covers("R14")
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("name", SHORT)
def test_refused_at_the_third_write(scenes: Scenes, name: str, status: int, figure: Callable[[str, str], None]) -> None:
    """We are refused at the third write: three are seen and no request of any kind after it; resume does the rest."""
    scene = scenes(SHORT[name])
    scene.counting.faults({"kind": "answer", "verb": "PUT POST", "after": 2, "status": status, "text": "{}"})
    done = scene.workspace.call("apply", scene.plan, "--json")
    assert (done.code, "refused us" in done.json["halted"]) == (4, True)
    log = scene.counting.log()
    writes = [at for at, line in enumerate(log) if line["verb"] != "GET"]
    after = len(log) - 1 - writes[-1]
    assert (len(writes), after, _status(log, writes)) == (3, 0, [200, 200, status])
    figure("R14", f"class {name}, {status} at write 3: {len(writes)} writes seen, {after} requests after it")

    scene.counting.faults()
    resumed = scene.workspace.call("resume", done.json["run"], "--json")
    assert (resumed.code, resumed.json["halted"]) == (0, ""), resumed.said
    tally = Tally()
    tally.add(scene, "resumed")
    assert tally.problems == []


@pytest.mark.covers("R14", part="one record that is refused to us")
@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_a_record_that_is_refused_to_us_holds_up_no_other(scenes: Scenes, name: str) -> None:
    """One record is answered 403 for ever: the apply halts; resumed, that change alone fails, and the rest is done."""
    scene = scenes(replace(SHORT[name], creates=0))
    scene.counting.faults({"kind": "answer", "verb": "PUT", "path": f"/{name}/people/1", "status": 403, "text": "{}"})
    done = scene.workspace.call("apply", scene.plan, "--json", clock=WatchedClock())
    assert (done.code, "refused us" in done.json["halted"]) == (4, True)
    assert len(scene.counting.writes()) == 1
    resumed = scene.workspace.call("resume", done.json["run"], "--json", clock=WatchedClock())
    assert (resumed.code, resumed.json["halted"]) == (4, ""), resumed.said
    (failed,) = resumed.json["not_done"]
    assert (failed["state"], failed["detail"]) == ("failed", "the system refuses this record to us (403)")
    seen = scene.seen()
    others = {str(at): 1 for at in range(2, SHORT[name].updates + 1)}
    assert (scene.targets[failed["change"]], seen.effects) == ("1", others)
    assert seen.states == {"1": "failed", **dict.fromkeys(others, "done")}


@pytest.mark.covers("R14", part="after a resume")
@pytest.mark.parametrize(("status", "writes"), [(401, [1, 1, 1]), (403, [1, 2, 2])])
def test_who_is_refused_altogether_halts_at_every_resume(scenes: Scenes, status: int, writes: list[int]) -> None:
    """401 halts at the first write of every resume, 403 at the second at the latest; nobody tries them all."""
    scene = scenes(C)
    scene.counting.faults({"kind": "answer", "verb": "PUT", "status": status, "text": "{}"})
    done = scene.workspace.call("apply", scene.plan, "--json", clock=WatchedClock())
    counts = [len(scene.counting.writes())]
    for _ in range(2):
        resumed = scene.workspace.call("resume", done.json["run"], "--json", clock=WatchedClock())
        assert f"refused us (status {status})" in resumed.json["halted"]
        counts.append(len(scene.counting.writes()) - sum(counts))
    assert counts == writes
    assert scene.seen().effects == {}


def _status(log: list[dict[str, Any]], writes: list[int]) -> list[int]:
    return [200 if log[at]["status"] == 201 else log[at]["status"] for at in writes]
