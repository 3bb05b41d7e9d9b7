"""The settings of the shipped mapping: titles, choices, defaults, and what is said of a wrong one."""

import pytest

from tests.trial import Trial

TITLES = {
    "learner_details": "Update Learner Demographics Mode",
    "officer_details": "Update Officer Demographics Mode",
    "organisation_details": "Update Organisation Demographics Mode",
    "push_learner_main_officer": "Push Changes to Learner Main Officer",
    "push_learner_employer": "Push Changes to Learner Employer",
    "several_centres": "Several Centres",
    "classroom_from_main_tag": "Classroom from Main Tag",
}


@pytest.mark.covers("CX-12", part="OneFile's details")
def test_every_setting_has_its_title_and_is_off_by_default(trial: Trial) -> None:
    """Without a word on settings each mode is `ignore` and each switch is off, under the titles of PICSWeb."""
    trial.settings("settings: {learner_details: push}", "settings: {}")
    (told,) = trial.call("status", "onefile", "--json").json["exchanges"]
    assert {one["name"]: one["title"] for one in told["settings"]} == TITLES
    assert {str(one["value"]) for one in told["settings"]} == {"ignore", "False"}


@pytest.mark.covers("CX-12", part="OneFile's details")
@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ("learner_detials: push", "unknown-setting", "did you mean `learner_details`?"),
        ("learner_details: both", "bad-setting", "it can be: ignore, pull, push"),
        ("several_centres: maybe", "bad-setting", "it can be: off, on"),
    ],
)
def test_a_wrong_setting_is_told_with_its_place(trial: Trial, settings: str, code: str, said: str) -> None:
    """File, line, and the values that are possible; nothing is planned."""
    trial.settings("settings: {learner_details: push}", f"settings: {{{settings}}}")
    done = trial.call("plan", "onefile")
    assert (done.code, f"error[{code}]" in done.err, said in done.err) == (1, True, True), done.said
    assert "--> tieline.yaml:" in done.err
