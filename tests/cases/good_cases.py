"""The runner of the good cases: a folder of text files in, the plan and what applying it leads to out, as text.

A case is a folder below `tests/cases/good`: `mapping.yaml`, whose first lines say in a comment what is proved;
`mis.yaml` and `provider.yaml`, the records of each collection; and, where it needs them, `links.yaml`, `tieline.yaml`
(the exchange's `settings` and `limits`), tables of codes (`NAME.csv`), `mis.connector.yaml` and
`provider.connector.yaml` in place of those in `_default`, and `request.yaml`: the `record_type` and `mis_id` that a
person asks for in the first plan, and what is said of its choices under `choose`. `expected.txt` is what must come out.

`python -m tests.cases.good_cases --write NAME …` writes `expected.txt` anew: read it before you believe it.
"""

import argparse
import copy
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from engine.apply import Applier
from engine.report import Report
from engine.choosing import Choice, choose_for
from engine.connector_file import ConnectorFile, read_connector
from engine.diagnostics.model import Label
from engine.diagnostics.render import render_text
from engine.ledger.leases import hold_lease
from engine.ledger.links import Link, add_links, read_links
from engine.ledger.plans import Approval, StoredPlan, add_approval, store_plan
from engine.ledger.runs import begin_run
from engine.ledger.store import Store, open_store
from engine.memory import MemorySystem, Row, Rows
from engine.plan.file import PlanFile, open_plan
from engine.plan.model import FieldChange, LeftAlone, Request
from engine.reading import Sides
from engine.rules.check import Chosen, check_rules
from engine.rules.model import Catalog
from engine.rules.parse import read_rules
from engine.service import planning
from engine.service.loading import Exchange
from engine.settings import read_settings
from engine.source import Source
from engine.yamltree import plain, read_tree
from tests.unit.ledger.scenario import StillClock

GOOD = Path(__file__).parent / "good"
DEFAULTS = GOOD / "_default"
EXCHANGE = "case"
WHO = "jo"
_WORKSPACE = """\
workspace: cases
systems:
  office: {environment: sandbox, database: "sqlite:office.db"}
  folder: {environment: sandbox, database: "sqlite:folder.db"}
exchanges:
  case:
    enabled: on
"""
_ABSENT = "a change that is not in the plan"


class WrongCaseError(Exception):
    """The case cannot be run, or what must hold of every case does not; says why."""


def names() -> list[str]:
    """Every case."""
    return sorted(path.parent.name for path in GOOD.glob("*/mapping.yaml"))


def expected(name: str) -> str:
    """What must come out of a case."""
    path = GOOD / name / "expected.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@dataclass
class Case:
    """A case in a temporary folder: its exchange, both systems and the store."""

    exchange: Exchange
    mis: MemorySystem
    provider: MemorySystem
    store: Store
    clock: StillClock
    asked: Mapping[str, Any] | None = None
    """What a person asks for; None for a plan of everything."""
    choices: tuple[Choice, ...] = ()

    def plan(self, order: Callable[[list[Row]], Any] = iter, page_size: int = 100) -> PlanFile:
        """A plan over both systems, as the command makes it; `order` and `page_size` do not show in it."""
        sides = self._sides(order, page_size)
        as_of = planning.as_of_now(self.exchange, self.clock)
        made = planning.MadeFor(as_of, self._request(sides) if self.asked is not None else None)
        planner = planning.planner_of(self.exchange, self.store, sides, made=made)
        decisions, snapshots = planner.decide_all()
        header = planning.header_of(self.exchange, self.store, snapshots, made)
        return open_plan(planning.write_changes(self.exchange, header, planner, decisions, None))

    def _request(self, sides: Sides) -> Request:
        """What is asked for, with the choices made for it."""
        asked = dict(self.asked or {})
        name, mis_id = asked["record_type"], asked["mis_id"]
        made = planning.MadeFor(None, Request(name, (mis_id,), {}))
        planner = planning.planner_of(self.exchange, self.store, sides, made=made)
        record = next(one for one in planner.query.records if one.record_type == name)
        found = planner.readings.fetch("mis", record.mis, record.mis_columns, [mis_id])
        self.choices = choose_for(planner, record, found, asked.get("choose", {}))
        return Request(name, (mis_id,), {mis_id: {one.name: one.key for one in self.choices}})

    def apply(self, plan: PlanFile) -> Report:
        """Apply everything that may be applied, approved by one who looks at no limit."""
        changes = [change for change in plan.changes() if change.applicable]
        now = self.clock.now()
        stored = StoredPlan(plan.id, plan.digest, EXCHANGE, str(plan.path), now, WHO, {})
        store_plan(self.store, stored, WHO)
        digests = tuple(change.digest for change in changes)
        approval = Approval(f"of {plan.id}", plan.id, plan.digest, digests, WHO, WHO, "a case", now, None, None, {})
        add_approval(self.store, approval)
        planner = planning.planner_of(self.exchange, self.store, self._sides(), made=planning.made_for(plan))
        with hold_lease(self.store, "folder", WHO) as lease:
            run = begin_run(self.store, lease, plan.id, approval.id, EXCHANGE, WHO)
            return Applier(self.store, lease, run, planner, self.clock, frozenset(digests)).apply(plan)

    def _sides(self, order: Callable[[list[Row]], Any] = iter, page_size: int = 100) -> Sides:
        catalog = self.exchange.checked.catalog
        for system in (self.mis, self.provider):
            system._order, system._page_size = order, page_size
        return Sides(self.mis, self.provider, catalog.mis.name, catalog.provider.name)


# --- files in --------------------------------------------------------------------------------------------------------


def open_case(name: str, folder: Path) -> Case:
    """Open a case over a store in an empty folder; raises WrongCaseError with the diagnostics of its files."""
    source = GOOD / name
    if not (source / "mapping.yaml").is_file():
        raise WrongCaseError(f"there is no case {name}")
    exchange = _exchange(source, folder)
    clock = StillClock()
    catalog = exchange.checked.catalog
    mis = MemorySystem(catalog.mis.collections, _rows(source / "mis.yaml"))
    provider = MemorySystem(catalog.provider.collections, _rows(source / "provider.yaml"))
    (folder / ".tieline").mkdir(exist_ok=True)
    (folder / ".tieline" / "store.db").write_bytes(_new_store())
    store = open_store(exchange.workspace.store, clock)
    links = [
        Link(record_type, str(one["mis"]), str(one["provider"]), one.get("centre"))
        for record_type, some in _read(source / "links.yaml").items()
        for one in some
    ]
    if links:
        add_links(store, EXCHANGE, links, WHO)
    asked = cast("dict[str, Any]", _read(source / "request.yaml")) or None
    return Case(exchange, mis, provider, store, clock, asked)


@lru_cache
def _new_store() -> bytes:
    """A store with nothing in it, made once: making one takes as long as all that is done in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        open_store(f"sqlite:///{path}", StillClock()).close()
        return path.read_bytes()


def _exchange(source: Path, folder: Path) -> Exchange:
    """The case's rules, checked against its connector files under its settings."""
    part = source / "tieline.yaml"
    lines = part.read_text(encoding="utf-8").splitlines() if part.is_file() else []
    text = _WORKSPACE + "".join(f"    {line}\n" for line in lines)
    settings = read_settings(Source("tieline.yaml", text), folder)
    tables = {path.name: _text(path).text for path in source.glob("*.csv")}
    rules = read_rules(_text(source / "mapping.yaml"), tables.get)
    files = [
        _connector(own if own.is_file() else DEFAULTS / own.name)
        for own in (source / "mis.connector.yaml", source / "provider.connector.yaml")
    ]
    found = [*settings.diagnostics, *rules.diagnostics, *(one for file in files for one in file.diagnostics)]
    specs = [file.spec for file in files if file.spec is not None]
    if found or settings.workspace is None or rules.rules is None:
        raise WrongCaseError(render_text(found))
    exchange = settings.workspace.exchanges[EXCHANGE]
    labels = {name: Label(settings.source, exchange.span) for name in exchange.settings}
    checked, faults = check_rules(rules.rules, Catalog(*specs), Chosen(exchange.settings, labels))
    if checked is None or faults:
        raise WrongCaseError(render_text(faults))
    return Exchange(settings.workspace, exchange, checked)


def _text(path: Path) -> Source:
    return Source(path.name, path.read_text(encoding="utf-8"))


@lru_cache
def _connector(path: Path) -> ConnectorFile:
    return read_connector(_text(path))


def _read(path: Path) -> dict[str, list[dict[str, Any]]]:
    """A YAML file of lists by name; nothing where there is none."""
    if not path.is_file():
        return {}
    tree = read_tree(_text(path))
    if tree.root is None or tree.diagnostics:
        raise WrongCaseError(render_text(tree.diagnostics))
    return cast("dict[str, list[dict[str, Any]]]", plain(tree.root))


def _rows(path: Path) -> Rows:
    return cast("Rows", _read(path))


# --- text out --------------------------------------------------------------------------------------------------------


def run_case(name: str) -> str:
    """Plan, apply, plan again; the text of it all. Raises WrongCaseError where a case does not settle, and alike."""
    with tempfile.TemporaryDirectory() as folder:
        case = open_case(name, Path(folder))
        try:
            return "".join(f"{line}\n" for line in _story(case))
        finally:
            case.store.close()


def _story(case: Case) -> Iterator[str]:
    before = copy.deepcopy((case.mis.rows, case.provider.rows))
    plan = case.plan(lambda rows: rows[::-1], page_size=2)
    asked, case.asked = case.asked, None
    yield from map(_choice_line, case.choices)
    yield from _plan_lines(plan, shows_limits=bool(case.exchange.settings.limits))
    if (case.mis.rows, case.provider.rows) != before:
        raise WrongCaseError("planning wrote something")
    yield "---"
    yield from _applied(case, plan)
    second = case.plan()
    created = any(one.applicable and one.action == "create" for one in plan.changes())
    if second.tally.applicable and (created or asked):
        yield "then:"
        yield from (f"  {line}" for line in _change_lines(second, only_applicable=True))
        yield from _applied(case, second)
        second = case.plan()
    yield from _state(case)
    yield f"settles: {'no' if second.tally.applicable else 'yes'}"
    if second.tally.held:
        yield f"still held: {second.tally.held}"
    if second.tally.applicable:
        yield from _change_lines(second)


def _choice_line(one: Choice) -> str:
    options = ", ".join(f"{option.key} {_value(option.label)}" for option in one.offer.options) or "nothing"
    unclear = f", {one.offer.unclear} unclear" if one.offer.unclear else ""
    return f"choice {one.name}: {one.key or 'open'}{f' ({one.why})' if one.why else ''}; on offer: {options}{unclear}"


def _applied(case: Case, plan: PlanFile) -> Iterator[str]:
    if not plan.tally.applicable:
        yield "applied: nothing"
        return
    report = case.apply(plan)
    if not report.whole:
        why = [report.halted, *(f"{one.state}: {one.detail}" for one in report.closings if one.state != "done")]
        raise WrongCaseError("not everything was applied: " + "; ".join(why))
    yield f"applied: {report.count('done')} done"


def _plan_lines(plan: PlanFile, *, shows_limits: bool) -> Iterator[str]:
    yield from _change_lines(plan)
    for part in plan.left_alone:
        yield from _left_lines(part)
    for limit in plan.limits if shows_limits else [one for one in plan.limits if one.crossed]:
        yield f"limit {limit.kind}{' CROSSED' if limit.crossed else ''}: {limit.sentence}"


def _change_lines(plan: PlanFile, *, only_applicable: bool = False) -> Iterator[str]:
    """Each change: action, system, ids, hold, what it comes after, and each field, before -> after and why."""
    names = {
        change.id: f"{change.action} {change.record_type} {change.mis_id or change.provider_id}"
        for change in plan.changes()
    }
    for change in plan.changes():
        if only_applicable and not change.applicable:
            continue
        centre = f", centre {change.centre}" if change.centre else ""
        ids = f"mis {change.mis_id or '-'}, provider {change.provider_id or '-'}{centre}"
        yield f"{change.action} {change.record_type} in {change.system} ({ids})"
        if change.hold:
            yield f"  HELD: {change.hold}{f' ({change.because})' if change.because else ''}"
        yield from (f"  after: {names.get(one, _ABSENT)}" for one in change.depends_on)
        yield from (f"  {_field(one, names)}" for one in change.fields)


def _field(one: FieldChange, names: Mapping[str, str]) -> str:
    held = "HELD " if one.held else ""
    after = f"what comes of {names.get(one.pending, _ABSENT)}" if one.pending else _value(one.after)
    return f"{held}{one.field}: {_value(one.before)} -> {after} ({one.reason})"


def _left_lines(part: LeftAlone) -> Iterator[str]:
    counts = [f"{number} {situation}" for situation, number in part.situations.items() if number]
    yield f"left alone, {part.record_type} ({part.mode}): {', '.join(counts) or 'no records'}"
    for name, reasons in part.fields.items():
        told = ", ".join(f"{number} {reason}" for reason, number in reasons.items() if number)
        yield f"  {name}: {told or 'nothing'}"
    if part.not_comparable:
        yield f"  not comparable: {part.not_comparable}"


def _state(case: Case) -> Iterator[str]:
    """The records of both sides as the systems hold them, and the links."""
    for name, system in (("office", case.mis), ("folder", case.provider)):
        for collection, rows in system.rows.items():
            key = system._collections[collection].key
            yield f"{name} {collection}:"
            for row in sorted(rows, key=lambda one: str(one.get(key))):
                parts = [f"{column} {_value(value)}" for column, value in row.items() if column != key]
                yield f"  {row.get(key) or 'no key'}: {', '.join(parts) or 'nothing'}"
    for record in case.exchange.checked.rules.records:
        links = read_links(case.store, EXCHANGE, record.name)
        if links:
            told = (f"{one.mis_id} = {one.provider_id}{f' ({one.centre})' if one.centre else ''}" for one in links)
            yield f"links of {record.name}: {', '.join(told)}"


def _value(value: object) -> str:
    """A text in quotes with nothing invisible in it; what is no text as it is; blank."""
    if value is None:
        return "blank"
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return '"' + "".join(_letter(letter) for letter in value) + '"'


def _letter(letter: str) -> str:
    if letter in {'"', "\\"}:
        return f"\\{letter}"
    if letter == "\n":
        return "\\n"
    shows = letter.isprintable() and not unicodedata.combining(letter)
    return letter if shows else f"\\u{{{ord(letter):x}}}"


# --- writing ---------------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Print cases, or with `--write` their `expected.txt`."""
    parser = argparse.ArgumentParser(description="Run good cases.")
    parser.add_argument("names", nargs="*", help="cases; without any, all of them")
    parser.add_argument("--write", action="store_true", help="write expected.txt anew")
    told = parser.parse_args(arguments)
    wrong = 0
    for name in told.names or names():
        try:
            text = run_case(name)
        except WrongCaseError as fault:
            wrong += 1
            sys.stdout.write(f"=== {name}: WRONG\n{fault}\n")
            continue
        if told.write:
            (GOOD / name / "expected.txt").write_text(text, encoding="utf-8")
        else:
            sys.stdout.write(f"=== {name}{'' if text == expected(name) else ' (differs)'}\n{text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
