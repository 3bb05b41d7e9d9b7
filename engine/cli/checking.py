"""`tieline check`."""

import json
from pathlib import Path

import click

from engine.cli.output import say_json, workspace_option
from engine.errors import EXIT_DONE, EXIT_ERROR, UsageError


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="How to print what is found.",
)
@workspace_option
def check(paths: tuple[Path, ...], form: str, workspace: Path | None) -> int:
    """Find every fault in rule, connector and settings files.

    \b
    Example:
      tieline check mappings/onefile.yaml
    """
    from engine.diagnostics.render import render_text, to_github, to_json, to_sarif  # noqa: PLC0415
    from engine.service.checking import check_paths  # noqa: PLC0415

    checked = check_paths(paths, _folder(workspace))
    match form:
        case "json":
            say_json({"files": list(checked.files), "diagnostics": [to_json(one) for one in checked.diagnostics]})
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
    return EXIT_ERROR if any(one.severity == "error" for one in checked.diagnostics) else EXIT_DONE


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
