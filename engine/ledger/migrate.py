"""Bring a store to the version that this tieline writes."""

import re
import secrets
import uuid

from sqlalchemy import Connection, insert, inspect, text

from engine.errors import WorkspaceError
from engine.ledger.entries import Entry, append
from engine.ledger.forms import instant_text
from engine.ledger.tables import store as facts
from engine.ports import Clock

_MAKER = "tieline"

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


def bring_to_head(connection: Connection, clock: Clock) -> None:
    """Make or migrate the store where that is needed, in the connection's transaction."""
    found = version_of(connection)
    refuse_newer(found)
    if found == HEAD:
        return
    _migrate(connection)
    now = clock.now()
    if found is None:
        row = {"one": 1, "lineage": str(uuid.uuid4()), "key": secrets.token_bytes(32), "serial": 0}
        connection.execute(insert(facts).values(**row, made_at=instant_text(now)))
    what = "store.made" if found is None else "store.migrated"
    append(connection, [Entry(now, _MAKER, what, facts={"from": found, "to": HEAD})])


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  0.6 s that an up-to-date store does not pay
    from alembic.config import Config  # noqa: PLC0415  as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "engine.ledger:migrations")
    command.upgrade(config, "head")
