"""A workspace's settings: `tieline.yaml` in, a frozen `Workspace` or diagnostics out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.diagnostics.model import Diagnostic
from engine.ports import EMPTY
from engine.schema import check_tree, load_schema
from engine.source import Source, Span
from engine.yamltree import MappingNode, Node, plain, read_tree

FILE_NAME = "tieline.yaml"
DEFAULT_ZONE = "Europe/London"
_PLACES = ("environment", "base_url", "database", "folder", "page_size", "calls_per_minute", "ca_file", "read_only")
_WORD = re.compile(r"""[^\s"',{}\[\]]{9,}""")
_UNITS = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}


@dataclass(frozen=True, slots=True)
class SystemSettings:
    """How this workspace reaches one system. `address` is text or a reference such as `env:PICS_DATABASE`."""

    name: str
    environment: str
    address: str | None
    secrets: Mapping[str, str]
    page_size: int | None = None
    calls_per_minute: int | None = None
    ca_file: str | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that one plan may hold of one kind of change: a share in per cent, a number, or both."""

    share: Decimal | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ExchangeSettings:
    """One exchange of the workspace."""

    name: str
    enabled: bool
    mapping: str
    settings: Mapping[str, object]
    limits: Mapping[str, Limit]
    span: Span


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may approve. `os_user` is the operating-system user behind the name."""

    name: str
    os_user: str
    role: str


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts that the settings name, as `host_of` gives them.

    `allowed`: an address in a connector file may lead there. `internal`: they may lie in this machine's own network.
    """

    allowed: frozenset[str] = frozenset()
    internal: frozenset[str] = frozenset()


def host_of(host: str) -> str:
    """One form of a host: lower case, without the dot at its end."""
    return host.lower().rstrip(".")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace: its folder and what `tieline.yaml` says. `store` is a database URL with its path made absolute."""

    folder: Path
    source: Source
    name: str
    systems: Mapping[str, SystemSettings]
    exchanges: Mapping[str, ExchangeSettings]
    author_may_approve: bool
    valid_for: timedelta
    people: Mapping[str, Person]
    zone: str
    store: str
    hosts: Hosts
    root: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file after reading: `workspace` is None where `diagnostics` holds an error."""

    source: Source
    workspace: Workspace | None
    diagnostics: tuple[Diagnostic, ...]


def read_settings(source: Source, folder: Path) -> SettingsFile:
    """Read and check the text of a `tieline.yaml` that lies in `folder`."""
    tree = read_tree(source)
    if tree.root is None:  # without a tree nobody knows which text is a secret
        tree = read_tree(_masked(source))
    found = list(check_tree(tree, source, load_schema("settings.v1")))
    if any(one.severity == "error" for one in found) or not isinstance(tree.root, MappingNode):
        return SettingsFile(source, None, tuple(found))
    return SettingsFile(source, _workspace(tree.root, plain(tree.root), source, folder), tuple(found))


def _masked(source: Source) -> Source:
    """The text with every longer word hidden that is neither a key nor a reference; all offsets stay."""
    return Source(source.path, _WORD.sub(_hidden, source.text))


def _hidden(word: re.Match[str]) -> str:
    known = word[0].endswith(":") or word[0].startswith(("env:", "file:"))
    return word[0] if known else "•" * len(word[0])


def _workspace(root: MappingNode, data: Any, source: Source, folder: Path) -> Workspace:  # noqa: ANN401  plain YAML data; the schema has checked it
    approval = data.get("approval", {})
    return Workspace(
        folder=folder,
        source=source,
        name=data["workspace"],
        systems={name: _system(name, part) for name, part in data["systems"].items()},
        exchanges={name: _exchange(name, part or {}, root) for name, part in data["exchanges"].items()},
        author_may_approve=approval.get("author_may_approve", "off") == "on",
        valid_for=_duration(approval.get("valid_for", "7 days")),
        people={name: Person(name, part["os_user"], part["role"]) for name, part in data.get("people", {}).items()},
        zone=data.get("zone", DEFAULT_ZONE),
        store=whole_url(data.get("store", "sqlite:.tieline/store.db"), folder),
        hosts=Hosts(*(frozenset(map(host_of, data.get(key, ()))) for key in ("allowed_hosts", "internal_hosts"))),
        root=root,
    )


def _system(name: str, part: Mapping[str, Any]) -> SystemSettings:
    address = part.get("base_url") or part.get("database") or part.get("folder")
    return SystemSettings(
        name=name,
        environment=part["environment"],
        address=address,
        secrets={key: value for key, value in part.items() if key not in _PLACES},
        page_size=part.get("page_size"),
        calls_per_minute=part.get("calls_per_minute"),
        ca_file=part.get("ca_file"),
        read_only=part.get("read_only", "off") == "on",
    )


def _exchange(name: str, part: Mapping[str, Any], root: MappingNode) -> ExchangeSettings:
    exchanges = root.get("exchanges")
    here = exchanges.value.get(name) if exchanges and isinstance(exchanges.value, MappingNode) else None
    return ExchangeSettings(
        name=name,
        enabled=part.get("enabled", "off") == "on",
        mapping=part.get("mapping", name),
        settings=part.get("settings") or EMPTY,
        limits={kind: _limit(limit) for kind, limit in (part.get("limits") or {}).items()},
        span=here.key.span if here else Span(0, 0),
    )


def _limit(part: Mapping[str, Any]) -> Limit:
    share = part.get("share")
    return Limit(Decimal(str(share).rstrip("%").strip()) if share is not None else None, part.get("count"))


def _duration(text: str) -> timedelta:
    """`7 days`, `12 hours`: a whole number and a unit."""
    found = re.fullmatch(r"(\d{1,4}) (minute|hour|day|week)s?", text)
    if found is None:  # the schema's pattern refuses such a text; this names the place if the two ever differ
        message = f"not a duration: {text!r}"
        raise ValueError(message)
    return timedelta(minutes=int(found[1]) * _UNITS[found[2]])


def whole_url(url: str, folder: Path) -> str:
    """A database URL whose SQLite path, where it is a relative one, is taken from the workspace's folder."""
    for start in ("sqlite:///", "sqlite:"):
        if url.startswith(start):
            return f"sqlite:///{(folder / url.removeprefix(start)).resolve()}"
    return url
