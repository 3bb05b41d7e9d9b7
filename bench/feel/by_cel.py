"""The measured expressions in CEL, another language of rules, run by cel-python where that is installed.

CEL's standard joins, cuts and changes no texts, so two of them have a form. Its numbers are binary floating point, a
null in a calculation is an error, and a day is an instant.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

try:
    import celpy
except ImportError:
    celpy = None

EXPRESSIONS: Mapping[str, str] = {
    'if started != null then "Yes" else "Unknown"': 'started != null ? "Yes" : "Unknown"',
    "amount * 1.2 + 3": "amount * 1.2 + 3.0",
}


def prepared(expression: str) -> Callable[[Any], object] | None:
    """What evaluates an expression over a record that `taken` gave; None for one without a form in CEL."""
    written = EXPRESSIONS.get(expression)
    if celpy is None or written is None:
        return None
    environment = celpy.Environment()
    program = environment.program(environment.compile(written))

    def value(record: Any) -> object:  # noqa: ANN401  cel-python's own class of values
        try:
            return program.evaluate(record)
        except celpy.CELEvalError:
            return None

    return value


def taken(record: Mapping[str, object]) -> Any:  # noqa: ANN401  the same
    """A record in CEL's values."""
    return celpy.json_to_cel({name: _plain(value) for name, value in record.items()})


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case dt.date():
            return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    return value


def same(ours: object, other: object) -> bool:
    """Whether a value of ours is CEL's: numbers but for what floating point loses."""
    if isinstance(ours, Decimal) and isinstance(other, float):
        return math.isclose(float(ours), other)
    return ours == other
