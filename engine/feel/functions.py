"""The one table of FEEL's functions, which both evaluators and the checks use."""

from engine.feel import (
    functions_contexts,
    functions_formats,
    functions_lists,
    functions_numbers,
    functions_text,
    functions_time,
    functions_uk,
)
from engine.feel.range_text import FUNCTIONS as RANGE_FUNCTIONS
from engine.feel.signatures import Overload

THEMES: dict[str, tuple[Overload, ...]] = {
    "Texts and booleans": functions_text.FUNCTIONS,
    "Numbers": functions_numbers.FUNCTIONS,
    "Dates, times and durations": functions_time.FUNCTIONS,
    "Lists": functions_lists.FUNCTIONS,
    "Contexts and ranges": (*functions_contexts.FUNCTIONS, *RANGE_FUNCTIONS),
    "Forms of dates, numbers and texts": functions_formats.FUNCTIONS,
    "British codes": functions_uk.FUNCTIONS,
}


def _table() -> dict[str, tuple[Overload, ...]]:
    table: dict[str, tuple[Overload, ...]] = {}
    for overloads in THEMES.values():
        for overload in overloads:
            table[overload.name] = (*table.get(overload.name, ()), overload)
    return table


TABLE: dict[str, tuple[Overload, ...]] = _table()
EXTENSIONS = frozenset(
    (
        *("trim", "is blank", "get or else", "extract"),
        *(each.name for each in functions_formats.FUNCTIONS + functions_uk.FUNCTIONS),
    )
)
"""Functions that the standard has not."""
