"""The OneFile sandbox as an ASGI application: the web service, its fault switches and its admin addresses."""

import asyncio
import json
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from connectors.sandbox.connections import break_off
from connectors.sandbox.faults import STATUS_KINDS, Fault, Faults
from connectors.sandbox.onefile_admin import Admin
from connectors.sandbox.onefile_api import Answer, Api, Call
from connectors.sandbox.onefile_facts import BASE_PATH
from connectors.sandbox.onefile_store import to_json

_CUT_SHORT = 64
"""Bytes by which `half` announces more than it sends."""
_HTML = "<!doctype html><title>OneFile</title><h1>We will be back soon</h1>"

Doing = Callable[[], Awaitable[None]]


class OneFile:
    """One ASGI endpoint for every path. Paths that begin with `/__` are admin addresses."""

    def __init__(self, api: Api) -> None:
        self.api, self.faults = api, Faults()
        self.admin = Admin(api, self.faults)
        self.open_calls = 0
        self.later: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or break off as a fault switch says."""
        request = Request(scope, receive)
        path = request.url.path
        try:
            if path.startswith("/__"):
                answer = self.admin.answer(request.method, path, await request.body())
                await _response(answer)(scope, receive, send)
                return
            self.open_calls += 1
            try:
                relative = path[len(BASE_PATH) :] if path.lower().startswith(f"{BASE_PATH}/") else "/elsewhere"
                headers = {name.lower(): value for name, value in request.headers.items()}
                call = Call(request.method, relative, headers, await request.body())
                await self._serve(call, scope, receive, send)
            finally:
                self.open_calls -= 1
        except ClientDisconnect:
            return

    async def _serve(self, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        self.api.store.note_call(call.route, wrote=call.writes, overlap=self.open_calls)
        fault = self.faults.pick(call.verb, call.path)
        kind = fault.kind if fault else ""
        if fault and kind == "slow":
            await asyncio.sleep(fault.seconds)
        if kind in {"reset", "late_commit"}:
            if fault and kind == "late_commit":
                self._do_later(fault.seconds, call)
            await break_off(scope, receive, reset=kind == "reset")
            return
        answer = (canned(fault) if fault else None) or self.api.answer(call)
        if kind == "lost_answer":
            await break_off(scope, receive)
        elif kind == "half":
            await _send_half(answer, send)
        else:
            await _response(answer)(scope, receive, send)

    def _do_later(self, seconds: float, call: Call) -> None:
        async def act() -> None:
            await asyncio.sleep(seconds)
            self.api.answer(call)

        task = asyncio.create_task(act())
        self.later.add(task)
        task.add_done_callback(self.later.discard)


def canned(fault: Fault) -> Answer | None:
    """The answer that a switch gives in place of the service, which then does nothing; None: the service answers."""
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
    if fault.kind in STATUS_KINDS:
        return Answer(int(fault.kind), to_json({"message": "a fault switch says no"}), headers=headers)
    if fault.kind == "html":
        return Answer(fault.status or HTTPStatus.OK, _HTML, "text/html", headers)
    if fault.kind == "redirect":
        return Answer(fault.status or HTTPStatus.FOUND, headers={"Location": fault.location})
    return None


def _response(answer: Answer) -> Response:
    return Response(answer.body or None, answer.status, dict(answer.headers), answer.media if answer.body else None)


async def _send_half(answer: Answer, send: Send) -> None:
    """Send the first half of an answer that announces more, and leave: the server then closes the connection."""
    whole = (answer.body or '{"ID":0}').encode()
    length = str(len(whole) + _CUT_SHORT).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
    await send({"type": "http.response.body", "body": whole[: len(whole) // 2], "more_body": True})


def _tell_fault(_request: Request, error: Exception) -> Response:
    """Log where the sandbox itself failed, without the error's text: it may hold a record's value."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    sys.stderr.write(json.dumps({"error": type(error).__name__, "file": last.filename, "line": last.lineno}) + "\n")
    return Response('{"message":"the sandbox failed"}', 500, media_type="application/json")


def application(api: Api) -> Starlette:
    """The ASGI application over a web service; it closes the store when it stops."""

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        api.store.close()

    everything = Route("/{path:path}", OneFile(api), methods=None)
    return Starlette(routes=[everything], lifespan=life, exception_handlers={Exception: _tell_fault})
