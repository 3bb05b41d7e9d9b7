"""Rings in a graph."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node")


def shortest_ring(edges: Mapping[Node, Iterable[Node]], start: Node) -> list[Node]:
    """The shortest way from a node back to it, the node first; empty where there is none."""
    ways = [[start]]
    seen: set[Node] = set()
    while ways:
        way = ways.pop(0)
        for node in edges[way[-1]]:
            if node == start:
                return way
            if node not in seen:
                seen.add(node)
                ways.append([*way, node])
    return []
