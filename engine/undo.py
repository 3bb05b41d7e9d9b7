"""Undoing a run: for every change that it made the inverse one, held where what it left does not stand there any more.

An undo is not derived from rules but from what a run wrote and what stood there before. So what is asked of a record is
asked of its own columns alone, and whether the rules are still those of the run does not matter.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.again import Links
from engine.attempts import Fresh
from engine.compare.present import Shown, present
from engine.compare.reading import read_mark
from engine.compare.reasons import HOLDS, Reason
from engine.compare.snapshot import Snapshot
from engine.ledger.ends import End
from engine.plan.model import Action, Change, FieldChange, SideName, change_id
from engine.ports import EMPTY, Collection
from engine.query.model import Query, RecordQuery
from engine.reading import Readings, Sides
from engine.undo_fields import judge

Ids = tuple[str | None, str | None, str | None]
"""MIS id, provider id, centre."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did, by its journal: how each change ended, what it created, and what may be its doing or not."""

    ends: Mapping[str, End]
    made: Mapping[str, str]
    unsure: frozenset[str]

    def concerns(self, change: Change) -> bool:
        """Whether a change of the run's plan is to be undone, or listed as one that cannot be."""
        end = self.ends.get(change.id)
        if end is None or not change.applicable:
            return False
        return end.state == "done" or change.id in self.unsure or (end.state == "already" and change.is_link)

    def did(self, change: Change) -> bool:
        """Whether a change is certain to be the run's doing."""
        return self.ends[change.id].state == "done" and change.id not in self.unsure


def inverse(change: Change, done: Done) -> Change:
    """The change that takes a change of a run back, held where that cannot be; what stands there now is not known yet.

    Its fields have what the run wrote as `before`, and what stood there before the run as `after`.
    """
    bare = replace(change, fields=(), hold=None, because="", depends_on=())
    if change.completes is not None or change.action == "create":
        key = done.made.get(change.completes or change.id)
        held = replace(bare, hold=(Reason.CREATED_STAYS if done.did(change) else Reason.UNDO_UNCLEAR).value)
        if key is None:
            return held
        return replace(held, provider_id=key) if change.side == "provider" else replace(held, mis_id=key)
    if change.is_link:
        action: Action = "unlink" if change.action == "link" else "link"
        ids_of = (change.mis_id, change.provider_id, change.centre)
        name = change_id(action, change.system, change.record_type, *ids_of)
        bare = replace(bare, id=name, action=action)
    if not done.did(change):
        return replace(bare, hold=Reason.UNDO_UNCLEAR.value)
    return replace(bare, fields=tuple(_back(one, done.made) for one in change.writes))


def _back(one: FieldChange, made: Mapping[str, str]) -> FieldChange:
    wrote = made.get(one.pending) if one.pending is not None else one.after
    return replace(one, before=wrote, after=one.before, reason=Reason.UNDOES.value, pending=None, read="")


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as it is now: what it shows, and its values in the system's own form. None: it is not there."""

    shown: Shown | None
    raw: Mapping[str, object] = field(default_factory=lambda: EMPTY)
    doubled: bool = False


_GONE = _Record(None)

_Place = tuple[str, SideName, str | None]
"""Record type, side and key there."""

_KEPT = ("mis_id", "provider_id", "centre", "field", "mark")


@dataclass(frozen=True, slots=True)
class _Stored:
    """The stored links of a record type: whole, by the MIS's record in a centre, and by the provider's record."""

    links: frozenset[Ids]
    here: frozenset[tuple[str | None, str | None]]
    there: frozenset[str | None]


@dataclass(frozen=True, slots=True)
class Undoer:
    """Plans an undo over open systems, and plans it again while it is applied. `links` and `agreed` are the store's.

    `key` is that of the hashes over what was read.
    """

    query: Query
    readings: Readings
    links: Callable[[str], Links]
    agreed: Callable[[str], Links]
    key: bytes
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter, repr=False, compare=False)
    """Record type, field, reason -> how many fields were looked at and found so."""
    _known: dict[str, _Stored] = field(default_factory=dict, repr=False, compare=False)
    _kept: dict[str, dict[Ids, dict[str, str]]] = field(default_factory=dict, repr=False, compare=False)
    _undoing: list[Change] = field(default_factory=list, repr=False, compare=False)

    @property
    def sides(self) -> Sides:
        """The two systems."""
        return self.readings.sides

    def plan(self, goals: Sequence[Change]) -> Iterator[Change]:
        """These inverse changes as the records are now; what needs no undoing is left out and counted."""
        records = self._read(goals)
        for goal in goals:
            now = goal if goal.hold is not None else self._now(goal, records)
            if now is not None:
                yield now

    def plan_again(self, changes: Sequence[Change]) -> dict[str, Fresh]:
        """These changes as they stand now: id -> change; what has been put back is absent."""
        records = self._read(changes)
        found: dict[str, Fresh] = {}
        self._undoing.clear()
        for change in changes:
            fresh = self._now(replace(change, fields=change.writes), records)
            if fresh is not None:
                found[change.id] = Fresh(fresh, records.get(_place(change), _GONE).raw)
                if fresh.digest == change.digest:
                    self._undoing.append(change)
        return found

    def agreements(self) -> dict[str, Links]:
        """What both sides agreed on is forgotten for what is about to be undone; that they agreed once is not.

        So the other side does not follow the value that is put back, and a blank that is put back is not filled again:
        both wait for a person.
        """
        forgotten: dict[str, dict[str, list[str | None]]] = {}
        for change in self._undoing:
            marks = self._agreed(change.record_type).get(_ids(change), {})
            for one in change.writes:
                if marks.get(one.field):
                    rows = forgotten.setdefault(change.record_type, {part: [] for part in _KEPT})
                    for part, value in zip(_KEPT, (*_ids(change), one.field, ""), strict=True):
                        rows[part].append(value)
        self._undoing.clear()
        return dict(forgotten)

    def let_go(self, creates: Iterable[str]) -> None:
        """An undo creates nothing, so nothing of it is wanted because others refer to it."""

    def forget(self, record_type: str) -> None:
        """Read the links of a record type anew."""
        self._known.pop(record_type, None)

    def _now(self, goal: Change, records: Mapping[_Place, _Record]) -> Change | None:
        return self._link(goal) if goal.is_link else self._update(goal, records.get(_place(goal), _GONE))

    # --- records -----------------------------------------------------------------------------------------------------

    def _read(self, changes: Sequence[Change]) -> dict[_Place, _Record]:
        """The records that these changes write, as they are now."""
        found: dict[_Place, _Record] = {}
        groups: dict[tuple[str, SideName], list[Change]] = {}
        for change in changes:
            if change.hold is None and not change.is_link and self._collection(change) is not None:
                groups.setdefault((change.record_type, change.side), []).append(change)
        for (record_type, side), some in groups.items():
            collection = self._collection(some[0])
            if collection is not None:
                columns = _readable(collection, some)
                keys = sorted({change.key for change in some if change.key is not None})
                snapshot = self.readings.fetch(side, collection, columns, keys)
                for key, record in _records(snapshot, columns):
                    found[record_type, side, key] = record
        return found

    def _record(self, change: Change) -> RecordQuery | None:
        return next((one for one in self.query.records if one.record_type == change.record_type), None)

    def _collection(self, change: Change) -> Collection | None:
        """The collection that a change writes, if it is still that of its record type and can be updated."""
        record = self._record(change)
        if record is None:
            return None
        here = record.mis if change.side == "mis" else record.provider
        system = self.sides.mis_name if change.side == "mis" else self.sides.provider_name
        same = (here.name, system) == (change.collection, change.system)
        return here if same and here.update is not None else None

    # --- what becomes of a change ------------------------------------------------------------------------------------

    def _update(self, goal: Change, record: _Record) -> Change | None:
        """The update as it has to be now; None where all that it would put back is there."""
        collection = self._collection(goal)
        if collection is None or collection.update is None:
            return replace(goal, fields=(), hold=Reason.NOT_WRITTEN_NOW.value)
        if record.shown is None:
            hold = Reason.KEY_DOUBLED if record.doubled else Reason.RECORD_GONE
            return replace(goal, fields=(), hold=hold.value)
        fields = [self._field(goal, one, collection, record.shown) for one in goal.fields]
        for one in fields:
            self.counts[goal.record_type, one.field, one.reason] += 1
        left = tuple(one for one in fields if one.reason != Reason.AS_BEFORE.value)
        return replace(goal, fields=left, delivery=collection.update.delivery) if left else None

    def _field(self, goal: Change, one: FieldChange, collection: Collection, shown: Shown) -> FieldChange:
        record = self._record(goal)
        known = record.fields if record is not None else ()
        steps = next((part.compare for part in known if part.name == one.field), ())
        reason, now = judge(one, collection, shown, steps)
        read = [[f"{goal.side}.{name}", shown.get(name)] for name in one.columns]
        mark = read_mark(self.key, _ids(goal), one.field, read)
        return replace(one, before=now, reason=reason.value, read=mark, held=reason in HOLDS)

    def _link(self, goal: Change) -> Change | None:
        """The link as it has to be stored or forgotten now; None where it is so already."""
        known = self._links(goal.record_type)
        if (_ids(goal) in known.links) == (goal.action == "link"):
            return None
        taken = (goal.mis_id, goal.centre) in known.here or goal.provider_id in known.there
        return replace(goal, hold=Reason.MOVED_SINCE.value) if goal.action == "link" and taken else goal

    def _links(self, record_type: str) -> _Stored:
        if record_type not in self._known:
            found = self.links(record_type)
            here = zip(found["mis_id"], found["centre"], strict=True)
            links = zip(found["mis_id"], found["provider_id"], found["centre"], strict=True)
            self._known[record_type] = _Stored(frozenset(links), frozenset(here), frozenset(found["provider_id"]))
        return self._known[record_type]

    def _agreed(self, record_type: str) -> dict[Ids, dict[str, str]]:
        """Link -> field -> the mark of what both sides agreed on, where there is one."""
        if record_type not in self._kept:
            found, kept = self.agreed(record_type), self._kept.setdefault(record_type, {})
            for mis_id, provider_id, centre, name, mark in zip(*(found[part] for part in _KEPT), strict=True):
                if mark and name is not None:
                    kept.setdefault((mis_id, provider_id, centre), {})[name] = mark
        return self._kept[record_type]


def _place(change: Change) -> _Place:
    return change.record_type, change.side, change.key


def _ids(change: Change) -> Ids:
    return change.mis_id, change.provider_id, change.centre


def _readable(collection: Collection, changes: Iterable[Change]) -> tuple[str, ...]:
    """The key, and every column that these changes need and that can be read, in the collection's order."""
    version = collection.update.version if collection.update is not None else ""
    wanted = {collection.key, version, *(name for change in changes for one in change.fields for name in one.columns)}
    return tuple(name for name, one in collection.columns.items() if name in wanted and one.access != "write")


def _records(snapshot: Snapshot, columns: Sequence[str]) -> Iterator[tuple[str, _Record]]:
    raw = {row[snapshot.collection.key]: row for row in snapshot.raw.iter_rows(named=True)}
    for key, shown in present(snapshot, columns).items():
        yield key, _Record(shown, raw.get(key, EMPTY))
    for key in snapshot.doubled:
        yield key, _Record(None, doubled=True)
