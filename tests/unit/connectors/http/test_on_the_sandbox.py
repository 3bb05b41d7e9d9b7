"""The connector on the OneFile sandbox, through a specification that is close to the shipped connector file."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.http.system import open_system
from connectors.sandbox import control
from connectors.sandbox.control import Sandboxes
from engine.errors import IncompleteReadError, UnauthorisedError
from engine.ports import Access, Call, Column, Intent, Limits, Listing, Paging, Scalar, Secret, System
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, LOGIN, columns_of, rows_of, spec_of
from tests.unit.connectors.loopback import FastClock

CUSTOMERS = replace(CENTRES, name="customers", listing=Listing(Call("GET", "/Customer")))
ONEFILE_CENTRES = replace(
    CENTRES,
    listing=Listing(
        Call("POST", "/Organisation/Search", body={"CustomerID": "{customer}"}, nothing=(204,)),
        each={"customer": "customers.ID"},
    ),
)
NAMES = ("ID", "OrganisationID", "FirstName", "LastName", "NINO", "ULN", "L12", "LastModified")
assert LEARNERS.listing is not None
ONEFILE_LEARNERS = replace(
    LEARNERS,
    columns=columns_of(*(Column(name, name) for name in NAMES), Column("DOB", "DOB", "date", "midnight instant")),
    listing=replace(LEARNERS.listing, paging=Paging(1, 100)),
)
SPEC = spec_of(CUSTOMERS, ONEFILE_CENTRES, ONEFILE_LEARNERS, limits=Limits(timeout=5.0, attempts=3), login=LOGIN)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    with control.start(tmp_path_factory.mktemp("box"), learners=400, calls_per_minute=100_000) as running:
        yield running


@pytest.fixture
def system(box: Sandboxes) -> Iterator[System]:
    box.admin("/__faults/clear", {})
    box.admin("/__counts/reset", {})
    found = opened(box)
    yield found
    found.close()


def opened(box: Sandboxes, spec: object = None, **rest: int) -> System:
    secrets = {"customer_token": Secret("env:T", box.customer_token)}
    chosen = SPEC if spec is None else spec
    return open_system(chosen, Access("sandbox", box.base_url, secrets, **rest), FastClock())  # type: ignore[arg-type]  # a spec


def learners(system: System) -> list[dict[str, Any]]:
    return rows_of(system.read("learners", ["ID", "FirstName", "DOB"]))


def test_all_learners_of_all_centres_are_read(box: Sandboxes, system: System) -> None:
    """Centres of the customer, then each centre's learners: every id once, whatever the page size."""
    assert "lets us in" in system.check()
    rows = learners(system)
    assert len(rows) > 100
    assert set(Counter(row["ID"] for row in rows).values()) == {1}
    other = opened(box, page_size=7)
    assert {row["ID"] for row in learners(other)} == {row["ID"] for row in rows}
    other.close()


def test_a_write_is_seen_by_a_fetch(system: System) -> None:
    """What is written to a learner comes back from the detail call, dates as midnight instants."""
    key = str(learners(system)[0]["ID"])
    values: dict[str, Scalar] = {"FirstName": "Zoë-Ann", "DOB": date(1999, 7, 1)}
    (outcome,) = system.send([Intent("c", 1, "update", "learners", key, values)])
    assert outcome.verdict == "accepted"
    (row,) = rows_of(system.fetch("learners", ["FirstName", "DOB", "ID"], [key, "99999999"]))
    assert (str(row["ID"]), row["FirstName"]) == (key, "Zoë-Ann")
    assert str(row["DOB"]).startswith("1999-07-01T00:00:00")


@pytest.mark.parametrize("kind", ["429", "500", "503", "half", "reset", "lost_answer"])
def test_a_read_survives_passing_faults(box: Sandboxes, system: System, kind: str) -> None:
    """Two calls that fail in between change nothing about what is read."""
    whole = learners(system)
    box.admin("/__faults", {"kind": kind, "match": {"path": "/User"}, "after": 1, "times": 2})
    assert sorted(row["ID"] for row in learners(system)) == sorted(row["ID"] for row in whole)


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("429", "not_sent"),
        ("401", "unauthorised"),
        ("500", "unknown"),
        ("half", "unknown"),
        ("html", "unknown"),
        ("reset", "unknown"),
        ("lost_answer", "unknown"),
        ("redirect", "refused"),
    ],
)
@pytest.mark.covers("R3")
def test_a_write_is_made_once_at_most(box: Sandboxes, system: System, kind: str, verdict: str) -> None:
    """Every fault gives its verdict after exactly one request."""
    key = str(learners(system)[0]["ID"])
    box.admin("/__faults", {"kind": kind, "match": {"verb": "POST", "path": f"/User/{key}"}, "times": 1})
    before = system.calls
    (outcome,) = system.send([Intent("c", 1, "update", "learners", key, {"FirstName": "Once"})])
    assert outcome.verdict == verdict
    assert system.calls == before + 1


def test_a_wrong_token_is_refused_at_once(box: Sandboxes) -> None:
    """One login, no second one."""
    access = Access("sandbox", box.base_url, {"customer_token": Secret("env:T", "wrong")})
    system = open_system(SPEC, access, FastClock())
    with pytest.raises(UnauthorisedError, match="logging in"):
        system.check()
    assert system.calls == 1
    system.close()


@pytest.mark.covers("D2")
def test_a_page_size_that_the_provider_cuts_is_noticed(box: Sandboxes) -> None:
    """A connector file that says 1,000 where a page holds 100 makes an error, not a list without most learners."""
    listing = replace(LEARNERS.listing, paging=Paging(1, 1000))  # type: ignore[type-var]  # it has one
    wrong = spec_of(CUSTOMERS, ONEFILE_CENTRES, replace(ONEFILE_LEARNERS, listing=listing), login=LOGIN)
    system = opened(box, wrong)
    with pytest.raises(IncompleteReadError, match=r"paging\.size"):
        learners(system)
    system.close()
