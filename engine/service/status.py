"""The use case of telling how exchanges stand: whether they are on, their systems answer, and what was done last."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from engine.errors import TielineError
from engine.ledger.ends import ends_of
from engine.ledger.plans import list_plans
from engine.ledger.runs import list_runs
from engine.ledger.standing import count_links, held_links
from engine.ledger.store import Store
from engine.opening import open_system
from engine.ports import Clock, ConnectorSpec
from engine.service.exchanged import LEARNER, Wanted, run_facts, runs_told
from engine.service.loading import Exchange, load_exchange
from engine.service.planning import opened_store
from engine.settings import Workspace

LAST = 5
"""How many exchanges of one learner are told."""


def statuses(
    workspace: Workspace, clock: Clock, name: str | None, learner: str | None = None
) -> Iterator[dict[str, Any]]:
    """One exchange or all, as plain data, in the order of their names; `well` says whether all is as it should be.

    Of an exchange that is not enabled nothing is read. With a learner (MIS id): no system is called; the learner's
    links and last exchanges are told.
    """
    if name is not None and name not in workspace.exchanges:
        load_exchange(workspace, name)  # says which exchanges there are
    for one in [name] if name is not None else sorted(workspace.exchanges):
        told = {"exchange": one, "enabled": workspace.exchanges[one].enabled, "well": True}
        if told["enabled"]:
            told |= _status(workspace, clock, one) if learner is None else _of_learner(workspace, clock, one, learner)
        yield told


def _status(workspace: Workspace, clock: Clock, name: str) -> dict[str, Any]:
    try:
        exchange = load_exchange(workspace, name)
    except TielineError as fault:
        return {"well": False, "fault": f"its files cannot be used: {fault}; `tieline check` tells more"}
    catalog = exchange.checked.catalog
    systems = [_system(exchange, spec, clock) for spec in (catalog.mis, catalog.provider)]
    with opened_store(workspace, clock) as store:
        stored = _stored(store, name)
    return {"well": all(one["answers"] for one in systems), "systems": systems} | _in_force(exchange) | stored


def _system(exchange: Exchange, spec: ConnectorSpec, clock: Clock) -> dict[str, Any]:
    """The connection test of one system."""
    told = {"system": spec.name, "environment": exchange.environments()[spec.name]}
    try:
        system = open_system(spec, exchange.workspace, clock)
        try:
            return told | {"answers": True, "said": system.check()}
        finally:
            system.close()
    except TielineError as fault:
        return told | {"answers": False, "said": str(fault)}


def _in_force(exchange: Exchange) -> dict[str, Any]:
    """The mode of each record type, and every setting with its title and value."""
    checked = exchange.checked
    rules, chosen = checked.rules, cast("Mapping[str, object]", exchange.settings_json()["settings"])
    return {
        "mapping": rules.mapping,
        "title": rules.title,
        "modes": {record.name: checked.mode(record.direction) for record in rules.records},
        "settings": [
            {"name": one.name, "title": one.title, "kind": one.kind, "value": chosen[one.name]}
            for one in rules.settings.values()
        ],
    }


def _stored(store: Store, name: str) -> dict[str, Any]:
    plan = next(iter(list_plans(store, name)), None)
    run = next(iter(list_runs(store, name)), None)
    return {
        "last_plan": plan
        and {
            "plan": plan.id,
            "made_at": plan.made_at.isoformat(timespec="seconds"),
            "made_by": plan.made_by,
            "counts": dict(plan.counts),
        },
        "last_exchange": run and run_facts(run, ends_of(store, run.id)),
        "links": {
            record_type: {"number": one.number, "newest": one.newest.isoformat(timespec="seconds")}
            for record_type, one in count_links(store, name).items()
        },
    }


def _of_learner(workspace: Workspace, clock: Clock, name: str, learner: str) -> dict[str, Any]:
    with opened_store(workspace, clock) as store:
        links = [
            {
                "provider_id": one.provider_id,
                "centre": one.centre,
                "added_at": one.added_at.isoformat(timespec="seconds"),
            }
            for one in held_links(store, name, LEARNER, learner)
        ]
        wanted = Wanted(learner, exchange=name, most=LAST)
        runs = [
            dict(one.facts) | {"changes": list(one.changes), "lacks": one.lacks} for one in runs_told(store, wanted)
        ]
    return {"well": not any(one["lacks"] for one in runs), "learner": learner, "links": links, "exchanges": runs}
