"""What a column holds in place of a value that the standard library has no class for."""

import datetime as dt
from collections.abc import Sequence

from engine.feel import types as t
from engine.feel.temporal import MonthsDuration, Time


def taken(kind: t.FeelType | None, values: Sequence[object]) -> Sequence[object]:
    """A column's values as the scalar evaluator has them: numbers of months and times of day become FEEL's own."""
    if kind is not None and kind.name in {"time", "years and months duration"}:
        return [_taken(each) for each in values]
    return values


def _taken(value: object) -> object:
    match value:
        case int():
            return MonthsDuration(value)
        case dt.time():
            return Time(value.hour, value.minute, value.second, value.microsecond * 1_000)
    return value
