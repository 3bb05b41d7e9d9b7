"""Near names for misspelt ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics.nearest import nearest

COLUMNS = ["birth_date", "email", "first_name", "surname", "uln", "mail"]
WORDS = st.text("abcde_", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("emial", ("email",)),
        ("birthdate", ("birth_date",)),
        ("Birth Date", ("birth_date",)),
        ("surnme", ("surname",)),
        ("ssurname", ("surname",)),
        ("ULN", ("uln",)),
        ("ethnicity", ()),
        ("", ()),
    ],
)
def test_a_slip_of_the_pen_finds_what_was_meant(word: str, found: tuple[str, ...]) -> None:
    """Swapped, missing and doubled letters, case and underscores are seen through; other words find nothing."""
    assert nearest(word, COLUMNS) == found


def test_equally_near_names_keep_their_order() -> None:
    """The order of the candidates decides among equals, and no more than `most` come back."""
    assert nearest("bat", ["cat", "hat", "rat", "mat"]) == ("cat", "hat", "rat")
    assert nearest("bat", ["mat", "rat", "cat"], most=1) == ("mat",)


@given(st.lists(WORDS, max_size=8), WORDS, st.integers(0, 4))
def test_answers_are_candidates_once_each(candidates: list[str], word: str, most: int) -> None:
    """Whatever comes back was a candidate, is not the word itself, and stands there once."""
    found = nearest(word, candidates, most)
    assert set(found) <= set(candidates) - {word}
    assert len(set(found)) == len(found) <= most


@given(st.text("abcdefgh", min_size=4, max_size=12), st.data())
def test_one_swap_is_always_found(word: str, data: st.DataObject) -> None:
    """Two neighbours swapped in a word of four letters or more still find it."""
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert swapped == word or nearest(swapped, [word]) == (word,)


def test_a_very_long_word_costs_little() -> None:
    """Only the beginning of a word is compared, so hostile names take no time."""
    assert nearest("x" * 1_000_000, ["y" * 1_000_000, *COLUMNS]) == ()
