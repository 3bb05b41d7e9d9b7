"""What a database has, looked up for what a connector file names and for nothing else."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.exc import SAWarning

from connectors.lookup import did_you_mean
from connectors.sql.markers import lack_of
from connectors.sql.rights import check_rights
from connectors.sql.values import RAW
from engine.errors import ConnectorMismatchError
from engine.ports import Collection, Column, Markers

Statement = sa.Select[*tuple[object, ...]]
Reflected = Mapping[str, sa.Column[object]]


@dataclass(frozen=True, slots=True)
class Marks:
    """Where class S writes leave their mark."""

    table: sa.Table
    mark: sa.Column[object]
    key: sa.Column[object]

    def find(self, mark: str) -> Statement:
        """Asks whether a write was done: the row of its mark, with the key of a new record."""
        return sa.select(sa.type_coerce(self.key, RAW)).where(sa.type_coerce(self.mark, RAW) == mark)

    def leave(self, mark: str, new_key: str | None) -> sa.Insert:
        """Marks a write as done; the database refuses the same mark twice."""
        return sa.insert(self.table).values({self.mark.name: mark, self.key.name: new_key})


class Schema:
    """The reflected tables of one database. Identifiers in statements come from here only."""

    def __init__(self, system: str, engine: sa.Engine, count: Callable[[], None], *, read_only: bool = False) -> None:
        self._system, self._engine, self._count = system, engine, count
        self._check_rights = read_only
        self._known: dict[str, Reflected] = {}
        self._marks: Marks | None = None

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

    def marks(self, markers: Markers, doing: str) -> Marks:
        """The table of marks and its two columns, fit for marks. Raises ConnectorMismatchError."""
        if self._marks is None:
            table = self._table(markers.table, doing)
            for name in (markers.mark, markers.key):
                if name not in table.columns:
                    near = did_you_mean(name, table.columns.keys())
                    self._mismatch(doing, f"{table.name} has no column {name}{near}")
            if markers.mark == markers.key:
                self._mismatch(doing, f"`markers` names {markers.mark} for both the mark and the key")
            self._count()
            lack = lack_of(self._engine, table, markers)
            if lack:
                columns = f"{markers.mark} VARCHAR(36) PRIMARY KEY, {markers.key} VARCHAR(100)"
                remedy = f"have its owner make it as CREATE TABLE {markers.table} ({columns})"
                what = f"{table.name} cannot hold marks of class S: {lack}; {remedy}"
                raise ConnectorMismatchError(self._system, doing, what)
            self._marks = Marks(table, table.columns[markers.mark], table.columns[markers.key])
        return self._marks

    def _table(self, wanted: str, doing: str) -> sa.Table:
        if self._check_rights:  # before anything of a table is read
            check_rights(self._system, self._engine, self._count)
            self._check_rights = False
        schema, _, name = wanted.rpartition(".")
        self._count()
        inspector = sa.inspect(self._engine)
        names = {*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)}
        if name not in names:
            self._mismatch(doing, f"there is no table or view {wanted}{did_you_mean(name, names)}")
        with warnings.catch_warnings():  # of indexes that it cannot tell us of; nobody asks for them
            warnings.simplefilter("ignore", SAWarning)
            return sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=self._engine, resolve_fks=False)

    def _mismatch(self, doing: str, what: str) -> NoReturn:
        raise ConnectorMismatchError(self._system, doing, f"{what}; correct the connector file")
