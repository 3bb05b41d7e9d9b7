"""Answers for the command line: one line of typed JSON in, one out."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.feel import nodes as n
from engine.feel.encoding import decode, encode
from engine.feel.evaluation import Setting
from engine.feel.faults import FeelFault, FeelSyntaxError
from engine.feel.names import unknown
from engine.feel.parse import parse_expression, parse_unary_tests
from engine.feel.scalar import evaluate
from engine.feel.tables import Aggregation, DecisionTable, Hit, Input, Output, Rule, evaluate_table
from engine.feel.user_types import user_types

Line = Mapping[str, Any]


def answer(line: Line, now: dt.datetime | None = None) -> dict[str, object]:
    """Evaluate `expression` with the typed `inputs`; `types` may declare the names of types.

    Gives `id`, `status` (`ok`, or `error` where the expression cannot be read or names what there is not), the typed
    `value`, `via`, and `problems` where something went wrong.
    """
    inputs: Mapping[str, Any] = line.get("inputs") or {}
    out: dict[str, object] = {"id": line.get("id"), "status": "ok", "value": {"t": "null"}, "via": "scalar"}
    try:
        context = {name: decode(value) for name, value in inputs.items()}
        node = parse_expression(line["expression"], inputs, members_of(line))
        missing = unknown(node, inputs)
    except (FeelSyntaxError, FeelFault) as fault:
        return out | {"status": "error", "problems": [str(fault)]}
    if missing:
        names = ", ".join(f"`{'.'.join(each.path)}`" for each in missing)
        return out | {"status": "error", "problems": [f"there is no {names}"]}
    result = evaluate(node, context, Setting(now=now, types=user_types(line.get("types") or {})))
    out["value"] = encode(result.value)
    return out | ({"problems": [each.message for each in result.problems]} if result.problems else {})


def members_of(line: Line) -> frozenset[str]:
    """All keys of contexts in the inputs and types: names that may stand after a dot."""
    found = {key for value in (line.get("inputs") or {}).values() for key in _keys(value)}
    for declared in (line.get("types") or {}).values():
        found.update(declared.get("components") or ())
    return frozenset(found)


def _keys(encoded: Any) -> Iterator[str]:  # noqa: ANN401  typed JSON
    value = encoded.get("v")
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from _keys(each)


# --- decision tables -------------------------------------------------------------------------------------------------

_AGGREGATIONS: dict[str, Aggregation] = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
_HITS: dict[str, Hit] = {
    "UNIQUE": "unique",
    "ANY": "any",
    "FIRST": "first",
    "PRIORITY": "priority",
    "RULE ORDER": "rule order",
    "OUTPUT ORDER": "output order",
    "COLLECT": "collect",
}


def answer_table(line: Line, now: dt.datetime | None = None) -> Iterator[dict[str, object]]:
    """Decide each of a table's `cases`; yields one answer a case, as `answer` gives them."""
    try:
        table = _table(line)
    except FeelSyntaxError as fault:
        problem = [str(fault)]
        for case in line["cases"]:
            yield {"id": case["id"], "status": "error", "value": {"t": "null"}, "via": "scalar", "problems": problem}
        return
    setting = Setting(now=now, types=user_types(line.get("types") or {}))
    for case in line["cases"]:
        context = {name: decode(value) for name, value in case["inputs"].items()}
        result = evaluate_table(table, context, setting)
        out: dict[str, object] = {"id": case["id"], "status": "ok", "value": encode(result.value), "via": "scalar"}
        yield out | ({"problems": [each.message for each in result.problems]} if result.problems else {})


def _table(line: Line) -> DecisionTable:
    names = set(line.get("input_types") or ()) | {name for case in line["cases"] for name in case["inputs"]}
    types = {"types": line.get("types")}
    cells = _Cells(names, members_of(types) | {key for case in line["cases"] for key in members_of(case)})
    return DecisionTable(
        tuple(cells.input(each) for each in line["inputs"]),
        tuple(cells.output(each) for each in line["outputs"]),
        tuple(
            Rule(tuple(map(cells.tests, each["when"])), tuple(map(cells.expression, each["then"])))
            for each in line["rules"]
        ),
        _HITS[line["hit_policy"]],
        _AGGREGATIONS.get(line.get("aggregation") or "", ""),
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Reads the texts of a table, in which these names are known."""

    names: Collection[str]
    members: Collection[str]

    def tests(self, text: str) -> n.Node:
        return parse_unary_tests(text, self.names, self.members)

    def expression(self, text: str) -> n.Node:
        return parse_expression(text, self.names, self.members)

    def input(self, body: Line) -> Input:
        allowed = body.get("allowed")
        return Input(self.expression(body["expression"]), self.tests(allowed) if allowed else None)

    def output(self, body: Line) -> Output:
        allowed, default = body.get("allowed"), body.get("default")
        tests = self.tests(allowed) if allowed else None
        values = tests.tests if isinstance(tests, n.UnaryTests) else ()
        return Output(body.get("name") or "", values, self.expression(default) if default else None)
