"""One link by hand: set, edited, removed, looked for; through the command line, on running sandboxes."""

import pytest

from engine.approve import current_user
from engine.shipped import shipped
from tests.trial import Done, Trial

TIERS = """\
      - link
      - {match: [uln], trust: propose, in: enrol, unless: 'mis.uln = "9999999999"'}
      - {match: [surname, birth_date], trust: propose}
"""
LEARNER = ("onefile", "learner")


def call(trial: Trial, verb: str, *words: str) -> Done:
    """`tieline link VERB onefile learner …`."""
    return trial.call("link", verb, *LEARNER, *words)


def links(trial: Trial) -> dict[str, str]:
    """MIS id -> provider id, as `link list` tells it."""
    return {one["mis_id"]: one["provider_id"] for one in call(trial, "list", "--json").json}


def refused(done: Done, *says: str) -> bool:
    """Whether a command ended with 3, printed no document and said this."""
    assert (done.code, done.out if done.out.startswith("{") else "") == (3, ""), done.said
    assert all(word in done.err for word in says), done.err
    return True


def administrator(trial: Trial) -> None:
    """Make the current user an administrator."""
    trial.settings("role: approver", "role: admin")


def tiers(trial: Trial, identity: str = TIERS) -> None:
    """Give the workspace a mapping whose learners have these tiers of identity."""
    text = shipped("mappings/onefile.yaml").read_text(encoding="utf-8")
    head, _, rest = text.partition("    identity:\n")
    _, _, after = rest.partition("    create:")
    mapping = f"{head}    identity:\n{identity}    create:{after}"
    (trial.folder / "mappings" / "onefile.yaml").write_text(mapping, encoding="utf-8")


def unlinked(trial: Trial) -> tuple[str, str]:
    """A learner whose link was taken away, and the OneFile record that it had; ULN and names are the same there."""
    changed = trial.sandboxes.truth.changes
    ident, provider_id = next(
        pair for pair in trial.linked(60) if pair[0] not in changed and trial.user(pair[1]).get("ULN")
    )
    assert call(trial, "remove", ident, "--yes").code == 0
    user = trial.user(provider_id)
    trial.mis(
        "UPDATE learners SET uln = ?, surname = ?, birth_date = ? WHERE ident = ?",
        user["ULN"],
        user["LastName"],
        user["DOB"][:10],
        ident,
    )
    trial.forget_counts()
    return ident, provider_id


# --- set ---


@pytest.mark.covers("CX-6", "CX-15")
def test_a_link_is_set_by_hand_and_nothing_is_sent(trial: Trial) -> None:
    """The link is stored and logged, nothing is written at OneFile, and the next plan compares the pair."""
    ident, provider_id = unlinked(trial)
    trial.mis("UPDATE learners SET surname = 'Elsewhere' WHERE ident = ?", ident)
    before = {one["mis_id"] for one in trial.changes(trial.plan()["plan"])}
    trial.forget_counts()
    done = call(trial, "set", ident, provider_id, "--yes", "--json")
    assert (done.code, done.json["before"], done.json["after"]) == (0, None, provider_id), done.said
    assert links(trial)[ident] == provider_id
    assert (trial.counts()["writes"], trial.counts()["effects"]) == (0, {})
    entry = trial.call("log", "--json").json[-1]
    assert (entry["what"], entry["who"]) == ("link.set", current_user())
    assert entry["facts"] == {"record_type": "learner", "mis_id": ident, "before": None, "after": provider_id}
    after = {one["mis_id"] for one in trial.changes(trial.plan()["plan"])}
    assert (ident in before, ident in after) == (False, True)


def test_a_so_linked_learner_is_applied_like_any_other(trial: Trial) -> None:
    """Approved and applied, the change of a learner linked by hand reaches its OneFile record, and creates none."""
    ident, provider_id = unlinked(trial)
    trial.mis("UPDATE learners SET surname = 'Elsewhere' WHERE ident = ?", ident)
    assert call(trial, "set", ident, provider_id, "--yes").code == 0
    figures = trial.approved()
    assert trial.call("apply", figures["plan"]).code == 0
    assert trial.user(provider_id)["LastName"] == "Elsewhere"
    assert set(trial.counts()["effects"]) == {f"users/{one['provider_id']}" for one in trial.changes(figures["plan"])}


def test_who_it_is_is_shown_masked(trial: Trial) -> None:
    """Names are shown on both sides; National Insurance number and ULN are not, only whether they are the same."""
    ident, provider_id = unlinked(trial)
    user = trial.user(provider_id)
    done = call(trial, "set", ident, provider_id, "--yes")
    assert (done.code, user["LastName"] in done.out, "uln: ••• and •••: the same" in done.out) == (0, True, True)
    raw = trial.mis("SELECT ni_number, uln FROM learners WHERE ident = ?", ident)[0]
    for value in (*raw, user.get("NINO"), user.get("ULN")):
        assert not (value or "").strip() or value not in done.said + trial.call("log", "--json").out


def test_a_script_must_say_yes(trial: Trial) -> None:
    """Without a terminal and without --yes: exit 3 for set and remove, and nothing is stored."""
    ident, provider_id = unlinked(trial)
    held = links(trial)
    assert refused(call(trial, "set", ident, provider_id, "--json"), "--yes")
    assert refused(call(trial, "remove", next(iter(held)), "--json"), "--yes")
    assert links(trial) == held


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 3)])
def test_a_terminal_is_asked(trial: Trial, answer: str, code: int) -> None:
    """In a terminal the question is put; only a yes stores the link."""
    ident, provider_id = unlinked(trial)
    done = trial.typed(f"{answer}\n", "link", "set", *LEARNER, ident, provider_id)
    assert (done.code, "shall they be linked?" in done.err) == (code, True), done.said
    assert (links(trial).get(ident) == provider_id) is (answer == "y")


def test_a_key_that_is_linked_is_refused(trial: Trial) -> None:
    """The sentence names the id that it has and says to edit; no system is asked."""
    (ident, own), (_, other) = trial.linked(2)
    assert refused(call(trial, "set", ident, other, "--yes"), own, "link edit")
    assert trial.counts()["requests"] == 0


def test_an_id_that_is_linked_is_refused(trial: Trial) -> None:
    """The sentence names the MIS key that has it; no system is asked."""
    ident, _ = unlinked(trial)
    other, taken = next(iter(links(trial).items()))
    assert refused(call(trial, "set", ident, taken, "--yes"), f"is linked to learner {other} already")
    assert trial.counts()["requests"] == 0


@pytest.mark.covers("OF-24")
def test_an_id_must_exist_there_as_a_learner(trial: Trial) -> None:
    """No such record, and an officer's record: exit 3 with the reason, nothing stored."""
    ident, _ = unlinked(trial)
    held = links(trial)
    officer = trial.mis("SELECT onefile_id FROM officers WHERE onefile_id <> '' LIMIT 1")[0][0]
    assert refused(call(trial, "set", ident, "9999999", "--yes"), "onefile has no learner 9999999")
    assert refused(call(trial, "set", ident, officer, "--yes"), "is no learner", "Role is not 1")
    assert refused(call(trial, "set", ident, "../Customer", "--yes"), "onefile has no learner")
    assert links(trial) == held


def test_a_key_must_exist_in_the_mis(trial: Trial) -> None:
    """An unknown MIS key is refused before OneFile is asked."""
    assert refused(call(trial, "set", "no-such-key", "1234567", "--yes"), "pics has no learner no-such-key")
    assert trial.counts()["requests"] == 0


@pytest.mark.covers("OF-24")
def test_an_id_of_another_length_is_warned_about(trial: Trial) -> None:
    """An id that is not of 6 or 7 characters is told to be unusual and stored all the same; a usual one is not."""
    ident, provider_id = unlinked(trial)
    done = call(trial, "set", ident, provider_id, "--yes", "--json")
    assert (done.code, done.json["warnings"]) == (0, [])
    assert call(trial, "remove", ident, "--yes").code == 0
    trial.own_connector("usual_length: [6, 7]", "usual_length: [8, 9]")
    done = call(trial, "set", ident, provider_id, "--yes", "--json")
    assert (done.code, "has 8 or 9 characters as a rule" in done.err, links(trial)[ident]) == (0, True, provider_id)
    assert len(done.json["warnings"]) == 1


def test_a_centre_must_be_the_records_own(trial: Trial) -> None:
    """With --centre the record must be at that centre, and the link is kept with it."""
    ident, provider_id = unlinked(trial)
    centre = str(trial.user(provider_id)["OrganisationID"])
    assert refused(call(trial, "set", ident, provider_id, "--centre", "1", "--yes"), "is not at centre 1")
    assert call(trial, "set", ident, provider_id, "--centre", centre, "--yes").code == 0
    kept = next(one for one in call(trial, "list", "--json").json if one["mis_id"] == ident)
    assert kept["centre"] == centre
    assert refused(call(trial, "remove", ident, "--centre", "1", "--yes"), "no link at centre 1")
    assert call(trial, "remove", ident, "--yes").code == 0


# --- edit ---


@pytest.mark.covers("CX-6", "CX-15")
def test_an_administrator_edits_an_id(trial: Trial) -> None:
    """The warning is given, both ids and the reason are in the log, nothing is sent."""
    ident, provider_id = unlinked(trial)
    other, own = next(iter(links(trial).items()))
    administrator(trial)
    done = call(trial, "edit", other, provider_id, "--yes", "--why", "on advice", "--json")
    assert (done.code, done.json["before"], done.json["after"]) == (0, own, provider_id), done.said
    assert "only on advice" in done.err
    assert links(trial) | {ident: ""} == links(trial) | {ident: "", other: provider_id}
    entry = trial.call("log", "--json").json[-1]
    assert (entry["what"], entry["who"], entry["facts"]["why"]) == ("link.edited", current_user(), "on advice")
    assert (entry["facts"]["before"], entry["facts"]["after"]) == (own, provider_id)
    assert trial.counts()["writes"] == 0


@pytest.mark.covers("CX-6")
def test_nobody_else_edits_an_id(trial: Trial) -> None:
    """An approver, and an administrator who is another operating-system user: exit 3, and nothing is read."""
    ident, provider_id = unlinked(trial)
    held = links(trial)
    other = next(iter(held))
    assert refused(call(trial, "edit", other, provider_id, "--yes"), "only an administrator")
    trial.settings("people: {", 'people: {"jo": {os_user: "somebody-else", role: admin}, ')
    assert refused(call(trial, "edit", other, provider_id, "--yes"), "only an administrator")
    assert links(trial) == held
    assert trial.counts()["requests"] == 0
    assert ident not in held


def test_an_edit_has_the_same_refusals(trial: Trial) -> None:
    """No link to edit, an id that is taken, an id that is not there, no --yes: exit 3, nothing stored."""
    ident, provider_id = unlinked(trial)
    administrator(trial)
    held = links(trial)
    (other, _), (third, taken), *_ = held.items()
    assert refused(call(trial, "edit", ident, provider_id, "--yes"), "has no link")
    assert refused(call(trial, "edit", other, taken, "--yes"), f"is linked to learner {third} already")
    assert refused(call(trial, "edit", other, "9999999", "--yes"), "has no learner 9999999")
    assert refused(call(trial, "edit", other, provider_id, "--json"), "--yes", "only on advice")
    assert links(trial) == held


# --- remove ---


@pytest.mark.covers("CX-6", "CX-15")
def test_a_link_is_removed_and_the_record_stays(trial: Trial) -> None:
    """It warns that the record stays and must be deleted there, asks OneFile nothing, and the log has the id."""
    (ident, provider_id), *_ = trial.linked(1)
    user = trial.user(provider_id)
    done = call(trial, "remove", ident, "--yes", "--json")
    assert (done.code, done.json["before"], done.json["after"]) == (0, provider_id, None)
    assert f"{provider_id} stays at OneFile and must be deleted there" in done.err
    assert trial.counts()["requests"] == 0
    assert (trial.user(provider_id), ident in links(trial)) == (user, False)
    entry = trial.call("log", "--json").json[-1]
    assert (entry["what"], entry["facts"]["before"], entry["facts"]["after"]) == ("link.removed", provider_id, None)
    assert refused(call(trial, "remove", ident, "--yes"), "has no link")


# --- find ---


def sought(trial: Trial, ident: str) -> tuple[list[str], dict[str, str]]:
    """What `find` proposes, and what each tier found, by its first field."""
    done = call(trial, "find", ident, "--json")
    assert done.code == 0, done.said
    found = {one["fields"][0]: one["finding"] for one in done.json["tiers"]}
    return [one["provider_id"] for one in done.json["proposed"]], found


def test_find_names_the_likely_record_and_the_tier(trial: Trial) -> None:
    """Both tiers, the enrolment's own too, find the record; nothing is stored, nothing written, nothing shown raw."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    held = links(trial)
    assert sought(trial, ident) == ([provider_id], {"uln": "proposed", "surname": "proposed"})
    done = call(trial, "find", ident)
    assert f"may be the record {provider_id}" in done.out
    assert trial.user(provider_id)["ULN"] not in done.said + call(trial, "find", ident, "--json").said
    assert (links(trial), trial.counts()["writes"], trial.counts()["effects"]) == (held, 0, {})


def test_find_says_why_it_proposes_nobody(trial: Trial) -> None:
    """Blank, a value that tells nobody apart, nobody equal, several at OneFile, twins in the MIS: each by its name."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    trial.mis("UPDATE learners SET uln = ' ', birth_date = NULL WHERE ident = ?", ident)
    assert sought(trial, ident) == ([], {"uln": "blank", "surname": "blank"})
    trial.mis("UPDATE learners SET uln = '9999999999', birth_date = '1911-01-01' WHERE ident = ?", ident)
    assert sought(trial, ident) == ([], {"uln": "left out", "surname": "nothing"})
    assert "nobody is proposed" in call(trial, "find", ident).out
    other, taken = next(iter(links(trial).items()))
    trial.mis("UPDATE learners SET surname = 'Elsewhere' WHERE ident = ?", ident)
    trial.edit_user(taken, LastName="Elsewhere", DOB="1911-01-01T00:00:00.000Z")
    assert sought(trial, ident)[1]["surname"] == "linked"
    assert call(trial, "find", ident, "--json").json["tiers"][1]["mis_ids"] == [other]
    trial.edit_user(provider_id, LastName="Elsewhere", DOB="1911-01-01T00:00:00.000Z")
    assert sought(trial, ident) == ([provider_id], {"uln": "left out", "surname": "proposed"})
    assert call(trial, "remove", other, "--yes").code == 0
    assert sought(trial, ident)[1]["surname"] == "several"
    trial.mis("UPDATE learners SET surname = 'Elsewhere', birth_date = '1911-01-01' WHERE ident = ?", other)
    assert sought(trial, ident)[1]["surname"] == "twins"


def test_find_asks_both_sides_where_a_tier_does(trial: Trial) -> None:
    """An `unless` over both records leaves out a pair that is equal in the fields of the tier, and says so."""
    ident, provider_id = unlinked(trial)
    tiers(trial)
    path = trial.folder / "mappings" / "onefile.yaml"
    text = path.read_text(encoding="utf-8")
    apart = "trust: propose, unless: 'mis.first_name != provider.FirstName'}"
    path.write_text(text.replace("trust: propose}", apart), encoding="utf-8")
    trial.edit_user(provider_id, FirstName="Elsewhere")
    trial.mis("UPDATE learners SET first_name = 'Elsewhere' WHERE ident = ?", ident)
    assert sought(trial, ident)[1]["surname"] == "proposed"
    trial.mis("UPDATE learners SET first_name = 'Nowhere' WHERE ident = ?", ident)
    assert sought(trial, ident)[1]["surname"] == "left out"


def test_tiers_that_disagree_are_shown_with_each_record(trial: Trial) -> None:
    """One tier finds one record, the next another: both are proposed, and the disagreement is told."""
    ident, provider_id = unlinked(trial)
    other, own = next(iter(links(trial).items()))
    assert call(trial, "remove", other, "--yes").code == 0
    tiers(trial)
    trial.mis("UPDATE learners SET surname = 'Elsewhere', birth_date = '1911-01-01' WHERE ident = ?", ident)
    trial.edit_user(own, LastName="Elsewhere", DOB="1911-01-01T00:00:00.000Z")
    assert sought(trial, ident)[0] == sorted([provider_id, own])
    assert "the tiers disagree" in call(trial, "find", ident).out


def test_without_a_tier_nothing_can_be_looked_for(trial: Trial) -> None:
    """A mapping whose identity is links alone: wrong usage, and no system is asked."""
    ident, _ = unlinked(trial)
    tiers(trial)
    path = trial.folder / "mappings" / "onefile.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(TIERS, "      - link\n"), encoding="utf-8")
    done = call(trial, "find", ident)
    assert (done.code, "no tier of identity for learner" in done.err) == (64, True)
    assert trial.counts()["requests"] == 0


def test_find_of_a_linked_record_or_of_none(trial: Trial) -> None:
    """A linked record has its id told without a look at OneFile; an unknown one is refused."""
    tiers(trial)
    (ident, provider_id), *_ = trial.linked(1)
    assert call(trial, "find", ident, "--json").json["linked_to"] == provider_id
    assert f"is linked to {provider_id} already" in call(trial, "find", ident).out
    assert refused(call(trial, "find", "no-such-key"), "pics has no learner no-such-key")
    assert trial.counts()["requests"] == 0


# --- all of them ---


@pytest.mark.covers("CX-13")
@pytest.mark.parametrize("words", [("set", "1", "1234567"), ("edit", "1", "1234567"), ("remove", "1"), ("find", "1")])
def test_an_exchange_that_is_off_is_left_alone(trial: Trial, words: tuple[str, ...]) -> None:
    """`enabled: off`: exit 3, the reason, and not one request."""
    administrator(trial)
    trial.settings("enabled: on", "enabled: off")
    verb, *rest = words
    assert refused(call(trial, verb, *rest, *([] if verb == "find" else ["--yes"])), "not enabled")
    assert trial.counts()["requests"] == 0


def test_a_cut_stores_a_link_with_its_entry_or_neither(trial: Trial) -> None:
    """Killed before the store keeps it there is no link and no entry; killed after it there are both."""
    ident, provider_id = unlinked(trial)
    words = ("link", "set", *LEARNER, ident, provider_id, "--yes")
    for point, kept in (("link.before", False), ("link.committed", True)):
        assert trial.killed(point, *words)
        entries = [one["what"] for one in trial.call("log", "--json").json]
        assert (ident in links(trial), "link.set" in entries) == (kept, kept)


def test_every_change_of_a_link_raises_the_serial(trial: Trial) -> None:
    """Set, edited and removed: the serial, which each plan holds, rises by one each time."""
    ident, provider_id = unlinked(trial)
    administrator(trial)
    other = next(iter(links(trial)))

    def serial() -> int:
        plan = trial.call("plan", "onefile", "--json").json["plan"]
        found: int = trial.call("show", plan, "--json").json["header"]["serial"]
        return found

    start = serial()
    for words in (("remove", other), ("set", other, provider_id), ("remove", other), ("set", ident, provider_id)):
        assert call(trial, *words, "--yes").code == 0
        assert serial() == start + 1
        start += 1
