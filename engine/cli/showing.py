"""`tieline show`."""

from pathlib import Path

import click

from engine.cli.output import json_option, say_json, say_lines, workspace_option


@click.command()
@click.argument("plan")
@click.option("--reveal", is_flag=True, help="Show identifiers and special-category values; the log says that you did.")
@click.option("--only", help="Only changes of this record, record type, system or change id.")
@json_option
@workspace_option
def show(plan: str, reveal: bool, only: str | None, as_json: bool, workspace: Path | None) -> None:  # noqa: FBT001  click passes switches so
    """Show a plan: what would change where, from what to what, and why.

    \b
    Example:
      tieline show 1f3a9c0b --only 0005Z
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.plan.view import document, text  # noqa: PLC0415
    from engine.service.applying import find, log_reveal  # noqa: PLC0415

    here = chosen_workspace(workspace)
    _, found = find(here, clock(), plan)
    if reveal:
        log_reveal(here, clock(), found)
    if as_json:
        say_json(document(found, reveal=reveal, only=only))
    else:
        say_lines(text(found, reveal=reveal, only=only))
