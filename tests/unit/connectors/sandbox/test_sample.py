"""The sample: the same for the same seed, messy, and with a truth that another comparison confirms."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import unicodedata
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox import mess, mis, onefile_store, people, sample, truth

Row = dict[str, Any]
NAMES = ("first_name", "surname")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sample")
    sample.build(made, 1, 400)
    return made


def read(folder: Path, table: str) -> list[Row]:
    with closing(sqlite3.connect(folder / mis.FILE)) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute(f"SELECT * FROM {table}")]


def users(folder: Path, *roles: int) -> dict[int, Row]:
    with closing(sqlite3.connect(folder / sample.ONEFILE / onefile_store.FILE)) as base:
        docs = [json.loads(row[0]) for row in base.execute("SELECT doc FROM records WHERE collection = 'users'")]
    return {doc["ID"]: doc for doc in docs if doc["Role"] in roles}


def dumped(folder: Path) -> list[list[str]]:
    dumps = []
    for path in (folder / mis.FILE, folder / sample.ONEFILE / onefile_store.FILE):
        with closing(sqlite3.connect(path)) as base:
            dumps.append(list(base.iterdump()))
    return dumps


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Another process, with another hash seed, gives the same dumps and truth; another seed gives others."""
    script = (
        "import sys, pathlib\nfrom connectors.sandbox import sample\nsample.build(pathlib.Path(sys.argv[1]), 1, 400)"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "again")],
        cwd=Path(sample.__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "12345", "TZ": "Pacific/Kiritimati"},
        check=True,
    )
    sample.build(tmp_path / "other", 2, 400)
    assert dumped(tmp_path / "again") == dumped(folder)
    assert (tmp_path / "again" / truth.FILE).read_bytes() == (folder / truth.FILE).read_bytes()
    assert dumped(tmp_path / "other") != dumped(folder)


def as_compared(column: str, value: object) -> str:
    """The comparison's rules, written once more and differently."""
    letters = unicodedata.normalize("NFC", "" if value is None else str(value))
    while "  " in letters:
        letters = letters.replace("  ", " ")
    letters = letters.strip()
    if column == "ni_number":
        letters = "".join(letter for letter in letters if letter != " ").upper()
    return letters.removesuffix("T00:00:00.000Z") if column == "birth_date" else letters


def home(row: Row) -> str:
    """The address as one line of capitals."""
    parts = [as_compared("address", row[column]) for column in (*(f"address_{at}" for at in range(1, 5)), "postcode")]
    return " ".join(part for part in parts if part).upper()


@pytest.mark.parametrize(("seed", "learners"), [(1, 400), (2, 400), (3, 57), (4, 10)])
def test_the_truth_is_what_another_comparison_finds(tmp_path: Path, seed: int, learners: int) -> None:
    """Reading both databases and comparing them anew gives the stored figures."""
    told = sample.build(tmp_path, seed, learners)
    assert truth.load(tmp_path) == told
    records = users(tmp_path, 1)
    changes: dict[str, list[str]] = {}
    kept = linked = 0
    for row in read(tmp_path, "learners"):
        if not (row["onefile_id"] or "").strip():
            continue
        linked += 1
        record = records[int(row["onefile_id"])]
        for column, field in truth.PAIRS.items():
            here, there = as_compared(column, row[column]), as_compared(column, record.get(field))
            kept += here == "" and there != ""
            if here not in ("", there):
                changes.setdefault(row["ident"], []).append(column)
        if home(row) != as_compared("address", record["HomeAddress"].replace("\n", " ")).upper():
            changes.setdefault(row["ident"], []).append("address")
        if [row["lldd_health_problem"], row["primary_lldd"]] != [record["L14"], record.get("PrimaryLLDDCode", "")]:
            changes.setdefault(row["ident"], []).append("disability")
    assert told.changes == changes
    assert (told.differing_learners, told.field_changes) == (len(changes), sum(map(len, changes.values())))
    assert (told.linked, told.kept, told.learners) == (linked, kept, learners)
    assert told.only_at_onefile == len(records) - linked


def test_shares_are_as_announced(folder: Path) -> None:
    """85 % are linked; about one linked learner in twenty differs, in every field; some blanks are kept."""
    told = truth.load(folder)
    assert (told.linked, told.only_in_mis) == (340, 60)
    assert 10 <= told.differing_learners <= 34
    assert set(told.by_field) == set(truth.FIELDS)
    assert told.kept > 0


def test_differences_are_real_changes_and_blanks(folder: Path) -> None:
    """Among the differing cells are ones that OneFile has blank and ones that it has otherwise."""
    told, records = truth.load(folder), users(folder, 1)
    rows = {row["ident"]: row for row in read(folder, "learners")}
    blank = [
        not str(records[int(rows[ident]["onefile_id"])].get(truth.PAIRS[column], "")).strip()
        for ident, columns in told.changes.items()
        for column in columns
        if column in truth.PAIRS
    ]
    assert any(blank)
    assert not all(blank)


def test_most_linked_learners_are_written_differently_but_agree(folder: Path) -> None:
    """Many cells differ as texts although they say the same: the mess is on linked learners too."""
    records, told = users(folder, 1), truth.load(folder)
    apart = 0
    for row in read(folder, "learners"):
        record = records.get(int(row["onefile_id"] or 0))
        if record and row["ident"] not in told.changes:
            apart += any(row[column] != record.get(truth.PAIRS[column]) for column in ("first_name", "surname", "uln"))
    assert apart > 20


@pytest.mark.parametrize("column", mess.MAY_BE_BLANK)
def test_blanks_come_in_three_kinds(folder: Path, column: str) -> None:
    """Empty text, null and spaces stand for the same."""
    assert {row[column] for row in read(folder, "learners")} >= {"", None, "   "}


@pytest.mark.parametrize(
    ("column", "pattern"),
    [
        *((name, pattern) for name in NAMES for pattern in (r" \S.*", r".*\S +", r"\S+  \S+.*")),
        ("ni_number", r"(QQ|ZZ) \d\d \d\d \d\d [A-D]"),
        ("ni_number", r"(qq|zz)\d{6}[a-d]"),
        ("uln", r" \d{10}"),
        ("postcode", r"zz.*"),
        ("email", r".*\S "),
    ],
)
def test_values_are_written_untidily(folder: Path, column: str, pattern: str) -> None:
    """Stray and doubled spaces, NI numbers in groups or small letters, somewhere in the column."""
    assert any(re.fullmatch(pattern, row[column] or "") for row in read(folder, "learners"))


def test_names_have_capitals_and_both_forms_of_accents(folder: Path) -> None:
    """Some surnames are in capitals; some accents are in NFC, some in NFD."""
    names = [row[column] for row in read(folder, "learners") for column in NAMES]
    assert any(name.strip().isupper() for name in names)
    assert any(name != unicodedata.normalize("NFC", name) for name in names)
    assert any(name != unicodedata.normalize("NFD", name) for name in names)


def test_twins_and_doubled_ulns(folder: Path) -> None:
    """Some have surname and birth date in common, some a true ULN, some the temporary one."""
    rows = read(folder, "learners")
    twins = Counter((row["surname"].strip(), row["birth_date"]) for row in rows if (row["birth_date"] or "").strip())
    ulns = Counter((row["uln"] or "").strip() for row in rows)
    assert max(twins.values()) > 1
    assert ulns[people.SENTINEL_ULN] > 1
    assert any(count > 1 for uln, count in ulns.items() if uln not in ("", people.SENTINEL_ULN))


def test_birthdays_to_watch_and_long_addresses(folder: Path) -> None:
    """Birthdays in British Standard Time and on days when clocks change; addresses of all four lines."""
    rows = read(folder, "learners")
    assert any("1968-10-27" <= (row["birth_date"] or "") <= "1971-10-31" for row in rows)
    assert {row["birth_date"] for row in rows} & {"1981-03-29", "1990-10-28", "1999-10-31", "2004-03-28"}
    assert any(all(row[f"address_{line}"] for line in range(1, 5)) for row in rows)


def test_officers_are_archived_on_both_sides(folder: Path) -> None:
    """Archived officers are some learners' main officer, archived at OneFile, and one shares another's MISID."""
    officers, assessors = {row["ident"]: row for row in read(folder, "officers")}, users(folder, 5)
    archived = {ident for ident, row in officers.items() if row["archived"] == "Y"}
    assert any(row["main_officer"] in archived for row in read(folder, "learners"))
    assert all(assessors[int(officers[ident]["onefile_id"])]["Archived"] for ident in archived)
    assert max(Counter(user["MISID"] for user in assessors.values()).values()) == 2


def test_everybody_is_invented(folder: Path) -> None:
    """NI numbers, telephones, mail and postcodes cannot be anybody's."""
    for row in [*read(folder, "learners"), *read(folder, "officers"), *read(folder, "organisations")]:
        ni_number = (row.get("ni_number") or "").strip().upper()
        assert ni_number[:2] in ("", "QQ", "ZZ")
        assert (row["phone"] or "").strip()[:8] in ("", "01632960")
        assert (row.get("mobile") or "").strip()[:8] in ("", "07700900")
        assert (row["email"] or "").strip()[-8:] in ("", ".example")
        assert (row.get("postcode") or "").strip().upper()[:2] in ("", "ZZ")


def test_ulns_have_their_check_digit(folder: Path) -> None:
    """Every ULN but the temporary one passes the rule, of which the published samples are a test."""
    for good in ("1000000019", "2345678908", "8111111117"):
        assert people.with_check_digit(int(good[:9])) == good
    ulns = [(row["uln"] or "").strip() for row in read(folder, "learners")]
    assert all(uln == people.with_check_digit(int(uln[:9])) for uln in ulns if uln not in ("", people.SENTINEL_ULN))


def test_onefile_records_hang_together(folder: Path) -> None:
    """Ids have six or seven digits, birthdays are midnights, links lead to records, blanks are left out."""
    learners, assessors = users(folder, 1), users(folder, 5)
    assert all(100_000 <= key <= 9_999_999 for key in (*learners, *assessors))
    for user in learners.values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", user.get("DOB", "2000-01-01T00:00:00.000Z"))
        assert user["DefaultAssessorID"] in assessors
        assert "" not in user.values()
    assert sum(bool(user.get("Archived")) for user in learners.values()) == 3
    assert set(users(folder, 4, 10, 40, 45)) != set()


@pytest.mark.parametrize(("field", "column"), [("MISID", "ident"), ("ULN", "uln"), ("Email", "email")])
def test_strangers_look_like_unlinked_mis_learners(folder: Path, field: str, column: str) -> None:
    """For matching: a learner that only OneFile has shares a value with one that only the MIS has."""
    rows = read(folder, "learners")
    linked = {int(row["onefile_id"]) for row in rows if row["onefile_id"]}
    strangers = {user[field] for key, user in users(folder, 1).items() if key not in linked}
    assert strangers & {row[column] for row in rows if not row["onefile_id"] and row[column]}


def test_children_belong_to_learners(folder: Path) -> None:
    """Placements (type P and others), qualifications, reviews and roles name learners, officers and organisations."""
    idents = {row["ident"] for row in read(folder, "learners")}
    officers = {row["ident"] for row in read(folder, "officers")}
    for table in ("placements", "qualifications", "reviews", "learner_officers"):
        assert {row["learner"] for row in read(folder, table)} <= idents
    assert {row["officer"] for row in read(folder, "learner_officers")} <= officers
    assert {row["type"] for row in read(folder, "placements")} > {"P"}
    assert idents - {row["learner"] for row in read(folder, "placements")}
    assert all(re.fullmatch(r"[0-9A-Z]{5}", ident) for ident in idents | officers)


def test_an_unfinished_sample_is_made_anew(tmp_path: Path) -> None:
    """Building over the remains of another sample gives what building in an empty folder gives."""
    sample.build(tmp_path / "a", 5, 20)
    sample.build(tmp_path / "b", 6, 30)
    sample.build(tmp_path / "b", 5, 20)
    assert dumped(tmp_path / "a") == dumped(tmp_path / "b")
