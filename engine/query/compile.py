"""CheckedRules to a Query: each field becomes expressions over the columns of a pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from engine.ports import Category, Collection, Column, ColumnType
from engine.query.model import (
    MISSING_CODE,
    MISSING_REF,
    RULE_ERROR,
    TOO_LONG,
    UNREADABLE,
    CreateQuery,
    Expression,
    FieldQuery,
    HoldQuery,
    Query,
    RecordQuery,
    TierQuery,
)
from engine.query.normalise import filled
from engine.query.references import References
from engine.rules.checked import CheckedRules
from engine.rules.model import (
    Codes,
    CodeTable,
    Constant,
    CreateRule,
    FieldRule,
    Formula,
    HoldRule,
    Lines,
    RecordRule,
    Side,
    Tier,
    Translation,
)

Scope = Mapping[tuple[str, ...], tuple[str, Column]]
"""Name in an expression -> the pair's column and its declaration."""


def compile_rules(checked: CheckedRules, zone: str) -> Query:
    """Compile every record type; `zone` is the workspace's time zone."""
    references = References()
    rules = checked.rules
    records = tuple(_record(checked, record, zone, references) for record in rules.records)
    return Query(rules.mapping, records, zone, checked.settings, references)


def _record(checked: CheckedRules, record: RecordRule, zone: str, references: References) -> RecordQuery:
    mis = checked.catalog.mis.collections[record.mis]
    provider = checked.catalog.provider.collections[record.provider]
    compiler = _Compiler(checked, record, mis, provider, zone, references)
    fields = tuple(compiler.field(rule) for rule in record.fields)
    mode = checked.mode(record.direction)
    creates = {rule.trigger: compiler.create(rule) for rule in record.create if rule.at == "provider"}
    new = creates.get("new") if mode in {"push", "both"} else None
    tiers = tuple(compiler.tier(tier, fields) for tier in record.identity if not tier.by_link and not tier.enrol)
    query = RecordQuery(
        record_type=record.name,
        mode=mode,
        mis=mis,
        provider=provider,
        mis_columns=(),
        provider_columns=(),
        fields=fields,
        at=checked.rules.at(record.span),
        create_new=new,
        create_referred=creates.get("referred"),
        tiers=tiers,
        holds=tuple(compiler.hold(rule) for rule in record.hold_when if not rule.enrol),
        refers_to=compiler.refers_to(fields),
    )
    return replace(query, mis_columns=_needed(query, "mis"), provider_columns=_needed(query, "provider"))


def _needed(query: RecordQuery, side: Side) -> tuple[str, ...]:
    """The columns that have to be read: the key, the centre, and what some moving field reads or writes."""
    collection = query.mis if side == "mis" else query.provider
    names = {collection.key} | ({collection.centre} if collection.centre else set())
    reads: list[str] = []
    for one in query.fields:
        if not query.uses(one):
            continue
        own = one.mis if side == "mis" else one.provider
        if own is not None and own.access != "write":
            names.add(own.name)
        for part in (one.to_provider, one.to_mis, one.when, one.unless):
            reads += part.reads if part else ()
    for part in (*(hold.condition for hold in query.holds), *(tier.unless for tier in query.tiers)):
        reads += part.reads if part else ()
    for create in (query.create_new, query.create_referred):
        reads += create.when.reads if create is not None and create.when is not None else ()
    names |= {path.partition(".")[2] for path in reads if path.startswith(f"{side}.")}
    return tuple(name for name in collection.columns if name in names)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """One record type's fields."""

    checked: CheckedRules
    record: RecordRule
    mis: Collection
    provider: Collection
    zone: str
    references: References

    def field(self, rule: FieldRule) -> FieldQuery:
        mode, left_out = self.checked.field_mode(self.record, rule)
        on_create = rule.provider is not None and (not rule.only or "create" in rule.only or mode == "push")
        here = self.mis.columns.get(rule.mis) if rule.mis else None
        there = self.provider.columns.get(rule.provider) if rule.provider else None
        sends = there is not None and (rule.from_mis is not None or here is not None)
        to_provider = self._value(rule.from_mis, here, "mis", there) if sends else None
        pulls = mode in {"pull", "both"}
        to_mis = self._value(rule.from_provider, there, "provider", here) if pulls else None
        return FieldQuery(
            name=rule.name,
            mode=mode,
            left_out=left_out,
            mis=here,
            provider=there,
            to_provider=self._referred(rule, to_provider, "provider"),
            to_mis=self._referred(rule, to_mis, "mis"),
            when=self._condition(rule.when),
            unless=self._condition(rule.unless),
            rule=rule.rule or "source wins",
            blank_clears=rule.blank == "clears",
            compare=rule.compare,
            category=_strictest(rule.category, here, there),
            at=self.checked.rules.at(rule.span),
            on_create=on_create,
            refers_to=rule.refers_to,
        )

    def create(self, rule: CreateRule) -> CreateQuery:
        return CreateQuery(self._condition(rule.when), frozenset(rule.fields) if rule.fields is not None else None)

    def tier(self, tier: Tier, fields: Sequence[FieldQuery]) -> TierQuery:
        named = tuple(one for name in tier.fields for one in fields if one.name == name)
        return TierQuery(named, self._condition(tier.unless), tier.trust, self.checked.rules.at(tier.span))

    def hold(self, rule: HoldRule) -> HoldQuery:
        condition = self._formula(rule.condition, self._scope(), "boolean")
        return HoldQuery(condition, rule.because, self.checked.rules.at(rule.condition.span))

    def refers_to(self, fields: Sequence[FieldQuery]) -> frozenset[str]:
        modes = {one.name: one.mode for one in fields}
        return frozenset(
            rule.refers_to for rule in self.record.fields if rule.refers_to is not None and modes[rule.name] != "ignore"
        )

    def _referred(self, rule: FieldRule, value: Expression | None, to: Side) -> Expression | None:
        """The value as an id of the other side, where it is the id of another record."""
        if rule.refers_to is None or value is None:
            return value
        translated = value.value.map_batches(self.references.translator(rule.refers_to, to), return_dtype=pl.String)
        missing = value.value.is_not_null() & translated.is_null()
        parts = [value.problem, missing if rule.on_missing_ref == "hold" else None]
        known = [part for part in parts if part is not None]
        problem = pl.any_horizontal(known) if known else None
        return Expression(translated, f"{rule.refers_to} of {value.text}", value.reads, problem, MISSING_REF)

    def _scope(self) -> Scope:
        here: Scope = {("mis", name): (f"mis.{name}", one) for name, one in self.mis.columns.items()}
        there: Scope = {("provider", name): (f"provider.{name}", one) for name, one in self.provider.columns.items()}
        return {**here, **there}

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
        return self._formula(formula, self._scope(), "boolean")

    def _formula(self, formula: Formula, scope: Scope, gives: ColumnType) -> Expression:
        from engine.query.formulas import Around, compile_formula  # noqa: PLC0415  few mappings need FEEL loaded

        around = Around(scope, self.checked.settings, self.zone, self.checked.rules.at(formula.span))
        made = compile_formula(self.checked.formulas[formula], formula.text, around, gives)
        types = dict(scope.values())
        marks = [pl.col(f"{path}?") for path in made.reads if types[path].type != "text"]
        parts = [*marks, *([made.problem] if made.problem is not None else [])]
        problem = pl.any_horizontal(parts) if parts else None
        value = filled(made.value) if gives == "text" else made.value  # a blank result is blank like any other
        return replace(made, value=value, problem=problem, why=RULE_ERROR)


def _strictest(category: Category, *columns: Column | None) -> Category:
    """The strictest category that a field or one of its columns has."""
    found = {category} | {column.category for column in columns if column is not None}
    return "special" if "special" in found else "identifier" if "identifier" in found else "ordinary"


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
