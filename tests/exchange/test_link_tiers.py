"""Tiers that match by more than a column: by what is picked from other records, and by the day."""

from tests.exchange.test_links import TIERS, call, sought, tiers, unlinked
from tests.trial import Trial


def test_find_matches_by_what_is_picked_and_by_the_day(trial: Trial) -> None:
    """A tier may match by a value of the learner's placements, and leave some out by `today()`; `set` shows both."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    mapping = trial.folder / "mappings" / "onefile.yaml"
    text = mapping.read_text(encoding="utf-8")
    text = text.replace(
        TIERS, "      - link\n      - {match: [employer], trust: propose, unless: 'mis.birth_date > today()'}\n"
    )
    email = "      email:      {mis: email, provider: Email, only: create, compare: [trim, fold]}\n"
    assert email in text
    employer = "{provider: Email, category: identifier, from_mis: {pick: organisation, from: placements}, only: create}"
    mapping.write_text(text.replace(email, f"      employer: {employer}\n"), encoding="utf-8")
    email = trial.user(provider_id)["Email"]
    trial.mis("DELETE FROM placements WHERE learner = ?", ident)
    trial.mis("INSERT INTO placements (ident, learner, organisation) VALUES ('px', ?, ?)", ident, email)
    assert sought(trial, ident) == ([provider_id], {"employer": "proposed"})
    assert "employer: ••• and •••: the same" in call(trial, "set", ident, provider_id, "--yes").out
