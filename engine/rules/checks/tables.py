"""Decision tables: the ones that fields use are there, their rules have the right width, their cells can be read."""

from collections.abc import Callable, Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.feel.faults import FeelSyntaxError
from engine.feel.names import Read, unknown
from engine.feel.nodes import Node
from engine.feel.parse import parse_expression, parse_unary_tests
from engine.rules.checks.subject import Subject, near
from engine.rules.model import Formula, RecordRule, Side, TableRule, TableUse
from engine.source import Span

Parser = Callable[[str, frozenset[str]], Node]


def check(subject: Subject, formulas: dict[Formula, Node]) -> Iterator[Diagnostic]:
    """Parse every cell of the tables in use into `formulas`; unknown tables, uneven rules, syntax, unknown names."""
    for record, rule in subject.fields():
        sides: tuple[Side, Side] = ("mis", "provider")
        for side, made in zip(sides, (rule.from_mis, rule.from_provider), strict=True):
            if isinstance(made, TableUse):
                yield from _use(subject, record, side, made, formulas)


def _use(
    subject: Subject, record: RecordRule, side: Side, use: TableUse, formulas: dict[Formula, Node]
) -> Iterator[Diagnostic]:
    table = subject.rules.tables.get(use.name)
    collection = subject.collection(record, side)
    if table is None:
        help_ = near(use.name, subject.rules.tables, "the file has")
        headline = "a field uses a decision table that is not there"
        yield subject.error(codes.UNKNOWN_CODE_TABLE, headline, use.span, f"no table `{use.name}`", help_)
        return
    if collection is None:
        return
    yield from _width(subject, table)
    names = frozenset({"settings", *collection.columns})
    for formula in table.expressions:
        yield from _cell(subject, formula, names, parse_expression, formulas)
    for formula in table.tests:
        yield from _cell(subject, formula, names | {"?"}, parse_unary_tests, formulas)


def _width(subject: Subject, table: TableRule) -> Iterator[Diagnostic]:
    wanted = len(table.inputs) + 1
    for row in table.rules:
        if len(row) != wanted:
            headline = "a rule of a decision table has another number of cells than there are inputs and output"
            text = f"{len(row)} cells, and {wanted} are needed"
            yield subject.error(codes.BAD_EXPRESSION, headline, Span(row[0].span.start, row[-1].span.end), text)


def _cell(
    subject: Subject, formula: Formula, names: frozenset[str], read: Parser, formulas: dict[Formula, Node]
) -> Iterator[Diagnostic]:
    if formula in formulas:  # read for another field already
        return
    try:
        node = read(formula.text, names)
    except FeelSyntaxError as fault:
        span = _inside(formula, fault.start, fault.end)
        yield subject.error(codes.BAD_EXPRESSION, "a cell of the table cannot be read", span, str(fault))
        return
    formulas[formula] = node
    for one in unknown(node, names):
        yield _unknown(subject, formula, one, names - {"?"})


def _unknown(subject: Subject, formula: Formula, read: Read, names: frozenset[str]) -> Diagnostic:
    name = ".".join(read.path)
    span, text = _inside(formula, read.start, read.end), f"no value is called `{name}` here"
    return subject.error(codes.UNKNOWN_NAME, "a table names something unknown", span, text, near(name, names, "known"))


def _inside(formula: Formula, start: int, end: int) -> Span:
    last = len(formula.offsets) - 1
    first = formula.offsets[min(start, last)]
    return Span(first, max(formula.offsets[min(end, last)], first + 1))
