"""What an answer holds: JSON, the rows in it, and the columns of those rows. Answers are treated as hostile."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jmespath import compile as compile_path
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from jmespath.visitor import TreeInterpreter

from connectors.http.client import Answer
from engine.ports import Column

Row = Mapping[str, object]

_STEPS = 1_000_000
MOST_DEPTH = 32
"""Levels of lists and objects within one another; a record has three or four."""
_MOST_EXPONENT = 1000
_SCALARS = frozenset({str, int, bool, Decimal, type(None)})


class AnswerError(ValueError):
    """An answer is not of the form that the connector file describes. The message holds nothing of the answer."""


class _Bounded(TreeInterpreter):
    """Evaluates a path in a bounded number of steps and items: `[@,@][]` repeated makes millions of both."""

    def __init__(self) -> None:
        super().__init__()
        self._left = _STEPS

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  as the library has it
        value = super().visit(node, *args, **kwargs)
        self._left -= 1 + (len(value) if isinstance(value, list) else 0)
        if self._left < 0:
            raise AnswerError("the path into the answer takes too many steps")
        return value


def json_of(answer: Answer) -> object:
    """The answer as JSON, fractions as Decimal. Raises AnswerError.

    Stricter than the library: UTF-8 alone, no field twice in one object, no half of a surrogate pair, no number beyond
    all measure, and not nested without end.
    """
    try:
        text = answer.body.decode("utf-8-sig")
        value: object = json.loads(
            text, parse_float=_fraction, parse_constant=_no_constant, object_pairs_hook=_each_once
        )
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except AnswerError:
        raise
    except RecursionError:
        raise AnswerError(_TOO_DEEP) from None
    except (ValueError, ArithmeticError):
        what = "a web page came instead of JSON" if is_page(answer) else "the answer is not whole JSON"
        raise AnswerError(what) from None
    _check_depth(value)
    return value


_TOO_DEEP = f"the answer is nested deeper than {MOST_DEPTH} levels"


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise AnswerError("the answer has a field twice in one object")
    return found


def _fraction(text: str) -> Decimal:
    """A number with a fraction or an exponent. One that is written short and is endlessly long is none."""
    value = Decimal(text)
    if abs(value.adjusted()) > _MOST_EXPONENT:
        raise AnswerError("the answer holds a number that is too large or too small")
    return value


def _check_depth(value: object) -> None:
    """Level by level, for recursion is what depth is meant to break."""
    level, depth = [value], 0
    while level:
        if depth == MOST_DEPTH:
            raise AnswerError(_TOO_DEEP)
        depth += 1
        parts = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [part for some in parts for part in some if isinstance(part, dict | list)]


def is_page(answer: Answer) -> bool:
    """Whether a web page came, as gateways and sign-in walls send it."""
    return "html" in answer.media or answer.body[:64].lstrip()[:1] == b"<"


def parsed_path(path: str) -> ParsedResult:
    """A JMESPath, parsed once. Raises AnswerError."""
    try:
        return _compiled(path)
    except JMESPathError:
        pass
    raise AnswerError(f"`{path}` is not a JMESPath")


def found_at(path: str, value: object) -> object:
    """What stands at a JMESPath; an empty path is the value itself. Raises AnswerError."""
    if not path:
        return value
    tree = parsed_path(path).parsed
    try:
        found: object = _Bounded().visit(tree, value)
    except JMESPathError:
        pass
    else:
        return found
    raise AnswerError(f"`{path}` does not fit the answer")


def rows_of(answer: Answer, path: str, lone: str = "") -> list[Row]:
    """The rows of a listing's answer. Raises AnswerError.

    An object that has a field of the name `lone` counts as a list of one row.
    """
    rows = found_at(path, json_of(answer))
    if isinstance(rows, dict) and rows.get(lone) is not None:
        rows = [rows]
    if not isinstance(rows, list):
        raise AnswerError("the answer holds no list of rows" + (f" at `{path}`" if path else ""))
    if not all(isinstance(row, dict) for row in rows):
        raise AnswerError("a row of the answer is not an object")
    return rows


def record_of(answer: Answer, path: str) -> Row:
    """The record of a detail answer. Raises AnswerError."""
    record = found_at(path, json_of(answer))
    if not isinstance(record, dict):
        raise AnswerError("the answer is not one object")
    return record


def columns_from(rows: Sequence[Row], columns: Sequence[Column]) -> dict[str, list[object]]:
    """The asked columns of the rows, values as the answer gave them, missing ones None. Raises AnswerError."""
    kept = {}
    for column in columns:
        first, *deeper = column.path.split(".")
        values = [row.get(first) for row in rows]
        for name in deeper:
            values = [_below(value, name, column) for value in values]
        if not _SCALARS.issuperset(map(type, values)):
            raise AnswerError(f"{column.name} holds a list or an object where a plain value belongs")
        kept[column.name] = values
    return kept


def _below(value: object, name: str, column: Column) -> object:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise AnswerError(f"{column.name} is looked for within something that is not an object")
    return value.get(name)


@lru_cache(maxsize=256)
def _compiled(path: str) -> ParsedResult:
    return compile_path(path)


def _no_constant(_name: str) -> object:
    raise ValueError
