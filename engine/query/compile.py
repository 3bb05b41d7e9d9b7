"""CheckedRules to a Query: each field becomes expressions over the columns of a pair."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from engine.ports import Collection, Column, ColumnType
from engine.query.model import (
    MISSING_CODE,
    RULE_ERROR,
    TOO_LONG,
    UNREADABLE,
    Expression,
    FieldQuery,
    Query,
    RecordQuery,
)
from engine.query.normalise import filled
from engine.rules.checked import CheckedRules
from engine.rules.model import Codes, CodeTable, Constant, FieldRule, Formula, Lines, RecordRule, Side, Translation

Scope = Mapping[tuple[str, ...], tuple[str, Column]]
"""Name in an expression -> the pair's column and its declaration."""


def compile_rules(checked: CheckedRules, zone: str) -> Query:
    """Compile every record type; `zone` is the workspace's time zone."""
    rules = checked.rules
    records = tuple(_record(checked, record, zone) for record in rules.records)
    return Query(rules.mapping, records, zone, checked.settings)


def _record(checked: CheckedRules, record: RecordRule, zone: str) -> RecordQuery:
    mis = checked.catalog.mis.collections[record.mis]
    provider = checked.catalog.provider.collections[record.provider]
    compiler = _Compiler(checked, record, mis, provider, zone)
    fields = tuple(compiler.field(rule) for rule in record.fields)
    mode = checked.mode(record.direction)
    asked = any(rule.at == "provider" and rule.trigger == "new" for rule in record.create)
    creates = asked and mode in {"push", "both"}
    moving = [one for one in fields if one.mode != "ignore" or (creates and one.on_create)]
    return RecordQuery(
        record_type=record.name,
        mode=mode,
        mis=mis,
        provider=provider,
        mis_columns=_needed(mis, "mis", moving),
        provider_columns=_needed(provider, "provider", moving),
        fields=fields,
        creates=creates,
        at=checked.rules.at(record.span),
    )


def _needed(collection: Collection, side: Side, fields: list[FieldQuery]) -> tuple[str, ...]:
    """The columns that have to be read: the key, the centre, and what some moving field reads or writes."""
    names = {collection.key} | ({collection.centre} if collection.centre else set())
    for one in fields:
        own = one.mis if side == "mis" else one.provider
        if own is not None and own.access != "write":
            names.add(own.name)
        for part in (one.to_provider, one.to_mis, one.when, one.unless):
            names |= {path.partition(".")[2] for path in (part.reads if part else ()) if path.startswith(f"{side}.")}
    return tuple(name for name in collection.columns if name in names)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """One record type's fields."""

    checked: CheckedRules
    record: RecordRule
    mis: Collection
    provider: Collection
    zone: str

    def field(self, rule: FieldRule) -> FieldQuery:
        mode, left_out = self.checked.field_mode(self.record, rule)
        on_create = rule.provider is not None and (not rule.only or "create" in rule.only or mode == "push")
        here = self.mis.columns.get(rule.mis) if rule.mis else None
        there = self.provider.columns.get(rule.provider) if rule.provider else None
        pushes, pulls = mode in {"push", "both"} or on_create, mode in {"pull", "both"}
        return FieldQuery(
            name=rule.name,
            mode=mode,
            left_out=left_out,
            mis=here,
            provider=there,
            to_provider=self._value(rule.from_mis, here, "mis", there) if pushes else None,
            to_mis=self._value(rule.from_provider, there, "provider", here) if pulls else None,
            when=self._condition(rule.when),
            unless=self._condition(rule.unless),
            rule=rule.rule or "source wins",
            blank_clears=rule.blank == "clears",
            compare=rule.compare,
            category=rule.category,
            at=self.checked.rules.at(rule.span),
            on_create=on_create,
        )

    def _value(
        self, translation: Translation | None, column: Column | None, side: Side, target: Column | None
    ) -> Expression | None:
        match translation:
            case None:
                return _copy(column, side) if column is not None else None
            case Formula():
                columns = (self.mis if side == "mis" else self.provider).columns
                scope: Scope = {(name,): (f"{side}.{name}", one) for name, one in columns.items()}
                return self._formula(translation, scope, target.type if target is not None else "text")
            case Lines():
                return _lines(translation, side)
            case Codes():
                return _codes(self.checked.rules.codes[translation.name], translation, column, side)
            case Constant():
                return Expression(pl.lit(translation.value), f'"{translation.value}"', ())

    def _condition(self, formula: Formula | None) -> Expression | None:
        if formula is None:
            return None
        here: Scope = {("mis", name): (f"mis.{name}", one) for name, one in self.mis.columns.items()}
        there: Scope = {("provider", name): (f"provider.{name}", one) for name, one in self.provider.columns.items()}
        return self._formula(formula, {**here, **there}, "boolean")

    def _formula(self, formula: Formula, scope: Scope, gives: ColumnType) -> Expression:
        from engine.query.formulas import Around, compile_formula  # noqa: PLC0415  few mappings need FEEL loaded

        around = Around(scope, self.checked.settings, self.zone, self.checked.rules.at(formula.span))
        made = compile_formula(self.checked.formulas[formula], formula.text, around, gives)
        types = dict(scope.values())
        marks = [pl.col(f"{path}?") for path in made.reads if types[path].type != "text"]
        parts = [*marks, *([made.problem] if made.problem is not None else [])]
        problem = pl.any_horizontal(parts) if parts else None
        return replace(made, problem=problem, why=RULE_ERROR)


def _copy(column: Column, side: Side) -> Expression:
    path = f"{side}.{column.name}"
    if column.type == "text":
        return Expression(filled(pl.col(path)), path, (path,))
    return Expression(pl.col(path), path, (path,), pl.col(f"{path}?"), UNREADABLE)


def _lines(lines: Lines, side: Side) -> Expression:
    paths = tuple(f"{side}.{name}" for name in lines.columns)
    joined = pl.concat_str([filled(pl.col(path)) for path in paths], separator=lines.separator, ignore_nulls=True)
    value = pl.when(joined != "").then(joined)
    problem = value.str.len_chars() > lines.limit if lines.limit is not None else None
    return Expression(value, f"lines {', '.join(paths)}", paths, problem, TOO_LONG)


def _codes(table: CodeTable, codes: Codes, column: Column | None, side: Side) -> Expression | None:
    if column is None:
        return None
    path = f"{side}.{column.name}"
    pairs = {there: here for here, there in table.pairs} if codes.inverse else dict(table.pairs)
    code = filled(pl.col(path))
    value = code.replace_strict(pairs, default=None, return_dtype=pl.String)
    missing = code.is_not_null() & value.is_null()
    return Expression(value, f"codes {codes.name} of {path}", (path,), missing, MISSING_CODE)
