"""How functions are declared, and how arguments find their parameters."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.values import coerced, type_of

_BY_NAME = {
    kind.name: kind
    for kind in (
        t.ANY, t.STRING, t.NUMBER, t.BOOLEAN, t.DATE, t.TIME, t.DATE_TIME, t.DAYS, t.MONTHS, t.LIST, t.CONTEXT, t.RANGE,
        t.FUNCTION,
    )
}  # fmt: skip
_SIGNATURE = re.compile(r"(?P<name>[^(]+)\((?P<parameters>[^)]*)\) -> (?P<result>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: `optional` may be left out, `nullable` may be null, `rest` takes all further arguments."""

    name: str
    types: tuple[t.FeelType, ...]
    optional: bool = False
    nullable: bool = False
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function. `apply` takes the arguments in order, None for those left out."""

    name: str
    parameters: tuple[Parameter, ...]
    result: tuple[t.FeelType, ...]
    apply: Callable[..., object]
    host: bool = False
    """Whether `apply` takes the evaluation itself first (for the present time)."""
    named_only: bool = False
    ready: Callable[..., Callable[[Any], object]] | None = None
    """Where all arguments but the first are constant: takes them, and gives what takes the first."""

    def takes(self, count: int) -> bool:
        """Whether so many arguments without names fit."""
        least = sum(not each.optional for each in self.parameters)
        rest = bool(self.parameters) and self.parameters[-1].rest
        return not self.named_only and least <= count and (rest or count <= len(self.parameters))

    def placed(self, names: Sequence[str]) -> tuple[int | None, ...] | None:
        """For each parameter the position of its named argument; None where the names do not fit."""
        known = [each.name for each in self.parameters]
        if len(set(names)) != len(names) or not set(names) <= set(known):
            return None
        found = tuple(names.index(name) if name in names else None for name in known)
        missing = any(at is None and not each.optional for at, each in zip(found, self.parameters, strict=True))
        return None if missing else found

    def __str__(self) -> str:
        shown = (f"{each.name}{'...' if each.rest else ''}{'?' if each.optional else ''}" for each in self.parameters)
        return f"{self.name}({', '.join(shown)})"


def parse_type(text: str) -> t.FeelType:
    """A type as the function table writes it."""
    return _BY_NAME[text]


def declared(
    signature: str,
    apply: Callable[..., object],
    *,
    host: bool = False,
    named_only: bool = False,
    ready: Callable[..., Callable[[Any], object]] | None = None,
) -> Overload:
    """An overload of its signature: `substring(string: string, start position: number, length?: number) -> string`.

    `name?` may be left out, `type?` may be null, `name...` takes all that follow, `|` stands between types.
    """
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise ValueError(signature)
    written = [each for each in match["parameters"].split(", ") if each]
    result = tuple(parse_type(each) for each in match["result"].split("|"))
    return Overload(match["name"], tuple(_parameter(each) for each in written), result, apply, host, named_only, ready)


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(": ")
    rest, optional, nullable = name.endswith("..."), name.endswith("?"), kinds.endswith("?")
    types = tuple(parse_type(each) for each in kinds.rstrip("?").split("|"))
    return Parameter(name.rstrip(".?"), types, optional, nullable, rest)


@dataclass(frozen=True, slots=True)
class Bound:
    """A call that can be made; without `arguments` a null has decided that the result is null."""

    overload: Overload
    arguments: tuple[object, ...] | None


def bind(overloads: Sequence[Overload], values: Sequence[object], names: Sequence[str] = ()) -> Bound:
    """The overload that the arguments fit, and they as it wants them. Raises FeelFault."""
    fault: FeelFault | None = None
    undecided: Bound | None = None
    for overload, ordered in fitting(overloads, len(values), names):
        try:
            found = _converted(overload, [None if at is None else values[at] for at in ordered], ordered)
        except FeelFault as error:
            fault = fault or error
            continue
        if found.arguments is not None:
            return found
        undecided = undecided or found
    if undecided is not None:
        return undecided
    raise fault or FeelFault(f"the call must be {' or '.join(dict.fromkeys(map(str, overloads)))}")


def fitting(
    overloads: Sequence[Overload], count: int, names: Sequence[str] = ()
) -> list[tuple[Overload, tuple[int | None, ...]]]:
    """The overloads that fit by number or names, each with the argument for every parameter (None: left out)."""
    if names:
        placed = ((overload, overload.placed(names)) for overload in overloads)
        return [(overload, order) for overload, order in placed if order is not None]
    out: list[tuple[Overload, tuple[int | None, ...]]] = []
    for overload in overloads:
        if overload.takes(count):
            absent = max(0, len(overload.parameters) - count - any(each.rest for each in overload.parameters))
            out.append((overload, (*range(count), *[None] * absent)))
    return out


def _converted(overload: Overload, values: list[object], ordered: Sequence[int | None]) -> Bound:
    out: list[object] = []
    null = False
    for index, (value, at) in enumerate(zip(values, ordered, strict=True)):
        parameter = overload.parameters[min(index, len(overload.parameters) - 1)]
        if value is None:
            null = null or not (parameter.nullable or at is None)
            out.append(None)
        else:
            out.append(_fitted(overload, parameter, value))
    return Bound(overload, None if null else tuple(out))


def _fitted(overload: Overload, parameter: Parameter, value: object) -> object:
    for kind in parameter.types:
        fits, found = coerced(value, kind)
        if fits:
            return found
    wanted = " or a ".join(str(each) for each in parameter.types)
    raise FeelFault(f"`{parameter.name}` of `{overload.name}` must be a {wanted}, not a {type_of(value)}")
