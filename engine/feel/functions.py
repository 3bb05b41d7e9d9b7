"""The one table of FEEL's functions, which both evaluators and the checks use."""

from engine.feel import functions_contexts, functions_lists, functions_numbers, functions_text, functions_time
from engine.feel.range_text import FUNCTIONS as RANGE_FUNCTIONS
from engine.feel.signatures import Overload


def _table() -> dict[str, tuple[Overload, ...]]:
    table: dict[str, tuple[Overload, ...]] = {}
    for theme in (functions_text, functions_numbers, functions_time, functions_lists, functions_contexts):
        for overload in theme.FUNCTIONS:
            table[overload.name] = (*table.get(overload.name, ()), overload)
    for overload in RANGE_FUNCTIONS:
        table[overload.name] = (*table.get(overload.name, ()), overload)
    return table


TABLE: dict[str, tuple[Overload, ...]] = _table()
EXTENSIONS = frozenset(("trim", "is blank", "get or else"))
"""Functions that the standard has not."""
