"""One process at a time applies to a system, and a dead one keeps nobody waiting."""

import os
import signal
import stat
import time

import pytest

from engine.errors import LeaseError, WorkspaceError
from engine.ledger.journal import hold_lease, write_intents
from engine.ledger.plans import add_approval, approvals_of, store_plan
from engine.ledger.sqlite import lock_file
from engine.ledger.store import Store
from tests.unit.ledger.scenario import INTENTS, a_plan, an_approval, begun, contents, path_of
from tests.unit.ledger.teams import Team


def test_a_held_lease_is_refused_until_its_holder_is_killed(store: Store, url: str, team: Team) -> None:
    """Another process is refused and told who holds it since when; kill -9 frees it within a second."""
    holder = team.start("hold", url, "onefile")
    holder.await_ready()
    os.kill(holder.process.pid, signal.SIGSTOP)  # a paused holder is still one
    before = contents(store)
    with (
        pytest.raises(LeaseError, match=r"onefile .* robin since 2026-03-02T12:00:00"),
        hold_lease(store, "onefile", "jo"),
    ):
        pass
    assert contents(store) == before
    with hold_lease(store, "ace360", "jo") as other:
        assert other.fence == 1
    os.kill(holder.process.pid, signal.SIGKILL)
    holder.process.wait(5)
    begun_at = time.monotonic()
    with hold_lease(store, "onefile", "jo") as lease:
        assert time.monotonic() - begun_at < 1
        assert lease.fence == 2


def test_one_process_cannot_hold_a_lease_twice(store: Store) -> None:
    """The lease keeps out the same process too, and is free again after its end, whatever ended it."""
    with pytest.raises(WorkspaceError, match="a fault within"):
        fail_while_holding(store)
    with hold_lease(store, "onefile", "al") as lease:
        assert (lease.fence, lease.who, lease.held) == (2, "al", True)
    assert not lease.held


def fail_while_holding(store: Store) -> None:
    with hold_lease(store, "onefile", "jo"):
        with pytest.raises(LeaseError), hold_lease(store, "onefile", "al"):
            pass
        raise WorkspaceError("a fault within")


def test_a_holder_whose_lock_was_lost_writes_nothing(store: Store, url: str) -> None:
    """Where the lock fails (its file was removed), the fence still refuses the older holder's journal writes."""
    with hold_lease(store, "onefile", "jo") as older:
        run = begun(store, older)
        lock_file(path_of(url), "onefile").unlink()
        with hold_lease(store, "onefile", "al"):
            before = contents(store)
            with pytest.raises(LeaseError, match="passed on"):
                write_intents(store, older, run, INTENTS)
            assert contents(store) == before


@pytest.mark.parametrize("system", ["../../etc/x", "a/b", "..", "", "Zoë", "%", "x\n"])
def test_a_systems_name_leads_nowhere(store: Store, url: str, system: str) -> None:
    """Whatever a system is called, its lock lies beside the store, for its owner alone."""
    with hold_lease(store, system, "jo"):
        locks = [path for path in path_of(url).parent.iterdir() if ".lease-" in path.name]
        assert [stat.S_IMODE(path.stat().st_mode) for path in locks] == [0o600]
        assert locks == [lock_file(path_of(url), system)]


def test_an_approval_serves_one_of_two_processes(store: Store, url: str, team: Team) -> None:
    """Two processes that begin a run of one approval at the same time: one begins, the other is told which did."""
    store_plan(store, a_plan(), "jo")
    add_approval(store, an_approval())
    answers = team.at_once([team.start("begin", url, system) for system in ("onefile", "ace360")])
    run = approvals_of(store, a_plan().id)[0].used_by
    assert sorted(answers, key=len) == [run, f"plan {a_plan().id} may not be applied: already applied by run {run}"]
