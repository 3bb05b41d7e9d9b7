"""Which names and functions an expression reads, and which of them nobody knows."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from engine.feel import nodes as n
from engine.feel.functions import TABLE

_ALWAYS = frozenset(("item", "partial", "?"))


@dataclass(frozen=True, slots=True)
class Read:
    """A dotted name that an expression reads from outside itself, and where. `called` where it stands before brackets.

    `filtered` where it stands in a filter: it may then be an entry of the items instead.
    """

    path: tuple[str, ...]
    start: int
    end: int
    called: bool = False
    filtered: bool = False


def reads(node: n.Node) -> tuple[Read, ...]:
    """All free dotted names in the order of the text, the table's functions left out."""
    return tuple(_reads(node, frozenset(), filtered=False))


def names_read(node: n.Node, names: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
    """The free dotted names that an expression reads, each once.

    Of those in filters, which may be entries of the items, only what begins with one of `names`.
    """
    found = (read for read in reads(node) if not read.called and (not read.filtered or read.path[0] in names))
    return tuple(dict.fromkeys(read.path for read in found))


def unknown(node: n.Node, names: Collection[str]) -> tuple[Read, ...]:
    """What is neither in scope nor a function: misspelt names, one `Read` for each place."""
    known = frozenset(names)
    return tuple(
        read
        for read in reads(node)
        if read.path[0] not in known and not read.filtered and not (len(read.path) == 1 and read.path[0] in TABLE)
    )


def _dotted(node: n.Node) -> tuple[str, ...] | None:
    parts: list[str] = []
    while isinstance(node, n.Path):
        parts.append(node.name)
        node = node.source
    return (node.name, *reversed(parts)) if isinstance(node, n.Name) else None


def _reads(node: n.Node, bound: frozenset[str], *, filtered: bool) -> Iterator[Read]:
    path = _dotted(node)
    if path is not None:
        if path[0] not in bound | _ALWAYS:
            yield Read(path, node.start, node.end, filtered=filtered)
        return
    match node:
        case n.Call():
            yield from _of_call(node, bound, filtered=filtered)
        case n.Filter():
            yield from _reads(node.source, bound, filtered=filtered)
            yield from _reads(node.condition, bound, filtered=True)
        case n.For() | n.Quantified():
            yield from _of_loop(node, bound, filtered=filtered)
        case n.FunctionOf():
            inside = bound | {each.name for each in node.parameters}
            yield from _all(() if node.external else (node.body,), inside, filtered=filtered)
        case n.ContextOf():
            for entry in node.entries:
                yield from _reads(entry.value, bound, filtered=filtered)
                bound |= {entry.key}
        case _:
            yield from _all(n.children(node), bound, filtered=filtered)


def _of_loop(node: n.For | n.Quantified, bound: frozenset[str], *, filtered: bool) -> Iterator[Read]:
    for loop in node.iterations:
        yield from _all(n.children(loop), bound, filtered=filtered)
        bound |= {loop.name}
    yield from _reads(node.body if isinstance(node, n.For) else node.condition, bound, filtered=filtered)


def _all(nodes: Iterable[n.Node], bound: frozenset[str], *, filtered: bool) -> Iterator[Read]:
    for node in nodes:
        yield from _reads(node, bound, filtered=filtered)


def _of_call(node: n.Call, bound: frozenset[str], *, filtered: bool) -> Iterator[Read]:
    name = node.function
    if isinstance(name, n.Name):
        if name.name not in bound and name.name not in TABLE:
            yield Read((name.name,), name.start, name.end, called=True, filtered=filtered)
    else:
        yield from _reads(name, bound, filtered=filtered)
    yield from _all(node.arguments, bound, filtered=filtered)
