"""FEEL expressions as part of a query: over columns where that is exact, else row by row on just what they read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl

from engine.errors import WorkspaceError
from engine.feel.columns import Compiled, NotColumnar, compile_columns
from engine.feel.columns_rows import Rows, evaluate_rows, evaluate_table_rows
from engine.feel.columns_tables import compile_table
from engine.feel.evaluation import Setting
from engine.feel.names import names_read
from engine.feel.nodes import Node
from engine.feel.tables import DecisionTable, Input, Output, Rule, nodes_of
from engine.feel.types import FeelType
from engine.ports import Column, ColumnType
from engine.query.model import RULE_ERROR, Expression
from engine.query.normalise import filled
from engine.query.scope import Scope, Times
from engine.rules.model import Formula, TableRule

Path = tuple[str, ...]
SCALE = 10
"""Digits after the point of a number column."""
_NUMBER = pl.Decimal(38, SCALE)
_TYPES: Mapping[ColumnType, FeelType] = {
    "text": FeelType("string"),
    "number": FeelType("number", scale=SCALE),
    "boolean": FeelType("boolean"),
    "date": FeelType("date"),
    "instant": FeelType("date and time"),
}
_DTYPES: Mapping[ColumnType, pl.DataType] = {
    "text": pl.String(),
    "number": _NUMBER,
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "instant": pl.Datetime("us", "UTC"),
}
_PYTHON: Mapping[ColumnType, type] = {
    "text": str,
    "number": Decimal,
    "boolean": bool,
    "date": date,
    "instant": datetime,
}


@dataclass(frozen=True, slots=True)
class Around:
    """What an expression stands in: the columns behind its names, the settings, the time, and where it is written."""

    scope: Scope
    settings: Mapping[str, object]
    times: Times
    at: str

    @property
    def setting(self) -> Setting:
        """What its evaluation needs. The day begins at midnight of the zone's clock."""
        zone, day = self.times.zone, self.times.as_of
        now = datetime.combine(day, time(), ZoneInfo(zone)) if day is not None else None
        return Setting(zone=zone, now=now)


def compile_formula(node: Node, text: str, around: Around, gives: ColumnType) -> Expression:
    """Compile one expression that must give a value of the type `gives`.

    Raises `WorkspaceError` where the expression gives another type whatever the data.
    """
    inputs = inputs_of((node,), around)
    setting = around.setting
    made = columns_of(node, inputs, setting)
    rows = _Rows(lambda frame, paths: evaluate_rows(node, frame, paths, setting), _paths_of(inputs), gives)
    return _made(made, text, inputs, around, rows)


def compile_decision(
    table: TableRule, formulas: Mapping[Formula, Node], around: Around, gives: ColumnType
) -> Expression:
    """Compile a decision table that must give a value of the type `gives`. Faults as for `compile_formula`."""
    decision = decision_of(table, formulas)
    inputs = inputs_of(nodes_of(decision), around)
    setting = around.setting
    made = compile_table(decision, types_of(inputs), lambda path: inputs[path][0], setting)
    rows = _Rows(lambda frame, paths: evaluate_table_rows(decision, frame, paths, setting), _paths_of(inputs), gives)
    return _made(made, f"table {table.name}", inputs, around, rows)


def columns_of(node: Node, inputs: "Inputs", setting: Setting) -> Compiled | NotColumnar:
    """One expression over columns, or why it has to run by rows."""
    return compile_columns(node, types_of(inputs), lambda path: inputs[path][0], setting)


def decision_of(table: TableRule, formulas: Mapping[Formula, Node]) -> DecisionTable:
    """A decision table with its cells parsed."""
    return DecisionTable(
        inputs=tuple(Input(formulas[each]) for each in table.inputs),
        outputs=(_output(table, formulas),),
        rules=tuple(Rule(tuple(formulas[cell] for cell in row[:-1]), (formulas[row[-1]],)) for row in table.rules),
        hit=table.hit,
    )


def _output(table: TableRule, formulas: Mapping[Formula, Node]) -> Output:
    default = formulas[table.default] if table.default is not None else None
    return Output(allowed=tuple(formulas[each] for each in table.ranking), default=default)


def types_of(inputs: "Inputs") -> dict[Path, FeelType]:
    """FEEL's type of each name."""
    return {path: type_ for path, (_, type_) in inputs.items()}


def _paths_of(inputs: "Inputs") -> dict[Path, str]:
    return {path: ".".join(path) for path in inputs}


def _made(made: Compiled | NotColumnar, text: str, inputs: "Inputs", around: Around, rows: "_Rows") -> Expression:
    """By columns as far as they go, and by rows for the rest."""
    gives = rows.gives
    reads = tuple(sorted(around.scope[path][0] for path in inputs if path in around.scope))
    columns = [value.alias(".".join(path)) for path, (value, _) in inputs.items()]
    if isinstance(made, NotColumnar):
        return _expression(pl.struct(*columns, pl.lit(0).alias("")).map_batches(rows.all, rows.struct), text, reads)
    if made.type.name not in {_TYPES[gives].name, "Null"}:
        message = f"{around.at}: the expression gives a {made.type}, and a {_TYPES[gives]} is needed"
        raise WorkspaceError(message)
    value = made.value.cast(_DTYPES[gives])
    if made.problem is None:
        return Expression(value, text, reads)
    both = pl.struct(*columns, value.alias("value "), made.problem.alias("problem "))
    return _expression(both.map_batches(rows.patch, rows.struct), text, reads)


def _expression(result: pl.Expr, text: str, reads: tuple[str, ...]) -> Expression:
    return Expression(result.struct.field("value"), text, reads, result.struct.field("problem"), RULE_ERROR)


Inputs = dict[Path, tuple[pl.Expr, FeelType]]


def inputs_of(nodes: Iterable[Node], around: Around) -> Inputs:
    """The columns and settings that expressions read."""
    found: Inputs = {}
    for path in dict.fromkeys(path for node in nodes for path in names_read(node)):
        if path[0] == "settings":
            value = around.settings[path[1]]
            type_ = "boolean" if isinstance(value, bool) else "number" if isinstance(value, int | Decimal) else "string"
            found[path] = pl.lit(value), FeelType(type_)
        elif path in around.scope:
            name, column = around.scope[path]
            found[path] = _value(name, column), _TYPES[column.type]
    return found


def _value(name: str, column: Column) -> pl.Expr:
    if column.type == "text":
        return filled(pl.col(name))
    return pl.col(name).cast(_NUMBER) if column.type == "number" else pl.col(name)


@dataclass(frozen=True, slots=True)
class _Rows:
    """An expression or a table to run by rows."""

    run: Callable[[pl.DataFrame, Mapping[Path, str]], Rows]
    paths: Mapping[Path, str]
    gives: ColumnType

    def all(self, series: pl.Series) -> pl.Series:
        """Every row."""
        values, bad = self._run(series.struct.unnest())
        return pl.DataFrame({"value": values, "problem": bad}).to_struct()

    def patch(self, series: pl.Series) -> pl.Series:
        """Only the rows that columns could not answer; their values are put in place of the columns' ones."""
        frame = series.struct.unnest()
        values, problem = frame["value "], frame["problem "]
        if problem.any():
            where = problem.arg_true()
            found, bad = self._run(frame[where])
            values = values.scatter(where, found)
            problem = problem.scatter(where, bad)
        return pl.DataFrame({"value": values, "problem": problem}).to_struct()

    def _run(self, frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Values of the type wanted, and where there is none because of an error or a value of another type."""
        rows = self.run(frame, self.paths)
        kind = _PYTHON[self.gives]
        fitting = [
            isinstance(value, kind) and not (kind is not bool and isinstance(value, bool)) for value in rows.values
        ]
        values = [value if fits else None for value, fits in zip(rows.values, fitting, strict=True)]
        bad = [
            at in rows.problems or (value is not None and not fits)
            for at, (value, fits) in enumerate(zip(rows.values, fitting, strict=True))
        ]
        return pl.Series(values, dtype=_DTYPES[self.gives], strict=False), pl.Series(bad, dtype=pl.Boolean)

    @property
    def struct(self) -> pl.Struct:
        return pl.Struct({"value": _DTYPES[self.gives], "problem": pl.Boolean()})
