"""Decisions to changes, one after the other, in the order in which they must be applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.compare.creates import Creates
from engine.compare.decide import Decisions
from engine.compare.inputs import Touched, created, touched
from engine.compare.match import Situation
from engine.compare.reading import read_mark
from engine.compare.reasons import Reason
from engine.digest import keyed
from engine.plan.model import Action, Change, FieldChange, LeftAlone, SideName, Value, change_id
from engine.ports import DeliveryClass
from engine.query.model import FieldQuery, RecordQuery
from engine.query.references import pending_id
from engine.query.texts import ungrouped

Ids = tuple[str | None, str | None, str | None]
"""MIS id, provider id, centre."""
Links = dict[tuple[str, SideName, str | None], str]
"""Record type, side and id there -> the change that links the record."""

_RECORD_HOLDS = {
    Situation.GONE_PROVIDER.value: Reason.LINK_GONE_PROVIDER,
    Situation.GONE_MIS.value: Reason.LINK_GONE_MIS,
    Situation.SHARED.value: Reason.LINK_SHARED,
    Situation.MOVED.value: Reason.LINK_MOVED,
    Situation.DOUBLED.value: Reason.KEY_DOUBLED,
    Situation.PROPOSED.value: Reason.PROPOSED,
    Situation.AMBIGUOUS.value: Reason.AMBIGUOUS,
}
BROKEN = frozenset(reason.value for reason in _RECORD_HOLDS.values())
"""The holds of records whose links cannot be followed."""
_UNLINKED = {Situation.PROPOSED.value, Situation.AMBIGUOUS.value}


@dataclass(frozen=True, slots=True)
class Builder:
    """What changes need besides the decisions: the systems' names, and the key of the hashes over inputs.

    `unknown` holds the ids of creates that were sent before with an outcome that nobody knows.
    """

    mis: str
    provider: str
    key: bytes
    unknown: frozenset[str] = frozenset()

    def changes(self, all_decisions: Sequence[Decisions]) -> Iterator[Change]:
        """Every change and hold of every record type, in order: what others depend on comes first."""
        links: Links = {}
        for decisions in all_decisions:
            for link in self._links(decisions):
                links[link.record_type, "mis", link.mis_id] = link.id
                links[link.record_type, "provider", link.provider_id] = link.id
                yield link
            for change in self._creates(decisions):
                yield self._after_links(decisions.query, change, links)
            for change in self._updates(decisions):
                yield self._after_links(decisions.query, change, links)
            yield from self._broken(decisions)

    def _after_links(self, query: RecordQuery, change: Change, links: Links) -> Change:
        """The change with the new links that it depends on: its own record's, and those of records it refers to."""
        if not links:
            return change
        refers = {field.name: field.refers_to for field in query.fields if field.refers_to is not None}
        wanted: list[tuple[str, SideName, str | None]] = []
        if change.action == "update":
            wanted.append((query.record_type, "provider", change.provider_id))
        wanted += [
            (refers[one.field], change.side, one.after)
            for one in change.writes
            if one.field in refers and isinstance(one.after, str)
        ]
        needed = dict.fromkeys(links[one] for one in wanted if one in links)
        return replace(change, depends_on=(*needed, *change.depends_on)) if needed else change

    def _links(self, decisions: Decisions) -> Iterator[Change]:
        for row in decisions.matched.matched.sort("mis_id").iter_rows(named=True):
            yield self._bare(decisions.query, "provider", (row["mis_id"], row["provider_id"], row["centre"]), "link")

    def _creates(self, decisions: Decisions) -> Iterator[Change]:
        """Every create, then every update that completes one: so that many can be applied together."""
        query = decisions.query
        for creates in decisions.creates:
            for row in created(creates):
                yield self._create(query, creates, row)
        for creates in decisions.creates:
            for row in created(creates) if creates.later else ():
                create = self._create(query, creates, row)
                if create.hold is None:
                    yield from self._completing(query, creates, row, create)

    def _create(self, query: RecordQuery, creates: Creates, row: dict[str, Any]) -> Change:
        sent = [(field, row[f"value {at}"]) for at, field in creates.fields if row[f"value {at}"] is not None]
        bare = self._bare(query, creates.at, (row["mis_id"], row["provider_id"], row["centre"]), "create")
        parts = tuple(self._sent(bare, field, value) for field, value in sent)
        hold = Reason.OUTCOME_UNKNOWN.value if bare.id in self.unknown else row["why"]
        because = row["because"] or "" if hold == row["why"] else ""
        return replace(bare, fields=parts, hold=hold, because=because, depends_on=_pending(parts))

    def _completing(
        self, query: RecordQuery, creates: Creates, row: dict[str, Any], create: Change
    ) -> Iterator[Change]:
        """The update of a record that is made with a few fields only; it has no key before that is done."""
        told = [(field, row[f"value {at}"], row[f"hold {at}"]) for at, field in creates.later]
        parts = [
            replace(self._sent(create, field, value or ""), reason=hold or Reason.FILLS_BLANK.value, held=bool(hold))
            for field, value, hold in told
            if value is not None or hold is not None
        ]
        fields = tuple(replace(one, after=None) if one.held else one for one in parts)
        if fields:
            bare = self._bare(query, creates.at, (create.mis_id, create.provider_id, create.centre))
            yield replace(bare, fields=fields, depends_on=(create.id, *_pending(fields)))

    def _sent(self, bare: Change, field: FieldQuery, value: str) -> FieldChange:
        told = value if field.refers_to is None else None  # the id may come of a create that stands before this one
        return FieldChange(
            field=field.name,
            column=_columns(field, bare.side),
            before=None,
            after=None if pending_id(value) is not None else _value(field, bare.side, value),
            reason=Reason.CREATES.value,
            rule=field.at,
            read=keyed(self.key, [bare.mis_id or bare.provider_id, field.name, told]),
            category=field.category,
            pending=self._pending_change(field, value),
        )

    def _pending_change(self, field: FieldQuery, value: str | None) -> str | None:
        """The create that a value stands in for."""
        ids = pending_id(value)
        if ids is None or field.refers_to is None:
            return None
        return change_id("create", self.provider if ids[1] is None else self.mis, field.refers_to, *ids)

    def _updates(self, decisions: Decisions) -> Iterator[Change]:
        holds = {row["pair"]: row for row in decisions.holds.iter_rows(named=True)}
        for one in touched(decisions):
            change = self._update(decisions.query, one)
            hold = holds.get(one.cells[0]["pair"])
            if hold is not None:
                change = replace(change, hold=hold["why"], because=hold["because"] or "")
            yield change

    def _update(self, query: RecordQuery, one: Touched) -> Change:
        first = one.cells[0]
        side: SideName = "mis" if one.side == "mis" else "provider"
        bare = self._bare(query, side, (first["mis_id"], first["provider_id"], first["centre"]))
        fields = tuple(self._field(query, side, one, cell) for cell in one.cells)
        return replace(bare, fields=fields, depends_on=_pending(fields))

    def _bare(self, query: RecordQuery, side: SideName, ids: Ids, action: Action = "update") -> Change:
        """A change without fields yet."""
        system = self.mis if side == "mis" else self.provider
        return Change(
            id=change_id(action, system, query.record_type, *ids),
            action=action,
            side=side,
            system=system,
            record_type=query.record_type,
            collection=(query.mis if side == "mis" else query.provider).name,
            mis_id=ids[0],
            provider_id=ids[1],
            centre=ids[2],
            delivery=_delivery(query, side, action),
            fields=(),
            rule=query.at,
        )

    def _field(self, query: RecordQuery, side: SideName, one: Touched, cell: dict[str, Any]) -> FieldChange:
        field = query.fields[cell["field"]]
        ids = (cell["mis_id"], cell["provider_id"], cell["centre"])
        return FieldChange(
            field=field.name,
            column=_columns(field, side),
            before=_value(field, side, cell["before"]),
            after=None if pending_id(cell["after"]) is not None else _value(field, side, cell["after"]),
            reason=cell["reason"],
            rule=field.at,
            read=read_mark(self.key, ids, field.name, one.read[field.name]),
            category=field.category,
            held=cell["held"],
            pending=self._pending_change(field, cell["after"]),
        )

    def _broken(self, decisions: Decisions) -> Iterator[Change]:
        query = decisions.query
        pushes = any(one.mode in {"push", "both"} for one in query.fields)
        side: SideName = "provider" if pushes else "mis"
        for row in decisions.matched.broken.iter_rows(named=True):
            action: Action = "link" if row["situation"] in _UNLINKED else "update"
            bare = self._bare(query, side, (row["mis_id"], row["provider_id"], row["centre"]), action)
            yield replace(bare, hold=_RECORD_HOLDS[row["situation"]].value)


def _columns(field: FieldQuery, side: SideName) -> str | tuple[str, ...]:
    names = tuple(column.name for column in field.columns(side))
    return names if len(names) > 1 else field.target(side).name


def _value(field: FieldQuery, side: SideName, text: str | None) -> Value:
    """A value as the plan shows it: of several columns, part by part."""
    return text if text is None or len(field.columns(side)) < 2 else ungrouped(text)  # noqa: PLR2004  several


def _pending(fields: Sequence[FieldChange]) -> tuple[str, ...]:
    """The creates that must be done before."""
    return tuple(dict.fromkeys(one.pending for one in fields if one.pending is not None and not one.held))


def _delivery(query: RecordQuery, side: SideName, action: Action) -> DeliveryClass:
    if action == "link":
        return "S"  # a link is one transaction of the store
    collection = query.mis if side == "mis" else query.provider
    write = collection.create if action == "create" else collection.update
    if write is None:
        message = f"{query.record_type} has no {action} at the {side}"
        raise LookupError(message)
    return write.delivery


def left_alone(decisions: Decisions) -> LeftAlone:
    """The counts that let an empty plan be believed."""
    held = int(decisions.cells["held"].sum())
    broken = decisions.matched.broken.height
    broken += sum(int(one.frame["why"].is_not_null().sum()) for one in decisions.creates)
    return LeftAlone(
        record_type=decisions.query.record_type,
        mode=decisions.query.mode,
        situations=dict(sorted(decisions.matched.counts.items())),
        fields=decisions.counts,
        not_comparable=held + broken,
    )
