"""`tieline log`."""

from pathlib import Path

import click

from engine.cli.output import json_option, say_json, workspace_option


@click.command()
@click.option("--run", "run_", help="Only this run.")
@click.option("--plan", "plan_", help="Only this plan.")
@click.option(
    "--most", type=click.IntRange(min=1), default=100, show_default=True, help="The newest entries, at most so many."
)
@json_option
@workspace_option
def log(run_: str | None, plan_: str | None, most: int, as_json: bool, workspace: Path | None) -> None:  # noqa: FBT001  click passes switches so
    """Who did what, and when.

    \b
    Example:
      tieline log --most 20
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.logs import entries  # noqa: PLC0415

    found = entries(chosen_workspace(workspace), clock(), run=run_, plan=plan_, most=most)
    if as_json:
        say_json(found)
        return
    for one in found:
        facts = ", ".join(f"{name} {value}" for name, value in one["facts"].items())
        click.echo(f"{one['at']}  {one['who']}  {one['what']}  {facts}")
