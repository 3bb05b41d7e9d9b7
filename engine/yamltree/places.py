"""Where each character of a text stands in its source: quotes, escapes and indentation lie between the two."""

from engine.source import Source
from engine.yamltree.nodes import ScalarNode

_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


def offsets_in(node: ScalarNode, source: Source) -> tuple[int, ...]:
    """The offset in the source of each code point of `node.text`, and of its end.

    The node has one line, or is a `|` block: nothing else gets through the reader.
    """
    match node.style:
        case "single":
            found = _quoted(source.text, node.span.start + 1, node.span.end - 1, "'")
        case "double":
            found = _quoted(source.text, node.span.start + 1, node.span.end - 1, "\\")
        case "literal":
            found = _block(source.text, node)
        case _:
            found = list(range(node.span.start, node.span.end + 1))
    return tuple((found + [found[-1]] * len(node.text))[: len(node.text) + 1])


def _quoted(text: str, at: int, end: int, sign: str) -> list[int]:
    """Each letter is one code point or an escape: `''` in single quotes, a backslash and more in double ones."""
    found = []
    while at < end:
        found.append(at)
        if text[at] != sign:
            at += 1
        elif sign == "'":
            at += 2
        else:
            at += _ESCAPE_LENGTHS.get(text[at + 1], 2)
    return [*found, end]


def _block(text: str, node: ScalarNode) -> list[int]:
    """Lines below the `|`, each indented alike; line breaks at the end may lie past the span."""
    break_at = text.find("\n", node.span.start)
    if break_at < 0:
        return [node.span.end]
    found: list[tuple[int, str, str]] = []
    start = break_at + 1
    for line in node.text.split("\n"):
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        found.append((start, text[start:end].rstrip("\r"), line))
        start = min(end + 1, len(text))
    indent = next((len(row) - len(line) for _, row, line in found if line), 0)
    return [begin + min(indent, len(row)) + at for begin, row, line in found for at in range(len(line) + 1)]
