"""Connector specifications built by hand, close to OneFile's, and what tests do with systems of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.http.route import LOOPBACK, Route
from engine.ports import (
    Authentication,
    Call,
    Collection,
    Column,
    ConnectorSpec,
    Environment,
    Intent,
    Limits,
    Listing,
    Page,
    Paging,
    Scalar,
    System,
    Write,
)
from tests.unit.connectors.loopback import Site

TOKEN = "canary-customer-token"  # noqa: S105  invented
SESSION = "canary-session-token"

LOGIN = Authentication(
    Call("POST", "/Authentication", {"X-CustomerToken": "{secret.customer_token}"}), header="X-TokenID", lasts=3600.0
)
LIMITS = Limits(concurrency=4, timeout=2.0, deadline=900.0, max_body=100_000, attempts=3)


def columns_of(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


CENTRES = Collection(
    "centres",
    "ID",
    columns_of(Column("ID", "ID"), Column("Name", "Name")),
    listing=Listing(Call("GET", "/Organisation", nothing=(204,))),
)
LEARNERS = Collection(
    "learners",
    "ID",
    columns_of(
        Column("ID", "ID", access="read"),
        Column("FirstName", "FirstName"),
        Column("DOB", "DOB", "date", "midnight instant"),
        Column("Score", "Score", "number"),
        Column("Active", "Active", "boolean", "Y/N"),
        Column("Town", "Home.Town"),
        Column("NINO", "NINO", listed=False),
    ),
    listing=Listing(
        Call("POST", "/User/Search/{page}/{size}", body={"OrganisationID": "{centre}", "Role": 1}, nothing=(204,)),
        paging=Paging(1, 3),
        each={"centre": "centres.ID"},
        changed_since="LastModified",
    ),
    detail=Call("GET", "/User/{key}", nothing=(404,)),
    update=Write(Call("POST", "/User/{key}"), "C", 2.0),
    create=Write(Call("POST", "/User"), "D", new_key="ID", constants={"Role": 1}),
)
ALONE = Collection(
    "aims",
    "ID",
    columns_of(Column("ID", "ID"), Column("Title", "Title")),
    listing=Listing(Call("GET", "/Aim/{page}/{size}", nothing=(204,)), paging=Paging(1, 3)),
)


def spec_of(*collections: Collection, limits: Limits = LIMITS, login: Authentication | None = None) -> ConnectorSpec:
    """A system of these collections (aims alone, if none is given); it logs in only where a login is given."""
    return ConnectorSpec(
        "onefile",
        "OneFile",
        "http",
        {each.name: each for each in collections or (ALONE,)},
        {"sandbox": Environment("sandbox"), "live": Environment("live", live=True)},
        ("customer_token",) if login else (),
        login,
        limits,
        error_message="message",
    )


def route_to(site: Site) -> Route:
    """The way to a server on this machine."""
    return Route("http", "127.0.0.1", site.port, "/api", LOOPBACK)


def rows_of(pages: Iterable[Page]) -> list[dict[str, Any]]:
    """All rows of some pages."""
    found = []
    for page in pages:
        assert isinstance(page.columns, Mapping)
        lists: Mapping[str, Sequence[Any]] = page.columns
        assert {len(values) for values in lists.values()} == {page.count}
        found += [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    return found


def update(key: str, number: int = 1, **values: Scalar) -> Intent:
    return Intent(f"change-{number}", 1, "update", "learners", key, values or {"FirstName": "Ada"})


def verdicts(system: System, *intents: Intent) -> dict[str, str]:
    outcomes = list(system.send(intents))
    assert len(outcomes) == len(intents)
    return {outcome.change: outcome.verdict for outcome in outcomes}
