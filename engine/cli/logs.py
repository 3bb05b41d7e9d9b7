"""`tieline log`."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.output import json_option, say_json, say_lines, workspace_option
from engine.errors import EXIT_DONE, EXIT_ERROR

if TYPE_CHECKING:
    from engine.service.exchanged import Told


@click.command()
@click.option("--learner", help="What was exchanged for this learner (MIS id), in every run.")
@click.option("--last", is_flag=True, help="What was exchanged in the newest run only.")
@click.option("--exchanged", is_flag=True, help="What was exchanged, in every run or in that of --run.")
@click.option("--run", "run_", help="Only this run.")
@click.option("--plan", "plan_", help="Only this plan (of who did what).")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="The newest entries of who did what, at most so many.",
)
@click.option("--reveal", is_flag=True, help="Show identifiers and special-category values; the log says that you did.")
@json_option
@workspace_option
def log(workspace: Path | None, **asked: Any) -> int:  # noqa: ANN401  one value an option
    """Who did what, and when; with --learner, --last or --exchanged: what was exchanged.

    What was exchanged is told change by change: when, in which direction, from what to what, why, and what came of
    it. Every run that was ever begun is kept.

    \b
    Example:
      tieline log --learner 0005Z
      tieline log --run 8c21d7aa --exchanged
      tieline log --most 20
    """
    if asked["learner"] is not None or asked["last"] or asked["exchanged"]:
        return _exchanged(workspace, asked)
    if asked["reveal"]:
        raise click.UsageError("--reveal goes with --learner, --last or --exchanged")
    return _acts(workspace, asked)


def _acts(workspace: Path | None, asked: Mapping[str, Any]) -> int:
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.plan.view import shown  # noqa: PLC0415
    from engine.service.logs import entries  # noqa: PLC0415

    found = entries(chosen_workspace(workspace), clock(), run=asked["run_"], plan=asked["plan_"], most=asked["most"])
    if asked["as_json"]:
        say_json(found)
        return EXIT_DONE
    for one in found:
        facts = ", ".join(f"{name} {value}" for name, value in one["facts"].items())
        click.echo(shown(f"{one['at']}  {one['who']}  {one['what']}  {facts}"))  # a reason is text that somebody typed
    return EXIT_DONE


def _exchanged(workspace: Path | None, asked: Mapping[str, Any]) -> int:
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.exchanged import Wanted, exchanged  # noqa: PLC0415

    if asked["plan_"] is not None:
        raise click.UsageError("--plan goes with who did what, not with what was exchanged: give --run")
    wanted = Wanted(asked["learner"], asked["run_"], last=asked["last"], reveal=asked["reveal"])
    whole = True

    def watched() -> "Iterator[Told]":
        nonlocal whole
        for told in exchanged(chosen_workspace(workspace), clock(), wanted):
            whole = whole and not told.lacks
            if told.lacks:
                click.echo(f"error: what run {told.facts['run']} exchanged cannot be shown: {told.lacks}", err=True)
            yield told

    if asked["as_json"]:
        runs = [dict(told.facts) | {"changes": list(told.changes), "lacks": told.lacks} for told in watched()]
        say_json({"runs": runs})
    else:
        say_lines(_lines(watched(), asked["learner"]))
    return EXIT_DONE if whole else EXIT_ERROR


def _lines(runs: "Iterable[Told]", learner: str | None) -> Iterator[str]:
    from engine.plan.view import exchanged_lines, run_line, shown  # noqa: PLC0415

    nothing = True
    for told in runs:
        if not nothing:
            yield ""
        nothing = False
        yield run_line(told.facts)
        for change in told.changes:
            yield from exchanged_lines(change)
    if nothing:
        yield "nothing was exchanged" + (f" for learner {shown(learner)}" if learner is not None else "")
