"""The registry of diagnostic codes."""

import re

from engine.diagnostics import codes

CONSTANTS = {name: value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)}


def test_each_code_is_its_constant_s_name() -> None:
    """`UNKNOWN_KEY` is `unknown-key`: whoever has met the one finds the other."""
    assert {name: name.lower().replace("_", "-") for name in CONSTANTS} == CONSTANTS


def test_each_code_has_one_sentence() -> None:
    """The registry holds every code and no other, each with one sentence."""
    assert set(codes.MEANINGS) == set(CONSTANTS.values())
    for code, meaning in codes.MEANINGS.items():
        assert re.fullmatch(r"[A-Z][^\n]*[A-Za-z0-9)`]\.", meaning), code
        assert ". " not in meaning, code


def test_no_two_codes_mean_the_same() -> None:
    """Codes and sentences are unique."""
    assert len(set(CONSTANTS.values())) == len(CONSTANTS)
    assert len(set(codes.MEANINGS.values())) == len(codes.MEANINGS)
