"""Names: how they are written, and which of those in scope is the longest at a place in a text."""

import re
import sys
from collections.abc import Collection, Iterable
from functools import lru_cache

from engine.feel.faults import FeelSyntaxError

_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"


class NamePattern:
    """A pattern in which `<S>` stands for the signs that begin a name, `<P>` for those within one.

    There are so many of them that compiling takes milliseconds; so that is done for the first text that is not ASCII.
    """

    __slots__ = ("_plain", "_wide", "_written")

    def __init__(self, written: str) -> None:
        self._written = written
        self._plain = re.compile(written.replace("<S>", "?A-Z_a-z").replace("<P>", "?A-Z_a-z0-9"))
        self._wide: re.Pattern[str] | None = None

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        """A match that begins at `at`."""
        return self._for(text).match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self._for(text).fullmatch(text)

    def findall(self, text: str) -> list[str]:
        """All matches."""
        return [match.group() for match in self._for(text).finditer(text)]

    def _for(self, text: str) -> re.Pattern[str]:
        if text.isascii():
            return self._plain
        if self._wide is None:
            self._wide = re.compile(self._written.replace("<S>", _START).replace("<P>", _PART))
        return self._wide


WORD_FORM = "[<S>][<P>]*"
WORD = NamePattern(WORD_FORM)
SPACE = re.compile(r"(?:[\s\u180e\u200b\ufeff]+|/\*.*?\*/|//[^\n]*)*", re.DOTALL)
_PIECE = NamePattern("[<P>]+|[./\\-\u2019'+*]")
_BLANKS = re.compile(r"[\s\u180e\u200b\ufeff]*")
_PLAIN = NamePattern("[<S>][<P>]*(?: [<P>]+)*")

BUILT_IN = (
    "years and months duration", "date and time", "string length", "upper case", "lower case", "substring before",
    "substring after", "starts with", "ends with", "list contains", "list replace", "insert before", "index of",
    "distinct values", "round up", "round down", "round half up", "round half down", "day of year", "day of week",
    "month of year", "week of year", "string join", "met by", "overlaps before", "overlaps after",
    "finished by", "started by", "get value", "get entries", "context put", "context merge", "is blank",
    "get or else", "last day of month", "format date", "format number", "pad left", "pad right", "valid uln",
    "valid ern", "valid ni number", "valid postcode",
)  # fmt: skip
"""Functions whose names have several words."""
MEMBERS = ("time offset", "start included", "end included")
"""Properties whose names have several words."""
TYPES = ("years and months duration", "days and time duration", "date and time")

_KEYWORDS = (
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "and", "or", "instance", "of",
    "function", "external", "null", "true", "false",
)  # fmt: skip
KEYWORDS = {word: word.upper() for word in _KEYWORDS}


class Words:
    """Names as a tree of their pieces."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root: dict[str, object] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Take a name in."""
        pieces = _PIECE.findall(name)
        at = self._root
        for piece in pieces:
            below = at.setdefault(piece, {})
            assert isinstance(below, dict)  # noqa: S101  every piece leads to a dictionary, "" alone to a name
            at = below
        if pieces:
            at[""] = name

    def copy(self) -> "Words":
        """A tree of its own with the same names."""
        other = Words()
        other._root = _copied(self._root)
        return other

    def longest(self, text: str, at: int) -> tuple[str, int] | None:
        """The longest name at `at` and where it ends; blanks in it count for one space, wherever they stand."""
        found = None
        here: object = self._root
        while True:
            match = _PIECE.match(text, _skip(text, at))
            if match is None or not isinstance(here, dict):
                return found
            here = here.get(match.group())
            if here is None:
                return found
            at = match.end()
            if isinstance(here, dict) and isinstance(here.get(""), str):
                found = (here[""], at)


def _copied(tree: dict[str, object]) -> dict[str, object]:
    return {key: _copied(value) if isinstance(value, dict) else value for key, value in tree.items()}


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


@lru_cache(maxsize=64)
def _words(names: frozenset[str]) -> Words:
    return Words(names)


def words_of(names: Collection[str], always: tuple[str, ...]) -> Words:
    """A tree of the names in scope and those that always are."""
    return _words(frozenset(names) | frozenset(always)).copy()


def is_plain(name: str) -> bool:
    """Whether a name needs no backticks: words alone, none of them a keyword."""
    return _PLAIN.fullmatch(name) is not None and not any(word in KEYWORDS for word in name.split(" "))


def folded(text: str) -> str:
    """A name with each run of blanks as one space."""
    return " ".join(text.split())


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([\"\\nrt'/]))")
_PLAIN_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t", "'": "'", "/": "\\/"}
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_LONE = re.compile("[\ud800-\udfff]")


def unescape(raw: str, start: int) -> str:
    """A text literal's value from what stands between its quotes; a backslash that is no escape of FEEL's stays."""
    if "\\" not in raw:
        return raw

    def one(match: re.Match[str]) -> str:
        short, long, plain = match.groups()
        if plain:
            return _PLAIN_ESCAPES[plain]
        code = int(short or long, 16)
        if code > sys.maxunicode:
            raise FeelSyntaxError("there is no such character", start + match.start(), start + match.end())
        return chr(code)

    text = _PAIR.sub(lambda pair: _joined(pair.group(1), pair.group(2)), _ESCAPE.sub(one, raw))
    if _LONE.search(text):
        raise FeelSyntaxError("half of a character: a surrogate needs its other half", start, start + len(raw))
    return text


def _joined(high: str, low: str) -> str:
    return chr(0x10000 + ((ord(high) - 0xD800) << 10) + (ord(low) - 0xDC00))


def escape(text: str) -> str:
    """What stands between the quotes of a text literal."""
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    return out.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
