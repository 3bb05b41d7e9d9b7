"""Offsets, lines and columns of a source."""

from hypothesis import given
from hypothesis import strategies as st

from engine.source import Place, Source

TEXTS = st.text(st.sampled_from("ab\n\r\té😀漢"), max_size=40)


def test_lines_and_columns_count_from_one_in_code_points() -> None:
    """A character outside the basic plane counts as one column, and a line break ends its own line."""
    source = Source("a.yaml", "é😀:\n  b\n")
    assert [source.place(offset) for offset in (0, 2, 3, 4, 6)] == [
        Place(1, 1),
        Place(1, 3),
        Place(1, 4),
        Place(2, 1),
        Place(2, 3),
    ]


def test_offsets_outside_the_text_count_as_its_ends() -> None:
    """No offset is an error: before the beginning is the beginning, past the end is the end."""
    source = Source("a.yaml", "ab\ncd")
    assert source.place(-5) == Place(1, 1)
    assert source.place(99) == Place(2, 3)


def test_a_line_comes_without_its_break_and_is_empty_where_there_is_none() -> None:
    """Lines end with LF or CR LF; numbers that no line has give an empty text."""
    source = Source("a.yaml", "one\r\ntwo\nthree")
    assert [source.line(number) for number in (0, 1, 2, 3, 4)] == ["", "one", "two", "three", ""]


@given(TEXTS)
def test_places_grow_with_offsets_and_point_into_their_lines(text: str) -> None:
    """Places are in the order of offsets, and the character at an offset is the one at its place."""
    source = Source("a.yaml", text)
    places = [source.place(offset) for offset in range(len(text) + 1)]
    assert [(place.line, place.column) for place in places] == sorted((place.line, place.column) for place in places)
    for offset, place in enumerate(places[:-1]):
        if text[offset] not in "\r\n":
            assert source.line(place.line)[place.column - 1] == text[offset]
