"""A run that is cut, and whose resume is cut too; and one that is cut at any moment, not only at a crash point."""

import time
from collections.abc import Callable
from random import Random

import pytest

from tests.faults.conftest import Scenes, each
from tests.faults.full import FULL
from tests.faults.test_every_point import ended
from tests.kit.carriers import CARRIERS
from tests.kit.judging import Tally
from tests.kit.scene import Scene

PAIRS = 60 if FULL else 6
MOMENTS = 40 if FULL else 4
FIRST, SECOND = 34, 20
"""The numbers of crash points among which a cut of the apply, and one of its resume, is drawn."""
LONGEST = 0.45
"""Seconds within which a kill at a random moment falls: about as long as an apply takes."""


def finish(scene: Scene, tally: Tally, where: str) -> None:
    """Go on to the end and look at both ends."""
    done = scene.go_on()
    tally.add(scene, where)
    problem = ended(scene)
    if problem or done.code not in ({0, 3} if scene.carrier.exact else {0, 3, 4}):
        tally.problems.append(f"{where}: exit {done.code}, {problem} {done.said[:300]}")


def cut_again(scene: Scene, point: int) -> bool:
    """Go on in a process that is killed at a point; whether it was."""
    run = scene.workspace.run
    return scene.killed(str(point), *(("resume", run) if run else ("apply", scene.plan)))


@pytest.mark.timeout(1800 if FULL else 600)
@pytest.mark.covers("R2")
@pytest.mark.parametrize("name", each(CARRIERS))
def test_the_resume_is_cut_too(scenes: Scenes, name: str, figure: Callable[[str, str], None]) -> None:
    """Killed at a point n, the resume killed at a point m, drawn by a seed: nothing lost, nothing doubled."""
    tally, scene, chance = Tally(), scenes(CARRIERS[name]), Random(name)
    both = 0
    for _ in range(PAIRS):
        first, second = chance.randint(1, FIRST), chance.randint(1, SECOND)
        scene.restore()
        if scene.killed(str(first)):
            both += cut_again(scene, second)
        finish(scene, tally, f"points {first} and {second}")
    figure("R2", f"class {name}: {tally.text('pairs of points')} (both reached in {both})")
    assert both > 0
    assert tally.problems == []


@pytest.mark.timeout(1800 if FULL else 600)
@pytest.mark.covers("R2")
@pytest.mark.parametrize("name", each(CARRIERS))
def test_cut_at_any_moment(scenes: Scenes, name: str, figure: Callable[[str, str], None]) -> None:
    """Killed after a random time, by a seed, with up to eight writes on their way: nothing lost, nothing doubled."""
    tally, scene = Tally(), scenes(CARRIERS[name])
    cut = 0
    for seed in range(MOMENTS):
        delay = Random(seed).uniform(0.05, LONGEST)
        scene.restore()
        running = scene.started()
        time.sleep(delay)
        running.kill()
        cut += running.ended().code < 0
        scene.taken_in()
        finish(scene, tally, f"seed {seed}, killed after {delay:.3f} s")
    figure("R2", f"class {name}: {tally.text('random moments')} (seeds 0 to {MOMENTS - 1}, {cut} cut)")
    assert tally.problems == []
