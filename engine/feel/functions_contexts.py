"""Functions of contexts and ranges, and `is`."""

from collections.abc import Callable

from engine.feel.faults import FeelFault
from engine.feel.signatures import Overload, declared
from engine.feel.types import RangeValue
from engine.feel.values import equal, order, same, type_of

Context = dict[str, object]


def _context(entries: list[object]) -> Context:
    out: Context = {}
    for each in entries:
        if not isinstance(each, dict) or not isinstance(each.get("key"), str) or "value" not in each:
            raise FeelFault("each entry must be a context with `key`, a text, and `value`")
        if each["key"] in out:
            raise FeelFault("a key stands twice")
        out[each["key"]] = each["value"]
    return out


def _get_value(context: Context, key: str) -> object:
    return context.get(key)


def _get_entries(context: Context) -> list[object]:
    return [{"key": key, "value": value} for key, value in context.items()]


def _put(context: Context, key: str, value: object) -> Context:
    return {**context, key: value}


def _put_deep(context: Context, keys: list[object], value: object) -> Context:
    if not keys or not isinstance(keys[0], str):
        raise FeelFault("the keys must be texts, one or more")
    if len(keys) == 1:
        return _put(context, keys[0], value)
    below = context.get(keys[0])
    if not isinstance(below, dict):
        raise FeelFault("the keys lead to something that is no context")
    return _put(context, keys[0], _put_deep(below, keys[1:], value))


def _merge(contexts: list[object]) -> Context:
    out: Context = {}
    for each in contexts:
        if not isinstance(each, dict):
            raise FeelFault("the list must hold contexts only")
        out |= each
    return out


# --- ranges ----------------------------------------------------------------------------------------------------------

Edge = tuple[object, bool, int]
"""An end of a range: where (None: without end), whether it belongs to it, and which end (-1 low, 1 high)."""


def _range(value: object) -> RangeValue:
    """A point as the range of it alone."""
    if isinstance(value, RangeValue):
        return value
    if order(value, value) is None:
        raise FeelFault(f"a {type_of(value)} has no place in a range")
    return RangeValue(value, value, low_closed=True, high_closed=True)


def _ends(value: RangeValue) -> tuple[Edge, Edge]:
    return (value.low, value.low_closed, -1), (value.high, value.high_closed, 1)


def _edge_order(one: Edge, other: Edge) -> int:
    """Which end lies further left, to the bracket: `(1` begins after `[1`, `1)` ends before `1]`."""
    first, second = _place(one), _place(other)
    if first != second or first:
        return (first > second) - (first < second)
    ordered = order(one[0], other[0])
    if ordered is None:
        raise FeelFault("the ranges hold values that have no order")
    if ordered:
        return ordered
    shifts = [0 if closed else -side for _value, closed, side in (one, other)]
    return (shifts[0] > shifts[1]) - (shifts[0] < shifts[1])


def _place(edge: Edge) -> int:
    """-1 and 1 for ends that there are not, else 0."""
    return edge[2] if edge[0] is None else 0


def _before(one: RangeValue, other: RangeValue) -> bool:
    return _edge_order(_ends(one)[1], _ends(other)[0]) < 0


def _meets(one: RangeValue, other: RangeValue) -> bool:
    return one.high_closed and other.low_closed and equal(one.high, other.low) is True and one.high is not None


def _overlaps(one: RangeValue, other: RangeValue) -> bool:
    return not _before(one, other) and not _before(other, one)


def _overlaps_before(one: RangeValue, other: RangeValue) -> bool:
    (low, high), (other_low, other_high) = _ends(one), _ends(other)
    inside = _edge_order(low, other_low) < 0 and _edge_order(high, other_high) <= 0
    return inside and not _before(one, other)


def _finishes(one: RangeValue, other: RangeValue) -> bool:
    (low, high), (other_low, other_high) = _ends(one), _ends(other)
    return _edge_order(high, other_high) == 0 and _edge_order(low, other_low) >= 0


def _includes(one: RangeValue, other: RangeValue) -> bool:
    (low, high), (other_low, other_high) = _ends(one), _ends(other)
    return _edge_order(low, other_low) <= 0 and _edge_order(high, other_high) >= 0


def _starts(one: RangeValue, other: RangeValue) -> bool:
    (low, high), (other_low, other_high) = _ends(one), _ends(other)
    return _edge_order(low, other_low) == 0 and _edge_order(high, other_high) <= 0


def _coincides(one: RangeValue, other: RangeValue) -> bool:
    return all(_edge_order(*pair) == 0 for pair in zip(_ends(one), _ends(other), strict=True))


Relation = Callable[[RangeValue, RangeValue], bool]


def _turned(relation: Relation) -> Relation:
    return lambda one, other: relation(other, one)


_SIDES = {
    "pp": "point1: Any, point2: Any",
    "pr": "point: Any, range: range",
    "rp": "range: range, point: Any",
    "rr": "range1: range, range2: range",
}


def _relations(name: str, relation: Relation, *kinds: str) -> list[Overload]:
    """The ways to call a relation: `r` is a range, `p` a point. Ranges come first, as they fit more closely."""

    def apply(one: object, other: object) -> bool:
        return relation(_range(one), _range(other))

    return [declared(f"{name}({_SIDES[kind]}) -> boolean", apply) for kind in kinds]


FUNCTIONS = (
    declared("context(entries: list) -> context", _context),
    declared("get value(m: context, key: string) -> Any", _get_value),
    declared("get entries(m: context) -> list", _get_entries),
    declared("context put(context: context, key: string, value: Any?) -> context", _put),
    declared("context put(context: context, keys: list, value: Any?) -> context", _put_deep),
    declared("context merge(contexts: list) -> context", _merge),
    declared("is(value1: Any?, value2: Any?) -> boolean", same),
    declared("is(value1?: Any?, value2?: Any?) -> boolean", same, named_only=True),
    *_relations("before", _before, "rr", "rp", "pr", "pp"),
    *_relations("after", _turned(_before), "rr", "rp", "pr", "pp"),
    *_relations("meets", _meets, "rr"),
    *_relations("met by", _turned(_meets), "rr"),
    *_relations("overlaps", _overlaps, "rr"),
    *_relations("overlaps before", _overlaps_before, "rr"),
    *_relations("overlaps after", _turned(_overlaps_before), "rr"),
    *_relations("finishes", _finishes, "rr", "pr"),
    *_relations("finished by", _turned(_finishes), "rr", "rp"),
    *_relations("includes", _includes, "rr", "rp"),
    *_relations("during", _turned(_includes), "rr", "pr"),
    *_relations("starts", _starts, "rr", "pr"),
    *_relations("started by", _turned(_starts), "rr", "rp"),
    *_relations("coincides", _coincides, "rr", "pp"),
)
