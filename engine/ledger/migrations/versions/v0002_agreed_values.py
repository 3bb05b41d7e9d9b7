"""What both sides once agreed on, by link and field."""

import sqlalchemy as sa
from alembic import op

from engine.ledger.columns import TEXT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "agreed",
        sa.Column("exchange", TEXT, primary_key=True),
        sa.Column("record_type", TEXT, primary_key=True),
        sa.Column("mis_id", TEXT, primary_key=True),
        sa.Column("centre", TEXT, primary_key=True),
        sa.Column("field", TEXT, primary_key=True),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("mark", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
