"""What the OneFile sandbox takes for true, a line a fact.

`inferred` marks what was concluded from evidence, `unknown` what was looked for and not found and therefore chosen.
"""

from typing import Literal

Kind = Literal["text", "id", "date", "boolean", "list"]

BASE_PATH = "/api/v2.1"
SANDBOX_TOKEN = "onefile-sandbox-token"  # noqa: S105  a harmless constant: it opens nothing but this sandbox
SESSION_SECONDS = 24 * 60 * 60
CALLS_PER_MINUTE = 300
PAGE_MOST = 100  # inferred: a larger page is cut to this without a word
ROLES = (1, 4, 5, 10, 40, 45)
LEARNER_ROLE = 1
ASSESSOR_ROLE = 5
ASSESSOR_ROLES = (4, 5)  # inferred: who may be a default assessor
EMPLOYER_ROLES = (40,)  # inferred: who may be a default employer
EMPTY_SEARCH_STATUS = 204
UNKNOWN_CENTRE_IN_SEARCH_STATUS = 400  # unknown: the same refusal as on create

COLLECTIONS = {"organisation": "organisations", "user": "users", "classroom": "classrooms", "placement": "placements"}
"""Word in the path, in lower case -> collection."""

SHORT_ROWS = {  # inferred: what the un-paged search shows; a page shows every field
    "customers": ("ID", "Name"),
    "organisations": ("ID", "Name", "KeychainCreationForNewUserActive", "KeychainEmailSuppression"),
    "users": ("ID", "FirstName", "LastName", "MISID"),
    "classrooms": ("ID", "Name", "MISID"),
    "placements": ("ID", "Name", "MISID"),
}

TEXT_FILTERS = {  # inferred: equal without regard to case; an empty filter is no filter
    "organisations": (),
    "users": ("FirstName", "LastName", "Email", "MISID"),
    "classrooms": ("Name",),
    "placements": ("Name",),
}

USER_FIELDS: dict[str, Kind] = {
    "OrganisationID": "id", "Role": "id", "FirstName": "text", "LastName": "text", "Email": "text", "Username": "text",
    "MISID": "text", "CreatedOn": "date", "CompanyName": "text", "MobileNumber": "text", "Telephone": "text",
    "Website": "text", "WorkAddress": "text", "HomeAddress": "text", "ProviderID": "id", "DefaultAssessorID": "id",
    "DefaultEmployerID": "id", "ClassroomID": "id", "PlacementID": "id", "ULN": "text", "NINO": "text",
    "EpisodeName": "text", "CentreRegister": "date", "DOB": "date", "StartOn": "date", "PlannedEndDate": "date",
    "L12": "text", "L13": "text", "L14": "text", "L15": "text", "L16": "text", "SupportFunding": "boolean",
    "LearnerStatusID": "id", "PrimaryLLDDCode": "text", "SecondaryLLDDCodes": "list",
}  # fmt: skip

FIELDS: dict[str, dict[str, Kind]] = {  # unknown: fields not listed here are ignored
    "users": USER_FIELDS,
    "classrooms": {
        "OrganisationID": "id", "Name": "text", "StartOn": "date", "Archive": "boolean", "CompletionMessage": "text",
        "SendCompletionMessage": "boolean", "IVFinalSignOff": "boolean", "MISID": "text",
    },
    "placements": {
        "OrganisationID": "id", "Name": "text", "Address": "text", "Active": "boolean", "Contact": "text",
        "Email": "text", "Fax": "text", "Telephone": "text", "Web": "text", "MISID": "text",
    },
}  # fmt: skip

MANDATORY = {
    "users": ("OrganisationID", "FirstName", "LastName", "Email", "Role"),
    "classrooms": ("OrganisationID", "Name"),  # inferred
    "placements": ("OrganisationID", "Name"),  # inferred
}

MANDATORY_FOR_ROLE = {
    LEARNER_ROLE: ("DefaultAssessorID", "ClassroomID", "PlacementID"),
    40: ("PlacementID",),
    45: ("PlacementID",),
}

LINKS: dict[str, tuple[str, tuple[int, ...]]] = {
    "OrganisationID": ("organisations", ()),
    "ClassroomID": ("classrooms", ()),
    "PlacementID": ("placements", ()),
    "DefaultAssessorID": ("users", ASSESSOR_ROLES),
    "DefaultEmployerID": ("users", EMPLOYER_ROLES),
}
"""Field -> the collection that its id must be found in and, for users, the roles that will do."""
