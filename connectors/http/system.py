"""A system that speaks HTTP and JSON, read and written as its connector file says."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime

from connectors.http.answers import Row, record_of
from connectors.http.auth import Session
from connectors.http.calls import Caller, telling
from connectors.http.client import Answer, CertificatesError, Client
from connectors.http.contract import check_access, check_calls
from connectors.http.delivery import Delivery
from connectors.http.errand import Errand
from connectors.http.limits import Meter
from connectors.http.listings import Lister, page_of
from connectors.http.route import Route
from connectors.http.strangers import Strangers
from connectors.http.templates import TemplateError, request_of
from connectors.lookup import collection_of, columns_of
from engine.errors import ConnectorMismatchError
from engine.ports import Access, Call, Clock, Collection, Column, ConnectorSpec, Intent, Outcome, Page, System

_FETCHED_TOGETHER = 100
_NO_CERTIFICATES = "the file of `ca_file` in tieline.yaml cannot be read or holds no certificate in PEM form"


def open_system(spec: ConnectorSpec, access: Access, clock: Clock) -> System:
    """Open a system of kind `http`. Sends nothing. Raises ConnectorMismatchError, SecretMissingError."""
    route = check_access(spec, access)
    check_calls(spec)
    try:
        return HttpSystem(spec, access, route, clock)
    except CertificatesError:
        raise ConnectorMismatchError(spec.name, "opening it", _NO_CERTIFICATES) from None


class HttpSystem:
    """Reads in windows of concurrent calls, writes each intent once. Not for several threads at once."""

    def __init__(self, spec: ConnectorSpec, access: Access, route: Route, clock: Clock) -> None:
        self.calls = 0
        self._spec, self._clock = spec, clock
        self._client = Client(route, spec.limits, self._count)
        session = Session(spec.authentication, access.secrets, clock)
        self._caller = Caller(self._client, session, Meter(spec.limits, access, clock), spec.limits)
        self._strangers = Strangers()
        self._lister = Lister(spec, access.page_size, self._caller, self._strangers)
        self._delivery = Delivery(spec, self._caller)

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:
        """All records, or those changed since an instant where the listing can ask for them, in pages.

        Columns that the listing does not deliver are fetched record by record.
        """
        errand = self._errand(f"listing {collection}")
        found = collection_of(self._spec, collection, errand.doing)
        asked = columns_of(self._spec, found, columns, errand.doing)
        if all(column.listed for column in asked):
            yield from self._lister.pages(found, asked, changed_since, errand)
            return
        for keys in self._lister.keys(found, changed_since, errand):
            yield from self._details(found, asked, keys, errand)

    def fetch(
        self, collection: str, columns: Sequence[str], keys: Sequence[str], by: str | None = None
    ) -> Iterator[Page]:
        """The records with these keys as they are now, by detail calls; a record that is gone is left out."""
        errand = self._errand(f"fetching {collection}")
        found = collection_of(self._spec, collection, errand.doing)
        if by not in {None, found.key}:
            raise errand.error(ConnectorMismatchError, "its records can be fetched by their own key alone")
        yield from self._details(found, columns_of(self._spec, found, columns, errand.doing), keys, errand)

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        """Send every intent once, several at a time, and yield an outcome for each. Never retries."""
        names = sorted({intent.collection for intent in window})
        yield from self._delivery.send(window, self._errand(f"writing {' and '.join(names)}"))

    def check(self) -> str:
        """Log in, and list the first collection that needs nothing else."""
        errand = self._errand("checking it")
        self._caller.enter(errand)
        plain = (c for c in self._spec.collections.values() if c.listing and not c.listing.each)
        first = next(plain, None)
        if first:
            with closing(self._lister.keys(first, None, errand)) as pages:
                next(pages, None)
        return f"{self._spec.title} answers and lets us in"

    def close(self) -> None:
        """Give up the connections."""
        self._client.close()

    @property
    def strangers(self) -> Mapping[str, Sequence[str]]:
        """Fields that were sent and are not in the connector file."""
        return self._strangers.listed()

    def _count(self) -> None:
        self.calls += 1

    def _errand(self, doing: str) -> Errand:
        return Errand(self._spec.name, doing, self._clock, self._clock.monotonic() + self._spec.limits.deadline)

    def _details(
        self, collection: Collection, columns: Sequence[Column], keys: Sequence[str], errand: Errand
    ) -> Iterator[Page]:
        call = collection.detail
        if call is None:
            raise errand.error(ConnectorMismatchError, f"its connector file has no detail call for {collection.name}")
        key_path = collection.columns[collection.key].path
        requests = {}
        for key in dict.fromkeys(keys):
            with suppress(TemplateError):  # no record has a key that no address can hold
                requests[key] = request_of(call, {"key": key})
        known = list(requests)
        for start in range(0, len(known), _FETCHED_TOGETHER):
            some = known[start : start + _FETCHED_TOGETHER]
            answers = self._caller.ask([requests[key] for key in some], errand, call.nothing)
            with telling(errand):
                there = [each for each in zip(some, answers, strict=True) if each[1].status not in call.nothing]
                rows = [_record(key, answer, call, key_path) for key, answer in there]
            self._strangers.note(collection, rows)
            if rows:
                yield page_of(rows, columns, errand)


def _record(key: str, answer: Answer, call: Call, key_path: str) -> Row:
    """The record of a detail answer, with its key where the answer leaves it out."""
    record = record_of(answer, call.rows)
    return record if key_path in record or "." in key_path else {**record, key_path: key}
