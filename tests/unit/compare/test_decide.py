"""Rules run over pairs: what each field of a pair gets, with its values before and after, and counts that add up."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.query.model import Expression, Query
from tests.unit.compare.building import CREATES, Pair, compiled, decided, one_pair

SAME, KEEPS = Pair("same"), Pair("keeps")
BLANKS = [None, "", "   ", "\t\u00a0\n"]


def fills(after: str, target: str = "provider") -> Pair:
    return Pair("fills_blank", target, None, after)


def only_field(query: Query, mis: dict[str, Any], provider: dict[str, Any]) -> Pair:
    """What the query's one field gets."""
    (found,) = one_pair(query, mis, provider).values()
    return found


PUSH = compiled("name: {mis: name, provider: Name}")
CLEARS = compiled("name: {mis: name, provider: Name, blank: clears}")
PULL = compiled("name: {mis: name, provider: Name}", "pull")


@pytest.mark.covers("D7")
@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("other", BLANKS)
def test_all_blanks_are_alike(blank: str | None, other: str | None) -> None:
    """Missing, empty and only spaces are one thing; the text null is a value like another."""
    for query in (PUSH, CLEARS):
        assert only_field(query, {"name": blank}, {"Name": other}) == SAME
        assert only_field(query, {"name": "null"}, {"Name": other}) == fills("null")
    assert only_field(PUSH, {"name": blank}, {"Name": "null"}) == KEEPS
    assert only_field(CLEARS, {"name": blank}, {"Name": "null"}) == Pair("clears", "provider", "null", None)
    assert only_field(PULL, {"name": blank}, {"Name": " x "}) == fills("x", "mis")
    assert only_field(PULL, {"name": "x"}, {"Name": blank}) == KEEPS


def test_before_is_what_stands_there_and_after_what_is_sent() -> None:
    """Before keeps the target's spaces and case; after keeps all but the source's outer spaces."""
    found = only_field(PUSH, {"name": " Jose\u0301  ann "}, {"Name": " Bob "})
    assert found == Pair("source_wins", "provider", " Bob ", "Jose\u0301  ann")


@pytest.mark.covers("D5")
@pytest.mark.parametrize(
    ("here", "there"), [("José", "Jose\u0301"), ("Ann  Lee", "Ann Lee"), (" Ann", "Ann  "), ("Ann\u00a0Lee", "Ann Lee")]
)
def test_differently_written_is_not_a_change(here: str, there: str) -> None:
    """Encodings and spaces alone make no change; case does, unless the rule folds it."""
    assert only_field(PUSH, {"name": here}, {"Name": there}) == SAME
    assert only_field(PUSH, {"name": here}, {"Name": there.upper()}).reason == "source_wins"
    fold = compiled("name: {mis: name, provider: Name, compare: [trim, spaces, accents, fold]}")
    assert only_field(fold, {"name": here}, {"Name": there.upper()}) == SAME


@pytest.mark.parametrize("compare", ["[upper]", "[digits]", "[no_spaces]", "[trim]", "[fold, format]"])
@pytest.mark.parametrize("rule", ["fill blank else mis wins", "fill blank else provider wins"])
def test_outer_spaces_never_make_a_two_way_change(compare: str, rule: str) -> None:
    """What is sent has no outer spaces, so under `both` they cannot count: the change would come again for ever."""
    query = compiled(f"name: {{mis: name, provider: Name, compare: {compare}, rule: {rule}}}", "both")
    for here, there in ((" 7", "7"), ("7", "7 "), (" 7 ", "  7")):
        assert only_field(query, {"name": here}, {"Name": there}) == SAME


def test_too_long_is_held_with_what_it_would_be() -> None:
    """At the column's length it goes, one over it is held; letters are counted, not bytes."""
    assert only_field(PUSH, {"name": "é" * 10}, {}) == fills("é" * 10)
    assert only_field(PUSH, {"name": " " + "é" * 10 + " "}, {}) == fills("é" * 10)
    assert only_field(PUSH, {"name": "é" * 11}, {"Name": "x"}) == Pair("too_long", "provider", "x", "é" * 11, held=True)
    assert only_field(PULL, {}, {"Name": "x" * 13}) == Pair("too_long", "mis", None, "x" * 13, held=True)
    assert only_field(CLEARS, {"name": ""}, {"Name": "x"}) == Pair("clears", "provider", "x", None)


BORN = compiled("born: {mis: born, provider: DOB}")


def test_typed_values_are_compared_by_value_and_written_plainly() -> None:
    """Dates, instants, numbers, booleans: other ways to write one value are no change; plans have one form."""
    every = compiled(
        "born: {mis: born, provider: DOB}\nseen: {mis: seen, provider: Seen}\n"
        "score: {mis: score, provider: Score}\nactive: {mis: active, provider: Active}"
    )
    here = {"born": "1970-06-01", "seen": "2020-07-01T01:00:00+01:00", "score": "7.50", "active": "true"}
    alike = {"DOB": "1970-05-31T23:00:00Z", "Seen": "2020-07-01T00:00:00.000Z", "Score": "7.5", "Active": "Y"}
    assert set(one_pair(every, here, alike).values()) == {SAME}
    assert one_pair(every, here, {}) == {
        "born": fills("1970-06-01"),
        "seen": fills("2020-07-01T00:00:00.000000Z"),
        "score": fills("7.5"),
        "active": fills("true"),
    }
    other = {"DOB": "1970-06-02T00:00:00Z", "Seen": "2020-07-01T00:00:01Z", "Score": 100, "Active": "N"}
    found = one_pair(every, here, other)
    assert {one.reason for one in found.values()} == {"source_wins"}
    assert [one.before for one in found.values()] == ["1970-06-02", "2020-07-01T00:00:01.000000Z", "100", "false"]


def test_what_cannot_be_read_is_held_on_either_side() -> None:
    """Garbage is no blank: it fills nothing, clears nothing and is not written over."""
    held = Pair("unreadable", "provider", None, None, held=True)
    clears = compiled("born: {mis: born, provider: DOB, blank: clears}")
    for query in (BORN, clears):
        assert only_field(query, {"born": "31/02/1970"}, {"DOB": "1970-06-01T00:00:00Z"}) == replace(
            held, before="1970-06-01"
        )
        assert only_field(query, {"born": "soon"}, {"DOB": None}) == held
        assert only_field(query, {"born": None}, {"DOB": "soon"}) == held
        assert only_field(query, {"born": "1970-06-01"}, {"DOB": "soon"}) == held
        assert only_field(query, {"born": "soon"}, {"DOB": "soon"}) == held
    both = compiled("born: {mis: born, provider: DOB, rule: fill blank only}", "both")
    for here, there in (("soon", None), (None, "soon"), ("soon", "1970-06-01"), ("1970-06-01", "soon")):
        found = only_field(both, {"born": here}, {"DOB": there})
        assert (found.reason, found.after, found.held) == ("unreadable", None, True)


def test_codes_are_translated_before_they_are_compared() -> None:
    """A code goes over as the table says; one that the table lacks is held; a blank is blank."""
    query = compiled("code: {mis: code, provider: Code, from_mis: {codes: origin}}")
    assert only_field(query, {"code": " 1 "}, {"Code": "White"}) == SAME
    assert only_field(query, {"code": "2"}, {"Code": "White"}) == Pair("source_wins", "provider", "White", "Black")
    assert only_field(query, {"code": ""}, {"Code": "White"}) == KEEPS
    for there in (None, "White", "77"):
        found = only_field(query, {"code": "77"}, {"Code": there})
        assert found == Pair("missing_code", "provider", there, None, held=True)


def test_codes_both_ways() -> None:
    """Under `both` values are compared in the MIS's codes, and each side gets its own."""
    text = (
        "code: {{mis: code, provider: Code, from_mis: {{codes: origin}}, from_provider: {{codes: origin}}, rule: {}}}"
    )
    query = compiled(text.format("fill blank else provider wins"), "both")
    assert only_field(query, {"code": "1"}, {"Code": "White"}) == SAME
    assert only_field(query, {"code": "1"}, {"Code": "Black"}) == Pair("provider_wins", "mis", "1", "2")
    assert only_field(query, {"code": ""}, {"Code": "Mixed"}) == fills("3", "mis")
    assert only_field(query, {"code": "3"}, {"Code": " "}) == fills("Mixed")
    assert only_field(query, {"code": "1"}, {"Code": "Unknown"}).reason == "missing_code"
    assert only_field(query, {"code": "77"}, {"Code": "White"}).held
    assert only_field(query, {"code": "77"}, {"Code": None}).held
    mis_wins = compiled(text.format("fill blank else mis wins"), "both")
    assert only_field(mis_wins, {"code": "1"}, {"Code": "Black"}) == Pair("mis_wins", "provider", "Black", "White")
    fills_only = compiled(text.format("fill blank only"), "both")
    assert only_field(fills_only, {"code": "1"}, {"Code": "Black"}) == Pair("differs")


def test_lines_are_joined_and_blank_ones_take_no_room() -> None:
    """Outer spaces of a line go, blank lines go, all blank is blank."""
    query = compiled("home: {provider: Address, from_mis: {lines: [street, town, name], separator: ', '}}")
    assert only_field(query, {"street": " 1 High St ", "town": " ", "name": "X"}, {}) == fills("1 High St, X")
    assert only_field(query, {"street": "a", "town": "b"}, {"Address": "a,  b"}) == SAME
    assert only_field(query, {"street": "", "town": None, "name": " "}, {"Address": "x"}) == KEEPS
    assert only_field(query, {"street": "x" * 31}, {}).reason == "too_long"


def test_a_constant_is_sent_wherever_it_does_not_stand() -> None:
    """To one pair, to many and to none."""
    query = compiled("town: {provider: Town, from_mis: {constant: Leeds}}")
    assert only_field(query, {}, {"Town": "Leeds "}) == SAME
    assert only_field(query, {}, {"Town": None}) == fills("Leeds")
    assert only_field(query, {}, {"Town": "York"}) == Pair("source_wins", "provider", "York", "Leeds")
    people = [{"ident": str(number)} for number in range(3)]
    others = [{"ID": str(number), "Town": town} for number, town in enumerate(["York", "Leeds", ""])]
    found = decided(query, people, others)
    assert found.cells["after"].to_list() == ["Leeds", "Leeds"]
    assert decided(query, [], []).counts == {"town": {}}


def test_formulas_are_sent_compared_and_guard() -> None:
    """An expression's value goes over; its condition keeps a field out."""
    query = compiled("""town: {mis: town, provider: Town, from_mis: 'upper case(town)', when: 'mis.name = "on"'}""")
    assert only_field(query, {"town": "york", "name": "on"}, {}) == fills("YORK")
    assert only_field(query, {"town": "york", "name": "off"}, {}) == Pair("ignored_by_condition")
    assert only_field(query, {"town": "york", "name": "off"}, {"Town": "YORK"}) == SAME
    assert only_field(query, {"town": "", "name": "on"}, {"Town": "x"}) == KEEPS


def conditioned(value: pl.Expr, problem: pl.Expr | None = None, *, unless: bool = False) -> Query:
    """The query of one pushed field under a condition that is made here."""
    condition = Expression(value, "a condition", ("mis.town",), problem, "rule_error")
    query = compiled("name: {mis: name, provider: Name}\ntown: {mis: town, provider: Town}")
    record = query.records[0]
    field = replace(record.fields[0], unless=condition) if unless else replace(record.fields[0], when=condition)
    return replace(query, records=(replace(record, fields=(field,)),))


TOWN = pl.col("mis.town")


@pytest.mark.parametrize("unless", [False, True])
def test_conditions(unless: bool) -> None:  # noqa: FBT001  `when` or `unless`
    """True lets a `when` through and keeps an `unless` out; false the other way; null and errors hold."""
    for verdict, let in ((True, not unless), (False, unless)):
        query = conditioned(pl.when(TOWN.is_null()).then(verdict).otherwise(verdict), unless=unless)
        assert only_field(query, {"name": "x"}, {}) == (fills("x") if let else Pair("ignored_by_condition"))
        assert only_field(query, {"name": "x"}, {"Name": "x"}) == SAME
    unclear = Pair("condition_unclear", "provider", None, None, held=True)
    assert only_field(conditioned(pl.lit(None, dtype=pl.Boolean), unless=unless), {"name": "x"}, {}) == unclear
    assert (
        only_field(conditioned(pl.lit(not unless), TOWN == "bad", unless=unless), {"name": "x", "town": "bad"}, {})
        == unclear
    )
    assert only_field(
        conditioned(pl.lit(not unless), TOWN == "bad", unless=unless), {"name": "x", "town": "ok"}, {}
    ) == fills("x")


def test_fields_that_do_not_move_are_counted_as_ignored() -> None:
    """By the record's or the field's direction, by `only`; they are not even read."""
    query = compiled(
        "name: {mis: name, provider: Name}\ntown: {mis: town, provider: Town, only: pull}\n"
        "code: {mis: code, provider: Code, direction: ignore}\nscore: {mis: score, provider: Score, only: create}"
    )
    found = one_pair(query, {"name": "x", "town": "a", "code": "b", "score": 1}, {})
    assert found == {
        "name": fills("x"),
        "town": Pair("ignored_by_only"),
        "code": Pair("ignored_by_direction"),
        "score": Pair("ignored_by_only"),
    }
    assert query.records[0].mis_columns == ("ident", "name")
    assert query.records[0].provider_columns == ("ID", "Name")
    ignored = compiled("name: {mis: name, provider: Name}", "ignore", extra=CREATES)
    assert decided(ignored, [{"ident": "1"}], [{"ID": "1"}]).counts == {"name": {"ignored_by_direction": 1}}


def test_one_pair_may_change_on_both_sides() -> None:
    """Under `both` each field goes its own way."""
    query = compiled(
        "name: {mis: name, provider: Name, rule: fill blank only}\n"
        "town: {mis: town, provider: Town, rule: fill blank only}",
        "both",
    )
    assert one_pair(query, {"name": "x"}, {"Town": "y"}) == {"name": fills("x"), "town": fills("y", "mis")}


WORDS = st.sampled_from(
    [None, "", " ", "a", "A", " a ", "b", "null", "1", "2", "77", "x" * 11, "White", "Black", "é", "e\u0301"]
)
DAYS = st.sampled_from([None, "", "1970-06-01", "1970-06-01T00:00:00Z", "1970-05-31T23:00:00Z", "soon"])


def every(direction: str) -> Query:
    """Fields of many kinds in one direction."""
    rule = ", rule: fill blank else mis wins" if direction == "both" else ""
    return compiled(
        f"name: {{mis: name, provider: Name{rule}}}\ntown: {{mis: town, provider: Town, blank: clears{rule}}}\n"
        f"code: {{mis: code, provider: Code, from_mis: {{codes: origin}}, from_provider: {{codes: origin}}{rule}}}\n"
        f"born: {{mis: born, provider: DOB{rule}}}\n"
        "home: {mis: street, provider: Address, from_mis: {lines: [street, town]}, only: push}",
        direction,
    )


EVERY = {direction: every(direction) for direction in ("push", "pull", "both", "ignore")}


@given(
    st.sampled_from(sorted(EVERY)),
    st.lists(st.tuples(st.tuples(WORDS, WORDS, WORDS, DAYS), st.tuples(WORDS, WORDS, WORDS, DAYS)), max_size=5),
)
def test_counts_add_up_for_every_field(direction: str, pairs: list[tuple[tuple[Any, ...], tuple[Any, ...]]]) -> None:
    """Every cell has one reason: the counts of each field are the pairs; what moves is counted under its reason."""
    here = [
        dict(zip(("name", "town", "code", "born"), one, strict=True), ident=str(at))
        for at, (one, _) in enumerate(pairs)
    ]
    there = [
        dict(zip(("Name", "Town", "Code", "DOB"), one, strict=True), ID=str(at)) for at, (_, one) in enumerate(pairs)
    ]
    found = decided(EVERY[direction], here, there)
    assert [sum(counts.values()) for counts in found.counts.values()] == [len(pairs)] * 5
    assert set(found.counts) == {field.name for field in found.query.fields}
    moving = found.cells.filter(~pl.col("held"))
    assert moving.filter(pl.col("before").eq_missing(pl.col("after"))).height == 0
    for at, field in enumerate(found.query.fields):
        cells = found.cells.filter(pl.col("field") == at)
        told = dict(cells["reason"].value_counts().iter_rows())
        assert {name: found.counts[field.name][name] for name in told} == told
    assert (
        found.cells.filter(pl.col("held") & (pl.col("reason") != "too_long") & pl.col("after").is_not_null()).height
        == 0
    )
