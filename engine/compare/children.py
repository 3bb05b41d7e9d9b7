"""The collections of the MIS whose records belong to others: what is picked from them and what lists hold."""

from collections.abc import Callable, Iterator, Sequence

from engine.compare.snapshot import Snapshot
from engine.ports import Collection, Page, Reader
from engine.query.model import RecordQuery

Taking = Callable[[Collection, tuple[str, ...], Iterator[Page]], Snapshot]
"""Makes a snapshot of these columns of a collection from its pages."""


def read_children(
    query: RecordQuery, mis: Reader, take: Taking, parents: Sequence[str] | None = None
) -> dict[str, Snapshot]:
    """Collection -> its records with the columns that are needed: whole, or those that belong to these parents."""
    found: dict[str, Snapshot] = {}
    for name in dict.fromkeys(one.collection.name for one in query.children):
        some = [one for one in query.children if one.collection.name == name]
        collection = some[0].collection
        needed = {column for one in some for column in one.reads}
        columns = tuple(one for one in collection.columns if one in needed)
        pages = mis.read(name, columns) if parents is None else mis.fetch(name, columns, parents, by=some[0].parent)
        found[name] = take(collection, columns, pages)
    return found
