"""A real PostgreSQL for tests: a cluster in a temporary folder, on a Unix socket, run by somebody who is not root."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("initdb", "pg_ctl")


def find_programs() -> Path | None:
    """The folder of PostgreSQL's server programs: on the path, or Debian's newest."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((folder for folder in folders if all((folder / name).exists() for name in PROGRAMS)), None)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Server:
    """A cluster: `programs` holds the server's programs, `folder` its data and its socket."""

    programs: Path
    folder: Path
    account: str | None
    """Who runs it; None: whoever runs the tests."""

    @property
    def url(self) -> str:
        """For SQLAlchemy, the database `postgres`; put another name after the `/` for another database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it and wait until it answers; also after a kill."""
        settings = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", settings)

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is a crash."""
        self._run("pg_ctl", "stop", "-w", "-D", "data", "-m", mode)

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL to the first process, and wait until the others have noticed."""
        first = int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        family = [first, *_children(first)]
        os.kill(first, signal.SIGKILL)
        while any(Path(f"/proc/{one}").exists() for one in family):
            time.sleep(0.01)

    def create(self) -> None:
        """Make the cluster; everybody on this machine may log in, through the socket only."""
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def _run(self, program: str, *words: str) -> None:
        output = self.folder / "output"
        with output.open("ab") as taken:
            ran = subprocess.run(
                [str(self.programs / program), *words],
                cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder)},
                user=self.account,
                group=pwd.getpwnam(self.account).pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                stdin=subprocess.DEVNULL,
                stdout=taken,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
            )
        if ran.returncode:
            said = output.read_text(errors="replace") + self.log()
            raise RuntimeError(f"{program} ended with {ran.returncode}:\n{said}")

    def log(self) -> str:
        """What the server has logged."""
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """A new cluster that runs inside the `with`, and is gone after it."""
    # Not where TMPDIR says: the path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="tieline-pg-", dir="/tmp"))
    try:
        account = _account()
        if account:
            shutil.chown(folder, account)
        server = Server(programs, folder, account)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _account() -> str | None:
    """PostgreSQL refuses to run as root: its own account then, or nobody's."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
