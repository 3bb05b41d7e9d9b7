"""Types as written to types."""

from collections.abc import Mapping

from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.nodes import TypeName

_SIMPLE = {
    kind.name: kind
    for kind in (
        t.ANY, t.NULL, t.STRING, t.NUMBER, t.BOOLEAN, t.DATE, t.TIME, t.DATE_TIME, t.DAYS, t.MONTHS, t.LIST, t.CONTEXT,
        t.RANGE, t.FUNCTION,
    )
} | {"dateTime": t.DATE_TIME, "dayTimeDuration": t.DAYS, "yearMonthDuration": t.MONTHS}  # fmt: skip


def type_named(written: TypeName, known: Mapping[str, t.FeelType]) -> t.FeelType:
    """The type that is written; `known` holds the user's own. Raises FeelFault for an unknown one."""
    parts = tuple(type_named(each, known) for each in written.parts)
    if parts or written.keys:
        if written.name not in {"list", "context", "function", "range"}:
            raise FeelFault(f"the type `{written.name}` has no parts")
        return t.FeelType(written.name, parts, written.keys)
    found = known.get(written.name) or _SIMPLE.get(written.name)
    if found is None:
        raise FeelFault(f"there is no type `{written.name}`")
    return found
