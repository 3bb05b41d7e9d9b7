"""`tieline sandbox`."""

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from engine.cli.output import json_option, say_json, workspace_option
from engine.cli.sandboxes import FIRST_PORT, control, sandbox_folder
from engine.errors import WorkspaceError


@click.group()
def sandbox() -> None:
    """Systems to try things on: a sample MIS and a OneFile that behave like the real ones.

    \b
    Example:
      tieline sandbox up
    """


@sandbox.command()
@click.option("--only", type=click.Choice(["onefile"]), default="onefile", help="Start only this system.")
@click.option(
    "--port-base",
    type=click.IntRange(0, 65535),
    default=FIRST_PORT,
    show_default=True,
    help="The first port; 0: any free one.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which invented people.")
@click.option(
    "--learners", type=click.IntRange(1, 1_000_000), default=400, show_default=True, help="How many learners."
)
@click.option("--calls-per-minute", type=click.IntRange(1), help="OneFile's rate limit (default: the real one).")
@json_option
@workspace_option
def up(workspace: Path | None, as_json: bool, port_base: int, seed: int, learners: int, **others: object) -> None:  # noqa: FBT001  click passes switches so
    """Start the sandbox systems and keep them running until interrupted.

    \b
    Example:
      tieline sandbox up --learners 1000
    """
    module = control()
    folder = sandbox_folder(_folder(workspace))
    calls = others["calls_per_minute"]
    try:
        running = module.start(folder, seed=seed, learners=learners, port=port_base, calls_per_minute=calls)
    except module.SandboxError as fault:
        raise WorkspaceError(str(fault)) from None
    with running:
        told = {"onefile": running.base_url, "mis": running.database, "learners": running.learners}
        if as_json:
            say_json(told)
        else:
            click.echo(f"OneFile sandbox: {running.base_url}")
            click.echo(f"sample MIS:      {running.database} ({running.learners} learners)")
            click.echo("stop with Ctrl-C")
        _wait()


def _wait() -> None:
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    stop.wait()


@sandbox.command()
@workspace_option
def reset(workspace: Path | None) -> None:
    """Take the sandbox systems' records away; the next `up` makes them anew.

    \b
    Example:
      tieline sandbox reset
    """
    module = control()
    try:
        module.reset(sandbox_folder(_folder(workspace)))
    except module.SandboxError as fault:
        raise WorkspaceError(str(fault)) from None
    click.echo("the sandbox systems are empty; `tieline sandbox up` makes them anew")


@sandbox.command()
@json_option
@workspace_option
def status(as_json: bool, workspace: Path | None) -> None:  # noqa: FBT001  click passes switches so
    """Tell whether the sandbox systems run, and where.

    \b
    Example:
      tieline sandbox status
    """
    found = control().status(sandbox_folder(_folder(workspace)))
    learners = found.truth.learners if found.truth is not None else 0
    if as_json:
        say_json({"running": found.running, "onefile": found.base_url, "learners": learners})
    elif found.running:
        click.echo(f"running at {found.base_url}, {learners} learners")
    else:
        click.echo(f"not running; {learners} learners are kept" if learners else "not running, nothing made yet")


def _folder(option: Path | None) -> Path:
    from engine.service.loading import find_workspace  # noqa: PLC0415

    return option.resolve() if option is not None else find_workspace(Path.cwd())
