"""The use case of an enrolment: what would be sent for a record that a person asks for, and the plan that sends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.choosing import Ask, Choice, choose_for, nobody
from engine.compare.reasons import SENTENCES, Reason
from engine.compare.snapshot import Snapshot
from engine.errors import RefusedError, UsageError
from engine.ledger.link_changes import links_of
from engine.ledger.store import Store
from engine.plan.file import PlanFile
from engine.plan.model import Change, Request
from engine.ports import Clock
from engine.query.model import RecordQuery
from engine.reading import Progress, silent
from engine.rules.model import RecordRule
from engine.service.loading import Exchange
from engine.service.planning import (
    Kept,
    MadeFor,
    as_of_now,
    header_of,
    keep_plan,
    opened_sides,
    opened_store,
    planner_of,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to enrol: the key in the MIS, the record type where several can be asked for, and what was chosen."""

    mis_id: str
    record_type: str | None = None
    choose: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an enrolment comes to. `plan` is None where something stands in its way, and `why` says what.

    `changes` are all that the plan would do, the create of the record itself among them; `missing` are the titles of
    columns that a new record must have and that nothing fills; `alike` are ids of the provider's records that look
    like the one asked for.
    """

    record_type: str
    mis_id: str
    choices: tuple[Choice, ...]
    changes: tuple[Change, ...]
    missing: tuple[str, ...]
    alike: tuple[str, ...]
    why: tuple[str, ...]
    plan: PlanFile | None
    calls: Mapping[str, int]


def enrol(
    exchange: Exchange,
    clock: Clock,
    wish: Wish,
    out: Path | None = None,
    progress: Progress = silent,
    ask: Ask = nobody,
) -> Enrolment:
    """Read both sides and plan the create of one record; writes nothing to any system.

    Raises `UsageError` where no such record type is created on request or a choice is none, and `RefusedError` where
    the MIS has no such record, or it has a link already.
    """
    rule = _record_rule(exchange, wish.record_type)
    with opened_store(exchange.workspace, clock) as store, opened_sides(exchange, clock) as sides:
        _refuse_linked(exchange, store, rule.name, wish.mis_id)
        made = MadeFor(as_of_now(exchange, clock), Request(rule.name, (wish.mis_id,)))
        planner = planner_of(exchange, store, sides, progress, made)
        record = next(one for one in planner.query.records if one.record_type == rule.name)
        asked = planner.readings.fetch("mis", record.mis, record.mis_columns, [wish.mis_id])
        _refuse_missing(asked, record, wish.mis_id)
        choices = choose_for(planner, record, asked, wish.choose, ask)
        chosen = {wish.mis_id: {one.name: one.key for one in choices}}
        made = replace(made, request=Request(rule.name, (wish.mis_id,), chosen))
        planner = replace(planner, readings=replace(planner.readings, request=made.request))
        decisions, snapshots = planner.decide_all()
        changes = tuple(planner.builder.changes(decisions))
        found = _outcome(exchange, record, wish.mis_id, choices, changes)
        if found.why:
            return replace(found, calls=sides.calls)
        header = header_of(exchange, store, snapshots, made)
        plan = keep_plan(Kept(exchange, store, clock), header, planner, decisions, out)
        return replace(found, plan=plan, calls=sides.calls)


def _record_rule(exchange: Exchange, name: str | None) -> RecordRule:
    """The record type that is asked for."""
    rules = exchange.checked.rules
    known = [
        one for one in rules.records if any(rule.at == "provider" and rule.trigger == "request" for rule in one.create)
    ]
    some = [one for one in known if name is None or one.name == name]
    if len(some) == 1:
        return some[0]
    names = ", ".join(one.name for one in known) or "none"
    if name is None and some:
        message = f"mapping {rules.mapping} creates several record types on request: name one with --record-type"
    else:
        message = f"mapping {rules.mapping} creates no {name or 'record'} on request"
    raise UsageError(f"{message} (on request: {names})")


def _refuse_linked(exchange: Exchange, store: Store, record_type: str, mis_id: str) -> None:
    links = links_of(store, exchange.name, record_type, mis_id)
    if links:
        title = exchange.checked.catalog.provider.title
        message = f"{record_type} {mis_id} is linked to {links[0].provider_id} at {title} already; nothing was planned"
        raise RefusedError(message)


def _refuse_missing(found: Snapshot, record: RecordQuery, mis_id: str) -> None:
    if mis_id in found.doubled:
        message = f"{found.system} has several {record.record_type}s {mis_id}: nobody knows which one is meant"
        raise RefusedError(message)
    if found.frame[record.mis.key].to_list() != [mis_id]:
        message = f"{found.system} has no {record.record_type} {mis_id}; nothing was planned"
        raise RefusedError(message)


def _outcome(
    exchange: Exchange, record: RecordQuery, mis_id: str, choices: tuple[Choice, ...], changes: tuple[Change, ...]
) -> Enrolment:
    """What was found, and all that stands in the way of a plan."""
    own = [one for one in changes if one.record_type == record.record_type and one.mis_id == mis_id]
    create = next((one for one in own if one.action == "create"), None)
    links = [one for one in own if one.action == "link"]
    missing = _missing(record, create) if create is not None else ()
    title = exchange.checked.catalog.provider.title
    why = [f"{one.offer.choice.title} must be chosen" for one in choices if one.key is None]
    why += [f"a new {record.record_type} at {title} must have {name}, and it is blank" for name in missing]
    if create is not None and create.hold is not None and create.hold != Reason.REQUIRED_MISSING.value:
        why.append(create.because or SENTENCES[Reason(create.hold)])
    why += [_likely(one, title) for one in links]
    if create is None and not links:
        why.append(f"the rules do not have this {record.record_type} created: the condition of `create` is not true")
    alike = tuple(one.provider_id for one in links if one.provider_id is not None)
    return Enrolment(record.record_type, mis_id, choices, changes, missing, alike, tuple(why), None, {})


def _likely(link: Change, title: str) -> str:
    if link.provider_id is None:
        return f"several records at {title} look like this {link.record_type}, or one looks like several of the MIS"
    return f"the record {link.provider_id} at {title} looks like this {link.record_type}"


def _missing(record: RecordQuery, create: Change) -> tuple[str, ...]:
    """The titles of the columns that a new record must have and that nothing fills."""
    rule, collection = record.create_requested, record.provider
    if rule is None:
        return ()
    sent = {column.name for one in record.fields if rule.sends(one) for column in one.columns("provider")}
    filled = {
        name
        for part in create.fields
        for name, value in part.written.items()
        if value is not None or part.pending is not None
    }
    return tuple(
        column.title or name
        for name, column in collection.columns.items()
        if column.required and name in sent and name not in filled
    )
