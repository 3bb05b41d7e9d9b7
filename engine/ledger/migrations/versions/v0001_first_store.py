"""The first store."""

import sqlalchemy as sa
from alembic import op

from engine.ledger.append_only import only_added_to
from engine.ledger.columns import NUMBER, TEXT

revision = "0001"
down_revision = None


def upgrade() -> None:
    _make_store_and_links()
    _make_plans()
    _make_approvals()
    _make_leases_and_runs()
    _make_journal()
    _make_log()
    for table in ("journal", "log"):
        only_added_to(table)


def _make_store_and_links() -> None:
    op.create_table(
        "store",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("lineage", TEXT, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("made_at", TEXT, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("exchange", TEXT, primary_key=True),
        sa.Column("record_type", TEXT, primary_key=True),
        sa.Column("mis_id", TEXT, primary_key=True),
        sa.Column("centre", TEXT, primary_key=True),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("added_at", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )


def _make_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("exchange", TEXT, nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("made_at", TEXT, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("counts", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("plan", TEXT, sa.ForeignKey("plans.id"), nullable=False, index=True),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("changes", sa.LargeBinary, nullable=False),
        sa.Column("approver", TEXT, nullable=False),
        sa.Column("os_user", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("not_before", TEXT),
        sa.Column("not_after", TEXT),
        sa.Column("counts", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_leases_and_runs() -> None:
    op.create_table(
        "leases",
        sa.Column("system", TEXT, primary_key=True),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("since", TEXT, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("plan", TEXT, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("approval", TEXT, sa.ForeignKey("approvals.id"), nullable=False, unique=True),
        sa.Column("exchange", TEXT, nullable=False),
        sa.Column("system", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("begun_at", TEXT, nullable=False),
        sa.Column("begun_by", TEXT, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("run", TEXT, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("change", TEXT, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_run", "journal", ["run", "number"])
    intents = sa.text("kind = 'intent'")
    op.create_index(
        "ux_journal_intent",
        "journal",
        ["run", "change", "attempt"],
        unique=True,
        sqlite_where=intents,
        postgresql_where=intents,
    )


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("exchange", TEXT),
        sa.Column("plan", TEXT, index=True),
        sa.Column("run", TEXT, index=True),
        sa.Column("change", TEXT),
        sa.Column("facts", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
