"""`tieline`: the commands, found when they are called, and faults turned into a sentence and an exit code."""

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import click

from engine.crashpoints import POINTS
from engine.errors import EXIT_ERROR, EXIT_USAGE, TielineError
from engine.ports import Clock

TRACEBACK = "TIELINE_TRACEBACK"
"""The environment variable that shows the traceback of a defect."""

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "apply": "engine.cli.applying",
        "approve": "engine.cli.approving",
        "check": "engine.cli.checking",
        "decide": "engine.cli.deciding",
        "demo": "engine.cli.demo",
        "enrol": "engine.cli.enrolling",
        "feel": "engine.cli.feel",
        "init": "engine.cli.creating",
        "link": "engine.cli.linking",
        "log": "engine.cli.logs",
        "plan": "engine.cli.planning",
        "refresh": "engine.cli.refreshing",
        "resume": "engine.cli.applying",
        "sandbox": "engine.cli.sandbox",
        "show": "engine.cli.showing",
        "status": "engine.cli.status",
        "undo": "engine.cli.undoing",
    }
)


class Commands(click.Group):
    """Commands whose modules are imported when one is asked for, so that no command pays for another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, by name."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command; None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command if isinstance(command, click.Command) else None


def _list_crashpoints(ctx: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001  click calls it so
    if value:
        for name, meaning in POINTS.items():
            click.echo(f"{name}: {meaning}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tieline", prog_name="tieline")
@click.option(
    "--list-crashpoints",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_crashpoints,
    help="List the points at which a test may kill the process.",
)
def tieline() -> None:
    """Keep learners' records in step between an MIS and its providers.

    \b
    Example:
      tieline demo
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None, clock: Clock | None = None) -> int:
    """Run a command; every fault of ours becomes a sentence on standard error and the exit code it carries.

    `clock` replaces the real one.
    """
    given = list(arguments) if arguments is not None else sys.argv[1:]
    if not all(map(_is_text, given)):
        click.echo("error: an argument is not UTF-8 text", err=True)
        return EXIT_USAGE
    try:
        code = tieline.main(args=given, prog_name="tieline", standalone_mode=False, obj=clock)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        return 128 + signal.SIGINT
    except click.ClickException as fault:
        fault.show()
        return EXIT_USAGE
    except TielineError as fault:
        from engine.cli.output import tell_fault  # noqa: PLC0415  only where something went wrong

        tell_fault(fault)
        return fault.exit_code
    except OSError as fault:
        return _operating_system(fault)
    except Exception as fault:  # the last resort: a traceback could show somebody's record
        if os.environ.get(TRACEBACK):
            raise
        return _defect(fault)
    return code if isinstance(code, int) else 0


def _is_text(argument: str) -> bool:
    """Whether an argument is text: bytes that are no UTF-8 arrive as halves of surrogate pairs."""
    return not any("\ud800" <= letter <= "\udfff" for letter in argument)


def _operating_system(fault: OSError) -> int:
    if isinstance(fault, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has gone; say nothing more
        return EXIT_ERROR
    click.echo(f"error: {fault.filename or 'a file'}: {fault.strerror or type(fault).__name__}", err=True)
    return EXIT_ERROR


def _defect(fault: Exception) -> int:
    """Say where our own code failed, without the message: it may hold a value."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno} in {place.name}"
    click.echo(f"error: tieline has a defect ({type(fault).__name__} at {where}); please report this line", err=True)
    click.echo(f"set {TRACEBACK}=1 to see the traceback, which may hold values of records", err=True)
    return EXIT_ERROR
