"""`tieline plan`."""

from pathlib import Path
from typing import Any

import click

from engine.cli.output import Progress, json_option, say_json, workspace_option
from engine.errors import EXIT_CHANGES, EXIT_DONE


@click.command()
@click.argument("exchange")
@click.option("--learner", metavar="ID", help="Plan this linked learner alone, by the key in the MIS.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan to this file.")
@json_option
@workspace_option
def plan(exchange: str, learner: str | None, workspace: Path | None, **how: Any) -> int:  # noqa: ANN401  one value an option
    """Read both sides, compare them and write a plan. Writes nothing to any system.

    \b
    Example:
      tieline plan onefile
      tieline plan onefile --learner 0005Z
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.plan.view import summary  # noqa: PLC0415
    from engine.service.loading import load_exchange  # noqa: PLC0415
    from engine.service.planning import make_plan  # noqa: PLC0415
    from engine.service.refreshing import plan_of_learner  # noqa: PLC0415

    progress = Progress()
    loaded = load_exchange(chosen_workspace(workspace), exchange)
    if learner is None:
        planned = make_plan(loaded, clock(), how["out"], progress.reading)
    else:
        planned = plan_of_learner(loaded, clock(), learner, how["out"], progress.reading)
    progress.clear()
    figures = summary(planned.plan) | {"requests": dict(planned.calls), "unknown_fields": planned.strangers}
    if how["as_json"]:
        say_json(figures)
    else:
        _tell(figures)
    return EXIT_CHANGES if planned.plan.tally.applicable else EXIT_DONE


def _tell(figures: dict[str, object]) -> None:
    found = f"{figures['changes']} changes of {figures['fields']} fields" if figures["changes"] else "nothing to change"
    click.echo(f"plan {figures['plan']}: {found}, {figures['held']} held")
    alone = f"left {figures['ignored']} alone by rule, {figures['not_comparable']} not comparable"
    click.echo(f"compared {figures['compared']} fields, {alone}")
    limits = figures["limits"]
    for line in limits if isinstance(limits, list) else ():
        if line["crossed"]:
            click.echo(f"over a limit: {line['sentence']}")
    unknown = figures["unknown_fields"]
    for system, collections in unknown.items() if isinstance(unknown, dict) else ():
        number = sum(map(len, collections.values()))
        click.echo(f"ignored {number} fields that {system} sends and connectors/{system}.yaml lacks (see --json)")
    click.echo(f"file {figures['file']}")
    if figures["changes"]:
        click.echo(f"next: tieline show {str(figures['plan'])[:8]}")
