"""A tree against a JSON Schema: diagnostics in our own words, each at the smallest place that shows the fault.

The schemas are tieline's own and stay within what draft-07 and 2020-12 share. A value whose schema says `writeOnly` is
a secret: it is shown neither in a message nor in the line of the source that goes with it. A text whose schema says
`contentMediaType: application/feel` is an expression and must stand in single quotes or a `|` block.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.diagnostics.nearest import nearest
from engine.schema_expressions import told_as_expressions
from engine.shipped import shipped
from engine.source import Source, Span
from engine.yamltree import Entry, MappingNode, Node, ScalarNode, SequenceNode, Tree, plain

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

Schema = Mapping[str, Any]

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_SWITCH = ["on", "off"]
_MEANT = {"yes": "on", "y": "on", "true": "on", "1": "on", "no": "off", "n": "off", "false": "off", "0": "off"}
_EXPRESSION = "contentMediaType"
_MOST_NAMES = 12
_MOST_LETTERS = 60


@lru_cache
def load_schema(name: str) -> Schema:
    """A shipped schema by its name with its version: `mapping.v1`."""
    schema: Schema = json.loads(shipped(f"schemas/{name}.json").read_text(encoding="utf-8"))
    return schema


def check_tree(tree: Tree, source: Source, schema: Schema) -> tuple[Diagnostic, ...]:
    """All diagnostics of a file: its text's and its form's, without secrets, and one for one value."""
    if tree.root is None:
        return tuple(told_as_expressions(source, schema, tree.diagnostics))
    found = check_schema(tree.root, source, schema)
    told = {fault.primary.span for fault in found if fault.severity == "error"}
    before = [one for one in tree.diagnostics if one.code != codes.READ_DIFFERENTLY or one.primary.span not in told]
    if found:  # its source has the secrets masked
        before = [_with_source(one, found[0].primary.source) for one in before]
    faults = told_as_expressions(source, schema, [*before, *found])
    return tuple(sorted(faults, key=lambda one: one.primary.span))


def check_schema(root: Node, source: Source, schema: Schema) -> tuple[Diagnostic, ...]:
    """What in the tree does not have the schema's form, in the order of the file."""
    data: Any = plain(root)  # the library's stubs know JSON's types only
    errors = list(_validator(schema).iter_errors(data))
    places = [_Place(root, error) for error in errors]
    masked = _masked(source, [span for place in places for span in place.secret_spans(schema)])
    said: dict[tuple[object, ...], Diagnostic] = {}
    for place in sorted(
        places, key=lambda place: _ORDER.index(place.keyword) if place.keyword in _ORDER else len(_ORDER)
    ):
        for about, fault in _WORDS.get(place.keyword, _other)(place, masked):
            said.setdefault((place.path, about), fault)
    return tuple(sorted(said.values(), key=lambda fault: fault.primary.span))


def _validator(schema: Schema) -> "Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415  loading it takes a tenth of a second
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415
    from jsonschema.validators import extend  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    def pattern(_: object, form: str, instance: object, __: object) -> Iterator[ValidationError]:
        """As the library's own, but `$` is the end of the text, not a place before a last line break."""
        if isinstance(instance, str) and not re.search(
            form.removesuffix("$") + r"\Z" if form.endswith("$") else form, instance
        ):
            yield ValidationError("")

    def expression(_: object, __: object, instance: object, ___: object) -> Iterator[ValidationError]:
        if isinstance(instance, str):
            yield ValidationError("")

    words = {"pattern": pattern, _EXPRESSION: expression}
    make: Any = extend  # untyped in the stubs
    validator: Validator = make(Draft202012Validator, words)(schema, registry=Registry())
    return validator


class _Place:
    """One of the library's errors, and the part of the tree that it is about."""

    def __init__(self, root: Node, error: "ValidationError") -> None:
        self.keyword = str(error.validator)
        self.wanted: Any = error.validator_value
        self.schema: Schema = error.schema if isinstance(error.schema, dict) else {}
        self.instance: Any = error.instance  # of `propertyNames`: the name
        self.path: tuple[Any, ...] = tuple(error.absolute_path)
        self.secret = bool(self.schema.get("writeOnly"))
        self.entry: Entry | None = None
        self.node = root
        for step in self.path:
            self._into(step)
        if "propertyNames" in error.absolute_schema_path and isinstance(self.node, MappingNode):
            name = str(self.instance)
            self.path = (*self.path, "key", name)
            self.entry = self.node.get(name)
            self.node = self.entry.key if self.entry else self.node

    def _into(self, step: str | int) -> None:
        if isinstance(self.node, MappingNode) and (entry := self.node.get(str(step))) is not None:
            self.entry, self.node = entry, entry.value
        elif isinstance(self.node, SequenceNode) and isinstance(step, int):
            self.node = self.node.items[step]

    @property
    def name(self) -> str:
        """How a sentence calls the place: by the key that it stands under."""
        if self.entry is None:
            return "the file"
        item = next((f"item {step + 1} of " for step in self.path[-1:] if isinstance(step, int)), "")
        return f"{item}`{self.entry.key.text}`"

    @property
    def key_span(self) -> Span:
        """Where the place is named: its key, or the beginning of an item or of the file."""
        if self.entry is not None and not isinstance(self.path[-1], int):
            return self.entry.key.span
        if isinstance(self.node, MappingNode) and self.node.entries:
            return self.node.entries[0].key.span
        return Span(self.node.span.start, self.node.span.start + 1)

    def secret_spans(self, schema: Schema) -> Iterator[Span]:
        """What may be a secret: one in a wrong form, and, in a file that has secrets, what an unknown key holds."""
        if self.secret:
            yield self.node.span
        elif self.keyword == "additionalProperties" and "writeOnly" in json.dumps(schema):
            yield from (entry.value.span for entry in self.unknown())

    def unknown(self) -> list[Entry]:
        """The entries that the schema does not know."""
        known = self.schema.get("properties", {})
        return (
            [one for one in self.node.entries if one.key.text not in known]
            if isinstance(self.node, MappingNode)
            else []
        )

    def found(self) -> str:
        """The value, where it may be shown, or what it is."""
        if self.secret or not isinstance(self.node, ScalarNode) or self.node.text == "":
            return _kind(self.node)
        text = self.node.text
        return f"`{text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS] + '…'}`"


Words = Iterator[tuple[object, Diagnostic]]
"""Faults, each with what tells it from others about the same place: of equal ones the first is kept."""


@dataclass(frozen=True, slots=True)
class _Saying:
    """What is said of a place. `about` is `value` where one fault of the value is enough."""

    code: str
    headline: str
    text: str = ""
    help: str = ""
    notes: tuple[str, ...] = ()
    about: object = "value"


def _say(source: Source, span: Span, saying: _Saying) -> tuple[object, Diagnostic]:
    label = Label(source, span, saying.text)
    return saying.about, Diagnostic(saying.code, "error", saying.headline, label, (), saying.notes, saying.help)


def _unknown_keys(place: _Place, source: Source) -> Words:
    allowed = list(place.schema.get("properties", {}))
    for entry in place.unknown():
        name = entry.key.text
        headline = f"{place.name} has no key `{name}`"
        saying = _Saying(codes.UNKNOWN_KEY, headline, "unknown key", _suggest(name, allowed), about=("unknown", name))
        yield _say(source, entry.key.span, saying)


def _missing_keys(place: _Place, source: Source) -> Words:
    """All that are missing at once: the library gives an error for each without saying which."""
    misspelt = _misspelt(place)
    missing = [name for name in place.wanted if name not in place.instance and name not in misspelt]
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        guesses = [
            f"is `{near}` meant to be `{name}`?" for name in missing for near in nearest(name, place.instance, 1)
        ]
        notes = tuple(_about_key(place, name) for name in missing)
        headline, text = f"{place.name} lacks {listed}", f"{listed} missing"
        saying = _Saying(codes.MISSING_KEY, headline, text, "; ".join(guesses), notes, ("missing", *missing))
        yield _say(source, place.key_span, saying)


def _misspelt(place: _Place) -> set[str]:
    """Keys that the file has in a wrong spelling: the fault of the unknown key names them."""
    if place.schema.get("additionalProperties") is not False:
        return set()
    return {near for one in place.unknown() for near in nearest(one.key.text, place.schema.get("properties", {}), 1)}


def _about_key(place: _Place, name: str) -> str:
    return f"`{name}`: {_first_sentence(place.schema.get('properties', {}).get(name, {}))}"


def _missing_choice(place: _Place, source: Source) -> Words:
    """`anyOf` stands in our schemas for one purpose: one of some keys must be there."""
    listed = ", ".join(f"`{name}`" for branch in place.wanted for name in branch.get("required", ()))
    text, help_ = "none of them is here", _first_sentence(place.schema)
    saying = _Saying(codes.MISSING_KEY, f"{place.name} needs one of {listed}", text, help_, about="choice")
    yield _say(source, place.key_span, saying)


def _wrong_type(place: _Place, source: Source) -> Words:
    wanted = [place.wanted] if isinstance(place.wanted, str) else place.wanted
    names = " or ".join(_TYPES[one] for one in wanted)
    help_ = _first_sentence(place.schema) if place.secret else ""
    if not place.secret and "string" in wanted and isinstance(place.node, ScalarNode) and place.node.value is not None:
        help_ = "put it in quotes"
        if isinstance(place.node.value, bool):
            help_ = "a switch is `on` or `off`; quotes make it a text"
    headline = f"{place.name} must be {names}"
    yield _say(
        source,
        _one_line(place.node, source),
        _Saying(codes.WRONG_TYPE, headline, f"this is {_kind(place.node)}", help_),
    )


def _not_one_of(place: _Place, source: Source) -> Words:
    allowed = [str(one) for one in (place.wanted if place.keyword == "enum" else [place.wanted])]
    text = place.node.text if isinstance(place.node, ScalarNode) and not place.secret else ""
    if allowed == _SWITCH:
        meant = _MEANT.get(text.lower(), text.lower())
        help_ = f"write `{meant}`" if meant in _SWITCH else "write `on` or `off`"
        saying = _Saying(codes.NOT_ONE_OF, f"{place.name} is a switch: `on` or `off`", "neither of the two", help_)
    else:
        headline = f"{place.name} cannot be {place.found()}"
        saying = _Saying(codes.NOT_ONE_OF, headline, "not one of the possible values", _suggest(text, allowed))
    yield _say(source, _one_line(place.node, source), saying)


def _bad_pattern(place: _Place, source: Source) -> Words:
    examples = [str(one) for one in place.schema.get("examples", ())]
    notes = (f"for example {', '.join(f'`{one}`' for one in examples)}",) if examples else ()
    text = place.node.text if isinstance(place.node, ScalarNode) and not place.secret else ""
    guess = nearest(text, examples, 1)
    headline = f"{place.name} does not have the form that it needs"
    label = _first_sentence(place.schema)
    help_ = f"did you mean `{guess[0]}`?" if guess else ""
    yield _say(source, _one_line(place.node, source), _Saying(codes.BAD_PATTERN, headline, label, help_, notes))


def _out_of_range(place: _Place, source: Source) -> Words:
    words = {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "more than",
        "exclusiveMaximum": "less than",
    }
    headline = f"{place.name} must be {words[place.keyword]} {place.wanted}"
    side = "too small" if "inimum" in place.keyword else "too large"
    yield _say(source, place.node.span, _Saying(codes.OUT_OF_RANGE, headline, side))


def _wrong_count(place: _Place, source: Source) -> Words:
    few = place.keyword.startswith("min")
    unit = {"Items": "item", "Properties": "entry", "Length": "character"}[place.keyword[3:]]
    units = unit if place.wanted == 1 else {"entry": "entries"}.get(unit, unit + "s")
    headline = f"{place.name} must have at {'least' if few else 'most'} {place.wanted} {units}"
    code = codes.TOO_FEW if few else codes.TOO_MANY
    yield _say(source, _one_line(place.node, source), _Saying(code, headline, "too few" if few else "too many"))


def _repeated(place: _Place, source: Source) -> Words:
    seen: list[object] = []
    for number, item in enumerate(place.node.items if isinstance(place.node, SequenceNode) else ()):
        if plain(item) in seen:
            saying = _Saying(
                codes.REPEATED_ITEM, f"{place.name} has an item twice", "again", "leave it out", about=number
            )
            yield _say(source, _one_line(item, source), saying)
        seen.append(plain(item))


def _out_of_place(place: _Place, source: Source) -> Words:
    headline = f"{place.name} has no place here"
    yield _say(source, place.key_span, _Saying(codes.OUT_OF_PLACE, headline, _first_sentence(place.schema)))


def _unquoted(place: _Place, source: Source) -> Words:
    """An expression in other than single quotes: YAML reads much of what an expression may hold as its own."""
    node = place.node
    if isinstance(node, ScalarNode) and node.style not in ("single", "literal"):
        quoted = "'" + node.text.replace("'", "''") + "'"
        help_ = f"write {quoted}" if len(quoted) <= _MOST_LETTERS else "put it in single quotes"
        headline = f"{place.name} is an expression without single quotes"
        label = "double quotes" if node.style == "double" else "no quotes"
        yield _say(source, node.span, _Saying(codes.UNQUOTED_EXPRESSION, headline, label, help_))


def _other(place: _Place, source: Source) -> Words:
    yield _say(source, place.key_span, _Saying(codes.BAD_PATTERN, f"{place.name} does not have the form that it needs"))


_RANGES = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_COUNTS = ("minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength")
_WORDS: Mapping[str, Callable[[_Place, Source], Words]] = {
    "not": _out_of_place,
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "anyOf": _missing_choice,
    "type": _wrong_type,
    "enum": _not_one_of,
    "const": _not_one_of,
    **dict.fromkeys(_COUNTS, _wrong_count),
    "pattern": _bad_pattern,
    **dict.fromkeys(_RANGES, _out_of_range),
    "uniqueItems": _repeated,
    _EXPRESSION: _unquoted,
}
_ORDER: Sequence[str] = tuple(_WORDS)
"""Of several faults of one value the first of these is told."""


def _suggest(word: str, allowed: Sequence[str]) -> str:
    near = nearest(word, allowed)
    guess = f"did you mean {' or '.join(f'`{one}`' for one in near)}? " if near else ""
    more = ", …" if len(allowed) > _MOST_NAMES else ""
    return f"{guess}possible: {', '.join(allowed[:_MOST_NAMES])}{more}" if allowed else "nothing can stand here"


def _first_sentence(schema: Schema) -> str:
    """The first sentence of a description as a label: lower case, without a full stop."""
    text = str(schema.get("description", "")).split(". ")[0].removesuffix(".")
    return text[:1].lower() + text[1:]


def _kind(node: Node) -> str:
    match node:
        case MappingNode():
            return "a mapping"
        case SequenceNode():
            return "a list"
        case ScalarNode(value=None):
            return "nothing"
        case ScalarNode(value=bool()):
            return "`true` or `false`"
        case ScalarNode(value=str()):
            return "a text"
    return "a number"


def _one_line(node: Node, source: Source) -> Span:
    """The node's span, no further than the end of its first line."""
    end = source.text.find("\n", node.span.start, node.span.end)
    return node.span if end < 0 else Span(node.span.start, end)


def _masked(source: Source, spans: Iterable[Span]) -> Source:
    """The source with a star for each character of these spans."""
    text = source.text
    for span in spans:
        stars = "".join(letter if letter == "\n" else "*" for letter in text[span.start : span.end])
        text = text[: span.start] + stars + text[span.end :]
    return source if text == source.text else Source(source.path, text)


def _with_source(fault: Diagnostic, source: Source) -> Diagnostic:
    others = tuple(replace(label, source=source) for label in fault.others)
    return replace(fault, primary=replace(fault.primary, source=source), others=others)
