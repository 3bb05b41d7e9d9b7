"""Bytes to source, source to tree, with every fault on the way as a diagnostic."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.source import Source, Span
from engine.yamltree import letters
from engine.yamltree.build import MAX_FAULTS, Builder
from engine.yamltree.nodes import ScalarNode, Tree
from engine.yamltree.syntax import tab

MAX_BYTES: Final = 1024 * 1024

_DIRECTIVE = re.compile(r"^%\S*", re.MULTILINE)
_TAB = re.compile(r"^ *(\t)[ \t]*\S", re.MULTILINE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_bytes(path_for_people: str, data: bytes) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The source of a file's bytes; None, with one diagnostic, where they are too many or not UTF-8."""
    if len(data) > MAX_BYTES:
        return None, (_too_large(Source(path_for_people, "")),)
    try:
        return Source(path_for_people, data.decode()), ()
    except UnicodeDecodeError as error:
        if data.startswith(_UTF16):
            label, note = Label(Source(path_for_people, ""), Span(0, 0)), "it begins as a UTF-16 file does"
        else:
            at = len(data[: error.start].decode())
            source = Source(path_for_people, data.decode(errors="replace"))
            label, note = Label(source, Span(at, at + 1), "no UTF-8 character"), "it may be a text in an older encoding"
        headline = "the file is not UTF-8 text"
        found = Diagnostic(codes.NOT_UTF8, "error", headline, label, (), (note,), "save it as UTF-8 without BOM")
        return None, (found,)


def read_tree(source: Source) -> Tree:
    """The tree of a YAML file and all that is wrong with its text, in the order of the file.

    `root` is there where the file's shape is certain, even if the diagnostics hold an error (a key that stands twice).
    """
    refused = _refusal(source)
    if refused is not None:
        return Tree(None, (refused,))
    hidden = letters.hidden(source.text)
    builder = Builder(source, frozenset(hidden))
    builder.build(letters.without(source.text, hidden))
    letters_told, letters_untold = _hidden(source, hidden, builder)
    faults = [*builder.faults, *_tabs(source, builder), *letters_told]
    root = builder.root if builder.whole else None
    if builder.whole and (root is None or (isinstance(root, ScalarNode) and root.style == "plain" and root.text == "")):
        root = None
        faults.append(Diagnostic(codes.EMPTY_FILE, "error", "the file says nothing", Label(source, Span(0, 0))))
    return Tree(root, _in_order(faults, builder.untold + letters_untold))


def _refusal(source: Source) -> Diagnostic | None:
    """What is wrong before any YAML is read."""
    if len(source.text.encode(errors="surrogatepass")) > MAX_BYTES:
        return _too_large(source)
    found = letters.refusal(source)
    if found is None and (line := _DIRECTIVE.search(source.text)):
        label = Label(source, Span(*line.span()), "a line must not begin with `%`")
        found = Diagnostic(codes.YAML_DIRECTIVE, "error", "a directive is not allowed", label, help="take the line out")
    return found


def _too_large(source: Source) -> Diagnostic:
    headline = f"the file is larger than {MAX_BYTES} bytes"
    return Diagnostic(
        codes.FILE_TOO_LARGE, "error", headline, Label(source, Span(0, 0)), help="make several files of it"
    )


def _tabs(source: Source, builder: Builder) -> Iterator[Diagnostic]:
    """One fault for all lines that are indented with tabs, unless reading broke off at one already."""
    inside = _Spans(builder.scalars)
    found = [at.start(1) for at in _TAB.finditer(source.text) if not inside.style_at(at.start(1))]
    before = [at for at in found if at < builder.reached]
    told = any(fault.code == codes.TAB_INDENTATION for fault in builder.faults)
    if before and not told:
        yield tab(source, before[0], len(found) - 1)


def _hidden(source: Source, offsets: Sequence[int], builder: Builder) -> tuple[list[Diagnostic], int]:
    """Faults for hidden characters, and how many more there are.

    They are told up to where reading ended: whether those after it stand in quotes is not known.
    """
    inside = _Spans(builder.scalars)
    at = [offset for offset in offsets if offset <= builder.reached]
    quoted = [offset for offset in at if inside.style_at(offset) in ("single", "double")]
    bare = sorted(set(at).difference(quoted))
    told = [letters.complaint(source, offset, quoted=False) for offset in bare[:MAX_FAULTS]]
    told += [letters.complaint(source, offset, quoted=True) for offset in quoted[:MAX_FAULTS]]
    return told, len(at) - len(told)


class _Spans:
    """Finds the text that an offset lies in."""

    def __init__(self, scalars: Sequence[ScalarNode]) -> None:
        self._scalars = scalars
        self._starts = [scalar.span.start for scalar in scalars]

    def style_at(self, offset: int) -> str:
        """How the text around an offset is written; empty where none is."""
        at = bisect_right(self._starts, offset) - 1
        return self._scalars[at].style if at >= 0 and offset < self._scalars[at].span.end else ""


def _in_order(faults: Sequence[Diagnostic], untold: int) -> tuple[Diagnostic, ...]:
    """By place; of very many the first, errors before warnings, with a note on the rest."""
    kept = sorted(faults, key=lambda fault: (fault.severity, fault.primary.span))[:MAX_FAULTS]
    untold += len(faults) - len(kept)
    if untold:
        kept[-1] = replace(kept[-1], notes=(*kept[-1].notes, f"{untold} more faults are not shown"))
    return tuple(sorted(kept, key=lambda fault: fault.primary.span))
