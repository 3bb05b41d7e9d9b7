"""What an apply asks before and after every write: how its changes stand now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from engine.attempts import Fresh
from engine.plan.model import Change
from engine.query.model import Query
from engine.reading import Sides

Links = Mapping[str, Sequence[str | None]]
"""Columns of one length, for links: mis_id, provider_id and centre; for agreements also field and mark."""


class Replanner(Protocol):
    """Makes changes anew from the records as they are now. The rules' own planner is one, that of an undo another."""

    @property
    def query(self) -> Query:
        """The rules."""
        ...

    @property
    def sides(self) -> Sides:
        """The two systems."""
        ...

    def plan_again(self, changes: Sequence[Change]) -> dict[str, Fresh]:
        """Read the records of these changes again: id -> the change as it stands; what has settled is absent."""
        ...

    def agreements(self) -> Mapping[str, Links]:
        """Record type -> what is to be kept of what both sides agree on, by what was just read; told once."""
        ...

    def let_go(self, creates: Iterable[str]) -> None:
        """Want these creates no longer because others refer to them."""
        ...

    def forget(self, record_type: str) -> None:
        """Read the links of a record type anew, for they have changed."""
        ...
