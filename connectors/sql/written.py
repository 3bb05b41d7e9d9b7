"""One write within its transaction: an UPDATE of one row or an INSERT with its key, and the mark of class S."""

from dataclasses import dataclass

import sqlalchemy as sa

from connectors.sql.schema import Marks
from connectors.sql.values import RAW, key_text
from engine.ports import Verdict

Said = tuple[Verdict, str, str | None]
"""What came of a write, why, and the key of a new row."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark that a write leaves, and where."""

    marks: Marks
    text: str


@dataclass(frozen=True, slots=True)
class SqlWrite:
    """A statement, the column that holds the key of its rows, and the mark that it leaves, if any."""

    statement: sa.Insert | sa.Update
    key: sa.Column[object]
    mark: Mark | None


def carry_out(connection: sa.Connection, write: SqlWrite) -> Said:
    """Carry out a write in the connection's transaction, to be committed where it is accepted, else undone.

    Where its mark is there the write was done before, whatever the process that sent it heard of it.
    """
    mark = write.mark
    if mark is not None:
        before = connection.execute(mark.marks.find(mark.text)).one_or_none()
        if before is not None:
            return "accepted", "", key_text(before[0])
    statement = write.statement
    if isinstance(statement, sa.Insert):
        said = _inserted(connection, statement, write.key)
    else:
        said = _updated(connection, statement)
    if mark is not None and said[0] == "accepted":
        connection.execute(mark.marks.leave(mark.text, said[2]))
    return said


def _updated(connection: sa.Connection, statement: sa.Update) -> Said:
    count = connection.execute(statement).rowcount
    if count == 1:
        return "accepted", "", None
    if count == 0:
        return "conflict", "the record is gone, or a value is no longer what was read", None
    return "refused", "the key names several rows; nothing was written", None


def _inserted(connection: sa.Connection, statement: sa.Insert, key: sa.Column[object]) -> Said:
    """Write one row and give its key; without a key nothing is kept, for nobody could find the row again."""
    new_key = _new_key(connection, statement, key)
    if new_key is None:
        return "refused", "the database gives the new record no key; nothing was written", None
    return "accepted", "", new_key


def _new_key(connection: sa.Connection, statement: sa.Insert, key: sa.Column[object]) -> str | None:
    """The key as the row has it; of a database that cannot give rows back, as its driver tells it."""
    if connection.dialect.insert_returning:
        return key_text(connection.execute(statement.returning(sa.type_coerce(key, RAW))).scalar_one_or_none())
    told = connection.execute(statement).inserted_primary_key
    alone = [column.name for column in key.table.primary_key] == [key.name]
    return key_text(told[0]) if told is not None and alone else None
