"""Several exchanges in one workspace: each is switched on by itself, and none takes what is another's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.sandbox.control import start
from engine.approve import current_user
from engine.clock import SystemClock
from engine.ledger.leases import hold_lease
from engine.ledger.store import open_store
from engine.shipped import shipped
from tests.exchange.test_agreed import TWO_WAY
from tests.exchange.test_decide import WHY, change_of, decide
from tests.trial import Trial, make_sample

SECOND = "  second: {enabled: on, mapping: onefile, settings: {learner_details: push}}\n"


def beside(trial: Trial, text: str = SECOND) -> None:
    """Add an exchange to the workspace."""
    trial.settings("approval:", f"{text}approval:")


def plan(trial: Trial, exchange: str) -> str:
    """The id of a plan made now."""
    done = trial.call("plan", exchange, "--json")
    assert done.code in {0, 2}, done.said
    found: str = done.json["plan"]
    return found


def reasons(trial: Trial, exchange: str, mis_id: str) -> list[str]:
    """Why fields of a learner are in a plan made now."""
    found = [one for one in trial.changes(plan(trial, exchange)) if one["mis_id"] == mis_id]
    return [part["reason"] for one in found for part in one["fields"]]


@contextmanager
def portal(trial: Trial, folder: Path) -> Iterator[None]:
    """A second provider of another name, on a sandbox of its own, in an exchange `portal`."""
    make_sample(folder, 20)
    with start(folder, calls_per_minute=60_000) as sandboxes:
        (trial.folder / "connectors").mkdir(exist_ok=True)
        text = shipped("connectors/onefile.yaml").read_text(encoding="utf-8")
        text = text.replace("connector: onefile", "connector: portal").replace("title: OneFile\n", "title: Portal\n")
        (trial.folder / "connectors" / "portal.yaml").write_text(text, encoding="utf-8")
        rules = shipped("mappings/onefile.yaml").read_text(encoding="utf-8")
        rules = rules.replace("mapping: onefile", "mapping: portal").replace("provider: onefile ", "provider: portal ")
        (trial.folder / "mappings" / "portal.yaml").write_text(rules, encoding="utf-8")
        address = f'base_url: "{sandboxes.base_url}", customer_token: "file:.tieline/sandbox.token"'
        trial.settings("exchanges:", f"  portal: {{environment: sandbox, {address}}}\nexchanges:")
        beside(trial, SECOND.replace("second", "portal").replace("mapping: onefile", "mapping: portal"))
        yield


# --- what is another's ---


def test_two_exchanges_share_neither_links_nor_words(trial: Trial) -> None:
    """One mapping and one provider, two exchanges: links, agreements, decisions and denials are each one's own."""
    trial.settings("{learner_details: push}", "{}")
    (trial.folder / "mappings" / "onefile.yaml").write_text(TWO_WAY, encoding="utf-8")
    beside(trial, SECOND.replace(", settings: {learner_details: push}", ""))
    (mis_id, provider_id), (other, _), *_ = trial.linked(2)
    assert trial.call("link", "list", "second", "learner", "--json").json == []
    assert trial.call("link", "set", "second", "learner", mis_id, provider_id, "--yes").code == 0
    assert len(trial.call("link", "list", "second", "learner", "--json").json) == 1
    trial.edit_user(provider_id, LastName="Sky")
    trial.mis("UPDATE learners SET surname = 'Ray' WHERE ident = ?", mis_id)
    assert decide(trial, f"{change_of(trial, mis_id)}.surname", "neither").code == 0
    assert (reasons(trial, "onefile", mis_id), reasons(trial, "second", mis_id)) == ([], ["both_moved"])
    assert trial.call("link", "remove", "onefile", "learner", other, "--yes").code == 0
    assert trial.call("link", "deny", "onefile", "learner", other, "9999999", "--why", WHY).code == 3
    there = next(two for one, two in trial.linked(2) if one == other)
    assert trial.call("link", "deny", "onefile", "learner", other, there, "--why", WHY).code == 0
    assert trial.call("link", "set", "second", "learner", other, there, "--yes").err.count(WHY) == 0


def test_an_agreement_is_one_exchanges_own(trial: Trial) -> None:
    """Both sides were seen equal by one exchange: the other does not know it, and asks when they differ."""
    trial.settings("{learner_details: push}", "{}")
    (trial.folder / "mappings" / "onefile.yaml").write_text(TWO_WAY, encoding="utf-8")
    beside(trial, SECOND.replace(", settings: {learner_details: push}", ""))
    (mis_id, provider_id), *_ = trial.linked(1)
    assert trial.call("link", "set", "second", "learner", mis_id, provider_id, "--yes").code == 0
    trial.edit_user(provider_id, LastName="Lee")
    trial.mis("UPDATE learners SET surname = '' WHERE ident = ?", mis_id)
    figures = trial.approved()
    assert trial.call("apply", figures["plan"]).code == 0
    trial.edit_user(provider_id, LastName="Moss")
    assert reasons(trial, "onefile", mis_id) == ["provider_moved"]
    assert reasons(trial, "second", mis_id) == ["both_moved"]


def test_a_plan_is_applied_in_its_own_exchange(trial: Trial) -> None:
    """What one exchange planned and applied is told of that exchange alone; the newest plan is each one's own."""
    beside(trial)
    figures = trial.approved()
    assert trial.call("apply", figures["plan"]).code == 0
    done = trial.call("status", "--json").json["exchanges"]
    told = {one["exchange"]: (one["last_plan"] is None, one["last_exchange"] is None) for one in done}
    assert told == {"onefile": (False, False), "second": (True, True)}
    refused = trial.call("decide", "second", "abcdef.surname", "--take", "mis", "--why", WHY)
    assert (refused.code, "has no plan yet" in refused.err) == (3, True)


# --- leases ---


@contextmanager
def held(trial: Trial, system: str) -> Iterator[None]:
    """Somebody's run holds a provider."""
    store = open_store(f"sqlite:///{trial.folder}/.tieline/store.db", SystemClock())
    try:
        with hold_lease(store, system, "al"):
            yield
    finally:
        store.close()


def test_exchanges_with_one_provider_wait_for_each_other(trial: Trial) -> None:
    """The lease is the provider's, whichever exchange holds it."""
    beside(trial)
    (mis_id, provider_id), *_ = trial.linked(1)
    assert trial.call("link", "set", "second", "learner", mis_id, provider_id, "--yes").code == 0
    trial.edit_user(provider_id, LastName="Elsewhere")
    number = plan(trial, "second")
    assert trial.call("approve", number, "--as", current_user()).code == 0
    with held(trial, "onefile"):
        done = trial.call("apply", number)
        assert (done.code, trial.user(provider_id)["LastName"]) == (3, "Elsewhere"), done.said
    assert trial.call("apply", number).code == 0


def test_exchanges_with_two_providers_do_not(trial: Trial, tmp_path: Path) -> None:
    """Another provider's lease keeps nobody waiting, and its links are not taken for this one's."""
    with portal(trial, tmp_path / "portal"):
        assert trial.call("link", "list", "portal", "learner", "--json").json == []
        figures = trial.approved()
        with held(trial, "portal"):
            assert trial.call("apply", figures["plan"]).code == 0
        before = trial.counts()["requests"]
        done = trial.call("plan", "portal", "--json")
        assert (done.code, done.json["changes"], trial.counts()["requests"]) == (0, 0, before), done.said


# --- switched off ---


@pytest.mark.covers("CX-13")
def test_one_exchange_is_off_and_the_other_goes_on(trial: Trial) -> None:
    """Every command for the one that is off: exit 3 and the reason; nothing is read, written or stored."""
    beside(trial)
    (mis_id, provider_id), *_ = trial.linked(1)
    assert trial.call("link", "set", "second", "learner", mis_id, provider_id, "--yes").code == 0
    trial.edit_user(provider_id, LastName="Elsewhere")
    approved = plan(trial, "second")
    assert trial.call("approve", approved, "--as", current_user()).code == 0
    assert trial.killed("run.begun", "apply", approved)
    run = trial.run or ""
    trial.edit_user(provider_id, LastName="Nowhere")
    waiting = plan(trial, "second")
    trial.settings("second: {enabled: on", "second: {enabled: off")
    trial.forget_counts()
    entries = len(trial.call("log", "--json").json)
    one = ("second", "learner")
    for words in (
        ("plan", "second"),
        ("decide", "second", "abcdef.surname", "--take", "mis", "--why", WHY),
        ("approve", waiting, "--as", current_user()),
        ("apply", approved),
        ("apply", waiting),
        ("resume", run),
        ("link", "import", *one),
        ("link", "list", *one),
        ("link", "set", *one, "1", "1234567", "--yes"),
        ("link", "edit", *one, mis_id, "1234567", "--yes"),
        ("link", "remove", *one, mis_id, "--yes"),
        ("link", "find", *one, mis_id),
        ("link", "deny", *one, mis_id, provider_id, "--why", WHY),
    ):
        done = trial.call(*words)
        assert (done.code, "exchange second is not enabled" in done.err) == (3, True), (words, done.said)
    assert (trial.counts()["requests"], len(trial.call("log", "--json").json)) == (0, entries)
    assert [one["enabled"] for one in trial.call("status", "--json").json["exchanges"]] == [True, False]
    figures = trial.approved()
    assert trial.call("apply", figures["plan"]).code == 0


# --- environments ---


@pytest.mark.covers("CX-21", part="OneFile")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pics:    {environment: sandbox", "pics:    {environment: live"),
        ("onefile: {environment: sandbox", "onefile: {environment: live"),
        ('base_url: "http://127.0.0.1', 'base_url: "https://wsapi.onefile.co.uk/'),
    ],
)
def test_live_and_other_systems_are_not_mixed(trial: Trial, old: str, new: str) -> None:
    """A live MIS with a sandbox, a sandbox MIS with what is live by name or by address: nothing is read."""
    trial.settings(old, new)
    for words in (("check",), ("plan", "onefile"), ("link", "import", "onefile", "learner")):
        done = trial.call(*words)
        assert (done.code, "live data go to live systems only" in done.said) == (1, True), done.said
    assert trial.counts()["requests"] == 0


@pytest.mark.covers("CX-21", part="OneFile")
@pytest.mark.parametrize("environment", ["practice", "beta"])
def test_a_live_mis_goes_to_no_practice_system(trial: Trial, environment: str) -> None:
    """Practice and Beta are not live: a live MIS does not exchange with them."""
    trial.settings("pics:    {environment: sandbox", "pics:    {environment: live")
    path = trial.folder / "tieline.yaml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("  onefile: {env")]
    at = next(number for number, line in enumerate(lines) if line.startswith("exchanges:"))
    lines.insert(at, f'  onefile: {{environment: {environment}, customer_token: "file:.tieline/sandbox.token"}}')
    path.write_text("\n".join(lines), encoding="utf-8")
    done = trial.call("plan", "onefile")
    assert (done.code, "`pics` is live, and `onefile`, which exchanges with it, is not" in done.err) == (1, True)
