"""Bring a store to the version that this tieline writes."""

import re

from sqlalchemy import Connection, inspect, text

from engine.errors import WorkspaceError

HEAD = "0003"
"""The newest version: the revision that Alembic finds last. A store that has it is opened without loading Alembic."""


def version_of(connection: Connection) -> str | None:
    """The version of the store; None for an empty database; WorkspaceError for a database that is no store."""
    names = inspect(connection).get_table_names()
    if not names:
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in names else None
    if not isinstance(found, str) or not re.fullmatch(r"\d{4}", found):
        raise WorkspaceError("the database is not a store of tieline; name another one under `store:` in tieline.yaml")
    return found


def refuse_newer(found: str | None) -> None:
    """WorkspaceError for a store that a later tieline has written; both versions are named."""
    if found is not None and found > HEAD:
        raise WorkspaceError(
            f"the store is of version {found}, this tieline knows it up to {HEAD}: use a newer tieline"
        )


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction."""
    from alembic import command  # noqa: PLC0415  0.6 s that an up-to-date store does not pay
    from alembic.config import Config  # noqa: PLC0415  as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "engine.ledger:migrations")
    command.upgrade(config, "head")
