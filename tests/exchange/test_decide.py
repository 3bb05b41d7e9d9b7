"""A person releases what a plan holds for want of a word: through the command line, on running sandboxes."""

import pytest

from engine.approve import current_user
from tests.exchange.test_agreed import apply_all, reasons, two_way
from tests.trial import Done, Trial

WHY = "seen on the passport"


def moved(trial: Trial) -> tuple[str, str]:
    """A learner whose surname is Ray in the MIS and Sky at OneFile, and nobody knows who moved."""
    mis_id, provider_id = two_way(trial)
    trial.mis("UPDATE learners SET surname = 'Ray' WHERE ident = ?", mis_id)
    trial.edit_user(provider_id, LastName="Sky")
    return mis_id, provider_id


def change_of(trial: Trial, mis_id: str) -> str:
    """The id of the learner's change in a plan made now."""
    plan = trial.call("plan", "onefile", "--json").json["plan"]
    found: str = next(one["id"] for one in trial.changes(plan) if one["mis_id"] == mis_id)
    return found


def decide(trial: Trial, named: str, take: str, *words: str) -> Done:
    """`tieline decide onefile …`."""
    return trial.call("decide", "onefile", named, "--take", take, "--why", WHY, *words)


def names(trial: Trial, mis_id: str, provider_id: str) -> tuple[str, str]:
    """The learner's surname in the MIS and at OneFile."""
    return trial.mis("SELECT surname FROM learners WHERE ident = ?", mis_id)[0][0], trial.user(provider_id)["LastName"]


@pytest.mark.parametrize(
    ("take", "reason", "end"),
    [
        ("mis", ("decided_mis", "provider", False), ("Ray", "Ray")),
        ("provider", ("decided_provider", "mis", False), ("Sky", "Sky")),
    ],
)
def test_a_decided_field_goes_the_way_that_was_decided(
    trial: Trial, take: str, reason: tuple[str, str, bool], end: tuple[str, str]
) -> None:
    """Held before; after the word it is a change like any other, shown as decided; applied, the next plan is empty."""
    mis_id, provider_id = moved(trial)
    assert reasons(trial, mis_id) == {"surname": ("both_moved", "provider", True)}
    trial.forget_counts()
    done = decide(trial, f"{change_of(trial, mis_id)[:8]}.surname", take, "--json")
    assert (done.code, done.json["take"], done.json["who"], done.json["why"]) == (0, take, current_user(), WHY), (
        done.said
    )
    assert (done.json["mis_value"], done.json["provider_value"]) == ("Ray", "Sky")
    assert (trial.counts()["writes"], names(trial, mis_id, provider_id)) == (0, ("Ray", "Sky"))
    assert reasons(trial, mis_id) == {"surname": reason}
    figures = trial.approved()
    assert "a person decided" in trial.call("show", figures["plan"]).out
    assert trial.call("apply", figures["plan"]).code == 0
    assert names(trial, mis_id, provider_id) == end
    assert trial.call("plan", "onefile", "--json").json["changes"] == 0
    assert reasons(trial, mis_id) == {}


def test_neither_leaves_both_sides_as_they_are(trial: Trial) -> None:
    """No change and no hold: the field is counted as left alone for a reason of its own, plan after plan."""
    mis_id, provider_id = moved(trial)
    held = trial.call("plan", "onefile", "--json").json["held"]
    assert decide(trial, f"{change_of(trial, mis_id)}.surname", "neither").code == 0
    for _ in range(2):
        done = trial.call("plan", "onefile", "--json")
        counts = trial.call("show", done.json["plan"], "--json").json["left_alone"][0]["fields"]["surname"]
        assert (done.json["held"], counts["decided_neither"]) == (held - 1, 1)
    assert reasons(trial, mis_id) == {}
    assert names(trial, mis_id, provider_id) == ("Ray", "Sky")


@pytest.mark.parametrize("side", ["mis", "provider"])
def test_a_field_is_held_again_when_a_side_moves(trial: Trial, side: str) -> None:
    """Another value on either side, and the word that was given for the ones before counts no more."""
    mis_id, provider_id = moved(trial)
    assert decide(trial, f"{change_of(trial, mis_id)}.surname", "neither").code == 0
    assert reasons(trial, mis_id) == {}
    if side == "mis":
        trial.mis("UPDATE learners SET surname = 'Moss' WHERE ident = ?", mis_id)
    else:
        trial.edit_user(provider_id, LastName="Moss")
    assert reasons(trial, mis_id) == {"surname": ("both_moved", "provider", True)}


def with_field(trial: Trial, field: str) -> None:
    """Give the mapping a field more."""
    mapping = trial.folder / "mappings" / "onefile.yaml"
    mapping.write_text(f"{mapping.read_text(encoding='utf-8')}      {field}\n", encoding="utf-8")


ENROLS = """\
      email: {mis: email, provider: Email, only: create}
      centre: {provider: OrganisationID, from_mis: {constant: "410001"}, only: create}
      classroom: {provider: ClassroomID, from_mis: {constant: "1"}, only: create}
      assessor: {provider: DefaultAssessorID, from_mis: {constant: "1"}, only: create}
      placement: {provider: PlacementID, from_mis: {constant: "1"}, only: create}
"""


def test_a_plan_for_one_learner_is_not_the_one_that_holds_fields(trial: Trial) -> None:
    """Somebody was enrolled since the plan was made: what the plan of everything holds is still decided."""
    mis_id, provider_id = moved(trial)
    mapping = trial.folder / "mappings" / "onefile.yaml"
    create = "    create: {at: provider, trigger: request}\n    fields:\n"
    text = mapping.read_text(encoding="utf-8").replace("    fields:\n", create)
    mapping.write_text(text + ENROLS, encoding="utf-8")
    change = change_of(trial, mis_id)
    (ident,) = trial.mis("SELECT ident FROM learners WHERE trim(coalesce(onefile_id, '')) = '' ORDER BY ident")[0]
    trial.mis("UPDATE learners SET first_name = 'Ann', surname = 'Poe', email = 'ann@x.example' WHERE ident = ?", ident)
    assert trial.call("enrol", "onefile", ident).code == 2
    assert decide(trial, f"{change}.surname", "mis").code == 0
    assert reasons(trial, mis_id) == {"surname": ("decided_mis", "provider", False)}
    assert names(trial, mis_id, provider_id) == ("Ray", "Sky")


def codes(trial: Trial, mis_id: str, provider_id: str) -> tuple[str | None, str | None]:
    """The learner's ethnicity in the MIS and at OneFile; None is blank."""
    here = trial.mis("SELECT ethnicity FROM learners WHERE ident = ?", mis_id)[0][0]
    return here or None, trial.user(provider_id).get("L12") or None


@pytest.mark.parametrize(("take", "end"), [("mis", (None, None)), ("provider", ("31", "31"))])
def test_a_value_blanked_after_both_agreed_is_decided(trial: Trial, take: str, end: tuple[str | None, ...]) -> None:
    """To the MIS's blank or to the provider's value; once carried out, the word is spent: the old value is held."""
    mis_id, provider_id = two_way(trial)
    with_field(trial, "ethnicity: {mis: ethnicity, provider: L12, category: special, rule: fill blank only}")
    trial.edit_user(provider_id, L12="31")
    trial.mis("UPDATE learners SET ethnicity = '31' WHERE ident = ?", mis_id)
    apply_all(trial)
    trial.mis("UPDATE learners SET ethnicity = '' WHERE ident = ?", mis_id)
    assert reasons(trial, mis_id) == {"ethnicity": ("blanked_after_agreed", "provider", True)}
    done = decide(trial, f"{change_of(trial, mis_id)}.ethnicity", take)
    assert (done.code, "31" in done.out) == (0, False), done.said
    apply_all(trial)
    assert codes(trial, mis_id, provider_id) == end
    assert reasons(trial, mis_id) == {}
    assert "hold.decision.spent" in [one["what"] for one in trial.call("log", "--json").json]
    trial.mis("UPDATE learners SET ethnicity = '' WHERE ident = ?", mis_id)
    trial.edit_user(provider_id, L12="31")
    assert reasons(trial, mis_id) == {"ethnicity": ("blanked_after_agreed", "provider", True)}


def test_a_column_that_must_have_a_value_is_not_blanked(trial: Trial) -> None:
    """OneFile demands a surname: the MIS's blank cannot go there, and the sentence names the column."""
    mis_id, _ = two_way(trial)
    apply_all(trial)
    trial.mis("UPDATE learners SET surname = '' WHERE ident = ?", mis_id)
    named = f"{change_of(trial, mis_id)}.surname"
    done = decide(trial, named, "mis")
    assert (done.code, "LastName must have a value" in done.err) == (3, True)
    assert decide(trial, named, "provider").code == 0


def test_the_newest_word_counts_and_can_be_given_again(trial: Trial) -> None:
    """A field that was decided can be decided anew, by the change that held it, whether a plan still has it or not."""
    mis_id, _ = moved(trial)
    named = f"{change_of(trial, mis_id)}.surname"
    for take, reason in (
        ("provider", {"surname": ("decided_provider", "mis", False)}),
        ("neither", {}),
        ("mis", {"surname": ("decided_mis", "provider", False)}),
    ):
        assert decide(trial, named, take).code == 0
        assert reasons(trial, mis_id) == reason
    words = [one for one in trial.call("log", "--json").json if one["what"] == "hold.decided"]
    assert [one["facts"]["take"] for one in words] == ["provider", "neither", "mis"]
    assert {one["facts"]["why"] for one in words} == {WHY}


def test_nobody_decides_on_values_that_have_moved(trial: Trial) -> None:
    """Somebody changes a side after the plan was made: refused, nothing is kept, until a new plan was made."""
    mis_id, provider_id = moved(trial)
    named = f"{change_of(trial, mis_id)}.surname"
    for value in ("Moss", "Ray"):  # another value, and one that both have
        trial.edit_user(provider_id, LastName=value)
        done = decide(trial, named, "mis")
        assert (done.code, "moved since the plan was made" in done.err) == (3, True)
    assert "hold.decided" not in [one["what"] for one in trial.call("log", "--json").json]
    trial.edit_user(provider_id, LastName="Moss")
    assert change_of(trial, mis_id) == named.partition(".")[0]
    assert decide(trial, named, "mis").code == 0


def test_a_value_that_is_too_long_is_no_matter_of_a_word(trial: Trial) -> None:
    """The MIS's value does not fit at OneFile: refused with the reason and what to do; OneFile's may be taken."""
    mis_id, _ = moved(trial)
    trial.mis("UPDATE learners SET surname = ? WHERE ident = ?", "R" * 101, mis_id)
    named = f"{change_of(trial, mis_id)}.surname"
    done = decide(trial, named, "mis")
    assert (done.code, "too_long" in done.err, "shorten the value" in done.err) == (3, True, True), done.err
    assert decide(trial, named, "provider").code == 0


def test_a_hold_for_another_reason_stays(trial: Trial) -> None:
    """A birth date that cannot be read: exit 3, the reason and the remedy, and nothing is kept."""
    mis_id, _ = moved(trial)
    with_field(trial, "birth_date: {mis: birth_date, provider: DOB, rule: ask}")
    trial.mis("UPDATE learners SET birth_date = 'soon' WHERE ident = ?", mis_id)
    change = change_of(trial, mis_id)
    done = decide(trial, f"{change}.birth_date", "mis")
    assert (done.code, "unreadable" in done.err, "correct the value" in done.err) == (3, True, True), done.err
    assert decide(trial, f"{change}.surname", "mis").code == 0


@pytest.mark.parametrize(
    ("named", "code", "says"),
    [
        ("{change}.surnam", 64, "did you mean surname?"),
        ("{change}.colour", 64, "it has: surname"),
        ("{change}", 64, "is no CHANGE.FIELD"),
        ("{short}.surname", 64, "six letters or more"),
        ("ffffffffffff.surname", 64, "it waits for a word on: "),
    ],
)
def test_a_wrong_name_is_told_with_what_there_is(trial: Trial, named: str, code: int, says: str) -> None:
    """A misspelt field, a field that the change has not, no field, too short an id, an id that no change has."""
    mis_id, _ = moved(trial)
    change = change_of(trial, mis_id)
    trial.forget_counts()
    done = decide(trial, named.format(change=change, short=change[:5]), "mis")
    assert (done.code, says in done.err) == (code, True), done.err
    assert trial.counts()["requests"] == 0


def test_what_is_not_held_cannot_be_decided(trial: Trial) -> None:
    """A field that changes anyway: refused with the reason that it has; and without a plan there is nothing to name."""
    mis_id, _ = two_way(trial)
    done = decide(trial, "ffffffffffff.surname", "mis")
    assert (done.code, "has no plan yet" in done.err) == (3, True)
    done = decide(trial, f"{change_of(trial, mis_id)}.surname", "mis")
    assert (done.code, "is not held" in done.err) == (3, True)
    assert trial.call("decide", "onefil", "x.y", "--take", "mis", "--why", "x").code == 64
    assert decide(trial, "ffffffffffff.surname", "both").code == 64
    blank = trial.call("decide", "onefile", f"{change_of(trial, mis_id)}.surname", "--take", "mis", "--why", " ")
    assert (blank.code, "--why is empty" in blank.err) == (64, True)


def test_other_rules_need_a_new_plan_first(trial: Trial) -> None:
    """What a plan made by other rules holds is decided by nobody; an exchange that is off is left alone."""
    mis_id, _ = moved(trial)
    named = f"{change_of(trial, mis_id)}.surname"
    mapping = trial.folder / "mappings" / "onefile.yaml"
    mapping.write_text(
        mapping.read_text(encoding="utf-8").replace("rule: ask", "rule: fill blank only"), encoding="utf-8"
    )
    done = decide(trial, named, "mis")
    assert (done.code, "made from other rules" in done.err) == (3, True)
    trial.settings("enabled: on", "enabled: off")
    trial.forget_counts()
    done = decide(trial, named, "mis")
    assert (done.code, "not enabled" in done.err, trial.counts()["requests"]) == (3, True, 0)


def test_a_plan_approved_before_a_decision_does_not_carry_it_out(trial: Trial) -> None:
    """A decision made anew after the approval: what was approved goes stale, nothing is written."""
    mis_id, provider_id = moved(trial)
    named = f"{change_of(trial, mis_id)}.surname"
    assert decide(trial, named, "mis").code == 0
    figures = trial.approved()
    assert decide(trial, named, "neither").code == 0
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, names(trial, mis_id, provider_id)) == (4, ("Ray", "Sky")), done.said


def test_the_same_plan_has_the_same_bytes_and_no_value_of_the_word(trial: Trial) -> None:
    """Planned twice under a decision: one digest. Neither the reason nor a name stands in the plan for it."""
    mis_id, _ = moved(trial)
    assert decide(trial, f"{change_of(trial, mis_id)}.surname", "neither").code == 0
    plans = [trial.call("plan", "onefile", "--json").json for _ in range(2)]
    assert plans[0]["digest"] == plans[1]["digest"]
    text = next((trial.folder / ".tieline" / "plans").glob(f"{plans[0]['plan']}*")).read_text(encoding="utf-8")
    assert not [word for word in (WHY, '"Ray"', '"Sky"') if word in text]
    rows = [str(one) for one in trial.call("log", "--json").json]
    assert not [one for one in rows if "'Ray'" in one or "'Sky'" in one]


def test_a_cut_stores_a_word_with_its_entry_or_neither(trial: Trial) -> None:
    """Killed before the store keeps it the field is held and the log says nothing; killed after it both are there."""
    mis_id, _ = moved(trial)
    named = f"{change_of(trial, mis_id)}.surname"
    words = ("decide", "onefile", named, "--take", "neither", "--why", WHY)
    for point, kept in (("word.before", False), ("word.committed", True)):
        assert trial.killed(point, *words)
        told = [one["what"] for one in trial.call("log", "--json").json]
        assert (reasons(trial, mis_id) == {}, "hold.decided" in told) == (kept, kept)


@pytest.mark.parametrize("point", ["word.before", "word.committed", "journal.proof.committed"])
def test_a_cut_around_the_end_of_a_word_is_resumed(trial: Trial, point: str) -> None:
    """Killed when the decided value is there, before and after the word is spent: resumed, done once, spent once."""
    mis_id, provider_id = moved(trial)
    assert decide(trial, f"{change_of(trial, mis_id)}.surname", "mis").code == 0
    figures = trial.approved()
    assert trial.killed(point, "apply", figures["plan"])
    trial.forget_counts()
    done = trial.call("resume", trial.run or "", "--json")
    assert (done.code, trial.counts()["writes"], names(trial, mis_id, provider_id)) == (0, 0, ("Ray", "Ray")), done.said
    assert [one["what"] for one in trial.call("log", "--json").json].count("hold.decision.spent") == 1
