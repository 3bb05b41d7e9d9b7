"""Finding and reading a workspace, its connector files and its mappings."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from engine.connector_file import ConnectorFile, read_connector
from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.diagnostics.nearest import nearest
from engine.digest import Json, digest_of
from engine.errors import DisabledError, TielineError, UsageError, WorkspaceError
from engine.ports import ConnectorSpec, Limits
from engine.rules.check import Chosen, check_rules
from engine.rules.checked import CheckedRules
from engine.rules.model import Catalog
from engine.rules.parse import RuleFile, read_rules
from engine.service.environments import mixed_environments
from engine.service.read_only import written_though_read_only
from engine.settings import FILE_NAME, ExchangeSettings, Workspace, read_settings
from engine.shipped import shipped, shipped_names
from engine.source import Source, Span
from engine.yamltree import MappingNode, Node, read_bytes


class FaultyFilesError(TielineError):
    """Files have faults; `diagnostics` holds every one of them."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        errors = sum(one.severity == "error" for one in diagnostics)
        super().__init__(f"{errors} error{'s' if errors != 1 else ''} found")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange of a workspace, with its rules checked under its settings."""

    workspace: Workspace
    settings: ExchangeSettings
    checked: CheckedRules

    @property
    def name(self) -> str:
        """The exchange's name in `tieline.yaml`."""
        return self.settings.name

    def fingerprints(self) -> dict[str, str]:
        """System -> digest of its connector file, without addresses, paging and rate limits."""
        catalog = self.checked.catalog
        return {spec.name: fingerprint(spec) for spec in (catalog.mis, catalog.provider)}

    def environments(self) -> dict[str, str]:
        """System -> environment."""
        catalog = self.checked.catalog
        settings = self.workspace.systems
        return {
            spec.name: settings[spec.name].environment if spec.name in settings else ""
            for spec in (catalog.mis, catalog.provider)
        }

    def settings_json(self) -> dict[str, Json]:
        """The settings and limits that shape a plan: no secret, no schedule."""
        limits: dict[str, Json] = {
            kind: {"share": str(limit.share) if limit.share is not None else None, "count": limit.count}
            for kind, limit in self.settings.limits.items()
        }
        chosen = {name: _json(value) for name, value in self.checked.settings.items()}
        return {"limits": limits, "settings": chosen, "zone": self.workspace.zone}


def _json(value: object) -> Json:
    if isinstance(value, bool | int | str) or value is None:
        return value
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def find_workspace(start: Path) -> Path:
    """The nearest folder upward with a `tieline.yaml`."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    message = f"no {FILE_NAME} in {start} or above: make a workspace with `tieline init DIR`, or name one with -w"
    raise UsageError(message)


def load_workspace(folder: Path) -> Workspace:
    """Read `tieline.yaml`; raises `FaultyFilesError`."""
    path = folder / FILE_NAME
    try:
        data = path.read_bytes()
    except OSError as fault:
        message = f"{FILE_NAME} cannot be read ({fault.strerror}); is -w right?"
        raise WorkspaceError(message) from None
    source, faults = read_bytes(FILE_NAME, data)
    if source is None:
        raise FaultyFilesError(faults)
    read = read_settings(source, folder)
    if read.workspace is None:
        raise FaultyFilesError(read.diagnostics)
    return read.workspace


def find_file(workspace: Path | None, folder: str, name: str) -> Path | None:
    """`mappings/onefile.yaml`, say: the workspace's own where it has one, else the one that ships."""
    if workspace is not None and (workspace / folder / name).is_file():
        return workspace / folder / name
    try:
        return shipped(f"{folder}/{name}")
    except LookupError:
        return None


def read_source(path: Path, shown: str) -> Source:
    """The text of a file under the path that people know it by."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        message = f"{shown} cannot be read ({fault.strerror})"
        raise WorkspaceError(message) from None
    source, faults = read_bytes(shown, data)
    if source is None:
        raise FaultyFilesError(faults)
    return source


@lru_cache(maxsize=32)
def _connector(path: Path, shown: str) -> ConnectorFile:
    return read_connector(read_source(path, shown))


def load_connector(workspace: Path | None, name: str) -> ConnectorFile | None:
    """The connector file of a system, read; None where there is none."""
    path = find_file(workspace, "connectors", f"{name}.yaml")
    return _connector(path, f"connectors/{name}.yaml") if path is not None else None


def load_rules(path: Path, shown: str) -> RuleFile:
    """A mapping file, read but not checked against its systems."""

    def beside(name: str) -> str | None:
        table = (path.parent / name).resolve()
        if not table.is_relative_to(path.parent.resolve()) or not table.is_file():
            return None
        return read_source(table, f"{PurePosixPath(shown).parent.as_posix()}/{name}").text

    source = read_source(path, shown)
    try:
        return read_rules(source, beside)
    except FaultyFilesError as fault:  # a table that is no text
        return RuleFile(source, None, fault.diagnostics)


def check_file(
    rules: RuleFile, workspace: Path | None, chosen: Chosen
) -> tuple[CheckedRules | None, tuple[Diagnostic, ...]]:
    """Check a mapping against the connector files of its two systems."""
    if rules.rules is None:
        return None, rules.diagnostics
    specs: list[ConnectorSpec] = []
    found = list(rules.diagnostics)
    for part, name in (("mis", rules.rules.mis), ("provider", rules.rules.provider)):
        file = load_connector(workspace, name)
        if file is None:
            known = connector_names(workspace)
            guess = nearest(name, known)
            help_ = (f"did you mean `{guess[0]}`? " if guess else "") + f"connector files: {', '.join(known)}"
            label = Label(rules.source, rules.rules.span_of[part], f"no connectors/{name}.yaml")
            found.append(
                Diagnostic(
                    codes.UNKNOWN_SYSTEM,
                    "error",
                    "the mapping names a system without a connector file",
                    label,
                    help=help_,
                )
            )
        elif file.spec is None:
            found += file.diagnostics
        else:
            specs.append(file.spec)
    if len(specs) < 2:  # noqa: PLR2004  both systems
        return None, tuple(found)
    checked, more = check_rules(rules.rules, Catalog(specs[0], specs[1]), chosen)
    return checked, (*found, *more)


def connector_names(workspace: Path | None) -> list[str]:
    """Every connector file that can be used, by name."""
    own = [path.stem for path in (workspace / "connectors").glob("*.yaml")] if workspace is not None else []
    return sorted({*own, *(name.removesuffix(".yaml") for name in shipped_names("connectors", ".yaml"))})


def load_exchange(workspace: Workspace, name: str) -> Exchange:
    """One exchange with its rules checked; raises `FaultyFilesError`, or what `enabled_settings` raises."""
    settings = enabled_settings(workspace, name)
    checked, found = check_exchange(workspace, settings)
    if checked is None:
        raise FaultyFilesError(found)
    return Exchange(workspace, settings, checked)


def enabled_settings(workspace: Workspace, name: str) -> ExchangeSettings:
    """The settings of an exchange; `UsageError` where there is none, `DisabledError` where it is switched off."""
    settings = workspace.exchanges.get(name)
    if settings is None:
        known = ", ".join(sorted(workspace.exchanges)) or "none"
        guess = nearest(name, workspace.exchanges)
        message = f"tieline.yaml has no exchange {name}" + (
            f"; did you mean {guess[0]}?" if guess else f"; it has: {known}"
        )
        raise UsageError(message)
    if not settings.enabled:
        raise DisabledError(name)
    return settings


def check_exchange(
    workspace: Workspace, settings: ExchangeSettings
) -> tuple[CheckedRules | None, tuple[Diagnostic, ...]]:
    """Check the mapping of an exchange under the settings that the workspace chose.

    No live data can leak, and nothing is written to a system that is read-only.
    """
    shown = f"mappings/{settings.mapping}.yaml"
    path = find_file(workspace.folder, "mappings", f"{settings.mapping}.yaml")
    if path is None:
        label = Label(workspace.source, settings.span, f"no {shown}")
        help_ = f"mappings: {', '.join(shipped_names('mappings', '.yaml'))}"
        return None, (
            Diagnostic(codes.UNKNOWN_FILE, "error", f"exchange `{settings.name}` has no mapping", label, help=help_),
        )
    checked, found = check_file(load_rules(path, shown), workspace.folder, _chosen(workspace, settings))
    if checked is None:
        return None, found
    unfit = (*mixed_environments(workspace, checked.catalog), *written_though_read_only(workspace, checked))
    return (None if unfit else checked), (*found, *unfit)


def _chosen(workspace: Workspace, settings: ExchangeSettings) -> Chosen:
    node = _at(_at(_at(workspace.root, "exchanges"), settings.name), "settings")
    spans: Mapping[str, Span] = (
        {entry.key.text: entry.value.span for entry in node.entries} if isinstance(node, MappingNode) else {}
    )
    return Chosen(settings.settings, {name: Label(workspace.source, span) for name, span in spans.items()})


def _at(node: Node | None, name: str) -> Node | None:
    entry = node.get(name) if isinstance(node, MappingNode) else None
    return entry.value if entry is not None else None


def fingerprint(spec: ConnectorSpec) -> str:
    """A digest of what a connector file means for records: not its addresses, paging, rate limits or titles.

    What has its default does not count: what a later version can say of a system, the file of today does not say.
    """
    collections = {
        name: dataclasses.replace(
            one, listing=dataclasses.replace(one.listing, paging=None) if one.listing is not None else None
        )
        for name, one in spec.collections.items()
    }
    bare = dataclasses.replace(spec, collections=collections, limits=Limits(), environments={}, title="")
    return digest_of(_simple(bare))


def _simple(value: object) -> Json:
    if dataclasses.is_dataclass(value):
        return {
            one.name: _simple(getattr(value, one.name))
            for one in dataclasses.fields(value)
            if getattr(value, one.name) != _default(one)
        }
    if isinstance(value, Mapping):
        return {str(name): _simple(part) for name, part in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_simple(part) for part in value]
    return value if isinstance(value, bool | str) or value is None else str(value)


def _default(one: "dataclasses.Field[object]") -> object:
    return one.default_factory() if one.default_factory is not dataclasses.MISSING else one.default
