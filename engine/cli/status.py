"""`tieline status`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from engine.cli.output import json_option, say_json, say_lines, workspace_option
from engine.errors import EXIT_DONE, EXIT_ERROR


@click.command()
@click.argument("exchange", required=False)
@click.option("--learner", help="The links and the last exchanges of this learner (MIS id); no system is called.")
@json_option
@workspace_option
def status(exchange: str | None, learner: str | None, as_json: bool, workspace: Path | None) -> int:  # noqa: FBT001  click passes switches so
    """How exchanges stand: enabled, systems that answer, modes in force, links, last plan and last exchange.

    Ends with 1 where a system of an enabled exchange does not answer. Of an exchange that is not enabled nothing is
    read.

    \b
    Example:
      tieline status onefile
      tieline status --learner 0005Z
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.status import statuses  # noqa: PLC0415

    told: list[dict[str, Any]] = []
    for one in statuses(chosen_workspace(workspace), clock(), exchange, learner):
        told.append(one)
        if not as_json:
            say_lines(_lines(one))
    if as_json:
        say_json({"exchanges": told})
    return EXIT_DONE if all(one["well"] for one in told) else EXIT_ERROR


def _lines(one: Mapping[str, Any]) -> Iterator[str]:
    title = f" ({one['title']})" if "title" in one else ""
    yield f"{one['exchange']}{title}: {'enabled' if one['enabled'] else 'not enabled; nothing is read or written'}"
    if "fault" in one:
        yield f"  {one['fault']}"
    elif "learner" in one:
        yield from _learner(one)
    elif one["enabled"]:
        yield from _exchange(one)


def _exchange(one: Mapping[str, Any]) -> Iterator[str]:
    from engine.plan.view import run_line  # noqa: PLC0415

    for system in one["systems"]:
        yield f"  {system['system']}, {system['environment']}: {'' if system['answers'] else 'ERROR '}{system['said']}"
    yield from (f"  {record_type}s: {mode}" for record_type, mode in one["modes"].items())
    for setting in one["settings"]:
        yield f"  {setting['title']} ({setting['name']}): {_value(setting['value'])}"
    for record_type, links in one["links"].items():
        yield f"  {links['number']} {record_type} links, the newest of {links['newest']}"
    if not one["links"]:
        yield "  no links"
    plan = one["last_plan"]
    counts = ", ".join(f"{number} {what}" for what, number in plan["counts"].items()) if plan else ""
    yield f"  last plan {plan['plan']}, {plan['made_at']}, by {plan['made_by']}: {counts}" if plan else "  no plan yet"
    yield f"  last exchange: {run_line(one['last_exchange'])}" if one["last_exchange"] else "  no exchange yet"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _learner(one: Mapping[str, Any]) -> Iterator[str]:
    from engine.plan.view import exchanged_lines, run_line, shown  # noqa: PLC0415

    learner = shown(one["learner"])
    for link in one["links"]:
        centre = f" at centre {shown(link['centre'])}" if link["centre"] else ""
        yield f"  learner {learner} is linked to {shown(link['provider_id'])}{centre} since {link['added_at']}"
    if one["links"]:
        yield f"  to exchange the learner now: tieline refresh {shown(one['exchange'])} {learner}"
    if not one["links"]:
        ways = "`tieline enrol`, or `tieline link set` where the record is there already"
        yield f"  learner {learner} has no link: {ways}"
    for run in one["exchanges"]:
        yield f"  {run_line(run)}"
        if run["lacks"]:
            yield f"    what it exchanged cannot be shown: {run['lacks']}"
        for change in run["changes"]:
            yield from (f"    {line}" for line in exchanged_lines(change))
    if not one["exchanges"]:
        yield "  nothing was exchanged"
