"""`tieline approve`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.output import json_option, say_json, workspace_option

if TYPE_CHECKING:
    from engine.approve import Statement


@click.command()
@click.argument("plan")
@click.option("--as", "name", required=True, help="Your name under `people` in tieline.yaml.")
@click.option(
    "--only", multiple=True, metavar="ID", help="Approve only this change (the beginning of its id); may be repeated."
)
@click.option("--except", "without", multiple=True, metavar="ID", help="Approve all but this change; may be repeated.")
@click.option("--why", default="", help="The reason, kept in the log.")
@click.option("--from", "start", type=click.DateTime(), help="Not before this time (UTC).")
@click.option("--until", "end", type=click.DateTime(), help="Not after this time (UTC).")
@click.option("--over-limit", is_flag=True, help="Approve although a limit is crossed; needs --why and two approvers.")
@json_option
@workspace_option
def approve(workspace: Path | None, as_json: bool, plan: str, name: str, **said: object) -> None:  # noqa: FBT001  click passes switches so
    """Approve a plan, or some of its changes. What is approved is the plan's digest.

    \b
    Example:
      tieline approve 1f3a9c0b --as jo --why "checked against the paper forms"
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.applying import approve_plan  # noqa: PLC0415

    approval = approve_plan(chosen_workspace(workspace), clock(), plan, _statement(name, said))
    said_of = {"approval": approval.id, "plan": approval.plan, "digest": approval.digest, "as": name}
    if as_json:
        say_json(said_of | {"changes": len(approval.changes)})
        return
    until = f"until {approval.not_after:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{len(approval.changes)} changes of plan {approval.plan} approved by {name}, {until}")
    click.echo(f"next: tieline apply {approval.plan[:8]}")


def _statement(name: str, said: dict[str, object]) -> "Statement":
    from engine.approve import Choice, Statement  # noqa: PLC0415
    from engine.errors import UsageError  # noqa: PLC0415

    if said["only"] and said["without"]:
        message = "give --only or --except, not both"
        raise UsageError(message)
    choice = Choice(_texts(said["only"]), _texts(said["without"]))
    return Statement(
        name, choice, str(said["why"]), _instant(said["start"]), _instant(said["end"]), bool(said["over_limit"])
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()


def _instant(value: object) -> datetime | None:
    from datetime import UTC  # noqa: PLC0415

    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None
