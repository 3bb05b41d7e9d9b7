"""What the settings call read-only no rule writes to: told before anything is planned, not at each refused write."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.rules.checked import CheckedRules
from engine.rules.checks.directions import comes_back
from engine.rules.model import CreateRule, FieldRule, Mode, RecordRule, Side
from engine.settings import Workspace
from engine.source import Span
from engine.yamltree import MappingNode, Node

_INTO: dict[Side, frozenset[Mode]] = {"provider": frozenset({"push", "both"}), "mis": frozenset({"pull", "both"})}
"""The modes in which something is written to a side."""


def written_though_read_only(workspace: Workspace, checked: CheckedRules) -> Iterator[Diagnostic]:
    """A fault for each system with `read_only: on` that the rules write to, as they are set now: at the first place."""
    sides: tuple[Side, Side] = ("mis", "provider")
    for side in sides:
        spec = checked.catalog.mis if side == "mis" else checked.catalog.provider
        settings = workspace.systems.get(spec.name)
        found = next(_writes(checked, side), None) if settings is not None and settings.read_only else None
        if found is None:
            continue
        span, what = found
        mark = Label(checked.rules.source, span, what)
        yield Diagnostic(
            codes.READ_ONLY_SYSTEM,
            "error",
            f"the mapping writes to `{spec.name}`, which `read_only: on` forbids",
            Label(workspace.source, _span(workspace, spec.name), f"nothing can be written to `{spec.name}`"),
            (mark,),
            help="take `read_only` out, or let the mapping only read there, by its direction or the `only:` of fields",
        )


def _writes(checked: CheckedRules, side: Side) -> Iterator[tuple[Span, str]]:
    """Each place that writes to a side, and what it does there."""
    for record in checked.rules.records:
        for create in record.create:
            if _creates(checked, record, create, side):
                yield create.span, f"creates records for `{record.name}` there"
        for rule in record.fields:
            if _changes(checked, record, rule, side):
                yield rule.span, f"`{rule.name}` of `{record.name}` is written there"


def _creates(checked: CheckedRules, record: RecordRule, create: CreateRule, side: Side) -> bool:
    """Records asked for, or referred to, are created whatever the direction is."""
    always = side == "provider" and create.trigger != "new"
    return create.at == side and (always or checked.mode(record.direction) in _INTO[side])


def _changes(checked: CheckedRules, record: RecordRule, rule: FieldRule, side: Side) -> bool:
    mode, _ = checked.field_mode(record, rule)
    return mode in _INTO[side] and bool(rule.columns(side)) and not comes_back(rule, side)


def _span(workspace: Workspace, system: str) -> Span:
    node: Node | None = workspace.root
    for name in ("systems", system, "read_only"):
        entry = node.get(name) if isinstance(node, MappingNode) else None
        node = entry.value if entry is not None else None
    if node is None:  # it is `on` only where it is written
        raise LookupError(system)
    return node.span
