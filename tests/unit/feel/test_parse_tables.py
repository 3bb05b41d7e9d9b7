"""The parser's tables are those of the grammar, and reading the first expression costs little."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from engine.feel.faults import FeelSyntaxError
from engine.feel.lalr import TABLES
from engine.feel.parse import parse_expression
from engine.feel.parse_tables import GRAMMAR, tables_of_grammar, written

ROOT = Path(__file__).resolve().parents[3]
FIRST = """
import sys, time
before = time.process_time()
from engine.feel.parse import parse_expression
parse_expression("a + 1", ["a"])
print(time.process_time() - before, "lark" in sys.modules)
"""


def test_the_tables_are_those_of_the_grammar() -> None:
    """The committed file is what the grammar gives now."""
    made = written(tables_of_grammar(GRAMMAR.read_text(encoding="utf-8")))
    assert TABLES.read_text(encoding="utf-8") == made, "run `python -m engine.feel.parse_tables`"


def test_the_order_of_the_tables_is_fixed() -> None:
    """Another process, whose sets come in another order, makes the same bytes."""
    words = "from engine.feel.parse_tables import *; print(written(tables_of_grammar(GRAMMAR.read_text())), end='')"
    ran = subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout == TABLES.read_bytes()


def test_the_first_expression_is_read_soon() -> None:
    """Importing the reader and reading an expression builds no tables and needs no lark; it costs a tenth of a second.

    Processor time, the best of three, and twice the goal, as other work may run beside this.
    """
    runs = [
        subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        for _ in range(3)
    ]
    printed = [ran.stdout.split() for ran in runs]
    assert {loaded for _seconds, loaded in printed} == {"False"}
    assert min(float(seconds) for seconds, _loaded in printed) < 0.2


PIECES = [
    *("if", "then", "else", "a", "b", "1", '"x"', "(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "+", "-", "*"),
    *("**", "<", ">", "=", "!=", "<=", "in", "and", "or", "not", "for", "some", "every", "return", "satisfies", "of"),
    *("function", '@"P1D"', "null", "true", "between", "instance", "date and time", "string join"),
]


@pytest.mark.parametrize("seed", range(20))
def test_no_sequence_of_pieces_breaks_the_parser(seed: int) -> None:
    """Any sequence of lexemes is read or refused with a place within the text."""
    chance = random.Random(seed)
    for _ in range(100):
        text = " ".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        fault = refusal(text)
        if fault is not None:
            assert 0 <= fault.start <= fault.end <= len(text)
            assert fault.message


def refusal(text: str) -> FeelSyntaxError | None:
    """Why a text is not read; nothing where it is."""
    try:
        parse_expression(text, ["a", "b"])
    except FeelSyntaxError as fault:
        return fault
    return None
