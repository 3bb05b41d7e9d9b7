"""Nodes to code: each kind of node registers how it is made ready to run."""

from functools import singledispatch

from engine.feel.evaluation import Code
from engine.feel.nodes import Node


@singledispatch
def code(node: Node) -> Code:
    """What runs a node in a frame. A part that fails gives null and reports a problem."""
    raise TypeError(type(node).__name__)
