"""CheckedRules to a Query: each field becomes expressions over the columns of a pair."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from engine.errors import WorkspaceError
from engine.ports import Category, Collection, Column, ColumnType
from engine.query.children import children_read, counts_seen, is_of_others, lists_in, lists_seen
from engine.query.choices import chosen, offered
from engine.query.model import (
    MISSING_REF,
    NO_RULE_FITS,
    RULE_ERROR,
    ChoiceQuery,
    CreateQuery,
    Expression,
    FieldQuery,
    HoldQuery,
    Join,
    ParentQuery,
    PickQuery,
    Query,
    RecordQuery,
    TierQuery,
)
from engine.query.normalise import filled
from engine.query.parents import own_column, parent_of, reading, seen
from engine.query.picks import pick_query, picked
from engine.query.references import References
from engine.query.scope import Scope, Times, bare, dotted
from engine.query.texts import as_text
from engine.query.translate import coded, copied, in_lines, joined
from engine.rules.checked import CheckedRules
from engine.rules.constants import typed
from engine.rules.model import (
    ChosenUse,
    Codes,
    Constant,
    CreateRule,
    FieldRule,
    Formula,
    HoldRule,
    Lines,
    Mode,
    Pick,
    RecordRule,
    Side,
    TableRule,
    TableUse,
    Tier,
)


def compile_rules(checked: CheckedRules, zone: str, as_of: date | None = None, *, enrol: bool = False) -> Query:
    """Compile every record type; `zone` is the workspace's time zone, `as_of` the day that `today()` gives.

    `enrol` compiles for an enrolment, or for a look at links: its tiers, holds and choices count, too, what is picked
    for any field is read, and records are created on request or because others refer to them, not for being new.
    """
    references = References()
    rules = checked.rules
    times = Times(zone, as_of)
    records = tuple(_record(checked, record, times, references, enrol=enrol) for record in rules.records)
    return Query(rules.mapping, records, zone, checked.settings, references)


def _record(
    checked: CheckedRules, record: RecordRule, times: Times, references: References, *, enrol: bool
) -> RecordQuery:
    mis = checked.catalog.mis.collections[record.mis]
    provider = checked.catalog.provider.collections[record.provider]
    compiler = _Compiler(checked, record, mis, provider, times, references)
    fields = tuple(compiler.field(rule) for rule in record.fields)
    mode = checked.mode(record.direction)
    creates = {rule.trigger: compiler.create(rule) for rule in record.create if rule.at == "provider"}
    new = creates.get("new") if mode in {"push", "both"} and not enrol else None
    in_mis = compiler.creates_in_mis if not enrol else None
    tiers = tuple(
        compiler.tier(tier, fields) for tier in record.identity if not tier.by_link and (enrol or not tier.enrol)
    )
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
        holds=tuple(compiler.hold(rule) for rule in record.hold_when if enrol or not rule.enrol),
        per_centre=record.per_centre,
        create_in_mis=compiler.create(in_mis) if in_mis is not None else None,
        parent=compiler.parent,
        create_requested=creates.get("request") if enrol else None,
        choices=tuple(compiler.choices()) if enrol else (),
    )
    refers_to = frozenset(one.refers_to for one in fields if one.refers_to is not None and query.uses(one))
    query = replace(query, picks=compiler.picks(query, every=enrol), refers_to=refers_to)
    paths = _reads(query)
    lists = children_read(checked, record, compiler.formulas, paths)
    query = replace(query, parent=reading(query.parent, paths), lists=lists)
    return replace(query, mis_columns=_needed(query, "mis"), provider_columns=_needed(query, "provider"))


def _needed(query: RecordQuery, side: Side) -> tuple[str, ...]:
    """The columns that have to be read: the key, the centre, and what some moving field reads or writes."""
    collection = query.mis if side == "mis" else query.provider
    names = {collection.key} | ({collection.centre} if collection.centre else set())
    names |= own_column(query.parent, collection) if side == "mis" else set()
    for one in query.fields:
        if query.uses(one):
            names |= {own.name for own in one.columns(side) if own.access != "write"}
    names |= {path.partition(".")[2] for path in _reads(query) if path.startswith(f"{side}.")}
    return tuple(name for name in collection.columns if name in names)


def _reads(query: RecordQuery) -> list[str]:
    """Every path that is read by a field in use, a hold, a tier or a create."""
    reads = [path for one in query.fields if query.uses(one) for part in one.expressions for path in part.reads]
    for part in (*(hold.condition for hold in query.holds), *(tier.unless for tier in query.tiers)):
        reads += part.reads if part else ()
    for create in query.creates:
        reads += create.when.reads if create.when is not None else ()
    return reads + [path for choice in query.choices for part in choice.conditions for path in part.reads]


@dataclass(frozen=True, slots=True)
class _Compiler:
    """One record type's fields."""

    checked: CheckedRules
    record: RecordRule
    mis: Collection
    provider: Collection
    times: Times
    references: References

    @property
    def creates_in_mis(self) -> CreateRule | None:
        """The rule by which a record that only the provider has is created in the MIS, where the direction pulls."""
        pulls = self.checked.mode(self.record.direction) in {"pull", "both"}
        return next((one for one in self.record.create if pulls and one.at == "mis" and one.trigger == "new"), None)

    def _created_in_mis(self, rule: FieldRule, mode: Mode) -> tuple[bool, bool]:
        """Whether creates in the MIS send this field in general, and whether the record type's own one does."""
        pulls = mode in {"pull", "both"}
        comes_back = pulls or rule.from_mis is None or rule.from_provider is not None
        sendable = rule.mis is not None and comes_back
        on_create = sendable and (not rule.only or "create" in rule.only or pulls)
        create = self.creates_in_mis
        if create is None or not sendable:
            return on_create, False
        return on_create, on_create if create.fields is None else rule.name in create.fields

    def field(self, rule: FieldRule) -> FieldQuery:
        mode, left_out = self.checked.field_mode(self.record, rule)
        on_create = rule.provider is not None and (not rule.only or "create" in rule.only or mode == "push")
        here, there = self._columns(rule, "mis"), self._columns(rule, "provider")
        sends = rule.provider is not None and not _joins(rule, "provider")
        to_provider = self._value(rule, "mis", here, there) if sends else None
        on_create_mis, creates = self._created_in_mis(rule, mode)
        pulls = (mode in {"pull", "both"} or creates) and not _joins(rule, "mis")
        to_mis = self._value(rule, "provider", there, here) if pulls else None
        return FieldQuery(
            name=rule.name,
            mode=mode,
            left_out=left_out,
            mis=here[0] if here else None,
            provider=there[0] if there else None,
            to_provider=self._referred(rule, to_provider, "provider"),
            to_mis=self._referred(rule, to_mis, "mis"),
            when=self._condition(rule.when),
            unless=self._condition(rule.unless),
            rule=rule.rule or "source wins",
            blank_clears=rule.blank == "clears",
            compare=rule.compare,
            category=_strictest(rule.category, *here, *there),
            at=self.checked.rules.at(rule.span),
            on_create=on_create,
            mis_group=here if len(here) > 1 else (),
            provider_group=there if len(there) > 1 else (),
            join=self._join(rule, mode),
            refers_to=rule.refers_to,
            on_create_mis=on_create_mis,
        )

    def _columns(self, rule: FieldRule, side: Side) -> tuple[Column, ...]:
        """The columns of a side; where a field only joins lines, those lines."""
        collection = self.mis if side == "mis" else self.provider
        names = rule.columns(side)
        made = rule.from_mis if side == "mis" else rule.from_provider
        if not names and isinstance(made, Lines):
            names = made.columns
        return tuple(collection.columns[name] for name in names)

    def _join(self, rule: FieldRule, mode: Mode) -> Join | None:
        """What is compared where joined lines come back."""
        sides: tuple[tuple[Side, Side, Mode], ...] = (("mis", "provider", "push"), ("provider", "mis", "pull"))
        for side, other, sent in sides:
            lines = rule.from_mis if side == "mis" else rule.from_provider
            if isinstance(lines, Lines) and _joins(rule, side) and mode not in {"ignore", sent}:
                here = joined(lines.columns, lines.separator, side)
                return Join(side, here, joined(rule.columns(other), lines.separator, other))
        return None

    def create(self, rule: CreateRule) -> CreateQuery:
        fields = frozenset(rule.fields) if rule.fields is not None else None
        return CreateQuery(self._condition(rule.when), fields, rule.at)

    def tier(self, tier: Tier, fields: Sequence[FieldQuery]) -> TierQuery:
        named = tuple(one for name in tier.fields for one in fields if one.name == name)
        return TierQuery(named, self._condition(tier.unless), tier.trust, self.checked.rules.at(tier.span))

    def hold(self, rule: HoldRule) -> HoldQuery:
        condition = self._formula(rule.condition, self._dotted, "boolean")
        return HoldQuery(condition, rule.because, self.checked.rules.at(rule.condition.span))

    def _referred(self, rule: FieldRule, value: Expression | None, to: Side) -> Expression | None:
        """The value as an id of the other side, where it is the id of another record."""
        if rule.refers_to is None or value is None:
            return value
        translated = self._counterpart(rule.refers_to, value.value, to)
        missing = value.value.is_not_null() & translated.is_null()
        parts = [value.problem, missing if rule.on_missing_ref == "hold" else None]
        known = [part for part in parts if part is not None]
        problem = pl.any_horizontal(known) if known else None
        reads = (
            (*value.reads, f"provider.{self.provider.centre}") if self._by_centre(rule.refers_to, to) else value.reads
        )
        text = f"{rule.refers_to} of {value.text}"
        return Expression(translated, text, reads, problem, MISSING_REF, source=value.value)

    def _counterpart(self, record_type: str, ids: pl.Expr, to: Side) -> pl.Expr:
        """The ids of the other side's records; of record types that stand in each centre, those of the same centre."""
        if not self._by_centre(record_type, to):
            return ids.map_batches(self.references.translator(record_type, to), return_dtype=pl.String)
        centre = as_text(pl.col(f"provider.{self.provider.centre}")).str.strip_chars()
        both = pl.struct(ids.alias("id"), centre.alias("centre"))
        return both.map_batches(self.references.translator_by_centre(record_type), return_dtype=pl.String)

    def _by_centre(self, record_type: str, to: Side) -> bool:
        repeated = any(one.per_centre for one in self.checked.rules.records if one.name == record_type)
        return repeated and to == "provider" and self.provider.centre is not None

    def _value(self, rule: FieldRule, side: Side, own: Sequence[Column], target: Sequence[Column]) -> Expression | None:
        """The value that goes from `side`, whose columns are `own`, to the target's columns."""
        translation = rule.from_mis if side == "mis" else rule.from_provider
        match translation:
            case None:
                return copied(own, side) if own else None
            case Formula():
                return self._formula(translation, self._bare(side), _type(target))
            case Lines():
                return in_lines(translation, side, target)
            case Codes():
                table = self.checked.rules.codes[translation.name]
                return coded(table, translation, own[0], side, rule.on_missing_code) if own else None
            case Constant():
                return self._constant(translation, target)
            case Pick():
                return picked(rule, translation, self._child(translation))
            case ChosenUse():
                return chosen(translation.name)
            case TableUse():
                return self._table(self.checked.rules.tables[translation.name], side, _type(target))

    def _child(self, pick: Pick) -> Collection:
        return self.checked.catalog.mis.collections[pick.collection]

    def picks(self, query: RecordQuery, *, every: bool) -> tuple[PickQuery, ...]:
        """What is picked for the fields in use, or for every field."""
        found: list[PickQuery] = []
        for rule, field in zip(self.record.fields, query.fields, strict=True):
            pick = rule.from_mis
            if isinstance(pick, Pick) and (every or query.uses(field)):
                child = self._child(pick)
                scope: Scope = {(name,): (name, column) for name, column in child.columns.items()}
                prefer = self._formula(pick.prefer, scope, "boolean") if pick.prefer is not None else None
                found.append(pick_query(rule, pick, child, prefer))
        return tuple(found)

    def choices(self) -> Iterator[ChoiceQuery]:
        """What a person has to choose."""
        before: dict[str, object] = {}
        for rule in self.record.choose:
            collection = self.checked.catalog.provider.collections[rule.collection]
            scope = offered(collection, self.mis, before)
            where, prefer = (
                self._formula(one, scope, "boolean") if one is not None else None for one in (rule.where, rule.prefer)
            )
            yield ChoiceQuery(rule.name, rule.title, collection, rule.label, where, prefer)
            before[rule.name] = None

    def _bare(self, side: Side) -> Scope:
        counts = self._counts(dotted=False) if side == "mis" else {}
        return {**bare(self.mis if side == "mis" else self.provider, side), **seen(self.parent), **counts}

    @property
    def _dotted(self) -> Scope:
        return {**dotted(self.mis, self.provider), **seen(self.parent), **self._counts(dotted=True)}

    def _counts(self, *, dotted: bool) -> Scope:
        return counts_seen(lists_seen(self.checked, self.record, dotted=dotted))

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every expression of the record type that may read lists."""
        made = [rule.from_mis for rule in self.record.fields]
        made += [one for rule in self.record.fields for one in (rule.when, rule.unless)]
        made += [one.when for one in self.record.create]
        made += [one.condition for one in self.record.hold_when]
        return tuple(one for one in made if isinstance(one, Formula))

    @property
    def parent(self) -> ParentQuery | None:
        """The records that those of this record type belong to."""
        return parent_of(self.checked, self.record)

    def _constant(self, constant: Constant, target: Sequence[Column]) -> Expression:
        if not target or target[0].type == "text":
            return Expression(pl.lit(constant.value), f'"{constant.value}"', ())
        try:
            value = pl.lit(typed(constant.value, target[0]))
        except ValueError:
            message = f"{self.checked.rules.at(constant.span)}: the constant is no {target[0].type}"
            raise WorkspaceError(message) from None
        return Expression(value, constant.value, ())

    def _table(self, table: TableRule, side: Side, gives: ColumnType) -> Expression:
        from engine.query.formulas import Around, compile_decision  # noqa: PLC0415  few mappings need FEEL loaded

        scope = self._bare(side)
        around = Around(scope, self.checked.settings, self.times, self.checked.rules.at(table.span))
        made = compile_decision(table, self.checked.formulas, around, gives)
        return _finished(made, scope, gives, NO_RULE_FITS)

    def _condition(self, formula: Formula | None) -> Expression | None:
        if formula is None:
            return None
        return self._formula(formula, self._dotted, "boolean")

    def _formula(self, formula: Formula, scope: Scope, gives: ColumnType) -> Expression:
        from engine.query.formulas import Around, compile_formula  # noqa: PLC0415  few mappings need FEEL loaded

        lists = lists_in(self.checked, self.record, scope)
        around = Around(scope, self.checked.settings, self.times, self.checked.rules.at(formula.span), lists)
        made = compile_formula(self.checked.formulas[formula], formula.text, around, gives)
        return _finished(made, scope, gives, RULE_ERROR)


def _strictest(category: Category, *columns: Column) -> Category:
    """The strictest category that a field or one of its columns has."""
    found = {category} | {column.category for column in columns}
    return "special" if "special" in found else "identifier" if "identifier" in found else "ordinary"


def _finished(made: Expression, scope: Scope, gives: ColumnType, why: str) -> Expression:
    """With a problem, too, where a column that is read cannot be read by its type."""
    types = dict(scope.values())
    marks = [pl.col(f"{path}?") for path in made.reads if is_of_others(path) or types[path].type != "text"]
    parts = [*marks, *([made.problem] if made.problem is not None else [])]
    value = filled(made.value) if gives == "text" else made.value  # a blank result is blank like any other
    return replace(made, value=value, problem=pl.any_horizontal(parts) if parts else None, why=why)


def _type(target: Sequence[Column]) -> ColumnType:
    return target[0].type if target else "text"


def _joins(rule: FieldRule, side: Side) -> bool:
    """Whether this side's lines are joined, and nothing says how to take them apart again."""
    made, back = (rule.from_mis, rule.from_provider) if side == "mis" else (rule.from_provider, rule.from_mis)
    return isinstance(made, Lines) and back is None
