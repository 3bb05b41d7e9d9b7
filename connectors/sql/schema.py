"""What a database has, looked up for what a connector file names and for nothing else."""

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

import sqlalchemy as sa

from connectors.lookup import did_you_mean
from connectors.sql.values import RAW
from engine.errors import ConnectorMismatchError
from engine.ports import Collection, Column

Statement = sa.Select[*tuple[object, ...]]
Reflected = Mapping[str, sa.Column[object]]


class Schema:
    """The reflected tables of one database. Identifiers in statements come from here only."""

    def __init__(self, system: str, engine: sa.Engine, count: Callable[[], None]) -> None:
        self._system, self._engine, self._count = system, engine, count
        self._known: dict[str, Reflected] = {}

    def columns(self, collection: Collection, doing: str) -> Reflected:
        """The database's columns of a collection, by the connector file's names. Raises ConnectorMismatchError."""
        if collection.name not in self._known:
            table = self._table(collection.table or collection.name, doing)
            for column in collection.columns.values():
                if column.path not in table.columns:
                    near = did_you_mean(column.path, table.columns.keys())
                    self._mismatch(doing, f"{table.name} has no column {column.path}{near}")
            columns = collection.columns.values()
            self._known[collection.name] = {column.name: table.columns[column.path] for column in columns}
        return self._known[collection.name]

    def select(self, collection: Collection, columns: Sequence[Column], doing: str) -> Statement:
        """A statement that reads just these columns, values as the driver gives them."""
        known = self.columns(collection, doing)
        return sa.select(
            *(sa.type_coerce(known[column.name], RAW).label(f"c{at}") for at, column in enumerate(columns))
        )

    def _table(self, wanted: str, doing: str) -> sa.Table:
        schema, _, name = wanted.rpartition(".")
        self._count()
        inspector = sa.inspect(self._engine)
        names = {*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)}
        if name not in names:
            self._mismatch(doing, f"there is no table or view {wanted}{did_you_mean(name, names)}")
        return sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=self._engine, resolve_fks=False)

    def _mismatch(self, doing: str, what: str) -> NoReturn:
        raise ConnectorMismatchError(self._system, doing, f"{what}; correct the connector file")
