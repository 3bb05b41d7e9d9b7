"""What people said: decisions on fields that were held, and pairs of records that are not one and the same."""

import sqlalchemy as sa
from alembic import op

from engine.ledger.append_only import only_added_to
from engine.ledger.columns import NUMBER, TEXT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", NUMBER, primary_key=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("exchange", "record_type", "mis_id", "provider_id")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("centre", "field", "mark", "take", "change", "plan")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("who", "at", "why")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decisions_field", "decisions", ["exchange", "record_type", "mis_id", "field"])
    op.create_table(
        "denials",
        sa.Column("number", NUMBER, primary_key=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("exchange", "record_type", "mis_id", "provider_id")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("said", "who", "at", "why")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_denials_pair", "denials", ["exchange", "record_type", "mis_id", "provider_id"])
    for table in ("decisions", "denials"):
        only_added_to(table)
