"""What real registers hold: twins, shared numbers, doubled values, texts that are too long; each record for itself."""

from typing import Any

import pytest

from tests.exchange.test_enrolment import NORTH, Scene, link, listed, officer_in, scene
from tests.trial import Trial

__all__ = ["scene"]

SENTINEL = "9999999999"
TEN = 10


def in_step(trial: Trial, **modes: str) -> None:
    """Everything linked, under these modes, and both sides in step."""
    chosen = ", ".join(f"{name}: {mode}" for name, mode in modes.items())
    trial.settings("settings: {learner_details: push}", f"settings: {{{chosen}}}")
    for record_type in ("officer", "organisation"):
        assert trial.call("link", "import", "onefile", record_type).code == 0
    done = trial.call("plan", "onefile", "--json")
    if done.json["changes"]:
        trial.carry_out(done.json["plan"])


def holds(trial: Trial) -> list[tuple[str, str, str]]:
    """Record type, MIS id and sentence of every hold of a new plan, of a record or of its fields."""
    plan = trial.call("plan", "onefile", "--json").json["plan"]
    found: list[tuple[str, str, str]] = []
    for change in trial.changes(plan):
        named = change["record_type"], change["mis_id"]
        if change["hold"]:
            found.append((*named, change["because"]))
        found += [(*named, f"{one['field']}: {one['because']}") for one in change["fields"] if one["held"]]
    return found


def alike(trial: Trial, learners: list[tuple[str, str]], **values: str) -> None:
    """Give learners the same values on both sides."""
    columns = {"surname": "LastName", "uln": "ULN", "birth_date": "DOB"}
    for ident, provider_id in learners:
        for column, value in values.items():
            trial.mis(f"UPDATE learners SET {column} = ? WHERE ident = ?", value, ident)
            there = f"{value}T00:00:00.000Z" if column == "birth_date" else value
            trial.edit_user(provider_id, **{columns[column]: there})


def renamed(trial: Trial, learners: list[tuple[str, str]]) -> None:
    """Each learner has another first name in the MIS; one plan gives each one's own to the own record."""
    for number, (ident, _) in enumerate(learners):
        trial.mis("UPDATE learners SET first_name = ? WHERE ident = ?", f"Ottilie{number}", ident)
    plan = trial.plan()["plan"]
    assert {(one["mis_id"], one["provider_id"]) for one in trial.changes(plan)} == set(learners)
    trial.carry_out(plan)
    assert [trial.user(key)["FirstName"] for _, key in learners] == [f"Ottilie{at}" for at in range(len(learners))]
    assert trial.call("plan", "onefile").code == 0


@pytest.mark.covers("D4")
def test_linked_twins_are_each_exchanged_with_their_own_record(trial: Trial) -> None:
    """Two learners alike in surname, birth date and first name before: links alone tell them apart."""
    in_step(trial, learner_details="push")
    twins = trial.linked(2)
    alike(trial, twins, surname="Quillfeather", birth_date="2004-02-29")
    renamed(trial, twins)


@pytest.mark.covers("D4")
def test_ten_learners_of_one_temporary_uln_are_each_exchanged(trial: Trial) -> None:
    """9999999999 is nobody's key; a look for the record of one of them says that the number is left out."""
    in_step(trial, learner_details="push")
    ten = trial.linked(TEN)
    alike(trial, ten, uln=SENTINEL)
    renamed(trial, ten)
    ident, provider_id = ten[0]
    assert trial.call("link", "remove", "onefile", "learner", ident, "--yes").code == 0
    trial.edit_user(provider_id, MISID="", Email="somebody@else.example", LastName="Else")
    found = trial.call("link", "find", "onefile", "learner", ident, "--json").json
    tiers = {one["fields"][0]: one["finding"] for one in found["tiers"]}
    assert (found["proposed"], tiers["uln"]) == ([], "left out")


@pytest.mark.covers("OF-3", part="officers and employers")
def test_a_mis_value_of_two_assessors_holds_only_whom_it_touches(scene: Scene) -> None:
    """One of the two is archived: the officer is matched with neither; only learners of this officer wait."""
    trial, officer = scene.trial, officer_in(scene.trial, NORTH)
    scene.enrolled(NORTH)
    there = link(trial, "officer", officer)
    assert trial.call("link", "remove", "onefile", "officer", officer, "--yes").code == 0
    other = next(one for one in listed(trial, "officer") if one["centre"] == NORTH)
    trial.edit_user(other["provider_id"], MISID=officer, Archived=True)
    assert trial.call("link", "remove", "onefile", "officer", other["mis_id"], "--yes").code == 0
    switches = "learner_details: push, several_centres: on, push_learner_main_officer: on"
    trial.settings("learner_details: push", switches)
    trial.mis("UPDATE learners SET main_officer = NULL WHERE ident <> ?", scene.ident)
    untouched, _ = trial.linked(1)[0]
    trial.mis("UPDATE learners SET first_name = 'Ottilie' WHERE ident = ?", untouched)
    found = holds(trial)
    assert ("officer", officer, "several records of one side fit one of the other") in found
    assert {one[1] for one in found if one[0] == "learner"} == {scene.ident}
    assert [one[2] for one in found if one[0] == "learner"] == [
        "main_officer: the record that it refers to has no counterpart on the other side"
    ]
    plan = trial.plan()["plan"]
    assert [
        one["mis_id"]
        for one in trial.changes(plan)
        if one["record_type"] == "learner" and one["fields"][0]["field"] == "first_name"
    ] == [untouched]
    assert there != other["provider_id"]


@pytest.mark.covers("CX-11", part="learners, officers and employers")
def test_what_only_onefile_has_is_left_alone(trial: Trial) -> None:
    """Under every mode of every kind: no change names a record that only OneFile has, and none is written."""
    in_step(trial, learner_details="push", officer_details="push", organisation_details="push")
    kinds = ("learner", "officer", "organisation")
    linked = {one["provider_id"] for kind in kinds for one in listed(trial, kind)}
    assert trial.call("link", "remove", "onefile", "officer", listed(trial, "officer")[0]["mis_id"], "--yes").code == 0
    for mode in ("push", "pull"):
        trial.mis("UPDATE learners SET first_name = ?", f"Ottilie {mode}")
        done = trial.call("plan", "onefile", "--json")
        named = {one["provider_id"] for one in trial.changes(done.json["plan"]) if one["provider_id"] is not None}
        assert (bool(named), named <= linked) == (True, True)
        assert not any(one["action"] == "create" for one in trial.changes(done.json["plan"]))
        if mode == "push":
            trial.settings("_details: push", "_details: pull")


def test_an_employer_that_is_linked_twice_is_held(trial: Trial) -> None:
    """Two organisations of the MIS have one placement at OneFile: neither writes to it, and the plan says why."""
    in_step(trial, organisation_details="push")
    (one, key), (other, _) = [(row["mis_id"], row["provider_id"]) for row in listed(trial, "organisation")[:2]]
    assert trial.call("link", "remove", "onefile", "organisation", other, "--yes").code == 0
    trial.mis("UPDATE organisations SET onefile_id = ?, name = 'Elsewhere Ltd' WHERE ident = ?", key, other)
    assert trial.call("link", "import", "onefile", "organisation").code == 0
    sentence = "two records are linked to one"
    assert holds(trial) == [("organisation", ident, sentence) for ident in sorted((one, other))]


def test_what_is_too_long_is_held_and_never_cut(trial: Trial) -> None:
    """An address over OneFile's 250 characters and an email over its 100: each a hold of the field; the rest goes."""
    in_step(trial, learner_details="push", officer_details="push")
    learner, _ = trial.linked(1)[0]
    officer = officer_in(trial, NORTH)
    lines: dict[str, Any] = {f"address_{number}": f"{'Kestrel ' * 10}{number}" for number in range(1, 5)}
    for column, value in lines.items():
        trial.mis(f"UPDATE learners SET {column} = ? WHERE ident = ?", value, learner)
    trial.mis(
        "UPDATE officers SET email = ?, phone = '01632 960777' WHERE ident = ?", f"{'o' * 100}@college.example", officer
    )
    too_long = "the value is longer than the target's column takes"
    assert sorted(holds(trial)) == [
        ("learner", learner, f"address: {too_long}"),
        ("officer", officer, f"email: {too_long}"),
    ]
    trial.carry_out(trial.plan()["plan"])
    assert trial.user(link(trial, "officer", officer))["Telephone"] == "01632 960777"
