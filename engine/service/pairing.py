"""The use cases around one link: set it, give it another record, remove it, and look for a record's counterpart.

Each reads, and none writes to a system. What a person has to see before saying yes is a `Proposed`; the yes comes from
the face, and the link is checked again when it is stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.approve import current_user, require_admin
from engine.compare.beside import Beside, columns_for, only_record, side_by_side, telling, values_of
from engine.compare.candidates import Finding, Found, find_candidates
from engine.compare.children import read_children
from engine.compare.picks import with_picks
from engine.compare.snapshot import Snapshot, take_snapshot
from engine.errors import RefusedError, UsageError
from engine.ledger.denials import Denial, deny_pair, standing_denials, withdraw_denial
from engine.ledger.link_changes import edit_link, links_of, refuse_held, refuse_linked, remove_link, set_link
from engine.ledger.links import Link, read_links
from engine.ports import Clock, Collection, Page, System
from engine.query.compile import compile_rules
from engine.query.model import FieldQuery, RecordQuery
from engine.reading import Progress, Sides, silent
from engine.rules.model import Side
from engine.service.linking import record_of
from engine.service.loading import Exchange
from engine.service.planning import opened_sides, opened_store, present_day


@dataclass(frozen=True, slots=True)
class Wish:
    """A record of the MIS, and the centre where it is given."""

    record_type: str
    mis_id: str
    centre: str | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A link that is stored once somebody says yes, the link that it replaces, and what there is to see."""

    link: Link
    before: Link | None
    beside: tuple[Beside, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What the tiers found for one record; `linked` is its link where it has one, and then nothing was looked for.

    `beside` has the fields of each proposed record, by its id; `denied` are the provider's records that people said are
    somebody else.
    """

    linked: Link | None
    found: tuple[Found, ...]
    beside: Mapping[str, tuple[Beside, ...]]
    denied: tuple[Denial, ...] = ()

    @property
    def proposed(self) -> tuple[str, ...]:
        """The provider's ids that a tier proposes; more than one where the tiers disagree."""
        return tuple(sorted({one.provider_ids[0] for one in self.found if one.finding is Finding.PROPOSED}))


def propose_link(exchange: Exchange, clock: Clock, wish: Wish, provider_id: str) -> Proposed:
    """Look both records up for a new link. Raises `RefusedError` where one is not there or has a link."""
    wanted = Link(wish.record_type, wish.mis_id, provider_id.strip(), wish.centre)
    _check(exchange, wish)
    with opened_store(exchange.workspace, clock) as store:
        refuse_linked(store, exchange.name, wanted)
    return _with_denial(exchange, clock, _looked_up(exchange, clock, wanted, None))


def propose_edit(exchange: Exchange, clock: Clock, wish: Wish, provider_id: str) -> Proposed:
    """Look both records up for another link in place of the one that is there; for administrators only."""
    require_admin(exchange.workspace)
    before = propose_removal(exchange, clock, wish)
    wanted = replace(before, provider_id=provider_id.strip())
    with opened_store(exchange.workspace, clock) as store:
        refuse_held(store, exchange.name, wanted)
    return _with_denial(exchange, clock, _looked_up(exchange, clock, wanted, before))


def propose_removal(exchange: Exchange, clock: Clock, wish: Wish) -> Link:
    """The link of a record of the MIS; no system is asked, for a link may outlive both records."""
    _check(exchange, wish)
    with opened_store(exchange.workspace, clock) as store:
        held = links_of(store, exchange.name, wish.record_type, wish.mis_id)
    some = [one for one in held if wish.centre is None or one.centre == wish.centre]
    if len(some) > 1:
        known = ", ".join(one.centre or "none" for one in some)
        message = f"{wish.record_type} {wish.mis_id} is linked at several centres ({known}): name one with --centre"
        raise UsageError(message)
    if not some:
        where = f" at centre {wish.centre}" if wish.centre is not None else ""
        message = f"{wish.record_type} {wish.mis_id} has no link{where}"
        raise RefusedError(message)
    return some[0]


def keep(exchange: Exchange, clock: Clock, proposed: Proposed, why: str = "") -> None:
    """Store a link that somebody has said yes to. Nothing is sent to any system."""
    with opened_store(exchange.workspace, clock) as store:
        if proposed.before is None:
            set_link(store, exchange.name, proposed.link, current_user())
        else:
            require_admin(exchange.workspace)
            edit_link(store, exchange.name, proposed.before, proposed.link, (current_user(), why))


def forget(exchange: Exchange, clock: Clock, link: Link) -> None:
    """Remove a link that somebody has said yes to. The provider's record stays as it is."""
    with opened_store(exchange.workspace, clock) as store:
        remove_link(store, exchange.name, link, current_user())


def propose_denial(exchange: Exchange, clock: Clock, wish: Wish, provider_id: str) -> Proposed:
    """Look both records up that a person says are not the same. Raises `RefusedError` where one is not there."""
    _check(exchange, wish)
    return _looked_up(exchange, clock, Link(wish.record_type, wish.mis_id, provider_id.strip(), wish.centre), None)


def deny(exchange: Exchange, clock: Clock, proposed: Proposed, why: str) -> Denial:
    """Keep that two records are not the same, with who says so and why. RefusedError where they are linked."""
    link = proposed.link
    pair = (link.record_type, link.mis_id, link.provider_id)
    with opened_store(exchange.workspace, clock) as store:
        return deny_pair(store, exchange.name, pair, current_user(), _reason(why))


def withdraw(exchange: Exchange, clock: Clock, wish: Wish, provider_id: str, why: str) -> None:
    """Take back that two records are not the same; no system is asked."""
    _check(exchange, wish)
    pair = (wish.record_type, wish.mis_id, provider_id.strip())
    with opened_store(exchange.workspace, clock) as store:
        withdraw_denial(store, exchange.name, pair, current_user(), _reason(why))


def _reason(why: str) -> str:
    if why.strip():
        return why.strip()
    message = "--why is empty: say why, for those who look at it later"
    raise UsageError(message)


def _with_denial(exchange: Exchange, clock: Clock, proposed: Proposed) -> Proposed:
    """The proposed link with a warning where a person said that the two are not the same."""
    link = proposed.link
    with opened_store(exchange.workspace, clock) as store:
        denials = standing_denials(store, exchange.name, link.record_type)
    said = [
        f"{one.who} said on {one.at:%Y-%m-%d} that they are not the same: {one.why}; the link takes that back"
        for one in denials
        if (one.mis_id, one.provider_id) == (link.mis_id, link.provider_id)
    ]
    return replace(proposed, warnings=(*proposed.warnings, *said))


def seek(exchange: Exchange, clock: Clock, wish: Wish, progress: Progress = silent) -> Sought:
    """Read both sides whole and try every tier of identity, those of an enrolment, too. Nothing is stored."""
    query = _record_query(exchange, clock, wish)
    with opened_store(exchange.workspace, clock) as store:
        links = read_links(store, exchange.name, wish.record_type)
        denials = standing_denials(store, exchange.name, wish.record_type)
    own = next((one for one in links if one.mis_id == wish.mis_id), None)
    if own is not None:
        return Sought(own, (), {})
    if not query.tiers:
        message = f"mapping {exchange.checked.rules.mapping} has no tier of identity for {wish.record_type} but links"
        raise UsageError(message)
    fields = telling(query)
    with opened_sides(exchange, clock) as sides:
        look = _Look(exchange, sides, query, fields, progress)
        mis = look.read("mis")
        _refuse_missing(mis, wish.mis_id, wish.record_type)
        provider = look.read("provider")
    linked = {one.provider_id: one.mis_id for one in links}
    apart = frozenset((one.mis_id, one.provider_id) for one in denials)
    found = find_candidates(query, mis, provider, linked, wish.mis_id, apart)
    sought = Sought(None, found, {}, tuple(one for one in denials if one.mis_id == wish.mis_id))
    here = only_record(mis, wish.mis_id)
    beside = {one: side_by_side(fields, here, only_record(provider, one)) for one in sought.proposed}
    return replace(sought, beside=beside)


def _check(exchange: Exchange, wish: Wish) -> None:
    """UsageError where there is no such record type, or a centre is named and there is none."""
    record = record_of(exchange, wish.record_type)
    provider = exchange.checked.catalog.provider
    if wish.centre is not None and provider.collections[record.provider].centre is None:
        message = f"{provider.title} has no centres for {wish.record_type}; leave --centre out"
        raise UsageError(message)


def _record_query(exchange: Exchange, clock: Clock, wish: Wish) -> RecordQuery:
    """The record type, compiled with all its tiers, for the present day. Faults as for `_check`."""
    _check(exchange, wish)
    compiled = compile_rules(exchange.checked, exchange.workspace.zone, present_day(exchange, clock), enrol=True)
    return next(one for one in compiled.records if one.record_type == wish.record_type)


def _looked_up(exchange: Exchange, clock: Clock, wanted: Link, before: Link | None) -> Proposed:
    """Both records as they are now, side by side, under the keys that the systems give them."""
    query = _record_query(exchange, clock, Wish(wanted.record_type, wanted.mis_id, wanted.centre))
    fields = telling(query)
    with opened_sides(exchange, clock) as sides:
        look = _Look(exchange, sides, query, fields)
        mis = look.fetch("mis", wanted.mis_id)
        mis_id = _own_key(mis, wanted.mis_id, wanted.record_type)
        provider = look.fetch("provider", wanted.provider_id)
        provider_id = _own_key(provider, wanted.provider_id, wanted.record_type)
    _refuse_stranger(provider, wanted, query.provider)
    link = replace(wanted, mis_id=mis_id, provider_id=provider_id, centre=_centre(query, wanted, provider))
    return Proposed(link, before, side_by_side(fields, mis, provider), tuple(_unusual(query.provider, provider)))


@dataclass(frozen=True, slots=True)
class _Look:
    """Reading what a person has to see."""

    exchange: Exchange
    sides: Sides
    query: RecordQuery
    fields: Sequence[FieldQuery]
    progress: Progress = silent

    def read(self, side: Side) -> Snapshot:
        """Every record of a side."""
        collection, columns = self._place(side)
        snapshot = self._snapshot(collection, columns, self._system(side).read(collection.name, columns), side)
        return self._picked(snapshot) if side == "mis" else snapshot

    def fetch(self, side: Side, key: str) -> Snapshot:
        """One record of a side, or none."""
        collection, columns = self._place(side)
        snapshot = self._snapshot(collection, columns, self._system(side).fetch(collection.name, columns, [key]), side)
        return self._picked(snapshot, [key]) if side == "mis" else snapshot

    def _picked(self, snapshot: Snapshot, parents: Sequence[str] | None = None) -> Snapshot:
        children = read_children(self.query, self.sides.mis, self._snapshot, parents)
        return with_picks(self.query, snapshot, children)

    def _system(self, side: Side) -> System:
        return self.sides.mis if side == "mis" else self.sides.provider

    def _place(self, side: Side) -> tuple[Collection, tuple[str, ...]]:
        collection = self.query.mis if side == "mis" else self.query.provider
        return collection, columns_for(self.query, self.fields, side)

    def _snapshot(
        self, collection: Collection, columns: tuple[str, ...], pages: Iterator[Page], side: Side = "mis"
    ) -> Snapshot:
        name = self.sides.mis_name if side == "mis" else self.sides.provider_name
        what = f"{name} {collection.name}"
        zone = self.exchange.workspace.zone
        return take_snapshot(name, collection, columns, pages, zone, lambda count: self.progress(what, count))


def _refuse_missing(snapshot: Snapshot, key: str, record_type: str) -> None:
    """Raise `RefusedError` where not exactly one record has this key."""
    if key in snapshot.doubled:
        message = f"{snapshot.system} has several {record_type}s {key}: nobody knows which one is meant"
        raise RefusedError(message)
    if key not in values_of(snapshot, snapshot.collection.key):
        message = f"{snapshot.system} has no {record_type} {key}; no link was changed"
        raise RefusedError(message)


def _own_key(snapshot: Snapshot, key: str, record_type: str) -> str:
    """The key of the record that was fetched, as the system writes it; raises `RefusedError` where there is none."""
    keys = values_of(snapshot, snapshot.collection.key)
    if len(keys) == 1 and keys[0] is not None and not snapshot.doubled:
        return keys[0]
    _refuse_missing(snapshot, key, record_type)
    return key


def _centre(query: RecordQuery, wanted: Link, provider: Snapshot) -> str | None:
    """The link's centre: where records stand in each centre, that of the provider's record."""
    if not query.per_centre or query.provider.centre is None or wanted.centre is not None:
        return wanted.centre
    return (values_of(provider, query.provider.centre)[0] or "").strip() or None


def _refuse_stranger(snapshot: Snapshot, wanted: Link, collection: Collection) -> None:
    """Raise `RefusedError` where the provider's record is of another kind, or of another centre than was named."""
    for column, value in collection.members.items():
        if values_of(snapshot, column) != [value]:
            message = f"the record {wanted.provider_id} at {snapshot.system} is no {wanted.record_type}"
            raise RefusedError(f"{message}: its {column} is not {value}; no link was changed")
    centre = collection.centre
    if wanted.centre is not None and centre is not None and values_of(snapshot, centre) != [wanted.centre]:
        message = f"{wanted.record_type} {wanted.provider_id} at {snapshot.system} is not at centre {wanted.centre}"
        raise RefusedError(f"{message}; no link was changed")


def _unusual(collection: Collection, snapshot: Snapshot) -> Iterator[str]:
    """A warning where a key is shorter or longer than keys are as a rule."""
    usual = collection.columns[collection.key].usual_length
    key = values_of(snapshot, collection.key)[0] or ""
    if usual is not None and not usual[0] <= len(key) <= usual[1]:
        few, most = usual
        told = str(few) if few == most else f"{few} {'or' if most == few + 1 else 'to'} {most}"
        yield f"an id of {snapshot.system} has {told} characters as a rule; this one has {len(key)}"
