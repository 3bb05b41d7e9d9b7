"""A run that nobody can or will go on with: it is undone and thereby ended; what else is told of runs and changes."""

from dataclasses import replace

from engine.clock import SystemClock
from engine.ledger.leases import hold_lease
from engine.ledger.store import open_store
from tests.faults.conftest import Scenes
from tests.faults.test_spoiled_writes import WatchedClock
from tests.kit.carriers import D
from tests.kit.scene import Scene


def store_url(scene: Scene) -> str:
    return f"sqlite:///{scene.folder / '.tieline' / 'store.db'}"


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
