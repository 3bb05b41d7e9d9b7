"""How each expression of a mapping is evaluated: over columns, or row by row and why. For `check --explain-plan`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from engine.feel.columns import Compiled, NotColumnar
from engine.feel.columns_tables import compile_table
from engine.feel.tables import nodes_of
from engine.query.children import counted, counts_seen, lists_in, lists_read, lists_seen
from engine.query.choices import offered
from engine.query.formulas import Around, Inputs, columns_of, decision_of, inputs_of, types_of
from engine.query.parents import parent_of, seen
from engine.query.scope import Scope, Times, bare, dotted
from engine.rules.checked import CheckedRules
from engine.rules.model import FieldRule, Formula, Pick, RecordRule, Side, TableUse

Via = Literal["columns", "columns, then rows", "rows"]
"""`columns, then rows`: over columns, but for single rows that columns cannot tell, an error for one."""
_SIDES: tuple[Side, Side] = ("mis", "provider")


@dataclass(frozen=True, slots=True)
class Way:
    """One expression: where it stands (`mappings/onefile.yaml:24`), what it is part of, how it runs.

    `why` says what cannot be done over columns, and `part` is that part of the expression; both empty otherwise.
    """

    at: str
    of: str
    text: str
    via: Via
    why: str = ""
    part: str = ""


def ways_of(checked: CheckedRules, times: Times) -> Iterator[Way]:
    """Every expression and every use of a decision table, in the order of the record types."""
    for record in checked.rules.records:

        def around(scope: Scope, of: RecordRule = record) -> Around:
            lists = lists_in(checked, of, scope)
            return Around(scope, checked.settings, times, checked.rules.source.path, lists)

        sides = checked.catalog.mis.collections[record.mis], checked.catalog.provider.collections[record.provider]
        parent = seen(parent_of(checked, record))
        counts = {dot: counts_seen(lists_seen(checked, record, dotted=dot)) for dot in (True, False)}
        for of, formula in _conditions(record):
            yield _formula(checked, formula, around({**dotted(*sides), **parent, **counts[True]}), of)
        before: dict[str, object] = {}
        for choice in record.choose:
            scope = offered(checked.catalog.provider.collections[choice.collection], sides[0], before)
            for formula in choice.conditions:
                yield _formula(checked, formula, around(scope), f"{record.name}, choose {choice.name}")
            before[choice.name] = None
        for field in record.fields:
            for side, collection in zip(_SIDES, sides, strict=True):
                scope = {**bare(collection, side), **parent, **(counts[False] if side == "mis" else {})}
                yield from _made(checked, field, side, around(scope), f"{record.name}.{field.name}, from_{side}")


def _made(checked: CheckedRules, field: FieldRule, side: Side, around: Around, of: str) -> Iterator[Way]:
    made = field.from_mis if side == "mis" else field.from_provider
    if isinstance(made, Formula):
        yield _formula(checked, made, around, of)
    elif isinstance(made, Pick) and made.prefer is not None:
        child = checked.catalog.mis.collections[made.collection]
        scope: Scope = {(name,): (name, column) for name, column in child.columns.items()}
        yield _formula(checked, made.prefer, replace(around, scope=scope), f"{of}, prefer")
    elif isinstance(made, TableUse):
        decision = decision_of(checked.rules.tables[made.name], checked.formulas)
        inputs = inputs_of(nodes_of(decision), around)
        compiled = compile_table(decision, types_of(inputs), lambda path: inputs[path][0], around.setting)
        yield _way(compiled, checked.rules.at(made.span), of, f"table {made.name}")


def _formula(checked: CheckedRules, formula: Formula, around: Around, of: str) -> Way:
    node = counted(checked.formulas[formula], around.lists)
    if lists_read(node, around.lists):
        return Way(checked.rules.at(formula.span), of, formula.text.strip(), "rows", "a list of records is read")
    inputs: Inputs = inputs_of((node,), around)
    made = columns_of(node, inputs, around.setting)
    return _way(made, checked.rules.at(formula.span), of, formula.text)


def _way(made: Compiled | NotColumnar, at: str, of: str, text: str) -> Way:
    if isinstance(made, NotColumnar):
        part = text[made.start : made.end] if made.end else text
        return Way(at, of, text.strip(), "rows", made.why, part.strip())
    return Way(at, of, text.strip(), "columns" if made.problem is None else "columns, then rows")


def _conditions(record: RecordRule) -> Iterator[tuple[str, Formula]]:
    creates = [("create, when", one.when) for one in record.create]
    tiers = [("identity, unless", one.unless) for one in record.identity]
    holds = [("hold_when, if", one.condition) for one in record.hold_when]
    for what, formula in (*tiers, *creates, *holds):
        if formula is not None:
            yield f"{record.name}, {what}", formula
    for field in record.fields:
        for what, condition in (("when", field.when), ("unless", field.unless)):
            if condition is not None:
                yield f"{record.name}.{field.name}, {what}", condition
