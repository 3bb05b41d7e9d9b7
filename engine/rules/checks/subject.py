"""What the checks look at, and the few ways in which they speak."""

from collections.abc import Collection as AnyCollection
from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagnostics.model import Diagnostic, Label
from engine.diagnostics.nearest import nearest
from engine.ports import Collection, Column
from engine.rules.model import Catalog, FieldRule, RecordRule, RuleSet, Side
from engine.source import Span


@dataclass(frozen=True, slots=True)
class Subject:
    """Rules and the two systems they speak of."""

    rules: RuleSet
    catalog: Catalog

    def collection(self, record: RecordRule, side: Side) -> Collection | None:
        """The record type's collection on one side, where it exists."""
        if side == "mis":
            return self.catalog.mis.collections.get(record.mis)
        return self.catalog.provider.collections.get(record.provider)

    def column(self, record: RecordRule, rule: FieldRule, side: Side) -> Column | None:
        """The column that a field names on one side, where it exists."""
        collection = self.collection(record, side)
        name = rule.mis if side == "mis" else rule.provider
        return collection.columns.get(name) if collection is not None and name is not None else None

    def fields(self) -> Iterator[tuple[RecordRule, FieldRule]]:
        """Every field with its record type."""
        for record in self.rules.records:
            for rule in record.fields:
                yield record, rule

    def error(self, code: str, headline: str, span: Span, text: str = "", help_: str = "") -> Diagnostic:
        """An error in the rule file."""
        return Diagnostic(code, "error", headline, Label(self.rules.source, span, text), help=help_)


def near(word: str, known: AnyCollection[str], what: str) -> str:
    """`did you mean `email`? `learners` has: birth_date, email, …`."""
    guess = nearest(word, known)
    start = f"did you mean `{guess[0]}`? " if guess else ""
    shown = sorted(known)
    more = ", …" if len(shown) > 12 else ""  # noqa: PLR2004  a line that can still be read
    return f"{start}{what}: {', '.join(shown[:12])}{more}" if shown else start.strip()


def with_article(noun: str) -> str:
    """`a text`, `an instant`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
