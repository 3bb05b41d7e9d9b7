"""A database as a system: tables and views read in columns, written by UPDATEs that hold on to what was read.

New records are INSERTs that give back the key which the database chose.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from connectors.lookup import collection_of, columns_of, environment_of
from connectors.sql.address import engine_for, writing
from connectors.sql.faults import FOREIGN, read_fault, write_fault
from connectors.sql.schema import Schema, Statement
from connectors.sql.updates import insert_of, update_of
from connectors.sql.values import RAW, key_of, plain
from connectors.sql.written import Mark, Said, SqlWrite, carry_out
from connectors.wire import UnwritableValueError
from engine.crashpoints import crashpoint
from engine.errors import DeadlineError, UnexpectedAnswerError
from engine.ports import Access, Clock, Collection, Column, ConnectorSpec, Intent, Outcome, Page, System

_ROWS_AT_ONCE = 10_000
_KEYS_AT_ONCE = 500
_READ_ONLY = "tieline.yaml says `read_only: on` of this system; nothing was written"


def open_system(spec: ConnectorSpec, access: Access, clock: Clock) -> System:
    """Open a database; nothing is read yet. Raises ConnectorMismatchError, UnreachableError (no such SQLite file)."""
    environment_of(spec, access)
    return SqlSystem(spec, engine_for(spec, access.address, read_only=access.read_only), clock, access)


class SqlSystem:
    """One database. Only the tables that the connector file names are looked at, and only asked columns are read."""

    def __init__(self, spec: ConnectorSpec, engine: sa.Engine, clock: Clock, access: Access) -> None:
        self.calls = 0
        self.strangers: Mapping[str, Sequence[str]] = {}
        self._spec, self._engine, self._clock = spec, engine, clock
        self._writer = writing(engine)
        self._sqlite = engine.dialect.name == "sqlite"
        self._read_only = access.read_only
        self._schema = Schema(spec.name, engine, self._count, read_only=access.read_only)

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:  # noqa: ARG002  a database is always read whole
        """All records, in pages of 10,000."""
        doing = f"reading {collection}"
        found, asked = self._asked(collection, columns, doing)
        with self._telling(doing):
            yield from self._pages(self._schema.select(found, asked, doing), asked, doing)

    def fetch(
        self, collection: str, columns: Sequence[str], keys: Sequence[str], by: str | None = None
    ) -> Iterator[Page]:
        """The records with these keys as they are now, by the key or by another column."""
        doing = f"fetching {collection}"
        found, asked = self._asked(collection, columns, doing)
        with self._telling(doing):
            statement = self._schema.select(found, asked, doing)
            key = self._schema.columns(found, doing)[by or found.key]
            known = [one for one in dict.fromkeys(key_of(key.type, each) for each in keys) if one is not None]
            for start in range(0, len(known), _KEYS_AT_ONCE):
                some = sa.bindparam("keys", known[start : start + _KEYS_AT_ONCE], type_=RAW, expanding=True)
                yield from self._pages(statement.where(sa.type_coerce(key, RAW).in_(some)), asked, doing)

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        """One statement and one transaction for each intent; an UPDATE needs every expected value to stand still."""
        for intent in window:
            if self._read_only:
                yield Outcome(intent.change, intent.attempt, "refused", _READ_ONLY)
                continue
            doing = f"writing {intent.collection}"
            collection = collection_of(self._spec, intent.collection, doing)
            try:
                with self._telling(doing):
                    known = self._schema.columns(collection, doing)
                    make = insert_of if intent.action == "create" else update_of
                    statement = make(collection, known, intent, sqlite=self._sqlite)
            except UnwritableValueError as error:
                yield Outcome(intent.change, intent.attempt, "refused", str(error))
                continue
            crashpoint("writer.send.before")
            self._count()
            write = SqlWrite(statement, known[collection.key], self._mark(collection, intent, doing))
            verdict, detail, new_key = self._execute(write)
            crashpoint("writer.send.after")
            yield Outcome(intent.change, intent.attempt, verdict, detail, new_key=new_key)

    def check(self) -> str:
        """Connect, and find every table and column that the connector file names."""
        with self._telling("checking it"):
            for collection in self._spec.collections.values():
                self._schema.columns(collection, "checking it")
            if self._spec.markers is not None:
                self._schema.marks(self._spec.markers, "checking it")
        return f"{self._spec.title} answers and has the tables and columns of its connector file"

    def close(self) -> None:
        """Give up connections."""
        self._engine.dispose()

    def _count(self) -> None:
        self.calls += 1

    def _asked(self, name: str, columns: Sequence[str], doing: str) -> tuple[Collection, list[Column]]:
        found = collection_of(self._spec, name, doing)
        return found, columns_of(self._spec, found, columns, doing)

    def _pages(self, statement: Statement, columns: Sequence[Column], doing: str) -> Iterator[Page]:
        ends = self._clock.monotonic() + self._spec.limits.deadline
        names = [column.name for column in columns]
        self._count()
        with self._engine.connect() as connection:
            options = {"stream_results": True, "yield_per": _ROWS_AT_ONCE}
            for rows in connection.execute(statement, execution_options=options).partitions():
                if self._clock.monotonic() > ends:
                    what = "the time allowed for it ran out; raise limits.deadline in the connector file"
                    raise DeadlineError(self._spec.name, doing, what)
                lists = zip(names, zip(*rows, strict=True), strict=True)
                yield Page({name: self._plain(name, values, doing) for name, values in lists}, len(rows))

    def _plain(self, name: str, values: Sequence[object], doing: str) -> Sequence[object]:
        kept = plain(values)
        if kept is None:
            what = f"column {name} holds what is neither text, number, date nor switch; convert it in a view"
            raise UnexpectedAnswerError(self._spec.name, doing, what)
        return kept

    def _mark(self, collection: Collection, intent: Intent, doing: str) -> Mark | None:
        """The mark that a class S write leaves; None for another one. Raises ConnectorMismatchError."""
        write = collection.create if intent.action == "create" else collection.update
        if write is None or write.delivery != "S" or self._spec.markers is None:
            return None
        with self._telling(doing):
            return Mark(self._schema.marks(self._spec.markers, doing), intent.idempotency_key)

    def _execute(self, write: SqlWrite) -> Said:
        """Run one write in a transaction of its own: kept whole, or not at all."""
        committing = False
        try:
            with self._writer.connect() as connection:
                transaction = connection.begin()
                said = carry_out(connection, write)
                committing = said[0] == "accepted"
                transaction.commit() if committing else transaction.rollback()
        except FOREIGN as error:
            if committing:
                return "unknown", "the database did not say that it kept the write", None
            return *write_fault(error), None
        return said

    @contextmanager
    def _telling(self, doing: str) -> Iterator[None]:
        """Turn the database's faults into ours."""
        try:
            yield
        except FOREIGN as error:
            kind, what = read_fault(error)
        else:
            return
        raise kind(self._spec.name, doing, what)
