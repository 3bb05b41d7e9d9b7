"""Normalisers: under which two texts are the same. They serve comparison only and never change what is sent."""

from collections.abc import Callable, Sequence

import polars as pl

from engine.rules.model import DEFAULT_COMPARE, Normaliser

_STEPS: dict[Normaliser, Callable[[pl.Expr], pl.Expr]] = {
    "format": lambda text: text.str.replace_all(r"\p{Cf}", ""),
    "accents": lambda text: text.str.normalize("NFC"),
    "digits": lambda text: text.str.replace_all(r"[^0-9]", ""),
    "commas": lambda text: text.str.replace_all(",", " ", literal=True),
    "no_spaces": lambda text: text.str.replace_all(r"\s+", ""),
    "upper": lambda text: text.str.to_uppercase(),
    # Through upper case, so that ß meets SS; through lower case before, so that a capital ẞ does.
    "fold": lambda text: text.str.to_lowercase().str.to_uppercase().str.to_lowercase(),
    "spaces": lambda text: text.str.replace_all(r"\s+", " "),
    "trim": lambda text: text.str.strip_chars(),
}
_PULL_APART: frozenset[Normaliser] = frozenset({"no_spaces", "upper", "fold"})


def normalised(text: pl.Expr, steps: Sequence[Normaliser]) -> pl.Expr:
    """A text expression under the normalisers, in one fixed order whatever the order they are written in.

    A text that means a date or a number is brought to one form of it; another one is normalised as without them.
    """
    meanings = [meaning for name, meaning in _MEANINGS.items() if name in steps]
    if meanings:
        other = normalised(text, [name for name in steps if name not in _MEANINGS] or DEFAULT_COMPARE)
        meant = [meaning(one) for one in (text.str.strip_chars(), other) for meaning in meanings]
        return pl.when(text.is_null()).then(text).otherwise(pl.coalesce(*meant, other))
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


def _date(text: pl.Expr) -> pl.Expr:
    """A day written as 1970-06-01, with midnight after it or not, or as 1/6/1970; else null."""
    iso = text.str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]00:00(:00(\.0+)?)?Z?)?$", 1)
    day, month, year = (text.str.extract(r"^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})$", at) for at in (1, 2, 3))
    british = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
    return pl.coalesce(iso, british).str.to_date("%Y-%m-%d", strict=False).dt.strftime("%Y-%m-%d")


def _number(text: pl.Expr) -> pl.Expr:
    """A number without idle zeros and without a plus; else null. Digits stay text: any length is exact."""
    shape = r"^([+-]?)0*([0-9]+)(?:\.([0-9]+))?$"
    whole = text.str.extract(shape, 2)
    places = text.str.extract(shape, 3).fill_null("").str.strip_chars_end("0")
    bare = pl.when(places == "").then(whole).otherwise(pl.concat_str(whole, pl.lit("."), places))
    minus = (text.str.extract(shape, 1) == "-") & (bare != "0")
    return pl.when(minus).then(pl.concat_str(pl.lit("-"), bare)).otherwise(bare)


_MEANINGS: dict[Normaliser, Callable[[pl.Expr], pl.Expr]] = {"date": _date, "number": _number}
