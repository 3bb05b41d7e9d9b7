"""The use case of making a workspace."""

import os
from dataclasses import dataclass
from pathlib import Path

from engine.approve import current_user
from engine.errors import UsageError, WorkspaceError
from engine.settings import FILE_NAME
from engine.shipped import shipped

TOKEN_FILE = Path(".tieline") / "sandbox.token"
SANDBOX = Path(".tieline") / "sandbox"


@dataclass(frozen=True, slots=True)
class SandboxAddresses:
    """Where the sandbox systems of a new workspace will be, and how fast OneFile's may be called."""

    base_url: str
    token: str
    calls_per_minute: int | None = None


def create_workspace(folder: Path, sandbox: SandboxAddresses | None) -> Path:
    """Make the folders and `tieline.yaml`; refuses to touch a workspace that exists."""
    path = folder / FILE_NAME
    try:
        _fill(folder, path, sandbox)
    except OSError as fault:
        message = f"no workspace can be made in {folder} ({fault.strerror})"
        raise WorkspaceError(message) from None
    return path


def _fill(folder: Path, path: Path, sandbox: SandboxAddresses | None) -> None:
    if path.exists():
        message = f"{folder} is a workspace already: it has a {FILE_NAME}"
        raise UsageError(message)
    (folder / "mappings").mkdir(parents=True, exist_ok=True)
    (folder / ".tieline").mkdir(mode=0o700, exist_ok=True)
    if sandbox is None:
        text = shipped("mappings/tieline.example.yaml").read_text(encoding="utf-8")
    else:
        _write_secret(folder / TOKEN_FILE, sandbox.token)
        text = _sandbox_text(_name(folder), sandbox)
    path.write_text(text, encoding="utf-8")


def _name(folder: Path) -> str:
    letters = folder.resolve().name.lower()
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in letters).strip("-")
    return name or "workspace"


def _write_secret(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)


def _sandbox_text(name: str, sandbox: SandboxAddresses) -> str:
    user = current_user()
    token = f"file:{TOKEN_FILE.as_posix()}"
    calls = f", calls_per_minute: {sandbox.calls_per_minute}" if sandbox.calls_per_minute else ""
    return f"""\
# A workspace on sandbox systems: invented people, nothing real. `tieline sandbox up` starts them.
workspace: "{name}"
systems:
  pics:    {{environment: sandbox, database: "sqlite:{SANDBOX.as_posix()}/mis.db"}}
  onefile: {{environment: sandbox, base_url: "{sandbox.base_url}", customer_token: "{token}"{calls}}}
exchanges:
  onefile:
    enabled: on
    mapping: onefile
    settings: {{learner_details: push}}
    limits: {{update: {{share: 30%, count: 500}}, create: {{count: 100}}, blank_out: {{count: 10}}}}
approval: {{author_may_approve: on, valid_for: 7 days}}     # on, for you are alone here; keep it off elsewhere
people: {{"{user}": {{os_user: "{user}", role: approver}}}}
zone: Europe/London
store: sqlite:.tieline/store.db
"""
