"""Settings that a workspace chooses, and the modes that fields have under them."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from engine.diagnostics import codes
from engine.diagnostics.model import Label
from engine.rules.check import Chosen
from engine.rules.checked import CheckedRules, UncheckedRulesError
from engine.rules.model import Direction, Mode, Way
from engine.source import Source, Span
from tests.samples import check_text, checked_rules, mapping

SETTINGS = (
    "settings:\n"
    "  mode: {title: Mode, kind: direction}\n"
    "  follow: {title: Follow, kind: switch}\n"
    "  visit: {title: Visit, kind: choice, choices: {Home: 1, Site: S}, default: Home}\n"
    "  roles: {title: Roles, kind: list, default: [Main Officer]}\n"
)
SURNAME = "surname: {mis: surname, provider: LastName, rule: fill blank only}"
CHOSEN_IN = Source("tieline.yaml", "x" * 100)


def chosen(**values: object) -> Chosen:
    """Settings chosen in a `tieline.yaml`; each stands at a place of its own."""
    return Chosen(values, {name: Label(CHOSEN_IN, Span(at, at + 1)) for at, name in enumerate(values)})


def test_defaults_hold_where_nothing_is_chosen() -> None:
    """A direction is `ignore`, a switch off; a choice has the value of its default label, not the label."""
    checked = checked_rules(mapping(SURNAME, SETTINGS))
    assert checked.settings == {"mode": "ignore", "follow": False, "visit": 1, "roles": ("Main Officer",)}


def test_what_is_chosen_holds() -> None:
    """Rules see a switch as true or false, a choice by its value, a list as it is."""
    checked = checked_rules(
        mapping(SURNAME, SETTINGS), chosen(mode="pull", follow="on", visit="Site", roles=["A", "B"])
    )
    assert checked.settings == {"mode": "pull", "follow": True, "visit": "S", "roles": ["A", "B"]}


@pytest.mark.parametrize(
    ("name", "value", "code", "says"),
    [
        ("mod", "push", codes.UNKNOWN_SETTING, "did you mean `mode`?"),
        ("mode", "pul", codes.BAD_SETTING, "did you mean `pull`?"),
        ("mode", "both", codes.BAD_SETTING, "ignore, pull, push"),
        ("mode", ["push"], codes.BAD_SETTING, "ignore, pull, push"),
        ("mode", 1, codes.BAD_SETTING, "ignore, pull, push"),
        ("follow", "yes", codes.BAD_SETTING, "off, on"),
        ("visit", "Hom", codes.BAD_SETTING, "did you mean `Home`?"),
        ("visit", 1, codes.BAD_SETTING, "Home, Site"),
        ("roles", "Main Officer", codes.BAD_SETTING, ""),
    ],
)
def test_a_wrong_setting_is_told_where_it_was_chosen(name: str, value: object, code: str, says: str) -> None:
    """The fault stands in `tieline.yaml` at the value, with the nearest name and what is possible."""
    checked, found = check_text(mapping(SURNAME, SETTINGS), chosen(**({"follow": "on"} | {name: value})))
    assert checked is None
    (fault,) = found
    assert fault.code == code
    assert fault.primary.source is CHOSEN_IN
    assert fault.primary.span.start == (0 if name == "follow" else 1)
    assert says in fault.help


def test_only_the_checker_makes_checked_rules() -> None:
    """Without the checker's own seal there is no `CheckedRules`, not even from the parts of a real one."""
    real = checked_rules(mapping(SURNAME))
    with pytest.raises(UncheckedRulesError, match="only check_rules"):
        CheckedRules(real.rules, real.catalog, real.formulas, real.settings, object())


def test_rules_with_a_fault_are_never_checked_rules() -> None:
    """One error is enough."""
    assert check_text(mapping("surname: {mis: surnam, provider: LastName}"))[0] is None


MODES: tuple[Mode, ...] = ("ignore", "push", "pull", "both")
DIRECTIONS = [
    *(Direction(Span(0, 0), mode, None, when) for mode in MODES for when in (None, "follow")),
    *(Direction(Span(0, 0), None, "mode", when) for when in (None, "follow")),
]
WAYS: tuple[Way, ...] = ("push", "pull", "create")
ONLYS = [frozenset(some) for number in range(4) for some in combinations(WAYS, number)]


def expected(direction: Direction, only: frozenset[Way], mode: str, *, follow: bool) -> tuple[str, str]:
    """The rule of the language in other words: the ways that are open, less those that `only` closes."""
    word = mode if direction.setting else direction.mode or ""
    ways = {"push": {"push"}, "pull": {"pull"}, "both": {"push", "pull"}, "ignore": set[str]()}[word]
    if not ways or (direction.when and not follow):
        return "ignore", "direction"
    left = ways & only if only else ways
    return ("both" if len(left) > 1 else left.pop(), "") if left else ("ignore", "only")


@pytest.mark.parametrize("follow", ["off", "on"])
@pytest.mark.parametrize("mode", ["ignore", "push", "pull"])
def test_the_mode_of_a_field_for_every_combination(mode: str, follow: str) -> None:
    """Record direction, field direction, `when` and `only`, all with all.

    A field's direction replaces the record type's, `when` closes it, `only` narrows it and never widens it.
    """
    checked = checked_rules(mapping(SURNAME, SETTINGS), chosen(mode=mode, follow=follow))
    record = checked.rules.records[0]
    (rule,) = record.fields
    for outer, inner, only in product(DIRECTIONS, (None, *DIRECTIONS), ONLYS):
        found = checked.field_mode(replace(record, direction=outer), replace(rule, direction=inner, only=only))
        assert found == expected(inner or outer, only, mode, follow=follow == "on"), (outer, inner, only)
