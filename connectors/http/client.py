"""The only module that knows the HTTP library. The event loop lives here; outside everything is synchronous.

It does what the library leaves open: a total time for each request with its body, a cap on the body counted after
inflating it, no proxies from the environment, no redirects, no cookies, no log lines with addresses in them.
"""

import asyncio
import ssl
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Literal

import httpx

from connectors.http.route import NoWayError, Route, Way
from engine.crashpoints import crashpoint
from engine.loggers import silence
from engine.ports import Limits

FaultKind = Literal[
    "no connection", "internal", "barred", "untrusted", "unsendable", "late", "broken", "half", "large", "garbled"
]
"""no connection, internal, barred, untrusted, unsendable: nothing has left (internal, barred: the host has an address
that may not be called). late: the time ran out. broken: the connection broke off before an answer. half: it broke off
within the answer. large: over the cap. garbled: not HTTP, or packed wrongly."""

NOT_SENT: frozenset[FaultKind] = frozenset({"no connection", "internal", "barred", "untrusted", "unsendable"})

FAULTS: Mapping[type[Exception], FaultKind] = {
    httpx.ConnectError: "no connection",
    httpx.ConnectTimeout: "no connection",
    httpx.PoolTimeout: "no connection",
    httpx.ProxyError: "no connection",
    httpx.InvalidURL: "unsendable",
    httpx.UnsupportedProtocol: "unsendable",
    httpx.CookieConflict: "unsendable",
    httpx.LocalProtocolError: "broken",
    httpx.ReadTimeout: "late",
    httpx.WriteTimeout: "late",
    httpx.TimeoutException: "late",
    httpx.ReadError: "broken",
    httpx.WriteError: "broken",
    httpx.CloseError: "broken",
    httpx.NetworkError: "broken",
    httpx.RemoteProtocolError: "broken",
    httpx.ProtocolError: "broken",
    httpx.TransportError: "broken",
    httpx.DecodingError: "garbled",
    httpx.TooManyRedirects: "garbled",
    httpx.HTTPStatusError: "garbled",
    httpx.RequestError: "broken",
    httpx.HTTPError: "broken",
    httpx.RequestNotRead: "garbled",
    httpx.ResponseNotRead: "garbled",
    httpx.StreamClosed: "garbled",
    httpx.StreamConsumed: "garbled",
    httpx.StreamError: "garbled",
    OSError: "broken",
}
"""Every exception of the library, special ones first, and what the operating system adds. In doubt it was sent."""

_IDLE_SECONDS = 3.0
"""Less than servers keep a connection: a write must not meet one that is just being closed."""
_GZIP = 31
_MOST_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` begins with `/` and is percent-encoded; it and all else may hold values, so none is shown."""

    verb: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `media` is the content type in lower case without its parameters."""

    status: int
    media: str
    body: bytes = field(repr=False)
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """There is no whole answer, and why."""

    kind: FaultKind


class _BodyError(Exception):
    def __init__(self, kind: FaultKind) -> None:
        self.kind = kind
        super().__init__(kind)


class Client:
    """Connections along one route; `count` is called for every request. Not for several threads at once.

    Raises CertificatesError where the route's file of certificates holds none.
    """

    def __init__(self, route: Route, limits: Limits, count: Callable[[], None]) -> None:
        silence()
        self._count = count
        self._route, self._limits = route, limits
        connect = min(_MOST_CONNECT_SECONDS, limits.timeout / 3)
        self._way = Way(route, connect)
        self._http = httpx.AsyncClient(
            verify=_trust(route),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(limits.timeout, connect=connect),
            limits=httpx.Limits(
                max_connections=limits.concurrency,
                max_keepalive_connections=limits.concurrency,
                keepalive_expiry=_IDLE_SECONDS,
            ),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "Host": route.named(),
                "User-Agent": "tieline",
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
            },
        )
        self._runner = asyncio.Runner()

    def exchange(self, requests: Sequence[Request], seconds: float, *, writing: bool = False) -> list[Answer | Fault]:
        """Send all at once, wait for all, and give what came back in the same order.

        `seconds` bounds each request with its body, below the connector file's own timeout. `writing` puts a crash
        point on both sides of every request.
        """
        return self._runner.run(self._together(requests, seconds, writing))

    def close(self) -> None:
        """Give up the connections and the event loop."""
        self._runner.run(self._http.aclose())
        self._runner.close()

    async def _together(self, requests: Sequence[Request], seconds: float, writing: bool) -> list[Answer | Fault]:  # noqa: FBT001  private
        try:
            await self._way.addresses()
        except NoWayError as error:
            return [Fault(error.kind) for _ in requests]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._one(request, seconds, writing)) for request in requests]
        return [task.result() for task in tasks]

    async def _one(self, request: Request, seconds: float, writing: bool) -> Answer | Fault:  # noqa: FBT001  private
        if writing:
            crashpoint("writer.send.before")
        self._count()
        result = await self._ask(request, min(seconds, self._limits.timeout))
        if writing:
            crashpoint("writer.send.after")
        return result

    async def _ask(self, request: Request, seconds: float) -> Answer | Fault:
        """Ask at the first of the host's checked addresses that takes a connection."""
        result: Answer | Fault = Fault("no connection")
        try:
            async with asyncio.timeout(seconds):
                for address in tuple(await self._way.addresses()):
                    result = await self._at(address, request)
                    if result != Fault("no connection"):
                        self._way.keep(address)
                        return result
        except TimeoutError:
            return Fault("late")
        except NoWayError as error:
            return Fault(error.kind)
        self._way.forget()
        return result

    async def _at(self, address: str, request: Request) -> Answer | Fault:
        """Ask at one address. Host header, server name and certificate stay those of the host's name."""
        begun = False
        url, headers = self._route.at(address) + request.path, dict(request.headers)
        names = {"sni_hostname": self._route.host}
        try:
            async with self._http.stream(
                request.verb, url, headers=headers, content=request.body, extensions=names
            ) as response:
                begun = True
                return await _answer(response, self._limits.max_body)
        except _BodyError as error:
            return Fault(error.kind)
        except tuple(FAULTS) as error:
            kind = fault_kind(error)
            return Fault("half" if begun and kind == "broken" else kind)


class CertificatesError(Exception):
    """A file of certificates holds none, or cannot be read."""


def _trust(route: Route) -> ssl.SSLContext:
    """Whom we believe: the usual certificates, or those of the route's file alone. Never older than TLS 1.2."""
    try:
        context = ssl.create_default_context(cafile=route.ca_file) if route.ca_file else _usual_trust()
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        raise CertificatesError from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@cache
def _usual_trust() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def fault_kind(error: BaseException) -> FaultKind:
    """What an exception of the library means: the one place that maps them."""
    kind = next((kind for known, kind in FAULTS.items() if isinstance(error, known)), FAULTS[OSError])
    return "untrusted" if kind == "no connection" and _from_certificate(error) else kind


def _from_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _answer(response: httpx.Response, cap: int) -> Answer:
    headers = response.headers
    packing = headers.get("Content-Encoding", "").strip().lower()
    if packing not in {"", "identity", "gzip"}:
        raise _BodyError("garbled")
    body = await _body(response, cap, packed=packing == "gzip")
    media = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Answer(response.status_code, media, body, headers.get("Retry-After", "").strip())


async def _body(response: httpx.Response, cap: int, *, packed: bool) -> bytes:
    """The body, inflated by ourselves: the library would inflate a chunk a thousandfold before it can be counted."""
    unpacker = zlib.decompressobj(_GZIP)
    body = bytearray()
    got_any = False
    async for chunk in response.aiter_raw():
        got_any = True
        body += _inflated(unpacker, chunk, cap + 1 - len(body)) if packed else chunk
        if len(body) > cap:
            raise _BodyError("large")
    if packed and got_any and not unpacker.eof:
        raise _BodyError("half")
    return bytes(body)


def _inflated(unpacker: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    if unpacker.eof:
        raise _BodyError("garbled")
    try:
        return unpacker.decompress(chunk, room)
    except zlib.error:
        raise _BodyError("garbled") from None
