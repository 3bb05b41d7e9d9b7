"""The statements of intents: an INSERT, or an UPDATE that names every value that must still be there."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from connectors.sql.schema import Reflected
from connectors.sql.values import RAW, key_of, raw, stored
from connectors.wire import UnwritableValueError
from engine.ports import Collection, Intent, Scalar


def update_of(collection: Collection, known: Reflected, intent: Intent, *, sqlite: bool) -> sa.Update:
    """`UPDATE … SET values WHERE key = … AND expected columns hold what was read`. Raises UnwritableValueError."""
    _check_update(collection, intent)
    key = known[collection.key]
    statement = sa.update(key.table).where(sa.type_coerce(key, RAW) == _bound(key_of(key.type, intent.key or "")))
    for name, before in intent.expected.items():
        held = sa.type_coerce(known[name], RAW)
        statement = statement.where(held.is_(None) if before is None else held == _bound(raw(before, sqlite=sqlite)))
    return statement.values(_values(collection, known, intent.values, sqlite=sqlite))


def insert_of(collection: Collection, known: Reflected, intent: Intent, *, sqlite: bool) -> sa.Insert:
    """`INSERT` of the values and of what every create sends. Raises UnwritableValueError."""
    if collection.create is None:
        raise UnwritableValueError(f"its connector file has no way to create {collection.name}")
    for name in (*intent.values, *collection.create.constants):
        if name not in collection.columns:
            raise UnwritableValueError(f"{collection.name} has no column {name}")
    for name in intent.values:
        if collection.columns[name].access == "read":
            raise UnwritableValueError(f"column {name} of {collection.name} can only be read")
    values = {**collection.create.constants, **intent.values}
    for column in collection.columns.values():
        if column.required and values.get(column.name) in (None, ""):
            raise UnwritableValueError(f"column {column.name} of {collection.name} must have a value")
    return sa.insert(known[collection.key].table).values(_values(collection, known, values, sqlite=sqlite))


def _values(
    collection: Collection, known: Reflected, values: Mapping[str, object], *, sqlite: bool
) -> dict[str, sa.BindParameter[object]]:
    """The database's column -> what is bound for it."""
    return {
        known[name].name: _bound(
            stored(known[name].type, collection.columns[name], _scalar(name, value), sqlite=sqlite)
        )
        for name, value in values.items()
    }


def _scalar(name: str, value: object) -> Scalar:
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    raise UnwritableValueError(f"column {name} cannot take a value of another type")


def _check_update(collection: Collection, intent: Intent) -> None:
    if collection.update is None:
        raise UnwritableValueError(f"its connector file has no way to update {collection.name}")
    if not intent.key or not intent.values:
        raise UnwritableValueError("an update needs the key of its record, and values")
    for name in (*intent.values, *intent.expected):
        if name not in collection.columns:
            raise UnwritableValueError(f"{collection.name} has no column {name}")
    for name in intent.values:
        if collection.columns[name].access == "read":
            raise UnwritableValueError(f"column {name} of {collection.name} can only be read")
        if name not in intent.expected:
            raise UnwritableValueError(f"what {name} held when it was read is not known, so it is not written over")


def _bound(value: object) -> sa.BindParameter[object]:
    return sa.bindparam(None, value, type_=RAW, unique=True)
