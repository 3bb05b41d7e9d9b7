"""kill -9 at every crash point of an apply, by number, in every delivery class; then going on."""

from collections.abc import Callable

import pytest

from tests.faults.conftest import Scenes, each
from tests.faults.full import FULL
from tests.kit.carriers import CARRIERS
from tests.kit.judging import Tally
from tests.kit.scene import Scene

MOST = 500
"""More crash points than any apply of these plans has."""


def ended(scene: Scene) -> str:
    """Why an apply that was gone on with has not come to its end as it should; empty where it has.

    P5: no more writes than intents that were durable before. P6: journal and portal agree. P8: nothing left to plan.
    """
    again = scene.workspace.call("plan", "portal", "--json")
    if (again.code, again.json["changes"]) != (0, 0):
        return f"the next plan has {again.json['changes']} changes"
    if scene.carrier.over == "http":
        intents, writes = len(scene.intended()), len(scene.counting.writes())
        return f"{writes} writes were sent for {intents} intents" if writes > intents else ""
    return ""


@pytest.mark.timeout(900)
@pytest.mark.covers("R1")
@pytest.mark.parametrize("name", each(CARRIERS))
def test_killed_at_every_point(scenes: Scenes, name: str, figure: Callable[[str, str], None]) -> None:
    """Killed at the n-th point, n = 1, 2, … until the apply ends untouched: then each change has exactly one effect.

    In class D a change has at most one, and what may have been sent is unknown, never sent again. The short form leaves
    out every third point, not the same ones in each class.
    """
    tally, scene = Tally(), scenes(CARRIERS[name])
    for number in range(1, MOST):
        if not FULL and (number + len(name)) % 3 == 0:
            continue
        scene.restore()
        if not scene.killed(str(number)):
            break
        done = scene.go_on()
        tally.add(scene, f"point {number}")
        problem = ended(scene)
        if problem or done.code not in ({0, 3} if scene.carrier.exact else {0, 3, 4}):
            tally.problems.append(f"point {number}: exit {done.code}, {problem} {done.said[:300]}")
    figure("R1", f"class {name}: {tally.text('points')}")
    assert tally.runs > scene.carrier.changes
    assert tally.problems == []
