"""A scripted server, a clock that needs no waiting, and systems opened on them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.http.system import open_system
from engine.ports import Access, ConnectorSpec, Secret, System
from tests.unit.connectors.http.specs import TOKEN, spec_of
from tests.unit.connectors.loopback import FastClock, Site

Opening = Callable[..., System]


@pytest.fixture
def clock() -> FastClock:
    return FastClock()


@pytest.fixture
def site(clock: FastClock) -> Iterator[Site]:
    server = Site(clock)
    yield server
    server.close()


@pytest.fixture
def opened(site: Site, clock: FastClock) -> Iterator[Opening]:
    """Opens a system on the server: `opened(spec, address=…, page_size=…, calls_per_minute=…)`."""
    systems: list[System] = []

    def open_it(spec: ConnectorSpec | None = None, address: str | None = None, **rest: Any) -> System:  # noqa: ANN401  any part of an access
        secrets = {"customer_token": Secret("env:TOKEN", TOKEN)}
        access = Access("sandbox", address or site.url, secrets, **rest)
        systems.append(open_system(spec or spec_of(), access, clock))
        return systems[-1]

    yield open_it
    for system in systems:
        system.close()
