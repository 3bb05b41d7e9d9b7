"""What learners do in the sample MIS: placements, qualifications, reviews, officers with roles."""

import random
from datetime import date, timedelta

from connectors.sandbox import people
from connectors.sandbox.learners import COURSE_END
from connectors.sandbox.people import Columns, few

_AIMS = (
    ("600/1234/5", "Level 3 Diploma in Engineering"),
    ("601/2345/6", "Level 2 Certificate in Care"),
    ("603/4567/8", "Level 3 Diploma in Business Administration"),
    ("ZPROG001", "Programme aim"),
    ("500/7788/0", "Functional Skills English"),
)
ROLES = ("Second Assessor", "Mentor", "IQA")
_REVIEW_GAP = 60
_ELEMENTS = 10


def _where(wanted: list[bool], values: list[str]) -> list[str]:
    """The values where they are wanted, blank elsewhere."""
    return [value if yes else "" for yes, value in zip(wanted, values, strict=True)]


def placements(rng: random.Random, learners: Columns, organisations: list[str]) -> Columns:
    """Where each learner works: most have one of type P, some another or an older one, a few none."""
    idents, starts = learners["ident"], learners["start_date"]
    count = len(idents)
    none = set(few(rng, count, 0.01))
    first = [at for at in range(count) if at not in none]
    second = few(rng, count, 0.15)
    rows = [*first, *(at for at in second if at not in none)]
    kinds = [*rng.choices("PPPPPPPPW", k=len(first)), *rng.choices("PWX", k=len(rows) - len(first))]
    return {
        "ident": people.idents(len(rows)),
        "learner": [idents[at] for at in rows],
        "organisation": rng.choices(organisations, k=len(rows)),
        "type": kinds,
        "start_date": [starts[at] for at in rows],
        "end_date": [""] * len(rows),
    }


def qualifications(rng: random.Random, learners: Columns) -> Columns:
    """One or two aims a learner, some registered, some finished."""
    idents = learners["ident"]
    rows = [*range(len(idents)), *few(rng, len(idents), 0.5)]
    aims = rng.choices(_AIMS, k=len(rows))
    registered, done = rng.choices((True, False), k=len(rows)), rng.choices(range(_ELEMENTS + 1), k=len(rows))
    finished = [number == _ELEMENTS for number in done]
    started = [learners["start_date"][at] for at in rows]
    return {
        "ident": people.idents(len(rows)),
        "learner": [idents[at] for at in rows],
        "aim_reference": [reference for reference, _ in aims],
        "title": [title for _, title in aims],
        "registration_number": _where(registered, [f"R{at:07d}" for at in range(len(rows))]),
        "registration_date": _where(registered, started),
        "total_elements": [str(_ELEMENTS)] * len(rows),
        "elements_done": [str(number) for number in done],
        "assessor": [learners["main_officer"][at] for at in rows],
        "start_date": started,
        "planned_end_date": [learners["planned_end_date"][at] for at in rows],
        "actual_end_date": _where(finished, [COURSE_END.isoformat()] * len(rows)),
        "completion_status": ["2" if yes else "1" for yes in finished],
        "outcome": _where(finished, ["1"] * len(rows)),
    }


def reviews(rng: random.Random, learners: Columns) -> Columns:
    """One or two reviews a learner, held or still to come."""
    idents = learners["ident"]
    rows = [*range(len(idents)), *few(rng, len(idents), 0.5)]
    later = {
        day: (date.fromisoformat(day) + timedelta(days=_REVIEW_GAP)).isoformat() for day in set(learners["start_date"])
    }
    held = rng.choices((True, False), k=len(rows))
    scheduled = [later[learners["start_date"][at]] for at in rows]
    return {
        "ident": people.idents(len(rows)),
        "learner": [idents[at] for at in rows],
        "type": rng.choices(("Normal", "Normal", "Induction"), k=len(rows)),
        "scheduled_date": scheduled,
        "start_time": rng.choices(("09:00", "10:30", "14:00", ""), k=len(rows)),
        "attended": _where(held, ["Yes"] * len(rows)),
        "actual_date": _where(held, scheduled),
        "officer": [learners["main_officer"][at] if at % 5 else "" for at in rows],
        "trainee_signed_date": [""] * len(rows),
    }


def roles(rng: random.Random, learners: Columns, officers: list[str]) -> Columns:
    """Officers who do more for some learners."""
    rows = few(rng, len(learners["ident"]), 0.3)
    return {
        "ident": people.idents(len(rows)),
        "learner": [learners["ident"][at] for at in rows],
        "officer": rng.choices(officers, k=len(rows)),
        "role": rng.choices(ROLES, k=len(rows)),
    }
