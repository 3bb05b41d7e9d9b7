"""The use case of deciding: a person says what becomes of a field that a plan holds.

Both records are read again first, so that nobody decides on values that have moved, and nothing is promised that the
next plan would hold for another reason. Nothing is written to any system.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.approve import current_user
from engine.compare.reasons import DECIDED, RELEASABLE, SENTENCES, Reason
from engine.diagnostics.nearest import nearest
from engine.errors import RefusedError, UsageError
from engine.ledger.decisions import Decision, Take, add_decision, decision_columns, standing_decisions
from engine.ledger.plans import list_plans
from engine.ledger.store import Store
from engine.plan.file import PlanFile
from engine.plan.model import Change, FieldChange
from engine.planner import Planner
from engine.ports import Clock
from engine.query.model import FieldQuery
from engine.rules.model import Side
from engine.service.applying import current_exchange, find_in
from engine.service.loading import Exchange, enabled_settings
from engine.service.planning import MadeFor, as_of_now, opened_sides, opened_store, planner_of
from engine.settings import Workspace

_LEAST = 6
"""Letters of a change's id that people may stop at."""
_SHOWN = 10

_REMEDIES: Mapping[str, str] = {
    Reason.UNREADABLE: "correct the value at its system",
    Reason.MISSING_CODE: "add the code to the table, or say `on_missing_code` in the rules",
    Reason.MISSING_REF: "link the record that it refers to",
    Reason.RULE_ERROR: "correct the value that the expression cannot take, or the expression",
    Reason.CONDITION_UNCLEAR: "fill what the condition reads, or mend the condition",
    Reason.TOO_LONG: "shorten the value at its system",
    Reason.NO_RULE_FITS: "add a rule or a default to the decision table",
    Reason.CANNOT_SPLIT: "change the lines at the system that has them one by one",
}


class HoldStaysError(RefusedError):
    """What holds a field is nothing that a person's word lifts; `reason` is its code."""

    def __init__(self, what: str, reason: str, because: str = "") -> None:
        self.reason = reason
        told = because or SENTENCES[Reason(reason)]
        remedy = _REMEDIES.get(reason, "put right what is told there, then make a new plan")
        super().__init__(f"{what} cannot be released by a decision ({reason}): {told}; {remedy}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of a field: `CHANGE.FIELD` as it was typed, which side is right, and why."""

    named: str
    take: Take
    why: str


@dataclass(frozen=True, slots=True)
class Made:
    """A decision that was stored, and the field as the plan had it: its value at the provider, and the MIS's."""

    decision: Decision
    held: FieldChange


def decide_field(workspace: Workspace, clock: Clock, exchange: str, wish: Wish) -> Made:
    """Release a held field of the newest plan of an exchange, and keep who said so and why.

    UsageError where there is no such change or field, `HoldStaysError` where a person's word is not enough,
    RefusedError where the values have moved since the plan was made.
    """
    enabled_settings(workspace, exchange)  # a name that there is not, or an exchange that is off, comes first
    if not wish.why.strip():
        message = "--why is empty: say why, for those who look at it later"
        raise UsageError(message)
    with opened_store(workspace, clock) as store:
        plan = _newest_plan(store, exchange)
        current = current_exchange(workspace, store, plan)
        earlier = standing_decisions(store, exchange)
        change, field = _named(plan, earlier, wish.named)
        held = _held(current, store, clock, _Asked(change, field, earlier, wish.take))
        decision = Decision(
            change=change.id,
            record_type=change.record_type,
            mis_id=change.mis_id or "",
            provider_id=change.provider_id or "",
            centre=change.centre,
            field=field,
            mark=held.read,
            take=wish.take,
            who=current_user(),
            why=wish.why.strip(),
        )
        add_decision(store, exchange, plan.id, decision)
    return Made(decision, held)


def _newest_plan(store: Store, exchange: str) -> PlanFile:
    """The newest plan of everything; where there is none, the newest of all that follow the rules."""
    newest: PlanFile | None = None
    for one in list_plans(store, exchange):
        plan = find_in(store, one.id)[1]
        if plan.header.scope == "all":
            return plan
        if plan.header.undoes is None:
            newest = newest or plan
    if newest is None:
        message = f"exchange {exchange} has no plan yet: `tieline plan {exchange}` shows what is held"
        raise RefusedError(message)
    return newest


# --- which field is meant -------------------------------------------------------------------------------------------


def _named(plan: PlanFile, earlier: Sequence[Decision], named: str) -> tuple[Change, str]:
    """The change and field that a person names; the mark of an earlier decision stands in where the plan has none."""
    name, _, field = named.partition(".")
    if len(name) < _LEAST or not field:
        message = f"{named!r} is no CHANGE.FIELD: six letters or more of the change's id, a full stop, the field"
        raise UsageError(message)
    change = _change(plan, earlier, name)
    known = [one.field for one in change.fields]
    if field not in known:
        guess = nearest(field, known)
        told = f"did you mean {guess[0]}?" if guess else f"it has: {', '.join(known) or 'no field'}"
        message = f"change {change.id[:12]} of plan {plan.id[:8]} has no field {field}; {told}"
        raise UsageError(message)
    what = f"{field} of change {change.id[:12]}"
    if change.hold is not None:
        raise HoldStaysError(what, change.hold, change.because)
    part = next(one for one in change.fields if one.field == field)
    if part.reason not in RELEASABLE | DECIDED:
        if part.held:
            raise HoldStaysError(what, part.reason)
        message = f"{what} is not held, so there is nothing to decide: {SENTENCES[Reason(part.reason)]}"
        raise RefusedError(message)
    return change, field


def _change(plan: PlanFile, earlier: Sequence[Decision], name: str) -> Change:
    """The change of the plan whose id begins so; else the one that decisions which still stand were made on."""
    found: dict[str, Change] = {}
    holding: list[str] = []
    for one in plan.changes():
        if one.id.startswith(name):
            found[one.id] = one
        if len(holding) < _SHOWN:
            holding += [
                f"{one.id[:12]}.{part.field}" for part in one.fields if part.reason in RELEASABLE and not one.hold
            ]
    for word in earlier:
        if word.change.startswith(name):
            found[word.change] = _with_word(found.get(word.change), word)
    if len(found) > 1:
        message = f"{name} may be any of {', '.join(sorted(found)[:_SHOWN])}: write more of the id"
        raise UsageError(message)
    if not found:
        guess = nearest(name, [one.partition(".")[0][: len(name)] for one in holding])
        told = ", ".join(holding[:_SHOWN]) or "nothing"
        near = f"did you mean {guess[0]}? " if guess else ""
        message = f"plan {plan.id[:8]}, the newest, has no change {name}; {near}it waits for a word on: {told}"
        raise UsageError(message)
    return next(iter(found.values()))


def _with_word(change: Change | None, word: Decision) -> Change:
    """The change with a field that was decided on: a plan shows nothing of what is to stay as it is."""
    part = FieldChange(word.field, "", None, None, f"decided_{word.take}", "", word.mark)
    if change is None:
        ids = (word.mis_id, word.provider_id, word.centre)
        return Change(word.change, "update", "provider", "", word.record_type, "", *ids, "C", (part,))
    known = any(one.field == word.field for one in change.fields)
    return change if known else replace(change, fields=(*change.fields, part))


# --- what the systems say now ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A field of a change that is to be decided, and the decisions that stand."""

    change: Change
    field: str
    earlier: Sequence[Decision]
    take: Take

    @property
    def what(self) -> str:
        """The field, in words."""
        return f"{self.field} of change {self.change.id[:12]}"

    @property
    def read(self) -> str:
        """The hash of what the rule read when the plan was made."""
        return next(one.read for one in self.change.fields if one.field == self.field)

    def others(self) -> list[Decision]:
        """The decisions on other fields and records."""
        change = self.change
        own = (change.record_type, change.mis_id, change.provider_id, change.centre, self.field)
        return [
            one for one in self.earlier if own != (one.record_type, one.mis_id, one.provider_id, one.centre, one.field)
        ]

    def with_word(self, mark: str) -> list[Decision]:
        """All decisions, with the one that is asked for among them."""
        change = self.change
        ids = (change.mis_id or "", change.provider_id or "", change.centre)
        mine = Decision(change.id, change.record_type, *ids, self.field, mark, self.take, "", "")
        return [*self.others(), mine]


def _held(exchange: Exchange, store: Store, clock: Clock, asked: _Asked) -> FieldChange:
    """The field as it is held now, once it is certain that the decision would take effect."""
    with opened_sides(exchange, clock) as sides:
        planner = planner_of(exchange, store, sides, made=MadeFor(as_of_now(exchange, clock)))
        held = _part(_planned(planner, asked, asked.others()), asked.field)
        if held is None or held.reason not in RELEASABLE or held.read != asked.read:
            message = f"{asked.what} has moved since the plan was made: make a new plan, and look at it again"
            raise RefusedError(message)
        if asked.take != "neither":
            query = next(one for one in planner.query.records if one.record_type == asked.change.record_type)
            _refuse_blank(asked, next(one for one in query.fields if one.name == asked.field), held)
            _refuse_other_hold(asked, _planned(planner, asked, asked.with_word(held.read)))
    return held


def _planned(planner: Planner, asked: _Asked, words: Sequence[Decision]) -> list[Change]:
    """What a plan made now would have on the record under these decisions."""
    own = [one for one in words if one.record_type == asked.change.record_type]
    return replace(planner, decided=lambda _: decision_columns(own), _words={}, _remembered={}).look_again(asked.change)


def _part(changes: Sequence[Change], field: str) -> FieldChange | None:
    return next((part for change in changes for part in change.fields if part.field == field), None)


def _refuse_blank(asked: _Asked, field: FieldQuery, held: FieldChange) -> None:
    """Raise where the decision would blank a column that must have a value."""
    to: Side = "provider" if asked.take == "mis" else "mis"
    blank = held.after if asked.take == "mis" else held.before
    needed = [column.name for column in field.columns(to) if column.required]
    if blank is None and held.pending is None and needed:
        message = f"{asked.what} cannot be made blank: {needed[0]} must have a value"
        raise RefusedError(message)


def _refuse_other_hold(asked: _Asked, changes: Sequence[Change]) -> None:
    """Raise where a plan under the decision would still hold the field."""
    record = next((change for change in changes if change.hold is not None), None)
    if record is not None and record.hold is not None:
        raise HoldStaysError(asked.what, record.hold, record.because)
    part = _part(changes, asked.field)
    if part is None or part.reason in RELEASABLE:
        message = f"{asked.what} moved while you decided: make a new plan, and look at it again"
        raise RefusedError(message)
    if part.held:
        raise HoldStaysError(f"{asked.what}, with what the {asked.take} has,", part.reason)
