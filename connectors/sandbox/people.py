"""Invented people, by the column, from a seeded generator.

National Insurance numbers have prefixes that are never given out, telephone numbers come from the ranges kept for
drama, and mail goes to `.example`.
"""

import itertools
import random
import string
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

Columns = dict[str, list[str]]
"""Column -> its values, all columns of one length; blank is the empty text."""

SENTINEL_ULN = "9999999999"
FIRST_NAMES = (
    "Amelia", "Arthur", "Ava", "Callum", "Charlie", "Charlotte", "Daniel", "Ella", "Emily", "Ethan", "Fatima",
    "Finley", "Freya", "George", "Grace", "Hannah", "Harry", "Ibrahim", "Isla", "Jack", "Jasmine", "Joshua", "Kai",
    "Leo", "Lily", "Lucas", "Maisie", "Mohammed", "Nadia", "Niamh", "Noah", "Oliver", "Olivia", "Oscar", "Poppy",
    "Priya", "Rhys", "Ruby", "Samuel", "Sophie", "Theo", "Thomas", "Wei", "William", "Yusuf", "Zara", "Siân", "Zoë",
    "Chloé", "José", "Renée", "Noël", "Łukasz", "Małgorzata", "Björn", "Anaïs", "Mary Ann", "Jean Paul", "Anna Maria",
)  # fmt: skip
SURNAMES = (
    "Ahmed", "Ali", "Bailey", "Begum", "Bell", "Brown", "Carter", "Chen", "Clarke", "Cooper", "Davies", "Evans",
    "Fletcher", "Green", "Hall", "Harris", "Hill", "Hughes", "Hussain", "Jackson", "Jones", "Kaur", "Khan", "King",
    "Lee", "Lewis", "Mitchell", "Moore", "Murphy", "Okafor", "Parker", "Patel", "Phillips", "Price", "Reid",
    "Roberts", "Robinson", "Scott", "Shaw", "Singh", "Smith", "Taylor", "Thomas", "Turner", "Walker", "Ward",
    "Watson", "White", "Wilson", "Wood", "Wright", "O'Brien", "D'Souza", "García", "Núñez", "Müller", "Kovač",
    "Dvořák", "Fitzgerald-Moore", "Smith-Jones", "van der Berg", "de la Cruz", "Le Roux",
)  # fmt: skip
ETHNICITIES = (
    "31", "31", "31", "31", "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46",
    "47", "98", "99",
)  # fmt: skip
STREETS = (
    "Alder", "Bramble", "Chapel", "Drovers", "Elm", "Foundry", "Granary", "Hazel", "Ivy", "Juniper", "Kiln", "Larch",
    "Mill", "Orchard", "Weir",
)  # fmt: skip
STREET_KINDS = ("Street", "Road", "Lane", "Avenue", "Close", "Way")
SECOND_LINES = ("", "", "Flat 2", "Unit B", "The Annexe", "c/o Reception")
TOWNS = ("Little Fording", "Great Ashby Vale", "Northmere", "Kings Marling", "Weirbridge", "Saltham", "Dunmoor")
COUNTIES = ("Northshire", "Eastmark", "Westvale", "")
BIRTHDAYS_TO_WATCH = (
    "1968-02-18", "1968-10-27", "1969-06-21", "1970-01-01", "1970-12-31", "1971-10-31",
    "1981-03-29", "1990-03-25", "1990-10-28", "1999-10-31", "2000-02-29", "2004-03-28", "2005-10-30", "2007-03-25",
)  # fmt: skip
"""Days on which a careless zone moves a birthday: British Standard Time, and clocks that change."""

_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_ULN_WEIGHTS = range(10, 1, -1)
_ULN_SPARE = 1.25
_IDENT_DIGITS = string.digits + string.ascii_uppercase
_IDENT_LENGTH = 5


def sentinel_free_ulns(rng: random.Random, count: int) -> list[str]:
    """Different ULNs with a right check digit, in no order."""
    roots = rng.sample(range(100_000_000, 1_000_000_000), int(count * _ULN_SPARE) + 20)
    made = (uln for uln in map(with_check_digit, roots) if uln)
    return [uln for uln, _ in zip(made, range(count), strict=False)]


def with_check_digit(root: int) -> str:
    """The ULN that begins with these nine digits; empty where none does."""
    rest = sum(weight * int(digit) for weight, digit in zip(_ULN_WEIGHTS, str(root), strict=True)) % 11
    return f"{root}{10 - rest}" if rest else ""


def idents(count: int, first: str = "", step: int = 1) -> list[str]:
    """Different codes of five letters and digits; `first` makes a family of its own."""
    every = itertools.product(_IDENT_DIGITS, repeat=_IDENT_LENGTH - len(first))
    return [first + "".join(digits) for digits in itertools.islice(every, 1, 1 + count * step, step)]


def ni_number(number: int) -> str:
    """A National Insurance number that nobody can have; different for each number below 8,000,000."""
    family, digits = divmod(number, 1_000_000)
    return f"{('QQ', 'ZZ')[family // 4]}{digits:06d}{'ABCD'[family % 4]}"


def days(rng: random.Random, count: int, first: date, last: date) -> list[str]:
    """ISO dates between two days."""
    span = (last - first).days + 1
    texts = [(first + timedelta(days=offset)).isoformat() for offset in range(span)]
    return rng.choices(texts, k=count)


def addresses(rng: random.Random, count: int) -> Columns:
    """Four lines and a postcode in an area that does not exist."""
    streets, kinds = rng.choices(STREETS, k=count), rng.choices(STREET_KINDS, k=count)
    houses, letters = rng.choices(range(1, 200), k=count), rng.choices(_POSTCODE_LETTERS, k=2 * count)
    areas, places = rng.choices(range(1, 99), k=count), rng.choices(range(10), k=count)
    return {
        "address_1": [f"{n} {street} {kind}" for n, street, kind in zip(houses, streets, kinds, strict=True)],
        "address_2": rng.choices(SECOND_LINES, k=count),
        "address_3": rng.choices(TOWNS, k=count),
        "address_4": rng.choices(COUNTIES, k=count),
        "postcode": [
            f"ZZ{area} {place}{one}{two}"
            for area, place, one, two in zip(areas, places, letters[:count], letters[count:], strict=True)
        ],
    }


def phones(rng: random.Random, count: int, prefix: str) -> list[str]:
    """Telephone numbers from a range kept for drama: `07700900` or `01632960`."""
    return [f"{prefix}{number:03d}" for number in rng.choices(range(1000), k=count)]


def emails(people: Mapping[str, Sequence[str]], domain: str) -> list[str]:
    """One address for each ident; letters outside ASCII are left out."""
    rows = zip(people["first_name"], people["surname"], people["ident"], strict=True)
    return [f"{_plain(first)}.{_plain(last)}.{key.lower()}@{domain}" for first, last, key in rows]


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())


def few(rng: random.Random, count: int, share: float, least: int = 3) -> list[int]:
    """Some positions below `count`: this share of them, and at least so many where there are."""
    return rng.sample(range(count), min(count, max(least, round(count * share))))
