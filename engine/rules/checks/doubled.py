"""A name in an expression has one meaning."""

from collections.abc import Iterator, Mapping

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic
from engine.feel.names import reads
from engine.feel.nodes import Node
from engine.rules.checks.expressions import inside
from engine.rules.checks.scopes import places
from engine.rules.checks.subject import Subject
from engine.rules.model import Formula


def check(subject: Subject, formulas: Mapping[Formula, Node]) -> Iterator[Diagnostic]:
    """Names that a column has and that something else has, too."""
    for place in places(subject):
        node = formulas.get(place.formula)
        for read in reads(node) if node is not None else ():
            name = next((one for one in (read.path[0], ".".join(read.path[:2])) if one in place.doubled), None)
            if name is not None:
                span = inside(place.formula, read.start, read.end)
                headline = f"the name `{name}` has two meanings here"
                help_ = "the record has a column of this name: rename that one in a view, or in the connector file"
                yield subject.error(codes.AMBIGUOUS_NAME, headline, span, f"a column, or {place.doubled[name]}", help_)
