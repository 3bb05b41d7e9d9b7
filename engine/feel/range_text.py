"""The function `range`: a range from its text, whose ends are literals."""

from engine.feel import nodes as n
from engine.feel import temporal_text as text
from engine.feel.faults import FeelFault, FeelSyntaxError
from engine.feel.operators import negated
from engine.feel.parse import parse_expression
from engine.feel.signatures import declared
from engine.feel.types import RangeValue
from engine.feel.values import order

_READERS = {
    "date": text.read_date,
    "time": text.read_time,
    "date and time": text.read_date_time,
    "duration": text.read_duration,
}
_NO_RANGE = "the text is no range with literals at both ends"


def _end(node: n.Node) -> object:
    match node:
        case n.Number() | n.Text():
            return node.value
        case n.Negate(n.Number() as number):
            return negated(number.value)
        case n.At():
            return text.read_temporal(node.value)
        case n.Call(n.Name(name), (n.Text(value),), ()) if name in _READERS:
            return _READERS[name](value)
    raise FeelFault(_NO_RANGE)


def read_range(written: str) -> RangeValue:
    """`[1..3]`, `(@"2017-01-01"..@"2017-01-31"]`. Raises FeelFault."""
    try:
        node = parse_expression(written, ())
    except FeelSyntaxError:
        raise FeelFault(_NO_RANGE) from None
    if not isinstance(node, n.Range):
        raise FeelFault(_NO_RANGE)
    low, high = _end(node.low), _end(node.high)
    ordered = order(low, high)
    if ordered is None or ordered > 0:
        raise FeelFault("the range's ends are of two types, or the wrong way round")
    return RangeValue(low, high, node.low_closed, node.high_closed)


FUNCTIONS = (declared("range(from: string) -> range", read_range),)
