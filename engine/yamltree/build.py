"""YAML events in, a tree and faults out. The only module that knows the YAML library."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import yaml

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.source import Source, Span
from engine.yamltree.letters import STAND_IN
from engine.yamltree.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, Style
from engine.yamltree.places import offsets_in
from engine.yamltree.scalars import read_by_others, resolve
from engine.yamltree.syntax import Break, diagnose

MAX_DEPTH: Final = 64
MAX_EVENTS: Final = 200_000
MAX_FAULTS: Final = 100

_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_PROPERTY = re.compile(r"&[^\s,\[\]{}]*|!<[^>\s]*>|![^\s,\[\]{}]*")


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being filled; a mapping's parts are keys and values by turns."""

    start: int
    is_mapping: bool
    in_brackets: bool
    parts: list[Node] = field(default_factory=list)


class Builder:
    """Fills a tree from the events of one text. `whole` is False when the tree is not what the file says."""

    def __init__(self, source: Source, hidden: frozenset[int] = frozenset()) -> None:
        self.source = source
        self.hidden = hidden
        self.root: Node | None = None
        self.whole = True
        self.reached = 0
        self.faults: list[Diagnostic] = []
        self.untold = 0
        self.scalars: list[ScalarNode] = []
        self._open: list[_Open] = []
        self._documents = 0
        self._told: Counter[str] = Counter()

    def build(self, text: str) -> None:
        """Read `text`: the source's, with a visible character for each hidden one."""
        try:
            for count, event in enumerate(_events(text), 1):
                span = _span(event)
                self.reached = span.end
                if count > MAX_EVENTS:
                    self._break(
                        codes.TOO_MANY_PARTS,
                        Span(span.start, span.start + 1),
                        f"the file has more than {MAX_EVENTS} parts",
                    )
                    return
                if not self._take(event, span):
                    return
            self.reached = len(text)
        except yaml.MarkedYAMLError as error:
            at, begun = error.problem_mark, error.context_mark
            place = at.index if at is not None else self.reached
            self._broken(min(place, len(text)), begun.index if begun is not None else None)
        except yaml.YAMLError:
            self._broken(self.reached, None)

    def _broken(self, at: int, begun: int | None) -> None:
        """The parser gave up at an offset, while it was reading what begins at another."""
        self.reached = at
        self.whole = False
        in_quotes = begun is not None and self.source.text[begun : begun + 1] in ("'", '"')
        if not self.source.text[at:].strip() and not in_quotes:
            begun = next((one.start for one in reversed(self._open) if one.in_brackets), begun)
        fault = diagnose(self.source, Break(at, begun))
        if self._follows_many_lines(at):
            if self.scalars[-1].style != "plain":
                return  # quotes that were not closed in their line are what is wrong
            self.faults.pop()
        self._tell(fault)

    def _follows_many_lines(self, at: int) -> bool:
        """Whether the last fault is a text over several lines that ends at an offset: the two have one cause."""
        if not self.faults or self.faults[-1].code != codes.MULTI_LINE_TEXT:
            return False
        span = self.scalars[-1].span
        return self.faults[-1].primary.span.start >= span.start and not self.source.text[span.end : at].strip()

    def _tell(self, fault: Diagnostic) -> None:
        """Keep a fault, up to a number of each severity; the others are counted."""
        self._told[fault.severity] += 1
        if self._told[fault.severity] <= MAX_FAULTS:
            self.faults.append(fault)
        else:
            self.untold += 1

    def _break(self, code: str, span: Span, headline: str, label: str = "", help_: str = "") -> None:
        """A fault after which nothing more is read."""
        self.whole = False
        self._fault(code, span, headline, label, help_)

    def _fault(self, code: str, span: Span, headline: str, label: str = "", help_: str = "") -> None:
        self._tell(Diagnostic(code, "error", headline, Label(self.source, span, label), help=help_))

    def _take(self, event: yaml.Event, span: Span) -> bool:
        """Take one event; False when nothing more is to be read."""
        if isinstance(event, yaml.NodeEvent):
            return self._node(event, span)
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(span.end)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                help_ = "make a file of its own of it, or take the `---` out"
                self._break(
                    codes.SEVERAL_DOCUMENTS, span, "the file holds a second YAML document", "it begins here", help_
                )
                return False
        return True

    def _node(self, event: yaml.NodeEvent, span: Span) -> bool:
        if isinstance(event, yaml.AliasEvent):
            self.whole = False
            text = self.source.text[span.start : span.end]
            self._fault(codes.YAML_ALIAS, span, "an alias is not allowed", help_="write the value out again")
            self._add(ScalarNode(text, text, "plain", span))
            return True
        start = self._properties(event, span)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, Span(start, span.end) if start != span.start else span)
            return True
        if len(self._open) == MAX_DEPTH:
            headline = f"lists and mappings stand more than {MAX_DEPTH} deep in each other"
            self._break(codes.TOO_DEEP, Span(start, start + 1), headline, "one too many")
            return False
        assert isinstance(event, yaml.CollectionStartEvent)  # noqa: S101  the last kind of node event
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(start, is_mapping, in_brackets=bool(event.flow_style)))
        return True

    def _properties(self, event: yaml.NodeEvent, whole: Span) -> int:
        """Refuse an anchor and a tag; gives the offset at which the node itself begins."""
        if event.anchor is None and getattr(event, "tag", None) is None:
            return whole.start
        text, start = self.source.text, whole.start
        while (found := _PROPERTY.match(text, start)) is not None:
            span = Span(*found.span())
            if found[0].startswith("&"):
                self._fault(codes.YAML_ANCHOR, span, "an anchor is not allowed", help_="take it out")
            else:
                self._fault(codes.YAML_TAG, span, "a tag is not allowed", help_="take it out; quotes make a text")
            start = found.end()
            while start < whole.end and text[start].isspace():
                start += 1
        return start

    def _scalar(self, event: yaml.ScalarEvent, span: Span) -> None:
        style = _STYLES.get(event.style, "plain")
        if style in ("literal", "folded"):
            span = Span(span.start, span.start + len(self.source.text[span.start : span.end].rstrip()))
        value = resolve(event.value) if style == "plain" else event.value
        node = self._restored(ScalarNode(value, event.value, style, span))
        self.scalars.append(node)
        if style == "double" and _NO_TEXT.search(event.value):
            self._fault(codes.NUL_CHARACTER, span, "an escape gives a character that no text has", help_="take it out")
        if style == "folded":
            self._folded(node)
        elif style != "literal" and "\n" in self.source.text[span.start : span.end]:
            self._many_lines(node)
        elif style == "plain":
            self._read_by_others(node)
        self._add(node)

    def _restored(self, node: ScalarNode) -> ScalarNode:
        """The node with the characters that the source holds where the parser was given a stand-in."""
        if not self.hidden or STAND_IN not in node.text:
            return node
        offsets = offsets_in(node, self.source)
        text = "".join(
            self.source.text[at] if letter == STAND_IN and at in self.hidden else letter
            for letter, at in zip(node.text, offsets, strict=False)
        )
        return replace(node, value=text, text=text)

    def _folded(self, node: ScalarNode) -> None:
        span = Span(node.span.start, node.span.start + 1)
        headline = "a text is folded, so nothing in it has a line and a column"
        self._fault(codes.FOLDED_TEXT, span, headline, "`>` folds lines", "use `|`, or one line in single quotes")

    def _many_lines(self, node: ScalarNode) -> None:
        text, start, end = self.source.text, node.span.start, node.span.end
        first_end = text.find("\n", start, end)
        rest = text[first_end:end]
        begin = first_end + len(rest) - len(rest.lstrip())
        stop = text.find("\n", begin, end)
        span = Span(begin, len(text[begin : stop if stop >= 0 else end].rstrip()) + begin)
        label = Label(self.source, span, "goes on here")
        other = Label(self.source, Span(start, start + len(text[start:first_end].rstrip())), "the text begins here")
        headline = "a text goes on in the next line"
        if node.style == "plain":
            help_ = "write it in one line, or as a `|` block; a new key begins in the column of the key above"
        else:
            help_ = "close the quotes in the line in which they open, or write a `|` block"
        self._tell(Diagnostic(codes.MULTI_LINE_TEXT, "error", headline, label, (other,), help=help_))

    def _read_by_others(self, node: ScalarNode) -> None:
        if node.text and (what := read_by_others(node.text, node.value)):
            ours = "a text" if isinstance(node.value, str) else f"the number {node.value}"
            headline = f"`{node.text}` is {ours} here, and {what} to programs that read YAML 1.1"
            help_ = "quotes make it a text for all of them"
            label = Label(self.source, node.span)
            self._tell(Diagnostic(codes.READ_DIFFERENTLY, "warning", headline, label, help=help_))

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].parts.append(node)
        else:
            self.root = node

    def _close(self, end: int) -> None:
        done = self._open.pop()
        span = Span(done.start, end if done.in_brackets or not done.parts else done.parts[-1].span.end)
        if done.is_mapping:
            self._add(MappingNode(tuple(self._entries(done.parts)), span))
        else:
            self._add(SequenceNode(tuple(done.parts), span))

    def _entries(self, parts: list[Node]) -> Iterator[Entry]:
        seen: dict[str, ScalarNode] = {}
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if not isinstance(key, ScalarNode) or key.style in ("literal", "folded"):
                self.whole = False
                self._fault(
                    codes.COMPLEX_KEY,
                    Span(key.span.start, key.span.start + 1),
                    "a key must be one line of text",
                    "this is none",
                )
            elif key.text in seen:
                self._twice(key, seen[key.text])
            elif self._is_key(key):
                seen[key.text] = key
                yield Entry(key, value)

    def _is_key(self, key: ScalarNode) -> bool:
        if key.style == "plain" and key.text == "<<":
            self.whole = False
            self._fault(codes.YAML_MERGE, key.span, "a merge key is not allowed", help_="write the entries out")
            return False
        if key.style == "plain" and key.text == "":
            at = key.span.start
            self._fault(codes.EMPTY_KEY, Span(at, at + 1), "a value has no key", "write a key before this")
            return False
        return True

    def _twice(self, key: ScalarNode, first: ScalarNode) -> None:
        label = Label(self.source, key.span, "again")
        others = (Label(self.source, first.span, "first here"),)
        headline = f"the key `{key.text}` stands twice in one mapping"
        self._tell(Diagnostic(codes.DUPLICATE_KEY, "error", headline, label, others, help="keep one of them"))


def _span(event: yaml.Event) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.index if start else 0, end.index if end else 0)


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=yaml.CSafeLoader)
