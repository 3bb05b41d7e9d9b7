"""One system's calls and secrets stay with it, whatever it answers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.http.system import open_system
from engine.errors import ConnectedSystemError
from engine.ports import Access, Secret, System
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, LOGIN, rows_of, spec_of, update
from tests.unit.connectors.loopback import FastClock, Reply, Seen, Site, as_json

FIELDS = ("next", "Next", "next_page", "nextLink", "@odata.nextLink", "links", "_links", "href", "url", "location")


@pytest.fixture
def other(clock: FastClock) -> Iterator[Site]:
    """A second server, at another port of the same host."""
    site = Site(clock)
    yield site
    site.close()


def pointing(url: str) -> dict[str, Reply]:
    """Answers that point elsewhere in every way that HTTP and its customs have."""
    found = {
        f"{status}": Reply(status, headers={"Location": url, "Refresh": f"0; url={url}"})
        for status in (300, 301, 302, 303, 305, 307, 308)
    }
    found["201"] = Reply(201, b"[]", headers={"Location": url, "Content-Location": url})
    headers = {"Link": f'<{url}>; rel="next"', "Alt-Svc": f'h2="{url}"', "Refresh": f"0; url={url}"}
    found["headers"] = replace(as_json([{"ID": number} for number in range(3)]), headers=headers)
    page = f'<html><meta http-equiv="refresh" content="0; url={url}"><base href="{url}"></html>'
    found["page"] = Reply(200, page.encode(), "text/html")
    for name in FIELDS:
        found[f"rows with {name}"] = as_json([{"ID": number, name: url} for number in range(3)])
        found[f"object with {name}"] = as_json({"ID": 1, name: {"next": {"href": url}}})
    return found


@pytest.mark.covers("N2")
def test_no_answer_leads_elsewhere(
    opened: Opening, site: Site, other: Site, figure: Callable[[str, str], None]
) -> None:
    """Redirects, `next` links in bodies and headers, refreshes: read or write, the other server gets nothing."""
    spec = spec_of(CENTRES, LEARNERS, login=LOGIN)
    ways = pointing(f"{other.url}/User?page=2")

    for reply in ways.values():
        # The login and the first centres are honest, so that each kind of call meets the answer.
        def answer(seen: Seen, reply: Reply = reply) -> Reply:
            if seen.path.endswith("/Authentication"):
                return Reply(200, b"session", "text/plain")
            return as_json([{"ID": 1}]) if seen.path.endswith("/Organisation") else reply

        site.answer = answer
        system = opened(spec)
        for act in (
            lambda: list(system.read("learners", ["ID"])),  # noqa: B023  called at once
            lambda: list(system.fetch("learners", ["ID"], ["1"])),  # noqa: B023
            lambda: list(system.send([update("1")])),  # noqa: B023
        ):
            try:
                act()
            except ConnectedSystemError as error:
                assert str(other.port) not in str(error)  # noqa: PT017  of each way
        site.answer = lambda _, reply=reply: reply  # type: ignore[misc]  # bound at once
        try:
            opened(spec).check()
        except ConnectedSystemError as error:
            assert str(other.port) not in str(error)  # noqa: PT017
    assert len(site.seen) > 3 * len(ways)
    assert (other.connections, other.seen) == (0, [])
    assert all(seen.path.startswith("/api/") for seen in site.seen)
    figure("N2", f"{len(ways)} answers that point to another port, {len(site.seen)} calls: 0 connections there")


SECRETS = {"one": "canary-token-one", "two": "canary-token-two"}


def _served(site: Site, name: str) -> None:
    def answer(seen: Seen) -> Reply:
        if seen.path.endswith("/Authentication"):
            return Reply(200, f"canary-session-{name}".encode(), "text/plain")
        if seen.path.endswith("/Organisation"):
            return as_json([{"ID": 1}, {"ID": 2}])
        return as_json([{"ID": seen.number}]) if "Search" in seen.path else as_json({"FirstName": "Ada"})

    site.answer = answer


@pytest.mark.covers("N3")
def test_secrets_go_to_their_own_system_alone(
    site: Site, other: Site, clock: FastClock, figure: Callable[[str, str], None]
) -> None:
    """Two systems at work by turns: each sees its own token and session, in headers alone, and nothing of the other."""
    sites = {"one": site, "two": other}
    systems: dict[str, System] = {}
    for name, where in sites.items():
        _served(where, name)
        secrets = {"customer_token": Secret("env:T", SECRETS[name])}
        systems[name] = open_system(
            spec_of(CENTRES, LEARNERS, login=LOGIN), Access("sandbox", where.url, secrets), clock
        )
    for _ in range(3):
        for system in systems.values():
            assert rows_of(system.read("learners", ["ID"]))
            assert rows_of(system.fetch("learners", ["FirstName"], ["1", "2"]))
            assert list(system.send([update("1")]))
    for system in systems.values():
        system.close()
    for name, where in sites.items():
        foreign = [f"canary-{kind}-{each}" for each in sites if each != name for kind in ("token", "session")]
        told = json.dumps([[seen.path, dict(seen.headers), seen.body.decode()] for seen in where.seen])
        assert not any(canary in told for canary in foreign)
        assert "canary" not in json.dumps([[seen.path, seen.body.decode()] for seen in where.seen])
        carried = [[key for key, value in seen.headers.items() if "canary" in value] for seen in where.seen]
        assert carried == [["x-customertoken"], *[["x-tokenid"]] * (len(where.seen) - 1)]
    seen = sum(len(where.seen) for where in sites.values())
    figure("N3", f"2 systems, {seen} calls: own secrets only, in headers only")


@pytest.mark.covers("N2", "N3")
def test_the_environment_adds_no_secret(
    opened: Opening, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords that lie about for this host (`.netrc`) are not sent along."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login jo password canary\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    assert rows_of(opened().read("aims", ["ID"])) == []
    (seen,) = site.seen
    assert set(seen.headers) == {"host", "accept", "accept-encoding", "user-agent", "connection"}
