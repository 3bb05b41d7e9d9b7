"""What a person decides of held fields holds for those fields alone, settles, and ends when a side moves."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.again import Links
from engine.compare.decided import COLUMNS
from engine.compare.reasons import DECIDED, RELEASABLE
from engine.plan.model import Change, FieldChange
from engine.planner import Planner
from tests.laws.exchanges import Exchange, exchanges, mapping
from tests.unit.compare.building import compiled

ASK = [compiled(mapping("ask", compare=compare), "both") for compare in ("[trim, spaces, accents]", "[upper]")]
TAKES = st.sampled_from(["mis", "provider", "neither"])
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def held(changes: Iterable[Change]) -> list[tuple[Change, FieldChange]]:
    """The fields that wait for a person's word."""
    return [(one, part) for one in changes for part in one.fields if part.reason in RELEASABLE]


def words(waiting: list[tuple[Change, FieldChange]], takes: list[str]) -> Links:
    """Decisions on fields, as columns."""
    rows = [
        (one.mis_id, one.provider_id, one.centre, part.field, part.read, take)
        for (one, part), take in zip(waiting, takes, strict=True)
    ]
    return {name: [row[at] for row in rows] for at, name in enumerate(COLUMNS)} if rows else {}


def planned(exchange: Exchange, decided: Links) -> list[Change]:
    """A plan made now under these decisions."""
    planner: Planner = replace(exchange.planner, decided=lambda _: decided)
    return list(planner.builder.changes(planner.decide_all()[0]))


@given(exchanges(ASK), st.data())
@FEW
def test_a_decision_releases_its_field_and_no_other(exchange: Exchange, data: st.DataObject) -> None:
    """Fields without a word stay as they were; a field with one moves as decided, or is held for another reason."""
    before = planned(exchange, {})
    waiting = held(before)
    takes = data.draw(st.lists(st.one_of(st.none(), TAKES), min_size=len(waiting), max_size=len(waiting)))
    some = [(one, take) for one, take in zip(waiting, takes, strict=True) if take is not None]
    after = planned(exchange, words([one for one, _ in some], [take for _, take in some]))
    named = {(one.mis_id, one.provider_id, part.field): take for (one, part), take in some}

    def parts(changes: list[Change], *, decided: bool) -> dict[tuple[str | None, str | None, str, str], FieldChange]:
        return {
            (one.mis_id, one.provider_id, part.field, one.side): part
            for one in changes
            for part in one.fields
            if ((one.mis_id, one.provider_id, part.field) in named) is decided
        }

    assert parts(before, decided=False) == parts(after, decided=False)
    for (mis_id, provider_id, field, side), part in parts(after, decided=True).items():
        take = named[mis_id, provider_id, field]
        assert take != "neither"
        if part.reason in DECIDED:
            assert (part.reason, side) == (f"decided_{take}", "provider" if take == "mis" else "mis")
        else:
            assert part.held


@given(exchanges(ASK), st.data())
@FEW
def test_what_was_decided_settles(exchange: Exchange, data: st.DataObject) -> None:
    """Everything held is decided and applied: then no plan has a change, under the same decisions or without them."""
    waiting = held(planned(exchange, {}))
    takes = data.draw(st.lists(TAKES, min_size=len(waiting), max_size=len(waiting)))
    decided = words(waiting, takes)
    exchange.apply(planned(exchange, decided))
    assert not [one for one in planned(exchange, decided) if one.applicable]
    assert not [one for one in planned(exchange, {}) if one.applicable]


@given(exchanges(ASK), st.data())
@FEW
def test_a_decision_ends_when_a_side_moves(exchange: Exchange, data: st.DataObject) -> None:
    """Other names on every record of one side: a plan under decisions on the names before is the plan without them."""
    waiting = [one for one in held(planned(exchange, {})) if one[1].field == "name"]
    takes = data.draw(st.lists(TAKES, min_size=len(waiting), max_size=len(waiting)))
    decided = words(waiting, takes)
    sides = [(exchange.mis.rows["people"], "name"), (exchange.provider.rows["learners"], "Name")]
    kept, column = data.draw(st.sampled_from(sides))
    for row in kept:
        row[column] = f"{row.get(column) or ''}q"[-9:]
    assert planned(exchange, decided) == planned(exchange, {})
