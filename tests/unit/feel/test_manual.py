"""The manual's page on FEEL is what the function table and the examples make now."""

import pytest

from engine.feel.functions import EXTENSIONS, TABLE
from tests.feel_examples import EXAMPLES, REMARKS
from tests.feel_manual import PATH, page, run
from tests.modules import ROOT


def test_the_page_is_up_to_date() -> None:
    """The committed page is the one that is made: so every value on it is what its example gives."""
    assert (ROOT / PATH).read_text(encoding="utf-8") == page(), "run `python -m tests.feel_manual`"


def test_every_function_has_an_example() -> None:
    """Each function of the table has one example, which calls it."""
    assert set(EXAMPLES) == set(TABLE)
    assert set(REMARKS) <= set(TABLE)
    assert all(example.startswith(f"{name}(") for name, example in EXAMPLES.items())


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_a_value(name: str) -> None:
    """Each function's example shows what it is for, not a fault."""
    shown = run(EXAMPLES[name], {})
    assert shown.startswith("`")
    assert "problem" not in shown
    assert "null" not in shown


def test_extensions_are_marked() -> None:
    """The page marks what the standard has not, and nothing else."""
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    marked = {line[3:].partition("(")[0] for line in rows if "**+**" in line}
    assert marked == EXTENSIONS
