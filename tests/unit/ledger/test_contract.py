"""What every kind of store keeps to, whichever database it is in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import LeaseError, NotApprovedError, TamperedPlanError, UsageError, WorkspaceError
from engine.ledger.journal import (
    Closing,
    History,
    begin_run,
    close_changes,
    find_run,
    finish_run,
    hold_lease,
    read_journal,
    resume_run,
    write_intents,
    write_outcomes,
)
from engine.ledger.link_changes import (
    LinkedAlreadyError,
    LinkMovedError,
    edit_link,
    links_of,
    remove_link,
    set_link,
)
from engine.ledger.links import Link, LinkTakenError, add_links, link_columns, read_links
from engine.ledger.log import Entry, append, read_log
from engine.ledger.plans import add_approval, approvals_of, find_plan, list_plans, store_plan
from engine.ledger.runs import list_runs
from engine.ledger.store import Store, open_store
from engine.ports import Intent
from tests.unit.ledger.scenario import (
    CLOSINGS,
    INTENTS,
    NOON,
    OUTCOMES,
    Scenario,
    StillClock,
    a_plan,
    an_approval,
    begun,
    contents,
)

OTHER_PLAN = "7f3a9c00-0000-4000-8000-000000000002"


class StoreContract:
    """The contract; a subclass says with its fixture `url` where the store is."""

    def test_lineage_and_key_are_made_once(self, store: Store, url: str) -> None:
        """Every opening finds the same lineage and the same 32 bytes, and a new store has others."""
        again = open_store(url, StillClock())
        assert (again.lineage, again.key) == (store.lineage, store.key)
        assert len(store.key) == 32
        again.close()

    def test_links_come_back_sorted(self, store: Store) -> None:
        """Links are read as columns in the order of MIS id and centre, by code point, per exchange and record type."""
        links = [
            Link("learner", "m2", "p1", "west"),
            Link("learner", "\U00010000", "p5", None),
            Link("learner", "\ue000", "p4", None),
            Link("learner", "m2", "p2", None),
            Link("learner", 'M"\\\x01é', "p3", ""),
            Link("officer", "m2", "p9", None),
        ]
        assert add_links(store, "onefile", links, "jo") == 6
        assert add_links(store, "ace360", [Link("learner", "m2", "a1", None)], "jo") == 1
        assert link_columns(store, "onefile", "learner") == {
            "mis_id": ['M"\\\x01é', "m2", "m2", "\ue000", "\U00010000"],
            "provider_id": ["p3", "p2", "p1", "p4", "p5"],
            "centre": [None, None, "west", None, None],
        }
        assert read_links(store, "onefile", "officer") == (links[5],)
        assert link_columns(store, "onefile", "review") == {"mis_id": [], "provider_id": [], "centre": []}

    def test_only_new_links_are_added_and_counted(self, store: Store) -> None:
        """A link that is there is left alone; the serial rises only when something was added; every call is logged."""
        one, two = Link("learner", "m1", "p1", None), Link("learner", "m2", "p1", None)
        assert [add_links(store, "onefile", given, "jo") for given in ([one], [one, one], [one, two])] == [1, 0, 1]
        assert store.serial() == 2
        counts = [entry.facts["added"] for entry in read_log(store, exchange="onefile")]
        assert counts == [1, 0, 1]

    @pytest.mark.parametrize("stored", [True, False], ids=["in the store", "in one call"])
    def test_a_taken_record_refuses_all_links(self, store: Store, stored: bool) -> None:  # noqa: FBT001  a test's parameter
        """A record linked otherwise is refused by name, and none of the links of that call is stored."""
        taken, clash = Link("learner", "m1", "p1", None), Link("learner", "m1", "p2", None)
        given = [Link("learner", "m0", "p0", None), clash]
        if stored:
            add_links(store, "onefile", [taken], "jo")
        else:
            given.append(taken)
        before = contents(store)
        with pytest.raises(LinkTakenError, match="learner m1 "):
            add_links(store, "onefile", given, "jo")
        assert contents(store) == before
        assert add_links(store, "onefile", [replace(clash, centre="west")], "jo") == 1

    def test_one_link_is_set_edited_and_removed(self, store: Store) -> None:
        """Each raises the serial and is logged with both ids; what a link had before is found by its record."""
        one, two = Link("learner", "m1", "p1", None), Link("learner", "m1", "p2", "west")
        set_link(store, "onefile", one, "jo")
        set_link(store, "onefile", two, "jo")
        assert links_of(store, "onefile", "learner", "m1") == (one, two)
        edit_link(store, "onefile", two, replace(two, provider_id="p3"), ("al", "merged"))
        remove_link(store, "onefile", one, "jo")
        assert read_links(store, "onefile", "learner") == (replace(two, provider_id="p3"),)
        assert store.serial() == 4
        told = [(entry.who, entry.what, entry.facts["before"], entry.facts["after"]) for entry in read_log(store)[-2:]]
        assert told == [("al", "link.edited", "p2", "p3"), ("jo", "link.removed", "p1", None)]

    def test_one_link_is_checked_when_it_is_stored(self, store: Store) -> None:
        """Taken on either side, or changed since it was looked at: refused, and the store stays as it was."""
        one, two = Link("learner", "m1", "p1", None), Link("learner", "m2", "p2", None)
        add_links(store, "onefile", [one, two], "jo")
        before = contents(store)
        for taken in (replace(one, provider_id="p9"), replace(one, mis_id="m9"), replace(one, centre="west")):
            with pytest.raises(LinkedAlreadyError):
                set_link(store, "onefile", taken, "jo")
        with pytest.raises(LinkedAlreadyError, match="learner m2 "):
            edit_link(store, "onefile", one, replace(one, provider_id="p2"), ("jo", ""))
        for moved in (replace(one, provider_id="p0"), replace(one, centre="west")):
            with pytest.raises(LinkMovedError):
                edit_link(store, "onefile", moved, replace(moved, provider_id="p5"), ("jo", ""))
            with pytest.raises(LinkMovedError):
                remove_link(store, "onefile", moved, "jo")
        assert contents(store) == before
        set_link(store, "ace360", one, "jo")

    def test_plans_are_found_by_the_beginning_of_their_id(self, store: Store) -> None:
        """The full id or six letters that only it begins with; fewer find nothing, ambiguous ones list the ids."""
        first, second = a_plan(), replace(a_plan(OTHER_PLAN), exchange="ace360")
        store_plan(store, first, "jo")
        assert [find_plan(store, word) for word in (first.id, "7f3a9c", "7f3a9", "zzzzzz")] == [
            first,
            first,
            None,
            None,
        ]
        store_plan(store, second, "jo")
        with pytest.raises(UsageError, match=f"{first.id}, {second.id}"):
            find_plan(store, "7f3a9c00")
        assert find_plan(store, second.id) == second
        assert (list_plans(store), list_plans(store, "onefile")) == ((second, first), (first,))

    def test_a_plan_is_stored_once(self, store: Store) -> None:
        """The same plan again changes nothing but where its file is; other bytes under its id are refused."""
        plan = a_plan()
        store_plan(store, plan, "jo")
        once = contents(store)
        store_plan(store, replace(plan, made_by="al", made_at=NOON + timedelta(1)), "al")
        assert contents(store) == once
        store_plan(store, replace(plan, file="elsewhere.jsonl", made_by="al"), "al")
        assert find_plan(store, plan.id) == replace(plan, file="elsewhere.jsonl")
        with pytest.raises(TamperedPlanError, match=plan.id):
            store_plan(store, replace(plan, digest="sha256:cd"), "al")
        assert [entry.what for entry in read_log(store, plan=plan.id)] == ["plan.made", "plan.moved"]

    def test_approvals_come_back_newest_first(self, store: Store) -> None:
        """Approvals keep all they say, and show the run that has used them."""
        store_plan(store, a_plan(), "jo")
        first = an_approval(at=NOON + timedelta(hours=1))
        second = replace(an_approval("approval-2"), not_before=NOON, not_after=None, changes=())
        third = an_approval("approval-3")
        for approval in (first, second, third):
            add_approval(store, approval)
        assert approvals_of(store, a_plan().id) == (first, third, second)
        with hold_lease(store, "onefile", "jo") as lease:
            run = begin_run(store, lease, a_plan().id, "approval-3", "onefile", "jo")
        assert [approval.used_by for approval in approvals_of(store, a_plan().id)] == [None, run.id, None]

    def test_an_approval_is_of_a_known_plan(self, store: Store) -> None:
        """An approval of an unknown plan, of other bytes or with a used id is refused and not stored."""
        with pytest.raises(NotApprovedError, match="does not know"):
            add_approval(store, an_approval())
        store_plan(store, a_plan(), "jo")
        with pytest.raises(TamperedPlanError):
            add_approval(store, replace(an_approval(), digest="sha256:cd"))
        assert approvals_of(store, a_plan().id) == ()
        add_approval(store, an_approval())
        with pytest.raises(NotApprovedError, match="given before"):
            add_approval(store, an_approval())

    def test_an_approval_is_used_by_one_run(self, store: Store) -> None:
        """A second run of an approval is refused and named; so is one of another plan's approval."""
        with hold_lease(store, "onefile", "jo") as lease:
            run = begun(store, lease)
            with pytest.raises(NotApprovedError, match=f"already applied by run {run.id}"):
                begin_run(store, lease, a_plan().id, "approval-1", "onefile", "jo")
            store_plan(store, a_plan(OTHER_PLAN), "jo")
            with pytest.raises(NotApprovedError, match="no such approval"):
                begin_run(store, lease, OTHER_PLAN, "approval-1", "onefile", "jo")
        assert list_runs(store) == (run,)
        assert (find_run(store, run.id[:8]), find_run(store, "zzzzzz")) == (run, None)

    def test_a_plan_is_applied_once(self, store: Store) -> None:
        """A second run of a plan is refused and the first one named, though it has another approval of its own."""
        store_plan(store, a_plan(), "jo")
        for approval in (an_approval(), an_approval("approval-2")):
            add_approval(store, approval)
        with hold_lease(store, "onefile", "jo") as lease:
            run = begin_run(store, lease, a_plan().id, "approval-1", "onefile", "jo")
            finish_run(store, lease, run, "finished")
            with pytest.raises(NotApprovedError, match=f"already applied by run {run.id}"):
                begin_run(store, lease, a_plan().id, "approval-2", "onefile", "jo")
        assert list_runs(store) == (replace(run, state="finished"),)

    def test_the_journal_gives_back_what_was_written(self, store: Store) -> None:
        """Values keep their types; intents and outcomes their order; the last closing counts."""
        noon = store.clock.now()
        with hold_lease(store, "onefile", "jo") as lease:
            run = begun(store, lease)
            write_intents(store, lease, run, INTENTS)
            write_outcomes(store, lease, run, OUTCOMES)
            store.clock.sleep(60)
            again = replace(INTENTS[1], attempt=2)
            write_intents(store, lease, run, [again])
            close_changes(store, lease, run, [*CLOSINGS, Closing("c0", "stale", "the phone has changed")])
            close_changes(store, lease, run, [Closing("c2", "done")])
        found = read_journal(store, run)
        assert list(found) == ["c1", "c2", "c3", "c0"]
        assert found["c1"] == History(INTENTS[:1], OUTCOMES[1:2], CLOSINGS[0], noon)
        assert found["c2"] == History((INTENTS[1], again), OUTCOMES[:1], Closing("c2", "done"), noon)
        assert found["c3"] == History(INTENTS[2:], OUTCOMES[2:], None, noon)
        assert found["c0"].closing == Closing("c0", "stale", "the phone has changed")
        assert _types(found["c2"].intents[0]) == _types(INTENTS[1])

    def test_an_attempt_is_journalled_once(self, store: Store) -> None:
        """The same attempt of a change cannot be journalled twice, so it cannot be sent twice by mistake."""
        with hold_lease(store, "onefile", "jo") as lease:
            run = begun(store, lease)
            write_intents(store, lease, run, INTENTS[:1])
            before = contents(store)
            with pytest.raises(WorkspaceError) as refused:
                write_intents(store, lease, run, [INTENTS[1], INTENTS[0]])
            assert contents(store) == before
        assert "Zoë" not in str(refused.value)
        assert refused.value.__cause__ is None

    def test_a_halted_run_is_resumed(self, store: Store) -> None:
        """A halted run goes on under a new lease only after it was resumed; a finished one never."""
        with hold_lease(store, "onefile", "jo") as lease:
            run = begun(store, lease)
            finish_run(store, lease, run, "halted")
            with pytest.raises(LeaseError, match="halted"):
                write_intents(store, lease, run, INTENTS)
        with hold_lease(store, "onefile", "al") as later:
            assert list_runs(store) == (replace(run, state="halted"),)
            with pytest.raises(LeaseError):
                write_intents(store, later, run, INTENTS)
            resumed = resume_run(store, later, run, "al")
            assert resumed == replace(run, fence=later.fence) == find_run(store, run.id)
            write_intents(store, later, resumed, INTENTS)
            finish_run(store, later, resumed, "finished")
            assert list_runs(store) == (replace(resumed, state="finished"),)
            with pytest.raises(NotApprovedError, match="already applied"):
                resume_run(store, later, run, "al")

    def test_the_serial_rises_with_every_stretch_of_a_run(self, store: Store) -> None:
        """Beginning a run and going on with it raise the serial once each, so that a later plan has other bytes."""
        before = store.serial()
        with hold_lease(store, "onefile", "jo") as lease:
            run = begun(store, lease)
            after_begin = store.serial()
            close_changes(store, lease, run, [Closing("c1", "done")])
            finish_run(store, lease, run, "halted")
            after_halt = store.serial()
            resume_run(store, lease, run, "jo")
        assert (after_begin, after_halt, store.serial()) == (before + 1, before + 1, before + 2)

    def test_a_stale_fence_writes_nothing(self, store: Store) -> None:
        """After another holder, or after its end, a lease writes no journal line, no run and no state."""
        with hold_lease(store, "onefile", "jo") as ended:
            run = begun(store, ended)
        add_approval(store, an_approval("approval-2"))
        with pytest.raises(LeaseError):  # nobody has had it since, but it has ended
            write_intents(store, ended, run, INTENTS)
        with hold_lease(store, "onefile", "al") as newer, hold_lease(store, "ace360", "al") as foreign:
            assert newer.fence == ended.fence + 1
            ended.held = True  # as in a process that has not noticed
            before = contents(store)
            for lease in (ended, newer, foreign):
                with pytest.raises(LeaseError):
                    write_intents(store, lease, run, INTENTS)
                with pytest.raises(LeaseError):
                    write_outcomes(store, lease, run, OUTCOMES)
                with pytest.raises(LeaseError):
                    close_changes(store, lease, run, CLOSINGS)
                with pytest.raises(LeaseError):
                    finish_run(store, lease, run, "finished")
            for lease in (ended, foreign):
                with pytest.raises(LeaseError):
                    resume_run(store, lease, run, "jo")
            with pytest.raises(LeaseError):
                begin_run(store, ended, a_plan().id, "approval-2", "onefile", "jo")
            assert contents(store) == before

    def test_the_log_tells_each_act(self, store: Store) -> None:
        """Every step has its entries with who, plan, run and change, in order, and no value of a record."""
        scenario = Scenario(store)
        with scenario.held:
            for step in scenario.steps():
                step()
        entries = read_log(store)
        acts = ["store.made", "links.added", "plan.made", "approval.given", "lease.taken", "run.begun"]
        acts += ["change.intended"] * 3 + ["change.answered"] * 3 + ["change.closed"] * 2
        acts += ["run.finished", "hold.decided"]
        assert [entry.what for entry in entries] == acts
        assert {entry.who for entry in entries[1:]} == {"jo", "al"}
        of_run = read_log(store, run=scenario.run.id if scenario.run else "")
        assert of_run == entries[5:-1]
        assert of_run[1].facts == {
            "attempt": 1,
            "said": "create",
            "collection": "learners",
            "fields": ["born", "name", "pay"],
        }
        assert [(entry.change, entry.facts["said"]) for entry in of_run[4:7]] == [
            ("c2", "refused"),
            ("c1", "accepted"),
            ("c3", "unknown"),
        ]
        assert "Zoë" not in repr(entries)
        assert read_log(store, most=2) == entries[-2:]
        assert read_log(store, plan=a_plan().id, most=100) == entries[2:4] + entries[5:]

    def test_an_entry_goes_with_its_transaction(self, store: Store) -> None:
        """An entry appended in a transaction that fails is not there."""
        with pytest.raises(UsageError):
            _append_and_fail(store)
        assert [entry.what for entry in read_log(store)] == ["store.made"]


def _append_and_fail(store: Store) -> None:
    with store.writing() as connection:
        append(connection, [Entry(NOON, "jo", "plan.shown")])
        raise UsageError("no")


def _types(intent: Intent) -> Mapping[str, type]:
    return {name: type(value) for name, value in [*intent.values.items(), *intent.expected.items()]}


class TestOnSqlite(StoreContract):
    """The contract on SQLite: the fixture `url` of this folder."""


@pytest.mark.needs_postgres
class TestOnPostgres(StoreContract):
    """The contract on PostgreSQL, each test in a database of its own."""

    @pytest.fixture
    def url(self, postgres_database: str) -> str:
        return postgres_database
