"""Columns of the record that a record belongs to: they are read like columns of the record itself."""

from collections.abc import Sequence
from dataclasses import replace

from engine.ports import Collection
from engine.query.model import ParentQuery
from engine.query.scope import Scope
from engine.rules.checked import CheckedRules
from engine.rules.model import RecordRule

PREFIX = "parent."
"""Begins the name of a parent's column; no column that expressions can name has a dot."""
_PATH = f"mis.{PREFIX}"


def parent_of(checked: CheckedRules, record: RecordRule) -> ParentQuery | None:
    """The records that those of a record type belong to; no column of theirs is read yet."""
    collections = checked.catalog.mis.collections
    belongs = collections[record.mis].parent
    for other in checked.rules.records:
        if belongs is not None and other.name == record.parent:
            return ParentQuery(other.name, collections[other.mis], belongs.column)
    return None


def seen(parent: ParentQuery | None) -> Scope:
    """What expressions see of the parent: its columns as `parent.x`."""
    columns = parent.collection.columns if parent is not None else {}
    return {("parent", name): (f"{_PATH}{name}", column) for name, column in columns.items()}


def is_of_parent(path: str) -> bool:
    """Whether a path is that of a parent's column."""
    return path.startswith(_PATH)


def reading(parent: ParentQuery | None, paths: Sequence[str]) -> ParentQuery | None:
    """The parent with those of its columns that these paths read."""
    if parent is None:
        return None
    wanted = {path.removeprefix(_PATH) for path in paths if is_of_parent(path)}
    return replace(parent, columns=tuple(name for name in parent.collection.columns if name in wanted))


def own_column(parent: ParentQuery | None, collection: Collection) -> frozenset[str]:
    """The column that has to be read to find the parent, where anything is read of it."""
    if parent is None or not parent.columns:
        return frozenset()
    return frozenset({parent.column} & collection.columns.keys())
