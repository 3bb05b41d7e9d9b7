"""Opening a system: its address and secrets are looked up, then the connector that its file asks for."""

import os
import re
import stat
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from engine.errors import ConnectorMismatchError, SecretMissingError, WorkspaceError
from engine.ports import Access, Clock, ConnectorSpec, Opener, Secret, System
from engine.settings import Hosts, SystemSettings, Workspace, host_of, whole_url

GROUP = "tieline.connectors"
_OPENING = "opening it"
_READ_ONLY = ("sql", "files")  # files are only ever read
_MOST_BYTES = 65_536
_PLAIN_HOST = re.compile(r"[a-z0-9.:-]{1,253}")


def open_system(spec: ConnectorSpec, workspace: Workspace, clock: Clock) -> System:
    """Open one system of the workspace; raises a `TielineError` that says what is missing and where."""
    settings = workspace.systems.get(spec.name)
    if settings is None:
        message = f"tieline.yaml says nothing of the system {spec.name}: add it under `systems`"
        raise WorkspaceError(message)
    found = entry_points(group=GROUP, name=spec.kind)
    if not found:
        raise ConnectorMismatchError(spec.name, _OPENING, f"there is no connector of kind `{spec.kind}`")
    opener = cast("Opener", next(iter(found)).load())
    return opener(spec, access(spec, settings, workspace.folder, workspace.hosts), clock)


def access(spec: ConnectorSpec, settings: SystemSettings, folder: Path, hosts: Hosts) -> Access:
    """Where the system is and with which secrets; relative paths are relative to the workspace.

    A connector file is no place to say where secrets go: the settings name the host, or list it.
    """
    environment = spec.environments.get(settings.environment)
    if environment is None:
        known = ", ".join(sorted(spec.environments))
        what = f"it has no environment `{settings.environment}`; its connector file has: {known}"
        raise ConnectorMismatchError(spec.name, _OPENING, what)
    unlisted = unlisted_host(environment.base_url, hosts)
    if unlisted:
        what = f"its connector file leads to {unlisted}, which tieline.yaml does not list; {host_remedy(unlisted)}"
        raise ConnectorMismatchError(spec.name, _OPENING, what)
    address = environment.base_url or _address(spec, settings, folder)
    if not environment.live and has_live_address(spec, address):
        what = f"the environment `{settings.environment}` is not live, and its address is that of one that is"
        raise ConnectorMismatchError(spec.name, _OPENING, what)
    _check_keys(spec, settings)
    missing = [name for name in spec.secrets if name not in settings.secrets]
    if missing:
        message = f"tieline.yaml lacks `{missing[0]}` under systems.{spec.name}: give it as env:NAME or file:PATH"
        raise WorkspaceError(message)
    return Access(
        environment=settings.environment,
        address=address,
        secrets={
            name: Secret(settings.secrets[name], resolve(settings.secrets[name], folder)) for name in spec.secrets
        },
        page_size=settings.page_size,
        calls_per_minute=settings.calls_per_minute,
        internal=_host(address) in hosts.internal,
        ca_file=_inside(folder, settings.ca_file, f"systems.{spec.name}.ca_file") if settings.ca_file else None,
        read_only=settings.read_only,
    )


def _check_keys(spec: ConnectorSpec, settings: SystemSettings) -> None:
    """Refuse a protection that the kind of the system does not have: nobody must believe in it."""
    for key, given, kinds in (("ca_file", settings.ca_file, ("http",)), ("read_only", settings.read_only, _READ_ONLY)):
        if given and spec.kind not in kinds:
            what = f"systems.{spec.name}.{key} in tieline.yaml means nothing for a system of kind {spec.kind}"
            raise WorkspaceError(f"{what}; take it out")


def unlisted_host(address: str | None, hosts: Hosts) -> str:
    """The host of a connector file's address that the settings do not list; empty where it is listed or not there."""
    host = _host(address) if address else None
    if address is None or host in hosts.allowed:
        return ""
    return host if host and _PLAIN_HOST.fullmatch(host) else "HOST"


def host_remedy(host: str) -> str:
    """What to do about a host that is not listed."""
    return f"if your secrets and records may go there, add to tieline.yaml: `allowed_hosts: [{host}]`"


def _inside(folder: Path, name: str, key: str) -> str:
    """A file of the workspace by its whole path. Raises WorkspaceError where it is elsewhere or not there."""
    path = (folder / name).resolve() if "\0" not in name else folder
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        message = f"{key} in tieline.yaml must name a file in the workspace, which {name!r} does not"
        raise WorkspaceError(message)
    return str(path)


def has_live_address(spec: ConnectorSpec, address: str) -> bool:
    """Whether an address leads to the host of an environment that the connector file calls live."""
    hosts = {_host(one.base_url) for one in spec.environments.values() if one.live and one.base_url}
    return _host(address) in hosts - {None}


def _host(address: str) -> str | None:
    try:
        return host_of(urlsplit(address).hostname or "") or None
    except ValueError:  # no address at all; the connector says so
        return None


def _address(spec: ConnectorSpec, settings: SystemSettings, folder: Path) -> str:
    if settings.address is None:
        name = "base_url" if spec.kind == "http" else "database" if spec.kind == "sql" else "folder"
        message = f"tieline.yaml lacks `{name}` under systems.{spec.name}"
        raise WorkspaceError(message)
    text = resolve(settings.address, folder) if _is_reference(settings.address) else settings.address
    return str((folder / text).resolve()) if spec.kind == "files" else whole_url(text, folder)


def store_address(workspace: Workspace) -> str:
    """The store's database URL; a reference is looked up."""
    text = workspace.store
    return whole_url(resolve(text, workspace.folder), workspace.folder) if _is_reference(text) else text


def _is_reference(text: str) -> bool:
    return text.partition(":")[0] in {"env", "file"}


def resolve(reference: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """The text behind `env:NAME` or `file:PATH`; raises `SecretMissingError`."""
    kind, _, name = reference.partition(":")
    if kind == "env":
        text = (os.environ if environment is None else environment).get(name)
        if not text:
            raise SecretMissingError(reference, f"the environment has no variable {name}")
        return text
    if kind == "file":
        return _from_file(reference, folder / Path(name).expanduser())
    raise SecretMissingError(reference, "only env:NAME and file:PATH can be read by this version")


def _from_file(reference: str, path: Path) -> str:
    """What an open file holds. Looked at and read is one file, also where a link is turned meanwhile.

    A link is followed, as services hand out secrets so; the rights of what it leads to count.
    """
    try:
        # O_NONBLOCK: a pipe without a writer must not make us wait for ever.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_MOST_BYTES + 1) if stat.S_ISREG(mode) else None
        text = data.decode("utf-8").strip() if data is not None else None
    except (OSError, ValueError):  # no UTF-8, or a name that no file can have
        raise SecretMissingError(reference, "the file is not there or cannot be read") from None
    if data is None or text is None:
        raise SecretMissingError(reference, "the file is not a plain one")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretMissingError(reference, "others may read the file; `chmod 600` it")
    if len(data) > _MOST_BYTES:
        raise SecretMissingError(reference, f"the file is larger than a secret ({_MOST_BYTES} bytes)")
    if not text:
        raise SecretMissingError(reference, "the file is empty")
    return text
