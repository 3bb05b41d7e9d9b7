"""A store in PostgreSQL: a schema of its own in a database that may hold others.

Writers take turns at the store's one row. A reader has one view of all. The lock of a system is an advisory lock on a
connection of its own: the server releases it when that connection ends, however it ends.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, Row, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from engine.errors import LeaseError, WorkspaceError
from engine.ledger.database import Confirm
from engine.ledger.faults import telling
from engine.ledger.migrate import HEAD, bring_to_head, refuse_newer, version_of
from engine.ports import Clock

_OLDEST = 13
"""The first version that tells what became of a transaction by its number as it is kept here."""

_IN_URL = {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile", "channel_binding"}
"""What the address may say beside user, host, port and database: libpq's words, none of which is a secret."""

_AT_CONNECT = {
    "connect_timeout": 10,
    "target_session_attrs": "read-write",  # a standby is no store
    "client_encoding": "utf8",
    "application_name": "tieline",
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds; keepalives do not see to what was sent and is not taken
}

_FOR_SESSION = {
    "timezone": "UTC",
    "lock_timeout": "10s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",  # who stands still in a transaction keeps nobody waiting for ever
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30s",
}
"""Whatever the server's own settings are. The server too must notice that a holder's machine is gone."""

_AS_NEEDED = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
UNION ALL SELECT set_config('idle_session_timeout', '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'
"""
"""What is committed is on the disk; and a lease's connection may rest."""

_TURN = "SELECT pg_current_xact_id()::text AS number, {timeline} AS timeline FROM store FOR UPDATE"
_LOOK = "SELECT pg_xact_status('{number}'::xid8) FROM store WHERE {timeline} = '{was}' FOR UPDATE"
_TIMELINE = "substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)"
_LOOKS = 20
_BETWEEN_LOOKS = 0.5
"""Seconds: a server that was killed is back within ten."""

_HOLDERS = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND objsubid = 1 AND classid::bigint = {high} AND objid::bigint = {low}
"""


class PostgresDatabase:
    """The schema that the address names, `tieline` where it names none."""

    doubt = ""

    def __init__(self, address: URL, clock: Clock) -> None:
        self._schema = _schema(address)
        self.place = URL.create(
            "postgresql", address.username, None, address.host, address.port, address.database
        ).render_as_string()
        self._engine = _engine(address, self._schema)
        self._writer = self._engine.execution_options(isolation_level="READ COMMITTED")
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._locker = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock

    def prepare(self) -> None:
        """Make or migrate the store where that is needed, one process at a time."""
        with telling(self.place):
            with self._reader.connect() as connection:
                _refuse_unfit(connection, self.place)
                found = version_of(connection)
                refuse_newer(found)
            if found == HEAD:
                return
            with self._writer.begin() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_key('setup', self._schema)})")
                if not _exists(connection, self._schema):  # a user who may not make one may still own one
                    connection.exec_driver_sql(f"CREATE SCHEMA {self._schema}")
                bring_to_head(connection, self._clock)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; it waits for the one before it to end."""
        with telling(self.place), self._writer.connect() as connection:
            turn = connection.exec_driver_sql(_TURN.format(timeline=_TIMELINE)).one()
            yield connection
            self._commit(connection, turn)

    def _commit(self, connection: Connection, turn: Row[Any]) -> None:
        """Commit; where the connection breaks off before the answer comes, look whether it went through."""
        try:
            connection.commit()
        except DBAPIError as fault:
            if not fault.connection_invalidated:
                raise
            if self._status(turn) != "committed":
                raise

    def _status(self, turn: Row[Any]) -> str:
        """What became of a transaction: committed or aborted. Waits for the server, and for that transaction's end."""
        look = _LOOK.format(number=turn.number, timeline=_TIMELINE, was=turn.timeline)
        for _ in range(_LOOKS):
            try:
                with self._writer.connect() as connection:
                    found = connection.exec_driver_sql(look).scalar_one_or_none()
            except DBAPIError:
                self._clock.sleep(_BETWEEN_LOOKS)
                continue
            if found in {"committed", "aborted"}:
                return str(found)
            break
        raise WorkspaceError(
            f"the store {self.place} broke off at a commit, and whether it was stored cannot be told: "
            "see that its server runs, look with `tieline log`, and go on from there"
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unmoving view."""
        with telling(self.place), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def holding(self, system: str, *, take_over: bool) -> Iterator[Confirm | None]:
        """Hold the lock of a system within; None where it is taken. With `take_over` it is taken from its holder."""
        key = _key("lease", self._schema, system)
        with telling(self.place):
            connection = self._locker.connect()
            connection.detach()  # it is closed at the end, not lent to others with the lock on it
        try:
            with telling(self.place):
                if take_over:
                    _end_holders(connection, key)
                free = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({key})").scalar_one()
            yield (lambda: self._confirm(connection, system)) if free else None
        finally:
            connection.close()

    def _confirm(self, connection: Connection, system: str) -> None:
        try:
            connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:  # a connection that broke off earlier is not a fault of the driver any more
            message = f"the lease of {system} is lost with its connection to the store {self.place}; resume the run"
            raise LeaseError(message) from None

    def now(self) -> datetime:
        """The server's time."""
        with self.reading() as connection:
            return connection.execute(select(func.now())).scalar_one().astimezone(UTC)

    def check(self) -> None:
        """The server checks its pages itself."""

    def close(self) -> None:
        """Give up the connections."""
        self._engine.dispose()


def _schema(address: URL) -> str:
    name = address.query.get("schema", "tieline")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise WorkspaceError("the store's address names no schema as tieline makes one: lower case, digits and _")
    strange = sorted(set(address.query) - _IN_URL - {"schema"})
    if strange:
        known = ", ".join(sorted({*_IN_URL, "schema"}))
        raise WorkspaceError(f"the store's address says `{strange[0]}`, which it may not; it may say {known}")
    return name


def _engine(address: URL, schema: str) -> Engine:
    settings = _FOR_SESSION | {"search_path": schema}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    address = address.set(drivername="postgresql+psycopg").difference_update_query(["schema"])
    try:
        engine = create_engine(
            address, hide_parameters=True, pool_pre_ping=True, connect_args={**_AT_CONNECT, "options": options}
        )
    except ImportError:
        raise WorkspaceError(
            "the store is in PostgreSQL, and its driver is not installed: `pip install 'tieline[postgres]'`"
        ) from None
    event.listen(engine, "connect", _on_connect)
    return engine


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own connection has no type here
    connection.execute(_AS_NEEDED)
    connection.commit()


def _refuse_unfit(connection: Connection, place: str) -> None:
    row = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::int / 10000 AS version,"
        " current_setting('server_encoding') AS encoding"
    ).one()
    if row.version < _OLDEST:
        raise WorkspaceError(f"the store {place} is in PostgreSQL {row.version}; it must be {_OLDEST} or newer")
    if row.encoding != "UTF8":
        raise WorkspaceError(
            f"the store {place} is in a database whose encoding is {row.encoding}; make one with ENCODING 'UTF8'"
        )


def _exists(connection: Connection, schema: str) -> bool:
    return bool(connection.exec_driver_sql(f"SELECT to_regnamespace('{schema}') IS NOT NULL").scalar_one())


def _end_holders(connection: Connection, key: int) -> None:
    """End the connections that hold an advisory lock, and wait until the lock is free."""
    high, low = (key & 0xFFFFFFFFFFFFFFFF) >> 32, key & 0xFFFFFFFF
    for (process,) in connection.exec_driver_sql(_HOLDERS.format(high=high, low=low)).all():
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({process})")
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({key})")


def _key(*words: str) -> int:
    """A lock's number, of 64 bits with a sign; the words are told apart by what no name holds."""
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], signed=True)
