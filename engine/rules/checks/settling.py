"""Rules settle: what they set once, they leave alone in the next plan.

A field that goes both ways is tried out: its decision is made for every pair of blank and two different values, under
its own translations, and made again on what came out. And no field may write what feeds another that writes back.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.feel.names import names_read
from engine.feel.nodes import Node
from engine.rules.checks.directions import possible_modes
from engine.rules.checks.rings import shortest_ring
from engine.rules.checks.scopes import SIDES
from engine.rules.checks.subject import Subject
from engine.rules.checks.trials import UNKNOWN, Trial, Value
from engine.rules.model import Codes, FieldRule, Formula, Lines, Normaliser, RecordRule, Side

Place = tuple[Side, str, str]
"""Side, collection, column."""


def check(subject: Subject, formulas: Mapping[Formula, Node]) -> Iterator[Diagnostic]:
    """Two-way fields that change the same again, and rings of fields that feed each other."""
    for record, rule in subject.fields():
        trial = Trial.of(subject, record, rule, formulas)
        if trial is not None and "both" in possible_modes(record, rule) and _can_be_tried(subject, rule):
            yield from _two_way(subject, rule, trial)
    yield from _rings(subject, formulas)


def _can_be_tried(subject: Subject, rule: FieldRule) -> bool:
    """What `date` and `number` take for the same is not tried; a table that is not one-to-one is told elsewhere."""
    back = rule.from_provider
    table = subject.rules.codes.get(back.name) if isinstance(back, Codes) else None
    return _STEPS.keys() >= set(rule.compare) and (table is None or table.one_to_one())


# --- one field, both ways --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Move:
    """What a plan does to one pair of values: the side that is set, and the two values afterwards."""

    target: Side
    mis: Value
    provider: Value


def _two_way(subject: Subject, rule: FieldRule, trial: Trial) -> Iterator[Diagnostic]:
    samples = trial.samples
    for mis in (None, *samples["mis"]):
        for provider in (None, *samples["provider"]):
            for move in _moves(rule, trial, mis, provider):
                again = list(_moves(rule, trial, move.mis, move.provider))
                if again:
                    yield _unsettled(subject, rule, move)
                    return


def _moves(rule: FieldRule, trial: Trial, mis: Value, provider: Value) -> Iterator[_Move]:
    """The decision table under `both`, in the MIS's form. `ask` follows whichever side moved, so it has two moves."""
    seen = trial.to_mis(provider)
    if UNKNOWN in (seen, trial.to_provider(mis)) or same(mis, seen, rule.compare):
        return
    if mis is not None and seen is not None:
        winners = _WINNERS.get(str(rule.rule), ())
    else:
        winners = ("provider",) if mis is None else ("mis",)
    for winner in winners:
        if winner == "mis":
            yield _Move("provider", mis, trial.to_provider(mis))
        else:
            yield _Move("mis", seen, provider)


_WINNERS: Mapping[str, tuple[Side, ...]] = {
    "fill blank else mis wins": ("mis",),
    "fill blank else provider wins": ("provider",),
    "ask": ("mis", "provider"),
}


def _unsettled(subject: Subject, rule: FieldRule, move: _Move) -> Diagnostic:
    mis, provider = (f"`{value}`" if value is not None else "a blank" for value in (move.mis, move.provider))
    note = (
        f"a plan would leave {mis} in the MIS and {provider} at the provider, and the next plan would change it again"
    )
    label = Label(subject.rules.source, rule.span, "what is sent is not the same when it comes back")
    help_ = "let `compare:` take the two for the same, or give `from_mis:` and `from_provider:` that undo each other"
    headline = f"`{rule.name}` would be changed again by the next plan"
    return Diagnostic(codes.NEVER_SETTLES, "error", headline, label, (), (note,), help_)


def same(left: Value, right: Value, steps: tuple[Normaliser, ...]) -> bool:
    """Whether two values are the same under the normalisers."""
    if isinstance(left, str) and isinstance(right, str):
        return normalised(left, steps) == normalised(right, steps)
    return type(left) is type(right) and left == right


def normalised(text: str, steps: tuple[Normaliser, ...]) -> str:
    """A text under the normalisers: the same as the query's, which works on columns."""
    for name, step in _STEPS.items():
        if name in steps:
            text = step(text)
    return unicodedata.normalize("NFC", text) if "accents" in steps else text


_STEPS: Mapping[Normaliser, Callable[[str], str]] = {
    "format": lambda text: "".join(letter for letter in text if unicodedata.category(letter) != "Cf"),
    "accents": lambda text: unicodedata.normalize("NFC", text),
    "digits": lambda text: "".join(letter for letter in text if letter in "0123456789"),
    "commas": lambda text: text.replace(",", " "),
    "no_spaces": lambda text: "".join(text.split()),
    "upper": str.upper,
    "fold": lambda text: text.lower().upper().lower(),
    "spaces": lambda text: re.sub(r"\s+", " ", text),
    "trim": str.strip,
}


# --- fields that feed each other -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Flow:
    """One way of one field: the columns that it reads, and the one that it writes."""

    rule: FieldRule
    setting: str | None
    reads: frozenset[Place]
    writes: Place


def _rings(subject: Subject, formulas: Mapping[Formula, Node]) -> Iterator[Diagnostic]:
    flows = [flow for record, rule in subject.fields() for flow in _flows(record, rule, formulas)]
    edges = {at: [to for to, other in enumerate(flows) if _feeds(flow, other)] for at, flow in enumerate(flows)}
    told: set[frozenset[str]] = set()
    for start in edges:
        ring = [flows[at].rule for at in shortest_ring(edges, start)]
        names = frozenset(rule.name for rule in ring)
        if ring and names not in told:
            told.add(names)
            yield _ring(subject, ring)


def _feeds(first: _Flow, second: _Flow) -> bool:
    """A setting of kind direction is push or pull, never both, so two ways under one setting do not meet."""
    apart = first.setting is not None and first.setting == second.setting
    return first.rule is not second.rule and not apart and first.writes in second.reads


def _flows(record: RecordRule, rule: FieldRule, formulas: Mapping[Formula, Node]) -> Iterator[_Flow]:
    modes = possible_modes(record, rule)
    setting = (rule.direction or record.direction).setting
    for source, target, way in ((SIDES[0], SIDES[1], "push"), (SIDES[1], SIDES[0], "pull")):
        column = rule.provider if target == "provider" else rule.mis
        if column is not None and modes & {way, "both"}:
            collections = {"mis": record.mis, "provider": record.provider}
            reads = frozenset((source, collections[source], name) for name in _reads(rule, source, formulas))
            yield _Flow(rule, setting, reads, (target, collections[target], column))


def _reads(rule: FieldRule, source: Side, formulas: Mapping[Formula, Node]) -> Iterator[str]:
    translation = rule.from_mis if source == "mis" else rule.from_provider
    own = rule.mis if source == "mis" else rule.provider
    match translation:
        case Formula() if translation in formulas:
            yield from (path[0] for path in names_read(formulas[translation]) if path[0] != "settings")
        case Lines(columns=columns):
            yield from columns
        case _:
            if own is not None:
                yield own


def _ring(subject: Subject, ring: list[FieldRule]) -> Diagnostic:
    *others, last = sorted(ring, key=lambda rule: rule.span)
    label = Label(subject.rules.source, last.span, "reads what another field writes, and feeds it in turn")
    marks = tuple(Label(subject.rules.source, rule.span, "one of the fields") for rule in others)
    listed = " and ".join(f"`{rule.name}`" for rule in [*others, last])
    help_ = "make one field of them under `direction: both`, or leave one way out"
    headline = f"{listed} feed each other, so no plan would be the last"
    return Diagnostic(codes.NEVER_SETTLES, "error", headline, label, marks, help=help_)
