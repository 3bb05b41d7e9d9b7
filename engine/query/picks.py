"""A value that is picked from one of several records: it is read like a column of the record that they belong to."""

import polars as pl

from engine.ports import Collection
from engine.query.model import RULE_ERROR, Expression, PickQuery
from engine.query.normalise import filled
from engine.rules.model import FieldRule, Pick


def picked(rule: FieldRule, pick: Pick, child: Collection) -> Expression:
    """The value of a pick, as an expression over the columns of a pair."""
    path = f"mis.{_name(rule)}"
    value = filled(pl.col(path)) if child.columns[pick.column].type == "text" else pl.col(path)
    return Expression(value, f"{pick.column} of {pick.collection}", (path,), pl.col(f"{path}?"), RULE_ERROR)


def pick_query(rule: FieldRule, pick: Pick, child: Collection, prefer: Expression | None) -> PickQuery:
    """What has to be read for a pick, and in which order its records come."""
    if child.parent is None:
        message = f"{child.name} belongs to no records"
        raise LookupError(message)
    columns = child.columns
    newest = columns[pick.newest] if pick.newest is not None else None
    tie = columns[pick.tie or child.key]
    return PickQuery(_name(rule), child, child.parent.column, columns[pick.column], prefer, newest, tie)


def _name(rule: FieldRule) -> str:
    """No column of a connector file has a name with a space in it that ends so."""
    return f"{rule.name} (picked)"
