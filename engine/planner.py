"""From checked rules and two open systems to changes: for everything, or again for a few records that are written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict

from engine.again import Links
from engine.attempts import Fresh
from engine.compare.agreed import Agreed, agreements
from engine.compare.creates import InCentre, Wanted, could_be_referred, find_creates
from engine.compare.decide import Decisions, decide
from engine.compare.decided import Decided
from engine.compare.match import (
    BrokenLink,
    LinkFrame,
    Matched,
    link_frame,
    links_touching,
    match_records,
    usable_links,
)
from engine.compare.referred import referred_by
from engine.compare.requested import narrowed, needed_by, used_by
from engine.compare.shown import shows
from engine.compare.snapshot import Snapshot, with_others
from engine.plan.build import Builder
from engine.plan.model import Change, Request, change_id
from engine.ports import EMPTY, Collection
from engine.query.model import Query, RecordQuery
from engine.reading import Readings, Sides
from engine.rules.model import Side


class Creatable(TypedDict):
    """What may be created, as `References.fill` takes it."""

    creatable: set[str]
    in_mis: dict[str, str | None]
    barred: set[tuple[str, str]]
    is_open: Callable[[str, str], bool] | None


def nothing_decided(_record_type: str) -> Links:
    """Where nobody decides on what is held, or denies that records are the same."""
    return {}


def nothing_agreed(_record_type: str) -> Links:
    """Where nobody keeps what both sides agreed on."""
    return {}


@dataclass(frozen=True, slots=True)
class Planner:
    """Reads, matches and decides. `links` gives the stored links of a record type."""

    query: Query
    readings: Readings
    links: Callable[[str], Links]
    builder: Builder
    agreed: Callable[[str], Links] = nothing_agreed
    """Gives what both sides of a record type once agreed on."""
    broken: Mapping[str, frozenset[BrokenLink]] = field(default_factory=dict)
    """Links, by record type, that the plan which is applied found broken: only what is referred to is read again."""
    referred: frozenset[str] | None = None
    """The creates that changes of the plan which is applied refer to; None: any may be referred to."""
    doubted: frozenset[str] = frozenset()
    """Record types of which the plan that is applied held what would be cleared, for a whole read was empty."""
    decided: Callable[[str], Links] = nothing_decided
    """Gives what people decided of fields of a record type that were held."""
    denied: Callable[[str], Links] = nothing_decided
    """Gives the pairs (mis_id, provider_id) of a record type that people said are not the same."""
    _known: dict[str, Links] = field(default_factory=dict, repr=False, compare=False)
    _frames: dict[str, LinkFrame] = field(default_factory=dict, repr=False, compare=False)
    _followed: dict[str, LinkFrame] = field(default_factory=dict, repr=False, compare=False)
    _remembered: dict[str, Agreed] = field(default_factory=dict, repr=False, compare=False)
    _words: dict[str, Decided] = field(default_factory=dict, repr=False, compare=False)
    _apart: dict[str, Links] = field(default_factory=dict, repr=False, compare=False)
    _agreeing: dict[str, Links] = field(default_factory=dict, repr=False, compare=False)
    _let_go: set[str] = field(default_factory=set, repr=False, compare=False)
    _matched: dict[str, Matched] = field(default_factory=dict, repr=False, compare=False)
    _whole: dict[tuple[str, Side], Snapshot] = field(default_factory=dict, repr=False, compare=False)

    @property
    def sides(self) -> Sides:
        """The two systems."""
        return self.readings.sides

    @property
    def request(self) -> Request | None:
        """What a person asks for; then nothing else is planned."""
        return self.readings.request

    def decide_all(self) -> tuple[list[Decisions], list[Snapshot]]:
        """Read both sides whole and decide every record type that moves; what others refer to comes first."""
        snapshots: list[Snapshot] = []
        found: dict[str, Matched] = {}
        order = self._order()
        for record in order:
            if not _reads(record):
                self._refer_by_links(record.record_type)
                continue
            read, known = self.readings.read, len(snapshots)
            mis = self.readings.with_others(record, read("mis", record.mis, record.mis_columns), snapshots)
            without = frozenset(one.collection.name for one in snapshots[known:] if not one.count)
            provider = read("provider", record.provider, record.provider_columns)
            snapshots += [mis, provider]
            links = self._links(record.record_type)
            matched = match_records(record, mis, provider, links, self._denied(record))
            if links["mis_id"]:
                matched = replace(matched, emptied=not (mis.count and provider.count), without=without)
            self.query.references.fill(record.record_type, matched.keys, **self._creatable(record, matched))
            found[record.record_type] = matched
        return self._decide_all([record for record in order if record.record_type in found], found), snapshots

    def _decide_all(self, order: Sequence[RecordQuery], found: Mapping[str, Matched]) -> list[Decisions]:
        """The decisions, in this order. What refers to other records is decided before these, for it needs them."""
        decided: dict[str, Decisions] = {}
        referred: dict[str, set[InCentre]] = {}
        used: dict[str, set[str]] = {}
        needed: dict[str, set[str]] = {}
        for record in reversed(order):
            name = record.record_type
            requested = self._requested(record)
            wanted = Wanted(frozenset(referred.get(name, ())), requested)
            decisions = self._decide(record, found[name], wanted)
            if self.request is not None:
                asked = self.request.record_type == name
                own = frozenset(self.request.mis_ids) if asked else frozenset(one for one, _ in wanted.referred)
                by_ids = frozenset(used.get(name, ())), frozenset(needed.get(name, ()))
                decisions = narrowed(decisions, own, *by_ids, asked=asked)
                for told, kept in ((used_by(decisions), used), (needed_by(decisions, own), needed)):
                    for record_type, there in told.items():
                        kept.setdefault(record_type, set()).update(there)
            decided[name] = decisions
            for record_type, ids in referred_by(decisions).items():
                referred.setdefault(record_type, set()).update(ids)
        return [decided[record.record_type] for record in order]

    def _requested(self, record: RecordQuery) -> frozenset[str]:
        """The records of this record type that a person asks to have created."""
        if self.request is None or not self.request.creates or self.request.record_type != record.record_type:
            return frozenset()
        return frozenset(self.request.mis_ids)

    def _order(self) -> list[RecordQuery]:
        """The record types that are needed, those that others refer to or belong to first."""
        known = {record.record_type: record for record in self.query.records}
        wanted = {name: record for name, record in known.items() if self._is_needed(record)}
        order: dict[str, RecordQuery] = {}

        def visit(record: RecordQuery) -> None:
            if record.record_type not in order:
                above = {record.parent.record_type} & wanted.keys() if record.parent is not None else set()
                for name in sorted(record.refers_to | above):
                    visit(known[name])
                order[record.record_type] = record

        for record in wanted.values():
            visit(record)
        return list(order.values())

    def _is_needed(self, record: RecordQuery) -> bool:
        """Whether a record type is planned for its own sake, and not only where others refer to it."""
        if self.request is not None:
            return record.record_type == self.request.record_type
        return record.moves or record.create_new is not None or record.create_in_mis is not None

    def _creatable(self, record: RecordQuery, matched: Matched) -> Creatable:
        """What would be created, for it has all that its new side demands and no open outcome."""
        free: set[str] = set()
        in_mis: dict[str, str | None] = {}
        for creates in find_creates(record, matched, could_be_referred(record, matched)):
            name = self.sides.provider_name if creates.at == "provider" else self.sides.mis_name
            ready = creates.frame.filter(creates.frame["why"].is_null()).select("mis_id", "provider_id", "centre")
            for mis_id, provider_id, centre in ready.iter_rows():
                identity = (record.record_type, mis_id, provider_id, centre)
                if self.builder.unknown and change_id("create", name, *identity) in self.builder.unknown:
                    continue
                if creates.at == "provider":
                    free.add(mis_id)
                else:
                    in_mis[provider_id] = centre
        broken = matched.broken.select("mis_id", "centre").drop_nulls().rows() if record.per_centre else []
        is_open = self._is_open(record.record_type) if self.builder.unknown else None
        return {"creatable": free, "in_mis": in_mis, "barred": set(broken), "is_open": is_open}

    def _is_open(self, record_type: str) -> Callable[[str, str], bool]:
        """Whether the create of an id in a centre was sent before with an outcome that nobody knows."""
        name, unknown = self.sides.provider_name, self.builder.unknown
        return lambda mis_id, centre: change_id("create", name, record_type, mis_id, None, centre) in unknown

    def _refer_by_links(self, record_type: str) -> None:
        """Let references to this record type be translated by those of its stored links that can be followed."""
        broken = self.broken.get(record_type, frozenset())
        frame = self._frame(record_type)
        if self._followed.get(record_type) is not frame:
            self.query.references.fill(record_type, usable_links(frame, broken))
            self._followed[record_type] = frame

    def plan_again(self, changes: Sequence[Change]) -> dict[str, Fresh]:
        """Read the records of these changes again and plan them anew: id -> change; what has settled is absent."""
        found: dict[str, Fresh] = {}
        wanted = {change.standing_id: change for change in changes}
        for record in self.query.records:
            some = [change for change in changes if change.record_type == record.record_type]
            if some:
                for name in record.refers_to:
                    self._refer_by_links(name)
                for fresh in self._again(record, some):
                    planned = wanted.get(fresh.change.id)
                    same = planned is not None and _as_planned(fresh, planned)
                    if planned is not None and same:
                        found[planned.id] = same
                for change in some:
                    if _asks_no_more(change, found.get(change.id)) and not self._shows(record, change):
                        found[change.id] = Fresh(change, EMPTY, wanted=False)
        return found

    def _shows(self, record: RecordQuery, change: Change) -> bool:
        """Whether the records, as they were just read, show what a change was to do."""
        if change.action == "update":
            matched = self._matched[record.record_type]
            return shows(record, matched, change.side, change.key, {one.field: one.written for one in change.writes})
        links = self._touching(record.record_type, {change.mis_id}, {change.provider_id})
        stored = zip(links["mis_id"], links["provider_id"], links["centre"], strict=True)
        wanted = change.mis_id, change.provider_id, change.centre
        return any(all(part in {None, own} for part, own in zip(wanted, one, strict=True)) for one in stored)

    def _again(self, record: RecordQuery, changes: Sequence[Change]) -> Iterator[Fresh]:
        mis_ids = sorted({change.mis_id for change in changes if change.mis_id is not None})
        provider_ids = sorted({change.provider_id for change in changes if change.provider_id is not None})
        fetch = self.readings.fetch
        mis = fetch("mis", record.mis, _with_version(record.mis, record.mis_columns), mis_ids)
        mis = self.readings.with_others(record, mis, [], mis_ids)
        columns = _with_version(record.provider, record.provider_columns)
        provider = fetch("provider", record.provider, columns, provider_ids)
        links = self._touching(record.record_type, set(mis_ids), set(provider_ids))
        rows = {"mis": _raw_rows(mis), "provider": _raw_rows(provider)}
        made = {change.side for change in changes if change.action == "create" and record.tiers}
        mis = self._with_unlinked(record, mis) if "mis" in made else mis
        provider = self._with_unlinked(record, provider, "provider") if "provider" in made else provider
        matched = match_records(record, mis, provider, links, self._denied(record))
        if record.record_type in self.doubted:
            matched = replace(matched, without=record.others)
        wanted = Wanted(self._referred(changes), self._requested(record))
        self._matched[record.record_type] = matched
        self._agreeing[record.record_type] = agreements(record, matched, self.builder.key)
        for change in self.builder.changes([self._decide(record, matched, wanted)]):
            yield Fresh(change, rows[change.side].get(change.key or "", EMPTY))

    def _referred(self, changes: Sequence[Change]) -> frozenset[InCentre]:
        """The records of these creates that are wanted because others refer to them: no other create stands so."""
        return frozenset(
            (change.mis_id, change.centre)
            for change in changes
            if change.action == "create"
            and change.mis_id is not None
            and (self.referred is None or change.id in self.referred)
            and change.id not in self._let_go
        )

    def _with_unlinked(self, record: RecordQuery, some: Snapshot, side: Side = "mis") -> Snapshot:
        """These records and all of their side without a link, read once: one to be created may be there by now."""
        name, collection = record.record_type, some.collection
        if (name, side) not in self._whole:
            columns = record.mis_columns if side == "mis" else record.provider_columns
            whole = self.readings.read(side, collection, columns)
            self._whole[name, side] = self.readings.with_others(record, whole, []) if side == "mis" else whole
        known = {*self._links(name)[f"{side}_id"], *some.frame[collection.key], *some.doubled}
        return with_others(some, self._whole[name, side], known)

    def let_go(self, creates: Iterable[str]) -> None:
        """Want these creates no longer because others refer to them, while a plan is applied."""
        self._let_go.update(creates)

    def look_again(self, change: Change) -> list[Change]:
        """Read the record of one change again, and give all that a plan made now would have on it."""
        record = next(one for one in self.query.records if one.record_type == change.record_type)
        for name in record.refers_to:
            self._refer_by_links(name)
        return [fresh.change for fresh in self._again(record, [change])]

    def agreements(self) -> dict[str, Links]:
        """Record type -> what the records that were just planned again agree on; told once."""
        found = {record_type: told for record_type, told in self._agreeing.items() if told["mis_id"]}
        self._agreeing.clear()
        return found

    def _decide(self, record: RecordQuery, matched: Matched, wanted: Wanted) -> Decisions:
        """Decide over what both sides once agreed on and what people decided, which two-way fields alone look at."""
        name = record.record_type
        if all(one.mode != "both" for one in record.fields):
            return decide(record, matched, wanted)
        if name not in self._remembered:
            self._remembered[name] = Agreed(self.agreed(name), self.builder.key)
            self._words[name] = Decided(self.decided(name), self.builder.key)
        return decide(record, matched, wanted, self._remembered[name], self._words[name])

    def _denied(self, record: RecordQuery) -> Links:
        """The denied pairs, which tiers alone look at."""
        name = record.record_type
        if record.tiers and name not in self._apart:
            self._apart[name] = self.denied(name)
        return self._apart.get(name, {})

    def forget(self, record_type: str) -> None:
        """Read the links of a record type anew, for there are new ones."""
        self._known.pop(record_type, None)
        self._frames.pop(record_type, None)

    def _touching(self, record_type: str, mis_ids: set[str | None], provider_ids: set[str | None]) -> Links:
        """The links of these records; None is no record."""
        known = ({one for one in ids if one is not None} for ids in (mis_ids, provider_ids))
        return links_touching(self._frame(record_type), *known)

    def _frame(self, record_type: str) -> LinkFrame:
        """All links of a record type in a form that a million of them may have, while a plan is applied."""
        if record_type not in self._frames:
            self._frames[record_type] = link_frame(self.links(record_type))
        return self._frames[record_type]

    def _links(self, record_type: str) -> Links:
        if record_type not in self._known:
            self._known[record_type] = self.links(record_type)
        return self._known[record_type]


def _asks_no_more(change: Change, fresh: Fresh | None) -> bool:
    """Whether a plan made now has nothing of what a change writes."""
    if fresh is None:
        return True
    now = {one.field for one in fresh.change.fields}
    return (
        fresh.change.hold is None and change.action == "update" and now.isdisjoint(one.field for one in change.writes)
    )


def _as_planned(fresh: Fresh, planned: Change) -> Fresh | None:
    """A change planned anew, to be held against the planned one.

    One that completes a record was planned before there was a record: of that only what it writes counts. A field that
    the record has already is taken as it was planned; None where it has them all. A record that is held now is no
    record that has them.
    """
    if fresh.change.id == planned.id:
        return fresh
    if fresh.change.hold is not None:
        return Fresh(replace(fresh.change, id=planned.id), fresh.raw)
    now = {one.field: one for one in fresh.change.fields}
    if not now.keys() & {one.field for one in planned.writes}:
        return None
    fields = (replace(now[one.field], read=one.read) if one.field in now else one for one in planned.writes)
    return Fresh(replace(fresh.change, id=planned.id, fields=tuple(fields)), fresh.raw)


def _with_version(collection: Collection, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns, and that of the version which a conditional write names."""
    version = collection.update.version if collection.update is not None else ""
    return columns if not version or version in columns else (*columns, version)


def _reads(record: RecordQuery) -> bool:
    """Whether a record type's records have to be read, or its links say all that is needed."""
    return record.moves or bool(record.creates) or bool(record.tiers)


def _raw_rows(snapshot: Snapshot) -> dict[str, dict[str, object]]:
    """Key -> record in the system's own form."""
    return {row[snapshot.collection.key]: row for row in snapshot.raw.iter_rows(named=True)}
