"""Decision tables: rules that fit the same values where only one may, and values between rules that none fits.

Only what is certain is told: of cells that hold constants, and inputs that do not read the same columns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, product
from math import prod

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.feel.names import names_read
from engine.feel.nodes import Name, Node
from engine.feel.regions import Region, constant, divided, plain
from engine.feel.values import equal, write
from engine.ports import Collection
from engine.rules.checks.scopes import FEEL_TYPES, SIDES
from engine.rules.checks.subject import Subject
from engine.rules.model import Formula, TableRule, TableUse
from engine.source import Span

_MOST_TESTS = 250_000
"""Cells times regions of an input: where there are more, a table is not looked at, so that a check stays quick."""
_MOST_CORNERS = 20_000
"""Combinations of regions that are searched for gaps."""
_SHOWN = 3
Formulas = Mapping[Formula, Node]


@dataclass(frozen=True, slots=True)
class _Axis:
    """One input: the regions of its values, and for each rule those that pass its cell, a bit each.

    Of a cell that holds more than constants nobody knows: None.
    """

    title: str
    regions: Sequence[Region]
    passed: Sequence[int | None]

    @property
    def whole(self) -> int:
        """Every region."""
        return (1 << len(self.regions)) - 1

    @property
    def rules(self) -> list[int]:
        """For each region the rules whose cell its values pass, a bit each."""
        passed = [each or 0 for each in self.passed]
        return [sum(1 << rule for rule, bits in enumerate(passed) if bits >> at & 1) for at in range(len(self.regions))]


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table whose inputs can have any values beside each other."""

    table: TableRule
    axes: Sequence[_Axis]


Corner = Sequence[tuple[_Axis, Region]]
"""A region of each of some inputs."""


def check(subject: Subject, formulas: Formulas) -> Iterator[Diagnostic]:
    """Overlaps under the hit policies `unique` and `any` as errors, gaps as a warning; each table in use once."""
    seen: set[str] = set()
    for record, rule in subject.fields():
        for side, made in zip(SIDES, (rule.from_mis, rule.from_provider), strict=True):
            table = subject.rules.tables.get(made.name) if isinstance(made, TableUse) else None
            collection = subject.collection(record, side)
            if table is None or collection is None or table.name in seen:
                continue
            seen.add(table.name)
            grid = _grid(table, collection, formulas)
            if grid is not None:
                yield from _overlaps(subject, grid, formulas)
                yield from _gaps(subject, grid)


def _grid(table: TableRule, collection: Collection, formulas: Formulas) -> _Grid | None:
    cells = (*table.inputs, *table.tests)
    if any(len(row) != len(table.inputs) + 1 for row in table.rules) or any(each not in formulas for each in cells):
        return None
    read = [name for each in table.inputs for name in _read(formulas[each])]
    if len(set(read)) != len(read):
        return None
    axes: list[_Axis] = []
    for at, written in enumerate(table.inputs):
        axis = _axis(written, formulas, [formulas[row[at]] for row in table.rules], collection)
        if axis is None:
            return None
        axes.append(axis)
    return _Grid(table, axes)


def _read(node: Node) -> set[tuple[str, ...]]:
    return {path[:2] if path[0] == "settings" else path[:1] for path in names_read(node)}


def _axis(written: Formula, formulas: Formulas, cells: Sequence[Node], collection: Collection) -> _Axis | None:
    node = formulas[written]
    column = collection.columns.get(node.name) if isinstance(node, Name) else None
    known = [cell for cell in cells if plain(cell)]
    found = divided(known, nullable=column is not None and column.name != collection.key)
    if found is None or len(known) * len(found.regions) > _MOST_TESTS:
        return None
    if column is not None and found.type not in {None, FEEL_TYPES[column.type]}:
        return None
    return _Axis(written.text, found.regions, [found.passed(cell) if plain(cell) else None for cell in cells])


def _said(corner: Corner) -> str:
    """`` where `hours` is 10 and `kind` is blank``."""
    told = [f"`{axis.title}` is {_shown(region)}" for axis, region in corner]
    return f"where {' and '.join(told)}" if told else "whatever is given"


def _shown(region: Region) -> str:
    match region.kind:
        case "null":
            return "blank"
        case "other":
            return "something else"
    return write(region.sample, inside=isinstance(region.sample, str))


# --- overlaps --------------------------------------------------------------------------------------------------------


def _overlaps(subject: Subject, grid: _Grid, formulas: Formulas) -> Iterator[Diagnostic]:
    """For each rule the first one above it that fits some of the same values, where that may not be."""
    if grid.table.hit not in {"unique", "any"}:
        return
    rules = list(zip(*(axis.passed for axis in grid.axes), strict=True))
    for later, below in enumerate(rules):
        for earlier in range(later):
            both = _both(rules[earlier], below)
            if both and (grid.table.hit == "unique" or _differ(grid.table, formulas, earlier, later)):
                yield _overlap(subject, grid, (earlier, later), both)
                break


def _both(one: Sequence[int | None], other: Sequence[int | None]) -> list[int]:
    """For each input the regions that pass both cells; nothing where one has none, or nobody knows."""
    found: list[int] = []
    for mine, its in zip(one, other, strict=True):
        shared = 0 if mine is None or its is None else mine & its
        if not shared:
            return []
        found.append(shared)
    return found


def _differ(table: TableRule, formulas: Formulas, earlier: int, later: int) -> bool:
    """Whether two rules certainly have different outputs."""
    outputs = [formulas.get(table.rules[at][-1]) for at in (earlier, later)]
    known = [constant(each) for each in outputs if each is not None]
    if len(known) < len(outputs) or not all(certain for certain, _value in known):
        return False
    return equal(known[0][1], known[1][1]) is not True


def _overlap(subject: Subject, grid: _Grid, pair: tuple[int, int], both: Sequence[int]) -> Diagnostic:
    earlier, later = (_tests(grid.table, at) for at in pair)
    asked = [(axis, _first(axis, bits)) for axis, bits in zip(grid.axes, both, strict=True) if bits != axis.whole]
    what = "only one may" if grid.table.hit == "unique" else "they do not agree"
    headline = f"two rules of `{grid.table.name}` fit the same values, and {what}"
    label = Label(subject.rules.source, later, f"both fit {_said(asked)}")
    other = Label(subject.rules.source, earlier, "the other rule")
    help_ = "let their tests exclude each other, or say `hit: first`, under which the upper one decides"
    return Diagnostic(codes.OVERLAPPING_RULES, "error", headline, label, (other,), help=help_)


def _tests(table: TableRule, at: int) -> Span:
    row = table.rules[at]
    return Span(row[0].span.start, row[-2].span.end)


def _first(axis: _Axis, bits: int) -> Region:
    """One of the regions: one that is written in a cell where there is any, and null last."""
    found = [each for at, each in enumerate(axis.regions) if bits >> at & 1]
    return min(found, key=lambda each: ("named", "open", "other", "null").index(each.kind))


# --- gaps ------------------------------------------------------------------------------------------------------------


def _gaps(subject: Subject, grid: _Grid) -> Iterator[Diagnostic]:
    """One warning of a table without a default.

    That a table has no rule for something is no fault: the field is held. But what lies between two ranges that have a
    rule is most likely forgotten, where no rule fits it whatever the other inputs are, or where it is a single value.
    """
    unknown = any(each is None for axis in grid.axes for each in axis.passed)
    corners = prod(len(axis.regions) for axis in grid.axes)
    if grid.table.default is not None or unknown or corners > _MOST_CORNERS:
        return
    found = list(dict.fromkeys(_said(gap) for axis in grid.axes for gap in _between(grid, axis)))
    if found:
        headline = f"no rule of `{grid.table.name}` fits some values between those that others fit"
        label = Label(subject.rules.source, grid.table.span, f"none fits {found[0]}")
        notes = [f"none fits {each}" for each in found[1:_SHOWN]]
        notes += [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        help_ = "widen a test or add a rule; as it is, the field is held for these values"
        yield Diagnostic(codes.GAP_BETWEEN_RULES, "warning", headline, label, notes=tuple(notes), help=help_)


def _between(grid: _Grid, axis: _Axis) -> Iterator[Corner]:
    """The gaps along one input; those that are not there whatever the others are, with an example of these."""
    fitting = axis.rules
    everywhere = [gap[0] for gap in _holes(axis, [bool(each) for each in fitting])]
    yield from ([(axis, axis.regions[at])] for at in everywhere)
    others = [each for each in grid.axes if each is not axis]
    told = set(everywhere)
    for corner in product(*(list(zip(each.regions, each.rules, strict=True)) for each in others)):
        rules = _all_of(bits for _region, bits in corner)
        for gap in _holes(axis, [bool(each & rules) for each in fitting]):
            if len(gap) == 1 and axis.regions[gap[0]].single and gap[0] not in told:
                told.add(gap[0])
                example = zip(others, (region for region, _bits in corner), strict=True)
                asked = [(each, region) for each, region in example if set(each.passed) != {each.whole}]
                yield [(axis, axis.regions[gap[0]]), *asked]


def _all_of(several: Iterable[int]) -> int:
    found = -1
    for each in several:
        found &= each
    return found


def _holes(axis: _Axis, covered: Sequence[bool]) -> Iterator[list[int]]:
    """Runs of regions that no rule fits, between two runs that rules fit by ranges and not by single values alone."""
    ordered = [at for at, each in enumerate(axis.regions) if each.kind in {"named", "open"}]
    runs = [(fits, list(run)) for fits, run in groupby(ordered, lambda at: covered[at])]
    for (before, gap), (_fits, behind) in zip(pairwise(runs), runs[2:], strict=False):
        ranges = all(any(axis.regions[at].kind == "open" for at in run) for run in (before[1], behind))
        if before[0] and not gap[0] and ranges:
            yield gap[1]
