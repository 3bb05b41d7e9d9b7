"""The sample's learners, officers and organisations as they truly are, before either side untidies them."""

import random
from datetime import date, timedelta

from connectors.sandbox import people
from connectors.sandbox.people import Columns, few

TAGS = ("Engineering", "Care", "Business", "Digital", "Construction")
COURSE_START, COURSE_END = date(2023, 9, 1), date(2025, 9, 1)
_BORN = date(1966, 1, 1), date(2008, 12, 31)
_OFFICER_BORN = date(1961, 1, 1), date(1999, 12, 31)
_LEARNERS_PER_OFFICER, _MOST_OFFICERS = 30, 400
_LEARNERS_PER_ORGANISATION, _MOST_ORGANISATIONS = 8, 2000
_ARCHIVED_EVERY = 8
_EDRS = ("100000002", "912345675", "923456783", "950000019", "987654322", "999999999", "")
_SECTORS = ("Engineering", "Health and Social Care", "Business Administration", "Digital", "Construction")


def officers(rng: random.Random, learners: int) -> Columns:
    """Officers for so many learners; every eighth is archived."""
    count = min(_MOST_OFFICERS, max(10, learners // _LEARNERS_PER_OFFICER))
    made: Columns = {
        "ident": people.idents(count, "F"),
        "first_name": rng.choices(people.FIRST_NAMES, k=count),
        "surname": rng.choices(people.SURNAMES, k=count),
        "job_title": rng.choices(("Assessor", "Tutor", "Trainer", ""), k=count),
        "phone": people.phones(rng, count, "01632960"),
        "mobile": people.phones(rng, count, "07700900"),
        "birth_date": people.days(rng, count, *_OFFICER_BORN),
        "archived": ["Y" if number % _ARCHIVED_EVERY == _ARCHIVED_EVERY - 1 else "N" for number in range(count)],
    }
    return made | {"email": people.emails(made, "college.example")}


def organisations(rng: random.Random, learners: int, officer_idents: list[str]) -> Columns:
    """Employers for so many learners; `main_contact` is an officer."""
    count = min(_MOST_ORGANISATIONS, max(8, learners // _LEARNERS_PER_ORGANISATION))
    words = rng.choices(people.SURNAMES, k=count)
    kinds = rng.choices(("Ltd", "and Sons", "Group", "Care Homes", "Engineering"), k=count)
    sizes = rng.choices((3, 8, 25, 49, 50, 120, 249, 250, 900), k=count)
    return {
        "ident": people.idents(count, "E"),
        "name": [f"{word} {kind} {number}" for number, (word, kind) in enumerate(zip(words, kinds, strict=True), 1)],
        "phone": people.phones(rng, count, "01632960"),
        "email": [f"office@employer{number}.example" for number in range(1, count + 1)],
        "website": [f"https://employer{number}.example" for number in range(1, count + 1)],
        **people.addresses(rng, count),
        "edrs": rng.choices(_EDRS, k=count),
        "sem": ["Y" if size < 50 else "N" for size in sizes],  # noqa: PLR2004  small employers have fewer than 50
        "employee_count": [str(size) for size in sizes],
        "sector": rng.choices(_SECTORS, k=count),
        "main_contact": rng.choices([*officer_idents, ""], k=count),
    }


def learners(rng: random.Random, count: int, staff: Columns) -> Columns:
    """So many learners; a few are twins, share a ULN, or have the temporary ULN."""
    made: Columns = {
        "ident": people.idents(count, step=3),
        "first_name": rng.choices(people.FIRST_NAMES, k=count),
        "surname": rng.choices(people.SURNAMES, k=count),
        "birth_date": people.days(rng, count, *_BORN),
        "sex": rng.choices("MF", k=count),
        "ni_number": [people.ni_number(number) for number in rng.sample(range(8_000_000), count)],
        "ethnicity": rng.choices(people.ETHNICITIES, k=count),
        "uln": people.sentinel_free_ulns(rng, count),
        "phone": people.phones(rng, count, "01632960"),
        "mobile": people.phones(rng, count, "07700900"),
        **people.addresses(rng, count),
    }
    made |= _courses(rng, count, staff)
    _make_unusual(rng, made)
    return made | {"email": people.emails(made, "learners.example")}


def _courses(rng: random.Random, count: int, staff: Columns) -> Columns:
    starts = people.days(rng, count, COURSE_START, COURSE_END)
    year_later = {day: (date.fromisoformat(day) + timedelta(days=547)).isoformat() for day in set(starts)}
    problems = rng.choices("1222229", k=count)
    first, second = rng.choices(("12", "14", "9", "95"), k=count), rng.choices(("", "", "13", "17"), k=count)
    active = [key for key, gone in zip(staff["ident"], staff["archived"], strict=True) if gone == "N"]
    archived = sorted(set(staff["ident"]) - set(active))
    main = rng.choices(active, k=count)
    for at in few(rng, count, 0.01):
        main[at] = rng.choice(archived)
    return {
        "start_date": starts,
        "planned_end_date": [year_later[day] for day in starts],
        "programme_type": rng.choices(("25", "25", "25", "2", "20"), k=count),
        "funding_organisation": rng.choices(("SFZZ", "SFAA"), k=count),
        "learner_reference": [f"L{number:08d}" for number in range(1, count + 1)],
        "lldd_health_problem": problems,
        "primary_lldd": [code if yes == "1" else "" for yes, code in zip(problems, first, strict=True)],
        "lldd_codes": [
            ",".join(filter(None, codes)) if yes == "1" else ""
            for yes, codes in zip(problems, zip(first, second, strict=True), strict=True)
        ],
        "main_officer": main,
        "main_tag": rng.choices(TAGS, k=count),
        "status": rng.choices(("Live", "Live", "Live", "Live", "Break in Learning", "Completed"), k=count),
    }


def _make_unusual(rng: random.Random, made: Columns) -> None:
    """Put into place what real registers hold: twins, doubled and temporary ULNs, capitals, birthdays to watch."""
    count = len(made["ident"])
    for at in few(rng, count, 0.02, 2 * len(people.BIRTHDAYS_TO_WATCH)):
        made["birth_date"][at] = rng.choice(people.BIRTHDAYS_TO_WATCH)
    for at in few(rng, count, 0.03, 6):
        made["surname"][at] = made["surname"][at].upper()
    pairs = few(rng, count, 0.02, 4)
    for one, other in zip(pairs[::2], pairs[1::2], strict=False):
        for column in ("surname", "birth_date", "address_1", "address_2", "address_3", "address_4", "postcode"):
            made[column][other] = made[column][one]
    pairs = few(rng, count, 0.01, 4)
    for one, other in zip(pairs[::2], pairs[1::2], strict=False):
        made["uln"][other] = made["uln"][one]
    for at in few(rng, count, 0.02, 4):
        made["uln"][at] = people.SENTINEL_ULN
    for at in few(rng, count, 0.03, 4):
        made["ni_number"][at] = ""
