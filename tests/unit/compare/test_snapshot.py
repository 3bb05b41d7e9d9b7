"""Reading by type: what a value is, what is blank, what is marked, and that nothing is guessed or moved."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare.snapshot import Snapshot, take_snapshot
from engine.errors import UnexpectedAnswerError
from engine.ports import Call, Collection, Column, ColumnType, Listing, Page, Paging, Wire
from tests.modules import ROOT
from tests.unit.compare.building import LONDON, pages

MARKED = "marked"
"""In the tables below: the value cannot be read, its mark `v?` is set, and the value is null."""


def taken(kind: ColumnType, wire: Wire, values: Sequence[object], *, size: int = 100, zone: str = LONDON) -> Snapshot:
    """A snapshot of one column `v`, the key `id` last, so that nothing leans on the order of columns."""
    kept = Collection("things", "id", {"v": Column("v", "v", kind, wire), "id": Column("id", "id")})
    rows = [(value, f"{at:04}") for at, value in enumerate(values)]
    return take_snapshot("office", kept, ("v", "id"), pages(("v", "id"), rows, size), zone)


def read(kind: ColumnType, wire: Wire, value: object, zone: str = LONDON) -> object:
    """One value as its column's type, or MARKED."""
    told = []
    for row in ([value], [None, value, None]):  # the second: what stands beside it must not matter
        frame = taken(kind, wire, row, zone=zone).frame
        at = len(row) // 2
        found, mark = frame["v"][at], frame["v?"][at] if "v?" in frame.columns else False
        assert not (mark and found is not None)
        told.append(MARKED if mark else found)
    assert told[0] == told[1]
    return told[0]


def day(text: str) -> date:
    return date.fromisoformat(text)


DATES: list[tuple[Wire, object, object]] = [
    ("iso date", "1970-01-01", day("1970-01-01")),
    ("iso date", " 1970-01-01 ", day("1970-01-01")),
    ("iso date", "1970-01-01T00:00:00", day("1970-01-01")),
    ("iso date", "1970-01-01 00:00:00.000", day("1970-01-01")),
    ("iso date", "0001-01-01", day("0001-01-01")),
    ("iso date", "9999-12-31", day("9999-12-31")),
    ("iso date", "2000-02-29", day("2000-02-29")),
    ("iso date", date(1970, 1, 1), day("1970-01-01")),
    ("iso date", datetime(1970, 1, 1), day("1970-01-01")),  # noqa: DTZ001  as a database without zones gives it
    ("iso date", datetime(1970, 1, 1, 5), MARKED),  # noqa: DTZ001  the same
    ("iso date", "1900-02-29", MARKED),
    ("iso date", "0000-01-01", MARKED),
    ("iso date", "2021-02-30", MARKED),
    ("iso date", "2021-2-3", MARKED),
    ("iso date", "01/02/2021", MARKED),
    ("iso date", "20210203", MARKED),
    ("iso date", 20210203, MARKED),
    ("iso date", True, MARKED),
    ("iso date", Decimal("1.5"), MARKED),
    ("iso date", "1970-01-01T01:00:00", MARKED),
    ("iso date", "1970-01-01T00:00:00Z", MARKED),
    ("iso date", "+1970-01-01", MARKED),
    ("iso date", "\u0662\u0660\u0662\u0660-\u0660\u0661-\u0660\u0661", MARKED),
    ("iso date", "null", MARKED),
    ("iso date", "today", MARKED),
    ("dd/mm/yyyy", "31/12/1999", day("1999-12-31")),
    ("dd/mm/yyyy", " 01/02/2003", day("2003-02-01")),
    ("dd/mm/yyyy", "12/31/1999", MARKED),
    ("dd/mm/yyyy", "31/02/1999", MARKED),
    ("dd/mm/yyyy", "1/2/1999", MARKED),
    ("dd/mm/yyyy", "01/02/99", MARKED),
    ("dd/mm/yyyy", "01/01/0000", MARKED),
    ("dd/mm/yyyy", "1999-12-31", MARKED),
    ("midnight instant", "1985-01-15T00:00:00Z", day("1985-01-15")),
    ("midnight instant", "1985-07-15T00:00:00.0000000Z", day("1985-07-15")),
    ("midnight instant", "1985-07-14T23:00:00Z", day("1985-07-15")),
    ("midnight instant", "1985-07-15T00:00:00+01:00", day("1985-07-15")),
    ("midnight instant", "1985-07-15", day("1985-07-15")),
    ("midnight instant", "0001-01-01T00:00:00Z", day("0001-01-01")),
    ("midnight instant", "9999-12-31T00:00:00Z", day("9999-12-31")),
    ("midnight instant", "1970-02-30T00:00:00Z", MARKED),
    ("midnight instant", "1970-06-01T24:00:00Z", MARKED),
    ("midnight instant", "1970-06-01T00:00:00", MARKED),
    ("midnight instant", "9999-12-31T23:59:59-10:00", MARKED),
]
INSTANTS: list[tuple[object, object]] = [
    ("2020-01-01T12:30:00Z", datetime(2020, 1, 1, 12, 30, tzinfo=UTC)),
    ("2020-01-01 12:30:00Z", datetime(2020, 1, 1, 12, 30, tzinfo=UTC)),
    ("2020-07-01T00:30:00+01:00", datetime(2020, 6, 30, 23, 30, tzinfo=UTC)),
    ("2020-07-01T00:30:00-0530", datetime(2020, 7, 1, 6, 0, tzinfo=UTC)),
    ("2020-07-01T00:30:00+14:00", datetime(2020, 6, 30, 10, 30, tzinfo=UTC)),
    ("2020-01-01T00:00:00.1234567Z", datetime(2020, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)),
    (datetime(2020, 1, 1, 12, 30), datetime(2020, 1, 1, 12, 30, tzinfo=UTC)),  # noqa: DTZ001  as a database without zones gives it
    (
        datetime(2020, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))),
        datetime(2020, 6, 30, 23, 30, tzinfo=UTC),
    ),
    ("2020-01-01T12:30:00", MARKED),
    ("2020-01-01", MARKED),
    ("2020-01-01T12:30Z", MARKED),
    ("2020-01-01T24:00:00Z", MARKED),
    ("2020-01-01T12:30:00123Z", MARKED),
    ("2020-01-01T12:30:00.Z", MARKED),
    ("2020-01-01T12:30:00+99:99", MARKED),
    ("2020-01-01T12:30:00+01:60", MARKED),
    ("2020-13-01T12:30:00Z", MARKED),
    ("0001-01-01T00:00:00+01:00", MARKED),
    ("now", MARKED),
    (1577836800, MARKED),
]
NUMBERS: list[tuple[object, object]] = [
    ("5", Decimal(5)),
    ("-5.50", Decimal("-5.5")),
    (" +7 ", Decimal(7)),
    ("007", Decimal(7)),
    (5, Decimal(5)),
    (Decimal("5.50"), Decimal("5.5")),
    (2**63, Decimal(2**63)),
    (2**80, Decimal(2**80)),
    ("1" * 28, Decimal("1" * 28)),
    ("0.0000000001", Decimal("0.0000000001")),
    (2**200, MARKED),
    (Decimal("1E+40"), MARKED),
    (Decimal("1E-12"), MARKED),
    (Decimal("NaN"), MARKED),
    ("1" * 29, MARKED),
    ("0.00000000001", MARKED),
    ("1e3", MARKED),
    ("1,000", MARKED),
    ("5.", MARKED),
    (".5", MARKED),
    ("0x5", MARKED),
    ("\uff15", MARKED),
    ("NaN", MARKED),
    (True, MARKED),
    ("five", MARKED),
]
BOOLEANS: list[tuple[object, object]] = [
    *[(value, True) for value in (True, "true", "TRUE", "1", 1, "Y", "y")],
    *[(value, False) for value in (False, "false", "0", 0, "N", " n ")],
    *[(value, MARKED) for value in ("yes", "no", "t", "on", "2", 2, -1, "ja", Decimal("1.5"))],
]


@pytest.mark.covers("D6")
@pytest.mark.parametrize(("wire", "value", "wanted"), DATES)
def test_dates(wire: Wire, value: object, wanted: object) -> None:
    """A date is read in its wire's form alone; what is no date is marked."""
    assert read("date", wire, value) == wanted


@pytest.mark.parametrize(("value", "wanted"), INSTANTS)
def test_instants(value: object, wanted: object) -> None:
    """An instant has a zone and is kept in UTC; what has none is marked, for which one it has would be a guess."""
    assert read("instant", "iso instant", value) == wanted


@pytest.mark.parametrize(("value", "wanted"), NUMBERS)
def test_numbers(value: object, wanted: object) -> None:
    """Plain decimal notation, exactly; what does not fit exactly is marked and never becomes a blank."""
    assert read("number", "plain", value) == wanted


@pytest.mark.parametrize(("value", "wanted"), BOOLEANS)
def test_booleans(value: object, wanted: object) -> None:
    """The few forms that systems have; no other word is taken for a yes or a no."""
    assert read("boolean", "plain", value) == wanted


@pytest.mark.covers("D7")
@pytest.mark.parametrize("kind", ["text", "date", "instant", "number", "boolean"])
def test_blank_is_neither_unreadable_nor_the_word_null(kind: ColumnType) -> None:
    """Missing, null, empty and only spaces are blank and not marked; the text null is a text, or marked."""
    wire: Wire = "iso date" if kind == "date" else "iso instant" if kind == "instant" else "plain"
    for blank in (None, "", "   ", "\t\u00a0"):
        found = read(kind, wire, blank)
        assert found == blank if kind == "text" else found is None
    assert read(kind, wire, "null") == ("null" if kind == "text" else MARKED)
    assert read(kind, wire, "NULL") == ("NULL" if kind == "text" else MARKED)


@pytest.mark.covers("D7")
def test_a_column_that_was_not_read_is_not_there() -> None:
    """Only what was asked for stands in a snapshot; a page with other columns is refused, not filled with blanks."""
    kept = Collection("things", "id", {name: Column(name, name) for name in ("id", "a", "b")})
    found = take_snapshot("office", kept, ("id", "a"), [Page({"id": ["1"], "a": ["x"]}, 1)], LONDON)
    assert set(found.frame.columns) == {"id", "a"}
    for columns in ({"id": ["1"]}, {"id": ["1"], "a": ["x"], "b": ["y"]}, {"id": ["1"], "b": ["y"]}):
        with pytest.raises(UnexpectedAnswerError, match="other columns"):
            take_snapshot("office", kept, ("id", "a"), [Page(columns, 1)], LONDON)


# British Standard Time lasted from 18 February 1968 to 31 October 1971; the others are days of a clock change.
BIRTHS = [f"{year}-{rest}" for year in range(1967, 1973) for rest in ("02-17", "02-18", "02-19", "10-26", "10-31")]
BIRTHS += ["1971-10-30", "1971-11-01", "2020-03-29", "2020-10-25", "2025-03-30", "2025-10-26", "1847-12-01"]
BIRTHS += ["1900-01-01", "1752-09-14", "2000-02-29", "1941-05-04", "1947-04-13"]


def midnight(birth: date, zone: ZoneInfo) -> datetime:
    return datetime(birth.year, birth.month, birth.day, tzinfo=zone)


FORMS: dict[str, tuple[Wire, Callable[[date, ZoneInfo], str]]] = {
    "iso": ("iso date", lambda birth, _: birth.isoformat()),
    "plain": ("plain", lambda birth, _: birth.isoformat()),
    "british": ("dd/mm/yyyy", lambda birth, _: f"{birth.day:02}/{birth.month:02}/{birth.year}"),
    "midnight UTC": ("midnight instant", lambda birth, _: f"{birth.isoformat()}T00:00:00.000Z"),
    "local midnight": ("midnight instant", lambda birth, zone: midnight(birth, zone).isoformat()),
    "local midnight in UTC": (
        "midnight instant",
        lambda birth, zone: midnight(birth, zone).astimezone(UTC).isoformat().replace("+00:00", "Z"),
    ),
}


@pytest.mark.covers("D6")
@pytest.mark.parametrize("zone", [LONDON, "Pacific/Kiritimati", "Pacific/Niue", "America/New_York", "UTC"])
@pytest.mark.parametrize("form", FORMS)
def test_a_birth_date_is_never_moved(form: str, zone: str) -> None:
    """Each wire gives back the very days, in every zone; midnight UTC and local midnight are the same day."""
    wire, write = FORMS[form]
    births = [birth for birth in map(day, BIRTHS) if "local" not in form or birth.year > 1950]
    found = taken("date", wire, [write(birth, ZoneInfo(zone)) for birth in births], zone=zone).frame
    assert found["v"].to_list() == births
    assert not found["v?"].any()


SCRIPT = """
from tests.unit.compare.test_snapshot import BIRTHS, INSTANTS, read, taken
for birth in BIRTHS:
    print(read("date", "midnight instant", birth + "T00:00:00Z"), read("date", "iso date", birth))
for value, _ in INSTANTS:
    print(read("instant", "iso instant", value))
print(taken("date", "midnight instant", [birth + "T00:00:00Z" for birth in BIRTHS]).digest)
"""


@pytest.mark.covers("D6")
def test_the_machines_zone_shows_nowhere() -> None:
    """The same values and digests under TZ=Pacific/Kiritimati, America/New_York and UTC."""
    told = set()
    for zone in ("Pacific/Kiritimati", "America/New_York", "UTC"):
        environment = {**os.environ, "TZ": zone, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=True
        )
        told.add(ran.stdout)
    assert len(told) == 1
    assert b"1970-10-26 1970-10-26" in told.pop()


@pytest.mark.parametrize("kind", ["text", "date", "instant", "number", "boolean"])
def test_nothing_read_is_an_empty_snapshot(kind: ColumnType) -> None:
    """No pages, or one empty page: no rows, the right columns, one digest."""
    none, empty = taken(kind, "plain", []), taken(kind, "plain", [], size=1)
    kept = none.collection
    page = take_snapshot("office", kept, ("v", "id"), [Page({"v": [], "id": []}, 0)], LONDON)
    assert none.frame.height == page.frame.height == none.count == 0
    assert none.frame.columns == page.frame.columns == (["v", "id"] if kind == "text" else ["v", "v?", "id"])
    assert none.frame.schema == page.frame.schema
    assert none.digest == empty.digest == page.digest != taken(kind, "plain", [None]).digest


LISTED = Listing(Call("GET", "/things"), Paging())


def keyed(rows: Sequence[tuple[Any, ...]], columns: tuple[str, ...] = ("name", "id"), size: int = 100) -> Snapshot:
    """A snapshot of rows of text whose key is `id`."""
    kept = Collection("things", "id", {name: Column(name, name) for name in columns})
    return take_snapshot("office", kept, columns, pages(columns, rows, size), LONDON)


def test_rows_without_a_key_are_counted_and_left_out() -> None:
    """Null, empty and only spaces are no key."""
    found = keyed([("a", "1"), ("b", None), ("c", ""), ("d", "  "), ("e", "2")])
    assert found.frame["id"].to_list() == ["1", "2"]
    assert (found.keyless, found.doubled) == (3, ())
    assert found.count == 5


def test_a_key_of_two_records_stands_for_none_of_them() -> None:
    """Rows of one key in a table are two records, however alike: all are left out and the key is told."""
    found = keyed([("a", "1"), ("b", "1"), ("c", "2"), ("c", "2"), ("d", "3")], size=2)
    assert found.doubled == ("1", "2")
    assert found.frame["id"].to_list() == ["3"]
    assert found.raw["id"].to_list() == ["3"]
    assert found.count == 3


def test_a_row_that_a_listing_gives_twice_is_one_record() -> None:
    """A page that moved meanwhile gives a row again; where the two differ, nobody knows which is the record now."""
    kept = Collection("things", "id", {name: Column(name, name) for name in ("name", "id")}, listing=LISTED)
    rows = [("a", "1"), ("b", "1"), ("c", "2"), ("c", "2"), ("d", "3")]
    found = take_snapshot("folder", kept, ("name", "id"), pages(("name", "id"), rows, 2), LONDON)
    assert found.doubled == ("1",)
    assert found.frame["id"].to_list() == ["2", "3"]
    assert found.count == 3


def test_keys_are_text_whatever_the_system_says() -> None:
    """The number 7 and the text 7 are one key; order is that of text."""
    assert keyed([("a", 7), ("b", 10)]).frame["id"].to_list() == ["10", "7"]
    assert keyed([("a", 7), ("b", "10")]).frame["id"].to_list() == ["10", "7"]


def test_raw_keeps_the_systems_own_form() -> None:
    """What a conditional write compares with is what the system showed, row by row beside the typed value."""
    found = taken("date", "midnight instant", ["1970-05-31T23:00:00Z", "garbage", None])
    assert found.raw["v"].to_list() == ["1970-05-31T23:00:00Z", "garbage", None]
    assert found.frame["v"].to_list() == [day("1970-06-01"), None, None]
    assert found.frame["v?"].to_list() == [False, True, False]


VALUES = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "7", "x", "null", "true", "1.50", "2020-01-01"]),
    st.integers(-5, 5),
    st.booleans(),
    st.sampled_from([Decimal(3), Decimal("1.50"), Decimal("2.125"), Decimal("1E+3"), Decimal("NaN"), 2**70, -(2**200)]),
    st.just(date(2020, 1, 1)),
)


@given(st.lists(VALUES, max_size=6), st.integers(1, 6), st.randoms(use_true_random=False))
def test_order_and_pages_of_a_listing_do_not_show(values: list[object], size: int, random: Random) -> None:
    """Typed values, marks and digest are the same for any split into pages and any order, whatever kinds are mixed."""
    rows = [(value, f"{at // 2}") for at, value in enumerate(values)]  # keys in pairs: some are doubled
    again = list(rows)
    random.shuffle(again)
    for kind in ("text", "number", "boolean", "date"):
        wire: Wire = "iso date" if kind == "date" else "plain"
        kept = Collection("things", "id", {"v": Column("v", "v", kind, wire), "id": Column("id", "id")})
        one = take_snapshot("office", kept, ("v", "id"), pages(("v", "id"), rows, 100), LONDON)
        two = take_snapshot("office", kept, ("v", "id"), pages(("v", "id"), again, size), LONDON)
        assert (one.digest, one.doubled, one.keyless) == (two.digest, two.doubled, two.keyless)
        assert one.frame.to_dict(as_series=False) == two.frame.to_dict(as_series=False)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12")), max_size=5))
def test_the_digest_tells_different_rows_apart(rows: list[tuple[str, str]]) -> None:
    """Two tables have one digest exactly where they hold the same rows, each as often."""
    other = [("a", "1"), ("b", "2")]
    assert (keyed(rows).digest == keyed(other).digest) == (sorted(rows) == other)


def test_progress_tells_the_records_so_far() -> None:
    """Told after every page."""
    told: list[int] = []
    kept = Collection("things", "id", {"id": Column("id", "id")})
    rows = [(str(number),) for number in range(5)]
    take_snapshot("office", kept, ("id",), pages(("id",), rows, 2), LONDON, told.append)
    assert told == [2, 4, 5]
