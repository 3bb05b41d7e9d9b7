"""Creates have an occasion; what they send can be read and written, and is all that a new record must have."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.ports import Collection
from engine.rules.checks.directions import possible_modes, translated
from engine.rules.checks.subject import Subject, near
from engine.rules.model import CreateRule, FieldRule, Lines, RecordRule, Side


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Occasions that there are not, required columns that no field sends, columns that cannot be read or written.

    And `with` that names unknown fields.
    """
    for record in subject.rules.records:
        for rule in record.create:
            yield from _occasion(subject, record, rule)
            yield from _in_each_centre(subject, record, rule)
            yield from _names(subject, record, rule)
            yield from _set_once(subject, record, rule)
            collection = subject.collection(record, rule.at)
            if collection is not None and collection.create is not None:
                yield from _required(subject, record, rule, collection)
    for record, field in subject.fields():
        yield from _read_only(subject, record, field)


def sent(record: RecordRule, rule: CreateRule) -> list[FieldRule]:
    """The fields that a create can send, under some settings."""
    known = [one for one in record.fields if _column(one, rule.at) is not None]
    if rule.at == "mis":
        known = [one for one in known if not _one_way(record, one)]
    if rule.fields is not None:
        return [one for one in known if one.name in rule.fields]
    way = "push" if rule.at == "provider" else "pull"
    return [
        one
        for one in known
        if not one.only or "create" in one.only or (way in one.only and possible_modes(record, one) & {way, "both"})
    ]


def _one_way(record: RecordRule, field: FieldRule) -> bool:
    """Whether nothing says how a value that is translated for the provider comes back."""
    if field.from_mis is None or field.from_provider is not None:
        return False
    return isinstance(field.from_mis, Lines) or not possible_modes(record, field) & {"pull", "both"}


def _occasion(subject: Subject, record: RecordRule, rule: CreateRule) -> Iterator[Diagnostic]:
    if rule.at == "mis" and rule.trigger != "new":
        yield subject.error(
            codes.NEVER_TRIGGERED,
            f"nothing creates records of `{record.mis}` on this occasion",
            rule.span,
            f"`trigger: {rule.trigger}` is for the provider alone",
            "write `trigger: new`",
        )
    if rule.at == "provider" and rule.trigger != "referred" and record.per_centre:
        yield subject.error(
            codes.NEVER_TRIGGERED,
            f"nothing says in which centre a record of `{record.provider}` is to be created",
            rule.span,
            f"`{record.name}` stands in each centre",
            "write `trigger: referred`: the record that refers to it says in which centre",
        )
    collection = subject.collection(record, "provider")
    centre = collection.columns.get(collection.centre or "") if collection is not None else None
    if rule.at == "provider" and record.per_centre and centre is not None and centre.access == "read":
        yield subject.error(
            codes.READ_ONLY_COLUMN,
            "a create has to say in which centre the new record stands, and cannot",
            rule.span,
            f"`{centre.name}` can only be read",
            "let the connector file say that the column can be written, or take `create` out",
        )


def _in_each_centre(subject: Subject, record: RecordRule, rule: CreateRule) -> Iterator[Diagnostic]:
    """References from one record that stands in each centre to another: nobody can say whether that may be created."""
    if not record.per_centre or rule.at != "provider":
        return
    repeated = {one.name for one in subject.rules.records if one.per_centre}
    for field in sent(record, rule):
        if field.refers_to in repeated:
            yield subject.error(
                codes.NEVER_TRIGGERED,
                f"a new record of `{record.provider}` would refer to one that stands in each centre, too",
                field.spans["refers_to"],
                f"`{field.refers_to}` is `per: centre`, as `{record.name}` is",
                f"name the fields of the create under `with`, without `{field.name}`",
            )


def _set_once(subject: Subject, record: RecordRule, rule: CreateRule) -> Iterator[Diagnostic]:
    """What only a create sends to the MIS; fields that pull are checked as such."""
    for field in sent(record, rule) if rule.at == "mis" else ():
        if not possible_modes(record, field) & {"pull", "both"}:
            yield from translated(subject, record, field, "provider", "mis")


def _column(field: FieldRule, side: Side) -> str | None:
    return field.provider if side == "provider" else field.mis


def _names(subject: Subject, record: RecordRule, rule: CreateRule) -> Iterator[Diagnostic]:
    names = [one.name for one in record.fields]
    for name in rule.fields or ():
        if name not in names:
            yield subject.error(
                codes.UNKNOWN_FIELD,
                f"`with` names a field that `{record.name}` does not have",
                rule.span,
                f"no field `{name}`",
                near(name, names, f"`{record.name}` has"),
            )


def _required(subject: Subject, record: RecordRule, rule: CreateRule, collection: Collection) -> Iterator[Diagnostic]:
    known = {_column(one, rule.at) for one in sent(record, rule)}
    known |= {collection.centre} if record.per_centre else set()
    known |= set(collection.create.constants) if collection.create is not None else set()
    missing = [name for name, column in collection.columns.items() if column.required and name not in known]
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        yield subject.error(
            codes.REQUIRED_NOT_SENT,
            f"a new record of `{collection.name}` must have {listed}, and no field sends it",
            rule.span,
            f"sends no {listed}",
            "add a field for it" + (" and name it under `with`" if rule.fields is not None else ""),
        )


def _read_only(subject: Subject, record: RecordRule, field: FieldRule) -> Iterator[Diagnostic]:
    """Fields that are written only when a record is created; those that an update writes are told already."""
    for side in ("provider", "mis"):
        at: Side = "provider" if side == "provider" else "mis"
        column = subject.column(record, field, at)
        way = "push" if at == "provider" else "pull"
        written = possible_modes(record, field) & {way, "both"}
        created = any(field in sent(record, rule) for rule in record.create if rule.at == at)
        alone = at == "provider" and field.only == {"create"}
        if column is not None and column.access == "read" and not written and (created or alone):
            yield subject.error(
                codes.READ_ONLY_COLUMN,
                "a create writes a column that can only be read",
                field.spans[at],
                f"`{column.name}` can only be read",
                "leave the field out, or narrow it with `only:` to the other way",
            )
