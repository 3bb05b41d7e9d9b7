"""How what brings names of its own runs: contexts, loops, filters and functions."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from engine.feel import nodes as n
from engine.feel import types as t
from engine.feel.code_basic import guarded
from engine.feel.dispatch import code
from engine.feel.evaluation import Code, Frame
from engine.feel.faults import FeelFault, OverBudgetError
from engine.feel.temporal import Date, date_of_days
from engine.feel.type_names import type_named
from engine.feel.values import coerced, type_of

_MAX_LOOP = 100_000
_FEW = 8
"""So many small items are not worth counting."""
_SHORT = 100
_LARGE = frozenset((list, dict))


@code.register
def _(node: n.ListOf) -> Code:
    items = tuple(map(code, node.items))
    few = len(items) <= _FEW

    def run(frame: Frame) -> object:
        found, small = [], few
        for item in items:
            value = item(frame)
            found.append(value)
            if type(value) is str:
                if len(value) >= _SHORT:
                    small = False
            elif type(value) in _LARGE:
                small = False
        return found if small else frame.run.built(found)

    return run


@code.register
def _(node: n.ContextOf) -> Code:
    entries = tuple((entry.key, code(entry.value)) for entry in node.entries)
    twice = len({key for key, _value in entries}) < len(entries)

    def work(frame: Frame) -> object:
        if twice:
            raise FeelFault("a key stands twice in the context")
        found: dict[str, object] = {}
        inside = frame.within(found)
        for key, value in entries:
            found[key] = value(inside)
        return frame.run.built(dict(found))

    return guarded(node, work)


# --- loops -----------------------------------------------------------------------------------------------------------

Source = tuple[str, Callable[[Frame], "list[object] | None"]]


def _source(node: n.Iteration) -> Source:
    start, end = code(node.source), code(node.to) if node.to else None

    def items(frame: Frame) -> list[object] | None:
        first = start(frame)
        if end is not None:
            last = end(frame)
            return None if first is None or last is None else _series(first, last)
        if isinstance(first, t.RangeValue):
            return _series_of_range(first)
        return first if isinstance(first, list) or first is None else [first]

    return node.name, items


def _series(first: object, last: object) -> list[object]:
    """Whole numbers or days from one to the other, forwards or backwards. Raises FeelFault."""
    if isinstance(first, Decimal) and isinstance(last, Decimal):
        start, end = int(first), int(last)
        whole = start == first and end == last
        make: Callable[[int], object] = _number
    elif isinstance(first, Date) and isinstance(last, Date):
        start, end, whole, make = first.days, last.days, True, date_of_days
    else:
        raise FeelFault("a loop runs over whole numbers or dates")
    if not whole:
        raise FeelFault("a loop runs over whole numbers or dates")
    if abs(end - start) > _MAX_LOOP:
        raise OverBudgetError(f"a loop runs over more than {_MAX_LOOP} values")
    step = 1 if start <= end else -1
    return [make(each) for each in range(start, end + step, step)]


def _number(whole: int) -> Decimal:
    return t.NUMBERS.plus(Decimal(whole))


def _series_of_range(value: t.RangeValue) -> list[object]:
    items = _series(value.low, value.high)
    return items[0 if value.low_closed else 1 : len(items) if value.high_closed else -1]


def _frames(sources: tuple[Source, ...], frame: Frame) -> Iterator[Frame | None]:
    """A frame for each combination, the last loop the fastest; None where a source is null."""
    (name, items), rest = sources[0], sources[1:]
    found = items(frame)
    if found is None:
        yield None
        return
    for each in found:
        frame.run.spend(1)
        inside = frame.within({name: each})
        if rest:
            yield from _frames(rest, inside)
        else:
            yield inside


@code.register
def _(node: n.For) -> Code:
    sources, body = tuple(map(_source, node.iterations)), code(node.body)

    def work(frame: Frame) -> object:
        found: list[object] = []
        for inside in _frames(sources, frame.within({"partial": found})):
            if inside is None:
                return None
            found.append(body(inside))
        return frame.run.built(found)

    return guarded(node, work)


@code.register
def _(node: n.Quantified) -> Code:
    sources, condition, decisive = tuple(map(_source, node.iterations)), code(node.condition), node.word == "some"

    def work(frame: Frame) -> bool | None:
        outcome: bool | None = not decisive
        for inside in _frames(sources, frame):
            found = None if inside is None else condition(inside)
            if found is decisive:
                return decisive
            if not isinstance(found, bool):
                outcome = None
                if found is not None:
                    frame.run.report(node.condition, f"`{node.word}` needs true or false, not a {type_of(found)}")
        return outcome

    return guarded(node, work)


# --- filters ---------------------------------------------------------------------------------------------------------


@code.register
def _(node: n.Filter) -> Code:
    source, condition = code(node.source), code(node.condition)

    def work(frame: Frame) -> object:
        found = source(frame)
        if found is None:
            return None
        items = found if isinstance(found, list) else [found]
        kept: list[object] = []
        for at, item in enumerate(items):
            frame.run.spend(1)
            outcome = condition(frame.within(_item_scope(item)))
            if at == 0 and isinstance(outcome, Decimal):
                return _at(items, outcome)
            if outcome is True:
                kept.append(item)
            elif outcome is not None and outcome is not False:
                raise FeelFault(f"a filter must be true or false or a position, not a {type_of(outcome)}")
        return None if not items and _is_position(condition, frame) else kept

    return guarded(node, work)


def _item_scope(item: object) -> Mapping[str, object]:
    return {"item": item, **item} if isinstance(item, dict) else {"item": item}


def _at(items: list[object], position: Decimal) -> object:
    at = int(position)
    if at != position or at == 0:
        raise FeelFault("a position must be a whole number from 1 on, or from -1 on backwards")
    if abs(at) > len(items):
        return None
    return items[at - 1] if at > 0 else items[at]


def _is_position(condition: Code, frame: Frame) -> bool:
    """Whether the filter of an empty list is a position: it is tried without an item, and in silence."""
    before = len(frame.run.problems)
    found = condition(frame.within({"item": None}))
    del frame.run.problems[before:]
    return isinstance(found, Decimal)


# --- functions -------------------------------------------------------------------------------------------------------


@code.register
def _(node: n.FunctionOf) -> Code:
    body = code(node.body)
    names = tuple(each.name for each in node.parameters)
    depth = max(level for _each, level in n.walk(node.body)) + 1

    def work(frame: Frame) -> t.FunctionValue:
        known = frame.run.setting.types
        kinds = tuple(type_named(each.type, known) if each.type else t.ANY for each in node.parameters)

        def call(values: tuple[object, ...]) -> object:
            if node.external:
                raise FeelFault("external functions are not run")
            for value in values:
                frame.run.weigh(value)
            return _called(frame.within(_arguments(names, kinds, values)), body, depth)

        return t.FunctionValue(names, kinds, call)

    return guarded(node, work)


def _arguments(names: tuple[str, ...], kinds: tuple[t.FeelType, ...], values: tuple[object, ...]) -> dict[str, object]:
    out: dict[str, object] = {}
    for name, kind, value in zip(names, kinds, values, strict=True):
        fits, found = coerced(value, kind)
        if not fits:
            raise FeelFault(f"`{name}` must be a {kind}, not a {type_of(value)}")
        out[name] = found
    return out


def _called(inside: Frame, body: Code, depth: int) -> object:
    run = inside.run
    run.spend(1)
    run.depth += depth
    try:
        if run.depth > run.setting.budget.depth:
            raise OverBudgetError("functions call each other too deep")
        return body(inside)
    finally:
        run.depth -= depth
