"""The OneFile side of the sample: centres, classrooms, placements and users as OneFile's own records."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.sandbox import onefile_facts as facts
from connectors.sandbox.learners import TAGS
from connectors.sandbox.onefile_store import Doc, instant_number, instant_text
from connectors.sandbox.people import Columns

CUSTOMER_ID = 5101
CENTRES = ((410_001, "Sandbox College North"), (410_002, "Sandbox College South"))
_FIRST_CLASSROOM, _FIRST_PLACEMENT = 420_001, 430_001
_CREATED = "2024-08-01T09:00:00.000Z"
_STAMPED = instant_number("2025-10-01T08:00:00Z")
_SECOND = 1_000_000
_ADDRESS = ("address_1", "address_2", "address_3", "address_4", "postcode")
_TEXTS = {
    "FirstName": "first_name", "LastName": "surname", "Email": "email", "MISID": "ident", "Telephone": "phone",
    "MobileNumber": "mobile", "ULN": "uln", "NINO": "ni_number", "L12": "ethnicity", "L13": "sex",
    "L14": "lldd_health_problem", "PrimaryLLDDCode": "primary_lldd",
}  # fmt: skip
_DATES = {"DOB": "birth_date", "StartOn": "start_date", "PlannedEndDate": "planned_end_date"}
_OTHERS = (
    (10, "Ira", "Quality"),
    (10, "Ivo", "Check"),
    (40, "Edda", "Employer"),
    (45, "Otis", "Observer"),
    (4, "Tam", "Trainee"),
)


@dataclass(frozen=True, slots=True)
class Ids:
    """OneFile ids: one for each officer by ident, and the stamps that records get, a second apart."""

    officers: dict[str, int]
    stamps: Iterator[int]

    def stamp(self) -> str:
        """The next record's last change."""
        return instant_text(_STAMPED + next(self.stamps) * _SECOND)


def new_ids(officers: Sequence[str], keys: Sequence[int]) -> Ids:
    """Give each officer an id."""
    return Ids(dict(zip(officers, keys, strict=True)), itertools.count())


def frame(ids: Ids, organisations: Columns) -> dict[str, list[Doc]]:
    """The customer, its centres, a classroom a tag in each, and a placement for each organisation."""
    centres: list[Doc] = [
        {"ID": key, "Name": name, "CustomerID": CUSTOMER_ID, "KeychainCreationForNewUserActive": False,
         "KeychainEmailSuppression": True, "LastModified": ids.stamp()}
        for key, name in CENTRES
    ]  # fmt: skip
    classrooms: list[Doc] = [
        {"ID": _FIRST_CLASSROOM + number, "OrganisationID": centre[0], "Name": tag, "StartOn": _CREATED,
         "LastModified": ids.stamp()}
        for number, (centre, tag) in enumerate(itertools.product(CENTRES, TAGS))
    ]  # fmt: skip
    placements: list[Doc] = [
        {"ID": key, "OrganisationID": CENTRES[at % 2][0], "Name": organisations["name"][at], "Active": True,
         "Address": address(organisations, at), "Telephone": organisations["phone"][at],
         "Email": organisations["email"][at], "Web": organisations["website"][at], "MISID": organisations["ident"][at],
         "LastModified": ids.stamp()}
        for at, key in enumerate(placement_ids(organisations))
    ]  # fmt: skip
    customer: Doc = {"ID": CUSTOMER_ID, "Name": "Sandbox College", "LastModified": ids.stamp()}
    return {"customers": [customer], "organisations": centres, "classrooms": classrooms, "placements": placements}


def placement_ids(organisations: Columns) -> range:
    """The OneFile id of each organisation's placement."""
    return range(_FIRST_PLACEMENT, _FIRST_PLACEMENT + len(organisations["ident"]))


def address(columns: Columns, at: int) -> str:
    """The lines that are not blank, postcode last, one below the other."""
    return "\n".join(columns[name][at] for name in _ADDRESS if columns[name][at])


def centre_of(officer: str, officers: Sequence[str]) -> int:
    """Which of the two centres an officer works in."""
    return officers.index(officer) % len(CENTRES)


def officer_users(ids: Ids, officers: Columns) -> list[Doc]:
    """Officers as assessors; archived ones are archived here too, and the first archived one has another's MISID."""
    made: list[Doc] = []
    for at, ident in enumerate(officers["ident"]):
        user: Doc = {"ID": ids.officers[ident], "OrganisationID": CENTRES[at % 2][0]} | _person(officers, at)
        user |= {"Role": facts.ASSESSOR_ROLE, "Username": f"user{ids.officers[ident]}", "CreatedOn": _CREATED}
        if officers["archived"][at] == "Y":
            user["Archived"] = True
        made.append(user | {"LastModified": ids.stamp()})
    next(user for user in made if "Archived" in user)["MISID"] = made[0]["MISID"]
    return made


def learner_users(ids: Ids, learners: Columns, keys: dict[int, int], placements: Sequence[int]) -> list[Doc]:
    """Learners as users of role 1; `keys` gives the OneFile id for each position, `placements` where each works."""
    officers = list(ids.officers)
    centres = {officer: centre_of(officer, officers) for officer in officers}
    made: list[Doc] = []
    for (at, key), placement in zip(sorted(keys.items(), key=lambda pair: pair[1]), placements, strict=True):
        officer, tag = learners["main_officer"][at], learners["main_tag"][at]
        centre = centres[officer]
        user: Doc = {"ID": key, "Role": facts.LEARNER_ROLE, "Username": f"user{key}"} | _person(learners, at)
        user |= {"OrganisationID": CENTRES[centre][0], "DefaultAssessorID": ids.officers[officer]}
        user |= {"ClassroomID": _FIRST_CLASSROOM + centre * len(TAGS) + TAGS.index(tag), "PlacementID": placement}
        others = [code for code in learners["lldd_codes"][at].split(",")[1:] if code]
        if others:
            user["SecondaryLLDDCodes"] = others
        made.append(user | {"HomeAddress": address(learners, at), "CreatedOn": _CREATED, "LastModified": ids.stamp()})
    return made


def other_users(ids: Ids, keys: Sequence[int]) -> list[Doc]:
    """Users that the MIS does not know: quality assurers, an employer, an observer, a trainee assessor."""
    return [
        {"ID": key, "OrganisationID": CENTRES[0][0], "Role": role, "FirstName": first, "LastName": last,
         "Email": f"{first}.{last}@onefile-sandbox.example".lower(), "Username": f"user{key}", "CreatedOn": _CREATED,
         "LastModified": ids.stamp()} | ({"PlacementID": _FIRST_PLACEMENT} if role >= facts.EMPLOYER_ROLES[0] else {})
        for key, (role, first, last) in zip(keys, _OTHERS, strict=False)
    ]  # fmt: skip


def _person(columns: Columns, at: int) -> Doc:
    texts = ((field, columns[name][at]) for field, name in _TEXTS.items() if name in columns)
    dates = ((field, columns[name][at]) for field, name in _DATES.items() if name in columns)
    user: Doc = {field: text for field, text in texts if text}
    user.update((field, f"{day}T00:00:00.000Z") for field, day in dates if day)
    return user
