"""Laws of spans and of reading, over generated and hostile texts."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import codes
from engine.source import Source
from engine.yamltree import MappingNode, Node, ScalarNode, SequenceNode, offsets_in, plain, read_tree
from tests.unit.yamltree.reading import data_of, read

WORDS = st.text(st.sampled_from("abz019 é😀漢'\"\\:-#,[]{}&*!|>%@`~\t.="), max_size=12)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A block mapping of texts in single and double quotes, and those texts in order."""
    texts = draw(st.lists(WORDS, min_size=1, max_size=6))
    lines = []
    for number, text in enumerate(texts):
        if draw(st.booleans()):
            shown = "'" + text.replace("'", "''") + "'"
        else:
            escaped = {
                "\\": "\\\\",
                '"': '\\"',
                "é": draw(st.sampled_from(["é", "\\xe9", "\\u00e9"])),
                "😀": "\\U0001f600",
            }
            shown = '"' + "".join(escaped.get(letter, letter) for letter in text) + '"'
        lines.append(f"{draw(st.sampled_from(['', '# 😀é' + chr(10)]))}k😀{number}: {shown}")
    return "\n".join(lines), texts


@given(documents())
def test_quoted_texts_come_back_and_their_spans_hold_them(document: tuple[str, list[str]]) -> None:
    """A text in quotes is read as it was meant; its span has the quotes; offsets point at its letters."""
    text, texts = document
    source = Source("rules.yaml", text)
    tree = read_tree(source)
    assert tree.diagnostics == ()
    assert isinstance(tree.root, MappingNode)
    for number, (entry, expected) in enumerate(zip(tree.root.entries, texts, strict=True)):
        assert text[entry.key.span.start : entry.key.span.end] == f"k😀{number}"
        assert isinstance(entry.value, ScalarNode)
        assert entry.value.value == expected
        shown = text[entry.value.span.start : entry.value.span.end]
        assert shown[0] == shown[-1]
        offsets = offsets_in(entry.value, source)
        assert len(offsets) == len(expected) + 1
        for letter, offset in zip(expected, offsets, strict=False):
            assert text[offset] in (letter, "\\")
        assert offsets[-1] == entry.value.span.end - 1


PLAIN = st.text(st.sampled_from("abcXYZ019 é😀漢._"), min_size=1, max_size=12).map(str.strip).filter(bool)


@given(
    st.recursive(
        PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3), max_leaves=12
    )
)
def test_the_text_at_a_span_is_the_scalar_s_text(data: object) -> None:
    """Whatever is nested in brackets, each bare text stands at its span, and the data come back."""
    text = "top😀: " + _flow(data)
    tree = read(text)
    assert isinstance(tree.root, MappingNode)
    assert _texts(plain(tree.root)) == {"top😀": _texts(data)} or tree.diagnostics
    for scalar in _scalars(tree.root):
        assert text[scalar.span.start : scalar.span.end] == scalar.text


def _flow(data: object) -> str:
    if isinstance(data, list):
        return "[" + ", ".join(_flow(item) for item in data) + "]"
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in data.items()) + "}"
    return str(data)


def _texts(data: object) -> object:
    """Data with numbers and switches as the texts that resolve to them, so that both sides compare."""
    if isinstance(data, list):
        return [_texts(item) for item in data]
    if isinstance(data, dict):
        return {key: _texts(value) for key, value in data.items()}
    return data_of(f"a: {data}")["a"] if isinstance(data, str) else data


def _scalars(node: Node) -> list[ScalarNode]:
    match node:
        case ScalarNode():
            return [node]
        case SequenceNode():
            return [found for item in node.items for found in _scalars(item)]
        case MappingNode():
            return [found for entry in node.entries for found in (entry.key, *_scalars(entry.value))]


@given(st.lists(st.text(st.sampled_from("ab é😀:#'-"), max_size=8), min_size=1, max_size=5), st.integers(1, 4))
def test_the_letters_of_a_block_have_offsets(lines: list[str], indent: int) -> None:
    """Each letter of a `|` block, but for line breaks at its end, is found at its offset in the source."""
    lines = ["x", *(line.rstrip() for line in lines), "y"]
    text = "a:\n  b: |\n" + "".join(f"  {' ' * indent}{line}".rstrip() + "\n" for line in lines)
    source = Source("rules.yaml", text)
    tree = read_tree(source)
    assert tree.diagnostics == ()
    assert isinstance(tree.root, MappingNode)
    node = _scalars(tree.root)[-1]
    assert node.value == "\n".join(lines) + "\n"
    for letter, offset in zip(node.text, offsets_in(node, source), strict=False):
        assert text[offset] == letter


@given(st.text(st.sampled_from("ab1 :-#'\"[]{},&*!|>%@`\n\t\\?~<.\u202e\x1b😀"), max_size=60))
def test_any_text_ends_in_a_tree_or_a_fault(text: str) -> None:
    """No text raises, faults are in order, and where nothing is wrong there is a tree."""
    tree = read(text)
    spans = [one.primary.span for one in tree.diagnostics]
    assert spans == sorted(spans)
    assert all(0 <= span.start <= span.end <= len(text) + 1 for span in spans)
    assert tree.root is not None or any(one.severity == "error" for one in tree.diagnostics)
    assert all(one.code in codes.MEANINGS for one in tree.diagnostics)


HOSTILE = """
import sys
from engine.source import Source
from engine.yamltree import read_bytes, read_tree
source, found = read_bytes("rules.yaml", eval(sys.argv[1]))
found = found or read_tree(source).diagnostics
print(len(found))
"""


@pytest.mark.covers("Y1", "Y2", "Y3", "Y4")
@pytest.mark.parametrize(
    "data",
    [
        "b'[' * 1_000_000",
        "b'{a: ' * 200_000",
        "b'- ' * 500_000",
        "b'? ' * 500_000",
        "b'&a [*a, ' * 100_000",
        "b'a: ' + b'9' * 1_000_000",
        "b'a: 0x' + b'f' * 1_000_000",
        "b'%TAG !a! b\\n' * 80_000",
        "b'!' * 1_000_000",
        "b'\\x1b' * 1_000_000",
        "b\"a: '\" + b'\\xe2\\x80\\xae' * 300_000 + b\"'\"",
        "b'a: |\\n' + b'  x\\n' * 250_000",
        "b'\\t' * 1_000_000",
        "b'[],' * 340_000",
        "bytes(range(256)) * 4_000",
    ],
)
def test_hostile_bytes_never_end_the_process(data: str) -> None:
    """A process that reads them ends by itself, soon, and without a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE, data], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
