"""The use case of checking files: every fault of every file, once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from engine.connector_file import read_connector
from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.errors import UsageError
from engine.opening import host_remedy, unlisted_host
from engine.rules.check import NOTHING_CHOSEN
from engine.rules.checked import CheckedRules
from engine.rules.checks.subject import near
from engine.service.loading import (
    FaultyFilesError,
    check_exchange,
    check_file,
    connector_names,
    find_file,
    load_connector,
    load_rules,
    read_source,
)
from engine.settings import DEFAULT_ZONE, FILE_NAME, Workspace, read_settings
from engine.shipped import shipped, shipped_names
from engine.yamltree import Entry, MappingNode, Node, read_tree

if TYPE_CHECKING:
    from engine.query.ways import Way

_ANY_DAY = date(2000, 1, 1)
"""What `today()` gives does not change how an expression is evaluated."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked, by the paths that people know, what was found, and the mappings without an error."""

    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    mappings: tuple[CheckedRules, ...] = ()


def check_paths(paths: Sequence[Path], workspace: Path | None) -> Checked:
    """Check these files and folders; without any, the workspace, or what ships where there is none."""
    if paths:
        return _merge([_check_one(path, workspace) for path in _files(paths)])
    return _check_workspace(workspace) if workspace is not None else _check_shipped()


def explain_plan(checked: Checked, workspace: Path | None) -> list["Way"]:
    """How each expression of the mappings is evaluated, once each."""
    from engine.query.scope import Times  # noqa: PLC0415
    from engine.query.ways import ways_of  # noqa: PLC0415  checking alone needs no columns

    read = read_settings(read_source(workspace / FILE_NAME, FILE_NAME), workspace).workspace if workspace else None
    times = Times(read.zone if read is not None else DEFAULT_ZONE, _ANY_DAY)
    return list(dict.fromkeys(way for rules in checked.mappings for way in ways_of(rules, times)))


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if _there(path) and path.is_dir():
            found += sorted(one for one in path.rglob("*.yaml") if ".tieline" not in one.parts)
        elif _there(path) and path.is_file():
            found.append(path)
        else:
            message = f"there is no file or folder {path}"
            raise UsageError(message)
    return found


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def _check_one(path: Path, workspace: Path | None) -> Checked:
    """What a file is shows in its first key."""
    shown = path.as_posix()
    try:
        source = read_source(path, shown)
    except FaultyFilesError as fault:
        return Checked((shown,), fault.diagnostics)
    root = read_tree(source).root
    keys = {entry.key.text for entry in root.entries} if isinstance(root, MappingNode) else set()
    if "connector" in keys:
        return Checked((shown,), read_connector(source).diagnostics)
    if "workspace" in keys:
        return Checked((shown,), read_settings(source, path.parent).diagnostics)
    return _mapping((shown,), check_file(load_rules(path, shown), workspace, NOTHING_CHOSEN))


def _check_shipped() -> Checked:
    parts = [_check_connector(None, name) for name in connector_names(None)]
    for name in shipped_names("mappings", ".yaml"):
        shown = f"mappings/{name}"
        source = read_source(shipped(shown), shown)
        if "example" in name:
            parts.append(Checked((shown,), read_settings(source, Path()).diagnostics))
        else:
            parts.append(_mapping((shown,), check_file(load_rules(shipped(shown), shown), None, NOTHING_CHOSEN)))
    return _merge(parts)


def _check_connector(workspace: Path | None, name: str) -> Checked:
    shown = f"connectors/{name}.yaml"
    try:
        file = load_connector(workspace, name)
    except FaultyFilesError as fault:
        return Checked((shown,), fault.diagnostics)
    return Checked((shown,), file.diagnostics) if file is not None else Checked((), ())


def _check_workspace(folder: Path) -> Checked:
    try:
        read = read_settings(read_source(folder / FILE_NAME, FILE_NAME), folder)
    except FaultyFilesError as fault:
        return Checked((FILE_NAME,), fault.diagnostics)
    parts = [Checked((FILE_NAME,), read.diagnostics)]
    if read.workspace is not None:
        parts += [_check_connector(folder, name) for name in sorted(read.workspace.systems)]
        parts.append(Checked((), tuple(_check_systems(read.workspace))))
        parts += [_check_exchange(read.workspace, name) for name in sorted(read.workspace.exchanges)]
    return _merge(parts)


def _check_systems(workspace: Workspace) -> Iterator[Diagnostic]:
    """Each system of the settings has a connector file, and that knows the environment."""
    for entry in _entries(workspace.root, "systems"):
        name = entry.key.text
        try:
            file = load_connector(workspace.folder, name)
        except FaultyFilesError:
            continue
        known = file.spec.environments if file is not None and file.spec is not None else None
        environment = workspace.systems[name].environment
        if file is None:
            label = Label(workspace.source, entry.key.span, f"no connectors/{name}.yaml")
            help_ = near(name, connector_names(workspace.folder), "connector files")
            headline = "the workspace names a system without a connector file"
            yield Diagnostic(codes.UNKNOWN_SYSTEM, "error", headline, label, help=help_)
        elif known is not None and environment not in known:
            at = next(one.value.span for one in _entries(entry.value) if one.key.text == "environment")
            label = Label(workspace.source, at, f"connectors/{name}.yaml has no such environment")
            headline = f"`environment` of `{name}` cannot be `{environment}`"
            help_ = near(environment, known, "it has")
            yield Diagnostic(codes.NOT_ONE_OF, "error", headline, label, help=help_)
        elif known is not None and known[environment].base_url is not None:
            yield from _second_address(workspace, entry, environment)
            yield from _unlisted_host(workspace, entry, known[environment].base_url)


def _unlisted_host(workspace: Workspace, entry: Entry, address: str | None) -> Iterator[Diagnostic]:
    """A connector file must not decide where secrets go: the settings list the host of its address."""
    host = unlisted_host(address, workspace.hosts)
    if host:
        at = next(one.value.span for one in _entries(entry.value) if one.key.text == "environment")
        label = Label(workspace.source, at, f"leads to {host}")
        headline = f"the connector file of `{entry.key.text}` leads to a host that is not listed"
        yield Diagnostic(codes.UNLISTED_HOST, "error", headline, label, help=host_remedy(host))


def _second_address(workspace: Workspace, entry: Entry, environment: str) -> Iterator[Diagnostic]:
    """An address in the settings for an environment whose address the connector file fixes: only one can hold."""
    for one in _entries(entry.value):
        if one.key.text == "base_url":
            name = entry.key.text
            label = Label(workspace.source, one.key.span, f"connectors/{name}.yaml has one for `{environment}`")
            headline = f"`{name}` has two addresses in the environment `{environment}`"
            help_ = "take it out, or bring a connector file of your own whose environment leaves the address open"
            yield Diagnostic(codes.TWO_ADDRESSES, "error", headline, label, help=help_)


def _entries(node: Node | None, name: str = "") -> tuple[Entry, ...]:
    """The entries of a mapping, or of the mapping under one of its keys."""
    if name:
        entry = node.get(name) if isinstance(node, MappingNode) else None
        return _entries(entry.value if entry is not None else None)
    return node.entries if isinstance(node, MappingNode) else ()


def _check_exchange(workspace: Workspace, name: str) -> Checked:
    settings = workspace.exchanges[name]
    shown = f"mappings/{settings.mapping}.yaml"
    there = find_file(workspace.folder, "mappings", f"{settings.mapping}.yaml") is not None
    files = (shown,) if there else ()
    try:
        return _mapping(files, check_exchange(workspace, settings))
    except FaultyFilesError as fault:
        return Checked(files, fault.diagnostics)


def _mapping(files: tuple[str, ...], told: tuple[CheckedRules | None, tuple[Diagnostic, ...]]) -> Checked:
    rules, found = told
    return Checked(files, found, (rules,) if rules is not None else ())


def _merge(parts: Sequence[Checked]) -> Checked:
    files = dict.fromkeys(file for part in parts for file in part.files)
    found = dict.fromkeys(one for part in parts for one in part.diagnostics)
    return Checked(tuple(files), tuple(found), tuple(one for part in parts for one in part.mappings))
