"""`tieline link set|edit|remove|find|deny`: one pair of ids, by hand."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from engine.cli.output import json_option, say_json, say_lines, workspace_option

if TYPE_CHECKING:
    from engine.compare.beside import Beside
    from engine.service.loading import Exchange
    from engine.service.pairing import Proposed, Sought, Wish

Command = TypeVar("Command", bound=Callable[..., Any])


def _pair(*names: str) -> Callable[[Command], Command]:
    """The arguments that name a link, and the options that every command on one link has."""

    def decorate(command: Command) -> Command:
        command = json_option(workspace_option(command))
        if not {"find", "other_id"} & set(names):
            command = click.option("--yes", is_flag=True, help="Do not ask; a script must say so.")(command)
            command = click.option("--centre", help="The provider's centre, where a record is linked at several.")(
                command
            )
        for name in reversed(("exchange", "record_type", "key", *(one for one in names if one != "find"))):
            command = click.argument(name)(command)
        return command

    return decorate


@click.command("set")
@_pair("id")
def set_(workspace: Path | None, as_json: bool, yes: bool, **given: str) -> None:  # noqa: FBT001  click passes switches so
    """Link a record of the MIS to the provider's record that has this id. Nothing is sent to the provider.

    \b
    Example:
      tieline link set onefile learner 104 7312345
    """
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.service.pairing import keep, propose_link  # noqa: PLC0415

    exchange, wish = _named(workspace, given)
    proposed = propose_link(exchange, clock(), wish, given["id"])
    _tell(exchange, proposed, as_json=as_json)
    _confirm("Are they the same, and shall they be linked?", yes=yes)
    keep(exchange, clock(), proposed)
    _done(exchange, "set", proposed, as_json=as_json)


@click.command("edit")
@_pair("new_id")
@click.option("--why", default="", help="The reason, kept in the log.")
def edit(workspace: Path | None, as_json: bool, yes: bool, why: str, **given: str) -> None:  # noqa: FBT001  click passes switches so
    """Give a link another record of the provider, for administrators, and only on advice. Nothing is sent.

    \b
    Example:
      tieline link edit onefile learner 104 7312346 --why "merged by OneFile, call 5521"
    """
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.service.pairing import keep, propose_edit  # noqa: PLC0415

    exchange, wish = _named(workspace, given)
    proposed = propose_edit(exchange, clock(), wish, given["new_id"])
    _tell(exchange, proposed, as_json=as_json)
    click.echo("warning: edit an id only on advice: what is exchanged from now on goes to the other record", err=True)
    _confirm("Shall the link be changed?", yes=yes)
    keep(exchange, clock(), proposed, why)
    _done(exchange, "edited", proposed, as_json=as_json)


@click.command("remove")
@_pair()
def remove(workspace: Path | None, as_json: bool, yes: bool, **given: str) -> None:  # noqa: FBT001  click passes switches so
    """Forget which record of the provider is a record of the MIS. Nothing is deleted at the provider.

    \b
    Example:
      tieline link remove onefile learner 104
    """
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.plan.view import shown  # noqa: PLC0415
    from engine.service.pairing import forget, propose_removal  # noqa: PLC0415

    exchange, wish = _named(workspace, given)
    held = propose_removal(exchange, clock(), wish)
    title = exchange.checked.catalog.provider.title
    stays = f"the record {shown(held.provider_id)} stays at {title} and must be deleted there"
    click.echo(f"warning: {stays} if it is not wanted", err=True)
    _confirm(f"Shall the link of {held.record_type} {shown(held.mis_id)} be removed?", yes=yes)
    forget(exchange, clock(), held)
    if as_json:
        data = {"exchange": exchange.name, "record_type": held.record_type, "mis_id": held.mis_id}
        say_json(data | {"done": "removed", "centre": held.centre, "before": held.provider_id, "after": None})
    else:
        click.echo(f"{held.record_type} {shown(held.mis_id)} is no longer linked to {shown(held.provider_id)}")


@click.command("find")
@_pair("find")
def find(workspace: Path | None, as_json: bool, **given: str) -> None:  # noqa: FBT001  click passes switches so
    """Look for the provider's record of a record that has no link, tier after tier. Nothing is stored.

    \b
    Example:
      tieline link find onefile learner 104
    """
    from engine.cli.output import Progress  # noqa: PLC0415
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.service.pairing import seek  # noqa: PLC0415

    exchange, wish = _named(workspace, given)
    progress = Progress()
    try:
        sought = seek(exchange, clock(), wish, progress.reading)
    finally:
        progress.clear()
    data = _sought_json(exchange, wish, sought)
    if as_json:
        say_json(data)
    else:
        say_lines(_sought_lines(data))


@click.command("deny")
@_pair("other_id")
@click.option("--why", required=True, help="The reason, kept in the log.")
@click.option("--withdraw", is_flag=True, help="Take back what was said before.")
def deny(workspace: Path | None, as_json: bool, why: str, withdraw: bool, **given: str) -> None:  # noqa: FBT001  click passes switches so
    """Say that a record of the provider is somebody else: it is proposed and linked no more. Nothing is sent.

    \b
    Example:
      tieline link deny onefile learner 104 7312345 --why "her brother, born the same day"
    """
    from engine.cli.places import clock  # noqa: PLC0415
    from engine.plan.view import shown  # noqa: PLC0415
    from engine.service import pairing  # noqa: PLC0415

    exchange, wish = _named(workspace, given)
    data: dict[str, Any] = {"exchange": exchange.name, "record_type": wish.record_type, "mis_id": wish.mis_id}
    if withdraw:
        pairing.withdraw(exchange, clock(), wish, given["other_id"], why)
        data |= {"done": "withdrawn", "provider_id": given["other_id"].strip(), "why": why}
        told = f"it is no longer said that {wish.record_type} {shown(wish.mis_id)} is not {shown(given['other_id'])}"
    else:
        proposed = pairing.propose_denial(exchange, clock(), wish, given["other_id"])
        _tell(exchange, proposed, as_json=as_json)
        word = pairing.deny(exchange, clock(), proposed, why)
        data |= {"mis_id": word.mis_id, "provider_id": word.provider_id, "done": "denied", "who": word.who}
        data |= {"why": word.why, "fields": _beside_json(proposed.beside)}
        told = f"{word.record_type} {shown(word.mis_id)} is not {shown(word.provider_id)}, says {shown(word.who)}"
    if as_json:
        say_json(data)
    else:
        click.echo(told)


def _named(workspace: Path | None, given: dict[str, str]) -> "tuple[Exchange, Wish]":
    from engine.cli.places import chosen_workspace  # noqa: PLC0415
    from engine.service.loading import load_exchange  # noqa: PLC0415
    from engine.service.pairing import Wish  # noqa: PLC0415

    exchange = load_exchange(chosen_workspace(workspace), given["exchange"])
    return exchange, Wish(given["record_type"], given["key"], given.get("centre"))


def _confirm(question: str, *, yes: bool) -> None:
    """Ask; where nobody can be asked, only --yes will do."""
    from engine.errors import RefusedError  # noqa: PLC0415

    if yes:
        return
    if not sys.stdin.isatty():
        message = "nobody can be asked here: say --yes; no link was changed"
        raise RefusedError(message)
    if not click.confirm(question, err=True):
        message = "nobody said yes; no link was changed"
        raise RefusedError(message)


def _tell(exchange: "Exchange", proposed: "Proposed", *, as_json: bool) -> None:
    """Both records side by side, and what is unusual; on standard error where the output is for programs."""
    from engine.plan.view import shown  # noqa: PLC0415

    link = proposed.link
    title = exchange.checked.catalog.provider.title
    head = f"{link.record_type} {shown(link.mis_id)} and the record {shown(link.provider_id)} at {title}"
    if proposed.before is not None:
        head += f", in place of {shown(proposed.before.provider_id)}"
    click.echo(head, err=as_json)
    for line in _beside_lines(_beside_json(proposed.beside)):
        click.echo(line, err=as_json)
    for warning in proposed.warnings:
        click.echo(f"warning: {shown(warning)}", err=True)


def _done(exchange: "Exchange", what: str, proposed: "Proposed", *, as_json: bool) -> None:
    from engine.plan.view import shown  # noqa: PLC0415

    link, before = proposed.link, proposed.before
    if not as_json:
        click.echo(f"{link.record_type} {shown(link.mis_id)} is linked to {shown(link.provider_id)}")
        return
    data: dict[str, Any] = {"exchange": exchange.name, "record_type": link.record_type, "mis_id": link.mis_id}
    data |= {"done": what}
    data |= {"centre": link.centre, "before": before.provider_id if before else None, "after": link.provider_id}
    say_json(data | {"fields": _beside_json(proposed.beside), "warnings": list(proposed.warnings)})


def _beside_json(beside: "Sequence[Beside]") -> list[dict[str, Any]]:
    """Identifiers and special-category values are masked; whether they are the same is told."""
    from engine.plan.view import MASK  # noqa: PLC0415

    found = []
    for one in beside:
        values: dict[str, str | None] = {"mis": one.mis, "provider": one.provider}
        if one.category != "ordinary":
            values = {side: None if value is None else MASK for side, value in values.items()}
        found.append({"field": one.field, "category": one.category, "same": one.same, **values})
    return found


def _beside_lines(fields: Sequence[dict[str, Any]]) -> Iterator[str]:
    from engine.plan.view import quoted  # noqa: PLC0415

    words = {True: "the same", False: "another", None: "not told"}
    for one in fields:
        yield f"  {one['field']}: {quoted(one['mis'])} and {quoted(one['provider'])}: {words[one['same']]}"


def _sought_json(exchange: "Exchange", wish: "Wish", sought: "Sought") -> dict[str, Any]:
    from engine.compare.candidates import SENTENCES  # noqa: PLC0415

    tiers = [
        {
            "fields": [field.name for field in one.tier.fields],
            "rule": one.tier.at,
            "finding": one.finding.value,
            "because": SENTENCES[one.finding],
            "provider_ids": list(one.provider_ids),
            "mis_ids": list(one.mis_ids),
        }
        for one in sought.found
    ]
    return {
        "exchange": exchange.name,
        "record_type": wish.record_type,
        "mis_id": wish.mis_id,
        "linked_to": sought.linked.provider_id if sought.linked is not None else None,
        "denied": [
            {"provider_id": one.provider_id, "who": one.who, "at": one.at.isoformat(), "why": one.why}
            for one in sought.denied
        ],
        "proposed": [{"provider_id": one, "fields": _beside_json(sought.beside[one])} for one in sought.proposed],
        "tiers": tiers,
    }


def _sought_lines(data: dict[str, Any]) -> Iterator[str]:
    from engine.plan.view import shown  # noqa: PLC0415

    who = f"{data['record_type']} {shown(data['mis_id'])}"
    if data["linked_to"] is not None:
        yield f"{who} is linked to {shown(data['linked_to'])} already; nothing was looked for"
        return
    for tier in data["tiers"]:
        ids = "".join(f" {shown(one)}" for one in tier["provider_ids"])
        others = f" (in the MIS: {', '.join(map(shown, tier['mis_ids']))})" if tier["mis_ids"] else ""
        yield f"{', '.join(tier['fields'])} ({tier['rule']}): {tier['finding']}{ids}{others}"
        yield f"    {tier['because']}"
    for one in data["denied"]:
        yield f"not {shown(one['provider_id'])}: denied by {shown(one['who'])} on {one['at'][:10]}: {shown(one['why'])}"
    for one in data["proposed"]:
        yield f"{who} may be the record {shown(one['provider_id'])}:"
        yield from _beside_lines(one["fields"])
    if len(data["proposed"]) > 1:
        yield "the tiers disagree: look at each of them"
    elif not data["proposed"]:
        yield f"nobody is proposed for {who}"
