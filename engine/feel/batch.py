"""Answers for the command line: one line of typed JSON in, one out."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.feel import nodes as n
from engine.feel.batch_lines import Line, LineError, check_expression_line, check_table_line
from engine.feel.encoding import decode, encode
from engine.feel.evaluation import Setting
from engine.feel.faults import FeelFault, FeelSyntaxError, Problem
from engine.feel.names import unknown
from engine.feel.parse import parse_expression, parse_unary_tests
from engine.feel.scalar import evaluate
from engine.feel.tables import Aggregation, DecisionTable, Hit, Input, Output, Rule, evaluate_table
from engine.feel.user_types import user_types

Answer = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A line that can be evaluated."""

    node: n.Node
    context: Mapping[str, object]
    setting: Setting


def answer(line: object, now: dt.datetime | None = None) -> Answer:
    """Evaluate `expression` with the typed `inputs`; `types` may declare the names of types.

    Gives `id`, `status` (`ok`, or `error` where the line or expression cannot be read or names what there is not), the
    typed `value`, `via`, and `problems` where something went wrong.
    """
    asked = read_line(line, now)
    if not isinstance(asked, Asked):
        return asked
    result = evaluate(asked.node, asked.context, asked.setting)
    return answered(line_id(line), encode(result.value), "scalar", result.problems)


def read_line(line: object, now: dt.datetime | None) -> Asked | Answer:
    """What a line asks, or the answer where it cannot be read."""
    try:
        checked = check_expression_line(line)
        inputs: Mapping[str, Any] = checked.get("inputs") or {}
        context = {name: decode(value) for name, value in inputs.items()}
        node = parse_expression(checked["expression"], inputs, members_of(checked))
    except (FeelSyntaxError, FeelFault, LineError) as fault:
        return refused(line_id(line), str(fault))
    missing = unknown(node, inputs)
    if missing:
        names = ", ".join(f"`{'.'.join(each.path)}`" for each in missing)
        return refused(line_id(line), f"there is no {names}")
    return Asked(node, context, Setting(now=now, types=user_types(checked.get("types") or {})))


def line_id(line: object) -> object:
    """What a line calls itself."""
    return line.get("id") if isinstance(line, dict) else None


def refused(name: object, problem: str) -> Answer:
    """The answer to what cannot be evaluated."""
    return {"id": name, "status": "error", "value": {"t": "null"}, "via": "scalar", "problems": [problem]}


def answered(name: object, value: Mapping[str, object], via: str, problems: Collection[Problem]) -> Answer:
    """The answer to what was evaluated."""
    out: Answer = {"id": name, "status": "ok", "value": value, "via": via}
    return out | ({"problems": [each.message for each in problems]} if problems else {})


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


@dataclass(frozen=True, slots=True)
class AskedTable:
    """A table that can be decided, and the values of each of its cases by their id."""

    table: DecisionTable
    cases: tuple[tuple[object, Mapping[str, object]], ...]
    setting: Setting


def answer_table(line: object, now: dt.datetime | None = None) -> Iterator[Answer]:
    """Decide each of a table's `cases`; yields one answer a case, as `answer` gives them."""
    asked = read_table(line, now)
    if not isinstance(asked, AskedTable):
        yield from asked
        return
    for name, context in asked.cases:
        result = evaluate_table(asked.table, context, asked.setting)
        yield answered(name, encode(result.value), "scalar", result.problems)


def read_table(line: object, now: dt.datetime | None) -> AskedTable | list[Answer]:
    """What a line asks, or the answers where it cannot be read: one for each case."""
    try:
        checked = check_table_line(line)
    except LineError as fault:
        return [refused(line_id(line), str(fault))]
    try:
        table = _table(checked)
        cases = tuple(
            (case["id"], {name: decode(value) for name, value in case["inputs"].items()}) for case in checked["cases"]
        )
    except (FeelSyntaxError, FeelFault) as fault:
        return [refused(case["id"], str(fault)) for case in checked["cases"]]
    return AskedTable(table, cases, Setting(now=now, types=user_types(checked.get("types") or {})))


def _table(line: Line) -> DecisionTable:
    names = set(line.get("input_types") or ()) | {name for case in line["cases"] for name in case["inputs"]}
    types = {"types": line.get("types")}
    cells = _Cells(names, members_of(types) | {key for case in line["cases"] for key in members_of(case)})
    hit = _HITS.get(line["hit_policy"])
    if hit is None:
        raise FeelFault(f"the hit policy must be one of {', '.join(_HITS)}")
    return DecisionTable(
        tuple(cells.input(each) for each in line["inputs"]),
        tuple(cells.output(each) for each in line["outputs"]),
        tuple(
            Rule(tuple(map(cells.tests, each["when"])), tuple(map(cells.expression, each["then"])))
            for each in line["rules"]
        ),
        hit,
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
