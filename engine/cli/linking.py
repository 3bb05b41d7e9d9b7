"""`tieline link`."""

from pathlib import Path

import click

from engine.cli.output import json_option, say_json, workspace_option
from engine.cli.pairing import deny, edit, find, remove, set_


@click.group()
def link() -> None:
    """The stored pairs of ids: which record of the MIS is which at the provider.

    \b
    Example:
      tieline link list onefile learner
    """


@link.command("import")
@click.argument("exchange")
@click.argument("record_type")
@json_option
@workspace_option
def import_(exchange: str, record_type: str, as_json: bool, workspace: Path | None) -> None:  # noqa: FBT001  click passes switches so
    """Store the provider ids that the MIS holds in its own records.

    \b
    Example:
      tieline link import onefile learner
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.linking import import_links  # noqa: PLC0415
    from engine.service.loading import load_exchange  # noqa: PLC0415

    new, held, denied = import_links(load_exchange(chosen_workspace(workspace), exchange), clock(), record_type)
    if as_json:
        say_json({"exchange": exchange, "record_type": record_type, "new": new, "in_mis": held, "denied": denied})
    else:
        click.echo(f"{new} new links of {held} that the MIS holds")
        if denied:
            click.echo(f"{denied} left out: a person said that the two are not the same (`tieline link deny`)")


@link.command("list")
@click.argument("exchange")
@click.argument("record_type")
@json_option
@workspace_option
def list_(exchange: str, record_type: str, as_json: bool, workspace: Path | None) -> None:  # noqa: FBT001  click passes switches so
    """List the stored links of a record type.

    \b
    Example:
      tieline link list onefile learner
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.linking import list_links  # noqa: PLC0415
    from engine.service.loading import load_exchange  # noqa: PLC0415

    links = list_links(load_exchange(chosen_workspace(workspace), exchange), clock(), record_type)
    if as_json:
        say_json([{"mis_id": one.mis_id, "provider_id": one.provider_id, "centre": one.centre} for one in links])
        return
    for one in links:
        click.echo(f"{one.mis_id}\t{one.provider_id}\t{one.centre or ''}")


for _command in (set_, edit, remove, find, deny):
    link.add_command(_command)
