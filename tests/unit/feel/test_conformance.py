"""The DMN conformance kit's cases, where they lie in a folder `feel` beside the project; no count may fall."""

import datetime as dt
import importlib.util
import json
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engine.feel.batch import answer, answer_table

ROOT = Path(__file__).resolve().parents[3]
NOW = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
TIERS = {"M-plain": 1381, "M": 1491, "L": 364, "F": 394}
WITH_VALUE = {"M-plain": 786, "M": 889, "L": 154, "F": 179}
TABLE_CASES = 72


def kit(name: str) -> Path:
    """A file of the kit; without the kit the test is skipped."""
    found = next(iter(sorted(ROOT.parent.glob(f"*/feel/{name}"))), None)
    if found is None:
        pytest.skip("the conformance kit's cases are not beside the project")
    return found


@cache
def scoring() -> ModuleType:
    """The kit's own rules of scoring."""
    spec = importlib.util.spec_from_file_location("feel_score", kit("score.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in kit(name).read_text(encoding="utf-8").splitlines()]


def tiers(case: dict[str, Any]) -> list[str]:
    plain = case["tier"] == "M" and not case["flags"]
    return [case["tier"], *(["M-plain"] if plain else [])]


@cache
def scored() -> tuple[Counter[str], Counter[str], list[str]]:
    """Passes by tier, those of them with a value, and the failed cases."""
    cases = lines("expressions.jsonl")
    verdicts = scoring().score(cases, {case["id"]: answer(case, NOW) for case in cases})
    passed: Counter[str] = Counter()
    with_value: Counter[str] = Counter()
    for case in cases:
        ok = bool(verdicts[case["id"]][0])
        for tier in tiers(case):
            passed[tier] += ok
            with_value[tier] += ok and case["expected"]["t"] != "null"
    return passed, with_value, [case["expression"] for case in cases if not verdicts[case["id"]][0]]


@pytest.mark.parametrize("tier", TIERS)
def test_all_expressions_of_a_tier_pass(tier: str) -> None:
    """Every case of the tier passes, and every one that expects a value gives it."""
    passed, with_value, failed = scored()
    assert not failed
    assert (passed[tier], with_value[tier]) == (TIERS[tier], WITH_VALUE[tier])


def test_no_null_of_the_mapping_tier_comes_from_an_unreadable_text() -> None:
    """An expression that cannot be read does not pass as one that gives null."""
    wrong = [case["expression"] for case in lines("expressions.jsonl") if case["tier"] == "M" and _unread(case)]
    assert not wrong


def _unread(case: dict[str, Any]) -> bool:
    return answer(case, NOW)["status"] != "ok"


def test_all_decision_tables_pass() -> None:
    """Every case of the kit's decision tables passes."""
    tables = lines("tables.jsonl")
    answers = {each["id"]: each for table in tables for each in answer_table(table, NOW)}
    cases = list(scoring().table_cases(tables))
    verdicts = scoring().score(cases, answers)
    assert [case["id"] for case in cases if not verdicts[case["id"]][0]] == []
    assert len(cases) == TABLE_CASES
