"""A proxy before the provider that spoils what passes through it, by request number or by seed.

It speaks just as much HTTP/1.1 as is needed to tell one request from the next: heads, and bodies with a length.
"""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal[
    "latency", "bandwidth", "reset_after", "half_close", "slice", "dup_request", "drop_response", "black_hole",
    "corrupt", "raw", "refuse",
]  # fmt: skip

_RESET = struct.pack("ii", 1, 0)
_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Toxic:
    """What happens to one request.

    latency: it is passed on `amount` seconds later. bandwidth: the answer comes at `amount` bytes a second. slice: in
    pieces of `amount` bytes. reset_after: the connection is reset after `amount` bytes of the answer. half_close: it
    is closed in good order after half of it. dup_request: it is passed on twice, and the second answer counts.
    drop_response: the connection closes instead of an answer. black_hole: no answer ever; nothing passed on unless
    `passed`. corrupt: one byte of the answer's body is no UTF-8. raw: `text` is the answer, after passing the request
    on where `passed`. refuse: the connection is reset before anything is read of what follows.
    """

    kind: Kind
    amount: float = 0.0
    passed: bool = True
    text: bytes = b""


Script = Callable[["Message", int], Toxic | None]
"""Gives what happens to a request; the number counts the writes, from 1, and is 0 for other requests."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer, as bytes. `verb` is the first word of its first line."""

    head: bytes
    body: bytes

    @property
    def verb(self) -> str:
        return self.head.split(b" ", 1)[0].decode("latin-1")

    @property
    def whole(self) -> bytes:
        return self.head + self.body


def clean(_message: Message, _number: int) -> Toxic | None:
    """Spoils nothing."""
    return None


def on_writes(toxic: Toxic, *, first: int = 1, times: int = 1_000_000) -> Script:
    """Spoils these writes by their number."""
    return lambda _message, number: toxic if first <= number < first + times else None


def on_reads(toxic: Toxic, times: int) -> Script:
    """Spoils the first reads."""
    left = iter(range(times))
    return lambda message, _number: toxic if message.verb == "GET" and next(left, None) is not None else None


def by_seed(seed: int, toxics: Sequence[Toxic], share: float = 0.5) -> Script:
    """Spoils a share of all writes, by chance."""
    chance = random.Random(seed)

    def choose(_message: Message, number: int) -> Toxic | None:
        return chance.choice(toxics) if number and chance.random() < share else None

    return choose


@dataclass(slots=True)
class Proxy:
    """A running proxy. Set `script`; `writes` counts the requests that are to write, as they came in."""

    upstream: str
    url: str = ""
    script: Script = clean
    writes: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def reset(self, script: Script = clean) -> None:
        """Count from nothing, by a new script."""
        self.script, self.writes = script, 0

    async def serve(self) -> asyncio.Server:
        """Listen at a port that the system chooses."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=_LIMIT)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            with suppress(OSError):
                writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection goes on."""
        request = await _read(reader)
        self.writes += request.verb != "GET"
        toxic = self.script(request, self.writes if request.verb != "GET" else 0)
        if toxic is None:
            return await _tell(writer, await self._ask(request))
        match toxic.kind:
            case "refuse":
                return _break(writer)
            case "black_hole":
                if toxic.passed:
                    await self._ask(request)
                await reader.read()  # until the client gives up
                return False
            case "latency":
                await asyncio.sleep(toxic.amount)
            case "dup_request":
                await self._ask(request)
        answer = await self._ask(request) if toxic.passed else b""
        return await _spoiled(writer, answer, toxic)

    async def _ask(self, request: Message) -> bytes:
        """The provider's answer, over a connection of its own."""
        host = urlsplit(self.upstream)
        reader, writer = await asyncio.open_connection(host.hostname, host.port, limit=_LIMIT)
        try:
            writer.write(request.whole)
            return (await _read(reader)).whole
        finally:
            writer.close()


async def _spoiled(writer: asyncio.StreamWriter, answer: bytes, toxic: Toxic) -> bool:
    match toxic.kind:
        case "drop_response":
            return False
        case "raw":
            await _tell(writer, toxic.text)
            return False
        case "corrupt":
            at = len(answer) - max(1, (len(answer) - answer.index(b"\r\n\r\n") - 4) // 2)
            return await _tell(writer, answer[:at] + b"\xff" + answer[at + 1 :])
        case "reset_after":
            await _tell(writer, answer[: int(toxic.amount)])
            await asyncio.sleep(0.01)  # what was written leaves first: a reset throws away what stands in the buffer
            return _break(writer)
        case "half_close":
            await _tell(writer, answer[: len(answer) - len(answer) // 4])
            writer.write_eof()
            return False
        case "slice":
            for at in range(0, len(answer), int(toxic.amount)):
                await _tell(writer, answer[at : at + int(toxic.amount)])
            return True
        case "bandwidth":
            step = max(1, int(toxic.amount / 50))
            for at in range(0, len(answer), step):
                await _tell(writer, answer[at : at + step])
                await asyncio.sleep(0.02)
            return True
    return await _tell(writer, answer)


async def _tell(writer: asyncio.StreamWriter, text: bytes) -> bool:
    writer.write(text)
    await writer.drain()
    return True


def _break(writer: asyncio.StreamWriter) -> bool:
    line = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
    return False


async def _read(reader: asyncio.StreamReader) -> Message:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return Message(head, await reader.readexactly(int(value)))
    return Message(head, b"")


@contextmanager
def proxy_before(upstream: str) -> Iterator[Proxy]:
    """A proxy in a thread of its own."""
    proxy = Proxy(upstream)
    loop = proxy._loop
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(proxy.serve(), loop).result()

    async def end() -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    yield proxy
    asyncio.run_coroutine_threadsafe(end(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
