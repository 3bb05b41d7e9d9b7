"""A system in memory: plain rows that are read and written as a real system's are. The double that ships.

It serves tests and examples. A row is a dict of column name -> value in the system's own form, which is what a
column's wire says: `{"ident": "7", "birth_date": "1970-06-01T00:00:00.000Z"}`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from engine.errors import ConnectorMismatchError
from engine.ports import Collection, Column, Intent, Outcome, Page, Scalar, Verdict, Write

Row = dict[str, object]
Rows = dict[str, list[Row]]


class MemorySystem:
    """An open system over `rows`, collection by collection; writes change these very rows.

    A listing gives pages of `page_size` records in the order that `order` puts them in. `calls` counts requests (a
    page of a listing, a fetch, a write), `effects` the writes that happened, by collection and key.
    """

    def __init__(
        self,
        collections: Mapping[str, Collection],
        rows: Rows,
        *,
        page_size: int = 100,
        order: Callable[[list[Row]], Iterable[Row]] = iter,
    ) -> None:
        self.calls = 0
        self.strangers: Mapping[str, Sequence[str]] = {}
        self.effects: Counter[tuple[str, str]] = Counter()
        self.rows = rows
        self._marks: dict[str, Outcome] = {}
        self._collections, self._page_size, self._order = collections, page_size, order

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:  # noqa: ARG002  memory is always read whole
        """All records; a collection without any is one empty page. Raises ConnectorMismatchError."""
        self._known(collection, columns)
        rows = list(self._order(list(self.rows.get(collection, []))))
        for start in range(0, max(len(rows), 1), self._page_size):
            yield self._page(rows[start : start + self._page_size], columns)

    def fetch(
        self, collection: str, columns: Sequence[str], keys: Sequence[str], by: str | None = None
    ) -> Iterator[Page]:
        """The records with these keys as they are now, in one page. Raises ConnectorMismatchError."""
        key = by or self._known(collection, columns).key
        wanted = set(keys)
        yield self._page([row for row in self.rows.get(collection, []) if str(row.get(key)) in wanted], columns)

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        """Write each intent once. A class B or S write happens only where the expected values still stand.

        A class A or S write that was done under the same key is not done again.
        """
        for intent in window:
            self.calls += 1
            collection = self._collections[intent.collection]
            write = collection.create if intent.action == "create" else collection.update
            fault = "it cannot be written so" if write is None else _refusal(collection, intent)
            if write is None or fault:
                yield Outcome(intent.change, intent.attempt, "refused", fault)
            elif (told := self._marks.get(intent.idempotency_key)) is not None:
                yield replace(told, attempt=intent.attempt)
            elif intent.action == "create":
                yield self._marked(write, intent, self._create(collection, write, intent))
            else:
                yield self._marked(write, intent, self._update(collection, write, intent))

    def _marked(self, write: Write, intent: Intent, outcome: Outcome) -> Outcome:
        if write.delivery in {"A", "S"} and intent.idempotency_key and outcome.verdict == "accepted":
            self._marks[intent.idempotency_key] = outcome
        return outcome

    def check(self) -> str:
        """It is always there."""
        return "the rows in memory are there"

    def close(self) -> None:
        """Nothing is held open."""

    def _known(self, name: str, columns: Sequence[str]) -> Collection:
        collection = self._collections.get(name)
        if collection is None or not set(columns) <= set(collection.columns):
            what = f"it has no collection {name} with the columns {', '.join(columns)}"
            raise ConnectorMismatchError("memory", f"reading {name}", what)
        return collection

    def _page(self, rows: Sequence[Row], columns: Sequence[str]) -> Page:
        self.calls += 1
        return Page({name: [row.get(name) for row in rows] for name in columns}, len(rows))

    def _create(self, collection: Collection, write: Write, intent: Intent) -> Outcome:
        rows = self.rows.setdefault(collection.name, [])
        taken = {str(row.get(collection.key)) for row in rows}
        new_key = next(key for key in map(str, range(len(rows) + 1, 2 * len(rows) + 2)) if key not in taken)
        rows.append({collection.key: new_key, **write.constants, **_written(collection, intent.values)})
        self.effects[collection.name, new_key] += 1
        return Outcome(intent.change, intent.attempt, "accepted", new_key=new_key)

    def _update(self, collection: Collection, write: Write, intent: Intent) -> Outcome:
        found = [row for row in self.rows.get(collection.name, []) if str(row.get(collection.key)) == intent.key]
        if len(found) != 1:
            verdict: Verdict = "conflict" if write.delivery in {"B", "S"} and not found else "refused"
            return Outcome(intent.change, intent.attempt, verdict, "its key names not one record")
        moved = any(found[0].get(name) != before for name, before in intent.expected.items())
        if write.delivery in {"B", "S"} and (moved or not set(intent.values) <= set(intent.expected)):
            return Outcome(intent.change, intent.attempt, "conflict", "a value is no longer what was read")
        found[0].update(_written(collection, intent.values))
        self.effects[collection.name, intent.key or ""] += 1
        return Outcome(intent.change, intent.attempt, "accepted")


def _refusal(collection: Collection, intent: Intent) -> str:
    """Why an intent cannot be written at all, without its values; empty where it can."""
    columns = [collection.columns.get(name) for name in intent.values]
    if any(column is None or column.access == "read" for column in columns):
        return "it names a column that cannot be written"
    if intent.action == "update" or collection.create is None:
        return ""
    sent = {**collection.create.constants, **intent.values}
    missing = [name for name, column in collection.columns.items() if column.required and not sent.get(name)]
    return "a required column has no value" if missing else ""


def _written(collection: Collection, values: Mapping[str, Scalar]) -> Row:
    return {name: _form(collection.columns[name], value) for name, value in values.items()}


def _form(column: Column, value: Scalar) -> object:
    """A value as the column's wire says; text, numbers and plain booleans are kept as they are."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return ("Y" if value else "N") if column.wire == "Y/N" else value
    if not isinstance(value, date):
        return value
    if column.wire == "dd/mm/yyyy":
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    return value.isoformat() + ("T00:00:00.000Z" if column.wire == "midnight instant" else "")
