"""Decision tables give the same by columns as by rows, over generated cells and values."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel.columns_rows import evaluate_table_frame, evaluate_table_rows
from engine.feel.parse import parse_expression, parse_unary_tests
from engine.feel.tables import DecisionTable, Hit, Input, Output, Rule
from tests.laws.feel_values import NAMES, PATHS, SETTING, TYPES, frame

TABLES = 600
ROWS = 40
LEAST = 4_000
"""Rows that columns must have answered themselves in a run."""
VALUES = {
    "s": ['"a"', '"abc"', '"ß"', '" "', "u", "null"],
    "n": ["0", "1", "-0.05", "10000", "m", "null"],
    "d": ['@"2020-02-29"', 'date("2020-01-31")', "e", "null"],
    "i": ['@"2020-10-25T01:30:00@Europe/London"', '@"2020-03-29T01:00:00Z"', "j"],
    "b": ["true", "false", "c", "null"],
}
FORMS = ["-", "{0}", "{1} {0}", "[{0}..{2})", "({0}..{2}]", "{0}, {2}", "not({0}, {1} {2})", "[{0}, {2}]", "? != {0}"]
SIGNS = ["=", "!=", "<", "<=", ">", ">="]
HITS: tuple[Hit, ...] = ("unique", "any", "first")
OUTPUTS = ['"x"', '"y"', "s", '"z" + u', "string(n)", "upper case(s)", "null"]


@st.composite
def cells(draw: st.DrawFn, name: str) -> str:
    """Tests of one input."""
    value = st.sampled_from(VALUES[name])
    return draw(st.sampled_from(FORMS)).format(draw(value), draw(st.sampled_from(SIGNS)), draw(value))


@st.composite
def decisions(draw: st.DrawFn) -> tuple[str, DecisionTable]:
    """A table of up to two inputs and four rules, and the same as text."""
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=2))
    rules = draw(
        st.lists(
            st.tuples(st.tuples(*(cells(name) for name in names)), st.sampled_from(OUTPUTS)), min_size=1, max_size=4
        )
    )
    default = draw(st.none() | st.sampled_from(OUTPUTS))
    hit = draw(st.sampled_from(HITS))
    table = DecisionTable(
        inputs=tuple(Input(parse_expression(name, NAMES)) for name in names),
        outputs=(Output(default=parse_expression(default, NAMES) if default else None),),
        rules=tuple(
            Rule(tuple(parse_unary_tests(cell, [*NAMES, "?"]) for cell in when), (parse_expression(then, NAMES),))
            for when, then in rules
        ),
        hit=hit,
    )
    return f"{hit} {names} {rules} {default}", table


@dataclass(slots=True)
class Tally:
    """What a run of the law has seen."""

    answered: int = 0


def test_tables_give_the_same_by_columns_as_by_rows() -> None:
    """Values and problems are the same under the hit policies of which one rule decides."""
    tally = Tally()

    @settings(max_examples=TABLES, deadline=None)
    @given(decisions(), st.integers(0, 2**32))
    def law(made: tuple[str, DecisionTable], seed: int) -> None:
        text, table = made
        rows = frame(seed, ROWS, NAMES)
        found = evaluate_table_frame(table, rows, TYPES, PATHS, SETTING)
        if found.refused is None:
            expected = evaluate_table_rows(table, rows, PATHS, SETTING)
            assert (found.values, found.problems) == (expected.values, expected.problems), text
            tally.answered += ROWS - len(found.asked)

    law()
    assert tally.answered >= LEAST
