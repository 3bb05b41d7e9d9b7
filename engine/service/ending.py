"""What becomes of the open changes of a run that nobody goes on with."""

from engine.approve import covered_by
from engine.ledger.ends import OPEN, answered_of
from engine.ledger.journal import Closing
from engine.ledger.links import link_columns
from engine.ledger.plans import approvals_of
from engine.ledger.runs import Run
from engine.ledger.store import Store
from engine.plan.file import PlanFile
from engine.plan.model import Change
from engine.undo import Done, Ids

UNCLEAR = "its run was ended before anybody saw whether it was carried out"
_SEEN = "it was seen when the run was ended"
_NOT_SENT = "the system did not take it in, and its run was ended"
_LINK = "it stands so; its run was ended, and nobody can tell whether it was stored by that"


def closings_of(store: Store, run: Run, plan: PlanFile, done: Done) -> list[Closing]:
    """A closing for every change of an unfinished run that may have been begun.

    A create that may be there is unknown, so that no plan makes it again. An update to which the system said yes is
    done, if it is found there yet; any other may be planned again: it has failed. A link leaves no line before it is
    stored; one that stands so may be the run's.
    """
    answered = answered_of(store, run.id)
    covered = covered_by(plan, approvals_of(store, plan.id), run.approval, run.begun_at)
    links: dict[str, frozenset[Ids]] = {}
    closings: list[Closing] = []
    for change in plan.changes():
        end = done.ends.get(change.id)
        if end is not None and end.state == OPEN:
            closings.append(_sent(change, done, answered=change.id in answered))
        elif end is None and change.is_link and change.applicable and change.digest in covered:
            name = change.record_type
            links[name] = links[name] if name in links else _links(store, run.exchange, name)
            ids = (change.mis_id, change.provider_id, change.centre)
            if (ids in links[name]) == (change.action == "link"):
                closings.append(Closing(change.id, "already", _LINK))
    return closings


def _sent(change: Change, done: Done, *, answered: bool) -> Closing:
    if change.id not in done.unsure:
        return Closing(change.id, "skipped", _NOT_SENT)
    if change.action == "create":
        return Closing(change.id, "unknown", UNCLEAR, done.made.get(change.id))
    return Closing(change.id, "done", _SEEN) if answered else Closing(change.id, "failed", UNCLEAR)


def _links(store: Store, exchange: str, record_type: str) -> frozenset[Ids]:
    found = link_columns(store, exchange, record_type)
    return frozenset(zip(found["mis_id"], found["provider_id"], found["centre"], strict=True))
