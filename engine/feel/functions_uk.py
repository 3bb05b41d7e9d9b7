"""Functions that the standard has not: whether a number or code of British funded learning is well formed.

They check the form, and the check digit where there is one; whether anybody has the number they cannot know.
"""

from collections.abc import Sequence
from decimal import Decimal

from engine.feel.patterns import matches
from engine.feel.signatures import declared
from engine.feel.values import write_number

UNKNOWN_ULN = "9999999999"
"""The learner number that stands for one not known yet."""
UNKNOWN_ERN = "999999999"
"""The employer number that stands for one not known yet."""
NI_NUMBER = "^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]?$"
NO_PREFIXES = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
"""First letters that no National Insurance number has."""
POSTCODE = "^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UWXYZ]{2}$"


def _digits(number: str | Decimal) -> str:
    return write_number(number) if isinstance(number, Decimal) else number


def _is_number(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _sum(digits: str, weights: Sequence[int]) -> int:
    """The digits times their weights, modulo 11."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def _valid_uln(number: str | Decimal) -> bool:
    digits = _digits(number)
    if not _is_number(digits, 10) or digits[0] == "0":
        return False
    rest = _sum(digits, range(10, 1, -1))
    return digits == UNKNOWN_ULN or (rest != 0 and int(digits[9]) == 10 - rest)


def _valid_ern(number: str | Decimal) -> bool:
    digits = _digits(number)
    if not _is_number(digits, 9):
        return False
    return digits == UNKNOWN_ERN or int(digits[8]) == (11 - _sum(digits, range(9, 1, -1))) % 11


def _valid_ni_number(number: str) -> bool:
    return matches(number, NI_NUMBER) and not number.startswith(NO_PREFIXES)


def _valid_postcode(code: str) -> bool:
    return matches(code, POSTCODE)


FUNCTIONS = (
    declared("valid uln(number: string|number) -> boolean", _valid_uln),
    declared("valid ern(number: string|number) -> boolean", _valid_ern),
    declared("valid ni number(number: string) -> boolean", _valid_ni_number),
    declared("valid postcode(code: string) -> boolean", _valid_postcode),
)
