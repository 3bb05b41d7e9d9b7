"""Functions of lists."""

import functools
from collections.abc import Callable, Sequence
from decimal import Decimal

from engine.feel.faults import FeelFault
from engine.feel.operators import arithmetic, calculated
from engine.feel.signatures import Overload, declared
from engine.feel.temporal import DaysDuration, MonthsDuration
from engine.feel.types import NUMBERS, WIDE_NUMBERS, FunctionValue
from engine.feel.values import equal, order

List = list[object]


def _of_list_or_arguments(name: str, work: Callable[[List], object], result: str) -> tuple[Overload, Overload]:
    """A function that takes a list, or its items as arguments."""
    return (
        declared(f"{name}(list: list) -> {result}", work),
        declared(f"{name}(item: Any?, further...: Any?) -> {result}", lambda *items: work(list(items))),
    )


def _numbers(items: List) -> list[Decimal] | None:
    """The items as numbers; None where one is null. Raises FeelFault for anything else."""
    found = [each for each in items if isinstance(each, Decimal)]
    if len(found) == len(items):
        return found
    if all(each is None or isinstance(each, Decimal) for each in items):
        return None
    raise FeelFault("the list must hold numbers only")


def _extreme(wanted: int) -> Callable[[List], object]:
    def work(items: List) -> object:
        if not items or any(each is None for each in items):
            return None
        best = items[0]
        for each in items[1:]:
            found = order(each, best)
            if found is None:
                raise FeelFault("the list holds values that have no order")
            best = each if found == wanted else best
        if order(best, best) is None:
            raise FeelFault("the list holds values that have no order")
        return best

    return work


def _sum(items: List) -> object:
    if not items or any(each is None for each in items):
        return None
    if not all(isinstance(each, (Decimal, DaysDuration, MonthsDuration)) for each in items):
        raise FeelFault("the list must hold numbers only")
    return functools.reduce(lambda one, other: arithmetic("+", one, other), items)


def _mean(items: List) -> object:
    total = _sum(items)
    return None if total is None else arithmetic("/", total, Decimal(len(items)))


def _product(items: List) -> object:
    if not items:
        raise FeelFault("the list is empty")
    numbers = _numbers(items)
    return numbers and calculated(lambda: functools.reduce(NUMBERS.multiply, numbers))


def _median(items: List) -> object:
    numbers = sorted(_numbers(items) or [])
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return calculated(lambda: NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2)))


def _stddev(items: List) -> object:
    numbers = _numbers(items)
    if numbers is None:
        return None
    if len(numbers) < 2:  # noqa: PLR2004  one number has no deviation
        raise FeelFault("a standard deviation needs two numbers or more")

    def work() -> Decimal:
        wide = WIDE_NUMBERS.copy()
        mean = wide.divide(functools.reduce(wide.add, numbers), Decimal(len(numbers)))
        squares = (wide.power(wide.subtract(each, mean), Decimal(2)) for each in numbers)
        return NUMBERS.sqrt(wide.divide(functools.reduce(wide.add, squares), Decimal(len(numbers) - 1)))

    return calculated(work)


def _mode(items: List) -> object:
    numbers = _numbers(items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for each in numbers:
        counts[each] = counts.get(each, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(each for each, count in counts.items() if count == most)


def _truth(decisive: bool) -> Callable[[List], bool | None]:  # noqa: FBT001  the value that settles it
    """`all` is settled by a false item, `any` by a true one."""

    def work(items: List) -> bool | None:
        if any(each is decisive for each in items):
            return decisive
        if all(each is (not decisive) for each in items):
            return not decisive
        if any(each is not None and not isinstance(each, bool) for each in items):
            raise FeelFault("the list must hold true and false only")
        return None

    return work


def _contains(items: List, element: object) -> bool:
    return any(equal(each, element) for each in items)


def _position(items: Sequence[object], position: Decimal, *, last: int) -> int:
    """A position from 1, or from -1 at the end, as an index. Raises FeelFault outside the list."""
    at = int(position)
    if at == 0 or not -len(items) <= at <= last:
        raise FeelFault("the position lies outside the list")
    return at - 1 if at > 0 else len(items) + at


def _sublist(items: List, start: Decimal, length: Decimal | None) -> List:
    begin = _position(items, start, last=len(items))
    if length is None:
        return items[begin:]
    if int(length) < 1 or begin + int(length) > len(items):
        raise FeelFault("the length is less than 1 or runs over the end of the list")
    return items[begin : begin + int(length)]


def _insert(items: List, position: Decimal, new: object) -> List:
    at = _position(items, position, last=len(items))
    return [*items[:at], new, *items[at:]]


def _remove(items: List, position: Decimal) -> List:
    at = _position(items, position, last=len(items))
    return items[:at] + items[at + 1 :]


def _replace_at(items: List, position: Decimal, new: object) -> List:
    at = _position(items, position, last=len(items))
    return [*items[:at], new, *items[at + 1 :]]


def _replace_matching(items: List, match: FunctionValue, new: object) -> List:
    if len(match.parameters) != 2:  # noqa: PLR2004  the item and the new item
        raise FeelFault("the function must take two arguments")
    out: List = []
    for each in items:
        found = match.call((each, new))
        if not isinstance(found, bool):
            raise FeelFault("the function must give true or false")
        out.append(new if found else each)
    return out


def _index_of(items: List, match: object) -> List:
    return [Decimal(at) for at, each in enumerate(items, start=1) if equal(each, match)]


def _distinct(items: List) -> List:
    out: List = []
    simple: set[object] = set()
    for each in items:
        if isinstance(each, (str, Decimal)):
            if each not in simple:
                simple.add(each)
                out.append(each)
        elif not any(equal(each, known) for known in out):
            out.append(each)
    return out


def _joined(*lists: List) -> List:
    return [each for items in lists for each in items]


def _flat(items: List) -> List:
    out: List = []
    waiting = list(reversed(items))
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        else:
            out.append(each)
    return out


def _sort(items: List, precedes: FunctionValue) -> List:
    if len(precedes.parameters) != 2:  # noqa: PLR2004  the two to be put in order
        raise FeelFault("the function must take two arguments")

    def compare(one: object, other: object) -> int:
        if precedes.call((one, other)) is True:
            return -1
        return 1 if precedes.call((other, one)) is True else 0

    return sorted(items, key=functools.cmp_to_key(compare))


FUNCTIONS = (
    declared("list contains(list: list, element: Any?) -> boolean", _contains),
    *_of_list_or_arguments("count", lambda items: Decimal(len(items)), "number"),
    *_of_list_or_arguments("min", _extreme(-1), "Any"),
    *_of_list_or_arguments("max", _extreme(1), "Any"),
    *_of_list_or_arguments("sum", _sum, "Any"),
    *_of_list_or_arguments("mean", _mean, "Any"),
    *_of_list_or_arguments("product", _product, "number"),
    *_of_list_or_arguments("median", _median, "number"),
    *_of_list_or_arguments("stddev", _stddev, "number"),
    *_of_list_or_arguments("mode", _mode, "list"),
    *_of_list_or_arguments("all", _truth(decisive=False), "boolean"),
    *_of_list_or_arguments("any", _truth(decisive=True), "boolean"),
    declared("sublist(list: list, start position: number, length?: number) -> list", _sublist),
    declared("append(list: list, item...: Any?) -> list", lambda items, *new: [*items, *new]),
    declared("concatenate(list...: list) -> list", _joined),
    declared("insert before(list: list, position: number, newItem: Any?) -> list", _insert),
    declared("remove(list: list, position: number) -> list", _remove),
    declared("reverse(list: list) -> list", lambda items: items[::-1]),
    declared("index of(list: list, match: Any?) -> list", _index_of),
    declared("union(list...: list) -> list", lambda *lists: _distinct(_joined(*lists))),
    declared("distinct values(list: list) -> list", _distinct),
    declared("flatten(list: list) -> list", _flat),
    declared("sort(list: list, precedes: function) -> list", _sort),
    declared("list replace(list: list, position: number, newItem: Any?) -> list", _replace_at),
    declared("list replace(list: list, match: function, newItem: Any?) -> list", _replace_matching),
)
