"""Values are picked from records of the MIS that belong to the record, by columns that these have."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.rules.checks.subject import Subject, near
from engine.rules.model import Pick, RecordRule


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Collections that are not there or belong to other records, unknown columns, and picks from the provider."""
    for record, rule in subject.fields():
        if isinstance(rule.from_mis, Pick):
            yield from _pick(subject, record, rule.from_mis)
        if isinstance(rule.from_provider, Pick):
            headline = "a value is picked from records of the provider"
            help_ = "`pick` stands under `from_mis` alone"
            yield subject.error(codes.NOT_ITS_RECORDS, headline, rule.from_provider.span, "picked here", help_)


def _pick(subject: Subject, record: RecordRule, pick: Pick) -> Iterator[Diagnostic]:
    collections = subject.catalog.mis.collections
    own = {one.name for one in collections.values() if one.parent and one.parent.collection == record.mis}
    child = collections.get(pick.collection)
    if child is None or child.name not in own:
        text = (
            f"`{pick.collection}` does not belong to `{record.mis}`" if child else f"no collection `{pick.collection}`"
        )
        help_ = near(pick.collection, own, f"belonging to `{record.mis}`")
        help_ = help_ or f"no collection has `parent: {{collection: {record.mis}, …}}` in its connector file"
        headline = "a value is picked from records that do not belong to this one"
        yield subject.error(codes.NOT_ITS_RECORDS, headline, pick.spans["from"], text, help_)
        return
    for key, name in (("pick", pick.column), ("newest", pick.newest), ("tie", pick.tie)):
        if name is not None and name not in child.columns:
            headline = f"`pick` names a column that `{child.name}` does not have"
            help_ = near(name, child.columns, f"`{child.name}` has")
            yield subject.error(codes.UNKNOWN_COLUMN, headline, pick.spans[key], f"no column `{name}`", help_)
