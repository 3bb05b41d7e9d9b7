"""Types that a decision model declares, from typed JSON."""

from collections.abc import Mapping
from typing import Any

from engine.feel import types as t
from engine.feel.faults import FeelFault
from engine.feel.nodes import TypeName
from engine.feel.type_names import type_named

_MAX_DEPTH = 20


def user_types(declared: Mapping[str, Any]) -> dict[str, t.FeelType]:
    """Declared types by name; one that cannot be resolved is left out."""
    out: dict[str, t.FeelType] = {}
    for name, body in declared.items():
        try:
            out[name] = _resolved(body, declared, 0)
        except FeelFault:
            continue
    return out


def _resolved(body: Mapping[str, Any], declared: Mapping[str, Any], depth: int) -> t.FeelType:
    if depth > _MAX_DEPTH:
        raise FeelFault("the types refer to each other without end")
    components = body.get("components")
    reference = body.get("typeRef")
    if components:
        parts = tuple(_resolved(each, declared, depth + 1) for each in components.values())
        found = t.FeelType("context", parts, tuple(components))
    elif reference is not None and reference in declared:
        found = _resolved(declared[reference], declared, depth + 1)
    else:
        found = type_named(TypeName(reference), {}) if reference else t.ANY
    return t.FeelType("list", (found,)) if body.get("collection") else found
