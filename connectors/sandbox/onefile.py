"""Run the OneFile sandbox: `python -m connectors.sandbox.onefile --state DIR --port 0`.

It listens on 127.0.0.1, prints one JSON line when it does, and stops on SIGTERM.
"""

import argparse
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from connectors.sandbox import onefile_facts as facts
from connectors.sandbox.connections import BreakableProtocol
from connectors.sandbox.onefile_api import Api
from connectors.sandbox.onefile_app import application
from connectors.sandbox.onefile_store import Store

HOST = "127.0.0.1"
TOKEN_VARIABLE = "TIELINE_SANDBOX_TOKEN"  # noqa: S105  a variable's name
_IDLE_SECONDS = 75
_STOP_SECONDS = 2


class AnnouncingServer(uvicorn.Server):
    """A server that prints one JSON line once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say where."""
        await super().startup(sockets=sockets)
        port = sockets[0].getsockname()[1] if sockets else self.config.port
        line = {"system": "onefile", "base_url": f"http://{HOST}:{port}{facts.BASE_PATH}", "pid": os.getpid()}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def stop_with_input(self) -> None:
        """Stop when standard input ends: when the process that started this one is gone."""
        while os.read(sys.stdin.fileno(), 1024):  # unbuffered: a daemon thread may not hold the buffer at exit
            pass
        self.should_exit = True


def arguments() -> argparse.Namespace:
    """What the command line says."""
    title = __doc__.partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m connectors.sandbox.onefile", description=title)
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="the folder that keeps its records")
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    parser.add_argument("--calls-per-minute", type=int, default=facts.CALLS_PER_MINUTE, metavar="N")
    parser.add_argument("--retry-after", action="store_true", help="say in a 429 when to come again")
    parser.add_argument("--token", default=os.environ.get(TOKEN_VARIABLE, facts.SANDBOX_TOKEN), metavar="TEXT")
    parser.add_argument("--stop-with-input", action="store_true", help="stop when standard input ends")
    return parser.parse_args()


def main() -> None:
    """Listen until told to stop."""
    chosen = arguments()
    # Named as TCP, or asyncio leaves Nagle's algorithm on and each answer takes 40 milliseconds.
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.bind((HOST, chosen.port))
    api = Api(Store(chosen.state), chosen.token, max(1, chosen.calls_per_minute), chosen.retry_after)
    config = uvicorn.Config(
        application(api),
        http=BreakableProtocol,
        log_level="critical",
        access_log=False,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    server = AnnouncingServer(config)
    if chosen.stop_with_input:
        threading.Thread(target=server.stop_with_input, daemon=True).start()
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, lambda *_: None)  # uvicorn raises the signal again after it has stopped
    server.run(sockets=[line])


if __name__ == "__main__":
    main()
