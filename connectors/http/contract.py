"""What can be refused before the first request: the address, and calls that cannot be made."""

import re
from collections.abc import Collection as AnyOf
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from ipaddress import ip_address
from urllib.parse import urlsplit

from connectors.http.answers import AnswerError, parsed_path
from connectors.http.route import INTERNAL, LEADS, LOOPBACK, PUBLIC, Route, is_literal, refusal, usual_port
from connectors.http.templates import SECRET, names_in
from connectors.lookup import environment_of
from engine.errors import ConnectorMismatchError, SecretMissingError
from engine.ports import Access, Call, Collection, ConnectorSpec

_HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?")
_NUMBER_LIKE = re.compile(r"(0[xX][0-9A-Fa-f]*|[0-9]+)")
_MOST_LETTERS = 253
_OUR_HEADERS = frozenset(
    {"host", "connection", "content-length", "expect", "proxy-authorization", "te", "trailer", "transfer-encoding"}
    | {"accept-encoding", "cookie", "upgrade"}
)
"""They say where a request goes and where it ends."""
_ADDRESS = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


def check_access(spec: ConnectorSpec, access: Access) -> Route:
    """The way to the system. Refuses an address that must not be called, and missing secrets.

    No message shows the address. Raises ConnectorMismatchError, SecretMissingError.
    """
    environment = environment_of(spec, access)
    fault = _address_fault(access.address, live=environment.live)
    route = None if fault else _route(access, live=environment.live)
    if route is not None and is_literal(route.host):
        barred = refusal([route.host], route.kinds)
        fault = LEADS[barred] if barred else ""
    if route is None or fault:
        raise ConnectorMismatchError(spec.name, "opening it", f"base_url of environment {environment.name} {fault}")
    for name in spec.secrets:
        if name not in access.secrets:
            raise SecretMissingError(f"{spec.name}.{name}", "the settings do not name it")
    return route


def _route(access: Access, *, live: bool) -> Route:
    """The address in its parts. A sandbox on this machine may lead to this machine, and to nothing else."""
    parts = urlsplit(access.address)
    host = (parts.hostname or "").rstrip(".")
    kinds = PUBLIC
    if access.internal:
        kinds = INTERNAL
    elif not live and _is_loopback(host):
        kinds = LOOPBACK
    port = parts.port or usual_port(parts.scheme)
    return Route(parts.scheme, host, port, parts.path.rstrip("/"), kinds, access.ca_file)


def check_calls(spec: ConnectorSpec) -> None:
    """Refuse calls that use a name nobody gives, secrets out of place, unreadable paths and rings of listings.

    Raises ConnectorMismatchError.
    """
    fault = next(_call_faults(spec), "")
    if fault:
        raise ConnectorMismatchError(spec.name, "reading its connector file", fault)


def _address_fault(address: str, *, live: bool) -> str:
    if not _ADDRESS.fullmatch(address):
        return "must be https://host/path, without a user name, a query or a fragment"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is not an address"
    if port == 0:
        return "has the port 0"
    if any(segment in {".", ".."} for segment in parts.path.split("/")):
        return "holds a path that goes upwards"
    loopback = _is_loopback(host) if len(host) <= _MOST_LETTERS else None
    if loopback is None:
        return "has a host that is neither a name nor an IP address in its usual form"
    if parts.scheme == "http" and (live or not loopback):
        return "must begin with https:// (http:// is for a sandbox on this machine)"
    return ""


def _is_loopback(host: str) -> bool | None:
    """Whether a host is this machine; None: it is no proper host. `127.1`, `0x7f000001` and the like are not proper."""
    if is_literal(host):
        return ip_address(host).is_loopback
    if not _HOST_NAME.fullmatch(host) or _NUMBER_LIKE.fullmatch(host.rstrip(".").rsplit(".", 1)[-1]):
        return None
    return host.lower().rstrip(".") == "localhost"


def _call_faults(spec: ConnectorSpec) -> Iterator[str]:
    secrets = {SECRET + name for name in spec.secrets}
    if spec.authentication:
        login = spec.authentication.login
        yield from _misplaced("the login", login, secrets, secrets)
        yield from _path_fault("the login's token", spec.authentication.token)
        yield from _own_header("authentication.header", [spec.authentication.header])
        if any(name != "token" for name in names_in(spec.authentication.value)):
            yield "authentication.value may use {token} only"
    yield from _path_fault("error_message", spec.error_message)
    for collection in spec.collections.values():
        for where, call, names in _calls_of(collection):
            yield from _misplaced(f"{collection.name}, {where}", call, names, secrets)
            yield from _path_fault(f"{collection.name}, {where}", call.rows)
        if collection.create:
            yield from _path_fault(f"{collection.name}, create", collection.create.new_key)
        yield from _each_faults(spec, collection)
    yield from _rings(spec)


def _calls_of(collection: Collection) -> Iterator[tuple[str, Call, set[str]]]:
    if collection.listing:
        paging = {"page", "size"} if collection.listing.paging else set()
        yield "list", collection.listing.call, {*collection.listing.each, *paging}
    if collection.detail:
        yield "detail", collection.detail, {"key"}
    if collection.update:
        yield "update", collection.update.call, {"key", "version", "idempotency_key", *collection.columns}
    if collection.create:
        yield "create", collection.create.call, {"idempotency_key", *collection.columns}


def _misplaced(where: str, call: Call, names: AnyOf[str], secrets: AnyOf[str]) -> Iterator[str]:
    places = (
        ("path", call.path, {name for name in names if not name.startswith(SECRET)}),
        ("headers", call.headers, {*names, *secrets}),
        ("body", call.body, names),
    )
    for place, template, known in places:
        for name in names_in(template):
            if name not in known:
                yield f"{where}: nothing gives {{{name}}} in the {place}"
    if not call.path.startswith("/"):
        yield f"{where}: the path must begin with /"
    yield from _own_header(where, call.headers)


def _own_header(where: str, headers: AnyOf[str]) -> Iterator[str]:
    for header in headers:
        if header.strip().lower() in _OUR_HEADERS:
            yield f"{where}: the header {header} is written by tieline itself"


def _path_fault(where: str, path: str) -> Iterator[str]:
    try:
        if path:
            parsed_path(path)
    except AnswerError as error:
        yield f"{where}: {error}"


def _each_faults(spec: ConnectorSpec, collection: Collection) -> Iterator[str]:
    for name, source in collection.listing.each.items() if collection.listing else ():
        other, _, column = source.partition(".")
        if other not in spec.collections or column not in spec.collections[other].columns:
            yield f"{collection.name}, list: each.{name} names {source}, which it does not have"
        elif spec.collections[other].listing is None:
            yield f"{collection.name}, list: each.{name} names {other}, which cannot be listed"


def _rings(spec: ConnectorSpec) -> Iterator[str]:
    graph = {
        each.name: {source.partition(".")[0] for source in each.listing.each.values()}
        for each in spec.collections.values()
        if each.listing
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        yield "listings need one another in a ring (each)"
