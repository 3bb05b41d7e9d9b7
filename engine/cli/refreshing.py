"""`tieline refresh`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.output import Progress, json_option, say_json, say_lines, workspace_option
from engine.errors import EXIT_DONE, EXIT_PARTLY, EXIT_REFUSED, NoRightError

if TYPE_CHECKING:
    from engine.settings import Workspace


@click.command()
@click.argument("exchange")
@click.argument("learner")
@click.option("--yes", is_flag=True, help="Do not ask; a script must say so.")
@json_option
@workspace_option
def refresh(exchange: str, learner: str, yes: bool, as_json: bool, workspace: Path | None) -> int:  # noqa: FBT001  click passes switches so
    """Exchange one linked learner now: plan it alone, show it and, after a yes, apply it.

    Where whoever makes a plan may not approve it, the plan is left for an approver (exit code 3).

    \b
    Example:
      tieline refresh onefile 0005Z
    """
    from engine.cli.applying import listening, report_json, tell  # noqa: PLC0415
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.plan.view import document, text  # noqa: PLC0415
    from engine.service.applying import apply_plan, approve_plan  # noqa: PLC0415
    from engine.service.loading import load_exchange  # noqa: PLC0415
    from engine.service.refreshing import own_statement, plan_of_learner  # noqa: PLC0415

    here, progress = chosen_workspace(workspace), Progress()
    plan = plan_of_learner(load_exchange(here, exchange), clock(), learner, None, progress.reading).plan
    progress.clear()
    if not as_json:
        say_lines(text(plan))
    report = None
    if plan.tally.applicable and _agreed(here, plan.id, yes=yes):
        approve_plan(here, clock(), plan.id, own_statement(here))
        told, progress = listening()
        report = apply_plan(here, clock(), plan.id, told)
        progress.clear()
    if as_json:
        say_json({"plan": document(plan), "run": report_json(report) if report is not None else None})
    elif report is not None:
        return tell(report, as_json=False)
    if report is not None:
        return EXIT_DONE if report.whole else EXIT_PARTLY
    return EXIT_REFUSED if plan.tally.applicable else EXIT_DONE


def _agreed(workspace: "Workspace", plan: str, *, yes: bool) -> bool:
    """Whether the plan may be applied at once; where not, say who has to do what."""
    from engine.service.refreshing import own_statement  # noqa: PLC0415

    waits = f"the plan waits for an approver: tieline approve {plan[:8]} --as NAME"
    try:
        own_statement(workspace)
    except NoRightError as fault:
        click.echo(f"{fault}; {waits}", err=True)
        return False
    if yes or (sys.stdin.isatty() and click.confirm("Shall it be applied?", err=True)):
        return True
    click.echo(f"nothing was applied, for nobody said yes (--yes); {waits}", err=True)
    return False
