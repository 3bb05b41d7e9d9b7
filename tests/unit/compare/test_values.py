"""Groups, tables, constants, codes that a table lacks, and fields that ask: what each decides, plans and writes."""

from typing import Any

import pytest

from engine.compare.agreed import COLUMNS, Agreed, agreements
from engine.compare.decide import decide
from engine.compare.match import match_links
from engine.errors import WorkspaceError
from engine.memory import MemorySystem
from engine.plan.model import Change, change_from_json
from engine.plan.view import change_json, change_lines
from engine.query.model import Query
from tests.laws.exchanges import Exchange
from tests.unit.compare.building import (
    CREATES,
    KEY,
    LEARNERS,
    PEOPLE,
    Pair,
    changes_of,
    compiled,
    decided,
    link_columns,
    one_pair,
    snapshot,
)

SAME = Pair("same")
GROUP = "home: {mis: [street, town], provider: [Address, Town]}"


def exchange(query: Query, mis: dict[str, Any], provider: dict[str, Any] | None) -> Exchange:
    """One person, and the learner that it is linked to."""
    people = MemorySystem({"people": PEOPLE}, {"people": [{"ident": "1", **mis}]})
    learners = [{"ID": "9", **provider}] if provider is not None else []
    folder = MemorySystem({"learners": LEARNERS}, {"learners": learners})
    return Exchange(query, people, folder, [("1", "9")] if learners else [])


# --- groups ----------------------------------------------------------------------------------------------------------


def test_a_group_is_compared_and_moved_as_one_value() -> None:
    """Where one part differs all parts are written, blank ones too; the plan shows all of them."""
    made = exchange(compiled(GROUP), {"street": "1 High St", "town": ""}, {"Address": "1 High St ", "Town": "York"})
    (change,) = made.changes()
    (part,) = change.fields
    assert (part.column, part.before, part.after) == (("Address", "Town"), ("1 High St ", "York"), ("1 High St", None))
    assert part.written == {"Address": "1 High St", "Town": None}
    assert part.blanks
    made.apply([change])
    assert made.provider.rows["learners"] == [{"ID": "9", "Address": "1 High St", "Town": None}]
    assert made.changes() == []


def test_a_group_is_blank_when_all_its_parts_are() -> None:
    """A blank group keeps or clears as a blank value does; one filled part makes it filled."""
    there = {"Address": "x", "Town": "y"}
    assert one_pair(compiled(GROUP), {"street": " ", "town": ""}, there)["home"] == Pair("keeps")
    clears = compiled(GROUP.replace("Town]", "Town], blank: clears"))
    (change,) = exchange(clears, {}, there).changes()
    assert (change.fields[0].before, change.fields[0].after) == (("x", "y"), None)
    assert change.fields[0].written == {"Address": None, "Town": None}
    assert one_pair(compiled(GROUP), {}, {"Town": " "})["home"] == SAME
    assert one_pair(compiled(GROUP), {"town": "x"}, {})["home"].reason == "fills_blank"


def test_the_normalisers_look_at_each_part() -> None:
    """Parts are compared as values of their own: nothing moves from one to the next."""
    assert one_pair(compiled(GROUP), {"street": "a  b"}, {"Address": " a b"})["home"] == SAME
    assert one_pair(compiled(GROUP), {"street": "a", "town": ""}, {"Address": "", "Town": "a"})["home"].target


def test_a_part_that_is_too_long_holds_the_group() -> None:
    """The length of each part is its own column's."""
    held = one_pair(compiled(GROUP), {"street": "x" * 31, "town": "y"}, {})["home"]
    assert (held.reason, held.held) == ("too_long", True)
    assert not one_pair(compiled(GROUP), {"street": "x" * 30, "town": "y" * 99}, {})["home"].held


def test_a_group_of_dates_and_numbers_is_held_where_one_part_cannot_be_read() -> None:
    """One part that is garbage holds all of them."""
    query = compiled("facts: {mis: [born, score], provider: [DOB, Score]}")
    sent = {"born": "1970-06-01", "score": "7.50"}
    assert one_pair(query, sent, {"DOB": "1970-06-01T00:00:00Z", "Score": 7.5})["facts"] == SAME
    assert one_pair(query, {**sent, "born": "soon"}, {})["facts"].reason == "unreadable"
    (change,) = exchange(query, sent, {}).changes()
    assert change.fields[0].after == ("1970-06-01", "7.5")


def test_a_create_sends_the_filled_parts_of_a_group() -> None:
    """Blank parts are left out, as blank fields are."""
    made = exchange(
        compiled(f"name: {{mis: name, provider: Name}}\n{GROUP}", extra=CREATES), {"name": "A", "town": "Y"}, None
    )
    (change,) = made.changes()
    assert [one.after for one in change.fields] == ["A", (None, "Y")]
    assert change.hold is None


def test_a_group_stands_in_a_plan_and_comes_back() -> None:
    """Its JSON form has lists, masking covers all parts, and the digest moves with any of them."""
    secret = compiled(GROUP.replace("Town]", "Town], category: identifier"))
    (change,) = exchange(secret, {"street": "a", "town": "b"}, {"Town": "c"}).changes()
    data: dict[str, Any] = dict(change.as_json())
    assert data["fields"][0]["column"] == ["Address", "Town"]
    assert data["fields"][0]["after"] == ["a", "b"]
    assert change_from_json(data) == change
    assert change_from_json(data).digest == change.digest
    other = change_from_json({**data, "fields": [{**data["fields"][0], "after": ["a", None]}]})
    assert other.digest != change.digest
    shown = "\n".join(change_lines(change_json(change, reveal=False)))
    assert '"b"' not in shown
    assert 'blank, "c" -> "a", "b"' in "\n".join(change_lines(change_json(change, reveal=True)))


# --- codes, constants, tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "there", "wanted"),
    [
        ("skip", "x", Pair("ignored_by_code")),
        ("skip", None, Pair("ignored_by_code")),
        ("keep", "x", Pair("source_wins", "provider", "x", "77")),
        ("keep", "77", SAME),
        ("99", None, Pair("fills_blank", "provider", None, "99")),
        ("99", "99", SAME),
        ("hold", None, Pair("missing_code", "provider", None, None, held=True)),
    ],
)
def test_a_code_that_the_table_lacks(missing: str, there: str | None, wanted: Pair) -> None:
    """Held, left alone, sent as it is, or replaced by a value."""
    query = compiled(
        f"code: {{mis: code, provider: Code, from_mis: {{codes: origin}}, on_missing_code: {missing}, blank: clears}}"
    )
    assert one_pair(query, {"code": "77"}, {"Code": there})["code"] == wanted
    assert one_pair(query, {"code": "1"}, {"Code": "White"})["code"] == SAME


@pytest.mark.parametrize(
    ("column", "constant", "sent"),
    [("DOB", "'2020-01-31'", "2020-01-31"), ("Score", "7.50", "7.5"), ("Active", "on", "true"), ("Town", "7", "7")],
)
def test_a_constant_has_the_type_of_its_column(column: str, constant: str, sent: str) -> None:
    """Dates, numbers and switches are compared as such."""
    query = compiled(f"one: {{provider: {column}, from_mis: {{constant: {constant}}}, only: push}}")
    assert one_pair(query, {}, {})["one"].after == sent


def test_a_constant_of_another_type_is_refused() -> None:
    """With the place in the rule file; nothing is planned."""
    with pytest.raises((WorkspaceError, AssertionError)):
        compiled("one: {provider: DOB, from_mis: {constant: soon}, only: push}")


SIZES = """\
tables:
  size:
    inputs: ['active', 'score']
    hit: first
    rules:
      - ['true', '-', '"Small"']
      - ['-', '< 50', '"Small"']
      - ['-', '[50..249]', '"Medium"']
      - ['-', '>= 250', '"Large"']
"""


def sized(more: str = "") -> Query:
    """A field that a decision table gives."""
    return compiled("size: {provider: Town, from_mis: {table: size}}", before=SIZES + more)


@pytest.mark.parametrize(
    ("active", "score", "size"),
    [("Y", "900", "Small"), ("N", "49", "Small"), (None, "50", "Medium"), ("N", "250", "Large")],
)
def test_a_decision_table_gives_the_value(active: str | None, score: str, size: str) -> None:
    """The first rule that fits; an equal value is no change."""
    mis = {"active": active, "score": score}
    assert one_pair(sized(), mis, {})["size"].after == size
    assert one_pair(sized(), mis, {"Town": size})["size"] == SAME


def test_where_no_rule_fits_the_field_is_held() -> None:
    """Unless the table has a default."""
    assert one_pair(sized(), {"score": None}, {"Town": "x"})["size"] == Pair(
        "no_rule_fits", "provider", "x", None, held=True
    )
    assert one_pair(sized("    default: '\"None\"'\n"), {"score": None}, {})["size"].after == "None"


# --- fields that ask -------------------------------------------------------------------------------------------------

ASK = compiled("town: {mis: town, provider: Town, rule: ask, compare: [upper]}", "both")
FILL = compiled("town: {mis: town, provider: Town, rule: fill blank else mis wins}", "both")


def remembered(query: Query, agreed_on: str, mis: str | None, provider: str | None) -> tuple[str, str, bool]:
    """What is decided of two values after both sides had `agreed_on`: reason, target, held."""
    record = query.records[0]

    def both(here: str | None, there: str | None) -> Any:  # noqa: ANN401  matched pairs
        people, learners = [{"ident": "1", "town": here}], [{"ID": "9", "Town": there}]
        sides = snapshot("mis", record, people), snapshot("provider", record, learners)
        return match_links(*sides, link_columns([("1", "9")]))

    agreed = Agreed(agreements(record, both(agreed_on, agreed_on.lower()), KEY), KEY)
    found = decide(record, both(mis, provider), agreed=agreed)
    for row in found.cells.iter_rows(named=True):
        return row["reason"], row["target"], row["held"]
    return next(iter(found.counts["town"])), "", False


@pytest.mark.parametrize(
    ("mis", "provider", "wanted"),
    [
        ("Leeds", "YORK", ("mis_moved", "provider", False)),
        ("York", "Leeds", ("provider_moved", "mis", False)),
        ("Leeds", "Hull", ("both_moved", "provider", True)),
        ("Leeds", "LEEDS", ("same", "", False)),
        (None, "York", ("blanked_after_agreed", "provider", True)),
        ("York", " ", ("blanked_after_agreed", "provider", True)),
        (None, None, ("same", "", False)),
    ],
)
def test_asking_follows_the_side_that_moved_alone(
    mis: str | None, provider: str | None, wanted: tuple[str, str, bool]
) -> None:
    """After both agreed: the one that moved wins, both or a blank is held; the normalisers say what moving is."""
    assert remembered(ASK, "York", mis, provider) == wanted


def test_without_memory_asking_holds_and_fills() -> None:
    """Nobody knows who moved; a blank that never was filled is filled."""
    assert one_pair(ASK, {"town": "a"}, {"Town": "b"})["town"].reason == "both_moved"
    assert one_pair(ASK, {"town": "a"}, {})["town"] == Pair("fills_blank", "provider", None, "a")


def test_a_value_blanked_after_both_agreed_is_held() -> None:
    """Where blanks are filled one bit is enough: it is not filled again; two values go by the rule."""
    assert remembered(FILL, "york", None, "york") == ("blanked_after_agreed", "provider", True)
    assert remembered(FILL, "york", "york", None) == ("blanked_after_agreed", "provider", True)
    assert remembered(FILL, "york", "leeds", "hull") == ("mis_wins", "provider", False)


def test_only_pairs_that_are_equal_and_filled_agree() -> None:
    """A keyed hash where the rule asks, one bit elsewhere; nothing of differing, blank or unreadable values."""
    query = compiled(
        "town: {mis: town, provider: Town, rule: ask}\nname: {mis: name, provider: Name, rule: fill blank only}\n"
        "born: {mis: born, provider: DOB, rule: fill blank only}\ncode: {mis: code, provider: Code, only: push}",
        "both",
    )
    mis = [{"ident": "1", "town": " York", "name": "A", "born": "soon", "code": "1"}, {"ident": "2", "town": "x"}]
    provider = [{"ID": "8", "Town": "York ", "Name": "A", "DOB": "soon", "Code": "1"}, {"ID": "9", "Town": "y"}]
    found = decided(query, mis, provider)
    told = agreements(query.records[0], found.matched, KEY)
    rows = list(zip(*(told[name] for name in COLUMNS), strict=True))
    assert [row[:4] for row in rows] == [("1", "8", None, "town"), ("1", "8", None, "name")]
    assert [len(str(row[4])) for row in rows] == [32, 0]
    other = agreements(query.records[0], found.matched, b"another key")
    assert other["mark"][0] != told["mark"][0]


def test_an_agreement_counts_for_its_own_link_only() -> None:
    """A record that was linked anew has agreed on nothing."""
    columns: dict[str, list[str | None]] = {
        "mis_id": ["1"],
        "provider_id": ["8"],
        "centre": [None],
        "field": ["town"],
        "mark": [""],
    }
    found = decided(FILL, [{"ident": "1", "town": "York"}], [{"ID": "9"}])
    again = decide(FILL.records[0], found.matched, agreed=Agreed(columns, KEY))
    assert again.cells["reason"].to_list() == ["fills_blank"]
    changes: list[Change] = changes_of(again)
    assert [change.applicable for change in changes] == [True]
