"""What the engine asks of the world: systems that are read and written, and a clock.

A connector is a function (an `Opener`) that takes a `ConnectorSpec` (its connector file, parsed) and an `Access`
(where and with which secrets) and gives a `System`. Everything is synchronous: `read` yields pages, `send` takes a
window of journalled intents and yields one outcome for each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, Protocol

Scalar = str | int | bool | Decimal | date | datetime | None
"""One value as the engine knows it. Instants are aware datetimes in UTC."""

ColumnType = Literal["text", "date", "instant", "number", "boolean"]
Wire = Literal["plain", "iso date", "iso instant", "midnight instant", "dd/mm/yyyy", "Y/N"]
"""How a value is written at the system: `plain` is the type's own form; `midnight instant` a date sent as the instant
of midnight with `Z` and read as its London date."""
Category = Literal["ordinary", "identifier", "special"]
DeliveryClass = Literal["A", "B", "C", "D", "S"]

EMPTY: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a collection. `path` is where it stands in a record (for SQL: the database's column)."""

    name: str
    path: str
    type: ColumnType = "text"
    wire: Wire = "plain"
    title: str = ""
    length: int | None = None
    access: Literal["read", "write", "both"] = "both"
    category: Category = "ordinary"
    required: bool = False
    listed: bool = True
    """Whether the listing delivers it; a column that is not listed is fetched by a detail call."""
    usual_length: tuple[int, int] | None = None
    """The fewest and the most characters that a value has as a rule; another length is warned about."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request as data. `{name}` in path, headers and body is replaced by a value of that name."""

    verb: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    rows: str = ""
    """JMESPath of the rows or the record in the answer; empty: the answer itself."""
    nothing: tuple[int, ...] = ()
    """Statuses that mean: there is nothing (an empty search, a record that is gone)."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Numbered pages: `{page}` counts from `first`, `{size}` is `size`; a short or empty page is the last one."""

    first: int = 1
    size: int = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """How a collection is listed."""

    call: Call
    paging: Paging | None = None
    each: Mapping[str, str] = field(default_factory=dict)
    """Name used in the call -> `collection.column`: the listing is repeated for every record of that collection."""
    changed_since: str | None = None
    """Name of the body field that takes an instant and keeps older records out."""


@dataclass(frozen=True, slots=True)
class Write:
    """How a record is created or updated, and what the system promises about it."""

    call: Call
    delivery: DeliveryClass
    settle: float = 0.0
    """Seconds after which an accepted or interrupted write is certain to be visible or not to have happened."""
    new_key: str = ""
    """JMESPath of the new record's key in the answer of a create."""
    constants: Mapping[str, object] = field(default_factory=dict)
    """Fields that every create sends, whatever the rules say."""
    keeps: float = 0.0
    """Class A: hours for which the system remembers an idempotency key."""
    version: str = ""
    """Class B over HTTP: the column that holds the record's version, which the call names as `{version}`."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The collection whose records some others belong to; `column` of these holds the parent's key."""

    collection: str
    column: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A kind of record that a system keeps. `key` names the column that identifies a record."""

    name: str
    key: str
    columns: Mapping[str, Column]
    title: str = ""
    centre: str | None = None
    """The column that names the centre a record belongs to, where the system has centres."""
    listing: Listing | None = None
    detail: Call | None = None
    update: Write | None = None
    create: Write | None = None
    table: str | None = None
    """The table or view, for SQL; the file's stem, for files."""
    parent: Parent | None = None
    """The records that these belong to."""
    mirrors: Mapping[str, str] = field(default_factory=dict)
    """Provider -> the MIS column that holds that provider's id of the record (`link import` reads it)."""
    members: Mapping[str, str] = field(default_factory=dict)
    """Column -> the value that a record has which belongs here; a detail call may give records of other kinds."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """Log in once, then send what came back with every call."""

    login: Call
    token: str = ""
    """JMESPath of the token in the answer; empty: the body's text is the token."""
    header: str = "Authorization"
    value: str = "{token}"
    lasts: float = 3600.0
    """Seconds after which to log in again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the system bears and how long we wait. `calls` in `per` seconds; sizes in bytes, times in seconds."""

    calls: int | None = None
    per: float = 60.0
    concurrency: int = 8
    timeout: float = 30.0
    deadline: float = 3600.0
    max_body: int = 8 * 1024 * 1024
    max_pages: int = 100_000
    attempts: int = 5


@dataclass(frozen=True, slots=True)
class Environment:
    """One installation of the system. `base_url` is None where the workspace must name it."""

    name: str
    base_url: str | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Markers:
    """The table of a database in which class S writes leave their mark, in the transaction of the write itself.

    `mark` is its column for the idempotency key, which must be unique there; `key` the one for a new record's key.
    """

    table: str
    mark: str
    key: str


@dataclass(frozen=True, slots=True)
class ConnectorSpec:
    """A connector file, parsed. `kind` selects the opener (`http`, `sql`, `files`)."""

    name: str
    title: str
    kind: str
    collections: Mapping[str, Collection]
    environments: Mapping[str, Environment] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    authentication: Authentication | None = None
    limits: Limits = field(default_factory=Limits)
    error_message: str = ""
    """JMESPath of the system's own message in the answer of a refused write."""
    markers: Markers | None = None
    """Where class S writes are marked."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that never shows itself: `reveal()` is the only way to its text."""

    reference: str
    _text: str = field(repr=False)

    def reveal(self) -> str:
        """The secret's text."""
        return self._text

    def __str__(self) -> str:
        return f"<secret {self.reference}>"


@dataclass(frozen=True, slots=True)
class Access:
    """Where a system is and with what it is opened. `address` is a base URL, a database URL or a folder."""

    environment: str
    address: str = field(repr=False)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    page_size: int | None = None
    """Replaces the connector file's page size (results must not depend on it)."""
    calls_per_minute: int | None = None
    """Replaces the connector file's rate limit."""
    internal: bool = False
    """Whether its host may lead to this machine or into its own network."""
    ca_file: str | None = None
    """The file of certificates that vouch for its host, in place of the usual ones; a whole path."""
    read_only: bool = False
    """Whether it must be impossible to write to it with this access."""


class ArrowColumns(Protocol):
    """Anything that speaks the Arrow stream interface, a Polars frame for one."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


ColumnData = Mapping[str, Sequence[object]] | ArrowColumns


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of one collection, as columns.

    `columns` has exactly the columns asked for, all of one length: the values as the system writes them (str, int,
    Decimal, bool, None; date and datetime from a database), not yet read by type; a missing value is None.
    """

    columns: ColumnData
    count: int


@dataclass(frozen=True, slots=True)
class Intent:
    """One write, journalled before it is sent. `change` and `attempt` name it; one intent is one request.

    `expected` holds, for a class B or S write, the columns' values as the system last showed them, in its own form: the
    write must not happen where they have moved. `idempotency_key` names the change within its run: it is the same at
    every attempt, and never again in another run.
    """

    change: str
    attempt: int
    action: Literal["create", "update"]
    collection: str
    key: str | None
    values: Mapping[str, Scalar]
    expected: Mapping[str, object] = field(default_factory=dict)
    idempotency_key: str = ""


Verdict = Literal["accepted", "refused", "conflict", "not_sent", "unauthorised", "unknown"]
"""accepted: the system said yes. refused: it said no, nothing was written. conflict: a class B precondition failed,
nothing was written. not_sent: nothing was taken in (no connection, 429), safe to send again. unauthorised: 401 or 403.
unknown: it may or may not have been written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one intent. `detail` is our own sentence, free of values and secrets."""

    change: str
    attempt: int
    verdict: Verdict
    detail: str = ""
    status: int | None = None
    new_key: str | None = None
    retry_after: float | None = None


class Reader(Protocol):
    """The reading half of a system."""

    def read(self, collection: str, columns: Sequence[str], changed_since: datetime | None = None) -> Iterator[Page]:
        """All records of a collection, or those changed since an instant, in pages, in any order.

        Raises a `ConnectedSystemError` when the listing cannot be read to its end.
        """
        ...

    def fetch(
        self, collection: str, columns: Sequence[str], keys: Sequence[str], by: str | None = None
    ) -> Iterator[Page]:
        """The records with these keys as they are now; a record that is gone is left out.

        `by` names the column that holds the keys, where it is not the collection's own: that of the parent's key.
        """
        ...


class Writer(Protocol):
    """The writing half of a system."""

    def send(self, window: Sequence[Intent]) -> Iterator[Outcome]:
        """Send every intent once, several at a time, and yield one outcome for each, in any order. Never retries."""
        ...


class System(Reader, Writer, Protocol):
    """An open system. `calls` counts the requests or statements made so far."""

    calls: int

    @property
    def strangers(self) -> Mapping[str, Sequence[str]]:
        """Names of fields that it sent so far and its connector file does not name, by collection."""
        ...

    def check(self) -> str:
        """Prove that the system answers and lets us in; gives a sentence (its version where it has one)."""
        ...

    def close(self) -> None:
        """Give up connections."""
        ...


class Clock(Protocol):
    """Time, so that tests can move it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Opener(Protocol):
    """What an entry point of the group `tieline.connectors` names, one for each `kind`."""

    def __call__(self, spec: ConnectorSpec, access: Access, clock: Clock) -> System:
        """Open a system; nothing is read yet, but what can be refused without a request is refused here."""
        ...
