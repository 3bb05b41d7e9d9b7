"""What our account could write, where the settings want a system that can only be read."""

from collections.abc import Callable

import sqlalchemy as sa

from engine.errors import OverPrivilegedError

_SUPERUSER = sa.text("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
_WRITABLE = sa.text(
    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
    " AND (pg_catalog.pg_has_role(c.relowner, 'USAGE')"
    " OR pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    " OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE'))"
    " ORDER BY n.nspname, c.relname LIMIT 1"
)
"""A table or view that our account owns or may write to, whether the connector file names it or not."""


def check_rights(system: str, engine: sa.Engine, count: Callable[[], None]) -> None:
    """Refuse a PostgreSQL account that could write. SQLite has no accounts: its file is opened for reading.

    Raises OverPrivilegedError, SQLAlchemyError.
    """
    if engine.dialect.name != "postgresql":
        return
    count()
    with engine.connect() as connection:
        if connection.execute(_SUPERUSER).scalar_one():
            raise OverPrivilegedError(system, "our account is a superuser")
        found = connection.execute(_WRITABLE).one_or_none()
        if found is not None:
            raise OverPrivilegedError(system, f"our account may write to {found[0]}.{found[1]}")
