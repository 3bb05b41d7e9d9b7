"""Tables whose rows are only added: the database itself refuses whoever alters or removes one."""

from alembic import op

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_a_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
$$
"""


def only_added_to(table: str) -> None:
    """Refuse every change of a row of the table from here on; in a migration."""
    if op.get_bind().dialect.name == "postgresql":
        _on_postgres(table)
    else:
        _on_sqlite(table)


def _on_postgres(table: str) -> None:
    op.execute(_REFUSE)
    for each, actions in (("ROW", "UPDATE OR DELETE"), ("STATEMENT", "TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_only_added_to_by_{each.lower()} BEFORE {actions} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_a_change()"
        )


def _on_sqlite(table: str) -> None:
    # INSERT OR REPLACE deletes without waking a delete trigger: a number that is taken is refused as well.
    conditions = {
        "UPDATE": "",
        "DELETE": "",
        "INSERT": f"WHEN EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)",  # noqa: S608  our own names
    }
    for action, condition in conditions.items():
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
