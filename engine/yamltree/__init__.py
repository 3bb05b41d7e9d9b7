"""YAML text to a tree with spans on keys and values; what YAML should not do to us is refused."""

from engine.yamltree.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, Tree, Value, plain
from engine.yamltree.places import offsets_in
from engine.yamltree.read import read_bytes, read_tree

__all__ = [
    "Entry",
    "MappingNode",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "Tree",
    "Value",
    "offsets_in",
    "plain",
    "read_bytes",
    "read_tree",
]
