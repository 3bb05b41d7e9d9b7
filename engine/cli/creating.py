"""`tieline init`."""

from pathlib import Path

import click

from engine.cli.output import json_option, say_json


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--sandbox", is_flag=True, help="Use sandbox systems with invented people.")
@json_option
def init(folder: Path, sandbox: bool, as_json: bool) -> None:  # noqa: FBT001  click passes switches so
    """Make a new workspace.

    \b
    Example:
      tieline init trial --sandbox
    """
    from engine.cli.sandboxes import FIRST_PORT, control  # noqa: PLC0415
    from engine.service.creating import SandboxAddresses, create_workspace  # noqa: PLC0415

    addresses = None
    if sandbox:
        addresses = SandboxAddresses(f"http://127.0.0.1:{FIRST_PORT}/api/v2.1", control().SANDBOX_TOKEN)
    path = create_workspace(folder, addresses)
    if as_json:
        say_json({"workspace": str(folder), "settings": str(path), "sandbox": sandbox})
        return
    click.echo(f"workspace {folder} made; its settings are in {path}")
    if sandbox:
        click.echo("you may approve your own plans here (author_may_approve: on), for the people are invented")
        click.echo(f"next: tieline sandbox up -w {folder}")
    else:
        click.echo("next: say in tieline.yaml where your systems are, then `tieline check`")
