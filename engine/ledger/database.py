"""What a kind of database must do for a store."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

Confirm = Callable[[], None]
"""Raises LeaseError where a lock that was taken is no longer held."""


class Database(Protocol):
    """One database that holds a store; `place` names it for people and shows no password.

    LeaseError where another process keeps it busy, WorkspaceError where it cannot be used.
    """

    place: str
    doubt: str
    """Why this may be no place for a store; empty where nothing is known against it."""

    def prepare(self) -> None:
        """Make or migrate the store where that is needed."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that may write, one at a time; committed at the end, undone by any exception."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """One unmoving view."""
        ...

    def holding(self, system: str, *, take_over: bool) -> AbstractContextManager[Confirm | None]:
        """Hold the lock of a system within; None where it is taken. With `take_over` it is taken from its holder."""
        ...

    def now(self) -> datetime | None:
        """The server's time, so that all machines judge by one clock; None where there is no server."""
        ...

    def check(self) -> None:
        """WorkspaceError where the database is damaged."""
        ...

    def close(self) -> None:
        """Give up the connections."""
        ...
