"""A plan as one static page: no script, nothing fetched, every value escaped; written piece by piece."""

import base64
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.errors import RefusedError, WorkspaceError
from engine.plan.file import PlanFile
from engine.plan.model import Change
from engine.plan.place import PAGE, begins_so
from engine.plan.view import change_json, fits, quoted, shown, summary


class PagePlaceError(RefusedError):
    """A page may not be written there."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"no page was written to {path}: {why}")


def check_place(path: Path, plan: PlanFile) -> None:
    """PagePlaceError where the path is a link, no page, or the plan itself; WorkspaceError without its folder."""
    if not path.parent.is_dir():
        message = f"no page was written to {path}: its folder is not there"
        raise WorkspaceError(message)
    if path.is_symlink():
        raise PagePlaceError(path, "it is a symbolic link; name the file itself")
    if path.exists() and not path.is_file():
        raise PagePlaceError(path, "something is there that is no plain file")
    if path.exists() and path.samefile(plan.path):
        raise PagePlaceError(path, "it is the plan's own file")
    if path.exists() and not begins_so(path, PAGE):
        raise PagePlaceError(path, "something else than a page is there; name another file")


def write_page(path: Path, plan: PlanFile, *, reveal: bool = False, only: str | None = None) -> None:
    """Write the page beside its place, then give it its name (mode 0600); what was there before is replaced.

    Identifiers and special-category values are masked unless revealed. Faults as for `check_place`, and OSError.
    """
    check_place(path, plan)
    handle, temporary = tempfile.mkstemp(prefix=".writing-", suffix=".html", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(pieces(plan, reveal=reveal, only=only))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def pieces(plan: PlanFile, *, reveal: bool = False, only: str | None = None) -> Iterator[str]:
    """The page, in pieces; neither the page nor the plan's changes are ever held whole."""
    environment = _environment()
    style = environment.get_template("page.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    yield from environment.get_template("page.html").generate(
        figures=summary(plan),
        groups=_groups(plan, reveal=reveal, only=only),
        header=plan.header.as_json(),
        holds=_holds(plan, reveal=reveal, only=only),
        left_alone=[part.as_json() for part in plan.left_alone],
        only=only,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        reveal=reveal,
    )


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        finalize=_plain,
        loader=FileSystemLoader(Path(__file__).parent),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["quoted"] = quoted
    return environment


def _plain(value: object) -> object:
    """A text without letters that could hide or turn what stands around them; escaping follows."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _groups(plan: PlanFile, *, reveal: bool, only: str | None) -> Iterator[dict[str, Any]]:
    """What may be applied, by record: all changes of a record on both sides stand together, in the plan's order."""
    with closing(sqlite3.connect("")) as index:  # a file that goes by itself; it holds places and hashes, no value
        changes = plan.changes_at(_places(index, plan, only))
        for (record_type, name), some in groupby(changes, _record):
            yield {"record_type": record_type, "id": name, "changes": (_open(one, reveal=reveal) for one in some)}


def _places(index: sqlite3.Connection, plan: PlanFile, only: str | None) -> Iterator[int]:
    index.execute("CREATE TABLE records (number INTEGER PRIMARY KEY, hash BLOB UNIQUE)")
    index.execute("CREATE TABLE changes (place INTEGER PRIMARY KEY, hash BLOB)")
    for place, change in plan.places():
        if change.applicable and (only is None or fits(change, only)):
            name = hashlib.blake2b(repr(_record(change)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            index.execute("INSERT OR IGNORE INTO records (hash) VALUES (?)", (name,))
            index.execute("INSERT INTO changes VALUES (?, ?)", (place, name))
    ordered = "SELECT place FROM changes JOIN records USING (hash) ORDER BY number, place"
    return (row[0] for row in index.execute(ordered))


def _record(change: Change) -> tuple[str, str]:
    """The record type of a change, and its record's id: that of the MIS where it has one."""
    return change.record_type, change.mis_id or change.provider_id or ""


def _open(change: Change, *, reveal: bool) -> dict[str, Any]:
    """A change with the fields that may be written."""
    data = change_json(change, reveal=reveal)
    return data | {"fields": [one for one in data["fields"] if not one["held"]]}


def _holds(plan: PlanFile, *, reveal: bool, only: str | None) -> Iterator[dict[str, Any]]:
    """Every change with something held: the whole record, or some of its fields."""
    for change in plan.changes():
        if (change.hold or any(one.held for one in change.fields)) and (only is None or fits(change, only)):
            data = change_json(change, reveal=reveal)
            yield data | {"fields": [one for one in data["fields"] if one["held"] or change.hold]}
