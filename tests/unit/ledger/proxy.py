"""Between a store and its server, on a Unix socket: breaks a connection off at a COMMIT, before or after it."""

import contextlib
import select
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

Cut = Literal["before", "after"]
_SOCKET = ".s.PGSQL.5432"
_COMMIT = b"COMMIT\0"


class Proxy:
    """Relays connections to the server in `server`; `cut` breaks off the next one that commits."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.cut: Cut | None = None
        self.cuts = 0
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / _SOCKET))
        self._door.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=[client], daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(str(self.server / _SOCKET))
            while True:
                ready, _, _ = select.select([client, server], [], [])
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    if one is client and self.cut and _COMMIT in data:
                        self._break_off(server, data)
                        return
                    (server if one is client else client).sendall(data)

    def _break_off(self, server: socket.socket, data: bytes) -> None:
        cut, self.cut = self.cut, None
        self.cuts += 1
        if cut == "after":
            server.sendall(data)
            server.recv(65536)  # the answer, which nobody gets to see

    def close(self) -> None:
        """Take nobody in any more; who is connected stays so."""
        self._door.close()
        (self.folder / _SOCKET).unlink(missing_ok=True)


@contextlib.contextmanager
def running_proxy(server: Path) -> Iterator[Proxy]:
    """A proxy before the server whose socket is in a folder."""
    folder = Path(tempfile.mkdtemp(prefix="tieline-px-", dir="/tmp"))  # the path of a socket must be short
    proxy = Proxy(server, folder)
    try:
        yield proxy
    finally:
        proxy.close()
        shutil.rmtree(folder)
