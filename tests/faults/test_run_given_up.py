"""A run that nobody can or will go on with: it is undone and thereby ended; what else is told of runs and changes."""

from dataclasses import replace
from typing import Any

import pytest

from engine.clock import SystemClock
from engine.ledger.leases import hold_lease
from engine.ledger.store import open_store
from engine.service.applying import Listening, apply_plan
from engine.service.loading import load_workspace
from tests.faults.conftest import Scenes
from tests.faults.test_spoiled_writes import WatchedClock
from tests.kit.carriers import B, D
from tests.kit.scene import Scene


def store_url(scene: Scene) -> str:
    return f"sqlite:///{scene.folder / '.tieline' / 'store.db'}"


def planned(scene: Scene, plan: str) -> list[dict[str, Any]]:
    """Every change of a plan."""
    found: list[dict[str, Any]] = scene.workspace.call("show", plan, "--json", "--reveal").json["all_changes"]
    return found


def test_a_command_is_recommended_only_what_it_has(scenes: Scenes) -> None:
    """While another process writes, `apply` tells of --take-over; `decide --not-there`, which has none, does not."""
    scene = scenes(replace(D, creates=1))
    scene.counting.faults({"kind": "answer", "verb": "POST", "times": 1, "status": 503, "text": "{}"})
    run = scene.workspace.call("apply", scene.plan, "--json", clock=WatchedClock()).json["run"]
    store = open_store(store_url(scene), SystemClock())
    with hold_lease(store, "portal", "somebody"):
        change = next(iter(scene.targets))[:10]
        decided = scene.workspace.call("decide", "portal", change, "--not-there", "--why", "looked")
        resumed = scene.workspace.call("resume", run)
    store.close()
    assert (decided.code, resumed.code) == (3, 3)
    assert "wait until that has ended" in decided.err
    assert ("--take-over" in decided.err, "--take-over" in resumed.err) == (False, True)


def test_the_key_of_a_created_record_is_told(scenes: Scenes) -> None:
    """`tieline log --exchanged` names the record that a create made: in its JSON, and in its line."""
    scene = scenes(replace(D, creates=1))
    assert scene.workspace.call("apply", scene.plan).code == 0
    (made,) = [one["id"] for one in scene.counting.people("d") if f"+{one['ref']}" in scene.targets.values()]
    (told,) = scene.workspace.call("log", "--exchanged", "--json").json["runs"][0]["changes"]
    assert (told["state"], told["new_key"]) == ("done", made)
    assert f"made as {made}" in scene.workspace.call("log", "--exchanged").out


@pytest.mark.covers("R20", part="what may be somebody else's")
def test_what_somebody_else_wrote_first_is_not_undone(scenes: Scenes) -> None:
    """Our very values were written by another just before our conditional write, which was refused: theirs stay."""
    scene = scenes(replace(B, updates=2))
    reads = 0

    def meanwhile(what: str, records: int) -> None:
        nonlocal reads
        reads += bool(what.startswith("portal") and records)
        if reads == 1:
            scene.counting.edit("b", "1", name="Name 1", phone="07700900101")

    told = Listening(progress=meanwhile)
    report = apply_plan(load_workspace(scene.folder), SystemClock(), scene.plan, told)
    assert [one.state for one in report.closings] == ["done", "done"]
    assert scene.counting.effects() == {"2": 1}
    figures = scene.workspace.call("undo", report.run, "--json").json
    assert (figures["changes"], figures["held"]) == (1, 1)
    (held,) = [one for one in planned(scene, figures["plan"]) if one["hold"]]
    assert (held["provider_id"], held["hold"]) == ("1", "undo_unclear")
