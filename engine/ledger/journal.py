"""The journal of runs: what was to be sent, what came back, and what became of each change. Lines are only added.

Every write is one commit with its log entries, and is refused where the lease has passed on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select

from engine.crashpoints import crashpoint
from engine.ledger.entries import Entry
from engine.ledger.forms import instant_text, json_text, pack, read_instant, read_json, unpack
from engine.ledger.leases import Lease, hold_lease
from engine.ledger.runs import (
    Run,
    RunState,
    begin_run,
    check_run,
    find_run,
    finish_run,
    log_run,
    mark_ended,
    resume_run,
)
from engine.ledger.store import Store
from engine.ledger.tables import journal
from engine.ports import Intent, Outcome

__all__ = [
    "Closing",
    "ClosingState",
    "History",
    "Lease",
    "Run",
    "RunState",
    "begin_run",
    "close_changes",
    "end_run",
    "find_run",
    "finish_run",
    "hold_lease",
    "read_journal",
    "resume_run",
    "write_intents",
    "write_outcomes",
]

ClosingState = Literal["done", "already", "stale", "failed", "unknown", "skipped"]


@dataclass(frozen=True, slots=True)
class Closing:
    """What became of a change. `detail` is our own sentence, free of values; `new_key` that of a created record."""

    change: str
    state: ClosingState
    detail: str = ""
    new_key: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All that the journal has on one change: intents and outcomes in the order in which they were written.

    `first_at` is when the first intent was written; `closing` is the last one.
    """

    intents: tuple[Intent, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    closing: Closing | None = None
    first_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    kind: Literal["intent", "outcome", "closing"]
    change: str
    attempt: int
    said: str
    body: Mapping[str, object]
    facts: Mapping[str, object] = field(default_factory=dict)
    """What the log says of it."""


_ACTS = {"intent": "change.intended", "outcome": "change.answered", "closing": "change.closed"}


def write_intents(store: Store, lease: Lease, run: Run, intents: Sequence[Intent]) -> None:
    """Make intents durable, all or none, in one commit: only then may they be sent.

    LeaseError where the lease has passed on; WorkspaceError where an attempt of a change is journalled already.
    """
    _write(store, lease, run, [_intent_line(intent) for intent in intents], "journal.intent.before")
    crashpoint("journal.intent.committed")


def write_outcomes(store: Store, lease: Lease, run: Run, outcomes: Sequence[Outcome]) -> None:
    """Make durable what came back for intents. Faults as for `write_intents`."""
    _write(store, lease, run, [_outcome_line(outcome) for outcome in outcomes], "journal.outcome.before")
    crashpoint("journal.outcome.committed")


def close_changes(store: Store, lease: Lease, run: Run, closings: Sequence[Closing]) -> None:
    """Make durable what became of changes. A later closing of a change, after a resume, counts instead of the first."""
    _write(store, lease, run, [_closing_line(closing) for closing in closings])
    crashpoint("journal.proof.committed")


def end_run(store: Store, lease: Lease, run: Run, closings: Sequence[Closing]) -> None:
    """Close a run that has not finished and that nobody is to go on with, and its open changes, in one commit.

    LeaseError where the lease has passed on or is another system's.
    """
    with store.writing() as connection:
        mark_ended(connection, lease, run, store.clock.now())
        _add(connection, lease, run, [_closing_line(closing) for closing in closings], store.clock.now())


def read_journal(store: Store, run: Run) -> dict[str, History]:
    """Change -> its history, in the order in which the changes first appear."""
    query = select(journal).where(journal.c.run == run.id).order_by(journal.c.number)
    lines: dict[str, list[Row[Any]]] = {}
    with store.reading() as connection:
        for row in connection.execute(query):
            lines.setdefault(row.change, []).append(row)
    return {change: _history(rows) for change, rows in lines.items()}


def _write(store: Store, lease: Lease, run: Run, lines: Iterable[_Line], before: str | None = None) -> None:
    with store.writing() as connection:
        check_run(connection, lease, run)
        _add(connection, lease, run, lines, store.clock.now())
        if before:
            crashpoint(before)


def _add(connection: Connection, lease: Lease, run: Run, lines: Iterable[_Line], now: datetime) -> None:
    rows, entries = [], []
    for line in lines:
        rows.append(_row(run, lease, line, instant_text(now)))
        facts = {"attempt": line.attempt, "said": line.said, **line.facts}
        entries.append(Entry(now, lease.who, _ACTS[line.kind], change=line.change, facts=facts))
    if rows:
        connection.execute(insert(journal), rows)
        log_run(connection, run, *entries)


def _row(run: Run, lease: Lease, line: _Line, at: str) -> dict[str, Any]:
    return {
        "run": run.id,
        "fence": lease.fence,
        "at": at,
        "kind": line.kind,
        "change": line.change,
        "attempt": line.attempt,
        "said": line.said,
        "body": json_text(line.body),
    }


def _intent_line(intent: Intent) -> _Line:
    body = {
        "collection": intent.collection,
        "key": intent.key,
        "values": {name: pack(value) for name, value in intent.values.items()},
        "expected": {name: pack(value) for name, value in intent.expected.items()},
        "idempotency_key": intent.idempotency_key,
    }
    facts = {"collection": intent.collection, "fields": sorted(intent.values)}
    return _Line("intent", intent.change, intent.attempt, intent.action, body, facts)


def _outcome_line(outcome: Outcome) -> _Line:
    body = {
        "detail": outcome.detail,
        "status": outcome.status,
        "new_key": outcome.new_key,
        "retry_after": outcome.retry_after,
    }
    return _Line("outcome", outcome.change, outcome.attempt, outcome.verdict, body, {"status": outcome.status})


def _closing_line(closing: Closing) -> _Line:
    body = {"detail": closing.detail, "new_key": closing.new_key}
    return _Line("closing", closing.change, 0, closing.state, body)


def _history(rows: Sequence[Row[Any]]) -> History:
    intents = [row for row in rows if row.kind == "intent"]
    closings = [row for row in rows if row.kind == "closing"]
    return History(
        intents=tuple(_intent(row) for row in intents),
        outcomes=tuple(_outcome(row) for row in rows if row.kind == "outcome"),
        closing=_closing(closings[-1]) if closings else None,
        first_at=read_instant(intents[0].at) if intents else None,
    )


def _intent(row: Row[Any]) -> Intent:
    body = read_json(row.body)
    values = {name: unpack(form) for name, form in body["values"].items()}
    expected = {name: unpack(form) for name, form in body["expected"].items()}
    key = body.get("idempotency_key", "")  # a journal of version 0.1.0 has none
    return Intent(row.change, row.attempt, row.said, body["collection"], body["key"], values, expected, key)


def _outcome(row: Row[Any]) -> Outcome:
    return Outcome(row.change, row.attempt, row.said, **read_json(row.body))


def _closing(row: Row[Any]) -> Closing:
    return Closing(row.change, row.said, **read_json(row.body))
