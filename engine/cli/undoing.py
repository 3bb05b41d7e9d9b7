"""`tieline undo`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.output import Progress, json_option, say_json, workspace_option
from engine.errors import EXIT_CHANGES, EXIT_DONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.service.undoing import Undone

_SHOWN = 20


@click.command()
@click.argument("run")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan to this file.")
@click.option("--end", is_flag=True, help="End a run that was halted or cut off: it cannot be resumed afterwards.")
@json_option
@workspace_option
def undo(run: str, out: Path | None, end: bool, workspace: Path | None, as_json: bool) -> int:  # noqa: FBT001  click passes switches so
    """Plan to put back what stood in the records before a run. Writes nothing to any system.

    The plan is shown, approved and applied like any other. What has been changed since the run, and what cannot be put
    back, is held, each with its reason. A run that was halted or cut off is resumed first, or ended with --end.

    \b
    Example:
      tieline undo 8c21d7aa
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.undoing import plan_undo  # noqa: PLC0415

    progress = Progress()
    undone = plan_undo(chosen_workspace(workspace), clock(), run, out, progress.reading, end=end)
    progress.clear()
    if as_json:
        say_json(_document(undone))
    else:
        for line in _lines(undone):
            click.echo(line)
    return EXIT_CHANGES if undone.planned.plan.tally.applicable else EXIT_DONE


def _document(undone: "Undone") -> dict[str, Any]:
    from engine.plan.view import summary  # noqa: PLC0415

    planned = undone.planned
    figures = summary(planned.plan) | {"requests": dict(planned.calls), "unknown_fields": planned.strangers}
    return figures | {"run": undone.run, "done": undone.done, "ended": undone.ended}


def _lines(undone: "Undone") -> "Iterator[str]":
    from engine.plan.view import change_json, change_lines, shown  # noqa: PLC0415

    plan = undone.planned.plan
    tally = plan.tally
    yield f"run {undone.run}: {undone.done} changes were done"
    if undone.ended:
        was = "halted" if undone.ended == "halted" else "cut off"
        yield f"it had been {was} and is ended by this: it cannot be resumed; what it did not reach needs a new plan"
    found = f"{tally.applicable} changes of {tally.fields} fields to undo" if tally.applicable else "nothing to undo"
    yield f"plan {plan.id}: {found}, {tally.held} held"
    for line in plan.limits:
        if line.crossed:
            yield f"over a limit: {line.sentence}"
    every = plan.changes() if tally.held else iter(())
    held = [change for change in every if change.hold or any(one.held for one in change.fields)]
    for change in held[:_SHOWN]:
        left = change_json(change, reveal=False)
        left["fields"] = [] if left["hold"] else [one for one in left["fields"] if one["held"]]
        yield from map(shown, change_lines(left))
    if len(held) > _SHOWN:
        yield f"and {len(held) - _SHOWN} more that are held: tieline show {plan.id[:8]}"
    yield f"file {plan.path}"
    if tally.applicable:
        yield "the rules still ask for what the run did: the next plan has it again, unless they or the records change"
        yield f"next: tieline show {plan.id[:8]}"
