"""The store's tables, as its newest version has them. The migrations make them; a test holds the two together.

Instants are UTC ISO text with microseconds, so that their order as text is their order in time.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, text

metadata = MetaData()

store = Table(
    "store",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("lineage", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
)
"""One row: what the store is."""

links = Table(
    "links",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("record_type", Text, primary_key=True),
    Column("mis_id", Text, primary_key=True),
    Column("centre", Text, primary_key=True),
    Column("provider_id", Text, nullable=False),
    Column("added_at", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""`centre` is empty where there is none: a key takes no NULL."""

agreed = Table(
    "agreed",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("record_type", Text, primary_key=True),
    Column("mis_id", Text, primary_key=True),
    Column("centre", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("provider_id", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""`mark` is the keyed hash of the value agreed on; empty where that they agreed is all that is kept."""

plans = Table(
    "plans",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("counts", Text, nullable=False),
    sqlite_autoincrement=True,
)

approvals = Table(
    "approvals",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("plan", Text, ForeignKey("plans.id"), nullable=False, index=True),
    Column("digest", Text, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("approver", Text, nullable=False),
    Column("os_user", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("not_before", Text),
    Column("not_after", Text),
    Column("counts", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""`changes` is a JSON array of ids, deflated."""

leases = Table(
    "leases",
    metadata,
    Column("system", Text, primary_key=True),
    Column("fence", Integer, nullable=False),
    Column("who", Text, nullable=False),
    Column("since", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("plan", Text, ForeignKey("plans.id"), nullable=False),
    Column("approval", Text, ForeignKey("approvals.id"), nullable=False, unique=True),
    Column("exchange", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("begun_at", Text, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    sqlite_autoincrement=True,
)

journal = Table(
    "journal",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_journal_run", "run", "number"),
    Index(
        "ux_journal_intent",
        "run",
        "change",
        "attempt",
        unique=True,
        sqlite_where=text("kind = 'intent'"),
        postgresql_where=text("kind = 'intent'"),
    ),
    sqlite_autoincrement=True,
)
"""`kind` is intent, outcome or closing; `said` its action, verdict or state; `attempt` is 0 for a closing."""

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("exchange", Text),
    Column("plan", Text, index=True),
    Column("run", Text, index=True),
    Column("change", Text),
    Column("facts", Text, nullable=False),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("exchange", Text, nullable=False),
    Column("record_type", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("centre", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("take", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_decisions_field", "exchange", "record_type", "mis_id", "field"),
    sqlite_autoincrement=True,
)
"""Only added to. `take` is mis, provider, neither or spent; `mark` is the keyed hash of what was decided upon."""

denials = Table(
    "denials",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("exchange", Text, nullable=False),
    Column("record_type", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_denials_pair", "exchange", "record_type", "mis_id", "provider_id"),
    sqlite_autoincrement=True,
)
"""Only added to. `said` is denied or withdrawn."""
