"""Functions of texts and booleans."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import replacing
from engine.feel.budget import check_text, check_work, size_of
from engine.feel.faults import FeelFault
from engine.feel.signatures import declared
from engine.feel.values import write

BLANKS = (
    " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What `trim` takes away and `is blank` takes for nothing: Unicode's white space."""


def _substring(text: str, start: Decimal, length: Decimal | None) -> str:
    at = int(start)
    if at == 0 or abs(at) > len(text):
        raise FeelFault("the position lies outside the text")
    begin = at - 1 if at > 0 else len(text) + at
    if length is None:
        return text[begin:]
    count = int(length)
    if count < 1:
        raise FeelFault("the length is less than 1")
    return text[begin : begin + count]


def _before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


def _after(text: str, match: str) -> str:
    if not match:
        return text
    return text.partition(match)[2]


def _join(items: list[object], delimiter: str | None) -> str:
    return _joiner(delimiter)(items)


def _joiner(delimiter: str | None) -> Callable[[list[object]], str]:
    mark = delimiter or ""
    long = len(mark) > 1

    def join(items: list[object]) -> str:
        parts: list[Any] = [each for each in items if each is not None] if None in items else items
        if long:
            check_text(len(mark) * len(parts))
        try:
            return mark.join(parts)
        except TypeError:
            raise FeelFault("only texts can be joined") from None

    return join


def _replace(text: str, pattern: str, replacement: str, flags: str | None) -> str:
    return _replacer(pattern, replacement, flags)(text)


def _replacer(pattern: str, replacement: str, flags: str | None) -> Callable[[str], str]:
    return replacing.replacer(pattern, replacement, flags or "")


def _split(text: str, delimiter: str) -> list[object]:
    check_work(len(text))
    return replacing.split(text, delimiter)


def _extract(text: str, pattern: str) -> list[object]:
    check_work(len(text))
    return replacing.extract(text, pattern)


def _matches(text: str, pattern: str, flags: str | None) -> bool:
    return _finder(pattern, flags)(text)


def _finder(pattern: str, flags: str | None) -> Callable[[str], bool]:
    return replacing.finder(pattern, flags or "")


def _string(value: object) -> str:
    check_text(size_of(value) if isinstance(value, (list, dict)) else 0)
    return write(value)


def _string_of_null(value: object) -> str | None:
    return None if value is None else _string(value)


def _not(value: bool) -> bool:  # noqa: FBT001  FEEL's own
    return not value


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip(BLANKS))


def _get_or_else(value: object, default: object) -> object:
    return default if value is None else value


FUNCTIONS = (
    declared("string(from: Any?) -> string", _string_of_null),
    declared("string length(string: string) -> number", lambda text: Decimal(len(text))),
    declared("substring(string: string, start position: number, length?: number) -> string", _substring),
    declared("upper case(string: string) -> string", str.upper),
    declared("lower case(string: string) -> string", str.lower),
    declared("substring before(string: string, match: string) -> string", _before),
    declared("substring after(string: string, match: string) -> string", _after),
    declared("contains(string: string, match: string) -> boolean", lambda text, match: match in text),
    declared("starts with(string: string, match: string) -> boolean", str.startswith),
    declared("ends with(string: string, match: string) -> boolean", str.endswith),
    declared("matches(input: string, pattern: string, flags?: string?) -> boolean", _matches, ready=_finder),
    declared(
        "replace(input: string, pattern: string, replacement: string, flags?: string?) -> string",
        _replace,
        ready=_replacer,
    ),
    declared("split(string: string, delimiter: string) -> list", _split),
    declared("string join(list: list, delimiter?: string?) -> string", _join, ready=_joiner),
    declared("not(negand: boolean) -> boolean", _not),
    declared("extract(string: string, pattern: string) -> list", _extract),
    declared("trim(value: string) -> string", lambda text: text.strip(BLANKS)),
    declared("is blank(value: Any?) -> boolean", _is_blank),
    declared("get or else(value: Any?, default: Any?) -> Any", _get_or_else),
)
