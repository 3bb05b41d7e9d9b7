"""Approval: a named person's statement over a plan's digest and the changes that it covers."""

import getpass
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import LimitError, NoRightError, NotApprovedError, UsageError
from engine.ledger.plans import Approval, StoredPlan
from engine.plan.file import PlanFile
from engine.plan.model import Change
from engine.settings import Person, Workspace

_APART = timedelta(minutes=1)
"""How far the clocks of two machines may be apart before that is a fault."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which changes a person approves: all, only some, or all but some (by the beginning of their ids)."""

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def takes(self, change: Change) -> bool:
        """Whether this change is approved."""
        if self.only:
            return change.id.startswith(self.only)
        return not (self.without and change.id.startswith(self.without))


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person says: as whom, which changes, why, from when until when, and whether over a limit."""

    name: str
    choice: Choice
    why: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    over_limit: bool = False


def current_user() -> str:
    """The operating-system user that runs this process."""
    return getpass.getuser()


def make_approval(plan: PlanFile, stored: StoredPlan, workspace: Workspace, said: Statement, now: datetime) -> Approval:
    """Check that this person may approve this plan, and write the approval down (the caller stores it)."""
    person = _person(workspace, said.name)
    if stored.made_by == person.os_user and not workspace.author_may_approve:
        message = f"{person.name} made plan {plan.id} and may not approve it: author_may_approve is off in tieline.yaml"
        raise NoRightError(message)
    _limits(plan, said)
    covered = _covered(plan, said.choice)
    return Approval(
        id=str(uuid.uuid4()),
        plan=plan.id,
        digest=plan.digest,
        changes=covered,
        approver=person.name,
        os_user=person.os_user,
        why=said.why,
        at=now,
        not_before=said.not_before,
        not_after=said.not_after or now + workspace.valid_for,
        counts={"changes": len(covered), "held": plan.tally.held, "over_limit": said.over_limit},
    )


def _person(workspace: Workspace, name: str) -> Person:
    person = workspace.people.get(name)
    user = current_user()
    if person is None:
        known = ", ".join(sorted(workspace.people)) or "nobody"
        message = f"{name} is not among `people` in tieline.yaml ({known})"
        raise NoRightError(message)
    if person.os_user != user:
        message = f"{name} belongs to the operating-system user {person.os_user}, and this is {user}"
        raise NoRightError(message)
    if person.role not in {"approver", "admin"}:
        message = f"{name} has the role {person.role}; only an approver or an admin approves"
        raise NoRightError(message)
    return person


def require_admin(workspace: Workspace) -> Person:
    """The administrator that the operating-system user is; raises `NoRightError` where the user is none."""
    user = current_user()
    found = next(
        (one for _, one in sorted(workspace.people.items()) if one.os_user == user and one.role == "admin"), None
    )
    if found is None:
        message = f"only an administrator may do this, and nobody under `people` in tieline.yaml is one as {user}"
        raise NoRightError(message)
    return found


def _limits(plan: PlanFile, said: Statement) -> None:
    crossed = [line.sentence for line in plan.limits if line.crossed]
    if crossed and not said.over_limit:
        raise LimitError(plan.id, crossed)
    if said.over_limit and not said.why:
        message = "--over-limit needs --why"
        raise UsageError(message)


def _covered(plan: PlanFile, choice: Choice) -> tuple[str, ...]:
    """The digests of the changes that are approved; the changes themselves are looked at one by one."""
    unmet = dict.fromkeys((*choice.only, *choice.without))
    covered: list[str] = []
    for change in plan.changes():
        if change.applicable:
            for part in [part for part in unmet if part and change.id.startswith(part)]:
                del unmet[part]
            if choice.takes(change):
                covered.append(change.digest)
    if unmet:
        message = f"plan {plan.id} has no change whose id begins with {next(iter(unmet))!r}"
        raise UsageError(message)
    if not covered:
        message = f"plan {plan.id} has nothing that may be applied, so there is nothing to approve"
        raise UsageError(message)
    return tuple(covered)


def usable(plan: PlanFile, approvals: Sequence[Approval], now: datetime) -> Approval:
    """The newest approval that lets the plan be applied now; raises `NotApprovedError` where there is none.

    A clock that was set back revives no approval: the latest time that the store has seen since counts as well.
    """
    used = next((one.used_by for one in approvals if one.used_by is not None), None)
    if used is not None:
        why = f"it was applied by run {used} already; `tieline resume {used[:8]}` goes on with that run"
        raise NotApprovedError(plan.id, why)
    reasons = [_why_not(plan, one, now, one.seen_until) for one in approvals]
    valid = [one for one, why in zip(approvals, reasons, strict=True) if why is None]
    if not valid:
        nobody = f"nobody has approved it; `tieline approve {plan.id[:8]} --as NAME`"
        raise NotApprovedError(plan.id, next((why for why in reasons if why is not None), nobody))
    crossed = [line.sentence for line in plan.limits if line.crossed]
    if not crossed:
        return valid[0]
    if len(_over_limit(valid)) < 2:  # noqa: PLR2004  two people
        why = "a limit is crossed and a second approver must approve with --over-limit: " + "; ".join(crossed)
        raise NotApprovedError(plan.id, why)
    return next(one for one in valid if one.counts.get("over_limit"))


def covered_by(plan: PlanFile, approvals: Sequence[Approval], chosen: str, at: datetime) -> frozenset[str]:
    """The digests of the changes that a run may apply, by the approvals that stood when it began.

    `chosen` is the run's approval. Where a limit is crossed, only what everybody approved who approved over the limit.
    """
    if not any(line.crossed for line in plan.limits):
        return next(frozenset(one.changes) for one in approvals if one.id == chosen)
    standing = [one for one in approvals if _why_not(plan, one, at) is None]
    return frozenset.intersection(*(frozenset(one.changes) for one in _over_limit(standing).values()))


def _why_not(plan: PlanFile, approval: Approval, now: datetime, seen: datetime | None = None) -> str | None:
    if approval.digest != plan.digest:
        return "its approval is for other bytes"
    if approval.at > now + _APART:
        return f"it was approved at {approval.at:%Y-%m-%d %H:%M} UTC, which is yet to come: approve again"
    if approval.not_before is not None and now < approval.not_before:
        return f"its approval holds only from {approval.not_before:%Y-%m-%d %H:%M} UTC"
    if approval.not_after is not None and max(now, seen or now) >= approval.not_after:
        return f"its approval ended at {approval.not_after:%Y-%m-%d %H:%M} UTC"
    return None


def _over_limit(approvals: Sequence[Approval]) -> dict[str, Approval]:
    """Operating-system user -> that person's newest approval over the limit."""
    found: dict[str, Approval] = {}
    for one in approvals:
        if one.counts.get("over_limit"):
            found.setdefault(one.os_user, one)
    return found
