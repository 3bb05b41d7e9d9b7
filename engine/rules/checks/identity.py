"""Records are matched by fields that there are, that both sides have, and that are not special-category data."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.rules.checks.subject import Subject, near
from engine.rules.model import FieldRule, RecordRule, Tier


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Tiers over unknown fields, over fields of one side, and over special-category data."""
    for record in subject.rules.records:
        fields = {one.name: one for one in record.fields}
        for tier in record.identity:
            for name in tier.fields:
                field = fields.get(name)
                if field is None:
                    yield subject.error(
                        codes.UNKNOWN_FIELD,
                        f"a tier matches by a field that `{record.name}` does not have",
                        tier.span,
                        f"no field `{name}`",
                        near(name, fields, f"`{record.name}` has"),
                    )
                else:
                    yield from _one(subject, record, tier, field)


def _one(subject: Subject, record: RecordRule, tier: Tier, field: FieldRule) -> Iterator[Diagnostic]:
    here, there = (subject.column(record, field, side) for side in ("mis", "provider"))
    if "special" in {field.category, *(one.category for one in (here, there) if one is not None)}:
        label = Label(subject.rules.source, tier.span, f"matches by `{field.name}`")
        other = Label(subject.rules.source, field.span, "special-category data")
        headline = "records are matched by special-category data"
        help_ = "match by something else: what people are like must not decide who they are"
        yield Diagnostic(codes.SPECIAL_MATCH, "error", headline, label, (other,), help=help_)
    for side, column, made in (
        ("provider", field.provider, None),
        ("mis", field.mis, field.from_mis),
    ):
        if column is None and made is None:
            headline = f"a tier matches by `{field.name}`, which has no value of the {_NAMES[side]}"
            help_ = f"give the field a `{side}:` column"
            yield subject.error(codes.MISSING_COLUMN, headline, tier.span, f"matches by `{field.name}`", help_)


_NAMES = {"mis": "MIS", "provider": "provider"}
