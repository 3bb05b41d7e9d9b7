"""What a push of a learner's details would truly do, found by a plain comparison of the two sides."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "truth.json"

PAIRS = {
    "first_name": "FirstName",
    "surname": "LastName",
    "birth_date": "DOB",
    "ni_number": "NINO",
    "ethnicity": "L12",
    "uln": "ULN",
}
"""MIS column -> OneFile field."""
ADDRESS = ("address_1", "address_2", "address_3", "address_4", "postcode")
"""The MIS columns that are one `HomeAddress` at OneFile."""
DISABILITY = {"lldd_health_problem": "L14", "primary_lldd": "PrimaryLLDDCode"}
"""MIS column -> OneFile field, of columns that are compared together."""
FIELDS = (*PAIRS, "address", "disability")
"""The fields that are compared."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The sample's true figures. `changes` names the fields that a push would set, by the learner's ident.

    A blank source keeps the target (`kept` counts such cells that are filled at OneFile). Values are compared trimmed,
    with inner spaces collapsed and in NFC; National Insurance numbers without spaces and in capitals, addresses without
    regard to line breaks, commas and capitals.
    """

    seed: int
    learners: int
    linked: int
    only_in_mis: int
    only_at_onefile: int
    differing_learners: int
    field_changes: int
    kept: int
    by_field: Mapping[str, int]
    changes: Mapping[str, Sequence[str]]

    def save(self, folder: Path) -> None:
        """Write `truth.json`, in one step."""
        beside = folder / f"{FILE}.new"
        beside.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        beside.replace(folder / FILE)


def load(folder: Path) -> Truth:
    """The truth kept in a sandbox folder. Raises FileNotFoundError."""
    return Truth(**json.loads((folder / FILE).read_text(encoding="utf-8")))


def plain(column: str, value: object) -> str:
    """A value as it is compared; blank is the empty text."""
    written = str(value or "")
    if column == "address":
        written = written.replace(",", " ")
    text = " ".join(unicodedata.normalize("NFC", written).split())
    if column == "ni_number":
        return text.replace(" ", "").upper()
    if column == "address":
        return text.casefold()
    if column == "birth_date":
        return text[: len("2000-01-01")]
    return text


def compare(seed: int, mis: Iterable[Mapping[str, object]], onefile: Iterable[Mapping[str, object]]) -> Truth:
    """Compare MIS rows with OneFile's learner records."""
    records = {str(record["ID"]): record for record in onefile}
    changes: dict[str, list[str]] = {}
    learners = kept = linked = 0
    for row in mis:
        learners += 1
        record = records.get(str(row["onefile_id"] or ""))
        if record is not None:
            linked += 1
            moved, left = differing(row, record)
            kept += left
            if moved:
                changes[str(row["ident"])] = moved
    by_field = Counter(name for moved in changes.values() for name in moved)
    return Truth(
        seed=seed,
        learners=learners,
        linked=linked,
        only_in_mis=learners - linked,
        only_at_onefile=len(records) - linked,
        differing_learners=len(changes),
        field_changes=by_field.total(),
        kept=kept,
        by_field=dict(sorted(by_field.items())),
        changes=changes,
    )


def differing(row: Mapping[str, object], record: Mapping[str, object]) -> tuple[list[str], int]:
    """The fields of a learner that a push would set, and how many cells it keeps because the MIS has them blank."""
    sides = {name: (plain(name, row[name]), plain(name, record.get(field))) for name, field in PAIRS.items()}
    lines = " ".join(str(row[name] or "") for name in ADDRESS)
    sides["address"] = plain("address", lines), plain("address", record.get("HomeAddress"))
    sides["disability"] = (
        " / ".join(plain(name, row[name]) for name in DISABILITY).strip(" /"),
        " / ".join(plain(field, record.get(field)) for field in DISABILITY.values()).strip(" /"),
    )
    kept = sum(not here and bool(there) for here, there in sides.values())
    return [name for name, (here, there) in sides.items() if here and here != there], kept
