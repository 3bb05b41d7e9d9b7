"""`tieline demo`: a whole exchange on sandbox systems of its own, told step by step."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from engine.cli.output import json_option, say_json
from engine.cli.sandboxes import control, sandbox_folder, story
from engine.errors import EXIT_DONE, EXIT_ERROR, TielineError

if TYPE_CHECKING:
    from engine.plan.file import PlanFile
    from engine.service.loading import Exchange
    from engine.settings import Workspace

CALLS_PER_MINUTE = 60_000
LEARNERS = 400
SHOWN = 3
EXCHANGE = "onefile"


class DemoError(TielineError):
    """A step of the story did not end as it must."""


@dataclass(slots=True)
class Scene:
    """What the steps hand on."""

    folder: Path
    sandboxes: Any
    workspace: "Workspace | None" = None
    exchange: "Exchange | None" = None
    plan: "PlanFile | None" = None
    lines: list[str] = field(default_factory=list)


Figures = Mapping[str, object]
Part = TypeVar("Part")


@click.command()
@json_option
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Make the workspace here and keep it.")
@click.option(
    "--learners", type=click.IntRange(50, 100_000), default=LEARNERS, show_default=True, help="How many learners."
)
def demo(as_json: bool, keep: Path | None, learners: int) -> int:  # noqa: FBT001  click passes switches so
    """Watch a whole exchange: plan, review, approval, apply, and an empty second plan.

    \b
    Example:
      tieline demo
    """
    with _stage(keep, learners) as scene:
        for step in story():
            began = time.monotonic()
            scene.lines.clear()
            try:
                figures, fault = STEPS[step.name](scene), None
            except TielineError as trouble:
                figures, fault = {"error": str(trouble)}, trouble
            seconds = round(time.monotonic() - began, 2)
            if as_json:
                say_json({"step": step.name, "ok": fault is None, "seconds": seconds} | dict(figures))
            else:
                _tell(step.title, step.sentence, scene.lines, fault)
            if fault is not None:
                return EXIT_ERROR
        if not as_json and keep is not None:
            click.echo(f"\nthe workspace stays in {keep}; go on with: tieline sandbox up -w {keep}")
    return EXIT_DONE


def _tell(title: str, sentence: str, lines: list[str], fault: TielineError | None) -> None:
    click.echo(f"\n{title}" if fault is None else f"\nFAILED: {title}")
    click.echo(f"  {sentence}")
    for line in lines:
        click.echo(f"    {line}")
    if fault is not None:
        click.echo(f"    error: {fault}")


@contextmanager
def _stage(keep: Path | None, learners: int) -> Iterator[Scene]:
    """A new workspace with its sandbox systems running; both are taken away at the end unless kept."""
    from engine.service.creating import SandboxAddresses, create_workspace  # noqa: PLC0415

    folder = keep if keep is not None else Path(tempfile.mkdtemp(prefix="tieline-demo-"))
    module = control()
    try:
        (folder / ".tieline").mkdir(parents=True, exist_ok=True, mode=0o700)
        with module.start(sandbox_folder(folder), learners=learners, calls_per_minute=CALLS_PER_MINUTE) as running:
            addresses = SandboxAddresses(running.base_url, running.customer_token, CALLS_PER_MINUTE)
            create_workspace(folder, addresses)
            yield Scene(folder, running)
    except module.SandboxError as trouble:
        raise DemoError(str(trouble)) from None
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _sandboxes(scene: Scene) -> Figures:
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.service.linking import import_links  # noqa: PLC0415
    from engine.service.loading import load_exchange, load_workspace  # noqa: PLC0415

    scene.workspace = load_workspace(scene.folder)
    scene.exchange = load_exchange(scene.workspace, EXCHANGE)
    links, *_ = import_links(scene.exchange, clock(), "learner")
    truth = scene.sandboxes.truth
    scene.lines.append(f"{truth.learners} learners in the MIS, {links} of them linked to OneFile")
    scene.lines.append(
        f"the sandbox's rate limit is raised to {CALLS_PER_MINUTE:,} calls a minute, to save you waiting"
    )
    return {"learners": truth.learners, "linked": links}


def _rules(scene: Scene) -> Figures:
    from engine.service.checking import check_paths  # noqa: PLC0415

    checked = check_paths((), scene.folder)
    if checked.diagnostics:
        raise DemoError(f"{len(checked.diagnostics)} faults found in {', '.join(checked.files)}")
    scene.lines.append(f"{', '.join(checked.files)}: no fault")
    return {"files": len(checked.files), "faults": 0}


def _plan(scene: Scene) -> Figures:
    planned = _make_plan(scene)
    scene.plan = planned
    tally, truth = planned.tally, scene.sandboxes.truth
    scene.lines.append(f"{tally.applicable} learners differ in {tally.fields} fields, {tally.held} held")
    scene.lines.append(f"digest {planned.digest}")
    written = _writes(scene)
    if tally.applicable != truth.differing_learners or tally.fields != truth.field_changes or written:
        raise DemoError(
            f"{truth.differing_learners} learners and {truth.field_changes} fields were made to differ, "
            f"{written} writes were seen"
        )
    return {"changes": tally.applicable, "fields": tally.fields, "held": tally.held, "digest": planned.digest}


def _show(scene: Scene) -> Figures:
    from engine.plan.view import change_json, change_lines  # noqa: PLC0415

    plan = _needed(scene.plan)
    shown = 0
    for change in plan.changes():
        if change.applicable and shown < SHOWN:
            scene.lines += change_lines(change_json(change, reveal=False))
            shown += 1
    scene.lines.append(f"and {plan.tally.applicable - shown} more")
    return {"shown": shown}


def _approve(scene: Scene) -> Figures:
    from engine.approve import Choice, Statement, current_user  # noqa: PLC0415
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.service.applying import approve_plan  # noqa: PLC0415

    said = Statement(current_user(), Choice(), "the demo's own people")
    approval = approve_plan(_needed(scene.workspace), clock(), _needed(scene.plan).id, said)
    scene.lines.append(f"{len(approval.changes)} changes approved by {approval.approver}")
    return {"approved": len(approval.changes), "by": approval.approver}


def _apply(scene: Scene) -> Figures:
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.service.applying import Listening, apply_plan  # noqa: PLC0415

    report = apply_plan(_needed(scene.workspace), clock(), _needed(scene.plan).id, Listening())
    if not report.whole:
        raise DemoError(f"the run ended with {report.settled} changes settled: {report.halted or 'some are not done'}")
    written = _writes(scene)
    scene.lines.append(f"{report.count('done')} learners changed at OneFile, which counted {written} writes")
    return {"done": report.count("done"), "writes": written}


def _settled(scene: Scene) -> Figures:
    plan = _make_plan(scene)
    if plan.tally.applicable:
        raise DemoError(f"{plan.tally.applicable} changes are left")
    scene.lines.append(f"0 changes, {plan.tally.held} held")
    return {"changes": 0, "held": plan.tally.held}


def _make_plan(scene: Scene) -> "PlanFile":
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.service.planning import make_plan  # noqa: PLC0415

    return make_plan(_needed(scene.exchange), clock()).plan


def _writes(scene: Scene) -> int:
    counts = scene.sandboxes.admin("/__counts")
    return sum(counts["effects"].values())


def _needed(value: Part | None) -> Part:
    if value is None:
        message = "a step before this one did not run"
        raise DemoError(message)
    return value


STEPS: Mapping[str, Callable[[Scene], Figures]] = {
    "sandboxes": _sandboxes,
    "rules": _rules,
    "plan": _plan,
    "show": _show,
    "approve": _approve,
    "apply": _apply,
    "settled": _settled,
}
