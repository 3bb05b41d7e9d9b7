"""Listings: page by page, several at once, one for each record of the collections that a listing repeats over."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product

from connectors.http.answers import Row, columns_from, rows_of
from connectors.http.calls import Caller, telling
from connectors.http.client import Answer, Request
from connectors.http.errand import Errand
from connectors.http.pages import Walk, numbered_pages, one_page, together
from connectors.http.strangers import Strangers
from connectors.http.templates import request_of
from connectors.wire import written_instant
from engine.errors import ConnectorMismatchError
from engine.ports import Collection, Column, ConnectorSpec, Listing, Page, Paging

ColumnLists = Mapping[str, list[object]]
Binding = Mapping[str, object]


class Lister:
    """Lists the collections of one system. What listings repeat over is read once in its life."""

    def __init__(self, spec: ConnectorSpec, page_size: int | None, caller: Caller, strangers: Strangers) -> None:
        self._spec, self._page_size, self._caller, self._strangers = spec, page_size, caller, strangers
        self._parents: dict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = {}

    def pages(
        self, collection: Collection, columns: Sequence[Column], since: datetime | None, errand: Errand
    ) -> Iterator[Page]:
        """The asked columns of all records, page by page. Raises a ConnectedSystemError."""
        for rows in self._rows(collection, since, errand):
            yield page_of(rows, columns, errand)

    def keys(self, collection: Collection, since: datetime | None, errand: Errand) -> Generator[list[str], None, None]:
        """The keys of all records, page by page. Raises a ConnectedSystemError."""
        key = collection.columns[collection.key]
        for rows in self._rows(collection, since, errand):
            yield [str(value) for value in columns_in(rows, [key], errand)[key.name] if value is not None]

    def _rows(self, collection: Collection, since: datetime | None, errand: Errand) -> Iterator[list[Row]]:
        listing = collection.listing
        if listing is None:
            raise errand.error(ConnectorMismatchError, f"its connector file has no way to list {collection.name}")
        lone = "" if listing.paging else collection.columns[collection.key].path
        walks = (self._walk(listing, binding, since) for binding in self._bindings(listing.each, errand))
        walk = together(walks, self._spec.limits.concurrency)
        requests = self._advance(walk, None, errand)
        while requests is not None:
            answers = self._caller.ask(requests, errand, listing.call.nothing)
            with telling(errand):
                pages = [_rows_in(answer, listing, lone) for answer in answers]
            for rows in pages:
                self._strangers.note(collection, rows)
            requests = self._advance(walk, pages, errand)
            yield from filter(None, pages)

    def _advance(self, walk: Walk, pages: list[list[Row]] | None, errand: Errand) -> Sequence[Request] | None:
        with telling(errand):
            try:
                return next(walk) if pages is None else walk.send(pages)
            except StopIteration:
                return None

    def _walk(self, listing: Listing, binding: Binding, since: datetime | None) -> Walk:
        fields = {listing.changed_since: written_instant(since)} if since and listing.changed_since else {}
        if listing.paging is None:
            return one_page(request_of(listing.call, binding, fields))
        size = min(self._page_size or listing.paging.size, listing.paging.size)

        def ask(page: int) -> Request:
            return request_of(listing.call, {**binding, "page": page, "size": size}, fields)

        limits = self._spec.limits
        return numbered_pages(ask, Paging(listing.paging.first, size), limits.concurrency, limits.max_pages)

    def _bindings(self, each: Mapping[str, str], errand: Errand) -> list[Binding]:
        """The values for one listing after another: those of every record of the collections that `each` names."""
        groups: dict[str, dict[str, str]] = {}
        for name, source in each.items():
            collection, _, column = source.partition(".")
            groups.setdefault(collection, {})[name] = column
        lists = [
            [dict(zip(named, row, strict=True)) for row in self._parent_rows(collection, tuple(named.values()), errand)]
            for collection, named in groups.items()
        ]
        return [{name: value for part in parts for name, value in part.items()} for parts in product(*lists)]

    def _parent_rows(self, name: str, columns: tuple[str, ...], errand: Errand) -> list[tuple[object, ...]]:
        """The distinct rows of these columns."""
        known = self._parents.get((name, columns))
        if known is None:
            collection, errand = self._spec.collections[name], replace(errand, doing=f"listing {name}")
            asked = [collection.columns[column] for column in columns]
            distinct: dict[tuple[object, ...], None] = {}
            for rows in self._rows(collection, None, errand):
                lists = columns_in(rows, asked, errand)
                distinct.update(dict.fromkeys(zip(*(lists[column] for column in columns), strict=True)))
            known = self._parents[name, columns] = list(distinct)
        return known


def columns_in(rows: Sequence[Row], columns: Sequence[Column], errand: Errand) -> ColumnLists:
    """The asked columns of some rows. Raises UnexpectedAnswerError."""
    with telling(errand):
        return columns_from(rows, columns)


def page_of(rows: Sequence[Row], columns: Sequence[Column], errand: Errand) -> Page:
    """A page of the asked columns of some rows. Raises UnexpectedAnswerError."""
    return Page(columns_in(rows, columns, errand), len(rows))


def _rows_in(answer: Answer, listing: Listing, lone: str) -> list[Row]:
    return [] if answer.status in listing.call.nothing else rows_of(answer, listing.call.rows, lone)
