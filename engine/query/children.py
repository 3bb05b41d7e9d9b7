"""Lists of the records that belong to a record, as expressions see them: `mis.units`, and bare under `from_mis`.

A list is a column of the record, a text that holds it (`NAME (listed)`); how many there are is another (`NAME
(counted)`), so that counting them needs no list. So they are compared, hashed and found stale like columns.
"""

import json
from collections.abc import Collection as AnyCollection
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from engine.feel.columns_rows import Rows
from engine.feel.evaluation import Setting
from engine.feel.faults import Problem
from engine.feel.names import reads
from engine.feel.nodes import Call, Name, Node, Path, Text, walk
from engine.feel.scalar import Prepared
from engine.feel.values import to_python
from engine.ports import Collection, Column
from engine.query.choices import is_chosen
from engine.query.model import ListQuery
from engine.query.parents import is_of_parent
from engine.query.picks import is_picked
from engine.query.scope import Lists, Scope
from engine.rules.checked import CheckedRules
from engine.rules.model import Formula, RecordRule

_WHOLE = frozenset({"string", "string join", "get value", "get entries", "context", "context put", "context merge"})
"""Functions to which a context may be handed whole, or that name its entries as text."""


def lists_seen(checked: CheckedRules, record: RecordRule, *, dotted: bool) -> Lists:
    """Dotted name -> the collection whose records belong to those of the record type."""
    return {
        ("mis", name) if dotted else (name,): child
        for name, child in checked.catalog.mis.collections.items()
        if child.parent is not None and child.parent.collection == record.mis
    }


def counts_seen(lists: Lists) -> Scope:
    """How many there are, under the names that `counted` writes."""
    return {
        (*path[:-1], _counted(path[-1])): (f"mis.{_counted(path[-1])}", Column(_counted(path[-1]), "", "number"))
        for path in lists
    }


def lists_in(checked: CheckedRules, record: RecordRule, scope: Scope) -> Lists:
    """The lists that an expression of this scope sees: those whose numbers stand in it."""
    every = {**lists_seen(checked, record, dotted=True), **lists_seen(checked, record, dotted=False)}
    return {path: child for path, child in every.items() if (*path[:-1], _counted(path[-1])) in scope}


def is_of_others(path: str) -> bool:
    """Whether a path is no column of the record itself, but of its parent or of what belongs to it."""
    return is_picked(path) or is_of_parent(path) or path.endswith((listed(""), _counted("")))


def is_for_plans(path: str) -> bool:
    """Whether a path is read for plans alone: of a record's parent, a list, the number of what is in one, a choice."""
    return is_chosen(path) or (is_of_others(path) and not is_picked(path))


def blank_in_new(path: str, dtype: pl.DataType) -> pl.Expr:
    """What a column is of a record of the MIS that is not there yet: nothing belongs to it, its parent is unknown."""
    if path.startswith("mis.") and path.endswith(_counted("")):
        return pl.lit(0, dtype=dtype)
    return pl.lit(value=True) if is_of_parent(path) and path.endswith("?") else pl.lit(None, dtype=dtype)


def counted(node: Node, lists: Lists) -> Node:
    """The expression with `count(mis.units)` as the name of a column of numbers."""
    if isinstance(node, Call) and node.function == Name("count") and len(node.arguments) == 1:
        path = dotted_name(node.arguments[0])
        if path in lists:
            name = _counted(path[-1])
            source = Path(Name(path[0]), name) if len(path) > 1 else Name(name)
            return replace(source, start=node.start, end=node.end)
    changed: dict[str, Any] = {}
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            changed[each.name] = counted(value, lists)
        elif isinstance(value, tuple):
            changed[each.name] = tuple(counted(one, lists) if isinstance(one, Node) else one for one in value)
    return replace(node, **changed)


def lists_read(node: Node, lists: Lists) -> tuple[tuple[str, ...], ...]:
    """The lists that an expression reads, or a part of."""
    found = (path for read in reads(node) for path in lists if read.path[: len(path)] == path)
    return tuple(dict.fromkeys(found))


def dotted_name(node: Node) -> tuple[str, ...]:
    """The parts of a dotted name; of anything else none."""
    parts: list[str] = []
    while isinstance(node, Path):
        parts.append(node.name)
        node = node.source
    return (node.name, *reversed(parts)) if isinstance(node, Name) else ()


def listed(name: str) -> str:
    """The column that holds a list as text."""
    return f"{name} (listed)"


def _counted(name: str) -> str:
    return f"{name} (counted)"


def children_read(
    checked: CheckedRules, record: RecordRule, formulas: Sequence[Formula], paths: AnyCollection[str]
) -> tuple[ListQuery, ...]:
    """The lists and numbers that these paths read, with the columns that the record type's expressions name."""
    found: list[ListQuery] = []
    nodes = [checked.formulas[formula] for formula in formulas]
    for (name,), child in lists_seen(checked, record, dotted=False).items():
        lists, counts = f"mis.{listed(name)}" in paths, f"mis.{_counted(name)}" in paths
        if child.parent is not None and (lists or counts):
            columns = tuple(_named(nodes, child)) if lists else ()
            found.append(ListQuery(child, child.parent.column, columns, listed(name), _counted(name)))
    return tuple(found)


def _named(nodes: Sequence[Node], child: Collection) -> Iterator[str]:
    """The key, and the columns that expressions name anywhere; all of them where contexts are taken whole."""
    words: set[str] = set()
    for node in (each for one in nodes for each, _ in walk(one)):
        if isinstance(node, Name | Path):
            words.add(node.name)
        elif isinstance(node, Text):
            words.add(node.value)
    for name, column in child.columns.items():
        if column.access != "write" and (name == child.key or name in words or words & _WHOLE):
            yield name


@dataclass(frozen=True, slots=True)
class Listed:
    """An expression that reads lists, to be run by rows."""

    node: Node
    lists: Lists
    setting: Setting

    def run(self, frame: pl.DataFrame, paths: Mapping[tuple[str, ...], str]) -> Rows:
        """Every row; equal ones once."""
        prepared = Prepared(self.node, self.setting)
        known: dict[tuple[object, ...], tuple[object, tuple[Problem, ...]]] = {}
        values: list[object] = []
        problems: dict[int, tuple[Problem, ...]] = {}
        columns = [frame[name].to_list() for name in paths.values()]
        for at, row in enumerate(zip(*columns, strict=True)):
            if row not in known:
                result = prepared.result(self._context(dict(zip(paths, row, strict=True))))
                known[row] = (to_python(result.value), result.problems)
            value, found = known[row]
            values.append(value)
            if found:
                problems[at] = found
        return Rows(values, problems)

    def _context(self, row: Mapping[tuple[str, ...], object]) -> dict[str, object]:
        context: dict[str, object] = {}
        for path, value in row.items():
            told = _list_of(value, self.lists[path]) if path in self.lists else value
            if len(path) == 1:
                context[path[0]] = told
            else:
                below = context.setdefault(path[0], {})
                if isinstance(below, dict):
                    below[path[1]] = told
        return context


def _list_of(text: object, child: Collection) -> list[dict[str, object]]:
    """The records of a list, their values typed. A record that is not there yet has none that belong to it."""
    if not isinstance(text, str):
        return []
    return [{name: _value(one, child.columns[name]) for name, one in item.items()} for item in json.loads(text)]


def _value(text: str | None, column: Column) -> object:
    if text is None:
        return None
    match column.type:
        case "text":
            return text
        case "number":
            return Decimal(text)
        case "boolean":
            return text == "true"
        case "date":
            return date.fromisoformat(text)
        case "instant":
            return datetime.fromisoformat(text)
