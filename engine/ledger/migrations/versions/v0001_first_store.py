"""The first store."""

import sqlalchemy as sa
from alembic import op

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
        _only_added_to(table)


def _make_store_and_links() -> None:
    op.create_table(
        "store",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("lineage", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("exchange", sa.Text, primary_key=True),
        sa.Column("record_type", sa.Text, primary_key=True),
        sa.Column("mis_id", sa.Text, primary_key=True),
        sa.Column("centre", sa.Text, primary_key=True),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("added_at", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _make_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("plan", sa.Text, sa.ForeignKey("plans.id"), nullable=False, index=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("changes", sa.LargeBinary, nullable=False),
        sa.Column("approver", sa.Text, nullable=False),
        sa.Column("os_user", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("not_before", sa.Text),
        sa.Column("not_after", sa.Text),
        sa.Column("counts", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_leases_and_runs() -> None:
    op.create_table(
        "leases",
        sa.Column("system", sa.Text, primary_key=True),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("plan", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("approval", sa.Text, sa.ForeignKey("approvals.id"), nullable=False, unique=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("begun_at", sa.Text, nullable=False),
        sa.Column("begun_by", sa.Text, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("run", sa.Text, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
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
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("exchange", sa.Text),
        sa.Column("plan", sa.Text, index=True),
        sa.Column("run", sa.Text, index=True),
        sa.Column("change", sa.Text),
        sa.Column("facts", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


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
