"""The cells of decision tables go together with what they test, and give what their column takes."""

from collections.abc import Iterator, Mapping

from engine.diagnostics.model import Diagnostic
from engine.feel.nodes import In, Name, Node, UnaryTests
from engine.feel.typing import Kinds, typed
from engine.rules.checks.scopes import Place, bare_names
from engine.rules.checks.subject import Subject
from engine.rules.checks.types import clashes, results
from engine.rules.model import FieldRule, Formula, RecordRule, Side, TableRule, TableUse
from engine.source import Span

_INPUT = "?"
"""What a test calls the input that it tests."""


def check(subject: Subject, formulas: Mapping[Formula, Node]) -> Iterator[Diagnostic]:
    """Type clashes within every cell that could be read, and of the outputs with the column that gets them."""
    told: set[tuple[str, Span]] = set()  # a table may serve several fields
    for record, rule in subject.fields():
        sides: tuple[Side, Side] = ("mis", "provider")
        for side, made in zip(sides, (rule.from_mis, rule.from_provider), strict=True):
            table = subject.rules.tables.get(made.name) if isinstance(made, TableUse) else None
            if table is None or subject.collection(record, side) is None:
                continue
            for fault in _table(subject, (record, rule, side), table, formulas):
                if (fault.code, fault.primary.span) not in told:
                    told.add((fault.code, fault.primary.span))
                    yield fault


def _table(
    subject: Subject, use: tuple[RecordRule, FieldRule, Side], table: TableRule, formulas: Mapping[Formula, Node]
) -> Iterator[Diagnostic]:
    record, rule, side = use
    names = bare_names(subject, record, side)
    target = subject.column(record, rule, "provider" if side == "mis" else "mis")
    inputs: list[Kinds] = []
    for formula in table.inputs:
        node = formulas.get(formula)
        found = typed(node, names) if node is not None else None
        inputs.append(frozenset().union(*(kinds for _, kinds in found.results)) if found is not None else frozenset())
        yield from clashes(subject, formula, found.clashes if found is not None else ())
    for row in table.rules:
        for kinds, cell in zip(inputs, row[:-1], strict=False):
            node = formulas.get(cell)
            if isinstance(node, UnaryTests) and kinds:
                tests = In(Name(_INPUT), node.tests, start=node.start, end=node.end)
                yield from clashes(subject, cell, typed(tests, {**names, (_INPUT,): kinds}).clashes)
    outputs = [row[-1] for row in table.rules] + ([table.default] if table.default is not None else [])
    for output in outputs:
        node = formulas.get(output)
        if node is not None:
            yield from results(subject, Place(output, names, target, side, certain=True), node)
