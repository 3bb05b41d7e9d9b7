"""The double that ships behaves as a system does: pages, keys, conditional and plain writes, counts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.errors import ConnectorMismatchError
from engine.memory import MemorySystem, Row, Rows
from engine.ports import EMPTY, Intent, Page, Scalar, System
from tests.unit.compare.building import LEARNERS, MIS_COLUMNS, PEOPLE, PROVIDER_COLUMNS, collection

ROWS = [{"ident": str(number), "name": f"n{number}"} for number in range(5)]


def people(page_size: int = 100, order: Callable[[list[Row]], Iterable[Row]] = iter) -> MemorySystem:
    rows: Rows = {"people": [dict(row) for row in ROWS]}
    return MemorySystem({"people": PEOPLE}, rows, page_size=page_size, order=order)


def learners(**row: object) -> MemorySystem:
    return MemorySystem({"learners": LEARNERS}, {"learners": [{"ID": "9", "Name": "Ann", **row}]})


def named(page: Page) -> Mapping[str, Sequence[object]]:
    assert isinstance(page.columns, Mapping)
    return page.columns


def names(pages: list[Page]) -> list[list[object]]:
    return [list(named(page)["name"]) for page in pages]


def intent(
    values: dict[str, Scalar],
    *,
    key: str | None = "9",
    where: str = "learners",
    expected: Mapping[str, object] = EMPTY,
) -> Intent:
    return Intent("change", 1, "update" if key else "create", where, key, values, expected)


def test_it_is_a_system() -> None:
    """It fulfils the protocol, and answers a check."""
    system: System = people()
    assert system.check()
    system.close()


@pytest.mark.parametrize(("size", "shape"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (100, [5])])
def test_reading_in_pages(size: int, shape: list[int]) -> None:
    """Every record once, in pages of the size asked for; a page is a call."""
    system = people(page_size=size)
    pages = list(system.read("people", ("name", "town")))
    assert [page.count for page in pages] == shape
    assert [name for page in names(pages) for name in page] == [row["name"] for row in ROWS]
    assert set(named(pages[0])) == {"name", "town"}
    assert system.calls == len(shape)


def test_reading_in_another_order() -> None:
    """The order is given, and does not touch the rows."""
    system = people(order=reversed, page_size=2)
    assert names(list(system.read("people", ("name",)))) == [["n4", "n3"], ["n2", "n1"], ["n0"]]
    assert system.rows["people"] == ROWS


def test_an_empty_collection_is_one_empty_page() -> None:
    """As is one that has no rows at all."""
    kinds: tuple[Rows, Rows] = ({"people": []}, {})
    for rows in kinds:
        (page,) = MemorySystem({"people": PEOPLE}, rows).read("people", ("ident",))
        assert page.count == 0


def test_fetching_by_keys() -> None:
    """The records that are there, once each, in one call; keys that are gone are left out."""
    system = people()
    (page,) = system.fetch("people", ("name",), ["3", "7", "1", "1"])
    assert names([page]) == [["n1", "n3"]]
    assert system.calls == 1


def test_unknown_collections_and_columns() -> None:
    """A fault, and no blanks."""
    for name, columns in (("persons", ("ident",)), ("people", ("ident", "nmae"))):
        with pytest.raises(ConnectorMismatchError):
            list(people().read(name, columns))
        with pytest.raises(ConnectorMismatchError):
            list(people().fetch(name, columns, ["1"]))


def test_a_plain_write_overwrites() -> None:
    """Class C: whatever stands there; counted as one call and one effect."""
    system = learners(Town="York")
    (outcome,) = system.send([intent({"Name": "Bob"}, expected={"Name": "long gone"})])
    assert outcome.verdict == "accepted"
    assert system.rows["learners"] == [{"ID": "9", "Name": "Bob", "Town": "York"}]
    assert system.effects == {("learners", "9"): 1}
    assert system.calls == 1


@pytest.mark.parametrize(
    ("expected", "verdict"),
    [
        ({"name": "n1"}, "accepted"),
        ({"name": "n1", "town": None}, "accepted"),
        ({"name": "n2"}, "conflict"),
        ({"name": None}, "conflict"),
        ({"name": "n1", "town": ""}, "conflict"),
        ({}, "conflict"),
    ],
)
def test_a_conditional_write_never_overwrites(expected: dict[str, object], verdict: str) -> None:
    """Class B: only where every expected value still stands, and what is written was expected."""
    system = people()
    (outcome,) = system.send([intent({"name": "new"}, key="1", where="people", expected=expected)])
    assert outcome.verdict == verdict
    assert (system.rows["people"][1]["name"] == "new") == (verdict == "accepted") == (sum(system.effects.values()) == 1)


def test_a_conditional_write_twice_has_one_effect() -> None:
    """The second finds the first one's value."""
    system = people()
    twice = [intent({"name": "new"}, key="1", where="people", expected={"name": "n1"})] * 2
    assert [outcome.verdict for outcome in system.send(twice)] == ["accepted", "conflict"]
    assert system.effects["people", "1"] == 1


def test_what_cannot_be_written_is_refused() -> None:
    """Unknown and read-only columns, keys that are gone or doubled, writes that the collection has not."""
    doubled = MemorySystem({"learners": LEARNERS}, {"learners": [{"ID": "9"}, {"ID": "9"}]})
    still = MemorySystem(
        {"learners": collection("learners", PROVIDER_COLUMNS, update=None)}, {"learners": [{"ID": "9"}]}
    )
    full = MemorySystem({"people": replace(PEOPLE, create=None)}, {"people": [{"ident": "1"}]})
    cases: list[tuple[MemorySystem, Intent]] = [
        (learners(), intent({"Nmae": "x"})),
        (learners(), intent({"ID": "8"})),
        (learners(), intent({"Name": "x"}, key="7")),
        (doubled, intent({"Name": "x"})),
        (still, intent({"Name": "x"})),
        (full, intent({"name": "x"}, key=None, where="people")),
        (learners(), intent({"Town": "x"}, key=None)),
        (learners(), intent({"Name": None}, key=None)),
    ]
    for system, one in cases:
        before = {name: [dict(row) for row in rows] for name, rows in system.rows.items()}
        (outcome,) = system.send([one])
        assert outcome.verdict == "refused"
        assert system.rows == before
        assert not system.effects


def test_a_gone_record_is_a_conflict_for_a_conditional_write() -> None:
    """As a database says it: no row was updated."""
    (outcome,) = people().send([intent({"name": "x"}, key="77", where="people", expected={"name": "x"})])
    assert outcome.verdict == "conflict"


def test_creating_gives_a_new_key() -> None:
    """Never one that is taken."""
    system = MemorySystem({"learners": LEARNERS}, {"learners": [{"ID": "2"}, {"ID": "3"}]})
    keys = [outcome.new_key for outcome in system.send([intent({"Name": str(n)}, key=None) for n in range(4)])]
    assert None not in keys
    assert len({row["ID"] for row in system.rows["learners"]}) == 6
    assert all(system.effects["learners", key or ""] == 1 for key in keys)


FORMS: list[tuple[str, Scalar, object]] = [
    ("Name", "Ann", "Ann"),
    ("Name", None, None),
    ("DOB", date(1970, 6, 1), "1970-06-01T00:00:00.000Z"),
    ("Seen", datetime(2020, 7, 1, tzinfo=UTC), "2020-07-01T00:00:00Z"),
    ("Score", Decimal("7.50"), Decimal("7.50")),
    ("Active", True, "Y"),
    ("Active", False, "N"),
]


@pytest.mark.parametrize(("column", "value", "form"), FORMS)
def test_values_are_kept_as_their_columns_wire_says(column: str, value: Scalar, form: object) -> None:
    """So that what was written is read back as a real system would show it."""
    system = learners()
    (outcome,) = system.send([intent({column: value})])
    assert outcome.verdict == "accepted"
    assert system.rows["learners"][0][column] == form


def test_plain_forms() -> None:
    """ISO dates and booleans of a database."""
    rows: dict[str, list[dict[str, object]]] = {"p": [{"ident": "1"}]}
    system = MemorySystem({"p": collection("p", MIS_COLUMNS)}, rows)
    list(system.send([intent({"born": date(1970, 6, 1), "active": True}, key="1", where="p")]))
    assert rows["p"] == [{"ident": "1", "born": "1970-06-01", "active": True}]
