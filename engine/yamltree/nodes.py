"""The tree of a YAML file. Every node knows its span in the source, in code points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.diagnostics.model import Diagnostic
from engine.source import Span

Value = str | int | Decimal | bool | None
Style = Literal["plain", "single", "double", "literal", "folded"]


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One value. `text` is what stands there without its quotes; the span has the quotes, or the `|`, with it."""

    value: Value
    text: str
    style: Style
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: ScalarNode
    value: "Node"


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and values in the order of the file, every key once."""

    entries: tuple[Entry, ...]
    span: Span
    _index: Mapping[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {entry.key.text: entry for entry in self.entries})

    def get(self, name: str) -> Entry | None:
        """The entry whose key reads `name`."""
        return self._index.get(name)


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """Items in the order of the file."""

    items: tuple["Node", ...]
    span: Span


Node = ScalarNode | MappingNode | SequenceNode


@dataclass(frozen=True, slots=True)
class Tree:
    """A file after reading. `root` is None where an error leaves the shape of the file in doubt."""

    root: Node | None
    diagnostics: tuple[Diagnostic, ...]


def plain(node: Node) -> object:
    """The node as dict, list and values; keys are texts."""
    match node:
        case ScalarNode():
            return node.value
        case MappingNode():
            return {entry.key.text: plain(entry.value) for entry in node.entries}
        case SequenceNode():
            return [plain(item) for item in node.items]
