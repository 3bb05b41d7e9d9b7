"""Rule files: the tree of a mapping in, a `RuleSet` out. The schema has seen the tree before."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.digest import digest
from engine.rules.model import (
    DEFAULT_COMPARE,
    ChoiceRule,
    ChosenUse,
    Codes,
    CodeTable,
    Constant,
    CreateRule,
    Direction,
    FieldRule,
    Formula,
    HoldRule,
    Lines,
    Pick,
    RecordRule,
    RuleSet,
    SettingRule,
    TableRule,
    TableUse,
    Tier,
    Translation,
    Way,
)
from engine.schema import check_tree, load_schema
from engine.source import Source, Span
from engine.yamltree import Entry, MappingNode, Node, ScalarNode, SequenceNode, offsets_in, plain, read_tree

FileReader = Callable[[str], str | None]
"""Gives the text of a file named in a rule file (`codes/ethnicity.csv`), or None where there is none."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file after reading: `rules` is None where `diagnostics` holds an error."""

    source: Source
    rules: RuleSet | None
    diagnostics: tuple[Diagnostic, ...]


def read_rules(source: Source, beside: FileReader) -> RuleFile:
    """Read the text of a mapping file; `beside` reads the code tables it names."""
    tree = read_tree(source)
    found = list(check_tree(tree, source, load_schema("mapping.v1")))
    if any(one.severity == "error" for one in found) or not isinstance(tree.root, MappingNode):
        return RuleFile(source, None, tuple(found))
    rules = _rules(tree.root, source, beside, found)
    failed = any(one.severity == "error" for one in found)
    return RuleFile(source, None if failed else rules, tuple(found))


def _rules(root: MappingNode, source: Source, beside: FileReader, found: list[Diagnostic]) -> RuleSet:
    tables = [_table(entry, source, beside, found) for entry in _entries(root, "codes")]
    known = {table.name: table for table in tables if table is not None}
    text = {name: str(_value(root, name)) for name in ("mapping", "title", "mis", "provider")}
    contents = source.text + "".join(f"\n{name}\n{table.pairs!r}" for name, table in sorted(known.items()))
    return RuleSet(
        mapping=text["mapping"],
        title=text["title"],
        mis=text["mis"],
        provider=text["provider"],
        settings={entry.key.text: _setting(entry) for entry in _entries(root, "settings")},
        records=tuple(_record(entry, source) for entry in _entries(root, "records")),
        codes=known,
        tables={entry.key.text: _decision_table(entry, source) for entry in _entries(root, "tables")},
        source=source,
        span_of={entry.key.text: entry.value.span for entry in root.entries},
        digest=digest(contents.encode()),
    )


def _entries(node: Node | None, name: str) -> tuple[Entry, ...]:
    part = node.get(name) if isinstance(node, MappingNode) else None
    return part.value.entries if part is not None and isinstance(part.value, MappingNode) else ()


def _value(node: Node, name: str, default: object = None) -> Any:  # noqa: ANN401  plain YAML data; the schema has checked it
    part = node.get(name) if isinstance(node, MappingNode) else None
    return default if part is None else plain(part.value)


def _spans(node: Node) -> dict[str, Span]:
    return {entry.key.text: entry.value.span for entry in node.entries} if isinstance(node, MappingNode) else {}


def _setting(entry: Entry) -> SettingRule:
    node = entry.value
    kind = _value(node, "kind")
    default = _value(node, "default", {"direction": "ignore", "switch": "off", "list": []}.get(kind, ""))
    return SettingRule(
        name=entry.key.text,
        span=entry.key.span,
        title=_value(node, "title", entry.key.text),
        kind=kind,
        default=tuple(default) if isinstance(default, list) else str(default),
        choices=_value(node, "choices", {}),
    )


def _table(entry: Entry, source: Source, beside: FileReader, found: list[Diagnostic]) -> CodeTable | None:
    """Read a two-column CSV with a heading line."""
    path = str(plain(entry.value))
    text = beside(path)
    label = Label(source, entry.value.span)
    if text is None:
        found.append(
            Diagnostic(
                codes.UNKNOWN_FILE,
                "error",
                f"there is no file {path}",
                label,
                help="the path is relative to the rule file",
            )
        )
        return None
    rows = _rows(text)
    if rows is None or len({row[0].strip() for row in rows}) != len(rows):
        found.append(
            Diagnostic(
                codes.BAD_CODE_TABLE, "error", f"{path} is not a table of two columns with every code once", label
            )
        )
        return None
    return CodeTable(entry.key.text, path, tuple((row[0].strip(), row[1].strip()) for row in rows[1:]), entry.key.span)


def _rows(text: str) -> list[list[str]] | None:
    """The filled lines of a CSV text, if each has two columns."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error:
        return None
    return rows if all(len(row) == 2 for row in rows) else None  # noqa: PLR2004  two columns


def _record(entry: Entry, source: Source) -> RecordRule:
    node = entry.value
    return RecordRule(
        name=entry.key.text,
        span=entry.key.span,
        spans=_spans(node),
        mis=_value(node, "mis"),
        provider=_value(node, "provider"),
        direction=_direction(node) or Direction(entry.key.span, mode="ignore"),
        create=_creates(node, source),
        fields=tuple(_field(part, source) for part in _entries(node, "fields")),
        identity=_identity(node, source) or (Tier(entry.key.span),),
        hold_when=tuple(_hold(one, source) for one in _items(node, "hold_when")),
        per_centre=_value(node, "per") == "centre",
        parent=_value(node, "parent"),
        choose=tuple(_choice(part, source) for part in _entries(node, "choose")),
    )


def _choice(entry: Entry, source: Source) -> ChoiceRule:
    node = entry.value
    return ChoiceRule(
        name=entry.key.text,
        span=entry.key.span,
        spans=_spans(node),
        title=_value(node, "title", entry.key.text),
        collection=_value(node, "from"),
        label=_value(node, "label"),
        where=_formula(node, "where", source),
        prefer=_formula(node, "prefer", source),
    )


def _items(node: Node, name: str) -> tuple[Node, ...]:
    part = node.get(name) if isinstance(node, MappingNode) else None
    return part.value.items if part is not None and isinstance(part.value, SequenceNode) else ()


def _identity(node: Node, source: Source) -> tuple[Tier, ...]:
    return tuple(_tier(one, source) for one in _items(node, "identity"))


def _tier(node: Node, source: Source) -> Tier:
    if isinstance(node, ScalarNode):
        return Tier(node.span)
    fields = tuple(str(name) for name in _value(node, "match", ()))
    enrol = _value(node, "in") == "enrol"
    return Tier(node.span, fields, _value(node, "trust", "propose"), _formula(node, "unless", source), enrol)


def _hold(node: Node, source: Source) -> HoldRule:
    condition = _formula(node, "if", source)
    if condition is None:  # the schema demands it
        message = "a hold has no condition"
        raise LookupError(message)
    return HoldRule(condition, str(_value(node, "because", "")), _value(node, "in") == "enrol")


def _direction(node: Node) -> Direction | None:
    part = node.get("direction") if isinstance(node, MappingNode) else None
    if part is None:
        return None
    text, _, when = str(plain(part.value)).partition(" when setting ")
    span = part.value.span
    if text.startswith("setting "):
        return Direction(span, setting=text.removeprefix("setting ").strip(), when=when or None)
    return Direction(span, mode=cast("Any", text), when=when or None)


def _creates(node: Node, source: Source) -> tuple[CreateRule, ...]:
    part = node.get("create") if isinstance(node, MappingNode) else None
    if part is None:
        return ()
    parts = part.value.items if isinstance(part.value, SequenceNode) else (part.value,)
    return tuple(_create(one, source) for one in parts)


def _create(node: Node, source: Source) -> CreateRule:
    fields = _value(node, "with")
    few = tuple(str(name) for name in fields) if fields is not None else None
    return CreateRule(_value(node, "at"), _value(node, "trigger"), node.span, _formula(node, "when", source), few)


def _field(entry: Entry, source: Source) -> FieldRule:
    node = entry.value
    only = _value(node, "only", [])
    return FieldRule(
        name=entry.key.text,
        span=entry.key.span,
        spans=_spans(node),
        mis=_columns(node, "mis")[0],
        provider=_columns(node, "provider")[0],
        from_mis=_translation(node, "from_mis", source),
        from_provider=_translation(node, "from_provider", source),
        direction=_direction(node),
        only=frozenset(cast("list[Way]", [only] if isinstance(only, str) else only)),
        rule=_value(node, "rule"),
        blank=_value(node, "blank", "keeps"),
        when=_formula(node, "when", source),
        unless=_formula(node, "unless", source),
        compare=tuple(_value(node, "compare", DEFAULT_COMPARE)),
        category=_value(node, "category", "ordinary"),
        on_missing_code=str(_value(node, "on_missing_code", "hold")),
        refers_to=_value(node, "refers_to"),
        on_missing_ref=_value(node, "on_missing_ref", "hold"),
        mis_group=_columns(node, "mis")[1],
        provider_group=_columns(node, "provider")[1],
    )


def _columns(node: Node, side: str) -> tuple[str | None, tuple[str, ...]]:
    """The first column, and all of them where there are several."""
    value = _value(node, side)
    if not isinstance(value, list):
        return value, ()
    return value[0], tuple(value) if len(value) > 1 else ()


def _formula(node: Node, name: str, source: Source) -> Formula | None:
    part = node.get(name) if isinstance(node, MappingNode) else None
    return _as_formula(part.value, source) if part is not None and isinstance(part.value, ScalarNode) else None


def _as_formula(node: ScalarNode, source: Source) -> Formula:
    return Formula(str(node.value), node.span, offsets_in(node, source))


def _translation(node: Node, name: str, source: Source) -> Translation | None:
    part = node.get(name) if isinstance(node, MappingNode) else None
    if part is None:
        return None
    value = part.value
    if isinstance(value, ScalarNode):
        return _as_formula(value, source)
    if _value(value, "codes") is not None:
        return Codes(_value(value, "codes"), value.span, inverse=name == "from_provider")
    if _value(value, "lines") is not None:
        return _lines(value)
    if _value(value, "table") is not None:
        return TableUse(_value(value, "table"), value.span)
    if _value(value, "pick") is not None:
        return _pick(value, source)
    if _value(value, "chosen") is not None:
        return ChosenUse(_value(value, "chosen"), value.span)
    return Constant(str(_value(value, "constant")), value.span)


def _pick(node: Node, source: Source) -> Pick:
    return Pick(
        column=_value(node, "pick"),
        collection=_value(node, "from"),
        span=node.span,
        spans=_spans(node),
        prefer=_formula(node, "prefer", source),
        newest=_value(node, "newest"),
        tie=_value(node, "tie"),
    )


def _lines(node: Node) -> Lines:
    columns, separator = tuple(_value(node, "lines")), _value(node, "separator", "\n")
    return Lines(columns, separator, _value(node, "limit"), node.span, _value(node, "into", 1))


def _decision_table(entry: Entry, source: Source) -> TableRule:
    node = entry.value
    rows = [one.items for one in _items(node, "rules") if isinstance(one, SequenceNode)]
    return TableRule(
        name=entry.key.text,
        span=entry.key.span,
        inputs=_formulas(_items(node, "inputs"), source),
        hit=_value(node, "hit", "unique"),
        rules=tuple(_formulas(row, source) for row in rows),
        default=_formula(node, "default", source),
        ranking=_formulas(_items(node, "outputs"), source),
    )


def _formulas(nodes: Sequence[Node], source: Source) -> tuple[Formula, ...]:
    return tuple(_as_formula(node, source) for node in nodes if isinstance(node, ScalarNode))
