"""Expressions that stand without single quotes, in every way in which YAML reads them as something else.

YAML may cut such a text, take it for a list, a mapping or a number, or find no YAML in it at all. Whatever was said of
it then is replaced by what is wrong, with the text to write.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.source import Source, Span

MEDIA_TYPE = "application/feel"

_HIDDEN_CAUSE = frozenset({
    codes.BAD_INDENTATION, codes.TEXT_NEEDS_QUOTES, codes.UNCLOSED_BRACKET, codes.UNKNOWN_ESCAPE, codes.UNKNOWN_KEY,
    codes.UNQUOTED_EXPRESSION, codes.WRONG_TYPE, codes.YAML_ALIAS, codes.YAML_ANCHOR, codes.YAML_SYNTAX, codes.YAML_TAG,
})  # fmt: skip
"""What is said of a text that was meant as an expression."""
_LINES = (codes.FOLDED_TEXT, codes.MULTI_LINE_TEXT)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_MOST_LETTERS = 120
_TWICE = "a single quote inside single quotes is written twice"


@dataclass(frozen=True, slots=True)
class _Written:
    """A key of the file and, in its line, what was written after it."""

    key: str
    start: int
    text: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


def told_as_expressions(source: Source, schema: Mapping[str, Any], found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of a file, those with an unquoted expression for their cause replaced by one about it."""
    keys = frozenset(_expression_keys(schema)) if found else frozenset()
    if not keys:
        return list(found)
    kept: list[Diagnostic] = []
    told = {label.span.start for fault in found if fault.code in _LINES for label in (fault.primary, *fault.others)}
    for fault in found:
        if fault.code == codes.UNQUOTED_EXPRESSION and fault.primary.span.start in told:
            continue
        written = _cause(source, keys, fault)
        if written is None:
            kept.append(replace(fault, help=_TWICE) if _ended_early(source, keys, fault) else fault)
        elif written.start not in told:
            told.add(written.start)
            kept.append(_fault(fault.primary.source, written))
    return kept


def _cause(source: Source, keys: frozenset[str], fault: Diagnostic) -> _Written | None:
    if fault.code not in _HIDDEN_CAUSE or fault.primary.source.path != source.path:
        return None
    at = fault.primary.span.start
    return next((one for one in _written(source, keys, at) if one.start <= at <= one.span.end and one.text), None)


def _ended_early(source: Source, keys: frozenset[str], fault: Diagnostic) -> bool:
    """Whether the fault follows the second of three or more single quotes around an expression."""
    if fault.code not in (codes.TEXT_NEEDS_QUOTES, codes.UNCLOSED_BRACKET, codes.YAML_SYNTAX):
        return False
    at = fault.primary.span.start
    line = source.line(source.place(at).line)
    before = line[: source.place(at).column - 1]
    opened = re.search(rf"(?:^|[\s{{,])(?:{'|'.join(sorted(keys))}):\s+'[^']*'", before)
    return opened is not None and "'" in line[opened.end() :]


def _written(source: Source, keys: frozenset[str], at: int) -> Iterator[_Written]:
    """What stands after each key for an expression in the line of an offset."""
    place = source.place(at)
    line, begin = source.line(place.line), at - place.column + 1
    for found in re.finditer(rf"(?:^|[\s{{,])({'|'.join(sorted(keys))}):\s+", line):
        rest = line[found.end() :]
        in_flow = bool(line[: found.start(1)].strip(" -"))
        yield _Written(found[1], begin + found.end(), _extent(rest, in_flow=in_flow))


def _expression_keys(part: object) -> Iterator[str]:
    """The names of properties whose text is an expression."""
    if isinstance(part, Mapping):
        properties = part.get("properties")
        for name, about in properties.items() if isinstance(properties, Mapping) else ():
            if isinstance(about, Mapping) and about.get("contentMediaType") == MEDIA_TYPE:
                yield name
        for below in part.values():
            yield from _expression_keys(below)
    elif isinstance(part, list):
        for below in part:
            yield from _expression_keys(below)


def _extent(rest: str, *, in_flow: bool) -> str:
    """The expression that a text begins with; empty where it stands in quotes or in a block, as it should."""
    if not rest or rest[0] in "'|>#":
        return ""
    closing: list[str] = []
    quoted = False
    for at, letter in enumerate(rest):
        if letter == '"' and rest[at - 1 : at] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "#" and rest[at - 1 : at].isspace():
            return rest[:at].rstrip()
        elif letter in _CLOSING:
            closing.append(_CLOSING[letter])
        elif closing and letter == closing[-1]:
            closing.pop()
        elif in_flow and not closing and letter in ",}]":
            return _whole(rest[:at])
    return _whole(rest)


def _whole(text: str) -> str:
    """A text, unless it is one mapping, which may say how a value is made."""
    text = text.rstrip()
    return "" if re.fullmatch(r"\{\s*\w+:\s.*\}", text) and _balance(text[:-1]) else text


def _balance(text: str) -> bool:
    """Whether the first bracket of a text is open all the time."""
    depth = [text[: at + 1].count("{") - text[: at + 1].count("}") for at in range(len(text))]
    return min(depth) > 0


def _fault(source: Source, written: _Written) -> Diagnostic:
    text = written.text
    double = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('\\"', "")
    if double:
        text = text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    help_ = f"write {_quoted(text)}" if len(text) <= _MOST_LETTERS else "put it in single quotes"
    if double and re.fullmatch(r"[\w ]*", text):
        help_ = f"write {_quoted(chr(34) + text + chr(34))} for a text, {help_.removeprefix('write ')} for a name"
    headline = f"`{written.key}` is an expression without single quotes"
    label = Label(source, written.span, "double quotes" if double else "no quotes")
    return Diagnostic(codes.UNQUOTED_EXPRESSION, "error", headline, label, help=help_)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
