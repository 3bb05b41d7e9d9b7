"""The use cases around links: seed them from the MIS, list them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.approve import current_user
from engine.errors import UsageError
from engine.ledger.denials import standing_denials
from engine.ledger.links import Link, add_links, read_links
from engine.opening import open_system
from engine.ports import Clock, Page
from engine.rules.model import RecordRule
from engine.service.loading import Exchange
from engine.service.planning import opened_store


def import_links(exchange: Exchange, clock: Clock, record_type: str) -> tuple[int, int, int]:
    """Store the provider ids that the MIS holds itself: how many were new, how many it holds, how many a person denied.

    A pair that a person said is not the same is left out.
    """
    record = record_of(exchange, record_type)
    catalog = exchange.checked.catalog
    collection = catalog.mis.collections[record.mis]
    column = collection.mirrors.get(catalog.provider.name)
    if column is None:
        where = f"connectors/{catalog.mis.name}.yaml"
        message = f"{where} names no column of {record.mis} that mirrors {catalog.provider.name} (`mirrors`)"
        raise UsageError(message)
    system = open_system(catalog.mis, exchange.workspace, clock)
    try:
        links = [
            link
            for page in system.read(record.mis, (collection.key, column))
            for link in _links(record_type, page, collection.key, column)
        ]
    finally:
        system.close()
    if record.per_centre:
        links = _in_their_centres(exchange, clock, record, links)
    with opened_store(exchange.workspace, clock) as store:
        apart = {one.pair for one in standing_denials(store, exchange.name, record_type)}
        kept = [one for one in links if (one.record_type, one.mis_id, one.provider_id) not in apart]
        return add_links(store, exchange.name, kept, current_user()), len(links), len(links) - len(kept)


def _in_their_centres(exchange: Exchange, clock: Clock, record: RecordRule, links: Sequence[Link]) -> list[Link]:
    """The links with the centre of the provider's record; that of a record which is not there is not known."""
    spec = exchange.checked.catalog.provider
    collection = spec.collections[record.provider]
    columns = collection.key, collection.centre or collection.key
    system = open_system(spec, exchange.workspace, clock)
    try:
        centres = dict(row for page in system.read(collection.name, columns) for row in _rows(page, *columns))
    finally:
        system.close()
    return [replace(link, centre=centres.get(link.provider_id)) for link in links]


def list_links(exchange: Exchange, clock: Clock, record_type: str) -> tuple[Link, ...]:
    """Every stored link of a record type."""
    record_of(exchange, record_type)
    with opened_store(exchange.workspace, clock) as store:
        return read_links(store, exchange.name, record_type)


def _links(record_type: str, page: Page, key: str, column: str) -> Iterator[Link]:
    for mis_id, provider_id in _rows(page, key, column):
        yield Link(record_type, mis_id, provider_id, None)


def _rows(page: Page, key: str, column: str) -> Iterator[tuple[str, str]]:
    """The key and one other column of the rows that have both."""
    columns = page.columns
    if not hasattr(columns, "__getitem__"):
        message = "links are read from a database, row by row"
        raise TypeError(message)
    for own, other in zip(columns[key], columns[column], strict=True):
        if own is not None and other is not None and str(other).strip():
            yield str(own), str(other).strip()


def record_of(exchange: Exchange, record_type: str) -> RecordRule:
    """The rules of a record type; raises `UsageError` where the mapping has none of that name."""
    rules = exchange.checked.rules
    found = next((one for one in rules.records if one.name == record_type), None)
    if found is None:
        known = ", ".join(one.name for one in rules.records)
        message = f"mapping {rules.mapping} has no record type {record_type}; it has: {known}"
        raise UsageError(message)
    return found
