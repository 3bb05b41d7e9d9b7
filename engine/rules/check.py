"""What is proved about a mapping before anything runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.feel.nodes import Node
from engine.rules.checked import CheckedRules, seal
from engine.rules.checks import (
    cells,
    children,
    choices,
    columns,
    creates,
    directions,
    doubled,
    expressions,
    groups,
    identity,
    overlaps,
    owners,
    parents,
    picks,
    references,
    settling,
    systems,
    tables,
    types,
    unused,
    values,
)
from engine.rules.checks.subject import Subject, near
from engine.rules.model import Catalog, Formula, RuleSet, SettingRule

MODES = ("ignore", "push", "pull")
"""What a setting of kind direction may be."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Settings as a workspace chose them; `label` marks where they stand, for diagnostics."""

    values: Mapping[str, object]
    labels: Mapping[str, Label]


_CHECKS = (columns, picks, parents, groups, owners, directions, systems, creates, identity, references, values, choices)

NOTHING_CHOSEN = Chosen({}, {})


def check_rules(
    rules: RuleSet, catalog: Catalog, chosen: Chosen = NOTHING_CHOSEN
) -> tuple[CheckedRules | None, tuple[Diagnostic, ...]]:
    """Check rules against both connectors and the settings chosen; gives `CheckedRules` only without an error."""
    subject = Subject(rules, catalog)
    found = [fault for one in _CHECKS for fault in one.check(subject)]
    formulas: dict[Formula, Node] = {}
    found += expressions.check(subject, formulas)
    found += doubled.check(subject, formulas)
    found += children.check(subject, formulas)
    found += tables.check(subject, formulas)
    found += overlaps.check(subject, formulas)
    found += types.check(subject, formulas)
    found += cells.check(subject, formulas)
    found += settling.check(subject, formulas)
    settings, faults = _settings(rules, chosen)
    found += faults
    if all(one.severity == "warning" for one in found):  # what is misspelt elsewhere is not unused
        found += unused.check(subject)
        found += choices.unused(subject, formulas)
    found.sort(key=lambda one: (one.primary.source.path, one.primary.span, one.code))
    if any(one.severity == "error" for one in found):
        return None, tuple(found)
    return seal(rules, catalog, formulas, settings), tuple(found)


def _settings(rules: RuleSet, chosen: Chosen) -> tuple[dict[str, object], list[Diagnostic]]:
    found: list[Diagnostic] = []
    for name in chosen.values:
        if name not in rules.settings:
            headline = f"mapping `{rules.mapping}` has no setting `{name}`"
            help_ = near(name, rules.settings, "its settings")
            found.append(Diagnostic(codes.UNKNOWN_SETTING, "error", headline, chosen.labels[name], help=help_))
    values: dict[str, object] = {}
    for name, setting in rules.settings.items():
        value = chosen.values.get(name, setting.default)
        allowed = _allowed(setting)
        if setting.kind == "list" and isinstance(value, list | tuple):
            values[name] = value
        elif not isinstance(value, list | tuple) and value in allowed:
            values[name] = allowed[str(value)]
        else:
            label = chosen.labels.get(name) or Label(rules.source, setting.span)
            headline = f"setting `{name}` cannot be `{value}`"
            found.append(
                Diagnostic(
                    codes.BAD_SETTING,
                    "error",
                    headline,
                    label,
                    help=near(str(value), list(map(str, allowed)), "it can be"),
                )
            )
    return values, found


def _allowed(setting: SettingRule) -> Mapping[str, object]:
    """Each text that a setting may have, and the value that rules see."""
    if setting.kind == "direction":
        return dict(zip(MODES, MODES, strict=True))
    if setting.kind == "switch":
        return {"on": True, "off": False}
    return {**setting.choices}
