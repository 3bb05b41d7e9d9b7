"""Who may approve what, and which approval lets a plan be applied."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.approve import Choice, Statement, covered_by, current_user, make_approval, usable
from engine.errors import LimitError, NoRightError, NotApprovedError, UsageError
from engine.ledger.plans import Approval, StoredPlan
from engine.plan.file import PlanFile, open_plan, write_plan
from engine.plan.model import Change, FieldChange, Header, LeftAlone, LimitLine
from engine.settings import Person, Workspace, read_settings
from engine.source import Source

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ME = current_user()
HEADER = Header("portal", "trial", "portal", "Portal", "r", {"settings": {}}, "s", {}, {}, "l", 1, {}, "0")
LIMIT = LimitLine("learner", "update", 9, 10, "30.00%", crossed=True, sentence="90.00% of the learners; too many")


def change(number: int, *, held: bool = False) -> Change:
    """A change whose id begins with its number."""
    part = FieldChange("surname", "LastName", "Lee", "Leigh", "source_wins", "m.yaml:12", "hash", held=held)
    return Change(
        id=f"{number}{'0' * 31}",
        action="update",
        side="provider",
        system="portal",
        record_type="learner",
        collection="users",
        mis_id=f"M{number}",
        provider_id=f"P{number}",
        centre=None,
        delivery="C",
        fields=(part,),
    )


def a_plan(folder: Path, changes: Sequence[Change], *limits: LimitLine) -> PlanFile:
    """A plan file of these changes."""
    left = LeftAlone("learner", "push", {}, {}, 0)
    path = write_plan(lambda name: folder / f"{name}.jsonl", HEADER, changes, lambda: (left, *limits), folder)
    return open_plan(path)


def stored(plan: PlanFile, made_by: str = "somebody") -> StoredPlan:
    return StoredPlan(plan.id, plan.digest, "portal", str(plan.path), NOW, made_by, {})


def workspace(author: str = "off", **people: Person) -> Workspace:
    text = (
        f"workspace: t\nsystems: {{}}\nexchanges: {{}}\napproval: {{author_may_approve: {author}, valid_for: 2 days}}\n"
    )
    found = read_settings(Source("tieline.yaml", text), Path("/t")).workspace
    assert found is not None
    return replace(found, people=people or {"jo": Person("jo", ME, "approver")})


@pytest.fixture
def plan(tmp_path: Path) -> PlanFile:
    """Three changes, of which the last is held."""
    return a_plan(tmp_path, [change(1), change(2), change(3, held=True)])


@pytest.fixture
def over(tmp_path: Path) -> PlanFile:
    """A plan that crosses a limit."""
    return a_plan(tmp_path, [change(1), change(2)], LIMIT)


def approve(plan: PlanFile, said: Statement | None = None, here: Workspace | None = None) -> Approval:
    return make_approval(plan, stored(plan), here or workspace(), said or Statement("jo", Choice()), NOW)


# --- who -------------------------------------------------------------------------------------------------------------


def test_an_approval_covers_what_may_be_applied(plan: PlanFile) -> None:
    """It names the plan, its digest, the person and the digests of the changes; what is held is not covered."""
    given = approve(plan, Statement("jo", Choice(), "looks right"))
    first, second, _ = plan.changes()
    assert given.changes == (first.digest, second.digest)
    assert (given.plan, given.digest, given.approver, given.os_user) == (plan.id, plan.digest, "jo", ME)
    assert (given.why, given.at, given.not_before) == ("looks right", NOW, None)
    assert given.not_after == NOW + timedelta(days=2)
    assert given.counts == {"changes": 2, "held": 1, "over_limit": False}


def test_no_two_approvals_have_one_id(plan: PlanFile) -> None:
    """An approval that is given again is another one."""
    assert approve(plan).id != approve(plan).id


def test_the_author_of_a_plan_may_not_approve_it(plan: PlanFile) -> None:
    """Whoever made the plan is refused, unless the workspace allows it."""
    mine = stored(plan, made_by=ME)
    with pytest.raises(NoRightError, match=r"jo made plan .* and may not approve it"):
        make_approval(plan, mine, workspace(), Statement("jo", Choice()), NOW)
    allowed = make_approval(plan, mine, workspace("on"), Statement("jo", Choice()), NOW)
    assert len(allowed.changes) == 2


@pytest.mark.parametrize("role", ["viewer", "author"])
def test_roles_that_may_not_approve(plan: PlanFile, role: str) -> None:
    """A viewer and an author are refused by their role."""
    with pytest.raises(NoRightError, match=f"jo has the role {role}"):
        approve(plan, here=workspace(jo=Person("jo", ME, role)))


@pytest.mark.parametrize("role", ["approver", "admin"])
def test_roles_that_may_approve(plan: PlanFile, role: str) -> None:
    """An approver and an admin approve."""
    assert approve(plan, here=workspace(jo=Person("jo", ME, role))).approver == "jo"


def test_nobody_approves_in_another_s_name(plan: PlanFile) -> None:
    """A name belongs to one operating-system user; an unknown one is told who is known."""
    with pytest.raises(NoRightError, match=f"al belongs to the operating-system user al-os, and this is {ME}"):
        approve(plan, Statement("al", Choice()), workspace(al=Person("al", "al-os", "approver")))
    with pytest.raises(NoRightError, match=r"bo is not among `people` in tieline.yaml \(al, jo\)"):
        approve(
            plan,
            Statement("bo", Choice()),
            workspace(jo=Person("jo", ME, "approver"), al=Person("al", "al-os", "approver")),
        )


# --- what ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "ids"),
    [
        (Choice(only=("1",)), ["1"]),
        (Choice(only=("1", "2")), ["1", "2"]),
        (Choice(without=("1",)), ["2"]),
        (Choice(), ["1", "2"]),
    ],
)
def test_some_changes_may_be_chosen(plan: PlanFile, choice: Choice, ids: list[str]) -> None:
    """By the beginning of an id, alone or left out."""
    covered = approve(plan, Statement("jo", choice)).changes
    assert [one.id[0] for one in plan.changes() if one.digest in covered] == ids


@pytest.mark.parametrize(
    "choice",
    [Choice(only=("9",)), Choice(without=("9",)), Choice(only=("1", "9")), Choice(only=("3",)), Choice(only=("",))],
)
def test_a_choice_that_fits_no_change_is_wrong_usage(plan: PlanFile, choice: Choice) -> None:
    """A slip of the pen, a held change, an empty text (an unset variable): nothing is approved."""
    with pytest.raises(UsageError, match="has no change whose id begins with"):
        approve(plan, Statement("jo", choice))


def test_nothing_to_approve_is_wrong_usage(tmp_path: Path, plan: PlanFile) -> None:
    """A plan of holds only, and a choice that leaves out everything."""
    with pytest.raises(UsageError, match="nothing that may be applied"):
        approve(a_plan(tmp_path, [change(1, held=True)]))
    with pytest.raises(UsageError, match="nothing that may be applied"):
        approve(plan, Statement("jo", Choice(without=("1", "2"))))


def test_a_crossed_limit_needs_to_be_said_and_explained(over: PlanFile) -> None:
    """Without `--over-limit` the arithmetic is told; with it a reason is demanded."""
    with pytest.raises(LimitError, match=r"90.00% of the learners; too many"):
        approve(over)
    with pytest.raises(UsageError, match="--over-limit needs --why"):
        approve(over, Statement("jo", Choice(), over_limit=True))
    given = approve(over, Statement("jo", Choice(), "term begins", over_limit=True))
    assert given.counts["over_limit"] is True


# --- which approval counts -------------------------------------------------------------------------------------------


def test_without_an_approval_a_plan_is_not_applied(plan: PlanFile) -> None:
    """It says how to give one."""
    with pytest.raises(NotApprovedError, match=f"nobody has approved it; `tieline approve {plan.id[:8]} --as NAME`"):
        usable(plan, [], NOW)


def test_the_newest_valid_approval_counts(plan: PlanFile) -> None:
    """Approvals come newest first; one that has ended does not hide an older one that holds."""
    all_of_it = approve(plan)
    some = approve(plan, Statement("jo", Choice(only=("1",))))
    assert usable(plan, [some, all_of_it], NOW) == some
    assert covered_by(plan, [some, all_of_it], some.id, NOW) == frozenset(some.changes)
    ended = replace(some, not_after=NOW)
    assert usable(plan, [ended, all_of_it], NOW) == all_of_it


@pytest.mark.parametrize(
    ("moved", "holds"),
    [(timedelta(0), True), (timedelta(days=2) - timedelta(microseconds=1), True), (timedelta(days=2), False)],
)
def test_an_approval_ends(plan: PlanFile, moved: timedelta, *, holds: bool) -> None:
    """It holds up to its last instant and not at it."""
    given = approve(plan)
    if holds:
        assert usable(plan, [given], NOW + moved) == given
    else:
        with pytest.raises(NotApprovedError, match="its approval ended at 2026-03-04 12:00 UTC"):
            usable(plan, [given], NOW + moved)


def test_an_approval_begins(plan: PlanFile) -> None:
    """`--from` keeps it back until then, `--until` replaces the workspace's time."""
    said = Statement("jo", Choice(), not_before=NOW + timedelta(hours=1), not_after=NOW + timedelta(hours=2))
    given = approve(plan, said)
    with pytest.raises(NotApprovedError, match="holds only from 2026-03-02 13:00 UTC"):
        usable(plan, [given], NOW)
    assert usable(plan, [given], NOW + timedelta(hours=1)) == given
    with pytest.raises(NotApprovedError, match="ended at 2026-03-02 14:00 UTC"):
        usable(plan, [given], NOW + timedelta(hours=2))


def test_an_approval_of_other_bytes_is_none(plan: PlanFile) -> None:
    """The digest decides, whatever the id says."""
    with pytest.raises(NotApprovedError, match="its approval is for other bytes"):
        usable(plan, [replace(approve(plan), digest="sha256:0")], NOW)


def test_a_plan_is_applied_once(plan: PlanFile) -> None:
    """A used approval refuses the plan even where a newer one was given; it names the run to resume."""
    used = replace(approve(plan), used_by="8c21d7aa-0000")
    for approvals in ([used], [approve(plan), used]):
        with pytest.raises(NotApprovedError, match=r"applied by run 8c21d7aa-0000 already; `tieline resume 8c21d7aa`"):
            usable(plan, approvals, NOW)


def test_over_a_limit_two_people_must_agree(over: PlanFile) -> None:
    """One approver, the same twice, one under two names, and a second without `--over-limit`: all refused."""
    mine = approve(over, Statement("jo", Choice(), "term begins", over_limit=True))
    others = replace(mine, id="other", approver="al", os_user="al-os")
    for approvals in (
        [mine],
        [mine, replace(mine, id="again")],
        [mine, replace(mine, id="again", approver="jo-two")],
        [mine, replace(others, counts={"over_limit": False})],
        [mine, replace(others, not_after=NOW)],
        [mine, replace(others, digest="sha256:0")],
    ):
        with pytest.raises(NotApprovedError, match="a second approver must approve with --over-limit"):
            usable(over, approvals, NOW)
    assert usable(over, [others, mine], NOW) == others


def test_over_a_limit_only_what_both_approved_is_covered(over: PlanFile) -> None:
    """One approves a single change, the other all: only that change may be applied, on a resume as well."""
    some = approve(over, Statement("jo", Choice(only=("1",)), "a trial", over_limit=True))
    everything = approve(over, Statement("jo", Choice(), "term begins", over_limit=True))
    others = replace(everything, id="other", approver="al", os_user="al-os")
    for approvals in ([some, others], [others, some]):
        chosen = usable(over, approvals, NOW)
        assert covered_by(over, approvals, chosen.id, NOW) == frozenset(some.changes)
    later = replace(others, id="later", changes=("sha256:x",), at=NOW + timedelta(hours=1))
    assert covered_by(over, [later, others, some], others.id, NOW) == frozenset(some.changes)
