"""What a rule reads of a pair, and the keyed hash over it that tells later whether any of it has moved."""

from collections.abc import Sequence

from engine.digest import Json, keyed
from engine.query.model import FieldQuery
from engine.query.run import Pairs, paths_of


def read_paths(field: FieldQuery, pairs: Pairs) -> tuple[str, ...]:
    """Every column whose value a field reads, on either side, sorted."""
    return tuple(sorted(path for path in paths_of(field, pairs) if not path.endswith("?")))


def read_mark(key: bytes, ids: Sequence[str | None], field: str, values: Sequence[Sequence[str | None]]) -> str:
    """The hash over what a field read of one link (MIS id, provider id, centre): each column with its value as text."""
    told: list[Json] = [*ids, field, values]
    return keyed(key, told)
