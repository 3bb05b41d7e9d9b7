"""Connector files become specs, or diagnostics."""

import pytest

from engine.connector_file import read_connector
from engine.ports import Authentication, Call, Collection, Column, ConnectorSpec, Environment, Limits, Paging, Parent
from engine.shipped import shipped
from engine.source import Source
from tests.samples import OFFICE, PORTAL


def spec_of(text: str) -> ConnectorSpec:
    read = read_connector(Source("c.yaml", text))
    assert read.diagnostics == ()
    assert read.spec is not None
    return read.spec


def ships(name: str) -> ConnectorSpec:
    return spec_of(shipped(f"connectors/{name}.yaml").read_text(encoding="utf-8"))


def test_the_file_of_onefile() -> None:
    """What ships for OneFile: where it is, how one logs in, what it bears."""
    spec = ships("onefile")
    assert (spec.name, spec.title, spec.kind, spec.secrets) == ("onefile", "OneFile", "http", ("customer_token",))
    live, sandbox = spec.environments["live"], spec.environments["sandbox"]
    assert live == Environment("live", "https://wsapi.onefile.co.uk/api/v2.1", live=True)
    assert sandbox == Environment("sandbox", None, live=False)
    assert [name for name, one in spec.environments.items() if one.live] == ["live"]
    login = Call("POST", "/Authentication", {"X-CustomerToken": "{secret.customer_token}"})
    assert spec.authentication == Authentication(login, "", "X-TokenID", "{token}", 82800.0)
    assert (spec.limits.calls, spec.limits.per, spec.limits.max_pages) == (300, 60.0, Limits().max_pages)
    assert spec.error_message == "message"


def test_the_learners_of_onefile() -> None:
    """How learners are listed, read one by one and updated, and what their columns are."""
    learners = ships("onefile").collections["learners"]
    assert (learners.key, learners.centre, learners.table) == ("ID", "OrganisationID", None)
    assert learners.listing is not None
    assert learners.listing.call.path == "/User/Search/{page}/{size}"
    assert learners.listing.call.body == {"OrganisationID": "{centre}", "Role": 1}
    assert learners.listing.call.nothing == (204,)
    assert learners.listing.paging == Paging(1, 100)
    assert learners.listing.each == {"centre": "centres.ID"}
    assert learners.listing.changed_since == "LastModified"
    assert learners.detail is not None
    assert (learners.detail.path, learners.detail.nothing) == ("/User/{key}", (404,))
    assert learners.update is not None
    assert (learners.update.delivery, learners.update.settle) == ("C", 2.0)
    assert learners.columns["DOB"] == Column("DOB", "DOB", "date", "midnight instant", "Date of birth")
    assert learners.columns["ID"].access == "read"
    assert learners.columns["L12"].category == "special"
    assert learners.columns["LastName"].required
    assert (learners.members, learners.columns["ID"].usual_length) == ({"Role": "1"}, (6, 7))
    assert learners.columns["LastName"].usual_length is None


def test_the_file_of_the_mis() -> None:
    """What ships for PICSWeb: a table of learners, written on conditions, with a column that mirrors OneFile's ids."""
    spec = ships("pics")
    assert (spec.kind, spec.authentication, spec.secrets) == ("sql", None, ())
    learners = spec.collections["learners"]
    assert (learners.table, learners.key, learners.mirrors) == ("learners", "ident", {"onefile": "onefile_id"})
    assert learners.update is not None
    assert learners.update.delivery == "B"
    assert (learners.listing, learners.detail, learners.create) == (None, None, None)


def test_what_is_left_out_has_its_default() -> None:
    """A column without a word is a text of its own name that can be read and written and is listed."""
    office, portal = spec_of(OFFICE), spec_of(PORTAL)
    assert office.collections["learners"].columns["note"] == Column("note", "note", title="note")
    assert office.collections["rooms"] == Collection(
        "rooms",
        "room",
        {
            "room": Column("room", "room", access="read", title="room"),
            "name": Column("name", "name", title="name"),
            "learner": Column("learner", "learner", title="learner"),
            "since": Column("since", "since", "date", "iso date", title="since"),
            "settings": Column("settings", "settings", title="settings"),
        },
        title="rooms",
        table="rooms",
        parent=Parent("learners", "learner"),
    )
    assert (portal.limits, portal.authentication, portal.error_message) == (Limits(), None, "")
    listing = portal.collections["users"].listing
    assert listing is not None
    assert (listing.paging, listing.each, listing.changed_since) == (None, {}, None)


def test_switches_are_read_as_switches() -> None:
    """`off` is off: the text must not count as true."""
    text = PORTAL.replace("live: on", "live: off").replace("required: on", "required: off, listed: off")
    spec = spec_of(text)
    column = spec.collections["users"].columns["LastName"]
    assert (spec.environments["live"].live, column.required, column.listed) == (False, False, False)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("connector: portal", "connector: Portal", "bad-pattern", 1),
        ("title: Portal\n", "", "missing-key", 1),
        ("delivery: C}\n  visits", "delivery: Z}\n  visits", "not-one-of", 20),
        (", delivery: C}\n  visits", "}\n  visits", "missing-key", 20),
        ("path: /User}", "path: User}", "bad-pattern", 19),
        ("{verb: GET, path: /User}", "{path: /User}", "missing-key", 19),
        ("type: date, wire: iso date", "type: day", "not-one-of", 14),
        ("Email: {}", "Email: {lenght: 3}", "unknown-key", 13),
        ("https://portal.example", "https://jo:secret@portal.example", "bad-pattern", 5),
        (
            "    key: ID\n    columns:\n      ID: {access: read}\n      Place",
            "    columns:\n      Place",
            "missing-key",
            21,
        ),
    ],
)
def test_faults_stand_at_their_places(old: str, new: str, code: str, line: int) -> None:
    """A file with an error has no spec, and tells the fault once, where it stands."""
    assert PORTAL.count(old) == 1
    read = read_connector(Source("c.yaml", PORTAL.replace(old, new)))
    assert read.spec is None
    places = [one.primary.source.place(one.primary.span.start).line for one in read.diagnostics]
    assert [(one.code, at) for one, at in zip(read.diagnostics, places, strict=True)] == [(code, line)]


def test_a_table_takes_no_requests() -> None:
    """A database has neither listing nor login nor verbs."""
    for old, new in (
        ("kind: sql\n", "kind: sql\nauthentication: {login: {verb: GET, path: /x}}\n"),
        ("    update: {delivery: B}", "    update: {delivery: B, verb: POST}"),
        ("    update: {delivery: B}", "    list: {verb: GET, path: /x}"),
    ):
        read = read_connector(Source("c.yaml", OFFICE.replace(old, new)))
        assert [one.code for one in read.diagnostics] == ["out-of-place"]


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "near"),
    [
        ("pics", "key: ident", "key: idnt", (17, 10), "ident"),
        ("pics", "onefile: onefile_id}", "onefile: onefile_ix}", (42, 24), "onefile_id"),
        ("onefile", "centre: OrganisationID", "centre: OrganisatonID", (63, 13), "OrganisationID"),
        ("onefile", "{centre: centres.ID}", "{centre: centre.ID}", (73, 22), "centres.ID"),
        ("onefile", "members: {Role: 1}", "members: {Rol: 1}", (80, 20), "Role"),
    ],
)
def test_names_that_are_not_there(name: str, old: str, new: str, place: tuple[int, int], near: str) -> None:
    """`key`, `centre`, `mirrors`, `members` and `each` name columns that exist; the nearest one is told."""
    text = shipped(f"connectors/{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    source = Source("c.yaml", text.replace(old, new, 1))
    read = read_connector(source)
    assert read.spec is None
    (fault,) = read.diagnostics
    at = source.place(fault.primary.span.start)
    assert (fault.code, (at.line, at.column), fault.help) == ("unknown-column", place, f"did you mean `{near}`?")
