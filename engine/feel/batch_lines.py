"""Whether a line of JSON has the form that the batch reads: nothing behind this needs to doubt it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import TielineError

Line = Mapping[str, Any]
MAX_DEPTH = 60


class LineError(TielineError):
    """A line that has not the form."""


def check_expression_line(line: object) -> Line:
    """A line with an `expression`. Raises LineError."""
    checked = _whole(line)
    _kind(checked, "expression", str)
    _inputs(checked)
    _types(checked)
    return checked


def check_table_line(line: object) -> Line:
    """A line with a decision table and its cases. Raises LineError."""
    checked = _whole(line)
    _kind(checked, "hit_policy", str)
    _optional(checked, "aggregation", str)
    _optional(checked, "input_types", dict)
    _types(checked)
    inputs, outputs = list(_objects(checked, "inputs")), list(_objects(checked, "outputs"))
    for each in inputs:
        _kind(each, "expression", str)
        _optional(each, "allowed", str)
    for each in outputs:
        for key in ("name", "allowed", "default"):
            _optional(each, key, str)
    for each in _objects(checked, "rules"):
        _cells(each, "when", len(inputs))
        _cells(each, "then", len(outputs))
    for each in _objects(checked, "cases"):
        if "id" not in each:
            raise LineError("a case needs an `id`")
        _inputs(each)
        _kind(each, "inputs", dict)
    return checked


def _whole(line: object) -> Line:
    if too_deep(line):
        raise LineError(f"the line is nested more than {MAX_DEPTH} deep")
    if not is_text(line):
        raise LineError("a text of the line has half of a character: a surrogate needs its other half")
    return _object(line, "the line")


def is_text(value: object) -> bool:
    """Whether a document, not too deep, can be written as UTF-8: JSON lets halves of characters through."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _object(value: object, what: str) -> Line:
    if not isinstance(value, dict):
        raise LineError(f"{what} must be a JSON object")
    return value


def too_deep(value: object) -> bool:
    """Whether a document is nested deeper than may be; needs no recursion."""
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [below for each in level for below in _below(each)]
    return depth > MAX_DEPTH


def _below(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _kind(line: Line, key: str, kind: type) -> None:
    if not isinstance(line.get(key), kind):
        raise LineError(f"`{key}` must be {_NAMES[kind]}")


def _optional(line: Line, key: str, kind: type) -> None:
    if line.get(key) is not None:
        _kind(line, key, kind)


_NAMES: dict[type, str] = {str: "a text", list: "a list", dict: "an object"}


def _objects(line: Line, key: str) -> Iterator[Line]:
    _kind(line, key, list)
    for each in line[key]:
        yield _object(each, f"each of `{key}`")


def _cells(rule: Line, key: str, count: int) -> None:
    _kind(rule, key, list)
    if len(rule[key]) != count or not all(isinstance(each, str) for each in rule[key]):
        raise LineError(f"`{key}` must have a text for each column")


def _inputs(line: Line) -> None:
    _optional(line, "inputs", dict)
    for value in (line.get("inputs") or {}).values():
        _typed(value)


def _typed(value: object) -> None:
    encoded = _object(value, "a typed value")
    inner = encoded.get("v")
    for below in _below(inner):
        _typed(below)


def _types(line: Line) -> None:
    _optional(line, "types", dict)
    for declared in (line.get("types") or {}).values():
        _type(declared)


def _type(declared: object) -> None:
    body = _object(declared, "a type")
    _optional(body, "typeRef", str)
    _optional(body, "components", dict)
    for below in (body.get("components") or {}).values():
        _type(below)
