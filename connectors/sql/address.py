"""From a database URL to an engine that creates no database, shows no parameters and logs nothing."""

import logging
import sqlite3
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from engine.errors import ConnectorMismatchError, UnreachableError
from engine.ports import ConnectorSpec

_OPENING = "opening it"
_MOST_CONNECT_SECONDS = 10


def engine_for(spec: ConnectorSpec, address: str) -> sa.Engine:
    """An engine for `sqlite:PATH`, `sqlite:///PATH`, `postgresql://…` or another URL whose driver is installed.

    Raises ConnectorMismatchError for what is no such URL, UnreachableError for a SQLite file that is not there.
    """
    silence()
    if address.startswith("sqlite:") and not address.startswith("sqlite://"):
        return _sqlite(spec, address.removeprefix("sqlite:"))
    try:
        url = sa.make_url(address)
    except ArgumentError:
        url = None
    if url is None:
        raise ConnectorMismatchError(spec.name, _OPENING, "its address is not a database URL")
    if url.get_backend_name() == "sqlite":
        return _sqlite(spec, url.database)
    arguments = {}
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        arguments = {"connect_timeout": _MOST_CONNECT_SECONDS}
    try:
        return sa.create_engine(url, hide_parameters=True, connect_args=arguments)
    except (NoSuchModuleError, ImportError):
        pass
    what = f"the driver for {url.drivername} is not installed here; install it beside tieline"
    raise ConnectorMismatchError(spec.name, _OPENING, what)


def silence() -> None:
    """Let no statement or row that SQLAlchemy logs reach a handler."""
    for name in ("sqlalchemy.engine", "sqlalchemy.pool"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _sqlite(spec: ConnectorSpec, database: str | None) -> sa.Engine:
    if not database or database.startswith((":memory:", "file:")):
        raise ConnectorMismatchError(spec.name, _OPENING, "its address must name a SQLite file by its path")
    path = Path(database).absolute()
    if not path.is_file():
        raise UnreachableError(spec.name, _OPENING, "there is no such SQLite file; check its address")
    uri, timeout = f"file:{quote(str(path))}?mode=rw", spec.limits.timeout

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=timeout, check_same_thread=False)

    return sa.create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
