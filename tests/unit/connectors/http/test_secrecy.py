"""No secret and no value in what people and logs get to see."""

import io
import logging
import traceback
from collections.abc import Iterator

import pytest

from engine.errors import ConnectedSystemError
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, LOGIN, SESSION, TOKEN, spec_of, update
from tests.unit.connectors.loopback import Reply, Seen, Site, as_json

KEY, NAME, BODY = "canary-key", "canary-name", "canary-body"
CANARIES = (TOKEN, SESSION, KEY, NAME, BODY)

REPLIES = {
    "fine": as_json([{"ID": BODY, "FirstName": BODY}]),
    "400": as_json({"message": BODY}, 400),
    "401": as_json({"message": BODY}, 401),
    "500": as_json({"message": BODY}, 500),
    "429": as_json({"message": BODY}, 429, Retry_After=BODY),
    "302": Reply(302, headers={"Location": f"/{BODY}"}),
    "HTML": Reply(200, f"<html>{BODY}</html>".encode(), "text/html"),
    "cut JSON": Reply(200, f'{{"ID": "{BODY}'.encode()),
    "bad UTF-8": Reply(200, f'{{"ID": "{BODY}'.encode() + b'\xff"}'),
    "nested": as_json([{"ID": [BODY]}]),
    "half": Reply(200, BODY.encode(), announced=999, end="close"),
    "reset": Reply(end="silent reset"),
    "no HTTP": Reply(0, b""),
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the root logger gets at DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
@pytest.mark.covers("S1", "S2")
def test_nothing_of_a_record_or_a_secret_is_told(
    opened: Opening, site: Site, log: io.StringIO, capfd: pytest.CaptureFixture[str], reply: Reply
) -> None:
    """Listing, fetching and writing against every kind of answer: no canary in errors, tracebacks, outcomes or logs."""

    def answer(seen: Seen) -> Reply:
        return Reply(200, SESSION.encode()) if seen.path.endswith("/Authentication") else reply

    site.answer = answer
    system = opened(spec_of(CENTRES, LEARNERS, login=LOGIN))
    told = [repr(system)]
    for pages in (system.read("learners", ["ID"]), system.fetch("learners", ["ID"], [KEY])):
        try:
            told += [repr(page.count) for page in pages]
        except ConnectedSystemError as error:
            told += [repr(error), "".join(traceback.format_exception(error))]
    told += [repr(outcome) for outcome in system.send([update(KEY, FirstName=NAME)])]
    told += [log.getvalue(), *capfd.readouterr()]
    for canary in CANARIES:
        assert not any(canary in text for text in told), canary
    assert len(site.seen) >= 2
