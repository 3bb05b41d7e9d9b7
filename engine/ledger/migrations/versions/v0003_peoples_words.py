"""What people said: decisions on fields that were held, and pairs of records that are not one and the same."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("exchange", "record_type", "mis_id", "provider_id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("centre", "field", "mark", "take", "change", "plan")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("who", "at", "why")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decisions_field", "decisions", ["exchange", "record_type", "mis_id", "field"])
    op.create_table(
        "denials",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("exchange", "record_type", "mis_id", "provider_id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("said", "who", "at", "why")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_denials_pair", "denials", ["exchange", "record_type", "mis_id", "provider_id"])
    for table in ("decisions", "denials"):
        _only_added_to(table)


def _only_added_to(table: str) -> None:
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
