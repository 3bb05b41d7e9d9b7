"""`tieline show`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.output import json_option, say_json, say_lines, workspace_option

if TYPE_CHECKING:
    from engine.plan.file import PlanFile


@click.command()
@click.argument("plan")
@click.option("--reveal", is_flag=True, help="Show identifiers and special-category values; the log says that you did.")
@click.option("--only", help="Only changes of this record, record type, system or change id.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the plan to this file as one page to read or print: no script, its owner's eyes only.",
)
@json_option
@workspace_option
def show(plan: str, html: Path | None, workspace: Path | None, **how: Any) -> None:  # noqa: ANN401  one value an option
    """Show a plan: what would change where, from what to what, and why.

    \b
    Example:
      tieline show 1f3a9c0b --only 0005Z
      tieline show 1f3a9c0b --html plan.html
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.plan.view import document, text  # noqa: PLC0415
    from engine.service.applying import find, log_reveal  # noqa: PLC0415

    reveal, only = how["reveal"], how["only"]
    here = chosen_workspace(workspace)
    _, found = find(here, clock(), plan)
    if html is not None:
        from engine.plan.page import check_place  # noqa: PLC0415

        check_place(html, found)
    if reveal:
        log_reveal(here, clock(), found)
    if html is not None:
        _write(html, found, how)
    elif how["as_json"]:
        say_json(document(found, reveal=reveal, only=only))
    else:
        say_lines(text(found, reveal=reveal, only=only))


def _write(html: Path, found: "PlanFile", how: Mapping[str, Any]) -> None:
    from engine.plan.page import write_page  # noqa: PLC0415

    write_page(html, found, reveal=how["reveal"], only=how["only"])
    if how["as_json"]:
        say_json({"plan": found.id, "page": str(html), "revealed": how["reveal"]})
    else:
        click.echo(f"page {html} of plan {found.id}")
