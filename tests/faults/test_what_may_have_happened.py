"""What may have been made is remembered and asked for rightly, whatever runs, people and clocks do in between."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.approve import current_user
from tests.faults.conftest import Scenes
from tests.faults.test_spoiled_writes import WatchedClock
from tests.kit.carriers import SQL_S, A, C, Carrier, D, put
from tests.kit.scene import Scene

CARRIED_OUT = {"kind": "answer", "verb": "POST", "times": 1, "status": 503, "text": "{}", "wrote": True}
"""The record is made, and the answer says that it failed."""


def made(scene: Scene, ref: str) -> int:
    """How many records there are of one of the MIS's."""
    people: Sequence[dict[str, object]] = scene.seen().people
    return sum(one["ref"] == ref for one in people)


def plan_and_apply(scene: Scene) -> dict[str, int]:
    """What a new plan has: how much may be applied (and then is), and how much is held."""
    done = scene.workspace.call("plan", "portal", "--json").json
    if done["changes"]:
        assert scene.workspace.call("approve", done["plan"], "--as", current_user()).code == 0
        scene.workspace.call("apply", done["plan"], clock=WatchedClock())
    return {name: done[name] for name in ("changes", "held")}


def run_of(scene: Scene) -> str:
    """The run that was begun first."""
    return next(str(one["run"]) for one in scene.log() if one["what"] == "run.begun")


@pytest.mark.covers("R1", part="what an earlier run may have made")
def test_a_later_run_that_sent_nothing_does_not_make_an_unknown_create_known(scenes: Scenes) -> None:
    """Two approved plans have one create; unknown in the first run, held in the second: held in every later plan."""
    scene = scenes(replace(D, creates=1, updates=1))
    assert scene.workspace.call("link", "remove", "portal", "person", "m2", "--yes").code == 0
    second = scene.workspace.call("plan", "portal", "--json").json["plan"]
    assert scene.workspace.call("approve", second, "--as", current_user()).code == 0
    scene.counting.faults(CARRIED_OUT)
    scene.workspace.call("apply", scene.plan, clock=WatchedClock())
    scene.counting.faults()
    scene.workspace.call("apply", second, clock=WatchedClock())
    plan_and_apply(scene)
    assert made(scene, "m12") == 1


@pytest.mark.covers("R1", part="what an earlier run may have made")
def test_an_older_run_that_is_resumed_does_not_either(scenes: Scenes) -> None:
    """Halted by a 401; a newer run leaves the create unknown; the old one goes on: one record, held from then on."""
    scene = scenes(replace(D, creates=1))
    scene.counting.faults({"kind": "answer", "verb": "POST", "times": 1, "status": 401, "text": "{}"})
    scene.workspace.call("apply", scene.plan, clock=WatchedClock())
    scene.counting.faults(CARRIED_OUT)
    plan_and_apply(scene)
    scene.counting.faults()
    scene.workspace.call("resume", run_of(scene), clock=WatchedClock())
    plan_and_apply(scene)
    assert made(scene, "m11") == 1


@pytest.mark.covers("R8", part="a create that was cut")
@pytest.mark.parametrize("carrier", [A, SQL_S], ids=["a", "sql-s"])
def test_a_create_whose_source_is_gone_is_not_asked_for_again(scenes: Scenes, carrier: Carrier) -> None:
    """Cut before it was sent, and deleted in the MIS: the resume makes nobody, and says that it does not know."""
    scene = scenes(replace(carrier, creates=1, updates=0))
    assert scene.killed("writer.send.before")
    with sqlite3.connect(scene.folder / "office.db") as office:
        office.execute("DELETE FROM people WHERE ident = 'm11'")
    done = scene.workspace.call("resume", run_of(scene), "--json", clock=WatchedClock())
    assert (done.code, done.json["counts"]["unknown"]) == (4, 1)
    assert made(scene, "m11") == 0


def test_a_key_that_may_be_forgotten_is_not_used_by_a_clock_that_was_set_back(scenes: Scenes) -> None:
    """Thirty hours passed and stand in the log, the clock says twenty: the system has forgotten, so nothing is sent."""
    scene = scenes(replace(A, creates=1, updates=0))
    assert scene.killed("writer.send.after")
    scene.counting.ask("clock", {"seconds": 30 * 3600})
    later, back = WatchedClock(), WatchedClock()
    later.skipped, back.skipped = 30 * 3600, 20 * 3600
    scene.workspace.call("plan", "portal", clock=later)
    done = scene.workspace.call("resume", run_of(scene), "--json", clock=back)
    assert done.json["counts"]["unknown"] == 1
    assert made(scene, "m11") == 1


def test_nobody_says_that_a_record_is_not_there_whose_id_is_in_the_journal(scenes: Scenes) -> None:
    """The yes was journalled before the cut: `--not-there` is refused with the id, and the resume links the record."""
    scene = scenes(replace(D, creates=1))
    assert scene.killed("journal.outcome.committed")
    change = next(iter(scene.targets))
    done = scene.workspace.call("decide", "portal", change[:10], "--not-there", "--why", "looked")
    assert (done.code, "tieline resume" in done.err) == (3, True), done.said
    scene.workspace.call("resume", run_of(scene), clock=WatchedClock())
    assert made(scene, "m11") == 1


def test_an_answer_that_leads_elsewhere_may_be_a_yes_to_a_create(scenes: Scenes) -> None:
    """303 after POST is how many servers say that it is made: unknown, held, and not made again."""
    scene = scenes(replace(D, creates=1))
    elsewhere = {"status": 303, "text": "", "headers": {"Location": "/d/people/11"}}
    scene.counting.faults(CARRIED_OUT | elsewhere)
    done = scene.workspace.call("apply", scene.plan, "--json", clock=WatchedClock())
    assert done.json["counts"]["unknown"] == 1
    plan_and_apply(scene)
    assert made(scene, "m11") == 1


def test_a_long_time_to_settle_is_waited_for(scenes: Scenes) -> None:
    """Class C that settles within five minutes: the wait after an answer that failed is that long, not two minutes."""
    scene = scenes(replace(C, updates=1, update=put("c") + "delivery: C, settle: 300"))
    scene.counting.faults({"kind": "answer", "verb": "PUT POST", "times": 1, "status": 503, "text": "{}"})
    clock = WatchedClock()
    scene.workspace.call("apply", scene.plan, clock=clock)
    assert max(clock.waits) >= 290


def test_a_system_that_cannot_be_opened_uses_no_approval_up(scenes: Scenes) -> None:
    """The MIS's file is away for a moment: exit 1; back again, the same plan is applied."""
    scene = scenes(replace(C, updates=1))
    office = scene.folder / "office.db"
    away = office.rename(scene.folder / "away.db")
    assert scene.workspace.call("apply", scene.plan).code == 1
    away.rename(office)
    assert scene.workspace.call("apply", scene.plan).code == 0
