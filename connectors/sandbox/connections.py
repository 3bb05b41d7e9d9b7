"""Connections that a fault switch can break off: an ASGI application cannot do it by itself."""

import asyncio
import socket
import struct
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_open: dict[tuple[str, int], asyncio.Transport] = {}
_RESET_AT_ONCE = struct.pack("ii", 1, 0)


class BreakableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, with its open transports known by the client's address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Remember the transport."""
        super().connection_made(transport)
        _open[transport.get_extra_info("peername")] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        _open.pop(self.transport.get_extra_info("peername"), None)
        super().connection_lost(exc)


async def break_off(scope: Scope, receive: Receive, *, reset: bool = False) -> None:
    """Close the request's connection without an answer: an orderly close, or a TCP reset."""
    transport = _open.get(cast("tuple[str, int]", tuple(scope["client"])))
    if transport is not None:
        if reset:
            line = transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
