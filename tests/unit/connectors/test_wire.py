"""How values are written."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from connectors.wire import UnwritableValueError, written
from engine.ports import Column, ColumnType, Scalar, Wire

SUMMER = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("kind", "wire", "value", "expected"),
    [
        ("text", "plain", "  José\n", "  José\n"),
        ("text", "plain", None, None),
        ("date", "plain", date(980, 2, 3), "0980-02-03"),
        ("date", "iso date", date(1990, 2, 3), "1990-02-03"),
        ("date", "midnight instant", date(1970, 6, 1), "1970-06-01T00:00:00.000Z"),
        ("date", "iso instant", date(1990, 2, 3), "1990-02-03T00:00:00.000Z"),
        ("date", "dd/mm/yyyy", date(980, 2, 3), "03/02/0980"),
        ("instant", "plain", datetime(2026, 6, 1, 0, 30, 1, 999_999, SUMMER), "2026-05-31T23:30:01.999Z"),
        ("instant", "iso instant", datetime(2026, 6, 1, tzinfo=UTC), "2026-06-01T00:00:00.000Z"),
        ("number", "plain", Decimal("1.50"), Decimal("1.50")),
        ("number", "plain", 7, 7),
        ("boolean", "plain", False, False),
        ("boolean", "Y/N", True, "Y"),
        ("boolean", "Y/N", False, "N"),
    ],
)
def test_values_take_the_form_of_their_column(kind: ColumnType, wire: Wire, value: Scalar, expected: object) -> None:
    """Every pair of type and wire form that there is."""
    form = written(Column("c", "c", kind, wire), value)
    assert (type(form), form) == (type(expected), expected)


@pytest.mark.parametrize(
    ("kind", "wire", "value"),
    [
        ("text", "plain", 7),
        ("text", "Y/N", "canary"),
        ("date", "plain", "canary"),
        ("date", "Y/N", date(1990, 2, 3)),
        ("date", "plain", datetime(1990, 2, 3, tzinfo=UTC)),
        ("instant", "plain", datetime(1990, 2, 3)),  # noqa: DTZ001  an instant without a zone is none
        ("instant", "plain", date(1990, 2, 3)),
        ("number", "plain", True),
        ("number", "plain", Decimal("Infinity")),
        ("boolean", "plain", "canary"),
    ],
)
def test_a_value_of_another_type_is_not_written(kind: ColumnType, wire: Wire, value: Scalar) -> None:
    """Nothing is converted silently, and the value is not shown."""
    with pytest.raises(UnwritableValueError, match="Quay") as caught:
        written(Column("Quay", "c", kind, wire), value)
    assert "canary" not in str(caught.value)
