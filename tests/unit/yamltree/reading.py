"""How the tests of the YAML reader look at a text."""

from typing import Any

from engine.source import Source
from engine.yamltree import Node, Tree, plain, read_tree


def read(text: str) -> Tree:
    return read_tree(Source("rules.yaml", text))


def root_of(text: str) -> Node:
    """The tree of a text that has one, whatever its faults."""
    tree = read(text)
    assert tree.root is not None
    return tree.root


def data_of(text: str) -> Any:  # noqa: ANN401  any YAML
    """The plain data of a text that has a tree, whatever its faults."""
    return plain(root_of(text))


def value_of(text: str) -> Any:  # noqa: ANN401  any YAML
    """The plain data of a text that has no fault."""
    assert read(text).diagnostics == ()
    return data_of(text)


def faults(text: str) -> list[tuple[str, str, str]]:
    """Code, severity and marked text of each diagnostic."""
    return [
        (one.code, one.severity, text[one.primary.span.start : one.primary.span.end]) for one in read(text).diagnostics
    ]


def errors(text: str) -> list[tuple[str, str]]:
    """Code and marked text of each error."""
    return [(code, marked) for code, severity, marked in faults(text) if severity == "error"]
