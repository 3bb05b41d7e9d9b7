"""What a table needs so that class S can trust it: each mark once, and a row that holds a mark and a key alone."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from engine.ports import Markers

_SQLITE_UNIQUE = sa.text(
    'SELECT l.name AS "index", i.name AS "column" FROM pragma_index_list(:name, :schema) l'
    ' JOIN pragma_index_info(l.name, :schema) i WHERE l."unique" AND NOT l.partial'
)
"""SQLAlchemy reads them from the text of CREATE TABLE, and overlooks some."""


def lack_of(engine: sa.Engine, table: sa.Table, markers: Markers) -> str:
    """What keeps a reflected table from being one of marks, in words; empty where it is one. Raises SQLAlchemyError."""
    if [markers.mark] not in _unique(engine, table):
        return f"nothing makes {markers.mark} unique by itself, so a write could be done twice"
    if not table.columns[markers.key].nullable:
        return f"{markers.key} must take NULL, for a change of a record has no new key"
    counted = _counted(engine, table)
    for column in table.columns:
        filled = column.nullable or column.server_default is not None or column.name == counted
        if not filled and column.name not in {markers.mark, markers.key}:
            return f"{column.name} must have a value, and a mark gives it none"
    return ""


def _unique(engine: sa.Engine, table: sa.Table) -> Iterator[Sequence[str | None]]:
    """The columns of each key that holds for all rows, and not for some of them; None for what is computed."""
    inspector = sa.inspect(engine)
    yield inspector.get_pk_constraint(table.name, table.schema)["constrained_columns"]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            found = connection.execute(_SQLITE_UNIQUE, {"name": table.name, "schema": table.schema or "main"}).all()
        for index in {row.index for row in found}:
            yield [row.column for row in found if row.index == index]
        return
    for constraint in inspector.get_unique_constraints(table.name, table.schema):
        yield constraint["column_names"]
    for one in inspector.get_indexes(table.name, table.schema):
        options = one.get("dialect_options", {})
        partial = any(name.endswith("_where") and options[name] is not None for name in options)
        if one["unique"] and not partial:
            yield one["column_names"]


def _counted(engine: sa.Engine, table: sa.Table) -> str:
    """The column that the database numbers by itself and calls no default for; empty where there is none."""
    numbered = [column.name for column in table.columns if column.autoincrement is True]
    keys = list(table.primary_key)
    if engine.dialect.name == "sqlite" and len(keys) == 1 and isinstance(keys[0].type, sa.Integer):
        numbered = [keys[0].name]
    return numbered[0] if numbered else ""
