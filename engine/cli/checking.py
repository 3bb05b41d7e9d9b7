"""`tieline check`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.output import say_json, workspace_option
from engine.errors import EXIT_DONE, EXIT_ERROR, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.query.ways import Way

_VIA = {
    "columns": "over columns",
    "columns, then rows": "over columns, and by itself where a row cannot be told so",
    "rows": "row by row",
}
_WIDEST = 100


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="How to print what is found.",
)
@click.option(
    "--explain-plan",
    "explained",
    is_flag=True,
    help="Also tell which expressions run over columns, and which row by row and why (text and JSON).",
)
@workspace_option
def check(paths: tuple[Path, ...], form: str, explained: bool, workspace: Path | None) -> int:  # noqa: FBT001  click passes switches so
    """Find every fault in rule, connector and settings files.

    \b
    Example:
      tieline check mappings/onefile.yaml
      tieline check --explain-plan
    """
    from engine.diagnostics.render import render_text, to_github, to_json, to_sarif  # noqa: PLC0415
    from engine.service.checking import check_paths, explain_plan  # noqa: PLC0415

    if explained and form in {"sarif", "github"}:
        raise UsageError(f"--explain-plan goes with --format text or json, and {form} has no place for it")
    folder = _folder(workspace)
    checked = check_paths(paths, folder)
    ways = explain_plan(checked, folder) if explained else []
    match form:
        case "json":
            told = {"files": list(checked.files), "diagnostics": [to_json(one) for one in checked.diagnostics]}
            say_json(told | {"expressions": [asdict(one) for one in ways]} if explained else told)
        case "sarif":
            click.echo(json.dumps(to_sarif(checked.diagnostics), ensure_ascii=False))
        case "github":
            click.echo(to_github(checked.diagnostics), nl=False)
        case _:
            if checked.diagnostics:
                click.echo(render_text(checked.diagnostics))
            errors = sum(one.severity == "error" for one in checked.diagnostics)
            warnings = len(checked.diagnostics) - errors
            click.echo(
                f"{_many(len(checked.files), 'file')} checked: {_many(errors, 'error')}, {_many(warnings, 'warning')}"
            )
            _tell_ways(ways)
    return EXIT_ERROR if any(one.severity == "error" for one in checked.diagnostics) else EXIT_DONE


def _tell_ways(ways: "Sequence[Way]") -> None:
    for one in ways:
        click.echo(f"{one.at}: {one.of}: {_VIA[one.via]}")
        click.echo(f"    {_shortened(one.text)}")
        if one.why:
            click.echo(f"    because of `{_shortened(one.part)}`: {one.why}")


def _shortened(text: str) -> str:
    """On one line, and no longer than people read."""
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _folder(option: Path | None) -> Path | None:
    from engine.service.loading import find_workspace  # noqa: PLC0415

    if option is not None:
        return option.resolve()
    try:
        return find_workspace(Path.cwd())
    except UsageError:
        return None
