"""How literals, names, operators, conditions and tests run."""

import datetime as dt
import operator
from collections.abc import Callable
from decimal import Decimal
from types import NoneType
from typing import Any

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.dispatch import code
from engine.feel.evaluation import Code, Frame
from engine.feel.faults import FeelFault
from engine.feel.functions import TABLE
from engine.feel.functions_calls import built_in
from engine.feel.operators import CALCULATIONS, arithmetic, compared, negated, range_has, range_of_test
from engine.feel.properties import property_of
from engine.feel.temporal_text import read_temporal
from engine.feel.type_names import type_named
from engine.feel.values import AS_THEY_ARE, conforms, equal, order, type_of

_MISSING = object()
_LARGE = frozenset((list, dict))


def constant(value: object) -> Code:
    """Code that gives one value."""
    return lambda _frame: value


def failing(node: n.Node, message: str) -> Code:
    """Code that always reports."""

    def run(frame: Frame) -> None:
        frame.run.report(node, message)

    return run


def guarded(node: n.Node, work: Callable[[Frame], object]) -> Code:
    """Code whose faults become problems of a node."""

    def run(frame: Frame) -> object:
        try:
            return work(frame)
        except FeelFault as fault:
            frame.run.report(node, fault.message)
            return None

    return run


@code.register
def _(node: n.Null) -> Code:
    _ = node
    return constant(None)


@code.register(n.Boolean)
@code.register(n.Number)
@code.register(n.Text)
def _(node: n.Boolean | n.Number | n.Text) -> Code:
    return constant(node.value)


@code.register
def _(node: n.At) -> Code:
    try:
        return constant(read_temporal(node.value))
    except FeelFault as fault:
        return failing(node, fault.message)


@code.register
def _(node: n.Name) -> Code:
    name = node.name

    def run(frame: Frame) -> object:
        value = frame.scope.get(name, _MISSING)
        if type(value) in AS_THEY_ARE:
            return value
        if type(value) is Decimal:  # from outside it may have more digits than FEEL has
            number = value if frame.parent is not None else t.LENIENT_NUMBERS.plus(value)
            if number.is_finite():
                return number
        return search(frame)

    def search(frame: Frame) -> object:
        try:
            return frame.find(name)
        except KeyError:
            if name in TABLE:
                return built_in(name, node)(frame)
            frame.run.report(node, f"there is no `{name}` here")
        except FeelFault as fault:
            frame.run.report(node, fault.message)
        return None

    return run


@code.register
def _(node: n.Negate) -> Code:
    operand = code(node.operand)
    return guarded(node, lambda frame: negated(operand(frame)))


@code.register
def _(node: n.Arithmetic) -> Code:
    left, right, sign = code(node.left), code(node.right), node.sign
    calculate = CALCULATIONS[sign]

    def run(frame: Frame) -> object:
        one, other = left(frame), right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            try:
                return calculate(one, other)
            except ArithmeticError:
                pass  # what it was is said below
        elif one is None or other is None:
            return None
        return general(frame, one, other)

    def general(frame: Frame, one: object, other: object) -> object:
        try:
            return frame.run.built(arithmetic(sign, one, other))
        except FeelFault as fault:
            frame.run.report(node, fault.message)
            return None

    return run


@code.register
def _(node: n.Comparison) -> Code:
    if node.sign in {"=", "!="} and isinstance(node.right, n.Null):
        return _null_test(node.left, equal=node.sign == "=")
    left, right, sign = code(node.left), code(node.right), node.sign
    compare = _COMPARISONS[sign]

    def run(frame: Frame) -> object:
        one, other = left(frame), right(frame)
        kind = type(one)
        if kind is type(other) and (kind is str or kind is Decimal):
            return compare(one, other)
        try:
            if kind in _LARGE:
                frame.run.weigh(one)
            return compared(sign, one, other)
        except FeelFault as fault:
            frame.run.report(node, fault.message)
            return None

    return run


_COMPARISONS: dict[str, Callable[[Any, Any], object]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _null_test(node: n.Node, *, equal: bool) -> Code:
    """Code of `x = null` and `x != null`; of a plain name the value is not even made FEEL's."""
    operand = code(node)
    if not isinstance(node, n.Name):
        return lambda frame: (operand(frame) is None) is equal
    name = node.name

    def run(frame: Frame) -> bool:
        kind = type(frame.scope.get(name, _MISSING))
        return (kind is NoneType) is equal if kind in _WHOLE else (operand(frame) is None) is equal

    return run


_WHOLE = AS_THEY_ARE | {dt.date, dt.datetime}


@code.register
def _(node: n.Logic) -> Code:
    left, right, decisive = code(node.left), code(node.right), node.word == "or"

    def run(frame: Frame) -> bool | None:
        first = left(frame)
        if first is decisive:
            return decisive
        second = right(frame)
        for operand, value in ((node.left, first), (node.right, second)):
            if value is not None and not isinstance(value, bool):
                frame.run.report(operand, f"`{node.word}` needs true or false, not a {type_of(value)}")
        if second is decisive:
            return decisive
        return not decisive if first is second is (not decisive) else None

    return run


@code.register
def _(node: n.If) -> Code:
    condition, then, otherwise = code(node.condition), code(node.then), code(node.otherwise)

    def run(frame: Frame) -> object:
        found = condition(frame)
        if found is True:
            return then(frame)
        if found is not None and found is not False:
            frame.run.report(node.condition, f"a condition must be true or false, not a {type_of(found)}")
        return otherwise(frame)

    return run


@code.register
def _(node: n.Between) -> Code:
    value, low, high = code(node.value), code(node.low), code(node.high)

    def work(frame: Frame) -> bool | None:
        found = value(frame)
        above, below = compared(">=", found, low(frame)), compared("<=", found, high(frame))
        if above is False or below is False:
            return False
        return None if above is None or below is None else True

    return guarded(node, work)


@code.register
def _(node: n.Range) -> Code:
    low, high = code(node.low), code(node.high)

    def work(frame: Frame) -> t.RangeValue:
        start, end = low(frame), high(frame)
        if start is not None and end is not None and order(start, end) is None:
            raise FeelFault("the range's ends have no order")
        return t.RangeValue(start, end, node.low_closed, node.high_closed)

    return guarded(node, work)


@code.register
def _(node: n.InstanceOf) -> Code:
    value = code(node.value)

    def work(frame: Frame) -> bool:
        kind, found = type_named(node.type, frame.run.setting.types), value(frame)
        frame.run.weigh(found)
        return kind.name == "Null" if found is None else conforms(found, kind)

    return guarded(node, work)


@code.register
def _(node: n.Path) -> Code:
    source, name = code(node.source), node.name

    def work(frame: Frame) -> object:
        found = source(frame)
        if type(found) is list:
            frame.run.spend(len(found) // 10)
        return property_of(found, name)

    return guarded(node, work)


# --- tests -----------------------------------------------------------------------------------------------------------


@code.register
def _(node: n.Test) -> Code:
    operand = code(node.operand)
    return lambda frame: range_of_test(node.sign, operand(frame))


@code.register
def _(node: n.In) -> Code:
    value, tests = code(node.value), tuple(map(_test, node.tests))

    def run(frame: Frame) -> bool | None:
        found = value(frame)
        return _any(tests, found, frame)

    return run


@code.register
def _(node: n.UnaryTests) -> Code:
    tests, anything, negated_ = tuple(map(_test, node.tests)), not node.tests, node.negated

    def run(frame: Frame) -> bool | None:
        if anything:
            return True
        found = _any(tests, frame.find("?"), frame)
        return (None if found is None else not found) if negated_ else found

    return run


CONDITIONS = (n.Comparison, n.Logic, n.Between, n.In, n.Quantified, n.InstanceOf, n.Call)
"""Tests that are conditions in themselves, where what is tested is neither true nor false."""
Passes = Callable[[Frame, object], bool | None]


def _any(tests: tuple[Passes, ...], value: object, frame: Frame) -> bool | None:
    outcome: bool | None = False
    for test in tests:
        found = test(frame, value)
        if found:
            return True
        outcome = None if found is None else outcome
    return outcome


def _test(node: n.Node) -> Passes:
    operand = code(node.operand if isinstance(node, n.Test) else node)
    asks = any(isinstance(each, n.Name) and each.name == "?" for each, _depth in n.walk(node))
    condition, paid = isinstance(node, CONDITIONS), isinstance(node, n.ListOf)

    def run(frame: Frame, value: object) -> bool | None:
        around = frame.within({"?": value}) if asks else frame
        found = operand(around)
        if not paid and type(found) in _LARGE:
            frame.run.weigh(found)
        try:
            if isinstance(node, n.Test):
                return compared(node.sign, value, found)
            if asks and (isinstance(found, bool) or found is None):
                return found
            if condition and isinstance(found, bool) and not isinstance(value, bool):
                return found
            return _passes(value, found)
        except FeelFault as fault:
            frame.run.report(node, fault.message)
            return None

    return run


def _passes(value: object, found: object) -> bool | None:
    """Whether a value passes a test that is a value, a list or a range."""
    if isinstance(found, t.RangeValue) and not isinstance(value, t.RangeValue):
        return range_has(found, value)
    if isinstance(found, list):
        return equal(value, found) is True or any(_is_or_has(value, each) for each in found)
    alike = equal(value, found)
    if alike is None:
        raise FeelFault(f"a {type_of(value)} cannot be tested against a {type_of(found)}")
    return alike


def _is_or_has(value: object, member: object) -> bool:
    if isinstance(member, t.RangeValue) and not isinstance(value, t.RangeValue):
        fits = order(value, member.low if member.low is not None else member.high) is not None
        return fits and range_has(member, value) is True
    return equal(value, member) is True
