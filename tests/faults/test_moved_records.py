"""Somebody else changes a record: after the plan was made, or between the look at it and the write."""

from collections.abc import Callable
from statistics import median

import pytest

from tests.faults.conftest import Scenes, each
from tests.kit.carriers import CARRIERS, A, B, C, Carrier
from tests.kit.counting import until
from tests.kit.databases import edit
from tests.kit.judging import DONE
from tests.kit.scene import Scene

UPDATED = {name: one for name, one in CARRIERS.items() if one.updates}
DATABASES = {name: one for name, one in UPDATED.items() if one.over != "http"}
THEIRS = "Typed by somebody else"


def name_of(scene: Scene, key: str) -> object:
    return next(one["name"] for one in scene.seen().people if one["id"] == key)


def only_that_one_is_stale(scene: Scene) -> None:
    """Record 1 is as somebody else left it, without an effect of ours; all others are done."""
    seen = scene.seen()
    assert seen.states["1"] == "stale"
    assert "1" not in seen.effects
    assert {state for target, state in seen.states.items() if target != "1"} <= DONE
    assert len(seen.states) == scene.carrier.changes
    assert name_of(scene, "1") == THEIRS


@pytest.mark.covers("R7")
@pytest.mark.parametrize("name", each(UPDATED))
def test_moved_after_the_plan(scenes: Scenes, name: str, figure: Callable[[str, str], None]) -> None:
    """A record that was changed after the plan was made is stale and left alone; the others are written."""
    scene = scenes(UPDATED[name])
    scene.edit("1", name=THEIRS)
    done = scene.workspace.call("apply", scene.plan, "--json")
    assert done.code == 4, done.said
    only_that_one_is_stale(scene)
    figure("R7", f"class {name}: 1 of {scene.carrier.changes} stale and untouched, the others done")


def moved_at_the_barrier(scene: Scene) -> None:
    """The write to record 1 is held back at the provider until somebody else has changed it."""
    scene.counting.faults({"kind": "barrier", "verb": "PUT", "path": "/people/1$", "times": 1})
    running = scene.started()
    scene.counting.held_back()
    scene.edit("1", name=THEIRS)
    scene.counting.ask("release")
    assert running.ended().code in {0, 4}


@pytest.mark.covers("R7")
def test_moved_between_look_and_write_over_http(scenes: Scenes, figure: Callable[[str, str], None]) -> None:
    """Class B over HTTP: the provider refuses the version that was read; the record keeps what somebody else typed."""
    scene = scenes(B)
    moved_at_the_barrier(scene)
    only_that_one_is_stale(scene)
    figure("R7", "class b: 1 of 1 moved between look and write refused, the value untouched")


@pytest.mark.covers("R7")
@pytest.mark.parametrize("name", each(DATABASES))
def test_moved_between_look_and_write_in_a_database(
    scenes: Scenes, name: str, figure: Callable[[str, str], None]
) -> None:
    """Classes B and S: the write waits for the lock of somebody who changes the record, and then finds it changed."""
    scene = scenes(DATABASES[name])
    with scene.database.engine.connect() as somebody:
        edit(somebody, "1", {"name": THEIRS})  # nobody sees it yet, and the record is locked
        running = scene.started()
        until(lambda: bool(scene.intended()))
        somebody.commit()
    assert running.ended().code == 4
    only_that_one_is_stale(scene)
    figure("R7", f"class {name}: 1 of 1 moved between look and write refused, the value untouched")


@pytest.mark.covers("R7", part="the window of classes A and C, measured")
@pytest.mark.parametrize("carrier", [A, C], ids=lambda one: one.name)
def test_the_window_of_a_plain_write(scenes: Scenes, carrier: Carrier, figure: Callable[[str, str], None]) -> None:
    """Classes A and C write over what is changed between look and write; how long that moment is, for each change."""
    scene = scenes(carrier)
    moved_at_the_barrier(scene)
    assert name_of(scene, "1") == "Name 1"
    scene.restore()
    assert scene.started().ended().code == 0
    windows = []
    for write in scene.counting.writes():
        if write["verb"] == "PUT":
            looks = [
                line["ended"]
                for line in scene.counting.log()
                if (line["verb"], line["path"]) == ("GET", write["path"]) and line["ended"] < write["begun"]
            ]
            windows.append(write["begun"] - max(looks))
    assert len(windows) == carrier.updates
    least, usual, most = (1000 * one for one in (min(windows), median(windows), max(windows)))
    text = f"{least:.0f} ms at least, {usual:.0f} ms as a rule, {most:.0f} ms at most"
    figure("R7", f"class {carrier.name}: from look to write {text}, over {len(windows)} changes of one window")
