"""The use case of a refresh: one linked learner is planned alone, just as a plan of everything would have it."""

from pathlib import Path

from engine.approve import Choice, Statement, current_user
from engine.errors import NoRightError, RefusedError
from engine.ledger.link_changes import links_of
from engine.plan.model import Request
from engine.ports import Clock
from engine.reading import Progress, silent
from engine.service.exchanged import LEARNER
from engine.service.linking import record_of
from engine.service.loading import Exchange
from engine.service.planning import Planned, make_plan, opened_store
from engine.settings import Workspace


def plan_of_learner(
    exchange: Exchange, clock: Clock, learner: str, out: Path | None = None, progress: Progress = silent
) -> Planned:
    """Plan one linked learner alone, with what the learner's changes need of other records.

    Raises `RefusedError` where the learner has no link: enrolment or a link by hand comes first.
    """
    record_of(exchange, LEARNER)
    with opened_store(exchange.workspace, clock) as store:
        linked = links_of(store, exchange.name, LEARNER, learner)
    if not linked:
        ways = f"`tieline enrol {exchange.name} KEY` or `tieline link set {exchange.name} {LEARNER} KEY ID`"
        message = f"{LEARNER} {learner} has no link, so there is nothing to exchange: {ways}"
        raise RefusedError(message)
    return make_plan(exchange, clock, out, progress, Request(LEARNER, (learner,), creates=False))


def own_statement(workspace: Workspace) -> Statement:
    """The approval of one's own plan; raises `NoRightError` where one may not give it."""
    user = current_user()
    name = next((one.name for one in workspace.people.values() if one.os_user == user), None)
    if not workspace.author_may_approve:
        message = "whoever makes a plan may not approve it here (author_may_approve is off in tieline.yaml)"
        raise NoRightError(message)
    if name is None:
        message = f"{user} is not among `people` in tieline.yaml"
        raise NoRightError(message)
    return Statement(name, Choice(), why="a refresh")
