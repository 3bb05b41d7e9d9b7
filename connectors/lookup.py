"""Finding in a connector file what somebody asked for, with the nearest name where it is not there."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from engine.errors import ConnectorMismatchError
from engine.ports import Access, Collection, Column, ConnectorSpec, Environment


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest of the known names, else `; there is …`."""
    names = sorted(known)
    folded = {each.casefold(): each for each in names}
    near = get_close_matches(name.casefold(), folded, n=1)
    if near:
        return f"; did you mean {folded[near[0]]}?"
    shown = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")  # noqa: PLR2004  what fits in a line
    return f"; there is {shown}" if names else "; there is none"


def environment_of(spec: ConnectorSpec, access: Access) -> Environment:
    """The environment that is to be opened. Raises ConnectorMismatchError when the file has none of that name."""
    found = spec.environments.get(access.environment)
    if found is None:
        near = did_you_mean(access.environment, spec.environments)
        raise ConnectorMismatchError(spec.name, "opening it", f"it has no environment {access.environment}{near}")
    return found


def collection_of(spec: ConnectorSpec, name: str, doing: str) -> Collection:
    """A collection by its name. Raises ConnectorMismatchError."""
    found = spec.collections.get(name)
    if found is None:
        near = did_you_mean(name, spec.collections)
        raise ConnectorMismatchError(spec.name, doing, f"its connector file has no collection {name}{near}")
    return found


def columns_of(spec: ConnectorSpec, collection: Collection, names: Sequence[str], doing: str) -> list[Column]:
    """Columns by their names, in that order. Raises ConnectorMismatchError."""
    for name in names:
        if name not in collection.columns:
            near = did_you_mean(name, collection.columns)
            raise ConnectorMismatchError(spec.name, doing, f"{collection.name} has no column {name}{near}")
    return [collection.columns[name] for name in names]
