"""What both sides once agreed on is written by an apply and read by later plans."""

from tests.trial import Trial

TWO_WAY = """\
mapping: onefile
version: 1
title: Both ways
mis: pics
provider: onefile
records:
  learner:
    mis: learners
    provider: learners
    direction: both
    fields:
      first_name: {mis: first_name, provider: FirstName, rule: fill blank only}
      surname: {mis: surname, provider: LastName, rule: ask}
"""


def two_way(trial: Trial) -> tuple[str, str]:
    """A mapping of the workspace's own, and one linked learner, equal on both sides but for a blank surname."""
    (trial.folder / "mappings").mkdir(exist_ok=True)
    (trial.folder / "mappings" / "onefile.yaml").write_text(TWO_WAY, encoding="utf-8")
    trial.settings("{learner_details: push}", "{}")
    (mis_id, provider_id), *_ = trial.linked(1)
    trial.edit_user(provider_id, FirstName="Ann", LastName="Lee")
    trial.mis("UPDATE learners SET first_name = 'Ann', surname = '' WHERE ident = ?", mis_id)
    return mis_id, provider_id


def reasons(trial: Trial, mis_id: str) -> dict[str, tuple[str, str, bool]]:
    """Field -> reason, side, held in a plan made now, for one learner."""
    done = trial.call("plan", "onefile", "--json")
    assert done.code in {0, 2}, done.said
    found = [change for change in trial.changes(done.json["plan"]) if change["mis_id"] == mis_id]
    cells = [(change, part) for change in found for part in change["fields"]]
    return {part["field"]: (part["reason"], change["side"], part["held"]) for change, part in cells}


def apply_all(trial: Trial) -> None:
    """Plan, approve and apply whatever there is."""
    figures = trial.approved()
    done = trial.call("apply", figures["plan"], "--json")
    assert done.code == 0, done.said


def test_the_side_that_moved_since_both_agreed_is_followed(trial: Trial) -> None:
    """A proved change makes an agreement; then the side that moves alone wins, both or a blanked one are held."""
    mis_id, provider_id = two_way(trial)
    assert reasons(trial, mis_id) == {"surname": ("fills_blank", "mis", False)}
    apply_all(trial)
    assert trial.mis("SELECT surname FROM learners WHERE ident = ?", mis_id) == [("Lee",)]
    assert reasons(trial, mis_id) == {}
    trial.edit_user(provider_id, LastName="Moss")
    assert reasons(trial, mis_id) == {"surname": ("provider_moved", "mis", False)}
    apply_all(trial)
    trial.mis("UPDATE learners SET surname = 'Ray' WHERE ident = ?", mis_id)
    assert reasons(trial, mis_id) == {"surname": ("mis_moved", "provider", False)}
    trial.edit_user(provider_id, LastName="Sky")
    trial.mis("UPDATE learners SET first_name = '' WHERE ident = ?", mis_id)
    assert reasons(trial, mis_id) == {
        "first_name": ("blanked_after_agreed", "provider", True),
        "surname": ("both_moved", "provider", True),
    }
    assert any(one["what"] == "agreed.noted" for one in trial.call("log", "--json").json)


def test_a_plan_remembers_nothing(trial: Trial) -> None:
    """Planning alone makes no agreement: the same plan again, and a difference that nobody can explain is held."""
    mis_id, _ = two_way(trial)
    trial.mis("UPDATE learners SET surname = 'Lee' WHERE ident = ?", mis_id)
    assert reasons(trial, mis_id) == {}
    trial.mis("UPDATE learners SET surname = 'Ray' WHERE ident = ?", mis_id)
    assert reasons(trial, mis_id) == {"surname": ("both_moved", "provider", True)}
