"""The UPDATE of an intent: it names the record and every value that must still be there."""

import sqlalchemy as sa

from connectors.sql.schema import Reflected
from connectors.sql.values import RAW, key_of, raw, stored
from connectors.wire import UnwritableValueError
from engine.ports import Collection, Intent


def update_of(collection: Collection, known: Reflected, intent: Intent, *, sqlite: bool) -> sa.Update:
    """`UPDATE … SET values WHERE key = … AND expected columns hold what was read`. Raises UnwritableValueError."""
    _check(collection, intent)
    key = known[collection.key]
    statement = sa.update(key.table).where(sa.type_coerce(key, RAW) == _bound(key_of(key.type, intent.key or "")))
    for name, before in intent.expected.items():
        held = sa.type_coerce(known[name], RAW)
        statement = statement.where(held.is_(None) if before is None else held == _bound(raw(before, sqlite=sqlite)))
    values = {
        known[name].name: _bound(stored(known[name].type, collection.columns[name], value, sqlite=sqlite))
        for name, value in intent.values.items()
    }
    return statement.values(values)


def _check(collection: Collection, intent: Intent) -> None:
    if intent.action != "update" or collection.update is None:
        raise UnwritableValueError(f"its connector file has no way to {intent.action} {collection.name}")
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
