"""Reading both sides of an exchange: whole collections or a few records, with what belongs to them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.compare.children import read_children
from engine.compare.choices import still_chosen, with_choices
from engine.compare.lists import with_lists
from engine.compare.parents import parent_keys, with_parent
from engine.compare.picks import with_picks
from engine.compare.snapshot import Snapshot, take_snapshot
from engine.plan.model import Request
from engine.ports import Collection, Page, System
from engine.query.model import RecordQuery

Progress = Callable[[str, int], None]
"""Told what is being read and how many records so far."""


def silent(_what: str, _count: int) -> None:
    """Progress that nobody wants to see."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two open systems of an exchange, with their names."""

    mis: System
    provider: System
    mis_name: str
    provider_name: str

    def system(self, name: str) -> System:
        """The system with this name."""
        return self.mis if name == self.mis_name else self.provider

    @property
    def calls(self) -> dict[str, int]:
        """Requests or statements made so far, by system."""
        return {self.mis_name: self.mis.calls, self.provider_name: self.provider.calls}

    @property
    def strangers(self) -> dict[str, Mapping[str, Sequence[str]]]:
        """Fields that were read and that no connector file names, by system; a system without them is left out."""
        found = {self.mis_name: self.mis.strangers, self.provider_name: self.provider.strangers}
        return {name: fields for name, fields in found.items() if fields}


@dataclass(frozen=True, slots=True)
class Readings:
    """What is read of the two systems, by date and time in `zone`. `request` is what a person asks for, if anybody."""

    sides: Sides
    zone: str
    progress: Progress = silent
    request: Request | None = None
    _offered: dict[str, Snapshot] = field(default_factory=dict, repr=False, compare=False)

    def read(self, side: str, collection: Collection, columns: tuple[str, ...]) -> Snapshot:
        """Every record of a collection of one side, `mis` or `provider`."""
        system = self.sides.mis if side == "mis" else self.sides.provider
        return self._snapshot(side, collection, columns, system.read(collection.name, columns))

    def fetch(self, side: str, collection: Collection, columns: tuple[str, ...], keys: Sequence[str]) -> Snapshot:
        """The records of a collection that have these keys."""
        system = self.sides.mis if side == "mis" else self.sides.provider
        return self._snapshot(side, collection, columns, system.fetch(collection.name, columns, keys))

    def with_others(
        self, record: RecordQuery, mis: Snapshot, snapshots: list[Snapshot], ids: Sequence[str] | None = None
    ) -> Snapshot:
        """Records of the MIS with what is read of others: children, parents, choices; whole, or these alone."""
        children = read_children(record, self.sides.mis, self._child, ids)
        snapshots += children.values()
        mis = with_lists(record.lists, with_picks(record, mis, children), children)
        above = record.parent
        if above is not None and above.columns:
            parents = (
                self.read("mis", above.collection, above.reads)
                if ids is None
                else self.fetch("mis", above.collection, above.reads, parent_keys(above, mis))
            )
            snapshots.append(parents)
            mis = with_parent(above, mis, parents)
        if self.request is None or self.request.record_type != record.record_type:
            return with_choices(record.choices, mis, {})
        chosen = self.request.chosen
        if ids is not None and chosen:
            chosen = still_chosen(record.choices, self._on_offer(record), mis, chosen)
        return with_choices(record.choices, mis, chosen)

    def _on_offer(self, record: RecordQuery) -> Mapping[str, Snapshot]:
        """The records to choose from, by the name of the choice, as they are while a plan is applied: read once."""
        for one in record.choices:
            if one.name not in self._offered:
                self._offered[one.name] = self.read("provider", one.collection, one.reads)
        return self._offered

    def _child(self, collection: Collection, columns: tuple[str, ...], pages: Iterator[Page]) -> Snapshot:
        return self._snapshot("mis", collection, columns, pages)

    def _snapshot(self, side: str, collection: Collection, columns: tuple[str, ...], pages: Iterator[Page]) -> Snapshot:
        name = self.sides.mis_name if side == "mis" else self.sides.provider_name
        what = f"{name} {collection.name}"
        return take_snapshot(name, collection, columns, pages, self.zone, lambda count: self.progress(what, count))
