"""Why a field changes, stays or is held: a closed list, and the one decision table.

The table is the meaning of the rules; plans, explanations and the manual use its reasons and nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from engine.query.model import FieldQuery
from engine.query.run import Cell
from engine.rules.model import Mode, WinRule


class Reason(StrEnum):
    """Every reason that a field or a record can have."""

    SAME = "same"
    FILLS_BLANK = "fills_blank"
    SOURCE_WINS = "source_wins"
    CLEARS = "clears"
    KEEPS = "keeps"
    MIS_WINS = "mis_wins"
    PROVIDER_WINS = "provider_wins"
    DIFFERS = "differs"
    MIS_MOVED = "mis_moved"
    PROVIDER_MOVED = "provider_moved"
    DECIDED_MIS = "decided_mis"
    DECIDED_PROVIDER = "decided_provider"
    DECIDED_NEITHER = "decided_neither"
    CREATES = "creates"
    UNDOES = "undoes"
    AS_BEFORE = "as_before"
    IGNORED_BY_DIRECTION = "ignored_by_direction"
    IGNORED_BY_ONLY = "ignored_by_only"
    IGNORED_BY_CONDITION = "ignored_by_condition"
    IGNORED_BY_CODE = "ignored_by_code"
    # holds of a field
    UNREADABLE = "unreadable"
    MISSING_CODE = "missing_code"
    MISSING_REF = "missing_ref"
    RULE_ERROR = "rule_error"
    CONDITION_UNCLEAR = "condition_unclear"
    TOO_LONG = "too_long"
    NO_RULE_FITS = "no_rule_fits"
    CANNOT_SPLIT = "cannot_split"
    BOTH_MOVED = "both_moved"
    BLANKED_AFTER_AGREED = "blanked_after_agreed"
    MOVED_SINCE = "moved_since"
    BEFORE_UNKNOWN = "before_unknown"
    NEEDS_VALUE = "needs_value"
    NOT_WRITTEN_NOW = "not_written_now"
    # holds of a record
    LINK_GONE_PROVIDER = "link_gone_provider"
    LINK_GONE_MIS = "link_gone_mis"
    LINK_SHARED = "link_shared"
    LINK_MOVED = "link_moved"
    KEY_DOUBLED = "key_doubled"
    AMBIGUOUS = "ambiguous"
    PROPOSED = "proposed"
    HELD_BY_RULE = "held_by_rule"
    LINKS = "links"
    REQUIRED_MISSING = "required_missing"
    OUTCOME_UNKNOWN = "outcome_unknown"
    EMPTY_READ = "empty_read"
    CREATED_STAYS = "created_stays"
    RECORD_GONE = "record_gone"
    UNDO_UNCLEAR = "undo_unclear"


SENTENCES: dict[Reason, str] = {
    Reason.SAME: "both sides have the same value, or both are blank",
    Reason.FILLS_BLANK: "the target is blank and the other side has a value",
    Reason.SOURCE_WINS: "the values differ and the direction says which side wins",
    Reason.CLEARS: "the source is blank and the rule says that it clears the target",
    Reason.KEEPS: "the source is blank, so the target keeps its value",
    Reason.MIS_WINS: "both sides have a value, they differ, and the rule gives it to the MIS",
    Reason.PROVIDER_WINS: "both sides have a value, they differ, and the rule gives it to the provider",
    Reason.DIFFERS: "both sides have a value and the rule only fills blanks",
    Reason.MIS_MOVED: "the two agreed once, and only the MIS has another value since",
    Reason.PROVIDER_MOVED: "the two agreed once, and only the provider has another value since",
    Reason.DECIDED_MIS: "it was held, and a person decided that the provider gets what the MIS has",
    Reason.DECIDED_PROVIDER: "it was held, and a person decided that the MIS gets what the provider has",
    Reason.DECIDED_NEITHER: "it was held, and a person decided that both sides stay as they are",
    Reason.CREATES: "the record is created with this value",
    Reason.UNDOES: "a run is undone: what stood here before it is put back",
    Reason.AS_BEFORE: "what stood here before the run stands here already",
    Reason.IGNORED_BY_DIRECTION: "the direction of this record type or field is `ignore`",
    Reason.IGNORED_BY_ONLY: "`only` keeps this field out of the direction chosen",
    Reason.IGNORED_BY_CONDITION: "the field's condition keeps it out",
    Reason.IGNORED_BY_CODE: "the table of codes lacks this code, and the rule leaves the field alone then",
    Reason.UNREADABLE: "a value cannot be read as the type that its column has",
    Reason.MISSING_CODE: "the table of codes lacks this code",
    Reason.MISSING_REF: "the record that it refers to has no counterpart on the other side",
    Reason.RULE_ERROR: "the field's expression ends in an error",
    Reason.CONDITION_UNCLEAR: "the field's condition is neither true nor false",
    Reason.TOO_LONG: "the value is longer than the target's column takes",
    Reason.NO_RULE_FITS: "the decision table has no rule that gives a value",
    Reason.CANNOT_SPLIT: "lines that were joined cannot be taken apart again",
    Reason.BOTH_MOVED: "the values differ, and it is not known that one side alone has moved since they agreed",
    Reason.BLANKED_AFTER_AGREED: "the two agreed once, and one side is blank now",
    Reason.MOVED_SINCE: "what stands here is no longer what the run left, so it is left alone",
    Reason.BEFORE_UNKNOWN: "the system never shows this column, so nobody knows what stood here before the run",
    Reason.NEEDS_VALUE: "this was blank before the run, and its column must have a value",
    Reason.NOT_WRITTEN_NOW: "the rules and connector files, as they are now, do not let this be written",
    Reason.LINK_GONE_PROVIDER: "the linked record is gone at the provider",
    Reason.LINK_GONE_MIS: "the linked record is gone in the MIS",
    Reason.LINK_SHARED: "two records are linked to one",
    Reason.LINK_MOVED: "the linked record stands in another centre than its link names",
    Reason.KEY_DOUBLED: "the record's key is that of two records of one system",
    Reason.AMBIGUOUS: "several records of one side fit one of the other",
    Reason.PROPOSED: "the records look like one and the same; a person has to say so",
    Reason.HELD_BY_RULE: "the rules hold this record",
    Reason.LINKS: "the records are one and the same by the fields that must match",
    Reason.REQUIRED_MISSING: "a field that a new record must have is blank",
    Reason.OUTCOME_UNKNOWN: "this was sent before and nobody knows what became of it",
    Reason.EMPTY_READ: "one side was read and has no record at all, though there are links to its records",
    Reason.CREATED_STAYS: "the run created this record; tieline deletes none, so it stays, and its link with it",
    Reason.RECORD_GONE: "the record that the run wrote is not there any more",
    Reason.UNDO_UNCLEAR: "nobody can tell whether this is the run's doing, so it is left alone",
}

HOLDS = frozenset(
    {
        Reason.UNREADABLE,
        Reason.MISSING_CODE,
        Reason.NO_RULE_FITS,
        Reason.CANNOT_SPLIT,
        Reason.BOTH_MOVED,
        Reason.BLANKED_AFTER_AGREED,
        Reason.MISSING_REF,
        Reason.RULE_ERROR,
        Reason.CONDITION_UNCLEAR,
        Reason.TOO_LONG,
        Reason.MOVED_SINCE,
        Reason.BEFORE_UNKNOWN,
        Reason.NEEDS_VALUE,
        Reason.NOT_WRITTEN_NOW,
        Reason.EMPTY_READ,
    }
)
"""Reasons that hold a field."""

REMEDIES: dict[Reason, str] = {
    Reason.UNREADABLE: "put the value right in its system, or the column's type in the connector file",
    Reason.MISSING_CODE: "add the code to the table, or say `on_missing_code`",
    Reason.MISSING_REF: "link the other record (`tieline link set`), or let the rules create it",
    Reason.RULE_ERROR: "see what the expression reads: one of its values is not what the rule expects",
    Reason.CONDITION_UNCLEAR: "fill the values that the condition reads, or say in it what a blank means",
    Reason.TOO_LONG: "shorten the value in its system; nothing is ever cut",
    Reason.NO_RULE_FITS: "add a rule or a default to the decision table",
    Reason.CANNOT_SPLIT: "write the lines into the other side by hand",
    Reason.BOTH_MOVED: "say whose value counts: `tieline decide`",
    Reason.BLANKED_AFTER_AGREED: "say whose value counts: `tieline decide`",
    Reason.LINK_GONE_PROVIDER: "find out what became of the record, then `tieline link edit` or `tieline link remove`",
    Reason.LINK_GONE_MIS: "find out what became of the record, then `tieline link remove`",
    Reason.LINK_SHARED: "find out which of the two is right, and `tieline link remove` the other",
    Reason.LINK_MOVED: "`tieline link remove`, then `tieline link set` for the centre in which the record stands now",
    Reason.KEY_DOUBLED: "let one of the two records have another key in its system",
    Reason.AMBIGUOUS: "link the right one by hand: `tieline link set`",
    Reason.PROPOSED: "`tieline link set` where they are the same, `tieline link deny` where they are not",
    Reason.HELD_BY_RULE: "put right what the rule names",
    Reason.REQUIRED_MISSING: "fill the value in its system",
    Reason.EMPTY_READ: (
        "find out why that system shows nothing (its address, our rights there); where it is new and empty indeed, "
        "remove the links that lead there"
    ),
    Reason.OUTCOME_UNKNOWN: (
        "resume the run that sent it; else look for the record in its system: where it is there link it, "
        "where it is not say `tieline decide EXCHANGE CHANGE --not-there`"
    ),
    Reason.MOVED_SINCE: "look who changed it; put it back by hand where that is wanted all the same",
    Reason.BEFORE_UNKNOWN: "put it right in its system by hand",
    Reason.NEEDS_VALUE: "put another value there by hand, in its system or through the rules",
    Reason.NOT_WRITTEN_NOW: "put it back by hand, or bring back the rules and the connector file of the run first",
    Reason.CREATED_STAYS: "delete it in its system where it is not wanted, then `tieline link remove`",
    Reason.RECORD_GONE: "nothing, unless the record comes back",
    Reason.UNDO_UNCLEAR: "look at the record in its system, and at `tieline link list`; put it right by hand",
}
"""What a person can do about each hold."""

RELEASABLE = frozenset({Reason.BOTH_MOVED, Reason.BLANKED_AFTER_AGREED})
"""Holds for which a person's word suffices: both values are known, and only who is right is not."""

DECIDED = frozenset({Reason.DECIDED_MIS, Reason.DECIDED_PROVIDER, Reason.DECIDED_NEITHER})
"""Reasons of a field that a person released."""

Target = Literal["provider", "mis", ""]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the decision table says of a cell: which side is set (`''`: none), cleared or not, and why."""

    reason: Reason
    target: Target = ""
    clears: bool = False


_DECISIONS: dict[Cell, Verdict] = {
    "decided mis": Verdict(Reason.DECIDED_MIS, "provider"),
    "decided provider": Verdict(Reason.DECIDED_PROVIDER, "mis"),
    "decided neither": Verdict(Reason.DECIDED_NEITHER),
}


def decide_cell(mode: Mode, rule: WinRule, cell: Cell, *, blank_clears: bool) -> Verdict:
    """The decision table. Under `both` the MIS stands as the source of a cell."""
    match cell:
        case "both blank" | "equal":
            return Verdict(Reason.SAME)
        case "condition off":
            return Verdict(Reason.IGNORED_BY_CONDITION)
        case "condition unclear":
            return Verdict(Reason.CONDITION_UNCLEAR)
        case "problem":
            return Verdict(Reason.RULE_ERROR)
        case "skipped":
            return Verdict(Reason.IGNORED_BY_CODE)
        case "blanked":
            return Verdict(Reason.BLANKED_AFTER_AGREED)
        case "mis moved":
            return Verdict(Reason.MIS_MOVED, "provider")
        case "provider moved":
            return Verdict(Reason.PROVIDER_MOVED, "mis")
        case "decided mis" | "decided provider" | "decided neither":
            return _DECISIONS[cell]
        case "source blank" | "target blank" | "different":
            return _both_ways(rule, cell) if mode == "both" else _one_way(mode, cell, blank_clears=blank_clears)


def _one_way(mode: Mode, cell: Cell, *, blank_clears: bool) -> Verdict:
    target: Target = "provider" if mode == "push" else "mis"
    if cell == "source blank":
        return Verdict(Reason.CLEARS, target, clears=True) if blank_clears else Verdict(Reason.KEEPS)
    return Verdict(Reason.FILLS_BLANK if cell == "target blank" else Reason.SOURCE_WINS, target)


def _both_ways(rule: WinRule, cell: Cell) -> Verdict:
    if cell == "source blank":
        return Verdict(Reason.FILLS_BLANK, "mis")
    if cell == "target blank":
        return Verdict(Reason.FILLS_BLANK, "provider")
    if rule == "fill blank else mis wins":
        return Verdict(Reason.MIS_WINS, "provider")
    if rule == "fill blank else provider wins":
        return Verdict(Reason.PROVIDER_WINS, "mis")
    if rule == "ask":
        return Verdict(Reason.BOTH_MOVED)
    return Verdict(Reason.DIFFERS)


def left_out(field: FieldQuery) -> Reason:
    """Why a field that moves in no direction is left alone."""
    return Reason.IGNORED_BY_ONLY if field.left_out == "only" else Reason.IGNORED_BY_DIRECTION
