"""Learners enrolled at OneFile: what is shown, what must be chosen, what is created, and what never is."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.trial import Done, Trial

REFUSED, MOVES, SETTLED = 3, 2, 0
NORTH, SOUTH = "410001", "410002"
ALIKE = 4
"""How many unlinked learners look like one that OneFile has: by MIS id, ULN, email, or name and birth date."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A trial where both sides agree, with officers and employers linked, and a learner whom OneFile lacks."""

    trial: Trial
    ident: str

    def enrol(self, *more: str, ident: str | None = None) -> Done:
        """Ask for the learner, as a script does."""
        return self.trial.call("enrol", "onefile", ident or self.ident, "--json", *more)

    def enrolled(self, centre: str, classroom: str = "Care") -> dict[str, Any]:
        """Ask for the learner, approve, apply: the learner as OneFile has it then."""
        done = self.enrol("--choose", f"centre={centre}", "--choose", f"classroom={classroom}")
        assert done.code == MOVES, done.said
        self.trial.carry_out(done.json["plan"]["plan"])
        return self.user()

    def user(self) -> dict[str, Any]:
        """The learner at OneFile, found by the link."""
        return self.trial.user(link(self.trial, "learner", self.ident))

    def learner(self, **values: str | None) -> None:
        """Somebody changes the learner in the MIS."""
        sets = ", ".join(f"{column} = ?" for column in values)
        self.trial.mis(f"UPDATE learners SET {sets} WHERE ident = ?", *values.values(), self.ident)

    def placements(self, *rows: tuple[str, str, str, str]) -> None:
        """The learner's placements: ident, organisation, type, start date."""
        self.trial.mis("DELETE FROM placements WHERE learner = ?", self.ident)
        for ident, organisation, kind, start in rows:
            self.trial.mis(
                "INSERT INTO placements (ident, learner, organisation, type, start_date) VALUES (?, ?, ?, ?, ?)",
                ident, self.ident, organisation, kind, start,
            )  # fmt: skip


def listed(trial: Trial, record_type: str) -> list[dict[str, str]]:
    """Every link of a record type."""
    found: list[dict[str, str]] = trial.call("link", "list", "onefile", record_type, "--json").json
    return found


def links(trial: Trial, record_type: str, ident: str) -> dict[str, str]:
    """Centre (or nothing) -> OneFile id of a record of the MIS."""
    return {one["centre"] or "": one["provider_id"] for one in listed(trial, record_type) if one["mis_id"] == ident}


def link(trial: Trial, record_type: str, ident: str) -> str:
    """The one OneFile id of a record of the MIS."""
    (found,) = links(trial, record_type, ident).values()
    return found


def officer_in(trial: Trial, centre: str) -> str:
    """An officer who is linked in this centre and in no other."""
    return next(one["mis_id"] for one in listed(trial, "officer") if one["centre"] == centre)


def employer_in(trial: Trial, centre: str) -> str:
    """An employer who is linked in this centre and in no other."""
    return next(one["mis_id"] for one in listed(trial, "organisation") if one["centre"] == centre)


@pytest.fixture
def scene(trial: Trial) -> Scene:
    """Both sides agree; the learner has an officer and an employer in the north, and nobody at OneFile looks alike."""
    for record_type in ("officer", "organisation"):
        assert trial.call("link", "import", "onefile", record_type).code == 0
    trial.carry_out(trial.plan()["plan"])
    (ident,) = trial.mis("SELECT ident FROM learners WHERE trim(coalesce(onefile_id, '')) = '' ORDER BY ident")[ALIKE]
    made = Scene(trial, ident)
    made.learner(main_officer=officer_in(trial, NORTH), first_name="Ottilie", surname="Quillfeather")
    made.placements(("px", employer_in(trial, NORTH), "P", "2024-09-01"))
    trial.forget_counts()
    return made


@pytest.mark.covers("OF-1")
@pytest.mark.covers("OF-20", part="all but qualifications and reviews")
def test_a_learner_is_created_in_the_centre_that_was_chosen(scene: Scene) -> None:
    """One request makes the learner with all values of the preview; the next plan is empty, the learner is linked."""
    user = scene.enrolled(NORTH)
    officer, employer = officer_in(scene.trial, NORTH), employer_in(scene.trial, NORTH)
    expected = {
        "OrganisationID": int(NORTH), "Role": 1, "FirstName": "Ottilie", "LastName": "Quillfeather",
        "MISID": scene.ident, "DefaultAssessorID": int(link(scene.trial, "officer", officer)),
        "PlacementID": int(link(scene.trial, "organisation", employer)),
    }  # fmt: skip
    assert user | expected == user
    assert {"Email", "Telephone", "MobileNumber", "DOB", "L12", "L13", "StartOn", "PlannedEndDate", "HomeAddress"} <= {
        *user
    }
    assert scene.trial.counts()["effects"] == {f"users/{user['ID']}": 1}
    again = scene.trial.call("plan", "onefile", "--json")
    assert (again.code, again.json["changes"]) == (SETTLED, 0)


@pytest.mark.covers("CX-4", part="all but qualifications")
def test_what_is_open_is_listed_and_nothing_is_written(scene: Scene) -> None:
    """Without a word each choice is listed with its options; a later one waits; there is no plan."""
    done = scene.enrol()
    assert done.code == REFUSED
    centre, classroom = done.json["choices"]
    assert [one["key"] for one in centre["options"]] == [NORTH, SOUTH]
    assert (centre["chosen"], classroom["chosen"], classroom["options"], done.json["plan"]) == (None, None, [], None)
    assert done.json["why_not"][:2] == ["Organisation must be chosen", "Classroom must be chosen"]
    text = scene.trial.call("enrol", "onefile", scene.ident, "--choose", "centre=Sandbox College South")
    assert (text.code, "Classroom: to be chosen with --choose classroom=KEY" in text.out) == (REFUSED, True)
    assert scene.trial.counts()["writes"] == 0


@pytest.mark.parametrize(
    ("answers", "code", "chosen"),
    [
        (f"{SOUTH}\nCare\n", MOVES, [SOUTH, "Care"]),
        (f"{SOUTH}\n\n", REFUSED, [SOUTH]),
        ("elsewhere\n", 64, []),
    ],
)
def test_a_terminal_is_asked(scene: Scene, answers: str, code: int, chosen: list[str]) -> None:
    """Each choice is put as a question with its options; nothing typed leaves it open; what is not on offer is told."""
    done = scene.trial.typed(answers, "enrol", "onefile", scene.ident)
    assert (done.code, "Organisation:" in done.err, f"{SOUTH}  Sandbox College South" in done.err) == (code, True, True)
    assert all(f"{word} " in done.out and "(as said)" in done.out for word in chosen), done.said
    assert ("Traceback" in done.err, scene.trial.counts()["writes"]) == (False, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--choose", "centre=9"], "on offer: 410001 (Sandbox College North), 410002 (Sandbox College South)"),
        (["--choose", "center=9"], "to choose: centre, classroom"),
        (["--choose", "centre"], "--choose takes NAME=KEY"),
        (["--record-type", "officer"], "on request: learner"),
    ],
)
def test_wrong_words_are_told(scene: Scene, words: list[str], said: str) -> None:
    """A sentence that names what is possible, and the exit code of wrong usage."""
    done = scene.enrol(*words)
    assert (done.code, said in done.err, scene.trial.counts()["writes"]) == (64, True, 0), done.said


@pytest.mark.covers("OF-23")
def test_the_main_tag_names_the_classroom_where_that_is_set(scene: Scene) -> None:
    """Found by name in the chosen centre and taken without a question; off, or with no such classroom: a choice."""
    scene.learner(main_tag="Digital")
    assert scene.enrol("--choose", f"centre={SOUTH}").json["choices"][1]["chosen"] is None
    scene.trial.settings("learner_details: push", "learner_details: push, classroom_from_main_tag: on")
    classroom = scene.enrol("--choose", f"centre={SOUTH}").json["choices"][1]
    labels = {one["key"]: one["label"] for one in classroom["options"]}
    assert (labels[classroom["chosen"]], classroom["why"]) == ("Digital", "as the rules say")
    scene.learner(main_tag="Falconry")
    assert scene.enrol("--choose", f"centre={SOUTH}").json["choices"][1]["chosen"] is None


@pytest.mark.covers("CX-7")
@pytest.mark.parametrize("number", range(ALIKE))
def test_a_learner_whom_onefile_seems_to_have_is_not_created(scene: Scene, number: int) -> None:
    """The same MIS id, ULN, email, or name and birth date: the link is proposed, and can be set instead."""
    trial = scene.trial
    (ident,) = trial.mis("SELECT ident FROM learners WHERE trim(coalesce(onefile_id, '')) = '' ORDER BY ident")[number]
    done = scene.enrol("--choose", f"centre={NORTH}", "--choose", "classroom=Care", ident=ident)
    (alike,) = done.json["alike"]
    assert (done.code, done.json["plan"]) == (REFUSED, None)
    assert done.json["why_not"] == [f"the record {alike} at OneFile looks like this learner"]
    assert trial.call("link", "set", "onefile", "learner", ident, alike, "--yes").code == 0
    assert scene.enrol(ident=ident).code == REFUSED
    assert trial.counts()["writes"] == 0


@pytest.mark.covers("CX-7")
def test_a_learner_who_is_somebody_else_is_created(scene: Scene) -> None:
    """A person says with a reason that the likely match is another one: then the create goes ahead; the other stays."""
    trial = scene.trial
    (ident,) = trial.mis("SELECT ident FROM learners WHERE trim(coalesce(onefile_id, '')) = '' ORDER BY ident")[0]
    officer = officer_in(trial, NORTH)
    trial.mis("UPDATE learners SET main_officer = ? WHERE ident = ?", officer, ident)
    choices = ("--choose", f"centre={NORTH}", "--choose", "classroom=Care")
    said = trial.call("enrol", "onefile", ident, *choices).out
    (alike,) = scene.enrol(*choices, ident=ident).json["alike"]
    assert f"tieline link deny onefile learner {ident} {alike} --why TEXT" in said
    before = trial.user(alike)
    denied = trial.call("link", "deny", "onefile", "learner", ident, alike, "--why", "a cousin")
    assert denied.code == 0, denied.said
    done = scene.enrol(*choices, ident=ident)
    assert done.code == MOVES, done.said
    trial.carry_out(done.json["plan"]["plan"])
    made = link(trial, "learner", ident)
    assert (made != alike, trial.user(alike), trial.user(made)["MISID"]) == (True, before, ident)


def test_a_linked_learner_and_a_stranger_are_refused(scene: Scene) -> None:
    """Whoever has a link is not created again; whom the MIS does not have is nobody."""
    linked = scene.enrol(ident=scene.trial.linked(1)[0][0])
    nobody = scene.enrol(ident="nobody")
    assert (linked.code, "is linked to" in linked.err) == (REFUSED, True)
    assert (nobody.code, "has no learner nobody" in nobody.err) == (REFUSED, True)


@pytest.mark.covers("CX-18")
def test_every_value_that_is_missing_is_named(scene: Scene) -> None:
    """Blank in the MIS, and demanded: each is named, and there is no plan."""
    scene.learner(email=" ", surname=None)
    scene.placements()
    done = scene.enrol("--choose", f"centre={NORTH}", "--choose", "classroom=Care")
    assert (done.code, done.json["missing"]) == (REFUSED, ["Last name", "Email", "Placement"])
    scene.learner(main_officer=None)
    said = scene.trial.call("enrol", "onefile", scene.ident, "--choose", f"centre={NORTH}").out
    assert "the learner has no main officer" in said
    assert "a new learner at OneFile must have Default assessor, and it is blank" in said


@pytest.mark.covers("OF-6")
def test_the_employer_is_that_of_the_newest_placement_of_type_p(scene: Scene) -> None:
    """Else that of the newest of any type. Missing in the learner's centre, an employer is created by name alone."""
    known, other = employer_in(scene.trial, NORTH), employer_in(scene.trial, SOUTH)
    rows = [("p1", other, "P", "2023-01-01"), ("p2", known, "P", "2024-01-01"), ("p3", other, "W", "2025-01-01")]
    scene.placements(*rows)
    choices = ("--choose", f"centre={NORTH}", "--choose", "classroom=Care")
    assert [one["record_type"] for one in scene.enrol(*choices).json["changes"]] == ["learner"]
    scene.placements(rows[2], ("p4", known, "W", "2024-06-01"))
    user = scene.enrolled(NORTH)
    made = links(scene.trial, "organisation", other)
    assert (set(made), str(user["PlacementID"])) == ({NORTH, SOUTH}, made[NORTH])
    placement = scene.trial.sandboxes.admin(f"/__record/placements/{made[NORTH]}")
    (name,) = scene.trial.mis("SELECT name FROM organisations WHERE ident = ?", other)[0]
    assert isinstance(placement, dict)
    kept = {field: value for field, value in placement.items() if field not in {"ID", "LastModified"}}
    assert kept == {"OrganisationID": int(NORTH), "Name": name, "MISID": other}


@pytest.mark.covers("OF-3", part="officers")
@pytest.mark.covers("CX-8")
def test_an_officer_is_found_by_the_mis_value_only_with_several_centres(scene: Scene) -> None:
    """Without a link: on, the assessor of that MIS value in the learner's centre is linked; off, one is created."""
    trial, officer = scene.trial, officer_in(scene.trial, NORTH)
    there = link(trial, "officer", officer)
    assert trial.call("link", "remove", "onefile", "officer", officer, "--yes").code == 0
    choices = ("--choose", f"centre={NORTH}", "--choose", "classroom=Care")
    assert [one["action"] for one in scene.enrol(*choices).json["changes"]] == ["create", "create"]
    trial.settings("learner_details: push", "learner_details: push, several_centres: on")
    user = scene.enrolled(NORTH)
    assert (str(user["DefaultAssessorID"]), links(trial, "officer", officer)) == (there, {NORTH: there})


@pytest.mark.covers("OF-5", part="the main officer")
def test_an_officer_who_is_missing_in_the_centre_is_created_by_name(scene: Scene) -> None:
    """With the name, what OneFile demands and what finds it again; the officer's other account stays as it is."""
    trial, officer = scene.trial, officer_in(scene.trial, NORTH)
    before = trial.user(link(trial, "officer", officer))
    user = scene.enrolled(SOUTH)
    made = links(trial, "officer", officer)
    assert (set(made), str(user["DefaultAssessorID"])) == ({NORTH, SOUTH}, made[SOUTH])
    assessor = trial.user(made[SOUTH])
    sent = {"OrganisationID", "Role", "FirstName", "LastName", "Email", "MISID"}
    assert {*assessor} == sent | {"ID", "Username", "CreatedOn", "LastModified"}
    assert (assessor["Role"], assessor["OrganisationID"]) == (5, int(SOUTH))
    assert trial.user(made[NORTH]) == before
    effects = trial.counts()["effects"]
    assert sorted(effects.values()) == [1] * len(effects)


@pytest.mark.covers("CX-14")
def test_an_officer_linked_by_hand_is_used_and_one_that_is_gone_is_not_replaced(scene: Scene) -> None:
    """The link set before an enrolment is followed, none is created; gone at OneFile, it is reported and holds."""
    trial, officer = scene.trial, officer_in(scene.trial, NORTH)
    there = link(trial, "officer", officer)
    assert trial.call("link", "remove", "onefile", "officer", officer, "--yes").code == 0
    told = trial.call("link", "set", "onefile", "officer", officer, there, "--yes")
    assert (told.code, "surname" in told.out) == (0, True)
    choices = ("--choose", f"centre={NORTH}", "--choose", "classroom=Care")
    before = scene.enrol(*choices).json["changes"]
    assert [one["record_type"] for one in before] == ["learner"]
    trial.edit_user(there, Role=10)  # an assessor no more: no listing of assessors has it
    done = scene.enrol(*choices)
    assert (done.code, [one["record_type"] for one in done.json["changes"]]) == (REFUSED, ["officer", "learner"])
    assert "the record that it refers to has no counterpart on the other side" in done.json["why_not"]
    trial.settings("learner_details: push", "learner_details: push, officer_details: push")
    plan = trial.call("plan", "onefile", "--json").json["plan"]
    assert [(one["mis_id"], one["hold"]) for one in trial.changes(plan)] == [(officer, "link_gone_provider")]


@pytest.mark.covers("CX-9", part="OneFile")
@pytest.mark.parametrize("followed", ["on", "off"])
def test_a_new_main_officer_and_employer_are_followed_each_by_its_switch(scene: Scene, followed: str) -> None:
    """On: the learner's assessor and placement become those of the MIS, made where they are missing; off: neither."""
    trial = scene.trial
    user = scene.enrolled(NORTH)
    switches = f"push_learner_main_officer: {followed}, push_learner_employer: {followed}"
    trial.settings("learner_details: push", f"learner_details: push, {switches}")
    trial.mis("UPDATE learners SET main_officer = NULL WHERE ident <> ?", scene.ident)  # a blank keeps what is there
    trial.mis("DELETE FROM placements WHERE learner <> ?", scene.ident)
    assert trial.call("plan", "onefile").code == SETTLED
    officer, employer = officer_in(trial, SOUTH), employer_in(trial, SOUTH)
    scene.learner(main_officer=officer)
    scene.placements(("py", employer, "P", "2025-09-01"))
    done = trial.call("plan", "onefile", "--json")
    if followed == "off":
        assert (done.code, scene.user()) == (SETTLED, user)
        return
    changes = [(one["action"], one["record_type"]) for one in trial.changes(done.json["plan"])]
    assert sorted(changes) == [("create", "officer"), ("create", "organisation"), ("update", "learner")]
    trial.carry_out(done.json["plan"])
    now = scene.user()
    made = links(trial, "officer", officer)[NORTH], links(trial, "organisation", employer)[NORTH]
    assert (str(now["DefaultAssessorID"]), str(now["PlacementID"])) == made
    assert trial.call("plan", "onefile").code == SETTLED
