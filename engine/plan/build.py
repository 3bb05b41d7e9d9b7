"""Decisions to changes, one after the other, in the order in which they must be applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.compare.decide import Decisions
from engine.compare.inputs import Touched, created, touched
from engine.compare.match import Situation
from engine.compare.reasons import Reason
from engine.digest import Json, keyed
from engine.plan.model import Action, Change, FieldChange, LeftAlone, SideName, change_id
from engine.ports import DeliveryClass
from engine.query.model import FieldQuery, RecordQuery

Ids = tuple[str | None, str | None, str | None]
"""MIS id, provider id, centre."""

_RECORD_HOLDS = {
    Situation.GONE_PROVIDER.value: Reason.LINK_GONE_PROVIDER,
    Situation.GONE_MIS.value: Reason.LINK_GONE_MIS,
    Situation.SHARED.value: Reason.LINK_SHARED,
    Situation.DOUBLED.value: Reason.KEY_DOUBLED,
}


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
        """Every change and hold of every record type, in order."""
        for decisions in all_decisions:
            yield from self._creates(decisions)
            yield from self._updates(decisions)
            yield from self._broken(decisions)

    def _creates(self, decisions: Decisions) -> Iterator[Change]:
        query = decisions.query
        for row in created(decisions):
            fields = [(at, field) for at, field in decisions.creates.fields if row[f"value {at}"] is not None]
            parts = tuple(self._sent(row["mis_id"], field, row[f"value {at}"]) for at, field in fields)
            bare = self._bare(query, "provider", (row["mis_id"], None, None), "create")
            hold = Reason.OUTCOME_UNKNOWN.value if bare.id in self.unknown else row["why"]
            yield replace(bare, fields=parts, hold=hold)

    def _sent(self, mis_id: str, field: FieldQuery, value: str) -> FieldChange:
        return FieldChange(
            field=field.name,
            column=field.target("provider").name,
            before=None,
            after=value,
            reason=Reason.CREATES.value,
            rule=field.at,
            read=keyed(self.key, [mis_id, field.name, value]),
            category=field.category,
        )

    def _updates(self, decisions: Decisions) -> Iterator[Change]:
        for one in touched(decisions):
            yield self._update(decisions.query, one)

    def _update(self, query: RecordQuery, one: Touched) -> Change:
        first = one.cells[0]
        side: SideName = "mis" if one.side == "mis" else "provider"
        bare = self._bare(query, side, (first["mis_id"], first["provider_id"], first["centre"]))
        return replace(bare, fields=tuple(self._field(query, side, one, cell) for cell in one.cells))

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
        inputs: list[Json] = [cell["mis_id"], cell["provider_id"], cell["centre"], field.name, one.read[field.name]]
        return FieldChange(
            field=field.name,
            column=field.target(side).name,
            before=cell["before"],
            after=cell["after"],
            reason=cell["reason"],
            rule=field.at,
            read=keyed(self.key, inputs),
            category=field.category,
            held=cell["held"],
        )

    def _broken(self, decisions: Decisions) -> Iterator[Change]:
        query = decisions.query
        pushes = any(one.mode in {"push", "both"} for one in query.fields)
        side: SideName = "provider" if pushes else "mis"
        for row in decisions.matched.broken.iter_rows(named=True):
            bare = self._bare(query, side, (row["mis_id"], row["provider_id"], row["centre"]))
            yield replace(bare, hold=_RECORD_HOLDS[row["situation"]].value)


def _delivery(query: RecordQuery, side: SideName, action: Action) -> DeliveryClass:
    collection = query.mis if side == "mis" else query.provider
    write = collection.create if action == "create" else collection.update
    if write is None:
        message = f"{query.record_type} has no {action} at the {side}"
        raise LookupError(message)
    return write.delivery


def left_alone(decisions: Decisions) -> LeftAlone:
    """The counts that let an empty plan be believed."""
    held = int(decisions.cells["held"].sum())
    broken = decisions.matched.broken.height + int(decisions.creates.frame["why"].is_not_null().sum())
    return LeftAlone(
        record_type=decisions.query.record_type,
        mode=decisions.query.mode,
        situations=dict(sorted(decisions.matched.counts.items())),
        fields=decisions.counts,
        not_comparable=held + broken,
    )
