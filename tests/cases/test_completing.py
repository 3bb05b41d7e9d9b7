"""A record that is made with a few fields, and the update that completes it: cut between the two, or moved meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.apply import Applier
from engine.report import Report
from engine.errors import UnreachableError
from engine.ledger.leases import hold_lease
from engine.ledger.links import Link, add_links
from engine.ledger.plans import Approval, StoredPlan, add_approval, store_plan
from engine.ledger.runs import begin_run, resume_run
from engine.memory import MemorySystem
from engine.plan.file import PlanFile
from engine.ports import Intent, Outcome
from engine.service import planning
from tests.cases.good_cases import EXCHANGE, WHO, Case, open_case

NAME = "create_completed_by_update"


class CutOff(MemorySystem):
    """A system that is out of reach after so many writes."""

    left = 10**6

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        for intent in window:
            if self.left == 0:
                raise UnreachableError("folder", "writing", "it is cut off")
            self.left -= 1
            yield from super().send([intent])


def cut_off(case: Case, after: int) -> CutOff:
    system = CutOff(case.exchange.checked.catalog.provider.collections, case.provider.rows)
    system.left = after
    case.provider = system
    return system


def approved(case: Case, plan: PlanFile) -> frozenset[str]:
    now = case.clock.now()
    digests = tuple(change.digest for change in plan.changes() if change.applicable)
    store_plan(case.store, StoredPlan(plan.id, plan.digest, EXCHANGE, str(plan.path), now, WHO, {}), WHO)
    add_approval(case.store, Approval("one", plan.id, plan.digest, digests, WHO, WHO, "a case", now, None, None, {}))
    return frozenset(digests)


def nothing() -> None:
    """What happens between a cut and a resume, as a rule."""


def run(
    case: Case, plan: PlanFile, covered: frozenset[str], between: Callable[[], None] = nothing
) -> tuple[Report, Report]:
    """The run until the system is out of reach, and the same run resumed with the system back."""
    planner = planning.planner_of(case.exchange, case.store, case._sides())
    with hold_lease(case.store, "folder", WHO) as lease:
        begun = begin_run(case.store, lease, plan.id, "one", EXCHANGE, WHO)
        first = Applier(case.store, lease, begun, planner, case.clock, covered).apply(plan)
    assert isinstance(case.provider, CutOff)
    case.provider.left = 10**6
    between()
    planner = planning.planner_of(case.exchange, case.store, case._sides())
    with hold_lease(case.store, "folder", WHO) as lease:
        again = resume_run(case.store, lease, replace(begun), WHO)
        return first, Applier(case.store, lease, again, planner, case.clock, covered).apply(plan)


@pytest.mark.parametrize("after", [4, 5])
def test_a_run_cut_between_create_and_update_goes_on_with_the_record_that_it_made(tmp_path: Path, after: int) -> None:
    """Four creates are sent, then the update of one: cut before it and after it, nothing is made or written twice."""
    case = open_case(NAME, tmp_path)
    system = cut_off(case, after)
    plan = case.plan()
    first, second = run(case, plan, approved(case, plan))
    assert first.halted
    assert second.whole
    assert {row["FirstName"]: row.get("Email") for row in system.rows["assessors"]} == {
        "Wyn": None,
        "Ada": "ada@office.example",
        "Eve": None,
        "Sol": None,
    }
    assert set(system.effects.values()) <= {1, 2}
    assert [key for key, times in system.effects.items() if times == 2] == [("assessors", "2")]
    assert [change for change in case.plan().changes() if change.applicable] == []


def test_what_the_provider_filled_in_meanwhile_is_left(tmp_path: Path) -> None:
    """Somebody wrote the field between the create and the update: the update is stale, and their value stays."""
    case = open_case(NAME, tmp_path)
    system = cut_off(case, 4)
    plan = case.plan()
    covered = approved(case, plan)

    class Meddled(CutOff):
        def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
            yield from super().send(window)
            for row in self.rows.get("assessors", []):
                if row["FirstName"] == "Ada":
                    row["Email"] = "theirs@office.example"

    meddled = Meddled(case.exchange.checked.catalog.provider.collections, system.rows)
    meddled.left = 4
    case.provider = meddled
    _, second = run(case, plan, covered)
    assert [one.state for one in second.closings if one.state != "done"] == ["stale"]
    assert [row["Email"] for row in meddled.rows["assessors"] if row["FirstName"] == "Ada"] == ["theirs@office.example"]


def test_an_update_of_a_record_that_was_not_made_is_skipped(tmp_path: Path) -> None:
    """The create was not approved: its update is not sent, whatever the approval says of that."""
    case = open_case(NAME, tmp_path)
    cut_off(case, 10**6)
    plan = case.plan()
    covered = approved(case, plan)
    creates = {change.digest for change in plan.changes() if change.action == "create" and change.mis_id == "o2"}
    report = _applied(case, plan, covered - creates)
    skipped = [one for one in report.closings if one.state == "skipped"]
    names = {change.id: (change.record_type, change.mis_id) for change in plan.changes()}
    assert sorted(names[one.change] for one in skipped) == [("learner", "2"), ("officer", "o2")]


def test_an_update_of_a_record_that_somebody_else_made_is_skipped(tmp_path: Path) -> None:
    """Linked meanwhile to a record that this run did not create: nothing says that it has the values already."""
    case = open_case(NAME, tmp_path)
    plan = case.plan()
    case.provider.rows["assessors"] = [{"ID": "a9", "FirstName": "Ada", "LastName": "Ash"}]
    add_links(case.store, EXCHANGE, [Link("officer", "o2", "a9", None)], WHO)
    report = case.apply(plan)
    assert state_of_update(plan, report) == "skipped"
    (left,) = [change for change in case.plan().changes() if change.applicable and change.record_type == "officer"]
    assert (left.provider_id, [one.after for one in left.writes]) == ("a9", ["ada@office.example"])


@pytest.mark.parametrize("gone", ["provider", "mis"])
def test_an_update_of_a_record_that_is_held_meanwhile_is_stale(tmp_path: Path, gone: str) -> None:
    """Either record went between the create and the update: it is not told that the value is there."""
    case = open_case(NAME, tmp_path)
    system = cut_off(case, 4)
    plan = case.plan()
    covered = approved(case, plan)

    def remove() -> None:
        rows, name = (system.rows, "assessors") if gone == "provider" else (case.mis.rows, "officers")
        rows[name] = [row for row in rows[name] if "Ada" not in {row.get("FirstName"), row.get("first_name")}]

    first, second = run(case, plan, covered, remove)
    assert first.halted
    assert state_of_update(plan, second) == "stale"
    assert not second.whole


def state_of_update(plan: PlanFile, report: Report) -> str:
    """What came of the update that completes o2."""
    (update,) = [one.id for one in plan.changes() if one.action == "update" and one.mis_id == "o2"]
    (state,) = [one.state for one in report.closings if one.change == update]
    return state


def _applied(case: Case, plan: PlanFile, covered: frozenset[str]) -> Report:
    planner = planning.planner_of(case.exchange, case.store, case._sides())
    with hold_lease(case.store, "folder", WHO) as lease:
        begun = begin_run(case.store, lease, plan.id, "one", EXCHANGE, WHO)
        return Applier(case.store, lease, begun, planner, case.clock, covered).apply(plan)
