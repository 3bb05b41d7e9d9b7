"""Find a row by what a person types: its full id or the beginning of it."""

from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func

from engine.errors import UsageError

_LEAST = 6  # letters of an id that people may stop at
_SHOWN = 10  # ids that a message lists


def find_row(connection: Connection, table: Table, query: Select[Any], reference: str) -> Row[Any] | None:
    """The one row of `query` whose id is `reference` or begins with it (from 6 letters up); None where there is none.

    UsageError, with the ids, where several begin so.
    """
    exact = connection.execute(query.where(table.c.id == reference)).one_or_none()
    if exact is not None or len(reference) < _LEAST:
        return exact
    beginning = func.substr(table.c.id, 1, len(reference)) == reference
    rows = connection.execute(query.where(beginning).order_by(table.c.number).limit(_SHOWN)).all()
    if len(rows) > 1:
        names = ", ".join(row.id for row in rows)
        raise UsageError(f"{reference} may be any of {names}: write more of the id")
    return rows[0] if rows else None
