"""How commands speak: text for people, one JSON document for programs, progress and faults on standard error."""

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.errors import TielineError

Command = TypeVar("Command", bound=Callable[..., Any])
_EVERY = 0.2


def workspace_option(command: Command) -> Command:
    """`-w, --workspace DIR`."""
    return click.option(
        "-w",
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="The workspace (default: the nearest folder upward with a tieline.yaml).",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def say_json(value: object) -> None:
    """Print one JSON document on one line, in ASCII: nothing in it can command a terminal."""
    click.echo(json.dumps(value, sort_keys=True))


def say_lines(lines: Iterable[str]) -> None:
    """Print lines one after the other, as they are made."""
    for line in lines:
        click.echo(line)


def tell_fault(fault: TielineError) -> None:
    """A fault in a sentence; where it carries diagnostics, each with its place."""
    diagnostics = getattr(fault, "diagnostics", ())
    if diagnostics:
        from engine.diagnostics.render import render_text  # noqa: PLC0415  only where there is something to show

        click.echo(render_text(diagnostics), err=True)
    click.echo(f"error: {_harmless(str(fault))}", err=True)


def _harmless(text: str) -> str:
    """A sentence with nothing in it that commands a terminal: somebody's words may stand in it."""
    return "".join(one if one.isprintable() or one == "\n" else f"\\u{{{ord(one):x}}}" for one in text)


class Progress:
    """A line on standard error that is written over, where that is a terminal; else nothing."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()
        self._last = 0.0
        self._width = 0

    def reading(self, what: str, count: int) -> None:
        """Records read so far."""
        self.tell(f"reading {what}: {count:,}")

    def tell(self, line: str) -> None:
        """Show a line in place of the one before, not more than a few times a second."""
        now = time.monotonic()
        if self._shows and now - self._last >= _EVERY:
            click.echo("\r" + line.ljust(self._width), nl=False, err=True)
            self._last, self._width = now, len(line)

    def clear(self) -> None:
        """Take the line away."""
        if self._shows and self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)
            self._width = 0
