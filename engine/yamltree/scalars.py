"""What a text without quotes means: YAML 1.2's core schema, held to true, false, null, whole numbers and decimals."""

import re
from decimal import Decimal

from engine.yamltree.nodes import Value

_MEANINGS: tuple[tuple[str, bool | None], ...] = (("null", None), ("true", True), ("false", False))
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **{spelt: value for word, value in _MEANINGS for spelt in (word, word.capitalize(), word.upper())},
}
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,2})?", re.ASCII)

_SWITCH = frozenset({"on", "off"})
_OLD_SWITCH = re.compile(r"y|Y|yes|Yes|YES|n|N|no|No|NO|On|ON|Off|OFF")
_OLD_WHOLE = re.compile(
    r"[-+]?(?:0b[01_]+|0[0-7_]+|(?:0|[1-9][0-9_]*)|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)", re.ASCII
)
_OLD_DECIMAL = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)",
    re.ASCII,
)


def resolve(text: str) -> Value:
    """The value of a text without quotes; whatever is not listed above is that text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789":
        if _WHOLE.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
    return text


def read_by_others(text: str, value: Value) -> str:
    """What a reader of YAML 1.1 takes the text for, where that is something else than `value`; empty where not.

    `on` and `off` are how a switch is written here, and dates stay texts: neither is spoken of.
    """
    if text in _SWITCH or text in _WORDS:
        return ""
    if _OLD_SWITCH.fullmatch(text):
        return "a switch"
    if text == "=":
        return "a sign of its own"
    if text[0] not in "+-.0123456789":
        return ""
    return _number_of_others(text, value)


def _number_of_others(text: str, value: Value) -> str:
    if _OLD_WHOLE.fullmatch(text):
        octal = len(text.lstrip("+-")) > 1 and text.lstrip("+-").startswith("0")
        return (
            "" if isinstance(value, int) and not octal else "another number" if isinstance(value, int) else "a number"
        )
    if _OLD_DECIMAL.fullmatch(text):
        return "" if isinstance(value, Decimal) else "a number"
    return "" if isinstance(value, str) else "a text"
