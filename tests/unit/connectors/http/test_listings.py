"""Reading over HTTP: paging, repetition over other collections, detail calls, shapes of answers."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.errors import ConnectorMismatchError, IncompleteReadError, UnexpectedAnswerError
from engine.ports import Listing, Paging
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import ALONE, CENTRES, LEARNERS, LIMITS, rows_of, spec_of
from tests.unit.connectors.loopback import Reply, Seen, Site, as_json


def aims(count: int) -> Callable[[Seen], Reply]:
    """A server of so many aims, paged as the path asks."""

    def answer(seen: Seen) -> Reply:
        page, size = map(int, seen.path.split("/")[-2:])
        rows = [{"ID": number, "Title": f"T{number}"} for number in range(1, count + 1)]
        some = rows[(page - 1) * size : page * size]
        return as_json(some) if some else Reply(204)

    return answer


def two_centres(seen: Seen) -> Reply:
    """Centres 7 and 8 with four and no learners."""
    if seen.path.endswith("/Organisation"):
        return as_json([{"ID": 7, "Name": "North"}, {"ID": 8, "Name": "South"}, {"ID": 7, "Name": "North"}])
    page, size = map(int, seen.path.split("/")[-2:])
    if seen.json()["OrganisationID"] == 8:
        return Reply(204)
    rows = [{"ID": number, "FirstName": "Ada", "Home": {"Town": "Leeds"}} for number in range(4)]
    return as_json(rows[(page - 1) * size : page * size])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 20, 21, 22])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_every_row_is_read_once_whatever_the_page_size(opened: Opening, site: Site, count: int, size: int) -> None:
    """A listing of n rows gives these rows, for sizes around the page's edge."""
    site.answer = aims(count)
    assert ALONE.listing is not None
    spec = spec_of(replace(ALONE, listing=replace(ALONE.listing, paging=Paging(1, 100))))
    rows = rows_of(opened(spec, page_size=size).read("aims", ["ID"]))
    assert Counter(row["ID"] for row in rows) == Counter(range(1, count + 1))


@pytest.mark.covers("D2")
@pytest.mark.parametrize(("count", "calls"), [(9, 1), (10, 2), (49, 1), (50, 2)])
def test_a_server_with_smaller_pages_than_asked_is_noticed(opened: Opening, site: Site, count: int, calls: int) -> None:
    """A server that cuts pages to 50 makes an incomplete read, not a short list; only round numbers cost a call."""
    assert ALONE.listing is not None
    spec = spec_of(replace(ALONE, listing=replace(ALONE.listing, paging=Paging(1, 100))))
    site.answer = aims(count)
    assert len(rows_of(opened(spec).read("aims", ["ID"]))) == count
    assert len(site.seen) == calls
    full = aims(60)
    site.answer = lambda seen: full(replace(seen, path=seen.path.replace("/100", "/50")))
    with pytest.raises(IncompleteReadError, match=r"paging\.size"):
        list(opened(spec).read("aims", ["ID"]))


def test_a_page_size_above_the_connector_files_is_not_asked_for(opened: Opening, site: Site) -> None:
    """The connector file knows the most that a page holds."""
    site.answer = aims(4)
    assert len(rows_of(opened(page_size=1000).read("aims", ["ID"]))) == 4
    assert all(path.endswith("/3") for path in site.paths())


def test_pages_are_asked_for_in_growing_windows(opened: Opening, site: Site) -> None:
    """1, 2, 4, 4 pages at a time with a concurrency of 4, and nothing after the window that holds the end."""
    site.answer = aims(3 * 9)
    list(opened().read("aims", ["ID"]))
    pages = [int(path.split("/")[-2]) for path in site.paths()]
    assert pages[0] == 1
    assert sorted(pages[1:3]) == [2, 3]
    assert sorted(pages[3:7]) == [4, 5, 6, 7]
    assert sorted(pages[7:]) == [8, 9, 10, 11]


def test_connections_are_kept_and_bounded(opened: Opening, site: Site) -> None:
    """Sixty pages take at most as many connections as calls go out together."""
    site.answer = aims(180)
    list(opened().read("aims", ["ID"]))
    assert len(site.seen) >= 60
    assert site.connections <= LIMITS.concurrency
    assert 1 < site.busiest <= LIMITS.concurrency


def test_a_listing_is_repeated_for_every_record_of_another(opened: Opening, site: Site) -> None:
    """Each centre is asked for once, with its id as the JSON number it was; the centres are listed once a system."""
    site.answer = two_centres
    system = opened(spec_of(CENTRES, LEARNERS))
    rows = rows_of(system.read("learners", ["ID", "Town"]))
    assert sorted(row["ID"] for row in rows) == [0, 1, 2, 3]
    assert {row["Town"] for row in rows} == {"Leeds"}
    list(system.read("learners", ["ID"]))
    assert sum(path.endswith("/Organisation") for path in site.paths()) == 1
    assert {seen.json()["OrganisationID"] for seen in site.seen if seen.body} == {7, 8}
    assert system.calls == len(site.seen)


def test_a_ring_of_listings_is_refused_at_opening(opened: Opening) -> None:
    """Two listings that repeat over each other cannot be opened."""
    ring = replace(CENTRES, listing=Listing(CENTRES.listing.call, each={"x": "learners.ID"}))  # type: ignore[union-attr]  # it has one
    with pytest.raises(ConnectorMismatchError, match="ring"):
        opened(spec_of(ring, LEARNERS))


def test_changed_since_is_asked_for_in_the_body(opened: Opening, site: Site) -> None:
    """The instant goes into the named field, in UTC."""
    site.answer = two_centres
    since = datetime(2026, 3, 1, 12, 30, 0, 150_000, tzinfo=UTC)
    list(opened(spec_of(CENTRES, LEARNERS)).read("learners", ["ID"], since))
    assert {seen.json()["LastModified"] for seen in site.seen if seen.body} == {"2026-03-01T12:30:00.150Z"}


def test_values_stay_as_json_gives_them(opened: Opening, site: Site) -> None:
    """Fractions are exact decimals, numbers stay numbers, what is missing is None, nothing else is kept."""
    body = b'[{"ID": 1, "Title": 0.1000000000000000055}, {"ID": true}, {"ID": "x", "Title": null, "Other": [1]}]'
    site.answer = lambda seen: Reply(200, body) if "/1/" in seen.path else Reply(204)
    assert rows_of(opened().read("aims", ["Title", "ID"])) == [
        {"Title": Decimal("0.1000000000000000055"), "ID": 1},
        {"Title": None, "ID": True},
        {"Title": None, "ID": "x"},
    ]


def test_equal_rows_on_two_pages_are_passed_on(opened: Opening, site: Site) -> None:
    """A row that moved from one page to the next while pages were read comes out twice."""
    pages = {1: [1, 2, 3], 2: [3, 4]}

    def answer(seen: Seen) -> Reply:
        return as_json([{"ID": key} for key in pages.get(int(seen.path.split("/")[-2]), [])])

    site.answer = answer
    assert [row["ID"] for row in rows_of(opened().read("aims", ["ID"]))] == [1, 2, 3, 3, 4]


@pytest.mark.covers("N4")
def test_a_server_that_ignores_paging_is_noticed(opened: Opening, site: Site) -> None:
    """The same full page again ends the reading with an error, not with a doubled or endless list."""
    site.answer = lambda _: as_json([{"ID": 1}, {"ID": 2}, {"ID": 3}])
    with pytest.raises(IncompleteReadError, match="same page"):
        list(opened().read("aims", ["ID"]))
    assert len(site.seen) <= 3


@pytest.mark.covers("N4")
def test_endless_paging_is_cut_off(opened: Opening, site: Site) -> None:
    """A listing without end stops at max_pages, and not a page later."""
    site.answer = lambda seen: as_json([{"ID": seen.number * 3 + step} for step in range(3)])
    with pytest.raises(IncompleteReadError, match="10 pages"):
        list(opened(spec_of(limits=replace(LIMITS, max_pages=10))).read("aims", ["ID"]))
    assert len(site.seen) == 10


def test_rows_after_a_short_page_mean_an_incomplete_read(opened: Opening, site: Site) -> None:
    """A short page in the middle is no end when the next one has rows."""
    sizes = {1: 3, 2: 2, 3: 3}

    def answer(seen: Seen) -> Reply:
        page = int(seen.path.split("/")[-2])
        return as_json([{"ID": page * 10 + step} for step in range(sizes.get(page, 0))])

    site.answer = answer
    with pytest.raises(IncompleteReadError, match="short"):
        list(opened().read("aims", ["ID"]))


def test_fetch_asks_each_key_once_and_leaves_out_what_is_gone(opened: Opening, site: Site) -> None:
    """Keys are encoded, doubles ignored, a 404 is a record that is gone, a missing key is filled in."""

    def answer(seen: Seen) -> Reply:
        key = seen.path.rsplit("/", 1)[-1]
        return as_json({}, 404) if key == "9" else as_json({"FirstName": key})

    site.answer = answer
    keys = ["1", "9", "a/b?c#d", "1", "", "..", "é"]
    rows = rows_of(opened(spec_of(CENTRES, LEARNERS)).fetch("learners", ["ID", "FirstName"], keys))
    assert {row["ID"]: row["FirstName"] for row in rows} == {"1": "1", "a/b?c#d": "a%2Fb%3Fc%23d", "é": "%C3%A9"}
    assert sorted(site.paths()) == ["/api/User/%C3%A9", "/api/User/1", "/api/User/9", "/api/User/a%2Fb%3Fc%23d"]


def test_columns_that_the_listing_lacks_are_fetched(opened: Opening, site: Site) -> None:
    """Asking for one makes the read list the keys and call for the details of each."""

    def answer(seen: Seen) -> Reply:
        if seen.verb == "POST" or seen.path.endswith("/Organisation"):
            return two_centres(seen)
        key = int(seen.path.rsplit("/", 1)[-1])
        return as_json({"ID": key, "FirstName": "Ada", "NINO": f"QQ12345{key}C"})

    site.answer = answer
    rows = rows_of(opened(spec_of(CENTRES, LEARNERS)).read("learners", ["ID", "NINO"]))
    assert sorted((row["ID"], row["NINO"]) for row in rows) == [(key, f"QQ12345{key}C") for key in range(4)]


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "null",
        "7",
        '["x"]',
        "[[]]",
        '[{"ID": [1]}]',
        '[{"ID": {"a": 1}}]',
        '[{"ID": NaN}]',
        '[{"ID": 1',
        "",
        '[{"ID": "\\ud800"}]',
        "[" * 100_000,
        "[" + "9" * 5000 + "]",
    ],
    ids=lambda body: body[:12],
)
@pytest.mark.covers("N7")
def test_answers_of_another_shape_are_refused(opened: Opening, site: Site, body: str) -> None:
    """Nothing is guessed from an answer that is not a list of flat objects."""
    site.answer = lambda _: Reply(200, body.encode())
    with pytest.raises(UnexpectedAnswerError) as caught:
        list(opened(spec_of(limits=replace(LIMITS, max_body=200_000))).read("aims", ["ID"]))
    assert caught.value.doing == "listing aims"
    assert len(site.seen) == 1


def test_one_object_counts_as_one_row_where_nothing_is_paged(opened: Opening, site: Site) -> None:
    """`GET /Customer` may give the customer itself; an object without the key is no row."""
    spec = spec_of(CENTRES)
    site.answer = lambda _: as_json({"ID": 1, "Name": "North"})
    assert rows_of(opened(spec).read("centres", ["ID"])) == [{"ID": 1}]
    site.answer = lambda _: as_json({"message": "no"})
    with pytest.raises(UnexpectedAnswerError):
        list(opened(spec).read("centres", ["ID"]))


def test_rows_are_found_by_their_path(opened: Opening, site: Site) -> None:
    """`rows` leads to the list; a path that needs too many steps is refused instead of evaluated."""
    call = replace(CENTRES.listing.call, rows="data.items")  # type: ignore[union-attr]  # it has one
    site.answer = lambda _: as_json({"data": {"items": [{"ID": 1}]}})
    assert rows_of(opened(spec_of(replace(CENTRES, listing=Listing(call)))).read("centres", ["ID"])) == [{"ID": 1}]
    bomb = "[" + "@,@][] | [" * 24 + "@][]"
    wide = replace(CENTRES, listing=Listing(replace(call, rows=bomb)))
    with pytest.raises(UnexpectedAnswerError, match="too many steps"):
        list(opened(spec_of(wide)).read("centres", ["ID"]))


@pytest.mark.parametrize(("collection", "columns"), [("aim", ["ID"]), ("aims", ["Id"])])
def test_unknown_names_are_answered_with_the_nearest(opened: Opening, collection: str, columns: list[str]) -> None:
    """A collection or column that the connector file lacks is named with what it may have been."""
    with pytest.raises(ConnectorMismatchError, match=r"did you mean (aims|ID)\?"):
        list(opened().read(collection, columns))


def test_a_check_logs_in_and_lists(opened: Opening, site: Site) -> None:
    """The check makes a call that would fail with wrong secrets."""
    site.answer = aims(50)
    assert opened().check() == "OneFile answers and lets us in"
    assert len(site.seen) == 1
    assert json.loads(site.seen[0].body or b"null") is None


def test_a_check_fails_where_listing_fails(opened: Opening, site: Site) -> None:
    """What listing would raise, the check raises."""
    site.answer = lambda _: Reply(404)
    with pytest.raises(UnexpectedAnswerError, match="404"):
        opened(spec_of(ALONE)).check()
