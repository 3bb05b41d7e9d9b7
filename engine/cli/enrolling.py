"""`tieline enrol`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.output import Progress, json_option, say_json, say_lines, workspace_option
from engine.errors import EXIT_CHANGES, EXIT_REFUSED, UsageError

if TYPE_CHECKING:
    from engine.choosing import Choice
    from engine.compare.choices import Offer
    from engine.service.enrolling import Enrolment


@click.command()
@click.argument("exchange")
@click.argument("learner")
@click.option("--choose", "choose", multiple=True, metavar="NAME=KEY", help="What is chosen; may be given again.")
@click.option("--record-type", help="What is to be created, where the rules know several.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan to this file.")
@json_option
@workspace_option
def enrol(exchange: str, learner: str, workspace: Path | None, **how: Any) -> int:  # noqa: ANN401  one value an option
    """Show what would be sent to create one learner at the provider, and plan it. Writes nothing to any system.

    What has to be chosen is asked for in a terminal and listed in a script. There is no plan while a choice is open, a
    value that is needed is missing, or a record at the provider looks the same.

    \b
    Example:
      tieline enrol onefile 0005Z --choose classroom=3041
    """
    from engine.choosing import nobody  # noqa: PLC0415
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.enrolling import Wish  # noqa: PLC0415
    from engine.service.enrolling import enrol as planned_enrolment  # noqa: PLC0415
    from engine.service.loading import load_exchange  # noqa: PLC0415

    progress = Progress()
    wish = Wish(learner, how["record_type"], _said(how["choose"]))
    asks = sys.stdin.isatty() and not how["as_json"]
    loaded = load_exchange(chosen_workspace(workspace), exchange)
    found = planned_enrolment(loaded, clock(), wish, how["out"], progress.reading, _ask if asks else nobody)
    progress.clear()
    if how["as_json"]:
        say_json(_document(found))
    else:
        say_lines(_lines(found, loaded.checked.catalog.provider.title, exchange))
    return EXIT_CHANGES if found.plan is not None else EXIT_REFUSED


def _said(words: tuple[str, ...]) -> dict[str, str]:
    """Name of the choice -> what was said."""
    said: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip() or not value.strip():
            message = "--choose takes NAME=KEY, as in --choose classroom=3041"
            raise UsageError(message)
        said[name.strip()] = value.strip()
    return said


def _ask(offer: "Offer") -> str | None:
    from engine.plan.view import shown  # noqa: PLC0415

    click.echo(f"{shown(offer.choice.title)}:", err=True)
    for one in offer.options:
        click.echo(f"  {shown(one.key)}  {shown(one.label)}", err=True)
    answer = click.prompt("Which one? (nothing: leave it open)", default="", show_default=False, err=True)
    return str(answer).strip() or None


def _document(found: "Enrolment") -> dict[str, Any]:
    from engine.plan.view import change_json, summary  # noqa: PLC0415

    return {
        "record_type": found.record_type,
        "mis_id": found.mis_id,
        "choices": [_choice(one) for one in found.choices],
        "missing": list(found.missing),
        "alike": list(found.alike),
        "why_not": list(found.why),
        "changes": [change_json(one, reveal=False) for one in found.changes],
        "plan": summary(found.plan) if found.plan is not None else None,
        "requests": dict(found.calls),
    }


def _choice(one: "Choice") -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.offer.choice.title,
        "chosen": one.key,
        "why": one.why,
        "options": [{"key": option.key, "label": option.label} for option in one.offer.options],
        "unclear": one.offer.unclear,
    }


def _lines(found: "Enrolment", provider: str, exchange: str) -> Iterator[str]:
    from engine.plan.view import change_json, change_lines, shown  # noqa: PLC0415

    yield f"{found.record_type} {shown(found.mis_id)}: what {provider} would get"
    for change in found.changes:
        yield from change_lines(change_json(change, reveal=False))
    waits = ""
    for one in found.choices:
        yield from _choice_lines(_choice(one), waits)
        waits = waits or (f" before {shown(one.offer.choice.title)} is chosen" if one.key is None else "")
    if found.plan is not None:
        yield f"plan {found.plan.id}"
        yield f"next: tieline show {found.plan.id[:8]}"
        return
    yield "there is no plan, for:"
    yield from (f"  {shown(line)}" for line in found.why)
    if found.alike:
        whom = f"{exchange} {found.record_type} {shown(found.mis_id)}"
        yield f"  if it is the same: tieline link set {whom} {shown(found.alike[0])}"
        yield f"  if it is somebody else: tieline link deny {whom} {shown(found.alike[0])} --why TEXT"


def _choice_lines(one: Mapping[str, Any], waits: str) -> Iterator[str]:
    from engine.plan.view import shown  # noqa: PLC0415

    if one["chosen"] is not None:
        label = next((option["label"] for option in one["options"] if option["key"] == one["chosen"]), "")
        yield f"{one['title']}: {shown(one['chosen'])} {shown(label)}".rstrip() + f" ({one['why']})"
        return
    yield f"{one['title']}: to be chosen with --choose {one['name']}=KEY"
    for option in one["options"]:
        yield f"  {shown(option['key'])}  {shown(option['label'])}".rstrip()
    if not one["options"]:
        yield f"  nothing is on offer{waits}"
    if one["unclear"]:
        yield f"  of {one['unclear']} more nobody can tell whether they are on offer"
