"""Requests that arrive twice, and requests that are carried out when nobody waits for them any more."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.approve import current_user
from tests.faults.conftest import Scenes, each
from tests.kit.carriers import CARRIERS, A, B, C, D, put
from tests.kit.counting import until
from tests.kit.databases import edit
from tests.kit.judging import DONE, Tally, claimed, lost
from tests.kit.proxy import Proxy, Toxic, on_writes
from tests.kit.scene import Scene

LATE = 0.25
"""Seconds after which a request is carried out."""
PATIENT = replace(C, update=put("c") + "delivery: C, settle: 1.5")
"""Class C with a settle time that holds."""
HASTY = replace(C, update=put("c") + "delivery: C, settle: 0")
"""Class C with a settle time that does not."""
DATABASES = {name: one for name, one in CARRIERS.items() if one.over != "http" and one.updates}
POSTGRES = {name: one for name, one in DATABASES.items() if one.over == "postgres"}
SURE = {"a": A, "b": B, "c, settles within its time": PATIENT, "d": D}


def cut_amid(scene: Scene, number: int) -> None:
    """Kill the apply as soon as the provider has taken in so many writes, none of which is carried out yet."""
    scene.restore()
    scene.counting.faults({"kind": "slow", "verb": "PUT POST", "after": number - 1, "seconds": LATE})
    running = scene.started()
    until(lambda: len(scene.counting.writes()) >= number)
    running.kill()
    assert running.ended().code < 0
    scene.counting.faults()


def landed(scene: Scene) -> None:
    """Wait until every request that was taken in has been carried out."""
    until(lambda: all(line["ended"] for line in scene.counting.log()))
    scene.counting.quiet()


@pytest.mark.covers("R5")
@pytest.mark.parametrize("name", SURE)
def test_carried_out_after_the_client_died(scenes: Scenes, name: str, figure: Callable[[str, str], None]) -> None:
    """The apply is killed while 1, 2 or 4 requests are under way, and they are carried out later: one effect each."""
    tally, scene = Tally(), scenes(SURE[name])
    for number in (1, 2, 4):
        cut_amid(scene, number)
        scene.go_on()
        landed(scene)
        tally.add(scene, f"cut at write {number}")
    figure("R5", f"class {name}: {tally.text(f'cuts, requests carried out {LATE} s later')}")
    assert tally.problems == []


@pytest.mark.covers("R5")
@pytest.mark.parametrize("name", SURE)
def test_carried_out_after_an_answer_that_said_no(
    scenes: Scenes, name: str, figure: Callable[[str, str], None]
) -> None:
    """A gateway answers 504 at once, and the write is carried out a little later: one effect each."""
    tally, scene = Tally(told=True), scenes(SURE[name])
    scene.counting.faults({"kind": "late", "verb": "PUT POST", "after": 1, "times": 2, "seconds": LATE})
    scene.workspace.call("apply", scene.plan, "--json")
    landed(scene)
    tally.add(scene, "late")
    figure("R5", f"class {name}: {tally.text(f'applies with two writes carried out {LATE} s after a 504')}")
    assert tally.problems == []


@pytest.mark.covers("R5")
@pytest.mark.parametrize("name", each(DATABASES))
def test_killed_while_a_database_keeps_the_write_waiting(
    scenes: Scenes, name: str, figure: Callable[[str, str], None]
) -> None:
    """The apply is killed while its first write waits for a lock, which is released later: one effect each."""
    tally, scene = Tally(), scenes(DATABASES[name])
    with scene.database.engine.connect() as somebody:
        edit(somebody, "1", {"name": "Never kept"})
        running = scene.started()
        until(lambda: bool(scene.intended()))
        running.kill()
        assert running.ended().code < 0
        somebody.rollback()
    scene.go_on()
    tally.add(scene, "killed amid a write")
    figure("R5", f"class {name}: {tally.text('cuts while the write waited for a lock')}")
    assert tally.problems == []


@pytest.mark.covers("R3", part="locks of a database")
@pytest.mark.parametrize("name", each(POSTGRES))
def test_a_record_that_somebody_keeps_locked(scenes: Scenes, name: str, figure: Callable[[str, str], None]) -> None:
    """The apply ends though the lock stays: all others are done, this one was not sent, and the next plan does it."""
    one = POSTGRES[name]
    scene = scenes(replace(one, top=one.top + "limits: {timeout: 0.3}\n"))
    with scene.database.engine.connect() as somebody:
        edit(somebody, "1", {"name": "Never kept"})
        done = scene.workspace.call("apply", scene.plan, "--json")
        somebody.rollback()
    assert done.code == 4, done.said
    (failed,) = done.json["not_done"]
    assert (failed["state"], "nothing was written" in failed["detail"]) == ("failed", True)
    seen = scene.seen()
    assert sorted(seen.effects.values()) == [1] * (one.changes - 1)
    assert {key for key, state in seen.states.items() if state != "done"} == {"1"}
    again = scene.workspace.call("plan", "portal", "--json").json
    assert scene.workspace.call("approve", again["plan"], "--as", current_user()).code == 0
    assert scene.workspace.call("apply", again["plan"], "--json").code == 0
    assert sorted(scene.seen().effects.values()) == [1] * one.changes
    figure("R3", f"class {name}: 1 of {one.changes} records locked for good: the apply ends, the others are done")


@pytest.mark.covers("R5", part="what class C cannot hold, measured")
def test_a_settle_time_that_is_too_short(scenes: Scenes, figure: Callable[[str, str], None]) -> None:
    """Class C with a settle time that the provider does not keep: the same values may be written twice, no others."""
    scene, doubled, writes = scenes(HASTY), 0, 0
    for number in (1, 2, 4):
        cut_amid(scene, number)
        scene.go_on()
        landed(scene)
        seen = scene.seen()
        assert lost(scene, seen, told=False) == []
        assert claimed(scene, seen) == []
        assert max(seen.effects.values()) <= 2
        doubled += sum(count > 1 for count in seen.effects.values())
        writes += scene.carrier.changes
    figure(
        "R5", f"class c, settle time too short: {doubled} of {writes} writes carried out twice, with the same values"
    )


@pytest.mark.covers("R4")
@pytest.mark.parametrize("name", ["a", "b"])
def test_a_request_that_arrives_twice(
    scenes: Scenes, proxy: Proxy, name: str, figure: Callable[[str, str], None]
) -> None:
    """Every write is delivered twice, and the second answer is the one that comes back: one effect each."""
    scene = scenes({"a": A, "b": B}[name])
    twice(scene, proxy)
    seen, writes = scene.seen(), len(scene.counting.writes())
    assert writes == 2 * scene.carrier.changes
    assert seen.effects == dict.fromkeys(scene.targets.values(), 1)
    assert {one["ref"]: one["name"] for one in seen.people} == {
        ref: wish["name"] for ref, wish in scene.wished().items()
    }
    assert scene.workspace.call("plan", "portal").code == 0
    figure("R4", f"class {name}: {writes} deliveries of {scene.carrier.changes} writes, {len(seen.effects)} effects")


@pytest.mark.covers("R4", part="what is said of it")
def test_a_write_that_arrived_twice_is_not_called_stale(scenes: Scenes, proxy: Proxy) -> None:
    """Class B: the second delivery is refused, for the first one moved the record: a look shows that it is done."""
    scene = scenes(B)
    twice(scene, proxy)
    assert set(scene.seen().states.values()) <= DONE


@pytest.mark.covers("R4", part="what classes C and D cannot hold, measured")
@pytest.mark.parametrize("name", ["c", "d"])
def test_a_plain_write_that_arrives_twice(
    scenes: Scenes, proxy: Proxy, name: str, figure: Callable[[str, str], None]
) -> None:
    """A provider without keys or versions carries out both: the same values once more in C, a second record in D."""
    scene = scenes({"c": C, "d": D}[name])
    twice(scene, proxy)
    seen = scene.seen()
    assert set(seen.effects.values()) == {2}
    assert set(seen.states.values()) <= DONE
    told = scene.workspace.call("plan", "portal", "--json")
    assert (told.code, told.json["changes"]) == (0, 0)
    twins = len(seen.people) - len({one["ref"] for one in seen.people})
    assert twins == scene.carrier.creates
    figure("R4", f"class {name}: {len(seen.effects)} of {len(seen.effects)} carried out twice, {twins} records doubled")


def twice(scene: Scene, proxy: Proxy) -> None:
    """Apply while a proxy delivers every write twice."""
    scene.through(proxy.url)
    proxy.reset(on_writes(Toxic("dup_request")))
    done = scene.workspace.call("apply", scene.plan, "--json")
    assert done.code in {0, 4}, done.said
    proxy.reset()
