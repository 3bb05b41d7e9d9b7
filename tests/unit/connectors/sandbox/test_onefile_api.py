"""The OneFile sandbox over HTTP, against what is publicly known of OneFile."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.sandbox.control import Sandboxes
from connectors.sandbox.onefile_api import Api, Bucket, Call
from connectors.sandbox.onefile_store import Store, instant_number, instant_text, most_within

NORTH = 410_001
Json = Any  # what a test reads out of an answer


def first(client: httpx.Client, path: str, body: Mapping[str, object]) -> Json:
    """The first record of a paged search."""
    return client.post(f"{path}/1/1", json=body).json()[0]


@pytest.fixture
def new_learner(client: httpx.Client) -> dict[str, object]:
    """The body of a create that has everything."""
    return {
        "OrganisationID": NORTH,
        "Role": 1,
        "FirstName": "Nova",
        "LastName": "Test",
        "Email": "nova.test@learners.example",
        "DefaultAssessorID": first(client, "/User/Search", {"OrganisationID": NORTH, "Role": 5})["ID"],
        "ClassroomID": first(client, "/Classroom/Search", {"OrganisationID": NORTH})["ID"],
        "PlacementID": first(client, "/Placement/Search", {"OrganisationID": NORTH})["ID"],
    }


def test_login_gives_the_session_as_plain_text(box: Sandboxes) -> None:
    """The answer's body is the session, not JSON, and it opens the service."""
    answer = httpx.post(f"{box.base_url}/Authentication", headers={"X-CustomerToken": box.customer_token})
    assert answer.headers["content-type"].startswith("text/plain")
    assert not answer.text.startswith('"')
    customer = httpx.get(f"{box.base_url}/Customer", headers={"X-TokenID": answer.text})
    assert customer.json() == {"ID": 5101, "Name": "Sandbox College"}


@pytest.mark.parametrize("headers", [{}, {"X-CustomerToken": "wrong"}])
def test_login_without_the_right_token_is_401(box: Sandboxes, headers: dict[str, str]) -> None:
    """A missing and a wrong customer token are refused."""
    assert httpx.post(f"{box.base_url}/Authentication", headers=headers).status_code == 401


@pytest.mark.parametrize("headers", [{}, {"X-TokenID": "wrong"}])
def test_calls_without_a_session_are_401(box: Sandboxes, headers: dict[str, str]) -> None:
    """A missing and a wrong session are refused."""
    assert httpx.get(f"{box.base_url}/Customer", headers=headers).status_code == 401


def test_a_session_ends_after_24_hours(tmp_path: Path) -> None:
    """A session a minute short of 24 hours opens the service, one of 24 hours does not."""
    store = Store(tmp_path)
    store.fill("customers", [{"ID": 1, "Name": "c", "LastModified": "2025-01-01T00:00:00.000Z"}])
    store.open_session("old", time.time() - 24 * 3600)
    store.open_session("young", time.time() - 24 * 3600 + 60)
    statuses = [Api(store).answer(Call("GET", "/Customer", {"x-tokenid": name})).status for name in ("old", "young")]
    store.close()
    assert statuses == [401, 200]


def test_sessions_can_be_ended_in_the_middle_of_a_run(box: Sandboxes, client: httpx.Client) -> None:
    """After the admin address has ended all sessions, the next call is 401."""
    box.admin("/__sessions/end", {})
    assert client.get("/Customer").status_code == 401


def test_pages_end_with_a_short_one_and_give_everybody_once(client: httpx.Client) -> None:
    """Pages of 30 give exactly the users of the un-paged search, and a page past the end is 204."""
    body = {"OrganisationID": NORTH, "Role": 1}
    everybody = [user["ID"] for user in client.post("/User/Search", json=body).json()]
    paged: list[int] = []
    for number in range(1, 100):
        answer = client.post(f"/User/Search/{number}/30", json=body)
        if answer.status_code == 204:
            assert answer.content == b""
            break
        paged += [user["ID"] for user in answer.json()]
    assert paged == everybody
    assert len(everybody) > 100


def test_a_page_holds_at_most_100(client: httpx.Client) -> None:
    """A larger page is cut to 100, and the second page goes on after these."""
    body = {"OrganisationID": NORTH, "Role": 1}
    one, two = (client.post(f"/User/Search/{page}/5000", json=body).json() for page in (1, 2))
    assert len(one) == 100
    assert {user["ID"] for user in one}.isdisjoint(user["ID"] for user in two)


def test_unpaged_rows_are_short_and_paged_ones_full(client: httpx.Client) -> None:
    """The un-paged search shows four fields, a page shows all."""
    body = {"OrganisationID": NORTH, "Role": 1}
    assert set(client.post("/User/Search", json=body).json()[0]) == {"ID", "FirstName", "LastName", "MISID"}
    assert {"DOB", "Email", "LastModified", "OrganisationID"} <= set(first(client, "/User/Search", body))


def test_an_empty_search_is_204(client: httpx.Client) -> None:
    """Nothing found has no body."""
    answer = client.post("/User/Search", json={"OrganisationID": NORTH, "Role": 1, "LastName": "Nobody-At-All"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_case_slash_and_body_form_do_not_matter(client: httpx.Client) -> None:
    """Any case of path and names, a slash at the end, JSON or form: the same answer."""
    wanted = client.post("/User/Search/1/5", json={"OrganisationID": NORTH, "Role": 1}).json()
    assert client.post("/uSER/search/1/5/", json={"organisationid": str(NORTH), "ROLE": "1"}).json() == wanted
    assert client.post("/user/SEARCH/1/5", data={"organisationID": str(NORTH), "role": "1"}).json() == wanted


def test_filters_compare_without_case(client: httpx.Client) -> None:
    """Each text filter finds the user whose value it is, in any case."""
    user = first(client, "/User/Search", {"OrganisationID": NORTH, "Role": 1})
    for name in ("FirstName", "LastName", "Email", "MISID"):
        body = {"OrganisationID": NORTH, "Role": 1, name: user[name].upper()}
        assert user["ID"] in [found["ID"] for found in client.post("/User/Search", json=body).json()]


def test_archived_users_appear_in_searches(client: httpx.Client) -> None:
    """Archived learners and assessors are found, marked; the others have no such field."""
    users: list[Json] = []
    for centre, role, page in product((NORTH, NORTH + 1), (1, 5), (1, 2, 3)):
        answer = client.post(f"/User/Search/{page}/100", json={"OrganisationID": centre, "Role": role})
        users += answer.json() if answer.status_code == 200 else []
    assert {(user["Role"], user["Archived"]) for user in users if "Archived" in user} == {(1, True), (5, True)}


def test_changed_since_is_inclusive(client: httpx.Client) -> None:
    """The exact stamp finds the record, a millisecond later does not."""
    body: dict[str, object] = {"OrganisationID": NORTH, "Role": 1}
    user = first(client, "/User/Search", body)
    client.post(f"/User/{user['ID']}", json={"Telephone": "01632960001"})
    stamp = client.get(f"/User/{user['ID']}").json()["LastModified"]
    later = (datetime.fromisoformat(stamp) + timedelta(milliseconds=1)).isoformat()
    ids = [found["ID"] for found in client.post("/User/Search", json=body | {"LastModified": stamp}).json()]
    assert user["ID"] in ids
    answer = client.post("/User/Search", json=body | {"LastModified": later})
    assert answer.status_code == 204 or user["ID"] not in [found["ID"] for found in answer.json()]


def test_create_answers_the_record_and_duplicates_are_taken(
    box: Sandboxes, client: httpx.Client, new_learner: dict[str, object]
) -> None:
    """The same person twice makes two records, each with one effect."""
    one, two = (client.post("/User", json=new_learner) for _ in range(2))
    assert [one.status_code, two.status_code] == [200, 200]
    ids = [made.json()["ID"] for made in (one, two)]
    assert len(set(ids)) == 2
    assert one.json()["Username"]
    counts: Json = box.admin("/__counts")
    assert counts["effects"] == {f"users/{key}": 1 for key in ids}
    assert counts["writes"] == 2


def test_create_by_form(client: httpx.Client, new_learner: dict[str, object]) -> None:
    """A form's texts arrive as the ids, dates and switches that they mean."""
    form = {name: str(value) for name, value in new_learner.items()} | {"DOB": "1999-10-31", "SupportFunding": "true"}
    made = client.post("/User", data=form).json()
    assert made["DOB"] == "1999-10-31T00:00:00.000Z"
    assert made["SupportFunding"] is True
    assert made["PlacementID"] == new_learner["PlacementID"]


@pytest.mark.parametrize("name", ["OrganisationID", "FirstName", "LastName", "Email", "Role", "DefaultAssessorID"])
def test_a_missing_mandatory_field_is_400(client: httpx.Client, new_learner: dict[str, object], name: str) -> None:
    """Each field that a create must have is demanded by name."""
    del new_learner[name]
    answer = client.post("/User", json=new_learner)
    assert (answer.status_code, answer.json()) == (400, {"message": f"{name} is required"})


@pytest.mark.parametrize("name", ["OrganisationID", "ClassroomID", "PlacementID", "DefaultAssessorID"])
def test_an_unknown_id_is_400_on_create_and_update(
    box: Sandboxes, client: httpx.Client, new_learner: dict[str, object], name: str
) -> None:
    """An id that is nowhere is refused by name, and nothing is written."""
    key = client.post("/User", json=new_learner).json()["ID"]
    box.admin("/__counts/reset", {})
    for answer in (
        client.post("/User", json=new_learner | {name: 999_999_999}),
        client.post(f"/User/{key}", json={name: "999999999"}),
    ):
        assert (answer.status_code, answer.json()) == (400, {"message": f"{name} is unknown"})
    counts: Json = box.admin("/__counts")
    assert (counts["effects"], counts["writes"]) == ({}, 2)


def test_update_merges_and_moves_the_stamp(client: httpx.Client, new_learner: dict[str, object]) -> None:
    """A partial body changes only its fields: 204, empty text stays empty, null changes nothing, the stamp moves."""
    made = client.post("/User", json=new_learner | {"NINO": "QQ123456C", "L12": "31"}).json()
    answer = client.post(f"/User/{made['ID']}", json={"nino": "", "L12": None, "ULN": 1000000019, "Invented": 1})
    assert (answer.status_code, answer.content) == (204, b"")
    now = client.get(f"/User/{made['ID']}").json()
    assert now.pop("LastModified") > made.pop("LastModified")
    assert now == made | {"NINO": "", "ULN": "1000000019"}


@pytest.mark.parametrize("path", ["/User/123", "/User/abc", "/Classroom/1", "/Placement/1", "/Organisation/1"])
def test_an_unknown_record_is_404(client: httpx.Client, path: str) -> None:
    """Looking for a record that is not there."""
    assert client.get(path).status_code == 404


def test_an_update_of_an_unknown_record_is_404(client: httpx.Client) -> None:
    """Nothing is made by an update."""
    assert client.post("/User/123", json={"FirstName": "A"}).status_code == 404


@pytest.mark.parametrize("kind", ["Placement", "Classroom"])
def test_placements_and_classrooms(client: httpx.Client, kind: str) -> None:
    """Create answers the integer id; update, detail and search show the record."""
    body = {"OrganisationID": NORTH, "Name": f"Invented {kind}"}
    key = client.post(f"/{kind}", json=body).json()
    assert isinstance(key, int)
    assert client.post(f"/{kind}/{key}", data={"misid": "E9999"}).status_code == 204
    assert client.get(f"/{kind}/{key}").json()["MISID"] == "E9999"
    found = client.post(f"/{kind}/Search", json=body).json()
    assert found == [{"ID": key, "Name": body["Name"], "MISID": "E9999"}]


def test_organisations_and_their_customer(client: httpx.Client) -> None:
    """The centres belong to the customer; another customer is unknown."""
    assert [row["ID"] for row in client.post("/Organisation/Search", json={"CustomerID": 5101}).json()] == [
        NORTH,
        NORTH + 1,
    ]
    assert client.get(f"/Organisation/{NORTH}").json()["Name"] == "Sandbox College North"
    assert client.post("/Organisation/Search", json={"CustomerID": 7}).status_code == 400


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe"])
def test_an_unreadable_body_is_400(client: httpx.Client, body: bytes) -> None:
    """A body that is no JSON object is refused with a message."""
    answer = client.post("/User/Search", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"]


@pytest.mark.parametrize("path", ["/User/Search/0/10", "/User/Search/1/0", "/User/Search/x/10", "/User/Search/1"])
def test_a_page_that_is_none_is_400(client: httpx.Client, path: str) -> None:
    """Pages and sizes are whole numbers from 1."""
    assert client.post(path, json={"OrganisationID": NORTH, "Role": 1}).status_code == 400


def test_the_order_can_be_shuffled(box: Sandboxes, client: httpx.Client) -> None:
    """A seed gives another order of the same users, over all pages, and the same one again."""
    body = {"OrganisationID": NORTH, "Role": 1}

    def paged() -> list[int]:
        return [u["ID"] for page in (1, 2) for u in client.post(f"/User/Search/{page}/80", json=body).json()]

    plain = client.post("/User/Search", json=body).json()
    box.admin("/__shuffle", {"seed": 7})
    shuffled = client.post("/User/Search", json=body).json()
    assert plain != shuffled
    assert sorted(user["ID"] for user in plain) == sorted(user["ID"] for user in shuffled)
    assert paged() == paged() == [user["ID"] for user in shuffled][:160]


def test_an_edit_behind_the_back_moves_the_stamp_but_is_no_effect(box: Sandboxes, client: httpx.Client) -> None:
    """An admin edit is seen by the service and not counted; null takes the field away."""
    user = first(client, "/User/Search", {"OrganisationID": NORTH, "Role": 1})
    box.admin("/__counts/reset", {})
    edit = {"collection": "users", "id": str(user["ID"]), "values": {"FirstName": "Edited", "Telephone": None}}
    box.admin("/__edit", edit)
    record: Json = box.admin(f"/__record/users/{user['ID']}")
    assert record["FirstName"] == "Edited"
    assert "Telephone" not in record
    assert record["LastModified"] > user["LastModified"]
    counts: Json = box.admin("/__counts")
    assert (counts["requests"], counts["effects"]) == (0, {})


def test_requests_are_counted_by_route_and_by_how_many_overlap(box: Sandboxes, client: httpx.Client) -> None:
    """Four slow calls at once and one alone: five requests of two routes, four of them overlapping."""
    box.admin("/__faults", [{"kind": "slow", "seconds": 0.3, "match": {"path": "/Customer"}}])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: client.get("/customer"), range(4)))
    client.post("/user/SEARCH/1/10", json={"OrganisationID": NORTH})
    counts: Json = box.admin("/__counts")
    assert counts["routes"] == {"GET /Customer": 4, "POST /User/Search/{page}/{size}": 1}
    assert (counts["requests"], counts["most_in_a_minute"], counts["most_overlapping"]) == (5, 5, 4)


def test_a_bucket_refills_with_time() -> None:
    """60 a minute: 60 at once, then one a second, never more than 60 saved up."""
    bucket = Bucket(60, now=0.0)
    assert [bucket.take(0.0) for _ in range(60)] == [0.0] * 60
    assert bucket.take(0.0) == pytest.approx(1.0)
    assert bucket.take(1.01) == 0.0
    assert bucket.take(1.02) > 0.9
    assert sum(bucket.take(10_000.0) == 0.0 for _ in range(100)) == 60


def test_the_busiest_minute_is_found() -> None:
    """Windows are half open: calls 60 seconds apart are not in one minute."""
    assert most_within([0, 30, 59.9, 60, 61, 119.9, 200], 60) == 4
    assert most_within([0, 60, 120], 60) == 1
    assert most_within([], 60) == 0


def test_instants_go_out_and_come_in() -> None:
    """Text and number of an instant are inverse, offsets are understood, no zone means UTC."""
    text = "2022-02-23T12:49:33.150Z"
    assert instant_text(instant_number(text)) == text
    assert instant_number("2022-02-23T13:49:33.150+01:00") == instant_number(text)
    assert instant_number("1968-10-27") == int(datetime(1968, 10, 27, tzinfo=UTC).timestamp()) * 1_000_000
    assert instant_text(instant_number("1968-10-27")) == "1968-10-27T00:00:00.000Z"
