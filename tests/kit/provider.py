"""Run the counting provider: `python -m tests.kit.provider`. It prints its address, and stops when its input ends.

`/__reset` begins anew, `/__counts` and `/__log` say what was carried out and what was asked, `/__people` what stands,
`/__edit` changes a record as somebody else would, `/__faults` says what goes wrong, `/__release` lets waiting writes
go on, `/__clock` puts the clock forward.
"""

import asyncio
import json
import os
import socket
import sys
import threading
import time
from typing import Any

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.kit.faults import Fault, Faults
from tests.kit.people import CLASSES, Asked, People, Record, Reply

WRITES = ("POST", "PUT", "PATCH")


class Provider:
    """One ASGI endpoint: `/CLASS/people/PAGE/SIZE`, `/CLASS/people/KEY` and `/CLASS/people`."""

    def __init__(self) -> None:
        self.people, self.faults = People(), Faults()
        self.log: list[dict[str, Any]] = []
        self.waiting = 0
        self.gate = asyncio.Event()
        self._later: set[asyncio.Task[None]] = set()
        self._by_key: dict[str, asyncio.Lock] = {}
        self._era = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        if request.url.path.startswith("/__"):
            value = self._admin(request.url.path[3:], json.loads(body or b"null"))
            await Response(json.dumps(value), media_type="application/json")(scope, receive, send)
            return
        line = {
            "verb": request.method,
            "path": request.url.path,
            "headers": dict(request.headers),
            "begun": time.monotonic(),
            "ended": None,
            "status": None,
        }
        self.log.append(line)
        response = await self._answer(request, body)
        line["status"], line["ended"] = response.status_code, time.monotonic()
        await response(scope, receive, send)

    async def _answer(self, request: Request, body: bytes) -> Response:
        verb, path = request.method, request.url.path
        fault = self.faults.of(verb, path)
        kind, _, rest = path.strip("/").partition("/")
        name, _, rest = rest.partition("/")
        if kind not in CLASSES or name != "people":
            return _json(Reply(404, {"error": "no such place"}))
        if verb in WRITES:
            asked = Asked(kind, verb, rest, dict(request.headers), body)
            return await self._written(asked, fault)
        if fault is not None and fault.kind == "answer":
            return _told(fault)
        if "/" not in rest:
            return _json(self.people.one(kind, rest))
        number, size = (int(one) for one in rest.split("/"))
        return _json(Reply(200, self._page(kind, number, size, fault)))

    def _page(self, kind: str, number: int, size: int, fault: Fault | None) -> list[Record]:
        if fault is not None and fault.kind == "repeat":
            return self.people.page(kind, 1, size)
        rows = self.people.page(kind, number + (fault is not None and fault.kind == "skip"), size)
        return rows[:-1] if fault is not None and fault.kind == "short" else rows

    async def _written(self, asked: Asked, fault: Fault | None) -> Response:
        match fault.kind if fault is not None else "":
            case "answer" if fault is not None:
                if fault.wrote:
                    await self._write(asked)
                return _told(fault)
            case "late" if fault is not None:
                task = asyncio.create_task(self._write_later(asked, fault.seconds))
                self._later.add(task)
                task.add_done_callback(self._later.discard)
                return _told(fault)
            case "slow" if fault is not None:
                return _json(await self._write_after(asked, fault.seconds))
            case "barrier":
                self.waiting += 1
                try:
                    await self.gate.wait()
                finally:
                    self.waiting -= 1
        return _json(await self._write(asked))

    async def _write_later(self, asked: Asked, seconds: float) -> None:
        await self._write_after(asked, seconds)

    async def _write_after(self, asked: Asked, seconds: float) -> Reply:
        era = self._era
        await asyncio.sleep(seconds)
        return await self._write(asked) if era == self._era else Reply(503, {"error": "begun anew meanwhile"})

    async def _write(self, asked: Asked) -> Reply:
        """One write at a time for each idempotency key: the second one waits, and has the first one's answer."""
        lock = self._by_key.setdefault(asked.headers.get("idempotency-key", ""), asyncio.Lock())
        async with lock:
            return self.people.write(asked)

    def _admin(self, name: str, said: Any) -> object:  # noqa: ANN401  a JSON document of any shape
        match name:
            case "reset":
                self._era += 1
                self.people.reset(said["kind"], said["records"])
                self.people.keeps = said.get("keeps", self.people.keeps)
                self.faults.set([])
                self.log.clear()
                self._by_key.clear()
                self.gate.set()
                self.gate = asyncio.Event()
            case "counts":
                return {"effects": self.people.effects, "requests": len(self.log), "writes": self._writes()}
            case "log":
                return self.log
            case "people":
                return list(self.people.records[said].values())
            case "edit":
                self.people.edit(said["kind"], said["id"], said["values"])
            case "faults":
                self.faults.set(said)
            case "waiting":
                return {"waiting": self.waiting, "later": len(self._later)}
            case "release":
                self.gate.set()
            case "clock":
                self.people.ahead += said["seconds"]
            case _:
                return {"error": f"there is no /__{name}"}
        return {}

    def _writes(self) -> int:
        return sum(line["verb"] in WRITES for line in self.log)


def _json(reply: Reply) -> Response:
    return Response(json.dumps(reply.value), reply.status, reply.headers, "application/json")


def _told(fault: Fault) -> Response:
    return Response(fault.text.encode(), fault.status, dict(fault.headers), fault.media)


def _stop_with_input(server: uvicorn.Server) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.should_exit = True


def main() -> None:
    """Listen at a port that the system chooses, until standard input ends."""
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    line.bind(("127.0.0.1", 0))
    line.listen(128)
    config = uvicorn.Config(Provider(), log_level="critical", access_log=False, timeout_keep_alive=75, lifespan="off")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    threading.Thread(target=_stop_with_input, args=(server,), daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{line.getsockname()[1]}\n")  # it answers as soon as it runs: the line listens
    sys.stdout.flush()
    server.run(sockets=[line])


if __name__ == "__main__":
    main()
