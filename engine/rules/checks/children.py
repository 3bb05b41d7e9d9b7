"""Expressions over lists of records that belong to a record name columns that these have."""

from collections.abc import Iterator, Mapping

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.feel.names import reads
from engine.feel.nodes import Filter, For, Name, Node, Path, Quantified, walk
from engine.ports import Collection
from engine.rules.checks.expressions import inside
from engine.rules.checks.scopes import Place, places
from engine.rules.checks.subject import Subject, near
from engine.rules.model import Formula


def check(subject: Subject, formulas: Mapping[Formula, Node]) -> Iterator[Diagnostic]:
    """Unknown columns in `mis.units.x`, in filters of lists, and of the records that a loop goes through."""
    for place in places(subject):
        node = formulas.get(place.formula)
        if node is None or not place.lists:
            continue
        for each, _ in walk(node):
            match each:
                case Path(source=source, name=name):
                    yield from _column(subject, place, _list(place, source), name, each)
                case Filter(source=source, condition=condition):
                    yield from _filter(subject, place, _list(place, source), condition)
                case For() | Quantified():
                    yield from _loop(subject, place, each)


def _list(place: Place, node: Node) -> Collection | None:
    """The collection behind a list or a part of one."""
    while isinstance(node, Filter):
        node = node.source
    parts: list[str] = []
    while isinstance(node, Path):
        parts.append(node.name)
        node = node.source
    return place.lists.get((node.name, *reversed(parts))) if isinstance(node, Name) else None


def _loop(subject: Subject, place: Place, loop: For | Quantified) -> Iterator[Diagnostic]:
    """Columns of what a loop goes through; the bodies of loops within it see it, too."""
    body = loop.body if isinstance(loop, For) else loop.condition
    over = {each.name: _list(place, each.source) for each in loop.iterations}
    inner = {name for each, _ in walk(body) if isinstance(each, For | Quantified) for name in _names(each)}
    for each, _ in walk(body):
        if isinstance(each, Path) and isinstance(each.source, Name) and each.source.name not in inner:
            yield from _column(subject, place, over.get(each.source.name), each.name, each)


def _names(loop: For | Quantified) -> Iterator[str]:
    return (each.name for each in loop.iterations)


def _filter(subject: Subject, place: Place, child: Collection | None, condition: Node) -> Iterator[Diagnostic]:
    """In a filter a name may be one of the columns, or one that the whole expression sees."""
    for read in reads(condition) if child is not None else ():
        if read.path[0] not in place.members and not read.called:
            yield from _column(subject, place, child, read.path[0], Node(start=read.start, end=read.end))


def _column(subject: Subject, place: Place, child: Collection | None, name: str, node: Node) -> Iterator[Diagnostic]:
    if child is None or name in child.columns:
        return
    headline = f"the expression names a column that `{child.name}` does not have"
    help_ = near(name, child.columns, f"`{child.name}` has")
    span = inside(place.formula, node.start, node.end)
    yield subject.error(codes.UNKNOWN_COLUMN, headline, span, f"no column `{name}`", help_)
