"""kill -9 in the middle of an enrolment that makes an officer, an employer and a learner: nobody is made twice."""

import pytest

from engine.approve import current_user
from tests.exchange.test_enrolment import NORTH, SOUTH, Scene, employer_in, links, scene
from tests.faults.test_crashes import quick

__all__ = ["scene"]

SURE = [
    "journal.intent.before",
    "journal.outcome.committed#1",
    "journal.outcome.committed#2",
    "run.readback#1",
    "link.committed",
]
UNSURE = ["journal.intent.committed#1", "writer.send.before#2", "writer.send.after#1", "writer.send.after#3"]
"""A create was sent, or may have been, and its answer is lost: OneFile has no key by which to ask for it."""


def killed_and_resumed(scene: Scene, point: str) -> dict[str, int]:
    """Enrol the learner with all that is needed, killed at the point, then resumed; the changes by their state."""
    trial = scene.trial
    quick(trial)
    scene.placements(("px", employer_in(trial, NORTH), "P", "2024-09-01"))
    done = scene.enrol("--choose", f"centre={SOUTH}", "--choose", "classroom=Care")
    kinds = [(one["action"], one["record_type"]) for one in done.json["changes"]]
    assert sorted(kinds) == [("create", "learner"), ("create", "officer"), ("create", "organisation")]
    plan = done.json["plan"]["plan"]
    assert trial.call("approve", plan, "--as", current_user()).code == 0
    assert trial.killed(point, "apply", plan), f"{point} was not reached"
    run = trial.run
    assert run is not None
    counts: dict[str, int] = trial.process("resume", run, "--json").json["counts"]
    effects = trial.counts()["effects"]
    assert set(effects.values()) <= {1}
    return counts


@pytest.mark.parametrize("point", SURE)
def test_what_is_known_goes_on_to_the_end(scene: Scene, point: str) -> None:
    """Killed where it is known what was sent: the resume makes the rest, each once, and the next plan is empty."""
    counts = killed_and_resumed(scene, point)
    assert (counts["done"] + counts["already"], counts["unknown"], counts["failed"]) == (3, 0, 0)
    user = scene.user()
    assert (user["MISID"], user["OrganisationID"]) == (scene.ident, int(SOUTH))
    assert len(scene.trial.counts()["effects"]) == len(("officer", "organisation", "learner"))
    assert scene.trial.call("plan", "onefile").code == 0


@pytest.mark.parametrize("point", UNSURE)
def test_what_may_have_been_made_is_never_made_again(scene: Scene, point: str) -> None:
    """Killed between a request and its answer: that one is unknown, what needs it is skipped, and a person has to look.

    A learner who was made is found alike by the next enrolment, and can be linked.
    """
    counts = killed_and_resumed(scene, point)
    assert counts["unknown"] >= 1
    before = scene.trial.counts()["effects"]
    again = scene.enrol("--choose", f"centre={SOUTH}", "--choose", "classroom=Care")
    assert (again.code, again.json["plan"]) == (3, None)
    for alike in again.json["alike"]:
        assert scene.trial.user(alike)["MISID"] == scene.ident
        assert scene.trial.call("link", "set", "onefile", "learner", scene.ident, alike, "--yes").code == 0
        assert links(scene.trial, "learner", scene.ident) == {"": alike}
    assert scene.trial.counts()["effects"] == before
    assert scene.trial.call("plan", "onefile").code == 0


def test_a_person_who_finds_nothing_lets_it_be_made_again(scene: Scene) -> None:
    """Cut before the send and not resumed: a new enrolment is refused, until somebody says that they looked in vain."""
    trial = scene.trial
    asked = ("--choose", f"centre={SOUTH}", "--choose", "classroom=Care")
    done = scene.enrol(*asked)
    plan = done.json["plan"]["plan"]
    assert trial.call("approve", plan, "--as", current_user()).code == 0
    assert trial.killed("journal.intent.committed", "apply", plan)
    refused = scene.enrol(*asked)
    assert (refused.code, refused.json["plan"]) == (3, None)
    codes = {
        trial.call("decide", "onefile", one["id"][:8], "--not-there", "--why", "searched OneFile by name").code
        for one in trial.changes(plan)
        if one["action"] == "create"
    }
    assert codes == {0, 64}  # 64: this one was not sent yet, so there is nothing to say of it
    again = scene.enrol(*asked)
    assert again.code == 2, again.said
    trial.carry_out(again.json["plan"]["plan"])
    assert set(trial.counts()["effects"].values()) == {1}
    assert scene.user()["MISID"] == scene.ident


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("zzzzzzzz", "--not-there", "--why", "looked"), "is the beginning"),
        (("zz", "--not-there", "--why", "looked"), "six letters or more"),
        (("3c9a10b2", "--not-there", "--why", " "), "--why is empty"),
        (("3c9a10b2", "--why", "looked"), "--take"),
        (("3c9a10b2.surname", "--not-there", "--take", "mis", "--why", "looked"), "--take"),
    ],
)
def test_a_release_that_names_nothing_is_refused(scene: Scene, words: tuple[str, ...], says: str) -> None:
    """No such change, too little of an id, no reason, both words or neither: wrong usage, and what is right."""
    done = scene.trial.call("decide", "onefile", *words)
    assert (done.code, says in done.err) == (64, True), done.err
