"""A running OneFile sandbox over its sample, and a client that is logged in."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from connectors.sandbox import control
from connectors.sandbox.control import Sandboxes

LogIn = Callable[[Sandboxes], AbstractContextManager[httpx.Client]]


@contextmanager
def logged_in(box: Sandboxes) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.base_url, trust_env=False, timeout=10) as client:
        session = client.post("/Authentication", headers={"X-CustomerToken": box.customer_token}).text
        client.headers["X-TokenID"] = session
        yield client


@pytest.fixture
def log_in() -> LogIn:
    """What opens a client with a session of its own."""
    return logged_in


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with control.start(folder, learners=400, calls_per_minute=100_000) as running:
        yield running


@pytest.fixture
def client(box: Sandboxes) -> Iterator[httpx.Client]:
    """A session of its own, counts from nothing, no fault switched on."""
    box.admin("/__faults/clear", {})
    box.admin("/__shuffle", {"seed": None})
    with logged_in(box) as ready:
        box.admin("/__counts/reset", {})
        yield ready
