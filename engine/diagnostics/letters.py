"""How a text looks on a screen: tabs, wide characters, and characters that do not show."""

import unicodedata

_TAB = 4
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_NO_WIDTH = frozenset({"Mn", "Me"})
_WIDE = frozenset({"W", "F"})


def cells(text: str) -> list[tuple[str, int]]:
    """For each code point of a line what is printed for it, and how many columns of a terminal that takes."""
    found = []
    column = 0
    for letter in text:
        cell = (" " * (_TAB - column % _TAB), _TAB - column % _TAB) if letter == "\t" else _cell(letter)
        found.append(cell)
        column += cell[1]
    return found


def escaped(text: str) -> str:
    """The text with each character that does not show, or that turns others round, as `<U+202E>`."""
    return "".join(_cell(letter)[0] for letter in text)


def _cell(letter: str) -> tuple[str, int]:
    if " " <= letter <= "~":
        return letter, 1
    category = unicodedata.category(letter)
    if category in _HIDDEN:
        sign = f"<U+{ord(letter):04X}>"
        return sign, len(sign)
    if category in _NO_WIDTH:
        return letter, 0
    return letter, 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
