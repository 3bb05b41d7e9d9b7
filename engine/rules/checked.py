"""Checked rules: what the checker hands on, and nothing else can make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.feel.nodes import Call, Name, Node, walk
from engine.rules.model import Catalog, Direction, FieldRule, Formula, Mode, RecordRule, RuleSet

_CHECKER = object()


class UncheckedRulesError(TypeError):
    """Somebody tried to make `CheckedRules` without the checker."""


@dataclass(frozen=True, slots=True)
class CheckedRules:
    """Rules that passed every check, with the catalogs they were checked against and the settings chosen.

    Only `engine.rules.check.check_rules` can make one. `formulas` holds each expression's tree, `settings` the value
    of every setting (a switch as a boolean, a choice as its value).
    """

    rules: RuleSet
    catalog: Catalog
    formulas: Mapping[Formula, Node]
    settings: Mapping[str, object]
    _made_by: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._made_by is not _CHECKER:
            message = "only check_rules makes CheckedRules"
            raise UncheckedRulesError(message)

    @property
    def reads_today(self) -> bool:
        """Whether a rule asks for the day, so that a plan depends on it."""
        calls = (each for node in self.formulas.values() for each, _ in walk(node) if isinstance(each, Call))
        return any(call.function == Name("today") for call in calls)

    def mode(self, direction: Direction) -> Mode:
        """The mode that a direction has under the chosen settings."""
        if direction.when is not None and self.settings[direction.when] is not True:
            return "ignore"
        if direction.setting is not None:
            return _as_mode(self.settings[direction.setting])
        return direction.mode or "ignore"

    def field_mode(self, record: RecordRule, rule: FieldRule) -> tuple[Mode, Literal["direction", "only", ""]]:
        """The mode of a field, and what keeps it out where it is `ignore`."""
        mode = self.mode(rule.direction or record.direction)
        if mode == "ignore":
            return "ignore", "direction"
        if not rule.only:
            return mode, ""
        ways = {"push", "pull"} & rule.only if mode == "both" else {mode} & rule.only
        if ways == {"push", "pull"}:
            return "both", ""
        return (_as_mode(next(iter(ways))), "") if ways else ("ignore", "only")


def _as_mode(value: object) -> Mode:
    modes: dict[object, Mode] = {"ignore": "ignore", "push": "push", "pull": "pull", "both": "both"}
    return modes[value]


def seal(
    rules: RuleSet, catalog: Catalog, formulas: Mapping[Formula, Node], settings: Mapping[str, object]
) -> CheckedRules:
    """Make `CheckedRules`; for `check_rules` alone."""
    return CheckedRules(rules, catalog, formulas, settings, _CHECKER)
