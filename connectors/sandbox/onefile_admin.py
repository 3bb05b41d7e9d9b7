"""The sandbox's own addresses: counts, fault switches, edits behind the service's back.

They need no token, have no limit and are not counted.
"""

import json
import re
from dataclasses import asdict
from http import HTTPStatus

from connectors.sandbox.faults import Faults, read_fault
from connectors.sandbox.onefile_api import Answer, Api, is_id
from connectors.sandbox.onefile_store import Doc, to_json

_DONE = Answer(HTTPStatus.OK, "{}")
_NOWHERE = Answer(HTTPStatus.NOT_FOUND, to_json({"message": "no such admin address"}))


class Admin:
    """Answers `/__…`."""

    def __init__(self, api: Api, faults: Faults) -> None:
        self.api, self.faults = api, faults

    def answer(self, verb: str, path: str, body: bytes) -> Answer:
        """Do what an admin address does; 400 with a message where the body will not do."""
        try:
            return self._route(verb, [word for word in path.split("/") if word], json.loads(body or b"{}"))
        except (ValueError, TypeError, KeyError, re.error) as fault:
            return Answer(HTTPStatus.BAD_REQUEST, to_json({"message": str(fault)}))

    def _route(self, verb: str, words: list[str], body: object) -> Answer:
        match verb, words:
            case "GET", ["__counts"]:
                return Answer(HTTPStatus.OK, to_json(self.api.store.counts()))
            case "GET", ["__faults"]:
                return Answer(HTTPStatus.OK, to_json([asdict(fault) for fault in self.faults.all]))
            case "GET", ["__record", collection, key]:
                return _shown(self._record(collection, key))
            case "POST", ["__edit"] if isinstance(body, dict):
                return self._edit(str(body["collection"]), str(body["id"]), dict(body["values"]))
            case "POST", _:
                return self._switch(words, body)
            case _:
                return _NOWHERE

    def _switch(self, words: list[str], body: object) -> Answer:
        match words:
            case ["__counts", "reset"]:
                self.api.store.reset_counts()
            case ["__faults"]:
                self.faults.all += [read_fault(one) for one in (body if isinstance(body, list) else [body])]
            case ["__faults", "clear"]:
                self.faults.all.clear()
            case ["__sessions", "end"]:
                self.api.store.end_sessions()
            case ["__shuffle"] if isinstance(body, dict):
                self.api.shuffle = None if body["seed"] is None else int(body["seed"])
            case _:
                return _NOWHERE
        return _DONE

    def _record(self, collection: str, key: str) -> Doc | None:
        return self.api.store.get(collection, int(key)) if is_id(key) else None

    def _edit(self, collection: str, key: str, values: Doc) -> Answer:
        """Change a record as somebody at OneFile would: no effect is counted, null takes a field away."""
        record = self._record(collection, key)
        if record is None:
            return _shown(None)
        changed = {name: value for name, value in (record | values).items() if value is not None}
        return _shown(self.api.store.save(collection, changed, effect=False))


def _shown(record: Doc | None) -> Answer:
    if record is None:
        return Answer(HTTPStatus.NOT_FOUND, to_json({"message": "no record has this id"}))
    return Answer(HTTPStatus.OK, to_json(record))
