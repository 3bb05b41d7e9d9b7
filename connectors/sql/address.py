"""From a database URL to an engine that creates no database, shows no parameters and logs nothing."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from engine.errors import ConnectorMismatchError, UnreachableError
from engine.loggers import silence
from engine.ports import ConnectorSpec

_OPENING = "opening it"
_NO_URL = (
    "its address is not a database URL such as postgresql://USER@HOST:5432/DATABASE; see that its port is a number, and"
    " that / : @ and the like within a name or password are written as %2F, %3A, %40"
)
_MOST_CONNECT_SECONDS = 10
_NO_READ_ONLY = (
    "`read_only: on` in tieline.yaml can be made sure of on SQLite and PostgreSQL alone; take it out, and give us an"
    " account that can only read"
)


def engine_for(spec: ConnectorSpec, address: str, *, read_only: bool = False) -> sa.Engine:
    """An engine for `sqlite:PATH`, `sqlite:///PATH`, `postgresql://…` or another URL whose driver is installed.

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
        arguments = {"connect_timeout": _MOST_CONNECT_SECONDS}
        options = {"postgresql_readonly": read_only}
    elif read_only:
        raise ConnectorMismatchError(spec.name, _OPENING, _NO_READ_ONLY)
    try:
        return sa.create_engine(url, hide_parameters=True, connect_args=arguments, execution_options=options)
    except (NoSuchModuleError, ImportError):
        what = f"the driver for {url.drivername} is not installed here; install it beside tieline"
    except (ArgumentError, ValueError):
        what = _NO_URL
    raise ConnectorMismatchError(spec.name, _OPENING, what)


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
