"""Live data stay with live systems: an exchange never joins a live system with one that is not."""

from collections.abc import Iterator

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.opening import has_live_address
from engine.ports import ConnectorSpec
from engine.rules.model import Catalog
from engine.settings import Workspace
from engine.yamltree import MappingNode, Node

_HELP = "live data go to live systems only, and other data to systems that are not"


def mixed_environments(workspace: Workspace, catalog: Catalog) -> Iterator[Diagnostic]:
    """A fault where one of two systems is live and the other is not, or one that is not has a live one's address.

    Nothing where the settings do not name a system, or an environment that its connector file has: that is told
    elsewhere.
    """
    specs = (catalog.mis, catalog.provider)
    live = {spec.name: _environment(workspace, spec) for spec in specs}
    for spec in specs:
        address = workspace.systems[spec.name].address if live[spec.name] is False else None
        if address is not None and has_live_address(spec, address):
            label = _label(workspace, spec, "base_url", "the address of one that is live")
            headline = f"`{spec.name}` is not live by its environment, and live by its address"
            yield Diagnostic(codes.MIXED_ENVIRONMENTS, "error", headline, label, help=f"{_HELP}: make the two agree")
            return
    if {True, False} <= set(live.values()):
        words = {True: "live", False: "not live"}
        labels = [_label(workspace, spec, "environment", words[bool(live[spec.name])]) for spec in specs]
        one, other = sorted(live, key=lambda name: not live[name])
        headline = f"`{one}` is live, and `{other}`, which exchanges with it, is not"
        marks = (labels[0],)
        yield Diagnostic(
            codes.MIXED_ENVIRONMENTS, "error", headline, labels[1], marks, help=f"{_HELP}: give both one kind"
        )


def _environment(workspace: Workspace, spec: ConnectorSpec) -> bool | None:
    """Whether a system's environment is live; None where that is not known."""
    settings = workspace.systems.get(spec.name)
    found = spec.environments.get(settings.environment) if settings is not None else None
    return found.live if found is not None else None


def _label(workspace: Workspace, spec: ConnectorSpec, key: str, told: str) -> Label:
    system = _at(_at(workspace.root, "systems"), spec.name)
    node = _at(system, key) or _at(system, "environment")
    if node is None:  # the schema demands an environment
        raise LookupError(spec.name)
    return Label(workspace.source, node.span, told)


def _at(node: Node | None, name: str) -> Node | None:
    entry = node.get(name) if isinstance(node, MappingNode) else None
    return entry.value if entry is not None else None
