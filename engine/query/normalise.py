"""Normalisers: under which two texts are the same. They serve comparison only and never change what is sent."""

from collections.abc import Callable, Sequence

import polars as pl

from engine.rules.model import Normaliser

_STEPS: dict[Normaliser, Callable[[pl.Expr], pl.Expr]] = {
    "format": lambda text: text.str.replace_all(r"\p{Cf}", ""),
    "accents": lambda text: text.str.normalize("NFC"),
    "digits": lambda text: text.str.replace_all(r"[^0-9]", ""),
    "no_spaces": lambda text: text.str.replace_all(r"\s+", ""),
    "upper": lambda text: text.str.to_uppercase(),
    # Through upper case, so that ß meets SS; through lower case before, so that a capital ẞ does.
    "fold": lambda text: text.str.to_lowercase().str.to_uppercase().str.to_lowercase(),
    "spaces": lambda text: text.str.replace_all(r"\s+", " "),
    "trim": lambda text: text.str.strip_chars(),
}
_PULL_APART: frozenset[Normaliser] = frozenset({"no_spaces", "upper", "fold"})


def normalised(text: pl.Expr, steps: Sequence[Normaliser]) -> pl.Expr:
    """A text expression under the normalisers, in one fixed order whatever the order they are written in."""
    for name, step in _STEPS.items():
        if name in steps:
            text = step(text)
    if "accents" in steps and not _PULL_APART.isdisjoint(steps):  # letters may have come apart, or together
        text = _STEPS["accents"](text)
    return text


def filled(text: pl.Expr) -> pl.Expr:
    """A text without its outer spaces; null where nothing is left, for that is what blank means."""
    bare = text.str.strip_chars()
    return pl.when(bare != "").then(bare)
