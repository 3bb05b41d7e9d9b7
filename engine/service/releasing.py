"""The use case of releasing a change whose outcome nobody knows: a person has looked, and it was not carried out."""

from engine.approve import current_user
from engine.errors import UsageError
from engine.ledger.leases import hold_lease
from engine.ledger.unknown import release_change, unknown_changes
from engine.ports import Clock
from engine.service.loading import enabled_settings, load_exchange
from engine.service.planning import opened_store
from engine.settings import Workspace

_LEAST = 6
"""Letters of a change's id that people may stop at."""
_SHOWN = 10


def release(workspace: Workspace, clock: Clock, exchange: str, named: str, why: str) -> str:
    """Let a change be planned again that a person found not to be there; its whole id.

    UsageError where no such change is unknown; LeaseError while a run writes to the provider.
    """
    enabled_settings(workspace, exchange)
    if not why.strip():
        message = "--why is empty: say why, for those who look at it later"
        raise UsageError(message)
    provider = load_exchange(workspace, exchange).checked.catalog.provider.name
    with opened_store(workspace, clock) as store, hold_lease(store, provider, current_user()) as lease:
        change = _named(unknown_changes(store, provider), named)
        release_change(store, lease, change, why.strip())
    return change


def _named(unknown: frozenset[str], named: str) -> str:
    found = sorted(one for one in unknown if len(named) >= _LEAST and one.startswith(named))
    if len(found) == 1:
        return found[0]
    known = ", ".join(one[:12] for one in sorted(unknown)[:_SHOWN]) or "none"
    message = f"{named!r} is the beginning (six letters or more) of no one change whose outcome is unknown: {known}"
    raise UsageError(message)
