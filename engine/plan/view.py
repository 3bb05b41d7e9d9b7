"""A plan as people and programs read it. The text is made from the JSON form, so the two cannot disagree."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.compare.reasons import REMEDIES, SENTENCES, Reason
from engine.plan.file import PlanFile
from engine.plan.model import Change, FieldChange, Request

MASK = "•••"


def summary(plan: PlanFile) -> dict[str, Any]:
    """The figures of a plan: what `tieline plan --json` prints, but for the calls it took."""
    tally = plan.tally
    ignored = compared = 0
    for part in plan.left_alone:
        for reasons in part.fields.values():
            left = sum(number for reason, number in reasons.items() if reason.startswith("ignored"))
            ignored += left
            compared += sum(reasons.values()) - left
    return {
        "plan": plan.id,
        "digest": plan.digest,
        "file": str(plan.path),
        "exchange": plan.header.exchange,
        "changes": tally.applicable,
        "fields": tally.fields,
        "counts": tally.by_system(),
        "held": tally.held,
        "compared": compared,
        "ignored": ignored,
        "not_comparable": sum(part.not_comparable for part in plan.left_alone),
        "limits": [line.as_json() for line in plan.limits],
    }


def document(plan: PlanFile, *, reveal: bool = False, only: str | None = None) -> dict[str, Any]:
    """The whole plan as one JSON document; identifiers and special-category values masked unless revealed."""
    changes = [change_json(change, reveal=reveal) for change in plan.changes() if only is None or fits(change, only)]
    return summary(plan) | {
        "header": plan.header.as_json(),
        "all_changes": changes,
        "left_alone": [part.as_json() for part in plan.left_alone],
    }


def change_json(change: Change, *, reveal: bool) -> dict[str, Any]:
    """One change with its reasons in words."""
    data: dict[str, Any] = dict(change.as_json())
    data["fields"] = [_field_json(one, reveal=reveal) for one in change.fields]
    data["because"] = change.because or (_sentence(change.hold) if change.hold else "")
    data["remedy"] = REMEDIES.get(Reason(change.hold), "") if change.hold else ""
    return data


def _field_json(one: FieldChange, *, reveal: bool) -> dict[str, Any]:
    data: dict[str, Any] = dict(one.as_json())
    if one.category != "ordinary" and not reveal:
        data |= {name: MASK for name in ("before", "after") if data[name] is not None}
    remedy = REMEDIES.get(Reason(one.reason), "") if one.held else ""
    return data | {"because": _sentence(one.reason), "remedy": remedy}


def _sentence(reason: str) -> str:
    return SENTENCES[Reason(reason)]


def fits(change: Change, only: str) -> bool:
    """Whether a change is of this record, record type or system, or has an id that begins so."""
    return only in {
        change.id,
        change.mis_id,
        change.provider_id,
        change.record_type,
        change.system,
    } or change.id.startswith(only)


def text(plan: PlanFile, *, reveal: bool = False, only: str | None = None) -> Iterator[str]:
    """The plan as lines of text, one change after the other; nothing in a plan file can command a terminal."""
    return map(shown, _text(plan, reveal=reveal, only=only))


def _text(plan: PlanFile, *, reveal: bool, only: str | None) -> Iterator[str]:
    figures = summary(plan)
    yield f"plan {plan.id}: {plan.header.title}"
    yield f"digest {plan.digest}"
    chosen = plan.header.settings["settings"]
    if isinstance(chosen, Mapping):
        yield "settings " + ", ".join(f"{name} = {_setting(value)}" for name, value in sorted(chosen.items()))
    if plan.header.as_of is not None:
        yield f"today is {plan.header.as_of}, for the rules that ask"
    if plan.header.request is not None:
        yield from _asked(plan.header.request)
    if plan.header.undoes is not None:
        yield f"undoes run {plan.header.undoes}: what it wrote goes back to what stood there before"
    yield from _figures(figures)
    for change in plan.changes():
        if only is None or fits(change, only):
            yield ""
            yield from change_lines(change_json(change, reveal=reveal))
    yield ""
    yield from _left_alone([part.as_json() for part in plan.left_alone])
    yield from (line["sentence"] + (" CROSSED" if line["crossed"] else "") for line in figures["limits"])


def _setting(value: object) -> object:
    return ("on" if value else "off") if isinstance(value, bool) else value


def _asked(request: Request) -> Iterator[str]:
    """Whom a person asked for, and what was chosen."""
    what = "to be created" if request.creates else "alone"
    yield f"asked for: {request.record_type} {', '.join(request.mis_ids)}, {what}"
    for mis_id, chosen in request.chosen.items():
        if chosen:
            yield f"  chosen for {mis_id}: " + ", ".join(f"{name} {key}" for name, key in chosen.items())


def _figures(figures: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_many(figures['changes'], 'change')} of {_many(figures['fields'], 'field')}, {figures['held']} held"
    for system, records in figures["counts"].items():
        for record_type, actions in records.items():
            for action, number in actions.items():
                yield f"  {system}: {action} {_many(number, record_type)}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def change_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """One change, from its JSON form, as lines of text."""
    target = data["provider_id"] if data["side"] == "provider" else data["mis_id"]
    source = data["mis_id"] if data["side"] == "provider" else data["provider_id"]
    what = f"{data['action']} {data['record_type']}" + (f" {shown(target)}" if target is not None else "")
    told = f"change {data['id'][:12]}, delivery class {data['delivery']}"
    where = f", centre {shown(data['centre'])}" if data["centre"] is not None else ""
    yield f"{what} at {data['system']} (from {shown(source)}{where}), {told}"
    if data["hold"]:
        yield f"  held: {data['because']}" + (f"; {data['remedy']}" if data["remedy"] else "")
    for one in data["fields"]:
        mark = "  held " if one["held"] else "  "
        after = f"the record of change {one['pending'][:12]}" if one["pending"] else quoted(one["after"])
        yield f"{mark}{one['field']}: {quoted(one['before'])} -> {after}"
        yield f"      {one['because']} ({one['rule']})" + (f"; {one['remedy']}" if one["remedy"] else "")


def run_line(facts: Mapping[str, Any]) -> str:
    """A run, from its JSON form: when, by whom, in what state, and how many changes ended how."""
    counts = ", ".join(f"{number} {state}" for state, number in facts["counts"].items()) or "nothing done"
    who = f"begun {facts['begun_at']} by {shown(facts['begun_by'])}"
    return f"run {facts['run']} of exchange {facts['exchange']}, {who}: {facts['state']}, {counts}"


def exchanged_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """One change that was exchanged, from its JSON form: when, which way, from what to what, what came of it."""
    first, *rest = change_lines(data)
    made = f", made as {shown(data['new_key'])}" if data["new_key"] else ""
    yield f"{data['at']}  {data['state']}  {data['direction']}  {first}{made}"
    if data["detail"]:
        yield f"  {data['state']}: {shown(data['detail'])}"
    yield from rest


def _left_alone(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for part in parts:
        yield f"{part['record_type']}s: " + ", ".join(f"{number} {name}" for name, number in part["situations"].items())
        for field, reasons in part["fields"].items():
            told = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in reasons.items())
            yield f"  {field}: {told}"


def quoted(value: str | Sequence[str | None] | None) -> str:
    """A value in quotes, its own quotes written out, or the word blank."""
    if value is not None and not isinstance(value, str):
        return ", ".join(map(quoted, value))
    if value is None or value == MASK:
        return "blank" if value is None else MASK
    return '"' + shown(value.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def shown(value: str | None) -> str:
    """A text that cannot command a terminal: control, bidirectional and other invisible characters are written out."""
    if value is None:
        return "?"
    return "".join(letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}" for letter in value)
