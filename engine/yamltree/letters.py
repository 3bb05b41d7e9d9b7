"""Characters that a file should not hold: those that do not show, or that change how others show."""

import re
import unicodedata
from collections.abc import Sequence

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.source import Source, Span

_UNUSUAL = re.compile(r"[^\t\n\r -~]|\r(?!\n)")
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
_NO_CHARACTERS = frozenset("\ufffe\uffff")
STAND_IN = "\ufffd"


def refusal(source: Source) -> Diagnostic | None:
    """A character that makes it pointless to read on: a byte order mark, a NUL, half of a surrogate pair."""
    if source.text.startswith("\ufeff"):
        label = Label(source, Span(0, 1), "an invisible mark")
        return Diagnostic(
            codes.BYTE_ORDER_MARK,
            "error",
            "the file begins with a byte order mark",
            label,
            help="save it as UTF-8 without BOM",
        )
    found = re.search("[\x00\ud800-\udfff]", source.text)
    if found is None:
        return None
    what = "a NUL character" if found[0] == "\x00" else "half of a surrogate pair"
    label = Label(source, Span(found.start(), found.end()), what)
    return Diagnostic(codes.NUL_CHARACTER, "error", f"the file holds {what}", label, help="save it as a UTF-8 text")


def hidden(text: str) -> list[int]:
    """The offsets of the characters that do not show or that turn others round."""
    return [
        found.start()
        for found in _UNUSUAL.finditer(text)
        if unicodedata.category(found[0]) in _HIDDEN or found[0] in _NO_CHARACTERS
    ]


def without(text: str, offsets: Sequence[int]) -> str:
    """The text with a visible character in those places, so that YAML reads it and no offset moves."""
    if not offsets:
        return text
    letters = list(text)
    for offset in offsets:
        letters[offset] = STAND_IN
    return "".join(letters)


def complaint(source: Source, offset: int, *, quoted: bool) -> Diagnostic:
    """What is said about one of them."""
    letter = source.text[offset]
    name = unicodedata.name(letter, "").lower() or "control character"
    sign = f"U+{ord(letter):04X}"
    label = Label(source, Span(offset, offset + 1), name)
    if quoted:
        help_ = f"if it is meant, write it as `\\u{ord(letter):04x}` in double quotes" if ord(letter) <= 0xFFFF else ""  # noqa: PLR2004  the longest that fits
        return Diagnostic(
            codes.HIDDEN_CHARACTER, "warning", f"the text holds {sign}, which does not show", label, help=help_
        )
    return Diagnostic(
        codes.HIDDEN_CHARACTER, "error", f"{sign} does not show and may stand in quotes only", label, help="take it out"
    )
