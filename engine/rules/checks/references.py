"""Record types refer and belong to record types that there are, and never in a ring."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.rules.checks.rings import shortest_ring
from engine.rules.checks.subject import Subject, near
from engine.source import Span

Edges = dict[str, dict[str, Span]]
"""Record type -> the record types that it needs first, each with the place that says so."""


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Unknown record types in `refers_to`, and rings of them."""
    names = [record.name for record in subject.rules.records]
    edges: Edges = {name: {} for name in names}
    for record in subject.rules.records:
        for field in record.fields:
            name, span = field.refers_to, field.spans.get("refers_to", field.span)
            if name is not None and name not in edges:
                yield subject.error(
                    codes.UNKNOWN_RECORD_TYPE,
                    "`refers_to` names a record type that the mapping does not have",
                    span,
                    f"no record type `{name}`",
                    near(name, names, "record types"),
                )
            elif name is not None:
                edges[record.name].setdefault(name, span)
        if record.parent in edges:
            edges[record.name].setdefault(record.parent, record.spans["parent"])
    yield from _rings(subject, edges)


def _rings(subject: Subject, edges: Edges) -> Iterator[Diagnostic]:
    """One fault for each ring, at the first of its references in the file."""
    told: set[frozenset[str]] = set()
    for start in edges:
        ring = shortest_ring(edges, start)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            marks = [
                Label(subject.rules.source, edges[one][other], f"`{one}` needs `{other}` first")
                for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)
            ]
            headline = f"record types refer to each other in a ring: {' → '.join([*ring, ring[0]])}"
            help_ = "leave one of these references out, or send it in a record type of its own"
            yield Diagnostic(codes.REFERENCE_RING, "error", headline, marks[0], tuple(marks[1:]), help=help_)
