"""Normalisers: when two texts are the same, and that they are laws' children (idempotent, order-free)."""

import itertools
import unicodedata
from typing import get_args

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.query.normalise import filled, normalised
from engine.rules.model import DEFAULT_COMPARE, Normaliser

NAMES: tuple[Normaliser, ...] = ("accents", "fold", "trim", "spaces", "format")
"""How names compare when people are matched."""
ALL: tuple[Normaliser, ...] = get_args(Normaliser)

# Letters that change their length, their neighbours or their form under case, composition or removal.
TRICKY = (
    "aeéßẞ\u017f\u0131İiIK\u212aÅ\u212bΣς\u03c3ΐΰǅŉﬁﬀᾀΩ\u2126"
    "\u0301\u0308\u0327\u0345\u030a\u200b\u200d\u00ad\ufeff\u2060 \t\n\u00a0\u2000\u3000\x85"
)
TEXTS = st.text(st.one_of(st.sampled_from(TRICKY), st.characters(codec="utf-8")), max_size=8)


def norm(text: str, steps: tuple[Normaliser, ...]) -> str:
    """One text under the normalisers."""
    found = pl.DataFrame({"text": [text]}).select(normalised(pl.col("text"), steps))["text"].item()
    assert isinstance(found, str)
    return found


def same(a: str, b: str, steps: tuple[Normaliser, ...]) -> bool:
    """Whether two texts are the same under the normalisers."""
    return norm(a, steps) == norm(b, steps)


SAME = [
    ("José", "Jose\u0301"),
    ("Zoë", "ZOË"),
    ("Zoe\u0308", "ZOË"),
    ("ﬁona", "Fiona"),
    ("Straße", "STRASSE"),
    ("STRAẞE", "straße"),
    ("ΟΔΥΣΣΕΥΣ", "Οδυσσευς"),
    ("ΐ", "Ϊ́"),
    ("\u212bngström", "ångström"),
    ("  Ann   Lee ", "ann lee"),
    ("Ann\u00a0Lee", "Ann Lee"),
    ("Ann\tLee", "ann  lee"),
    ("An\u200bna", "Anna"),
    ("An\u00adna", "Anna"),
    ("\ufeffAnna", "Anna"),
    ("e\u200d\u0301", "é"),
    ("ş\u0301", "s\u0301\u0327"),
]
DIFFERENT = [
    ("O\u2019Brien", "O'Brien"),
    ("O\u2019Brien", "O\u2018Brien"),
    ("Łukasz", "Lukasz"),
    ("José", "Jose"),
    ("\u0410nna", "Anna"),
    ("Ann-Marie", "Ann Marie"),
    ("Ann-Marie", "Ann\u2010Marie"),
    ("AnnLee", "Ann Lee"),
    ("null", ""),
    ("x\u00b2", "x2"),
]


@pytest.mark.covers("D5")
@pytest.mark.parametrize(("a", "b"), SAME)
def test_names_that_are_the_same(a: str, b: str) -> None:
    """Encodings, case, ligatures, outer and doubled spaces, invisible characters: one name, either way round."""
    assert same(a, b, NAMES)
    assert same(b, a, NAMES)


@pytest.mark.covers("D5")
@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_names_that_are_not_the_same(a: str, b: str) -> None:
    """Apostrophes, strokes, other scripts and accents stay apart: they need a word from somebody."""
    assert not same(a, b, NAMES)
    assert not same(b, a, NAMES)


@pytest.mark.covers("D5")
@given(TEXTS)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """Idempotent, for how names compare and for the default."""
    for steps in (NAMES, DEFAULT_COMPARE):
        once = norm(text, steps)
        assert norm(once, steps) == once


@given(TEXTS, st.sets(st.sampled_from(ALL), max_size=len(ALL)))
def test_any_choice_of_normalisers_is_idempotent(text: str, chosen: set[Normaliser]) -> None:
    """No normaliser undoes another, whatever is chosen together."""
    steps = tuple(chosen)
    once = norm(text, steps)
    assert norm(once, steps) == once


@pytest.mark.covers("D5")
@given(TEXTS)
def test_the_encodings_of_one_text_are_the_same(text: str) -> None:
    """A text and its composed and decomposed forms never differ, in no order of the two."""
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, text)
        for steps in (NAMES, DEFAULT_COMPARE):
            assert same(text, other, steps)
            assert same(other, text, steps)


def test_every_letter_folds_as_unicode_says() -> None:
    """Each code point is the same as its full case folding, and folding is idempotent for all of them."""
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    frame = pl.DataFrame({"x": letters, "folded": [letter.casefold() for letter in letters]})
    steps: tuple[Normaliser, ...] = ("fold", "accents")
    found = frame.with_columns(a=normalised(pl.col("x"), steps), b=normalised(pl.col("folded"), steps))
    found = found.with_columns(again=normalised(pl.col("a"), steps))
    assert found.filter(pl.col("a") != pl.col("again"))["x"].to_list() == []
    unlike = found.filter(pl.col("a") != pl.col("b"))["x"].to_list()
    assert unlike == []


@given(TEXTS, st.permutations(ALL))
def test_the_order_in_which_normalisers_are_written_says_nothing(text: str, order: list[Normaliser]) -> None:
    """A set of normalisers means one thing."""
    assert norm(text, tuple(order)) == norm(text, ALL)


def test_each_normaliser_alone() -> None:
    """What each does, and that it does nothing else."""
    told: dict[Normaliser, str] = {
        "trim": "O\u2019B  e\u0301\u200b9",
        "spaces": " O\u2019B e\u0301\u200b9 ",
        "commas": "\u00a0O\u2019B  e\u0301\u200b9 ",
        "no_spaces": "O\u2019Be\u0301\u200b9",
        "upper": "\u00a0O\u2019B  E\u0301\u200b9 ",
        "accents": "\u00a0O\u2019B  é\u200b9 ",
        "fold": "\u00a0o\u2019b  e\u0301\u200b9 ",
        "format": "\u00a0O\u2019B  e\u03019 ",
        "digits": "9",
        "date": "O\u2019B é\u200b9",
        "number": "O\u2019B é\u200b9",
    }
    assert set(told) == set(ALL)
    for name, wanted in told.items():
        assert norm("\u00a0O\u2019B  e\u0301\u200b9 ", (name,)) == wanted
    assert norm(" As it is ", ()) == " As it is "
    assert norm("1 Elm Road,Leeds , LS1", ("commas",)) == "1 Elm Road Leeds   LS1"


@pytest.mark.parametrize(
    ("steps", "here", "there", "alike"),
    [
        ("date", "1970-06-01", " 1/6/1970", True),
        ("date", "01/06/1970", "1970-06-01T00:00:00Z", True),
        ("date", "01/06/1970", "06/01/1970", False),
        ("date", "31/02/1970", "1970-02-31", False),
        ("date", "soon  or", " soon or", True),
        ("date", "SOON", "soon", False),
        ("number", "007.50", "+7.5", True),
        ("number", "-0.0", "0", True),
        ("number", "-1", "1", False),
        ("number", "1" * 40, "1" * 39 + "2", False),
        ("number", "1e3", "1000", False),
        ("number", "1/6/1970", "01/06/1970", False),
    ],
)
def test_texts_that_mean_one_date_or_number(steps: Normaliser, here: str, there: str, alike: bool) -> None:  # noqa: FBT001  a column of the table
    """Ways to write a day or a number are one; what is neither is compared as without the word."""
    assert same(here, there, (steps,)) == alike


BLANK = ["", " ", "\t\n\r\x0b\x0c", "\u00a0\u2003\u3000", "\x85\u2028", None]
FILLED = [("null", "null"), (" x ", "x"), ("\u200b", "\u200b"), ("0", "0"), ("\u00a0a b\u00a0", "a b"), (".", ".")]


@pytest.mark.parametrize("text", BLANK)
def test_blank_is_nothing_but_spaces(text: str | None) -> None:
    """Missing, empty or any run of spaces becomes null."""
    assert pl.DataFrame({"t": [text]}, schema={"t": pl.String}).select(filled(pl.col("t")))["t"].item() is None


@pytest.mark.parametrize(("text", "left"), FILLED)
def test_filled_takes_off_outer_spaces_only(text: str, left: str) -> None:
    """What is sent keeps everything within it; the word null is a word."""
    assert pl.DataFrame({"t": [text]}).select(filled(pl.col("t")))["t"].item() == left


def test_normalisers_work_on_many_rows_and_keep_nulls() -> None:
    """A column is normalised row by row, null stays null, for every pair of normalisers."""
    frame = pl.DataFrame({"t": ["ß", None, " É", ""]})
    for steps in itertools.combinations(ALL, 2):
        found = frame.select(normalised(pl.col("t"), steps))["t"].to_list()
        assert found[1] is None
        assert found[0] == norm("ß", steps)
        assert found[2] == norm(" É", steps)
