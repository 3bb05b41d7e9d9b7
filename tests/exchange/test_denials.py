"""A person says that a likely match is somebody else: through the command line, on running sandboxes."""

import pytest

from engine.approve import current_user
from tests.exchange.test_links import LEARNER, call, links, refused, sought, tiers, unlinked
from tests.trial import Done, Trial

WHY = "her brother, born the same day"
TRUSTED = """\
      - link
      - {match: [surname, birth_date], trust: link}
"""


def deny(trial: Trial, ident: str, provider_id: str, *words: str) -> Done:
    """`tieline link deny onefile learner …`."""
    return call(trial, "deny", ident, provider_id, "--why", WHY, *words)


def of_learner(trial: Trial, ident: str) -> list[tuple[str, str | None, str | None]]:
    """Action, provider id and hold of the changes of one learner in a plan made now."""
    done = trial.call("plan", "onefile", "--json")
    assert done.code in {0, 2}, done.said
    found = [one for one in trial.changes(done.json["plan"]) if one["mis_id"] == ident]
    return [(one["action"], one["provider_id"], one["hold"]) for one in found]


def test_a_denied_record_is_proposed_no_more(trial: Trial) -> None:
    """Every tier that found it says who denied it and why; taken back, it is proposed again. Nothing is written."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    assert sought(trial, ident)[0] == [provider_id]
    done = deny(trial, ident, provider_id, "--json")
    assert (done.code, done.json["done"], done.json["who"]) == (0, "denied", current_user()), done.said
    assert sought(trial, ident) == ([], {"uln": "denied", "surname": "denied"})
    said = call(trial, "find", ident).out
    assert f"not {provider_id}: denied by {current_user()} on " in said
    assert WHY in said
    assert call(trial, "find", ident, "--json").json["denied"][0]["why"] == WHY
    back = call(trial, "deny", ident, provider_id, "--withdraw", "--why", "seen their passports", "--json")
    assert (back.code, back.json["done"]) == (0, "withdrawn")
    assert sought(trial, ident)[0] == [provider_id]
    told = [(one["who"], one["what"], one["facts"]["why"]) for one in trial.call("log", "--json").json[-2:]]
    assert told == [
        (current_user(), "match.denied", WHY),
        (current_user(), "match.withdrawn", "seen their passports"),
    ]
    assert trial.counts()["writes"] == 0


def test_a_denied_record_is_held_no_more(trial: Trial) -> None:
    """A plan held the learner for somebody to say whether the two are one; somebody did."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    assert of_learner(trial, ident) == [("link", provider_id, "proposed")]
    assert deny(trial, ident, provider_id).code == 0
    assert of_learner(trial, ident) == []


def test_what_is_shown_is_masked(trial: Trial) -> None:
    """Both records stand side by side before the word is kept, identifiers and special values masked."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    uln = trial.user(provider_id)["ULN"]
    done = deny(trial, ident, provider_id)
    assert (done.code, "uln: ••• and •••: the same" in done.out, uln in done.said) == (0, True, False), done.said


def test_a_trusted_tier_does_not_link_a_denied_pair(trial: Trial) -> None:
    """The plan had a link; after the word it has nothing of that learner; taken back, the link is there again."""
    ident, provider_id = unlinked(trial)
    tiers(trial, TRUSTED)
    assert ("link", provider_id, None) in of_learner(trial, ident)
    assert deny(trial, ident, provider_id).code == 0
    assert of_learner(trial, ident) == []
    assert call(trial, "deny", ident, provider_id, "--withdraw", "--why", "wrong").code == 0
    assert ("link", provider_id, None) in of_learner(trial, ident)


def test_a_link_approved_before_the_word_is_not_stored(trial: Trial) -> None:
    """Planned and approved, then denied: the link goes stale, and what depends on it is skipped."""
    ident, provider_id = unlinked(trial)
    tiers(trial, TRUSTED)
    plan = trial.call("plan", "onefile", "--json").json["plan"]
    change = next(one for one in trial.changes(plan) if one["mis_id"] == ident and one["action"] == "link")
    assert trial.call("approve", plan, "--as", current_user(), "--only", change["id"]).code == 0
    assert deny(trial, ident, provider_id).code == 0
    done = trial.call("apply", plan, "--json")
    assert (done.code, ident in links(trial)) == (4, False), done.said


def test_a_link_by_hand_takes_the_word_back(trial: Trial) -> None:
    """`link set` of a denied pair tells who said so and why, asks, and then the word counts no more."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    assert deny(trial, ident, provider_id).code == 0
    assert refused(call(trial, "set", ident, provider_id), "they are not the same", WHY, "--yes")
    assert ident not in links(trial)
    done = trial.typed("y\n", "link", "set", *LEARNER, ident, provider_id)
    assert (done.code, "shall they be linked?" in done.err, WHY in done.err) == (0, True, True), done.said
    assert links(trial)[ident] == provider_id
    assert [one["what"] for one in trial.call("log", "--json").json[-2:]] == ["match.withdrawn", "link.set"]
    assert call(trial, "remove", ident, "--yes").code == 0
    assert sought(trial, ident)[0] == [provider_id]


def test_an_import_leaves_a_denied_pair_out(trial: Trial) -> None:
    """The MIS holds the provider's id; a person said otherwise: no link, and it is told."""
    ident, provider_id = unlinked(trial)
    assert deny(trial, ident, provider_id).code == 0
    done = call(trial, "import")
    assert (done.code, "1 left out" in done.out, ident in links(trial)) == (0, True, False), done.said
    assert call(trial, "import", "--json").json["denied"] == 1
    assert call(trial, "deny", ident, provider_id, "--withdraw", "--why", "wrong").code == 0
    assert call(trial, "import", "--json").json | {"in_mis": 0} == {
        "exchange": "onefile",
        "record_type": "learner",
        "new": 1,
        "in_mis": 0,
        "denied": 0,
    }


def test_what_cannot_be_denied(trial: Trial) -> None:
    """A linked pair, a record that is not there, a word that nobody gave: 3. No reason, no such record type: 64."""
    ident, provider_id = unlinked(trial)
    other, own = next(iter(links(trial).items()))
    assert refused(deny(trial, other, own), "link remove")
    assert refused(deny(trial, ident, "9999999"), "onefile has no learner 9999999")
    assert refused(deny(trial, "no-such-key", provider_id), "pics has no learner no-such-key")
    assert refused(deny(trial, ident, provider_id, "--withdraw"), "nothing to take back")
    assert call(trial, "deny", ident, provider_id).code == 64
    assert call(trial, "deny", ident, provider_id, "--why", " ").code == 64
    assert trial.call("link", "deny", "onefile", "lerner", ident, provider_id, "--why", WHY).code == 64
    assert "match.denied" not in [one["what"] for one in trial.call("log", "--json").json]


def test_a_cut_stores_a_denial_with_its_entry_or_neither(trial: Trial) -> None:
    """Killed before the store keeps it nobody denied anything; killed after it the log says so as well."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    for point, kept in (("word.before", False), ("word.committed", True)):
        assert trial.killed(point, "link", "deny", *LEARNER, ident, provider_id, "--why", WHY)
        told = [one["what"] for one in trial.call("log", "--json").json]
        assert (sought(trial, ident)[0] == [], "match.denied" in told) == (kept, kept)


@pytest.mark.covers("CX-13")
def test_an_exchange_that_is_off_denies_nobody(trial: Trial) -> None:
    """`enabled: off`: exit 3, the reason, and not one request."""
    trial.settings("enabled: on", "enabled: off")
    assert refused(deny(trial, "1", "1234567"), "not enabled")
    assert trial.counts()["requests"] == 0


def test_a_reason_commands_no_terminal(trial: Trial) -> None:
    """What a person typed is told with its control characters written out: by `find`, by `set` and by the log."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    why = "her \x1b]0;brother\x07 \u202ex"
    assert call(trial, "deny", ident, provider_id, "--why", why).code == 0
    for done in (call(trial, "find", ident), call(trial, "set", ident, provider_id), trial.call("log")):
        assert "\\u{1b}]0;brother\\u{7}" in done.said
        assert not {"\x1b", "\x07", "\u202e"} & set(done.said)
