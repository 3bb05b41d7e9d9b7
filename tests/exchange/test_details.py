"""Details of learners, officers and organisations at OneFile: pushed, pulled, ignored."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.trial import Trial

Values = Mapping[str, Mapping[str, str]]
"""Field -> column -> value."""
SETTLED, MOVES = 0, 2


@dataclass(frozen=True, slots=True)
class Detail:
    """A kind of details, and another value for each of its fields as the MIS and as OneFile have it."""

    name: str
    table: str
    collection: str
    mis: Values
    onefile: Values
    push_only: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()
    """The fields that are sent when a record is created, and never again."""

    @property
    def setting(self) -> str:
        """The setting that gives its direction."""
        return f"{self.name}_details"

    @property
    def pulled(self) -> frozenset[str]:
        """The fields that are pulled."""
        return frozenset(self.mis) - self.push_only


ADDRESS = {"address_1": "1 Kestrel Court", "address_2": "", "address_3": "Farthing Row", "address_4": "Eastmark"}
ADDRESS |= {"postcode": "ZZ1 1AA"}
ONE_ADDRESS = "1 Kestrel Court\nFarthing Row\nEastmark\nZZ1 1AA"

LEARNER = Detail(
    "learner",
    "learners",
    "users",
    {
        "first_name": {"first_name": "Ottilie"},
        "surname": {"surname": "Quillfeather"},
        "birth_date": {"birth_date": "1999-07-31"},
        "ni_number": {"ni_number": "QQ123456C"},
        "ethnicity": {"ethnicity": "47"},
        "uln": {"uln": "8111111117"},
        "address": ADDRESS,
        "disability": {"lldd_health_problem": "1", "primary_lldd": "17"},
    },
    {
        "first_name": {"FirstName": "Ottilie"},
        "surname": {"LastName": "Quillfeather"},
        "birth_date": {"DOB": "1999-07-31T00:00:00.000Z"},
        "ni_number": {"NINO": "QQ123456C"},
        "ethnicity": {"L12": "47"},
        "uln": {"ULN": "8111111117"},
        "address": {"HomeAddress": ONE_ADDRESS},
        "disability": {"L14": "1", "PrimaryLLDDCode": "17"},
    },
    frozenset({"uln", "address"}),
    frozenset({"ident", "centre", "classroom", "email", "phone", "mobile", "sex", "start_date", "end_date"}),
)
OFFICER = Detail(
    "officer",
    "officers",
    "users",
    {
        "first_name": {"first_name": "Ottilie"},
        "surname": {"surname": "Quillfeather"},
        "email": {"email": "ottilie@college.example"},
        "phone": {"phone": "01632 960001"},
        "mobile": {"mobile": "07700 900001"},
        "birth_date": {"birth_date": "1970-07-31"},
    },
    {
        "first_name": {"FirstName": "Ottilie"},
        "surname": {"LastName": "Quillfeather"},
        "email": {"Email": "ottilie@college.example"},
        "phone": {"Telephone": "01632 960001"},
        "mobile": {"MobileNumber": "07700 900001"},
        "birth_date": {"DOB": "1970-07-31T00:00:00.000Z"},
    },
    once=frozenset({"ident"}),
)
ORGANISATION = Detail(
    "organisation",
    "organisations",
    "placements",
    {
        "name": {"name": "Quillfeather Ltd"},
        "phone": {"phone": "01632 960001"},
        "email": {"email": "hello@quillfeather.example"},
        "website": {"website": "https://quillfeather.example"},
        "address": ADDRESS,
    },
    {
        "name": {"Name": "Quillfeather Ltd"},
        "phone": {"Telephone": "01632 960001"},
        "email": {"Email": "hello@quillfeather.example"},
        "website": {"Web": "https://quillfeather.example"},
        "address": {"Address": ONE_ADDRESS},
    },
    frozenset({"address"}),
    frozenset({"ident"}),
)
KINDS = (LEARNER, OFFICER, ORGANISATION)
by_kind = pytest.mark.parametrize("detail", KINDS, ids=lambda one: one.name)


def flat(values: Values) -> dict[str, str]:
    """Column -> value."""
    return {column: value for part in values.values() for column, value in part.items()}


@dataclass(frozen=True, slots=True)
class Scene:
    """A kind of details in a trial where both sides agree, and one linked record of it."""

    trial: Trial
    detail: Detail
    ident: str
    key: str

    @property
    def row(self) -> dict[str, Any]:
        """The record in the MIS."""
        table = self.detail.table
        names = [one[1] for one in self.trial.mis(f"PRAGMA table_info({table})")]
        (row,) = self.trial.mis(f"SELECT {', '.join(names)} FROM {table} WHERE ident = ?", self.ident)
        return dict(zip(names, row, strict=True))

    @property
    def record(self) -> dict[str, Any]:
        """The record at OneFile, but for the stamp of its last change."""
        found = self.trial.sandboxes.admin(f"/__record/{self.detail.collection}/{self.key}")
        assert isinstance(found, dict)
        return {name: value for name, value in found.items() if name != "LastModified"}

    def edit_mis(self, values: Mapping[str, str | None]) -> None:
        """Somebody changes the record in the MIS."""
        sets = ", ".join(f"{column} = ?" for column in values)
        self.trial.mis(f"UPDATE {self.detail.table} SET {sets} WHERE ident = ?", *values.values(), self.ident)

    def edit_onefile(self, values: Mapping[str, str | None]) -> None:
        """Somebody changes the record at OneFile."""
        about = {"collection": self.detail.collection, "id": self.key, "values": dict(values)}
        self.trial.sandboxes.admin("/__edit", about)

    def plan(self, code: int) -> dict[str, Any]:
        """A plan, and the exit code that it must have."""
        done = self.trial.call("plan", "onefile", "--json")
        assert done.code == code, done.said
        figures: dict[str, Any] = done.json
        return figures

    def moved(self) -> set[str]:
        """Plan, approve, apply: the fields that the one change of the plan had. The next plan must be empty."""
        figures = self.plan(MOVES)
        (change,) = self.trial.changes(figures["plan"])
        assert (change["record_type"], change["mis_id"], change["hold"]) == (self.detail.name, self.ident, None)
        self.trial.carry_out(figures["plan"])
        assert self.plan(SETTLED)["changes"] == 0
        return {part["field"] for part in change["fields"]}

    def left_alone(self) -> dict[str, dict[str, int]]:
        """Field -> reason -> how many cells, of this kind in a new plan."""
        plan = self.plan(SETTLED)["plan"]
        parts = self.trial.call("show", plan, "--json").json["left_alone"]
        found: dict[str, dict[str, int]] = next(
            part["fields"] for part in parts if part["record_type"] == self.detail.name
        )
        return found


def agreeing(trial: Trial, detail: Detail, **modes: str) -> Scene:
    """Both sides agree under these modes; the record is the first linked one that has all values."""
    chosen = ", ".join(f"{name}_details: {mode}" for name, mode in modes.items())
    trial.settings("settings: {learner_details: push}", f"settings: {{{chosen}}}")
    for kind in KINDS[1:]:
        assert trial.call("link", "import", "onefile", kind.name).code == 0
    first = trial.call("plan", "onefile", "--json")
    if first.code == MOVES:
        trial.carry_out(first.json["plan"])
    trial.forget_counts()
    filled = " AND ".join(
        f"trim({column}) <> ''" for column in flat(detail.mis) if column not in {"address_2", "address_4"}
    )
    ident, key = trial.mis(
        f"SELECT ident, onefile_id FROM {detail.table} WHERE trim(onefile_id) <> '' AND {filled} ORDER BY ident"
    )[0]
    return Scene(trial, detail, ident, key)


@pytest.mark.parametrize(
    "detail",
    [
        pytest.param(LEARNER, marks=pytest.mark.covers("OF-14"), id="learner"),
        pytest.param(OFFICER, marks=pytest.mark.covers("OF-16"), id="officer"),
        pytest.param(ORGANISATION, marks=pytest.mark.covers("OF-17"), id="organisation"),
    ],
)
def test_every_field_is_pushed(trial: Trial, detail: Detail) -> None:
    """Every field changed in the MIS is in the plan and nothing else; OneFile then has it, by one write."""
    scene = agreeing(trial, detail, **{detail.name: "push"})
    before = scene.record
    scene.edit_mis(flat(detail.mis))
    row = scene.row
    assert scene.moved() == set(detail.mis)
    assert scene.record == before | flat(detail.onefile)
    assert scene.row == row
    assert trial.counts()["effects"] == {f"{detail.collection}/{scene.key}": 1}


@pytest.mark.parametrize(
    "detail",
    [
        pytest.param(LEARNER, marks=pytest.mark.covers("OF-15"), id="learner"),
        pytest.param(OFFICER, marks=pytest.mark.covers("OF-16"), id="officer"),
        pytest.param(ORGANISATION, marks=pytest.mark.covers("OF-17"), id="organisation"),
    ],
)
def test_every_field_but_push_only_ones_is_pulled(trial: Trial, detail: Detail) -> None:
    """Every field changed at OneFile is set in the MIS, but for the push-only ones; OneFile sees no write."""
    scene = agreeing(trial, detail, **{detail.name: "pull"})
    before = scene.row
    scene.edit_onefile(flat(detail.onefile))
    record = scene.record
    assert scene.moved() == detail.pulled
    wanted = flat({name: columns for name, columns in detail.mis.items() if name in detail.pulled})
    assert scene.row == before | wanted
    assert scene.record == record
    assert trial.counts()["writes"] == 0


@pytest.mark.covers("CX-3")
@pytest.mark.parametrize("detail", [LEARNER, ORGANISATION], ids=lambda one: one.name)
def test_push_only_fields_are_left_alone_under_pull(trial: Trial, detail: Detail) -> None:
    """Changed on both sides, they move in neither direction, and the plan counts them with the reason `only`."""
    scene = agreeing(trial, detail, **{detail.name: "pull"})
    scene.edit_mis(flat({name: detail.mis[name] for name in detail.push_only}))
    other = {"uln": "2345678908", "address": "2 Kestrel Court"}
    edits = {column: other[name] for name in detail.push_only for column in detail.onefile[name]}
    scene.edit_onefile(edits)
    left = scene.left_alone()
    alone = {name for name, reasons in left.items() if set(reasons) == {"ignored_by_only"}}
    assert alone == detail.push_only | detail.once
    assert all(left[name]["ignored_by_only"] > 0 for name in detail.push_only)


@pytest.mark.covers("CX-2", part="OneFile")
@by_kind
def test_ignore_moves_nothing_of_its_kind(trial: Trial, detail: Detail) -> None:
    """With the other two kinds pushed, a kind under `ignore`, the default, is not in the plan, whatever differs."""
    others = {kind.name: "push" for kind in KINDS if kind is not detail}
    scene = agreeing(trial, detail, **others)
    scene.edit_mis(flat(detail.mis))
    scene.edit_onefile(dict.fromkeys(flat(detail.onefile)))
    row, record = scene.row, scene.record
    plan = scene.plan(SETTLED)
    parts = trial.call("show", plan["plan"], "--json").json["left_alone"]
    assert {part["record_type"] for part in parts} == set(others)
    assert (scene.row, scene.record) == (row, record)
    assert (trial.counts()["writes"], trial.counts()["effects"]) == (0, {})


@pytest.mark.covers("CX-2", part="OneFile")
def test_without_a_mode_nothing_is_asked_of_onefile(trial: Trial) -> None:
    """By default each kind is ignored: OneFile sees not one request."""
    trial.settings("settings: {learner_details: push}", "settings: {}")
    for kind in KINDS[1:]:
        trial.call("link", "import", "onefile", kind.name)
    trial.forget_counts()
    done = trial.call("plan", "onefile", "--json")
    assert (done.code, done.json["changes"], trial.counts()["requests"]) == (SETTLED, 0, 0)


@pytest.mark.covers("CX-19")
@by_kind
def test_a_blank_in_the_mis_keeps_what_onefile_has(trial: Trial, detail: Detail) -> None:
    """Pushed, every field blank in the MIS: nothing changes, and the plan says for each field that it keeps."""
    scene = agreeing(trial, detail, **{detail.name: "push"})
    before = scene.left_alone()
    scene.edit_mis(dict.fromkeys(flat(detail.mis), " "))
    record, after = scene.record, scene.left_alone()
    grown = {name: after[name].get("keeps", 0) - before[name].get("keeps", 0) for name in detail.mis}
    assert grown == dict.fromkeys(detail.mis, 1)
    assert scene.record == record


@pytest.mark.covers("CX-19")
@by_kind
def test_a_blank_at_onefile_keeps_what_the_mis_has(trial: Trial, detail: Detail) -> None:
    """Pulled, every field blank at OneFile: nothing changes, and the plan says for each field that it keeps."""
    scene = agreeing(trial, detail, **{detail.name: "pull"})
    before = scene.left_alone()
    scene.edit_onefile(dict.fromkeys(flat(detail.onefile)))
    row, after = scene.row, scene.left_alone()
    grown = {name: after[name].get("keeps", 0) - before[name].get("keeps", 0) for name in detail.pulled}
    assert grown == dict.fromkeys(detail.pulled, 1)
    assert scene.row == row


def test_a_disability_that_ends_takes_its_category_along_when_pushed(trial: Trial) -> None:
    """From yes with a category to no: both codes move together, the category becomes blank, the plan settles."""
    scene = agreeing(trial, LEARNER, learner="push")
    assert scene.record["L14"] == "1"
    scene.edit_mis({"lldd_health_problem": "2", "primary_lldd": None})
    assert scene.moved() == {"disability"}
    assert (scene.record["L14"], scene.record["PrimaryLLDDCode"]) == ("2", "")


def test_a_disability_that_ends_takes_its_category_along_when_pulled(trial: Trial) -> None:
    """The same from OneFile into the MIS."""
    scene = agreeing(trial, LEARNER, learner="pull")
    assert scene.row["lldd_health_problem"] == "1"
    scene.edit_onefile({"L14": "2", "PrimaryLLDDCode": None})
    assert scene.moved() == {"disability"}
    assert (scene.row["lldd_health_problem"], scene.row["primary_lldd"]) == ("2", None)


@pytest.mark.covers("CX-19")
@pytest.mark.parametrize("missing", ["lldd_health_problem", "primary_lldd"])
def test_a_code_missing_in_the_mis_takes_none_away(trial: Trial, missing: str) -> None:
    """Pushed: where the MIS lacks one code of the two, OneFile keeps both of its own."""
    scene = agreeing(trial, LEARNER, learner="push")
    record = scene.record
    assert record["L14"] == "1"
    assert record["PrimaryLLDDCode"].strip()
    scene.edit_mis({missing: " "})
    assert scene.plan(SETTLED)["changes"] == 0
    assert scene.record == record


@pytest.mark.covers("CX-19")
@pytest.mark.parametrize("missing", ["L14", "PrimaryLLDDCode"])
def test_a_code_missing_at_onefile_takes_none_away(trial: Trial, missing: str) -> None:
    """Pulled: where OneFile lacks one code of the two, the MIS keeps both of its own."""
    scene = agreeing(trial, LEARNER, learner="pull")
    row = scene.row
    scene.edit_onefile({missing: None})
    assert scene.plan(SETTLED)["changes"] == 0
    assert scene.row == row


def test_a_temporary_uln_replaces_no_other_one(trial: Trial) -> None:
    """9999999999 is sent where OneFile has none, and leaves a real number alone."""
    scene = agreeing(trial, LEARNER, learner="push")
    scene.edit_mis({"uln": "9999999999"})
    assert scene.plan(SETTLED)["changes"] == 0
    scene.edit_onefile({"ULN": ""})
    assert scene.moved() == {"uln"}
    assert scene.record["ULN"] == "9999999999"


@pytest.mark.covers("CX-10")
@pytest.mark.parametrize("detail", [LEARNER, ORGANISATION], ids=lambda one: one.name)
def test_an_address_written_otherwise_is_the_same(trial: Trial, detail: Detail) -> None:
    """Line breaks as spaces or commas, and capitals, are no difference; one more word is."""
    scene = agreeing(trial, detail, **{detail.name: "push"})
    ((column, _),) = detail.onefile["address"].items()
    whole = scene.record[column]
    for between in ("  ", ", "):
        scene.edit_onefile({column: between.join(whole.split("\n")).upper()})
        assert scene.plan(SETTLED)["changes"] == 0
    scene.edit_onefile({column: f"Annexe {whole}"})
    assert scene.moved() == {"address"}


def test_the_shipped_files_have_no_fault(trial: Trial) -> None:
    """`check` finds neither error nor warning in the shipped mapping and its connectors, in under a second of work."""
    began = time.process_time()
    done = trial.call("check", "--format", "json")
    assert time.process_time() - began < 1
    assert (done.code, done.json["diagnostics"]) == (0, [])
    assert {"mappings/onefile.yaml", "connectors/onefile.yaml", "connectors/pics.yaml"} <= set(done.json["files"])
