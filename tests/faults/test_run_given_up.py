"""A run that nobody can or will go on with: it is undone and thereby ended; what else is told of runs and changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.approve import current_user
from engine.clock import SystemClock
from engine.ledger.leases import hold_lease
from engine.ledger.store import open_store
from engine.service.applying import Listening, apply_plan
from engine.service.loading import load_workspace
from tests.faults.conftest import Scenes
from tests.faults.test_spoiled_writes import WatchedClock
from tests.kit.carriers import B, C, D
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


def run_of(scene: Scene) -> str:
    """The run that was begun."""
    run = scene.workspace.run
    assert run is not None
    return run


def carried_out(scene: Scene, plan: str) -> dict[str, int]:
    """Approve and apply the plan of an undo; how many changes ended in each state."""
    approved = scene.workspace.call("approve", plan, "--as", current_user())
    assert approved.code == 0, approved.said
    done = scene.workspace.call("apply", plan, "--json", clock=WatchedClock())
    return {state: number for state, number in done.json["counts"].items() if number}


def changed_rules(scene: Scene) -> None:
    """The rules do not name the phone any more: what was planned by them can neither be applied nor resumed."""
    mapping = scene.folder / "mappings" / "people.yaml"
    text = mapping.read_text(encoding="utf-8")
    line = "      phone: {mis: phone, provider: phone}\n"
    assert line in text
    mapping.write_text(text.replace(line, ""), encoding="utf-8")


@pytest.mark.covers("R20", part="a run that cannot be resumed")
def test_a_halted_run_that_cannot_be_resumed_is_undone(scenes: Scenes, figure: Callable[[str, str], None]) -> None:
    """Halted, then the rules are changed: the undo takes back what it did, and ends the run for good."""
    scene = scenes(replace(C, updates=8))
    scene.counting.faults({"kind": "answer", "verb": "PUT", "after": 2, "status": 401, "text": "{}"})
    run = scene.workspace.call("apply", scene.plan, "--json", clock=WatchedClock()).json["run"]
    scene.counting.faults()
    changed_rules(scene)
    assert "made from other rules" in scene.workspace.call("resume", run).err
    done = scene.workspace.call("undo", run, "--end", "--json")
    assert (done.code, done.json["ended"], done.json["changes"]) == (2, "halted", 2), done.said
    found = [[(part["field"], part["reason"]) for part in one["fields"]] for one in planned(scene, done.json["plan"])]
    assert found == [[("name", "undoes"), ("phone", "undoes")]] * 2
    assert carried_out(scene, done.json["plan"]) == {"done": 2}
    names = [one["name"] for one in scene.counting.people("c")][:8]
    assert names == [f"Before {at}" for at in range(1, 9)]
    assert scene.counting.effects() == {"1": 2, "2": 2}
    figure("R20", "halted at write 3 of 8, rules changed: 2 records put back, none touched that was never written")


def test_a_run_that_was_ended_by_its_undo_is_over(scenes: Scenes) -> None:
    """The undo says that it ends the run, the log says who did; resuming is refused, an undo again says the same."""
    scene = scenes(replace(C, updates=3))
    scene.counting.faults({"kind": "answer", "verb": "PUT", "after": 1, "status": 403, "text": "{}"})
    run = scene.workspace.call("apply", scene.plan, "--json", clock=WatchedClock()).json["run"]
    told = scene.workspace.call("undo", run, "--end")
    assert (told.code, "halted and is ended by this: it cannot be resumed" in told.out) == (2, True)
    resumed = scene.workspace.call("resume", run)
    assert (resumed.code, f"{current_user()} ended run {run} to undo it" in resumed.err) == (3, True), resumed.said
    (entry,) = [one for one in scene.log() if one["what"] == "run.ended"]
    assert (entry["who"], entry["run"], entry["facts"]["was"]) == (current_user(), run, "halted")
    again = scene.workspace.call("undo", run, "--end", "--json")
    assert (again.json["ended"], again.json["changes"], again.json["held"]) == ("", 1, 0)
    assert len([one for one in scene.log() if one["what"] == "run.ended"]) == 1
    assert scene.seen().states == {"1": "done", "2": "skipped", "3": "skipped"}


@pytest.mark.covers("R20", part="a run that was cut off")
@pytest.mark.parametrize("point", ["journal.intent.committed", "writer.send.after", "journal.outcome.committed"])
def test_a_run_that_was_cut_off_is_undone(scenes: Scenes, point: str) -> None:
    """What was answered and is there is put back; what may have been sent without an answer is held as unclear."""
    scene = scenes(replace(C, updates=3))
    assert scene.killed(point)
    effects = scene.counting.effects()
    done = scene.workspace.call("undo", run_of(scene), "--end", "--json")
    assert done.json["ended"] == "running", done.said
    answered = point == "journal.outcome.committed"
    assert (done.json["changes"], done.json["held"]) == ((3, 0) if answered else (0, 3))
    assert {one["hold"] for one in planned(scene, done.json["plan"])} == {None if answered else "undo_unclear"}
    assert scene.seen().states == dict.fromkeys("123", "done" if answered else "failed")
    assert scene.counting.effects() == effects
    again = scene.workspace.call("undo", run_of(scene), "--end", "--json").json
    assert (again["changes"], again["held"], again["ended"]) == (done.json["changes"], done.json["held"], "")


def test_an_answered_write_that_is_not_there_is_held(scenes: Scenes) -> None:
    """Cut after the yes; one record was changed since, one put back: neither is called done, the third is undone."""
    scene = scenes(replace(C, updates=3))
    assert scene.killed("journal.outcome.committed")
    scene.edit("1", name="Of another")
    scene.edit("2", name="Before 2", phone="")
    done = scene.workspace.call("undo", run_of(scene), "--end", "--json")
    assert (done.json["changes"], done.json["held"], done.json["done"]) == (1, 2, 1)
    holds = {one["provider_id"]: one["hold"] for one in planned(scene, done.json["plan"])}
    assert holds == {"1": "undo_unclear", "2": "undo_unclear", "3": None}
    assert scene.seen().states == {"1": "failed", "2": "failed", "3": "done"}
    assert carried_out(scene, done.json["plan"]) == {"done": 1}


@pytest.mark.covers("R1", part="a create whose run was ended")
@pytest.mark.parametrize("point", ["journal.intent.committed", "writer.send.after", "journal.outcome.committed"])
def test_a_create_whose_run_was_ended_is_not_made_again(scenes: Scenes, point: str) -> None:
    """Cut around its request, class D, and undone: held in the undo and in the next plan, until somebody has looked."""
    scene = scenes(replace(D, creates=1))
    assert scene.killed(point)
    effects = scene.counting.effects()
    undone = scene.workspace.call("undo", run_of(scene), "--end", "--json").json
    assert (undone["changes"], undone["held"], undone["ended"]) == (0, 1, "running")
    assert list(scene.seen().states.values()) == ["unknown"]
    after = scene.workspace.call("plan", "portal", "--json").json
    assert (after["changes"], after["held"]) == (0, 1)
    assert {one["hold"] for one in planned(scene, after["plan"])} == {"outcome_unknown"}
    (told,) = scene.workspace.call("log", "--exchanged", "--json").json["runs"][0]["changes"]
    made = [one["id"] for one in scene.counting.people("d") if f"+{one['ref']}" in scene.targets.values()]
    assert told["new_key"] == (made[0] if point == "journal.outcome.committed" else None)
    assert scene.counting.effects() == effects


def test_a_run_that_goes_on_is_not_undone(scenes: Scenes) -> None:
    """While a process holds the provider its run is neither undone nor ended, and nothing is written of it."""
    scene = scenes(replace(C, updates=3))
    assert scene.killed("journal.outcome.committed")
    store = open_store(store_url(scene), SystemClock())
    with hold_lease(store, "portal", "somebody"):
        before = [one["what"] for one in scene.log()]
        refused = scene.workspace.call("undo", run_of(scene), "--end")
        assert (refused.code, "portal is being written to by somebody" in refused.err) == (3, True), refused.said
        assert [one["what"] for one in scene.log()] == before
    store.close()
    resumed = scene.workspace.call("resume", run_of(scene), "--json")
    assert (resumed.code, resumed.json["counts"]["done"]) == (0, 3), resumed.said


def test_an_undo_that_cannot_be_planned_ends_nothing(scenes: Scenes) -> None:
    """The provider answers no read: no plan, and the run can still be resumed."""
    scene = scenes(replace(C, updates=3))
    assert scene.killed("journal.outcome.committed")
    scene.counting.faults({"kind": "answer", "verb": "GET", "status": 401, "text": "{}"})
    assert scene.workspace.call("undo", run_of(scene), "--end", clock=WatchedClock()).code == 1
    assert "run.ended" not in {one["what"] for one in scene.log()}
    scene.counting.faults()
    assert scene.workspace.call("resume", run_of(scene), "--json").json["counts"]["done"] == 3


@pytest.mark.parametrize(("point", "ended"), [("plan.file.written", False), ("store.commit.before#3", True)])
def test_an_undo_that_is_cut_itself_can_be_made_again(scenes: Scenes, point: str, *, ended: bool) -> None:
    """Killed before the run is ended it can still be resumed; killed between that and its plan, undone once more."""
    scene = scenes(replace(C, updates=3))
    assert scene.killed("journal.outcome.committed")
    run = run_of(scene)
    assert scene.killed(point, "undo", run, "--end")
    assert ("run.ended" in {one["what"] for one in scene.log()}) == ended
    if not ended:
        assert scene.workspace.call("resume", run, "--json").json["counts"]["done"] == 3
    done = scene.workspace.call("undo", run, "--json").json
    assert (done["changes"], done["held"], done["done"], done["ended"]) == (3, 0, 3, "")
