"""A scripted HTTP server on this machine that counts what it sees, and a clock whose waiting takes no time."""

import json
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal


class FastClock:
    """The real clock, moved on by every sleep instead of waiting."""

    def __init__(self) -> None:
        self.moved = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.moved)

    def monotonic(self) -> float:
        return time.monotonic() + self.moved

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moved += seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server got it."""

    verb: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float
    number: int

    def json(self) -> dict[str, object]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. `announced` is the length said in the header; `end` what happens to the connection."""

    status: int = 200
    body: bytes = b""
    media: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    announced: int | None = None
    end: Literal["keep", "close", "reset", "silent reset", "silent close"] = "keep"
    wait: float = 0.0
    drip: float = 0.0


def as_json(value: object, status: int = 200, **rest: str) -> Reply:
    return Reply(status, json.dumps(value).encode(), headers=rest)


Answering = Callable[[Seen], Reply]


class Site:
    """Answers every request by `answer`; keeps all that it saw. With `tls` it speaks TLS alone."""

    def __init__(self, clock: FastClock, tls: ssl.SSLContext | None = None) -> None:
        self.clock, self.seen, self.connections = clock, list[Seen](), 0
        self.answer: Answering = lambda _: as_json([])
        self.busy = self.busiest = 0
        self._lock = threading.Lock()
        self._server = _Server(self)
        if tls is not None:  # the handshake belongs to the connection's own thread
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def connected(self) -> None:
        with self._lock:
            self.connections += 1

    @contextmanager
    def noted(self, verb: str, path: str, headers: Mapping[str, str], body: bytes) -> Iterator[Seen]:
        with self._lock:
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            seen = Seen(verb, path, headers, body, self.clock.monotonic(), len(self.seen))
            self.seen.append(seen)
        try:
            yield seen
        finally:
            with self._lock:
                self.busy -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128  # with 5, as it is by itself, eight connections at once may be turned away

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site

    def handle_error(self, request: object, client_address: object) -> None:
        """Connections break off in these tests on purpose; anything else is told."""
        if not isinstance(sys.exc_info()[1], OSError | ValueError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as they came


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.site.connected()

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.site.noted(self.command, self.path, headers, body) as seen:
            try:
                self._reply(self.server.site.answer(seen))
            except ConnectionError:
                self.close_connection = True

    def _reply(self, reply: Reply) -> None:
        time.sleep(reply.wait)
        if not reply.end.startswith("silent"):
            self._write(reply)
        if reply.end.endswith("reset"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply.end != "keep":
            self.close_connection = True
            self.connection.close()

    def _write(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name.replace("_", "-"), value)
        if reply.body:
            self.send_header("Content-Type", reply.media)
        if reply.status not in {204, 304}:
            length = len(reply.body) if reply.announced is None else reply.announced
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if not reply.drip:
            self.wfile.write(reply.body)
        for letter in reply.body if reply.drip else b"":
            self.wfile.write(bytes([letter]))
            time.sleep(reply.drip)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815  the names that the library calls

    def log_message(self, *_: object) -> None:
        pass
