"""`tieline apply` and `tieline resume`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.output import Progress, json_option, say_json, workspace_option
from engine.errors import EXIT_DONE, EXIT_PARTLY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.ledger.journal import ClosingState
    from engine.report import Report
    from engine.service.applying import Listening

_STATES: "tuple[ClosingState, ...]" = ("done", "already", "stale", "failed", "unknown", "skipped")


_take_over = click.option(
    "--take-over",
    is_flag=True,
    help="Take the provider from a run whose process stands still; that one can write and send nothing more.",
)


@click.command()
@click.argument("plan")
@_take_over
@json_option
@workspace_option
def apply(plan: str, take_over: bool, as_json: bool, workspace: Path | None) -> int:  # noqa: FBT001  click passes switches so
    """Apply an approved plan, change by change.

    \b
    Example:
      tieline apply 1f3a9c0b
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.applying import apply_plan  # noqa: PLC0415

    told, progress = listening()
    report = apply_plan(chosen_workspace(workspace), clock(), plan, told, take_over=take_over)
    progress.clear()
    return tell(report, as_json=as_json)


@click.command()
@click.argument("run")
@_take_over
@json_option
@workspace_option
def resume(run: str, take_over: bool, as_json: bool, workspace: Path | None) -> int:  # noqa: FBT001  click passes switches so
    """Go on with a run that was cut off or halted; nothing is done twice.

    \b
    Example:
      tieline resume 8c21d7aa
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.applying import resume_run_of  # noqa: PLC0415

    told, progress = listening()
    report = resume_run_of(chosen_workspace(workspace), clock(), run, told, take_over=take_over)
    progress.clear()
    return tell(report, as_json=as_json)


def listening() -> "tuple[Listening, Progress]":
    """Who is told how an apply goes on, and the line that shows it."""
    from engine.service.applying import Listening  # noqa: PLC0415

    progress = Progress()
    settled = 0

    def listen(_change: object, _closing: object) -> None:
        nonlocal settled
        settled += 1
        progress.tell(f"applying: {settled:,} changes settled")

    return Listening(listen, warn=lambda text: click.echo(f"warning: {text}", err=True)), progress


def tell(report: "Report", *, as_json: bool) -> int:
    """Say what a run has done; the exit code."""
    if as_json:
        say_json(report_json(report))
    else:
        _tell_text(report, {state: report.count(state) for state in _STATES})
    return EXIT_DONE if report.whole else EXIT_PARTLY


def report_json(report: "Report") -> "dict[str, Any]":
    """What a run has done, as plain data."""
    counts = {state: report.count(state) for state in _STATES}
    rest = [
        {"change": one.change, "state": one.state, "detail": one.detail}
        for one in report.closings
        if one.state not in {"done", "already"}
    ]
    unsettled = [{"field": name, "rule": rule, "records": number} for (name, rule), number in _unsettled(report)]
    told = {"run": report.run, "counts": counts, "halted": report.halted, "not_done": rest}
    return {**told, "unsettled": unsettled}


def _unsettled(report: "Report") -> "list[tuple[tuple[str, str], int]]":
    return sorted(report.unsettled.items())


def _tell_text(report: "Report", counts: "Mapping[ClosingState, int]") -> None:
    told = ", ".join(f"{number} {state}" for state, number in counts.items() if number) or "nothing done"
    click.echo(f"run {report.run}: {told}")
    for one in report.closings:
        if one.state not in {"done", "already"}:
            click.echo(f"  {one.state}: change {one.change[:12]}: {one.detail}")
    if report.settled > len(report.closings):
        click.echo(f"  these are of the first {len(report.closings):,}; all: tieline log --run {report.run[:8]}")
    for (name, rule), number in _unsettled(report):
        records = "1 record" if number == 1 else f"{number:,} records"
        click.echo(f"  {name} does not settle ({rule}): {records} came back other than sent")
    if report.halted:
        click.echo(f"halted: {report.halted}")
        click.echo(f"go on with: tieline resume {report.run[:8]}")
