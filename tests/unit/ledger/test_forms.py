"""Values are written so that they come back equal and of the same type."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger.forms import instant_text, json_text, pack, read_instant, read_json, unpack

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(st.characters(exclude_categories=())),
    st.decimals(allow_nan=False),
    st.floats(allow_nan=False),
    st.dates(),
    st.times().map(lambda at: at.replace(fold=0)),  # of two hours with one name the store does not know the second
    st.datetimes().map(lambda at: at.replace(fold=0)),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0)),
    st.binary(),
)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(scalars, inner), max_leaves=8)


@given(values)
def test_unpacking_undoes_packing(value: object) -> None:
    """unpack(json(pack(v))) is v, type and digits included (repr tells 1 from True, 1.0 from 1.00)."""
    assert repr(unpack(read_json(json_text(pack(value))))) == repr(value)


def test_a_fixed_offset_is_kept() -> None:
    """An instant of another zone keeps its offset."""
    at = datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    assert unpack(pack(at)).isoformat() == "2026-07-01T09:00:00+01:00"


@pytest.mark.parametrize("value", [object(), {1}, 1j])
def test_an_unknown_type_is_refused(value: object) -> None:
    """What has no form is refused by its type, not written as something else."""
    with pytest.raises(TypeError, match=type(value).__name__):
        pack(value)


def test_dates_and_times_are_no_instants() -> None:
    """Date, time and instant have forms of their own."""
    forms = [pack(each) for each in (date(2026, 1, 2), time(3, 4), datetime(2026, 1, 2, 3, 4, tzinfo=UTC))]
    assert [list(form) for form in forms if isinstance(form, dict)] == [["date"], ["time"], ["instant"]]


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))])), st.data())
def test_instants_sort_as_text(at: datetime, data: st.DataObject) -> None:
    """Instants come back, and their order as text is their order in time."""
    other = data.draw(st.datetimes(timezones=st.just(UTC)))
    assert read_instant(instant_text(at)) == at
    assert (instant_text(at) < instant_text(other)) == (at < other)


def test_an_instant_needs_a_zone() -> None:
    """A time without a zone is refused: which instant it is would depend on the machine."""
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime(2026, 1, 1))  # noqa: DTZ001  the point
