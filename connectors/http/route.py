"""Which addresses a host may lead to: looked up by ourselves, checked, and only then connected to.

A name that leads elsewhere at the second look-up (DNS rebinding) gets nothing: what is connected to is the address that
was checked, and it is kept while it answers.
"""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

Kind = Literal["public", "private", "loopback", "barred"]
"""private: of an organisation's own network. loopback: this machine. barred: nobody's record lies there (link-local,
metadata of clouds, multicast, reserved, and forms that hide an address within another one)."""

PUBLIC: frozenset[Kind] = frozenset({"public"})
LOOPBACK: frozenset[Kind] = frozenset({"loopback"})
INTERNAL: frozenset[Kind] = frozenset({"public", "private", "loopback"})

LEADS = {
    "internal": "leads to this machine or into its own network; if it is meant to, add the host to `internal_hosts` in"
    " tieline.yaml",
    "barred": "leads to an address that is nobody's (link-local, a cloud's metadata, multicast, reserved), or away from"
    " this machine where only this machine may be called; nothing is sent there",
}
"""What is said of a host that is not called."""

_METADATA = ("168.63.129.16", "100.100.100.200", "fd00:ec2::254")
_BARRED = (
    *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    *_METADATA,
)
_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("barred", _BARRED),
    ("loopback", ("127.0.0.0/8", "::1")),
    ("private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")),
    ("public", ("0.0.0.0/0", "2000::/3")),
)
"""By IANA's registries of special addresses, first match first; IPv6 beyond 2000::/3 is nobody's. A table of our own,
for the library's `is_global` differs between versions of Python."""
_NETWORKS = tuple((kind, tuple(ip_network(one) for one in networks)) for kind, networks in _KINDS)
_NAT64 = ip_network("64:ff9b::/96")


class NoWayError(Exception):
    """A host has no address that may be connected to. Nothing was sent."""

    def __init__(self, kind: Literal["no connection", "internal", "barred"]) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a system is: the base URL in its parts, and which kinds of addresses its host may lead to.

    `ca_file` names the certificates that vouch for it in place of the usual ones.
    """

    scheme: str
    host: str = field(repr=False)
    port: int = field(repr=False)
    path: str = field(repr=False)
    kinds: frozenset[Kind]
    ca_file: str | None = None

    def named(self) -> str:
        """What stands in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _USUAL_PORTS[self.scheme] else f"{host}:{self.port}"

    def at(self, address: str) -> str:
        """The base URL with an address in place of the host."""
        return f"{self.scheme}://{f'[{address}]' if ':' in address else address}:{self.port}{self.path}"


_USUAL_PORTS = {"http": 80, "https": 443}


def usual_port(scheme: str) -> int:
    """The port of an address that names none."""
    return _USUAL_PORTS[scheme]


def is_literal(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def kind_of(address: str) -> Kind:
    """The kind of an IP address. One that carries another one (mapped, NAT64) is public only where that one is."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:
            return "barred"
        carried = parsed.ipv4_mapped or (IPv4Address(int(parsed) & 0xFFFFFFFF) if parsed in _NAT64 else None)
        if carried is not None:
            return "public" if kind_of(str(carried)) == "public" else "barred"
    return next((kind for kind, networks in _NETWORKS if any(parsed in one for one in networks)), "barred")


def refusal(addresses: Sequence[str], kinds: frozenset[Kind]) -> Literal["internal", "barred"] | None:
    """Why a host with these addresses is not called; None: it may be.

    One bad address among good ones refuses them all: an honest name does not lead inside and outside at once, and to
    pass over it in silence would hide either an attack or a mistake. `internal` can be allowed by the settings.
    """
    found = {kind_of(address) for address in addresses} - kinds
    if not found:
        return None
    return "internal" if kinds == PUBLIC and "barred" not in found else "barred"


class Way:
    """The checked addresses of one host: looked up once, and again only when none of them takes a connection."""

    def __init__(self, route: Route, seconds: float) -> None:
        self._route, self._seconds = route, seconds
        self._known: tuple[str, ...] = ()

    async def addresses(self) -> Sequence[str]:
        """The addresses to try, in this order. Raises NoWayError."""
        if not self._known:
            found = await self._looked_up()
            fault = refusal(found, self._route.kinds)
            if fault:
                raise NoWayError(fault)
            self._known = found
        return self._known

    def keep(self, address: str) -> None:
        """This one took a connection: begin with it from now on."""
        self._known = (address, *(other for other in self._known if other != address))

    def forget(self) -> None:
        """None of them took a connection: look again next time, and check again."""
        self._known = ()

    async def _looked_up(self) -> tuple[str, ...]:
        if is_literal(self._route.host):
            return (self._route.host,)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                rows = await loop.getaddrinfo(self._route.host, self._route.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # TimeoutError is an OSError; a label that is no name is a UnicodeError
            raise NoWayError("no connection") from None
        if not rows:
            raise NoWayError("no connection")
        return tuple(dict.fromkeys(str(row[4][0]) for row in rows))
