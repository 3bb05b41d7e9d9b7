"""How people write down the same thing differently, and how two systems come to differ."""

import random
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from connectors.sandbox import people
from connectors.sandbox.people import Columns, few

COMPARED = (
    "first_name", "surname", "birth_date", "ni_number", "ethnicity", "uln", "address_1", "lldd_health_problem",
)  # fmt: skip
MAY_BE_BLANK = ("ni_number", "ethnicity", "uln", "birth_date")
BLANKS: tuple[str | None, ...] = ("", None, "   ")
_HOW_MANY = (1, 1, 1, 2, 1, 1, 1, 3)
"""How many fields differ, learner by learner."""
_NI_DIGITS = slice(2, 8)
_LAST_MONTH = 12

Cells = dict[str, list[str | None]]
Cell = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Differences:
    """Cells in which the provider really differs: position and column -> the provider's value."""

    changed: dict[Cell, str] = field(default_factory=dict)
    blank: set[Cell] = field(default_factory=set)


def differ(rng: random.Random, truth: Columns, linked: list[int], spare_ulns: list[str]) -> Differences:
    """Choose real differences: about one linked learner in twenty, and some that the provider leaves blank."""
    made = Differences()
    spare = iter(spare_ulns)
    chosen = [linked[at] for at in few(rng, len(linked), 0.05, min(10, max(2, len(linked) // 10)))]
    for turn, position in enumerate(chosen):
        for extra in range(_HOW_MANY[turn % len(_HOW_MANY)]):
            column = _filled(truth, position, COMPARED, turn + extra)
            made.changed[position, column] = _another(rng, column, truth[column][position], spare)
    for turn, at in enumerate(few(rng, len(linked), 0.015, min(4, len(linked)))):
        cell = linked[at], _filled(truth, linked[at], MAY_BE_BLANK, turn)
        if cell not in made.changed:
            made.blank.add(cell)
    return made


def _filled(truth: Columns, position: int, columns: tuple[str, ...], turn: int) -> str:
    """The next column, counted from a turn, that has a value of its own."""
    order = [columns[(turn + step) % len(columns)] for step in range(len(columns))]
    return next(column for column in order if truth[column][position] not in ("", people.SENTINEL_ULN))


def _another(rng: random.Random, column: str, value: str, spare_ulns: Iterable[str]) -> str:
    """A value that truly differs from this one."""
    match column:
        case "first_name":
            return _other(rng, people.FIRST_NAMES, value)
        case "surname" if value != value.upper() and rng.random() < 1 / 3:
            return value.upper()
        case "surname":
            return _other(rng, people.SURNAMES, value)
        case "birth_date":
            return _misread(date.fromisoformat(value))
        case "ni_number":
            digits = (int(value[_NI_DIGITS]) + 1) % 1_000_000
            return f"{value[:2]}{digits:06d}{value[8:]}"
        case "ethnicity":
            return _other(rng, people.ETHNICITIES, value)
        case "address_1":
            return _other(rng, (f"{house} {street} Court" for house in range(1, 9) for street in people.STREETS), value)
        case "lldd_health_problem":
            return "9" if value == "2" else "2"
        case _:
            return next(iter(spare_ulns))


def _other(rng: random.Random, choices: Iterable[str], value: str) -> str:
    return rng.choice([choice for choice in choices if choice != value])


def _misread(day: date) -> str:
    """Day and month swapped where that is a day, else the day before."""
    if day.day <= _LAST_MONTH and day.day != day.month:
        return day.replace(month=day.day, day=day.month).isoformat()
    return (day - timedelta(days=1)).isoformat()


# --- the same thing, written differently -----------------------------------------------------------------------------


def spaced_ni(text: str) -> str:
    """`QQ123456C` as `QQ 12 34 56 C`."""
    return " ".join((text[:2], text[2:4], text[4:6], text[6:8], text[8:]))


NAME_WAYS: tuple[Callable[[str], str], ...] = (lambda text: f" {text}", lambda text: f"{text}  ")
NI_WAYS: tuple[Callable[[str], str], ...] = (spaced_ni, str.lower, lambda text: f"{text} ")
PLAIN_WAYS: tuple[Callable[[str], str], ...] = (lambda text: f" {text}", lambda text: f"{text} ")


def untidy(rng: random.Random, cells: Cells, share: float) -> None:
    """Write some values of every named column with stray spaces, capitals or letters with loose accents."""
    plans = [
        ("first_name", NAME_WAYS), ("surname", NAME_WAYS), ("email", PLAIN_WAYS), ("address_1", NAME_WAYS),
        ("postcode", (*PLAIN_WAYS, str.lower)), ("main_tag", PLAIN_WAYS), ("ni_number", NI_WAYS),
        ("ethnicity", PLAIN_WAYS), ("uln", PLAIN_WAYS),
    ]  # fmt: skip
    for column, ways in plans:
        values = cells.get(column, [])
        for turn, at in enumerate(few(rng, len(values), share, len(ways))):
            value = values[at]
            if value:
                values[at] = ways[turn % len(ways)](value)


def double_spaces(rng: random.Random, cells: Cells, columns: tuple[str, ...], share: float) -> None:
    """Write some values of two words and more with two spaces between them."""
    for column in columns:
        spaced = [at for at, value in enumerate(cells[column]) if value and " " in value.strip()]
        for at in few(rng, len(spaced), share):
            cells[column][spaced[at]] = (cells[column][spaced[at]] or "").replace(" ", "  ")


def loosen_accents(rng: random.Random, cells: Cells, columns: tuple[str, ...], share: float) -> None:
    """Write some accented values in NFD, with the accents as letters of their own."""
    for column in columns:
        accented = [at for at, value in enumerate(cells[column]) if value and not value.isascii()]
        for at in few(rng, len(accented), share):
            cells[column][accented[at]] = unicodedata.normalize("NFD", cells[column][accented[at]] or "")


def blank_out(rng: random.Random, cells: Cells, kept: set[Cell]) -> None:
    """Empty some cells in each of three ways: `''`, null and spaces; never one of `kept`."""
    count = len(cells["ident"])
    columns = (*MAY_BE_BLANK, "email", "phone", "mobile", "address_4", "main_officer", "main_tag")
    for turn, at in enumerate(few(rng, count, 0.05, 3 * len(columns))):
        column = columns[turn % len(columns)]
        if (at, column) not in kept and cells[column][at] != people.SENTINEL_ULN:
            cells[column][at] = BLANKS[turn // len(columns) % len(BLANKS)]
