"""Regular expressions of XPath, as FEEL has them, on RE2: no backtracking, so none can hang.

What RE2 cannot do (a back-reference) is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import re2

from engine.feel.character_sets import BLOCKS, CATEGORIES, Ranges, category_ranges, folded_ranges, without
from engine.feel.faults import FeelFault

_SPACES = " \t\n\r"
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"} | {sign: sign for sign in r"\|.-^?*+{}()[]$"}
_CLASS_ESCAPES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r" \t\n\r",
    "S": r"\x{0}-\x{8}\x{B}\x{C}\x{E}-\x{1F}\x{21}-\x{10FFFF}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
    "i": r"\p{L}\p{Nl}_:",
    "c": r"\p{L}\p{M}\p{N}_:.\-\x{B7}",
}
_NEGATED_ESCAPES = {"W": "w", "I": "i", "C": "c"}
_QUANTITY = re.compile(r"\{([0-9]{1,4})(?:,([0-9]{0,4}))?\}")
_MAX_REPEATS = 1000
MAX_LENGTH = 2_000


@dataclass(slots=True)
class _Class:
    """What a character class holds: parts as RE2 writes them, and the same as ranges for subtraction."""

    written: list[str] = field(default_factory=list)
    ranges: list[Callable[[], Ranges]] = field(default_factory=list)

    def add_range(self, low: int, high: int) -> None:
        self.written.append(_hexed(low, high))
        self.ranges.append(lambda: ((low, high),))


@dataclass(slots=True)
class _Translator:
    """One pattern on its way; `at` is the next character."""

    pattern: str
    flags: str
    at: int = 0
    groups: int = 0
    depth: int = 0

    def run(self) -> str:
        out = []
        repeatable = False
        while self.at < len(self.pattern):
            sign = self.pattern[self.at]
            if sign in "?*+{":
                out.append(self._quantifier(repeatable=repeatable))
                repeatable = False
            else:
                out.append(self._piece(sign))
                repeatable = sign not in "(|"
        if self.depth:
            raise FeelFault("the pattern has a bracket without its partner")
        return "".join(out)

    def _piece(self, sign: str) -> str:
        if sign == "\\":
            return self._escape()
        if sign == "[":
            return self._class()
        if sign == "(":
            return self._group()
        self.at += 1
        if sign == ")":
            self.depth -= 1
            if self.depth < 0:
                raise FeelFault("the pattern has a bracket without its partner")
            return sign
        if sign == ".":
            return "(?s:.)" if "s" in self.flags else r"[^\n\r]"
        if sign in "|^$":
            return sign
        if sign in "]}":
            raise FeelFault("the pattern has a bracket without its partner")
        return re.escape(sign)

    def _group(self) -> str:
        self.depth += 1
        self.at += 1
        if self.pattern.startswith("?:", self.at):
            self.at += 2
            return "(?:"
        if self.pattern.startswith("?", self.at):
            raise FeelFault("the pattern has a group of a kind that is not supported")
        self.groups += 1
        return "("

    def _quantifier(self, *, repeatable: bool) -> str:
        if not repeatable:
            raise FeelFault("the pattern repeats nothing")
        sign = self.pattern[self.at]
        if sign == "{":
            match = _QUANTITY.match(self.pattern, self.at)
            if match is None or max(int(each or 0) for each in match.groups()) > _MAX_REPEATS:
                raise FeelFault(f"the pattern has a repetition that is none, or one of more than {_MAX_REPEATS}")
            sign = match.group()
        self.at += len(sign)
        lazy = self.pattern.startswith("?", self.at)
        self.at += lazy
        return sign + ("?" if lazy else "")

    def _escaped(self) -> str:
        """The letter after a backslash."""
        self.at += 2
        if self.at > len(self.pattern):
            raise FeelFault("the pattern ends in a backslash")
        return self.pattern[self.at - 1]

    def _escape(self) -> str:
        letter = self._escaped()
        if letter in _PLAIN_ESCAPES:
            return re.escape(_PLAIN_ESCAPES[letter])
        if letter in "pP":
            return f"(?-i:{self._property(letter)[0]})"
        if letter in _NEGATED_ESCAPES:
            return f"[^{_CLASS_ESCAPES[_NEGATED_ESCAPES[letter]]}]"
        if letter in _CLASS_ESCAPES:
            return f"[{_CLASS_ESCAPES[letter]}]"
        if letter.isdigit():
            raise FeelFault("the pattern refers back to a group, which is not supported")
        raise FeelFault("the pattern has an escape that there is not")

    def _property(self, letter: str) -> tuple[str, Callable[[], Ranges]]:
        """A property (the braces after a backslash and `p`) as RE2 writes it and as ranges."""
        end = self.pattern.find("}", self.at)
        if not self.pattern.startswith("{", self.at) or end < 0:
            raise FeelFault("the pattern has a property that there is not")
        name, self.at = self.pattern[self.at + 1 : end], end + 1
        if name.startswith("Is") and name[2:] in BLOCKS:
            low, high = BLOCKS[name[2:]]
            written = f"[{'^' if letter == 'P' else ''}\\x{{{low:X}}}-\\x{{{high:X}}}]"
            found: Ranges = ((low, high),)
            return written, lambda: found if letter == "p" else without(((0, 0x10FFFF),), found)
        if name in CATEGORIES:
            return f"\\{letter}{{{name}}}", lambda: category_ranges(name, negated=letter == "P")
        raise FeelFault("the pattern has a property that there is not")

    # --- character classes

    def _class(self) -> str:
        written, _ranges = self._class_body()
        return written

    def _class_body(self) -> tuple[str, Ranges | None]:
        """A class as RE2 writes it; its ranges only where a class is taken from it."""
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        found, taken = _Class(), None
        while taken is None:
            sign = self.pattern[self.at : self.at + 1]
            if not sign or (sign == "]" and not found.written):
                raise FeelFault("the pattern has a character class that does not end or is empty")
            if sign == "]":
                self.at += 1
                return f"[{'^' if negated else ''}{''.join(found.written)}]", None
            if self.pattern.startswith("-[", self.at) and found.written:
                self.at += 1
                taken = self._taken()
            else:
                self._class_item(found)
        ranges = without(_union(found), (), negated=negated)
        return _written(without(ranges, taken)), None

    def _taken(self) -> Ranges:
        """The class after `-`, as ranges; case does not count where the flag `i` says so."""
        inner = _Translator(self.pattern, self.flags, self.at)
        taken = inner.class_ranges()
        self.at = inner.at
        if not self.pattern.startswith("]", self.at):
            raise FeelFault("the pattern has a character class that does not end or is empty")
        self.at += 1
        return folded_ranges(taken) if "i" in self.flags else taken

    def class_ranges(self) -> Ranges:
        """The class at `at` as ranges."""
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        found = _Class()
        while not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern) or self.pattern.startswith("-[", self.at):
                raise FeelFault("the pattern has a character class that does not end, or too deep a one")
            self._class_item(found)
        self.at += 1
        return without(_union(found), (), negated=negated)

    def _class_item(self, found: _Class) -> None:
        low = self._class_character(found)
        if low is None:
            return
        rest = self.pattern[self.at : self.at + 2]
        if not rest.startswith("-") or rest in {"-]", "-[", "-"}:
            found.add_range(low, low)
            return
        self.at += 1
        high = self._class_character(found)
        if high is None or high < low:
            raise FeelFault("the pattern has a range that runs backwards")
        found.add_range(low, high)

    def _class_character(self, found: _Class) -> int | None:
        """One character of a class; None where an escape stood for several, which are then taken in."""
        sign = self.pattern[self.at : self.at + 1]
        if sign != "\\":
            if not sign or sign == "[":
                raise FeelFault("the pattern has a character class that does not end or is empty")
            self.at += 1
            return ord(sign)
        letter = self._escaped()
        if letter in _PLAIN_ESCAPES:
            return ord(_PLAIN_ESCAPES[letter])
        if letter in "pP":
            written, ranges = self._property(letter)
            inside = written[1:-1] if written.startswith("[") and "^" not in written else written
            if inside.startswith("["):
                inside = _written(ranges())[1:-1]
            found.written.append(inside)
            found.ranges.append(ranges)
            return None
        if letter not in _CLASS_ESCAPES:
            raise FeelFault("the pattern has an escape that may not stand in a character class")
        found.written.append(_CLASS_ESCAPES[letter])
        found.ranges.append(lambda: _escape_ranges(letter))
        return None


def _union(found: _Class) -> Ranges:
    return tuple(pair for make in found.ranges for pair in make())


def _written(ranges: Ranges) -> str:
    if not ranges:
        return r"[^\x{0}-\x{10FFFF}]"
    return "[" + "".join(_hexed(low, high) for low, high in ranges) + "]"


def _hexed(low: int, high: int) -> str:
    return f"\\x{{{low:X}}}-\\x{{{high:X}}}"


def _escape_ranges(letter: str) -> Ranges:
    if letter in "sS":
        spaces: Ranges = ((9, 10), (13, 13), (32, 32))
        return spaces if letter == "s" else without(((0, 0x10FFFF),), spaces)
    names = {"d": ("Nd",), "D": ("Nd",), "w": ("L", "M", "N", "S"), "W": ("L", "M", "N", "S")}.get(letter)
    if names is None:
        raise FeelFault("the pattern takes a class from one that is not supported there")
    ranges = tuple(pair for name in names for pair in category_ranges(name))
    return without(((0, 0x10FFFF),), ranges) if letter.isupper() else ranges


def _without_spaces(pattern: str) -> str:
    """The pattern without the blanks that the flag `x` makes meaningless: those outside classes."""
    out, depth, at = [], 0, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\" and depth:
            out.append(pattern[at : at + 2])
            at += 2
            continue
        depth += (sign == "[") - (sign == "]" and depth > 0)
        if depth or sign not in _SPACES:
            out.append(sign)
        at += 1
    return "".join(out)


@lru_cache(maxsize=256)
def translated(pattern: str, flags: str = "") -> str:
    """A pattern of XPath as RE2 and its kin write it. Raises FeelFault."""
    if len(pattern) > MAX_LENGTH:
        raise FeelFault(f"the pattern is longer than {MAX_LENGTH} characters")
    if set(flags) - set("smixq"):
        raise FeelFault("the flags of a pattern are s, m, i, x and q")
    if "q" in flags:
        found = re.escape(pattern)
    else:
        found = _Translator(_without_spaces(pattern) if "x" in flags else pattern, flags).run()
    switches = "".join(flag for flag in "im" if flag in flags)
    return f"(?{switches}){found}" if switches else found


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str = "") -> Any:  # noqa: ANN401  google-re2 publishes no types
    """A pattern of XPath, ready to run. Raises FeelFault."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(translated(pattern, flags), options)
    except re2.error:
        raise FeelFault("the pattern cannot be read, or is too large") from None


def matches_nothing(pattern: str, flags: str = "") -> bool:
    """Whether the pattern is found in the empty text. Raises FeelFault."""
    return compiled(pattern, flags).search("") is not None


def matches(text: str, pattern: str, flags: str = "") -> bool:
    """Whether the pattern is found anywhere in the text. Raises FeelFault."""
    return compiled(pattern, flags).search(text) is not None
