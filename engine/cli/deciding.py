"""`tieline decide`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.output import json_option, say_json, workspace_option

if TYPE_CHECKING:
    from engine.service.deciding import Made

_NEXT = {
    "mis": "the next plan sends the MIS's value to the provider",
    "provider": "the next plan takes the provider's value into the MIS",
    "neither": "the next plan leaves both sides as they are",
}


@click.command()
@click.argument("exchange")
@click.argument("named", metavar="CHANGE[.FIELD]")
@click.option("--take", type=click.Choice(tuple(_NEXT)), help="Whose value counts; neither: leave it.")
@click.option("--not-there", is_flag=True, help="You looked: what was sent without an answer was not carried out.")
@click.option("--why", required=True, help="The reason, kept in the log.")
@json_option
@workspace_option
def decide(exchange: str, named: str, workspace: Path | None, **said: Any) -> None:  # noqa: ANN401  one value an option
    """Release what is held because a person has to say something: whose value counts, or whether a record is there.

    CHANGE is the beginning of the change's id, six letters or more. With --take a field of the newest plan is released:
    the decision counts until either side has another value. With --not-there a change is released that was sent without
    an answer. Nothing is sent: the next plan has what you decided, and is approved like any other.

    \b
    Example:
      tieline decide onefile 3c9a10b2.surname --take mis --why "seen on the passport"
      tieline decide onefile 71d0c6aa --not-there --why "searched OneFile by name and ULN"
    """
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.errors import UsageError  # noqa: PLC0415
    from engine.service.deciding import Wish, decide_field  # noqa: PLC0415

    if bool(said["take"]) == said["not_there"]:
        message = "say either --take mis, provider or neither, for a field, or --not-there, for a change"
        raise UsageError(message)
    if said["not_there"]:
        _release(exchange, named, workspace, said)
        return
    wish = Wish(named, said["take"], said["why"])
    made = decide_field(chosen_workspace(workspace), clock(), exchange, wish)
    if said["as_json"]:
        say_json(_document(exchange, made))
    else:
        _tell(exchange, made)


def _release(exchange: str, named: str, workspace: Path | None, said: dict[str, Any]) -> None:
    from engine.cli.places import chosen_workspace, clock  # noqa: PLC0415
    from engine.service.releasing import release  # noqa: PLC0415

    change = release(chosen_workspace(workspace), clock(), exchange, named, said["why"])
    if said["as_json"]:
        say_json({"exchange": exchange, "change": change, "not_there": True, "why": said["why"]})
    else:
        click.echo(f"change {change[:12]} was not carried out, as you say: the next plan may have it again")
        click.echo(f"next: tieline plan {exchange}")


def _document(exchange: str, made: "Made") -> dict[str, Any]:
    """Identifiers and special-category values are masked."""
    from engine.plan.view import MASK  # noqa: PLC0415

    word = made.decision
    values: dict[str, Any] = {"provider_value": made.held.before, "mis_value": made.held.after}
    if made.held.category != "ordinary":
        values = {name: None if value is None else MASK for name, value in values.items()}
    names = ("change", "record_type", "mis_id", "provider_id", "centre", "field", "take", "who", "why")
    return {"exchange": exchange, "next": _NEXT[word.take], **{name: getattr(word, name) for name in names}, **values}


def _tell(exchange: str, made: "Made") -> None:
    from engine.plan.view import quoted, shown  # noqa: PLC0415

    data = _document(exchange, made)
    who = f"{data['record_type']} {shown(data['mis_id'])}"
    values = f"{quoted(data['mis_value'])} from the MIS, {quoted(data['provider_value'])} at the provider"
    click.echo(f"{who}, {data['field']}: {values}")
    click.echo(f"decided by {shown(data['who'])}: {data['next']}, as long as neither side has another value")
    click.echo(f"next: tieline plan {exchange}")
