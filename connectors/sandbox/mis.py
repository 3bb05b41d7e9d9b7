"""The sample MIS's tables, in the terms of PICS, and how they are filled in bulk."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

Table = Mapping[str, Sequence[str | None]]
"""Column -> its values, all of one length."""

FILE = "mis.db"

_ADDRESS = ("address_1", "address_2", "address_3", "address_4", "postcode")

TABLES: dict[str, tuple[str, ...]] = {
    "learners": (
        "ident", "first_name", "surname", "birth_date", "sex", "ni_number", "ethnicity", "uln", "email", "phone",
        "mobile", *_ADDRESS, "start_date", "planned_end_date", "programme_type", "funding_organisation",
        "learner_reference", "lldd_health_problem", "primary_lldd", "lldd_codes", "main_officer", "main_tag", "status",
        "onefile_id", "smart_assessor_id", "ace360_id",
    ),
    "officers": (
        "ident", "first_name", "surname", "job_title", "email", "phone", "mobile", "birth_date", "archived",
        "onefile_id", "smart_assessor_id",
    ),
    "organisations": (
        "ident", "name", "phone", "email", "website", *_ADDRESS, "edrs", "sem", "employee_count", "sector",
        "main_contact", "onefile_id", "smart_assessor_id",
    ),
    "placements": ("ident", "learner", "organisation", "type", "start_date", "end_date"),
    "qualifications": (
        "ident", "learner", "aim_reference", "title", "registration_number", "registration_date",
        "certificate_applied_date", "certificate_received_date", "total_elements", "elements_done", "assessor",
        "start_date", "planned_end_date", "actual_end_date", "completion_status", "outcome",
    ),
    "reviews": (
        "ident", "learner", "type", "scheduled_date", "start_time", "attended", "actual_date", "officer",
        "trainee_signed_date", "onefile_id",
    ),
    "learner_officers": ("ident", "learner", "officer", "role"),
}  # fmt: skip
"""Table -> columns; all text, the first one the key."""


def schema() -> list[str]:
    """The statements that make the empty tables."""
    made = []
    for name, (key, *others) in TABLES.items():
        columns = ", ".join([f"{key} TEXT PRIMARY KEY NOT NULL", *(f"{column} TEXT" for column in others)])
        made.append(f"CREATE TABLE {name} ({columns})")
        if "learner" in others:
            made.append(f"CREATE INDEX {name}_learner ON {name} (learner)")
    return made


def write(path: Path, tables: Mapping[str, Table]) -> None:
    """Make the database with these tables; a column that is not given is null in every row."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA synchronous = OFF")
        for statement in schema():
            base.execute(statement)
        for name, table in tables.items():
            columns = [column for column in TABLES[name] if column in table]
            marks = ", ".join("?" * len(columns))
            text = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  names from TABLES
            base.executemany(text, zip(*(table[column] for column in columns), strict=True))
