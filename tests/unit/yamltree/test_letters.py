"""Bytes and characters that a file may not hold, and how much it may."""

import pytest

from engine.diagnostics import codes
from engine.source import Place, Source
from engine.yamltree import read_bytes, read_tree
from tests.unit.yamltree.reading import data_of, errors, faults, read


@pytest.mark.covers("Y8")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("a: é".encode("utf-16"), codes.NOT_UTF8),
        ("a: é".encode("utf-16-be"), codes.NOT_UTF8),
        ("a: b".encode("utf-16-le"), codes.NUL_CHARACTER),
        ("a: b".encode("utf-32-le"), codes.NUL_CHARACTER),
        ("a: é".encode("latin-1"), codes.NOT_UTF8),
        (b"a: \xed\xa0\x80", codes.NOT_UTF8),
        (b"a: \xc0\xaf", codes.NOT_UTF8),
        (b"\xef\xbb\xbfa: b", codes.BYTE_ORDER_MARK),
        (b"a: '\x00'", codes.NUL_CHARACTER),
        (b"a: b" + b" " * 1024 * 1024, codes.FILE_TOO_LARGE),
    ],
)
def test_bytes_that_are_no_utf8_text_are_refused(data: bytes, code: str) -> None:
    """Another encoding, half a surrogate pair, a byte order mark and NUL each give one error and no tree."""
    source, found = read_bytes("rules.yaml", data)
    if source is not None:
        tree = read_tree(source)
        assert tree.root is None
        found = tree.diagnostics
    assert [(one.code, one.severity) for one in found] == [(code, "error")]
    assert found[0].primary.source.path == "rules.yaml"


@pytest.mark.covers("Y8")
def test_the_place_of_a_wrong_byte_is_told_in_code_points() -> None:
    """What stands before it is counted as people count it."""
    source, (found,) = read_bytes("rules.yaml", "a: 1\né😀: ".encode() + b"\xff")
    assert source is None
    assert found.primary.source.place(found.primary.span.start) == Place(2, 5)


def test_good_bytes_give_their_text() -> None:
    """UTF-8 comes back as it is."""
    source, found = read_bytes("rules.yaml", "a: é😀\n".encode())
    assert found == ()
    assert source == Source("rules.yaml", "a: é😀\n")


@pytest.mark.covers("Y8")
def test_half_a_surrogate_pair_in_a_text_is_refused() -> None:
    """A text that no file can hold is refused too, instead of failing later."""
    assert errors("a: '\ud83d'") == [(codes.NUL_CHARACTER, "\ud83d")]


HIDDEN = [
    *(chr(code) for code in range(1, 32) if chr(code) not in "\t\n"),
    *(chr(code) for code in range(0x7F, 0xA0)),
    *"\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff",
    "\U000e0041",
]


@pytest.mark.covers("Y8")
@pytest.mark.parametrize("letter", HIDDEN, ids=lambda letter: f"U+{ord(letter):04X}")
def test_characters_that_do_not_show_are_refused_outside_quotes_and_told_inside(letter: str) -> None:
    """In a value, a key, a block and a comment an error; in quotes a warning, and the value keeps it."""
    for text in (f"a: x{letter}y\n", f"a{letter}b: x\n", f"a: |\n  x{letter}y\n", f"a: 1 # x{letter}y\n"):
        assert faults(text) == [(codes.HIDDEN_CHARACTER, "error", letter)]
    for text in (f"a: 'x{letter}y'\n", f'a: "\\u00e9x{letter}y"\n'):
        assert faults(text) == [(codes.HIDDEN_CHARACTER, "warning", letter)]
        (value,) = data_of(text).values()
        assert value.endswith(f"x{letter}y")


def test_the_stand_in_for_hidden_characters_is_an_ordinary_one() -> None:
    """A text that holds the character that replaces hidden ones while parsing keeps it."""
    assert data_of("a: '\ufffd\u202e\ufffd'\nb: \ufffd\n") == {"a": "\ufffd\u202e\ufffd", "b": "\ufffd"}


@pytest.mark.covers("Y9")
def test_a_mebibyte_is_read_and_one_byte_more_is_not() -> None:
    """Size counts in bytes, whichever way the text comes."""
    text = "a: 'é" + "x" * (1024 * 1024 - 7) + "'"
    assert len(text.encode()) == 1024 * 1024
    assert read(text).diagnostics == ()
    assert errors(text + "\n") == [(codes.FILE_TOO_LARGE, "")]
    source, found = read_bytes("rules.yaml", (text + "\n").encode())
    assert source is None
    assert [one.code for one in found] == [codes.FILE_TOO_LARGE]


@pytest.mark.covers("Y9")
def test_the_number_of_parts_is_capped() -> None:
    """200,000 events are the most that are looked at."""
    assert [code for code, _ in errors("- a\n" * 200_001)] == [codes.TOO_MANY_PARTS]
    assert read("- a\n" * 150_000).diagnostics == ()


def test_of_very_many_faults_the_first_are_told() -> None:
    """A hundred at most, errors before warnings, with a note on the rest."""
    found = read("- NO\n" * 300 + "- *a\n" * 150).diagnostics
    assert len(found) == 100
    assert {one.code for one in found} == {codes.YAML_ALIAS}
    assert found[-1].notes == ("350 more faults are not shown",)
