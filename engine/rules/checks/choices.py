"""What is chosen at a request is on offer, is asked for, and is used where somebody was asked."""

from collections.abc import Iterator, Mapping

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.feel.names import reads
from engine.feel.nodes import Node
from engine.rules.checks.creates import sent
from engine.rules.checks.subject import Subject, near
from engine.rules.model import ChoiceRule, ChosenUse, FieldRule, Formula, RecordRule


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Collections and columns that are not there, choices that nobody is asked for, and fields that take them then."""
    for record in subject.rules.records:
        for choice in record.choose:
            yield from _offer(subject, choice)
        if record.choose and not any(one.at == "provider" and one.trigger == "request" for one in record.create):
            yield subject.error(
                codes.NEVER_CHOSEN,
                "something is to be chosen for records that nobody can ask for",
                record.spans["choose"],
                f"`{record.name}` is not created on request",
                "add `create: {at: provider, trigger: request}`, or take `choose` out",
            )
        for rule in record.fields:
            yield from _uses(subject, record, rule)


def unused(subject: Subject, formulas: Mapping[Formula, Node]) -> Iterator[Diagnostic]:
    """A warning for each choice that changes nothing."""
    for record in subject.rules.records:
        used = {one.from_mis.name for one in record.fields if isinstance(one.from_mis, ChosenUse)}
        for condition in (one for choice in record.choose for one in choice.conditions):
            found = reads(formulas[condition])
            used |= {one.path[1] for one in found if one.path[0] == "chosen" and len(one.path) > 1}
        for choice in record.choose:
            if choice.name not in used:
                label = Label(subject.rules.source, choice.span, "neither a field nor another choice uses it")
                yield Diagnostic(codes.UNUSED_CHOICE, "warning", f"choice `{choice.name}` changes nothing", label)


def _offer(subject: Subject, choice: ChoiceRule) -> Iterator[Diagnostic]:
    provider = subject.catalog.provider
    collection = provider.collections.get(choice.collection)
    if collection is None:
        headline = f"what is chosen comes from a collection that `{provider.name}` does not have"
        help_ = near(choice.collection, provider.collections, f"`{provider.name}` has")
        text = f"no collection `{choice.collection}`"
        yield subject.error(codes.UNKNOWN_COLLECTION, headline, choice.spans["from"], text, help_)
        return
    if provider.kind == "http" and collection.listing is None:
        text = f"`{collection.name}` has no `list` in its connector file"
        headline = "the records to choose from cannot be listed"
        yield subject.error(codes.NOT_LISTABLE, headline, choice.spans["from"], text)
    label = collection.columns.get(choice.label or "")
    if label is not None and label.access == "write":
        headline = "`label` names a column that can only be written"
        text = f"`{label.name}` can only be written"
        yield subject.error(codes.WRITE_ONLY_COLUMN, headline, choice.spans["label"], text)
    if choice.label is not None and choice.label not in collection.columns:
        headline = f"`label` names a column that `{collection.name}` does not have"
        help_ = near(choice.label, collection.columns, f"`{collection.name}` has")
        text = f"no column `{choice.label}`"
        yield subject.error(codes.UNKNOWN_COLUMN, headline, choice.spans["label"], text, help_)


def _uses(subject: Subject, record: RecordRule, rule: FieldRule) -> Iterator[Diagnostic]:
    if isinstance(rule.from_provider, ChosenUse):
        headline = "a value for the MIS is to be one that was chosen"
        help_ = "`chosen` stands under `from_mis` alone"
        yield subject.error(codes.CHOSEN_TOO_LATE, headline, rule.from_provider.span, "nobody was asked", help_)
    chosen = rule.from_mis
    if not isinstance(chosen, ChosenUse):
        return
    names = [one.name for one in record.choose]
    if chosen.name not in names:
        headline = f"a field takes a choice that `{record.name}` does not have"
        help_ = near(chosen.name, names, f"`{record.name}` has") or "name it under `choose` of the record type"
        yield subject.error(codes.UNKNOWN_CHOICE, headline, chosen.span, f"no choice `{chosen.name}`", help_)
    if rule.only != {"create"}:
        headline = "a field takes what is chosen at a request, and moves later, too"
        help_ = "write `only: create` beside it"
        yield subject.error(codes.CHOSEN_TOO_LATE, headline, chosen.span, "nobody is asked then", help_)
    for create in record.create:
        if create.at == "provider" and create.trigger != "request" and rule in sent(record, create):
            headline = "a field takes what is chosen at a request, and another create sends it, too"
            help_ = f"name the fields of that create under `with`, without `{rule.name}`"
            text = f"sent where `trigger` is `{create.trigger}`: nobody is asked then"
            yield subject.error(codes.CHOSEN_TOO_LATE, headline, chosen.span, text, help_)
