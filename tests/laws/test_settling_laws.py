"""The law that a plan, once applied, leaves nothing to apply: under every translation and every normaliser there is."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.query.model import Query
from engine.rules.model import Normaliser, Translation
from engine.rules.parse import read_rules
from engine.source import Source
from tests.cases import good_cases
from tests.laws.exchanges import DAYS, MIS_ROW, NUMBERS, PROVIDER_ROW, TIMES, WORDS, Exchange
from tests.unit.compare.building import CODES, CREATES_BOTH, compiled, rules_text, sides

FEW = settings(max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
NORMALISERS: tuple[Normaliser, ...] = get_args(Normaliser)
DIRECTIONS = ("push", "pull", "both, fill blank only", "both, fill blank else mis wins", "both, ask")
TABLES = (
    "tables:\n  size:\n    inputs: ['score', 'active']\n    hit: first\n    rules:\n"
    "      - ['< 0', '-', '\"below\"']\n      - ['>= 5', 'true', '\"White\"']\n      - ['-', 'false', '\"Black\"']\n"
)
FORMULAS = (
    "name: {provider: Name, from_mis: 'substring(upper case(trim(name)), 1, 8)', compare: [upper], only: push}",
    "town: {provider: Town, from_mis: 'if active then town else street', only: push}",
    "score: {provider: Score, from_mis: 'score * 2', only: push}",
    "score: {mis: score, provider: Score, from_mis: 'score + 1', from_provider: 'Score - 1'}",
    "born: {provider: DOB, from_mis: 'born + duration(\"P1D\")', only: push}",
    "active: {provider: Active, from_mis: 'not(active)', only: push}",
    "seen: {provider: Seen, from_mis: 'seen', only: push}",
    "street: {mis: street, from_provider: 'if Score > 3 then Address else Town', only: pull}",
)
LINES = (
    "home: {provider: Address, from_mis: {lines: [street, town]}, only: push}",
    "home: {provider: Address, from_mis: {lines: [street, town], separator: ', ', limit: 12}, only: push}",
    "home: {provider: Address, from_mis: {lines: [street, town]}}",
    "home: {provider: [Address, Town], from_mis: {lines: [street, town, name, code], into: 2}, only: push}",
    "home: {provider: [Address, Town, Code], from_mis: {lines: [street, town, name, code], into: 3}, only: push}",
)
CONSTANTS = (
    "town: {provider: Town, from_mis: {constant: Leeds}, only: push}",
    "score: {provider: Score, from_mis: {constant: '5'}, only: push}",
    "born: {provider: DOB, from_mis: {constant: '1970-06-01'}, only: push}",
    "active: {provider: Active, from_mis: {constant: 'true'}, only: push}",
)
CODED = (
    "code: {mis: code, provider: Code, from_mis: {codes: origin}, from_provider: {codes: origin}}",
    "code: {provider: Code, from_mis: {codes: origin}, mis: code, on_missing_code: keep, only: push}",
    "code: {provider: Code, from_mis: {codes: origin}, mis: code, on_missing_code: skip, only: push}",
    "code: {provider: Code, from_mis: {codes: origin}, mis: code, on_missing_code: Other, only: push}",
)
COPIES = (
    "born: {mis: born, provider: DOB}",
    "seen: {mis: seen, provider: Seen}",
    "score: {mis: score, provider: Score}",
    "active: {mis: active, provider: Active}",
    "place: {mis: [street, town], provider: [Address, Town]}",
)
TABLED = ("code: {provider: Code, from_mis: {table: size}, only: push}",)
TRANSLATIONS = (*FORMULAS, *LINES, *CONSTANTS, *CODED, *COPIES, *TABLED)


def rows(base: st.SearchStrategy[dict[str, object]], key: str) -> st.SearchStrategy[list[dict[str, object]]]:
    """A few records; every date, time and number of the mess that stands in registers."""
    return st.lists(base, max_size=5).map(lambda some: [{key: f"{key}{at}", **row} for at, row in enumerate(some)])


EXCHANGED = st.tuples(rows(MIS_ROW, "ident"), rows(PROVIDER_ROW, "ID"))


def settles(query: Query, mis: list[dict[str, object]], provider: list[dict[str, object]]) -> None:
    """Apply; the plan after that has nothing, or, where records were created, the plan after the next one."""
    here, there = sides(mis, provider)
    links = [(str(one["ident"]), str(other["ID"])) for one, other in zip(mis, provider, strict=False)]
    exchange = Exchange(query, here, there, links)
    left = [one for one in exchange.changes() if one.applicable]
    for _ in range(2 if any(one.action == "create" for one in left) else 1):
        assert [one.detail for one in exchange.apply(left) if one.verdict != "accepted"] == []
        left = [one for one in exchange.changes() if one.applicable]
    assert left == []


@pytest.mark.covers("R11")
@pytest.mark.parametrize("blank", ["keeps", "clears"])
@pytest.mark.parametrize("field", TRANSLATIONS)
@given(EXCHANGED)
@FEW
def test_every_translation_settles(field: str, blank: str, systems: tuple[list[dict[str, object]], ...]) -> None:
    """Formulas, lines, constants, codes, decision tables, copies and groups, over values of every kind."""
    direction = "pull" if "only: pull" in field else "push"
    fields = f"{field[:-1]}, blank: {blank}}}"
    settles(compiled(fields, direction, before=TABLES if "table:" in field else ""), *systems)


@pytest.mark.covers("R11")
@pytest.mark.parametrize("direction", ["pull", *DIRECTIONS[2:]])
@pytest.mark.parametrize("field", [one for one in TRANSLATIONS if "only:" not in one and "lines:" not in one])
@given(EXCHANGED)
@FEW
def test_every_translation_that_comes_back_settles(
    field: str, direction: str, systems: tuple[list[dict[str, object]], ...]
) -> None:
    """The same, pulled, and in both directions under each kind of rule."""
    mode, _, rule = direction.partition(", ")
    settles(compiled(f"{field[:-1]}, rule: {rule}}}" if rule else field, mode), *systems)


@pytest.mark.covers("R11")
@pytest.mark.parametrize("direction", DIRECTIONS)
@given(EXCHANGED, st.sets(st.sampled_from(NORMALISERS), min_size=1, max_size=4))
@settings(FEW, max_examples=60)
def test_every_set_of_normalisers_settles(
    direction: str, systems: tuple[list[dict[str, object]], ...], steps: set[Normaliser]
) -> None:
    """Any normalisers together, in every direction, with records created on both sides."""
    mode, _, rule = direction.partition(", ")
    own = f", rule: {rule}" if rule else ""
    query = compiled(
        f"name: {{mis: name, provider: Name, compare: [{', '.join(sorted(steps))}]{own}}}", mode, extra=CREATES_BOTH
    )
    settles(query, *systems)


@pytest.mark.covers("R11")
@pytest.mark.parametrize("steps", [*((one,) for one in NORMALISERS), *combinations(NORMALISERS, 2)], ids="-".join)
def test_every_normaliser_settles(steps: tuple[Normaliser, ...]) -> None:
    """Each alone and each two together, on every pair of the texts that are used here, pushed."""
    query = compiled(f"name: {{mis: name, provider: Name, compare: [{', '.join(steps)}]}}")
    texts = [word for word in (*WORDS, *map(str, (*DAYS, *TIMES, *NUMBERS))) if len(word) <= 10]  # Name takes no more
    pairs = [(one, other) for one in texts for other in texts]
    mis: list[dict[str, object]] = [{"ident": f"m{at}", "name": one} for at, (one, _) in enumerate(pairs)]
    settles(query, mis, [{"ID": f"p{at}", "Name": other} for at, (_, other) in enumerate(pairs)])


def used(text: str) -> Iterator[type]:
    """The kinds of translation in a mapping."""
    rules = read_rules(Source("mapping.yaml", text), {"codes/origin.csv": CODES}.get).rules
    for record in rules.records if rules is not None else ():
        for field in record.fields:
            yield from (type(one) for one in (field.from_mis, field.from_provider) if one is not None)


def test_no_translation_is_left_out() -> None:
    """What cannot be had from one record alone, picks and choices, is proved to settle by the cases in folders."""
    here = {kind for field in TRANSLATIONS for kind in used(rules_text(field, before=TABLES))}
    tables: Callable[[str], Mapping[str, str]] = lambda name: {  # noqa: E731  one folder's
        path.name: path.read_text(encoding="utf-8") for path in (good_cases.GOOD / name).glob("*.csv")
    }
    told = set()
    for name in good_cases.names():
        text = (good_cases.GOOD / name / "mapping.yaml").read_text(encoding="utf-8")
        rules = read_rules(Source("mapping.yaml", text), tables(name).get).rules
        if "settles: yes" in good_cases.expected(name):
            told |= {type(field.from_mis) for record in rules.records for field in record.fields} if rules else set()
    missing = set(get_args(Translation)) - here
    assert {one.__name__ for one in missing} == {"Pick", "ChosenUse"}
    assert missing <= told
