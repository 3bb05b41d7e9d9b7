"""Record types belong to record types whose records in the MIS theirs belong to."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.rules.checks.subject import Subject, near
from engine.rules.model import RecordRule


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Parents that are no record types, and collections of which the connector file says nothing of the kind."""
    records = {record.name: record for record in subject.rules.records}
    for record in subject.rules.records:
        if record.parent is None:
            continue
        parent = records.get(record.parent)
        if parent is not None:
            yield from _collections(subject, record, parent)
            continue
        yield subject.error(
            codes.UNKNOWN_RECORD_TYPE,
            "`parent` names a record type that the mapping does not have",
            record.spans["parent"],
            f"no record type `{record.parent}`",
            near(record.parent, records, "record types"),
        )


def _collections(subject: Subject, record: RecordRule, parent: RecordRule) -> Iterator[Diagnostic]:
    collections = subject.catalog.mis.collections
    child = collections.get(record.mis)
    if child is None or parent.mis not in collections:
        return
    stated = child.parent.collection if child.parent is not None else None
    if stated == parent.mis:
        return
    headline = "a record type belongs to one whose records in the MIS its own do not belong to"
    text = f"`{child.name}` does not belong to `{parent.mis}`"
    help_ = f"say `parent: {{collection: {parent.mis}, column: …}}` of `{child.name}` in the connector file"
    if stated is not None:
        owners = [one.name for one in subject.rules.records if one.mis == stated]
        help_ = f"`{child.name}` belongs to `{stated}`"
        help_ += f", the records of `{owners[0]}`" if owners else ""
    yield subject.error(codes.NOT_ITS_PARENT, headline, record.spans["parent"], text, help_)
