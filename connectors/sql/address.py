"""From a database URL to an engine that creates no database, shows no parameters and logs nothing."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from engine.errors import ConnectorMismatchError, UnreachableError
from engine.loggers import silence
from engine.ports import ConnectorSpec, Limits

_OPENING = "opening it"
_NO_URL = (
    "its address is not a database URL such as postgresql://USER@HOST:5432/DATABASE; see that its port is a number, and"
    " that / : @ and the like within a name or password are written as %2F, %3A, %40"
)
_AT_CONNECT = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds; keepalives do not see to what was sent and is not taken
}
"""Of PostgreSQL's client: a server whose machine is gone is noticed."""

_BOUND = sa.text(
    "SELECT set_config('lock_timeout', :lock, true), set_config('statement_timeout', :whole, true),"
    " set_config('idle_in_transaction_session_timeout', :whole, true)"
)
"""Of one transaction, not of the session: a pool before the server may lend the session to others."""

_WRITING = "tieline_writing"
_MOST_MILLISECONDS = 2**31 - 1
_NO_READ_ONLY = (
    "`read_only: on` in tieline.yaml can be made sure of on SQLite and PostgreSQL alone; take it out, and give us an"
    " account that can only read"
)


def engine_for(spec: ConnectorSpec, address: str, *, read_only: bool = False) -> sa.Engine:
    """An engine for `sqlite:PATH`, `sqlite:///PATH`, `postgresql://…` or another URL whose driver is installed.

    PostgreSQL waits for a lock for `limits.timeout`, and for a statement for `limits.deadline`; see `writing`.
    `read_only`: every transaction is one that the database lets read and nothing else.

    Raises ConnectorMismatchError for what is no such URL, UnreachableError for a SQLite file that is not there.
    """
    silence()
    if address.startswith("sqlite:") and not address.startswith("sqlite://"):
        return _sqlite(spec, address.removeprefix("sqlite:"), read_only=read_only)
    try:
        url = sa.make_url(address)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError, which holds a part of the address
        url = None
    if url is None:
        raise ConnectorMismatchError(spec.name, _OPENING, _NO_URL)
    if url.get_backend_name() == "sqlite":
        return _sqlite(spec, url.database, read_only=read_only)
    arguments, options = {}, {}
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        arguments = _AT_CONNECT
        options = {"postgresql_readonly": read_only}
    elif read_only:
        raise ConnectorMismatchError(spec.name, _OPENING, _NO_READ_ONLY)
    try:
        engine = sa.create_engine(url, hide_parameters=True, connect_args=arguments, execution_options=options)
    except (NoSuchModuleError, ImportError):
        what = f"the driver for {url.drivername} is not installed here; install it beside tieline"
    except (ArgumentError, ValueError):
        what = _NO_URL
    else:
        if url.get_backend_name() == "postgresql":
            _bound(engine, spec.limits)
        return engine
    raise ConnectorMismatchError(spec.name, _OPENING, what)


def writing(engine: sa.Engine) -> sa.Engine:
    """The same engine for writes: on PostgreSQL a statement may take `limits.timeout`, for others wait behind it."""
    return engine.execution_options(**{_WRITING: True})


def _bound(engine: sa.Engine, limits: Limits) -> None:
    """Let no transaction wait, or keep others waiting, without end, whatever the server's own settings are."""

    def on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITING, False)
        whole = limits.timeout if writes else limits.deadline
        bounds = {"lock": _milliseconds(limits.timeout), "whole": _milliseconds(whole)}
        connection.execute(_BOUND, bounds)

    sa.event.listen(engine, "begin", on_begin)


def _milliseconds(seconds: float) -> str:
    """As PostgreSQL takes it: whole, and not 0, which would be no bound."""
    return str(max(1, min(round(seconds * 1000), _MOST_MILLISECONDS)))


def _sqlite(spec: ConnectorSpec, database: str | None, *, read_only: bool) -> sa.Engine:
    if not database or database.startswith((":memory:", "file:")):
        raise ConnectorMismatchError(spec.name, _OPENING, "its address must name a SQLite file by its path")
    path = Path(database).absolute()
    if not path.is_file():
        raise UnreachableError(spec.name, _OPENING, "there is no such SQLite file; check its address")
    uri, timeout = f"file:{quote(str(path))}?mode={'ro' if read_only else 'rw'}", spec.limits.timeout

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=timeout, check_same_thread=False)

    return sa.create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
