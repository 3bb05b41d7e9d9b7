"""Events to a tree: what is read, and what YAML has that a rule file may not."""

import time

import pytest

from engine.diagnostics import codes
from engine.source import Place, Source
from engine.yamltree import MappingNode
from tests.unit.yamltree.reading import data_of, errors, read, value_of


def test_mappings_lists_and_values_keep_their_order() -> None:
    """Block and bracket forms give the same data, in the order of the file."""
    block = "b: 1\na:\n  - x\n  - {c: 'd', e: [f, \"g\"]}\ntext: |\n  one\n  two\nnothing:\n"
    assert value_of(block) == {
        "b": 1,
        "a": ["x", {"c": "d", "e": ["f", "g"]}],
        "text": "one\ntwo\n",
        "nothing": None,
    }
    assert list(value_of(block)) == ["b", "a", "text", "nothing"]


def test_spans_stand_on_keys_and_values() -> None:
    """Keys and values have their own spans; quotes, brackets and the `|` belong to the value."""
    text = "# é😀\nké😀: 'v😀'\nlist: [1, {a: b}]\nblock:\n  x: 1\n  y: |\n    line\n\n# end\nempty:\n"
    tree = read(text)
    assert isinstance(tree.root, MappingNode)
    spans = [
        (text[entry.key.span.start : entry.key.span.end], text[entry.value.span.start : entry.value.span.end])
        for entry in tree.root.entries
    ]
    assert spans == [
        ("ké😀", "'v😀'"),
        ("list", "[1, {a: b}]"),
        ("block", "x: 1\n  y: |\n    line"),
        ("empty", ""),
    ]
    found = tree.root.get("ké😀")
    assert found is not None
    source = Source("rules.yaml", text)
    assert source.place(found.key.span.start) == Place(2, 1)
    assert source.place(found.value.span.start) == Place(2, 6)
    assert tree.root.get("nothing") is None


def test_a_document_mark_and_a_comment_are_no_faults() -> None:
    """One `---` at the beginning, one `...` at the end, comments and CR LF are read as nothing."""
    assert value_of("# a\r\n---\r\na: 1 # b\r\n...\r\n") == {"a": 1}


def test_an_explicit_key_is_read_as_a_key() -> None:
    """`? key` on a line of its own is YAML for the same thing."""
    assert value_of("? a\n: b\n") == {"a": "b"}


DEEP = {
    "[": "[",
    "{a: ": "{",
    "- ": "-",
    "? ": "?",
    "- ? ": "-?",
    "[[{a: ": "[{",
}


@pytest.mark.covers("Y1")
@pytest.mark.parametrize("part", DEEP)
def test_nesting_is_refused_beyond_64_with_a_place(part: str) -> None:
    """100,000 openings are one error at the 65th, in less time than a person notices."""
    text = part * 100_000
    read("a: 1")
    begin = time.perf_counter()
    found = errors(text)
    took = time.perf_counter() - begin
    assert [code for code, _ in found] == [codes.TOO_DEEP]
    assert found[0][1] in DEEP[part]
    assert took < (0.05 if part == "[" else 0.5)


@pytest.mark.covers("Y1")
def test_sixty_four_levels_are_read_and_one_more_is_not() -> None:
    """The cap is 64 lists or mappings in each other."""
    assert read("[" * 64 + "]" * 64).diagnostics == ()
    assert errors("[" * 65 + "]" * 65) == [(codes.TOO_DEEP, "[")]


@pytest.mark.covers("Y2", "Y3")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1", [(codes.YAML_ANCHOR, "&x")]),
        ("&top\na: 1", [(codes.YAML_ANCHOR, "&top")]),
        ("a: *x", [(codes.YAML_ALIAS, "*x")]),
        ("- &a [*a]", [(codes.YAML_ANCHOR, "&a"), (codes.YAML_ALIAS, "*a")]),
        ("&a [*a]", [(codes.YAML_ANCHOR, "&a"), (codes.YAML_ALIAS, "*a")]),
        ("a: {<<: {b: 1}}", [(codes.YAML_MERGE, "<<")]),
        ("a: &x {b: 1}\nc:\n  <<: *x", [(codes.YAML_ANCHOR, "&x"), (codes.YAML_MERGE, "<<"), (codes.YAML_ALIAS, "*x")]),
        ("*x : 1", [(codes.YAML_ALIAS, "*x")]),
    ],
)
def test_anchors_aliases_and_merge_keys_are_refused(text: str, expected: list[tuple[str, str]]) -> None:
    """Each is an error at its own characters, so no value can be shared, repeated or contain itself."""
    assert errors(text) == expected


@pytest.mark.covers("Y2")
def test_an_alias_bomb_is_a_handful_of_errors() -> None:
    """Nine levels of nine aliases are never expanded."""
    lines = ['a0: &a0 ["lol"]'] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    begin = time.perf_counter()
    found = errors("\n".join(lines))
    assert {code for code, _ in found} == {codes.YAML_ANCHOR, codes.YAML_ALIAS}
    assert time.perf_counter() - begin < 0.5


def test_quotes_make_an_ordinary_key_of_a_merge_sign() -> None:
    """Only a bare `<<` merges."""
    assert value_of("'<<': 1") == {"<<": 1}


@pytest.mark.covers("Y5")
def test_a_key_that_stands_twice_is_an_error_with_both_places() -> None:
    """The second is marked, the first is shown, and a quoted key is the same key."""
    text = "a: 1\nb: {c: 1, c: 2}\n'a': 3\n"
    found = read(text).diagnostics
    assert [(one.code, one.primary.span.start, one.others[0].span.start) for one in found] == [
        (codes.DUPLICATE_KEY, 15, 9),
        (codes.DUPLICATE_KEY, 21, 0),
    ]


@pytest.mark.covers("Y5")
def test_the_first_of_two_values_is_kept() -> None:
    """The tree goes on with the first, so that checks after this see one."""
    assert data_of("a: 1\na: 2\n") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("[a]: 1", codes.COMPLEX_KEY, "["),
        ("{a: 1}: 1", codes.COMPLEX_KEY, "{"),
        ("? - a\n: 1", codes.COMPLEX_KEY, "-"),
        ("? |\n  a\n: 1", codes.COMPLEX_KEY, "|"),
        (": 1", codes.EMPTY_KEY, ":"),
        ("{: 1}", codes.EMPTY_KEY, ":"),
    ],
)
def test_a_key_is_one_line_of_text(text: str, code: str, marked: str) -> None:
    """Lists, mappings, blocks and nothing are no keys."""
    assert errors(text) == [(code, marked)]


@pytest.mark.covers("Y7")
@pytest.mark.parametrize(
    "tag",
    [
        "!!binary",
        "!!set",
        "!!timestamp",
        "!!str",
        "!!python/object/apply:os.system",
        "!mine",
        "!",
        "!<tag:yaml.org,2002:str>",
    ],
)
@pytest.mark.parametrize("value", ["x", "'x'", "[x]", "{x: y}"])
def test_any_tag_is_refused(tag: str, value: str) -> None:
    """A tag is an error at its own characters, on whatever it stands."""
    assert errors(f"a: {tag} {value}") == [(codes.YAML_TAG, tag)]


@pytest.mark.covers("Y7")
@pytest.mark.parametrize("line", ["%YAML 1.1", "%TAG ! tag:example,2000:"])
def test_directives_are_refused(line: str) -> None:
    """A directive could give tags and words another meaning."""
    assert [code for code, _ in errors(f"{line}\n---\na: 1\n")] == [codes.YAML_DIRECTIVE]


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("a: 1\n---\nb: 2\n", codes.SEVERAL_DOCUMENTS, "---"),
        ("a: 1\n...\nb: 2\n", codes.SEVERAL_DOCUMENTS, "b"),
        ("a: >\n  b\n  c\n", codes.FOLDED_TEXT, ">"),
        ("a: >-\n  b\n", codes.FOLDED_TEXT, ">"),
        ("a: b\n  c\n  d\n", codes.MULTI_LINE_TEXT, "c"),
        ("a: 'b\n  c'\n", codes.MULTI_LINE_TEXT, "c'"),
        ('a: "b\n  c"\n', codes.MULTI_LINE_TEXT, 'c"'),
        ("", codes.EMPTY_FILE, ""),
        ("# nothing\n", codes.EMPTY_FILE, ""),
        ("---\n", codes.EMPTY_FILE, ""),
        ("\ta: 1\n", codes.TAB_INDENTATION, "\t"),
        ("a:\n\tb: 1\n", codes.TAB_INDENTATION, "\t"),
        ("a:\n  \tb: 1\n\tc: 1\n", codes.TAB_INDENTATION, "\t"),
        ("a: [\n\t1]\n", codes.TAB_INDENTATION, "\t"),
        ("a: |\n\tb\n", codes.TAB_INDENTATION, "\t"),
    ],
)
def test_what_yaml_has_and_a_rule_file_may_not(text: str, code: str, marked: str) -> None:
    """One error each, at the smallest part that shows it."""
    assert errors(text) == [(code, marked)]


def test_tabs_are_allowed_where_they_do_not_indent() -> None:
    """Between a value and a comment, and inside texts, a tab is a character like others."""
    assert value_of("a: 1\t# b\nc: 'd\te'\nf: |\n  g\n  \th\n") == {"a": 1, "c": "d\te", "f": "g\n\th\n"}
