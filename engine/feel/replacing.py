"""Replacing, splitting and finding by patterns, and which patterns are plain texts."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from engine.feel.budget import MAX_WORK, check_work
from engine.feel.faults import FeelFault
from engine.feel.patterns import MAX_LENGTH, compiled, matches_nothing

_LITERAL = re.compile(r"(?:[^\\.\[\]{}()*+?^$|]|\\[nrt\\|.\-^?*+{}()\[\]$])+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


@lru_cache(maxsize=256)
def literal_of(pattern: str, flags: str = "") -> str | None:
    """The one text that a pattern matches, in its own letters; None for a pattern that is more than that."""
    if len(pattern) > MAX_LENGTH:
        return None
    if pattern and flags == "q":
        return pattern
    if set(flags) - {"s", "m"} or _LITERAL.fullmatch(pattern) is None:
        return None
    return _ESCAPED.sub(lambda match: _CONTROLS.get(match.group(1), match.group(1)), pattern)


def is_literal_replacement(replacement: str, flags: str = "") -> bool:
    """Whether a replacement refers to no group and escapes nothing."""
    return "q" in flags or not ("$" in replacement or "\\" in replacement)


def _never_empty(pattern: str, flags: str) -> Any:  # noqa: ANN401  google-re2 publishes no types
    if matches_nothing(pattern, flags):
        raise FeelFault("the pattern matches nothing at all, so it would match everywhere")
    return compiled(pattern, flags)


def split(text: str, pattern: str) -> list[object]:
    """The pieces of a text between the matches. Raises FeelFault."""
    pieces: list[object] = []
    at = 0
    for match in _never_empty(pattern, "").finditer(text):
        pieces.append(text[at : match.start()])
        at = match.end()
    return [*pieces, text[at:]]


def extract(text: str, pattern: str) -> list[object]:
    """The pieces of a text that match. Raises FeelFault."""
    return [match.group() for match in _never_empty(pattern, "").finditer(text)]


_REFERENCE = re.compile(r"\\(.?)|\$([0-9]*)", re.DOTALL)


@lru_cache(maxsize=256)
def replacer(pattern: str, replacement: str, flags: str = "") -> Callable[[str], str]:
    """What replaces each match in a text. Raises FeelFault; so may what it gives."""
    plain = literal_of(pattern, flags)
    if plain is not None and is_literal_replacement(replacement, flags):
        if len(replacement) <= len(plain):
            return lambda text: text.replace(plain, replacement)
        return lambda text: _limited(text, replacement).replace(plain, replacement)
    found = _never_empty(pattern, flags)
    return lambda text: _replaced(_limited(text, replacement), found, replacement, literal="q" in flags)


def _limited(text: str, replacement: str) -> str:
    check_work(len(text) * (len(replacement) or 1))
    return text


def finder(pattern: str, flags: str = "") -> Callable[[str], bool]:
    """What says whether the pattern is found anywhere in a text. Raises FeelFault; so may what it gives."""
    plain = literal_of(pattern, flags)
    if plain is not None:
        return lambda text: plain in text
    search = compiled(pattern, flags).search

    def found(text: str) -> bool:
        if len(text) > MAX_WORK:
            check_work(len(text))
        return search(text) is not None

    return found


def replace(text: str, pattern: str, replacement: str, flags: str = "") -> str:
    """The text with each match replaced; `$1` is the first group's match. Raises FeelFault."""
    return replacer(pattern, replacement, flags)(text)


def _replaced(text: str, found: Any, replacement: str, *, literal: bool) -> str:  # noqa: ANN401  google-re2 publishes no types
    out, at = [], 0
    for match in found.finditer(text):
        out.append(text[at : match.start()])
        out.append(replacement if literal else _filled(replacement, match, found.groups))
        at = match.end()
    if not at and not literal:
        _REFERENCE.sub(_checked, replacement)
    return "".join([*out, text[at:]])


def _checked(reference: re.Match[str]) -> str:
    escaped, digits = reference.groups()
    if (escaped is not None and escaped not in {"\\", "$"}) or digits == "":
        raise FeelFault("in a replacement `$` stands before a number, `\\` before `$` or `\\`")
    return escaped or ""


def _parts(reference: re.Match[str], groups: int) -> tuple[int | None, str]:
    """The group that a reference names (None: none, it is an escaped sign) and the text that goes with it."""
    escaped = _checked(reference)
    digits = reference.group(2)
    if not digits:
        return None, escaped
    length = next((size for size in range(len(digits), 0, -1) if int(digits[:size]) <= groups), 1)
    return int(digits[:length]), digits[length:]


def _filled(replacement: str, match: Any, groups: int) -> str:  # noqa: ANN401  google-re2 publishes no types
    def one(reference: re.Match[str]) -> str:
        group, rest = _parts(reference, groups)
        return ((match.group(group) or "") if group is not None and group <= groups else "") + rest

    return _REFERENCE.sub(one, replacement)


def plain_replacement(replacement: str, pattern: str, flags: str = "") -> str:
    """A replacement as Rust's regular expressions write it (`${1}`, `$$`). Raises FeelFault."""
    groups = compiled(pattern, flags).groups
    out, at = [], 0
    for reference in () if "q" in flags else _REFERENCE.finditer(replacement):
        group, rest = _parts(reference, groups)
        out.append(replacement[at : reference.start()].replace("$", "$$"))
        out.append((f"${{{group}}}" if group is not None and group <= groups else "") + rest.replace("$", "$$"))
        at = reference.end()
    return "".join([*out, replacement[at:].replace("$", "$$")])
