"""The store's tables, as its newest version has them. The migrations make them; a test holds the two together.

Instants are UTC ISO text with microseconds, so that their order as text is their order in time.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, text

from engine.ledger.columns import NUMBER, TEXT

metadata = MetaData()

store = Table(
    "store",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("lineage", TEXT, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("made_at", TEXT, nullable=False),
)
"""One row: what the store is."""

links = Table(
    "links",
    metadata,
    Column("exchange", TEXT, primary_key=True),
    Column("record_type", TEXT, primary_key=True),
    Column("mis_id", TEXT, primary_key=True),
    Column("centre", TEXT, primary_key=True),
    Column("provider_id", TEXT, nullable=False),
    Column("added_at", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
"""`centre` is empty where there is none: a key takes no NULL."""

agreed = Table(
    "agreed",
    metadata,
    Column("exchange", TEXT, primary_key=True),
    Column("record_type", TEXT, primary_key=True),
    Column("mis_id", TEXT, primary_key=True),
    Column("centre", TEXT, primary_key=True),
    Column("field", TEXT, primary_key=True),
    Column("provider_id", TEXT, nullable=False),
    Column("mark", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
"""`mark` is the keyed hash of the value agreed on; empty where that they agreed is all that is kept."""

plans = Table(
    "plans",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("digest", TEXT, nullable=False),
    Column("exchange", TEXT, nullable=False),
    Column("file", TEXT, nullable=False),
    Column("made_at", TEXT, nullable=False),
    Column("made_by", TEXT, nullable=False),
    Column("counts", TEXT, nullable=False),
    sqlite_autoincrement=True,
)

approvals = Table(
    "approvals",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("plan", TEXT, ForeignKey("plans.id"), nullable=False, index=True),
    Column("digest", TEXT, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("approver", TEXT, nullable=False),
    Column("os_user", TEXT, nullable=False),
    Column("why", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("not_before", TEXT),
    Column("not_after", TEXT),
    Column("counts", TEXT, nullable=False),
    sqlite_autoincrement=True,
)
"""`changes` is a JSON array of ids, deflated."""

leases = Table(
    "leases",
    metadata,
    Column("system", TEXT, primary_key=True),
    Column("fence", Integer, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("since", TEXT, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("plan", TEXT, ForeignKey("plans.id"), nullable=False),
    Column("approval", TEXT, ForeignKey("approvals.id"), nullable=False, unique=True),
    Column("exchange", TEXT, nullable=False),
    Column("system", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("begun_at", TEXT, nullable=False),
    Column("begun_by", TEXT, nullable=False),
    Column("fence", Integer, nullable=False),
    sqlite_autoincrement=True,
)

journal = Table(
    "journal",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("run", TEXT, ForeignKey("runs.id"), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("change", TEXT, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("said", TEXT, nullable=False),
    Column("body", TEXT, nullable=False),
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
    Column("number", NUMBER, primary_key=True),
    Column("at", TEXT, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("what", TEXT, nullable=False),
    Column("exchange", TEXT),
    Column("plan", TEXT, index=True),
    Column("run", TEXT, index=True),
    Column("change", TEXT),
    Column("facts", TEXT, nullable=False),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("exchange", TEXT, nullable=False),
    Column("record_type", TEXT, nullable=False),
    Column("mis_id", TEXT, nullable=False),
    Column("provider_id", TEXT, nullable=False),
    Column("centre", TEXT, nullable=False),
    Column("field", TEXT, nullable=False),
    Column("mark", TEXT, nullable=False),
    Column("take", TEXT, nullable=False),
    Column("change", TEXT, nullable=False),
    Column("plan", TEXT, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("why", TEXT, nullable=False),
    Index("ix_decisions_field", "exchange", "record_type", "mis_id", "field"),
    sqlite_autoincrement=True,
)
"""Only added to. `take` is mis, provider, neither or spent; `mark` is the keyed hash of what was decided upon."""

denials = Table(
    "denials",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("exchange", TEXT, nullable=False),
    Column("record_type", TEXT, nullable=False),
    Column("mis_id", TEXT, nullable=False),
    Column("provider_id", TEXT, nullable=False),
    Column("said", TEXT, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("why", TEXT, nullable=False),
    Index("ix_denials_pair", "exchange", "record_type", "mis_id", "provider_id"),
    sqlite_autoincrement=True,
)
"""Only added to. `said` is denied or withdrawn."""
