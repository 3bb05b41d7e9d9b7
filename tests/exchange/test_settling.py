"""After every write the record is read back and planned anew: what does not come to rest is told by its rule."""

import pytest

from tests.trial import Trial

MEDDLING = """
CREATE TRIGGER meddling AFTER UPDATE OF surname ON learners WHEN new.surname NOT LIKE '% (MIS)'
BEGIN UPDATE learners SET surname = new.surname || ' (MIS)' WHERE ident = new.ident; END
"""


@pytest.mark.covers("R11", part="what does not settle is told by rule")
def test_a_system_that_alters_what_it_takes_in_is_told_by_rule(trial: Trial) -> None:
    """The MIS adds to every surname: those changes have failed, one line names the field, its rule and how many."""
    trial.settings("learner_details: push", "learner_details: pull")
    for _, provider_id in trial.linked(3):
        trial.edit_user(provider_id, LastName="Newname")
    figures = trial.approved()
    changes = trial.changes(figures["plan"])
    surnames = [part["rule"] for one in changes for part in one["fields"] if part["field"] == "surname"]
    assert len(surnames) >= 3
    trial.mis(MEDDLING)
    done = trial.call("apply", figures["plan"], "--json")
    assert done.code == 4
    assert done.json["counts"]["failed"] == len(surnames)
    assert done.json["unsettled"] == [{"field": "surname", "rule": surnames[0], "records": len(surnames)}]
    assert {one["detail"] for one in done.json["not_done"]} == {
        "it does not settle: surname came back other than it was sent"
    }


def test_the_lines_for_people_name_no_value(trial: Trial) -> None:
    """The same in text: field, file and line, and how many records; nothing of what was sent or came back."""
    trial.settings("learner_details: push", "learner_details: pull")
    (_, provider_id), *_ = trial.linked(1)
    trial.edit_user(provider_id, LastName="Newname")
    figures = trial.approved()
    trial.mis(MEDDLING)
    done = trial.call("apply", figures["plan"])
    assert "surname does not settle (mappings/onefile.yaml:" in done.out
    assert "came back other than sent" in done.out
    assert "Newname" not in done.said
